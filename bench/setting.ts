/** What the environment asks for. What cannot be ends the process with status 2 before anything is measured. */
import { existsSync } from "node:fs";

const { env } = process;

function refuse(message: string): never {
	process.stderr.write(`bench: ${message}\n`);
	process.exit(2);
}

/** A path of the environment, which has to be there. */
function path(name: string): string | undefined {
	const text = env[name] || undefined;
	if (text !== undefined && !existsSync(text)) refuse(`${name}=${text}: no such file or directory`);
	return text;
}

/** A number of the environment, which has to be 1 or more. */
function count(name: string, otherwise: number): number {
	const text = env[name] ?? "";
	if (text === "") return otherwise;
	const n = Number(text);
	if (!Number.isInteger(n) || n < 1) refuse(`${name}=${text}: not a whole number from 1`);
	return n;
}

/** Sizes are divided by this: 1 for the published figures. */
export const divisor = count("DIVISOR", 1);

/** What a title says of sizes that are not the published ones. */
export const reduced = divisor === 1 ? "" : `, 1/${divisor} of it`;

/** Groups to measure: all when it is undefined. */
export const only = env.ONLY ? env.ONLY.split(",") : undefined;

/** How often each thing is measured; the best time counts. */
export const rounds = count("ROUNDS", 3);

/** A C emulator, and a directory that is a root for it and that can be written to. */
export const cemu = emulator();

function emulator(): { readonly path: string; readonly root: string } | undefined {
	const [emu, root] = [path("CEMU"), path("CEMUROOT")];
	if (emu !== undefined && root !== undefined) return { path: emu, root };
	if (emu !== undefined || root !== undefined) refuse("CEMU and CEMUROOT are needed together");
	return undefined;
}

/** An Inferno tree, for its programs. */
export const upstream = path("UPSTREAM");

/** Shows what is going on, when somebody is looking. */
export function progress(text: string): void {
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
