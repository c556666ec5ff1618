import { CompWasm } from "./compwasm.ts";
import type { Engine, Engines, Machine } from "./engine.ts";
import { Interpreter, type Trace } from "./xec.ts";

/** The compilers that there are, best first: -c1 takes the first, --jit one by its name. */
export const compilers: Readonly<
	Record<string, { readonly about: string; make(m: Machine, interpreter: Interpreter, eager: boolean): Engine }>
> = {
	wasm: { about: "compiles to WebAssembly", make: (m, interpreter, eager) => new CompWasm(m, interpreter, eager) },
};

/** What runs Dis code: the interpreter, and above it the compiler named, if any. `eager` compiles all before it runs. */
export interface Backends {
	readonly jit?: string;
	readonly eager?: boolean;
	/** Sees each instruction that is interpreted. */
	readonly trace?: Trace;
}

/** The engines of a machine, in the order that Vm wants them. Throws when there is no compiler of that name. */
export function engines({ jit, eager = false, trace }: Backends): Engines {
	let interpreter: Interpreter;
	const first = (m: Machine) => {
		interpreter = new Interpreter(m, trace);
		return interpreter;
	};
	if (jit === undefined) return [first];
	const compiler = compilers[jit];
	if (compiler === undefined) throw new Error(`no back end ${jit}`);
	return [first, (m) => compiler.make(m, interpreter, eager)];
}
