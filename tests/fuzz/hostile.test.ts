import { readFileSync } from "node:fs";
import test from "ava";
import { Fault } from "../../libinterp/fault.ts";
import { ObjectError } from "../../libinterp/object.ts";
import { machine, type Way, ways } from "../engines.ts";

/** Slices a mutant may run: some loop for ever. */
const SLICES = 20;

/** Loads and runs `bytes` in a machine of its own. */
function run(way: Way, bytes: Uint8Array): void {
	const { vm } = machine(way, 1 << 21);
	vm.start(vm.fromBytes("mutant", { stamp: "", bytes }));
	for (let k = 0; k < SLICES && vm.slice(); k++);
}

const hostile = ways.filter(({ name }) => name === "interpreted" || name === "compiled to wasm");

// Only a refusal or an exception of the program may come of it: never a JavaScript error.
for (const [name, way] of ["echo", "basename", "lib/arg"].flatMap((n) => hostile.map((w) => [n, w] as const)))
	test(`every byte of ${name}.dis flipped, ${way.name}`, (t) => {
		t.timeout(120_000);
		const good = readFileSync(`dis/${name}.dis`);
		for (let i = 0; i < good.length; i++)
			for (const bits of [0xff, 0x01, 0x80]) {
				const bytes = new Uint8Array(good);
				bytes[i] = (bytes[i] as number) ^ bits;
				try {
					run(way, bytes);
				} catch (e) {
					t.true(e instanceof ObjectError || e instanceof Fault, `byte ${i} ^ ${bits}: ${String(e)}`);
				}
			}
		t.pass();
	});
