import { interpreterSource, type Scope, scopeNames } from "./dispatch.ts";

export interface Generated {
	/** Runs the current thread until R_STOP says why not to go on. */
	readonly run: () => void;
	/** Carries out the instruction at word `p` of a translation; gives the place of the next. */
	readonly step: (code: Int32Array, p: number) => number;
}

/** The interpreter over `scope`. The bundle has the code in place of this module, made when it is built: that starts faster. */
export function interpreter(scope: Scope): Generated {
	return new Function(...scopeNames, `"use strict";\n${interpreterSource()}`)(
		...scopeNames.map((name) => scope[name]),
	) as Generated;
}
