import type { FrontEnd } from "./compile.ts";
export function tables(_f: FrontEnd, _k: string, _m: string): string | undefined {
	throw new Error("not yet");
}
export function moduleTable(_f: FrontEnd, _m: string): string | undefined {
	throw new Error("not yet");
}
