import { readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { engines } from "../../libinterp/backends.ts";
import type { Report } from "../../libinterp/engine.ts";
import { compile } from "../../limbo/compile.ts";
import { machine } from "../engines.ts";

const GOLDEN = "tests/libinterp/golden";

/** What a compiler that compiles everything says of a program, which is run to its end. */
function reports(source: string): { all: Report[]; ends: string[] } {
	const all: Report[] = [];
	const way = {
		name: "reported",
		engines: engines({ jit: "wasm", eager: true, report: (r) => all.push(r) }),
		options: [],
	};
	const { vm, ends } = machine(way);
	const { object } = compile(source, (name) => (name === source ? readFileSync(name, "latin1") : undefined), {});
	vm.start(vm.fromBytes("program", { stamp: "", bytes: object as Uint8Array }));
	while (vm.slice());
	return { all, ends };
}

/** The listing of what was compiled first: the whole program. Bytes are left out, and addresses of types, which the layout of everything decides. */
function listed({ functions, listing, module }: Report): string {
	const types = new Set(module.types.map(String));
	return functions
		.map((f, k) => `function at ${f.pc}, ${f.instructions} instructions\n${listing(k)}`)
		.join("\n")
		.split("\n")
		.map((line) =>
			line
				.replace(/ +([0-9a-f]{2} )*[0-9a-f]{2}$/, "")
				.replace(/(?<=i32\.const )\d+/, (address) => (types.has(address) ? "TYPE" : address)),
		)
		.join("\n");
}

for (const name of ["loops", "objects"])
	test(`the listing of ${name}`, (t) => {
		const { all, ends } = reports(`${GOLDEN}/${name}.b`);
		t.deepEqual(ends, [""]);
		const text = listed(all[0] as Report);
		const golden = `${GOLDEN}/${name}.list`;
		if (process.env.RENEW) writeFileSync(golden, text);
		t.is(text, readFileSync(golden, "utf8"));
	});

test("a listing accounts for every byte and every instruction", (t) => {
	const { all } = reports(`${GOLDEN}/objects.b`);
	for (const r of all)
		r.functions.forEach((f, k) => {
			const lines = r.listing(k).trimEnd().split("\n");
			const bytes = lines.flatMap((l) => l.match(/(?<= )[0-9a-f]{2}(?= |$)/g) ?? []);
			t.true(bytes.length >= f.bytes, `${bytes.length} of ${f.bytes} bytes`);
			t.true(lines.filter((l) => /^ *\d+ \w/.test(l)).length >= f.instructions);
			t.false(/ 0x[0-9a-f]+ /.test(r.listing(k)), "an instruction without a name");
		});
});
