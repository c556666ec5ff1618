import type { Native } from "../libinterp/arm64/native.ts";
import { compilers } from "../libinterp/backends.ts";
import { bridges, nativeBridge } from "./native.ts";
import { compiles, reports } from "./trace.ts";

/** What the user asks for: a back end and a bridge by name, and the level of -c. */
export interface Wanted {
	readonly jit: string | undefined;
	readonly bridge: string | undefined;
	readonly level: number;
}

/** What is used. */
export interface Chosen {
	/** The compiler, undefined for none. */
	readonly jit: string | undefined;
	readonly native?: Native;
	/** Why it is not what was asked for. */
	readonly note?: string;
}

const NATIVE = "arm64";

/** The back end for what is wanted; what is wrong with that, if there is no such thing. On Arm64 native code is best: `make bench ONLY=arm64`. */
export function chooseBackEnd({ jit, bridge, level }: Wanted): Chosen | { readonly wrong: string } {
	const portable = Object.keys(compilers)[0] as string;
	if (bridge !== undefined && bridges[bridge] === undefined)
		return { wrong: `no bridge ${bridge}: there are ${Object.keys(bridges).join(", ")}` };
	if (jit === "interp" || (jit === undefined && !compiles(level))) return { jit: undefined };
	const wanted = jit ?? (process.arch === NATIVE ? NATIVE : portable);
	if (compilers[wanted] === undefined)
		return { wrong: `no back end ${wanted}: there are interp, ${Object.keys(compilers).join(", ")}` };
	if (wanted !== NATIVE) return { jit: wanted };
	const native =
		process.arch === NATIVE ? nativeBridge(bridge) : { why: `this is a host of ${process.arch}, not of ${NATIVE}` };
	if (!("why" in native)) return { jit: wanted, native };
	// Who asks for nothing in particular need not be told.
	if (jit === undefined && bridge === undefined) return { jit: portable };
	// To see what is compiled no host is needed.
	const other = reports(level)
		? { jit: wanted, instead: "it is interpreted" }
		: { jit: portable, instead: `${portable} is used` };
	return { jit: other.jit, note: `no native code: ${native.why}; ${other.instead}` };
}
