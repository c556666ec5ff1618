import { interpreterSource, type Scope, scopeNames } from "./dispatch.ts";
import { coreBytes } from "./wasmcore.ts";

export interface Generated {
	/** Runs the current thread until R_STOP says why not to go on. */
	readonly run: () => void;
	/** Carries out the instruction at word `p` of a translation; gives the place of the next. */
	readonly step: (code: Int32Array, p: number) => number;
}

// The bundle has another module in place of this one, with what it makes, made when the bundle is built: that starts faster.

/** The runtime's fast paths, a module of WebAssembly. */
export function core(): Uint8Array {
	return coreBytes();
}

/** The interpreter over `scope`. */
export function interpreter(scope: Scope): Generated {
	return new Function(...scopeNames, `"use strict";\n${interpreterSource()}`)(
		...scopeNames.map((name) => scope[name]),
	) as Generated;
}
