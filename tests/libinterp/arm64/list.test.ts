/** Listings of native code, which any host can make. */
import { readFileSync } from "node:fs";
import test from "ava";
import { engines } from "../../../libinterp/backends.ts";
import type { Report } from "../../../libinterp/engine.ts";
import { compile } from "../../../limbo/compile.ts";
import { machine } from "../../engines.ts";

for (const name of ["loops", "objects"])
	test(`a listing of ${name} accounts for every word and every instruction`, (t) => {
		const source = `tests/libinterp/golden/${name}.b`;
		const all: Report[] = [];
		const { vm, ends } = machine({
			name: "listed",
			engines: engines({ jit: "arm64", eager: true, report: (r) => all.push(r) }),
			options: [],
		});
		const { object } = compile(source, (n) => (n === source ? readFileSync(n, "latin1") : undefined), {});
		vm.start(vm.fromBytes("program", { stamp: "", bytes: object as Uint8Array }));
		// Where there is no host for native code the program is interpreted.
		while (vm.slice());
		t.deepEqual(ends, [""]);
		t.true(all.length > 0);
		for (const r of all) {
			t.deepEqual(r.refused, []);
			r.functions.forEach((f, k) => {
				const lines = r.listing(k).trimEnd().split("\n");
				const words = lines.filter((l) => / [0-9a-f]{8}$/.test(l));
				t.is(words.length * 4, f.bytes);
				const pcs = new Set(lines.flatMap((l) => /^ *(\d+) \w/.exec(l)?.[1] ?? []));
				t.is(pcs.size, f.instructions);
				t.false(
					lines.some((l) => l.includes(".word")),
					"a word without a name",
				);
			});
		}
	});
