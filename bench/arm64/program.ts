import { readFileSync } from "node:fs";
import type { Engines } from "../../libinterp/engine.ts";
import { Fault } from "../../libinterp/fault.ts";
import { Vm } from "../../libinterp/vm.ts";
import { compile } from "../../limbo/compile.ts";

/** A program of this directory, that does its work so often. */
export function programOf(name: string, repeats: number): Uint8Array {
	const source = readFileSync(`bench/arm64/${name}.b`, "latin1").replaceAll("REPEATS", String(repeats));
	const { object, diagnostics } = compile(name, (n) => (n === name ? source : undefined), {});
	if (object === undefined) throw new Error(`${name}: ${diagnostics[0]?.message}`);
	return object;
}

/** Runs a program to its end. Throws when it does not end well. */
export function runAll(bytes: Uint8Array, engines: Engines): Vm {
	let end: string | undefined;
	const vm = new Vm(
		1 << 24,
		{
			fork: () => ({}),
			ended: (_p, _module, reason) => {
				end = reason;
			},
			wake() {},
			setError() {},
			now: () => performance.now(),
			moduleFile: () => {
				throw new Fault("no files here");
			},
		},
		{},
		engines,
	);
	vm.start(vm.fromBytes("program", { stamp: "", bytes }));
	while (end === undefined) {
		vm.begin(10);
		vm.slice();
	}
	if (end !== "") throw new Error(end);
	return vm;
}
