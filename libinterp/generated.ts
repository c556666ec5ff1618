import { type Scope, scopeNames, stepSource } from "./step.ts";
import { coreBytes } from "./wasmcore.ts";

// The bundle has another module in place of this one, with what it makes, made when the bundle is built: that starts faster.

/**
 * The interpreter and the runtime's fast paths. V8 sees at once that the interpreter is worth optimising, and an emulator that would like to end then
 * has to wait for that: so at first there is a `simple` one, which the bundle forbids V8 to optimise.
 */
export function core(simple: boolean): WebAssembly.Module {
	return new WebAssembly.Module(coreBytes(simple));
}

/** Carries out instruction `pc` of a module's code; gives the number of the next. */
export type Step = (code: Int32Array, pc: number) => number;

export function stepper(scope: Scope): Step {
	return new Function(...scopeNames, `"use strict";\n${stepSource()}`)(
		...scopeNames.map((name) => scope[name]),
	) as Step;
}
