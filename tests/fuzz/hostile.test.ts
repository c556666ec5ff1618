import { readFileSync } from "node:fs";
import test from "ava";
import { Fault } from "../../libinterp/fault.ts";
import { ObjectError } from "../../libinterp/object.ts";
import { type Host, Vm } from "../../libinterp/vm.ts";
import { Interpreter } from "../../libinterp/xec.ts";

/** Slices a mutant may run: some loop for ever. */
const SLICES = 20;

/** Loads and runs `bytes` in a machine of its own; how its threads ended. */
function run(bytes: Uint8Array): string[] {
	const ends: string[] = [];
	const host: Host = {
		fork: () => ({}),
		ended: (_p, _module, reason) => {
			ends.push(reason);
		},
		wake() {},
		setError() {},
		now: () => 0,
		moduleFile: () => {
			throw new Fault("no files here");
		},
	};
	const vm = new Vm(1 << 21, host, {}, [(m) => new Interpreter(m)]);
	vm.start(vm.fromBytes("mutant", { stamp: "", bytes }));
	for (let k = 0; k < SLICES && vm.slice(); k++);
	return ends;
}

// Only a refusal or an exception of the program may come of it: never a JavaScript error.
for (const name of ["echo", "basename", "lib/arg"])
	test(`every byte of ${name}.dis flipped`, (t) => {
		t.timeout(120_000);
		const good = readFileSync(`dis/${name}.dis`);
		for (let i = 0; i < good.length; i++)
			for (const bits of [0xff, 0x01, 0x80]) {
				const bytes = new Uint8Array(good);
				bytes[i] = (bytes[i] as number) ^ bits;
				try {
					run(bytes);
				} catch (e) {
					t.true(e instanceof ObjectError || e instanceof Fault, `byte ${i} ^ ${bits}: ${String(e)}`);
				}
			}
		t.pass();
	});
