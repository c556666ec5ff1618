import { execFile } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { node } from "../engines.ts";

/** A command line for the shell, and what it must do. */
export interface Case {
	readonly command: string;
	readonly stdout: string;
	readonly stderr: string;
	/** The shell's $status after it. */
	readonly status: string;
}

/** Blocks separated by `---`: a line `$ command`, lines of output, lines `! ` of errors, and a line `= status` if that is not empty. */
export function readCases(path: string): Case[] {
	const blocks = readFileSync(path, "utf8").split(/^---\n/m);
	return blocks.filter((b) => b.trim() !== "").map(readCase);
}

function readCase(block: string): Case {
	let [command, stdout, stderr, status] = ["", "", "", ""];
	for (const line of block.replace(/\n$/, "").split("\n")) {
		if (command === "" && line.startsWith("$ ")) command = line.slice(2);
		else if (line.startsWith("! ") || line === "!") stderr += `${line.slice(2)}\n`;
		else if (line.startsWith("= ")) status = line.slice(2);
		else stdout += `${line}\n`;
	}
	return { command, stdout, stderr, status };
}

/** A root of its own for programs to write in, with the project's dis/ and module/. */
export function scratchRoot(): { root: string; remove: () => void } {
	const root = mkdtempSync(join(tmpdir(), "oemu-"));
	for (const dir of ["dis", "module"]) cpSync(resolve(dir), join(root, dir), { recursive: true });
	for (const dir of ["tmp", "n", "lib"]) mkdirSync(join(root, dir));
	return { root, remove: () => rmSync(root, { recursive: true, force: true }) };
}

export interface Outcome {
	readonly stdout: string;
	readonly stderr: string;
	readonly code: number | null;
}

/** Compiled code is kept from one run to the next within a test file. */
const cache = mkdtempSync(join(tmpdir(), "oemu-cache-"));
process.on("exit", () => rmSync(cache, { recursive: true, force: true }));

/** Emulators that a test file runs at a time: more would only take each other's time. */
const AT_ONCE = Math.max(2, availableParallelism());
let running = 0;
const waiting: (() => void)[] = [];

/** Runs the built emulator, when it is its turn. */
export async function emu(
	args: readonly string[],
	input = "",
	options: { timeout?: number; env?: Record<string, string> } = {},
): Promise<Outcome> {
	if (running >= AT_ONCE) await new Promise<void>((turn) => waiting.push(turn));
	else running++;
	try {
		return await run(args, input, options);
	} finally {
		const next = waiting.shift();
		if (next === undefined) running--;
		else next();
	}
}

function run(
	args: readonly string[],
	input: string,
	options: { timeout?: number; env?: Record<string, string> },
): Promise<Outcome> {
	return new Promise((done) => {
		const child = execFile(
			node,
			[resolve("o.emu"), ...args],
			{
				timeout: options.timeout ?? 60_000,
				maxBuffer: 64 << 20,
				env: { ...process.env, XDG_CACHE_HOME: cache, ...options.env },
			},
			(error, stdout, stderr) => {
				const code = error === null ? 0 : typeof error.code === "number" ? error.code : null;
				done({ stdout, stderr, code });
			},
		);
		child.stdin?.on("error", () => {});
		child.stdin?.end(input);
	});
}
