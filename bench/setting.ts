/** What the environment asks for. */

const { env } = process;

/** A number of the environment, which has to be 1 or more. */
function count(name: string, otherwise: number): number {
	const text = env[name] ?? "";
	if (text === "") return otherwise;
	const n = Number(text);
	if (!Number.isInteger(n) || n < 1) throw new Error(`${name}=${text}: not a number from 1`);
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
export const cemu = env.CEMU && env.CEMUROOT ? { path: env.CEMU, root: env.CEMUROOT } : undefined;

/** An Inferno tree, for its programs. */
export const upstream = env.UPSTREAM || undefined;

/** Shows what is going on, when somebody is looking. */
export function progress(text: string): void {
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}
