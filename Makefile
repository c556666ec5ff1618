# make          o.emu, bin/limbo, bin/das, and dis/ from appl/
# make run      builds, and opens a shell
# make test     builds, and runs the tests
# make lint     formatter, linter, type checker
# make check-arm64   the compiler to native code, run by qemu, which it installs; N=12 random programs
# make check-layout  the tests that know how things lie in memory, with all of it lying otherwise
# make count-arm64   instructions of Arm64 that a unit of work takes; instructions of Dis that native code leaves to others
# make bench    measures; ONLY=startup,v1 some of it, DIVISOR=10 smaller sizes, ROUNDS=1 once instead of best of three,
#               CEMU=path CEMUROOT=dir beside a C emulator and in a root of its own, UPSTREAM=dir an Inferno tree for real programs
# make conformance UPSTREAM=dir   every object file of an Inferno tree, and signatures and command lines (CEMU=, CLIMBO=: a C emulator and compiler;
#               INFERNODE=: that tree's tests)
# make fuzz     N=2000 SEED=1   random programs under every back end
# make fuzz-limbo N=2000 SEED=1 UPSTREAM=dir   the compiler: sources with something wrong in them, the optimiser
# make golden   renews the listings in tests/*/golden: look at the difference
# make gen      renews emu/gen from module/*.m
# make clean

BIN = node_modules/.bin
SOURCES = $(shell find emu libinterp libmath limbo build -name '*.ts' -o -name '*.mjs' -o -name '*.cjs')
LIMBO = $(shell find appl module -name '*.b' -o -name '*.m')

all: o.emu out/.dis-built

node_modules/.installed: package-lock.json
	npm install --no-save --no-audit --no-fund
	@touch $@

o.emu: node_modules/.installed $(SOURCES)
	node build/bundle.mjs

out/.dis-built: o.emu $(LIMBO)
	node out/build/dis.cjs
	@touch $@

run: all
	./o.emu -r. dis/sh.dis

out/.compiled: node_modules/.installed $(SOURCES) $(shell find tests bench -name '*.ts')
	$(BIN)/tsc -p .
	@echo '{"type":"module"}' >out/package.json
	@touch $@

test: all out/.compiled
	$(BIN)/ava

# The compiler to native code, run by qemu on any host: single instructions, random programs, whole programs, and the shell's manual.
AVA_IN_ARM64 = out/arm64/node node_modules/ava/entrypoints/cli.mjs --serial --worker-threads --timeout=10m
check-arm64: all out/.compiled
	build/arm64.sh
	WAYS='native code$$|step' $(AVA_IN_ARM64) out/tests/emu/native.test.js \
		$(patsubst %,out/tests/libinterp/%.test.js,forms ops calls dynmod)
	WAYS=native N=$(or $(N),12) $(AVA_IN_ARM64) out/tests/fuzz/engines.test.js
	WAYS='native code$$' EMUNODE=$(CURDIR)/out/arm64/node $(BIN)/ava --timeout=10m --match='*native*' --match='*--jit*' \
		out/tests/dis/dis.test.js out/tests/doc/man.test.js out/tests/emu/main.test.js

# With another layout of memory: interpreted, compiled to WebAssembly, and by qemu to native code.
check-layout: all out/.compiled
	build/arm64.sh
	node build/relaid.mjs
	$(MAKE) -C out/relaid all out/.compiled
	cd out/relaid && WAYS='interpreted|to wasm$$' $(BIN)/ava $(RELAID) out/tests/dis/dis.test.js out/tests/doc/man.test.js
	cd out/relaid && WAYS='native code$$' $(AVA_IN_ARM64) $(RELAID)
RELAID = $(patsubst %,out/tests/libinterp/%.test.js,forms calls alt dynmod)

# instructions of Arm64 that a unit of work takes, and which of Dis are left to others
count-arm64: out/.compiled
	build/arm64.sh
	node out/bench/arm64/count.js out/arm64/node
	node out/bench/arm64/share.js out/arm64/node

lint: node_modules/.installed
	$(BIN)/biome check --error-on-warnings
	$(BIN)/tsc --noEmit -p .

bench: all out/.compiled
	node out/bench/bench.js

conformance: all out/.compiled
	@test -n "$(UPSTREAM)" || { echo 'usage: make conformance UPSTREAM=dir' >&2; exit 2; }
	UPSTREAM=$(abspath $(UPSTREAM)) $(BIN)/ava out/tests/libinterp/verify.test.js out/tests/libinterp/object.test.js
	UPSTREAM=$(abspath $(UPSTREAM)) node out/tests/conformance/signatures.js
	UPSTREAM=$(abspath $(UPSTREAM)) node out/tests/conformance/sources.js
	node out/tests/conformance/executed.js
	UPSTREAM=$(abspath $(UPSTREAM)) node out/tests/conformance/run.js
	node out/tests/conformance/infernode.js

# random programs, the same outcome in every engine
fuzz: all out/.compiled
	N=$(or $(N),2000) SEED=$(or $(SEED),1) $(BIN)/ava out/tests/fuzz/engines.test.js

# sources with something wrong in them, and random programs with and without the optimiser
fuzz-limbo: all out/.compiled
	N=$(or $(N),2000) SEED=$(or $(SEED),1) UPSTREAM=$(UPSTREAM) $(BIN)/ava out/tests/fuzz/limbo.test.js

golden: all out/.compiled
	RENEW=1 $(BIN)/ava out/tests/libinterp/wasmlist.test.js out/tests/limbo/passes.test.js

gen: all
	bin/limbo --ts Sys -I module module/sys.m >emu/gen/sysmod.ts
	bin/limbo --ts Loader -I module module/loader.m >emu/gen/loadermod.ts
	bin/limbo --ts Crypt -I module module/crypt.m >emu/gen/cryptmod.ts
	printf 'include "sys.m";\ninclude "keyring.m";\n' >out/builtins.m
	bin/limbo --ts Keyring -I module out/builtins.m >emu/gen/keyringmod.ts
	$(BIN)/biome check --write emu/gen

clean:
	rm -rf o.emu bin dis out

.PHONY: all fuzz fuzz-limbo golden run test check-arm64 check-layout count-arm64 lint bench conformance gen clean
