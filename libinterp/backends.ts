import { CompArm64 } from "./comparm64.ts";
import { CompWasm } from "./compwasm.ts";
import type { Compiling, Engine, Engines, Machine } from "./engine.ts";
import { Interpreter, type Trace } from "./xec.ts";

/** The compilers that there are: the first runs anywhere; --jit takes one by its name. */
export const compilers: Readonly<
	Record<string, { readonly about: string; make(m: Machine, interpreter: Interpreter, how: Compiling): Engine }>
> = {
	wasm: { about: "compiles to WebAssembly", make: (m, interpreter, how) => new CompWasm(m, interpreter, how) },
	arm64: {
		about: "compiles to native code of Arm64",
		make: (m, interpreter, how) => new CompArm64(m, interpreter, how),
	},
};

/** Instructions before the interpreter proper is used: of a shell that runs a command; of a command alone, where there is a compiler, whose users are in less of a hurry then. */
const FEW = 8000;
const FEWER = 1500;

/** What runs Dis code: the interpreter, and above it the compiler named, if any. */
export interface Backends extends Partial<Compiling> {
	readonly jit?: string;
	/** Sees each instruction that is interpreted. */
	readonly trace?: Trace;
}

/** The engines of a machine, in the order that Vm wants them. Throws when there is no compiler of that name. */
export function engines({ jit, trace, ...how }: Backends): Engines {
	let interpreter: Interpreter;
	const first = (m: Machine) => {
		interpreter = new Interpreter(m, how.eager || how.hasty ? 0 : jit === undefined ? FEW : FEWER, trace);
		return interpreter;
	};
	if (jit === undefined) return [first];
	const compiler = compilers[jit];
	if (compiler === undefined) throw new Error(`no back end ${jit}`);
	return [first, (m) => compiler.make(m, interpreter, { eager: false, ...how })];
}
