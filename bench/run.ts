/** Runs commands and takes the time. */
import { spawnSync } from "node:child_process";

/** A program and its arguments. */
export type Command = readonly [program: string, ...args: string[]];

export interface Ran {
	readonly stdout: string;
	readonly stderr: string;
	/** Null when it was ended by a signal, or by the time limit of ten minutes. */
	readonly status: number | null;
	/** Milliseconds from start to exit. */
	readonly ms: number;
}

/** Runs a command with nothing on its standard input. */
export function run([program, ...args]: Command): Ran {
	const began = performance.now();
	const { stdout, stderr, status, error } = spawnSync(program, args, {
		encoding: "latin1",
		stdio: ["ignore", "pipe", "pipe"],
		maxBuffer: 1 << 29,
		timeout: 600_000,
	});
	const ms = performance.now() - began;
	return { stdout: stdout ?? "", stderr: stderr ?? String(error), status, ms };
}
