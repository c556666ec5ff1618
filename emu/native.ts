import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import type { Native } from "../libinterp/arm64/native.ts";
import { ffi } from "./nativeffi.ts";
import { koffi } from "./nativekoffi.ts";

/** Finds a package beside the program, as require does. Throws where it is not installed. */
export type Require = (name: string) => unknown;

/** The ways to call native code, best first: a package that may be installed or not, and what it is used by. */
export const bridges: Readonly<Record<string, (require: Require) => Native>> = { koffi, ffi };

/** What `mmap` and `mprotect` take, by platform. */
export interface Numbers {
	readonly MAP_PRIVATE: number;
	readonly MAP_ANON: number;
	/** The function that makes the instruction cache forget, and whether it is told an end or a size. */
	readonly flush: readonly [name: string, wants: "end" | "size"];
}
const PROT_READ = 1;
const PROT_WRITE = 2;
const PROT_EXEC = 4;
export const PROT_NONE = 0;
export const protections = { write: PROT_READ | PROT_WRITE, execute: PROT_READ | PROT_EXEC } as const;

/** Of this host; undefined where nobody knows them. */
export function numbers(platform: string = process.platform): Numbers | undefined {
	switch (platform) {
		case "linux":
			return { MAP_PRIVATE: 2, MAP_ANON: 0x20, flush: ["__clear_cache", "end"] };
		case "darwin":
			return { MAP_PRIVATE: 2, MAP_ANON: 0x1000, flush: ["sys_icache_invalidate", "size"] };
		default:
			return undefined;
	}
}

/** The bridge that is named, or the best there is; or why there is none. */
export function nativeBridge(name?: string, require: Require = beside()): Native | { readonly why: string } {
	if (name !== undefined && bridges[name] === undefined)
		return { why: `no bridge ${name}: there are ${Object.keys(bridges).join(", ")}` };
	if (numbers() === undefined) return { why: `native code has not been tried on ${process.platform}` };
	const failed: string[] = [];
	for (const [k, make] of Object.entries(bridges)) {
		if (name !== undefined && k !== name) continue;
		try {
			return make(require);
		} catch (e) {
			failed.push(`${k}: ${e instanceof Error ? (e.message.split("\n")[0] as string) : String(e)}`);
		}
	}
	return { why: failed.join("; ") };
}

/** Packages are looked for from the program that was started. */
function beside(): Require {
	return createRequire(realpathSync(process.argv[1] ?? "."));
}
