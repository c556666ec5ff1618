import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { node } from "../engines.ts";

/** A command line of an example, and what the page says it prints on either output. */
export interface Step {
	readonly command: string;
	readonly printed: string;
}

/** A block marked `example` in a page: lines that begin with `; ` are for Inferno's shell, with `$ ` for the host's. */
export interface Example {
	readonly prompt: "; " | "$ ";
	readonly steps: Step[];
}

export function readExamples(path: string): Example[] {
	return [...readFileSync(path, "utf8").matchAll(/^```example\n([\s\S]*?)^```$/gm)].map(([, body]) =>
		example(body ?? ""),
	);
}

function example(body: string): Example {
	const prompt = body.startsWith("$ ") ? "$ " : "; ";
	const steps: { command: string; printed: string }[] = [];
	for (const line of body.replace(/\n$/, "").split("\n")) {
		const last = steps.at(-1);
		if (line.startsWith(prompt)) steps.push({ command: line.slice(2), printed: "" });
		else if (last !== undefined) last.printed += `${line}\n`;
	}
	return { prompt, steps };
}

// What no example prints, after a command and after an example.
const mark = "\u0001";
const end = "\u0002";

/**
 * What the commands of a page's examples for Inferno's shell print, all in one emulator, each example in a shell of its own and an
 * empty /tmp.
 */
export function runInside(root: string, level: string, examples: readonly Example[]): string[][] {
	mkdirSync(join(root, "examples"));
	const main = examples.map(({ steps }, k) => {
		const script = steps.flatMap(({ command }) => [command, `echo -n '${mark}'`]);
		writeFileSync(join(root, "examples", String(k)), `${script.join("\n")}\n`);
		return `rm -rf /tmp; mkdir /tmp; cd /tmp; sh /examples/${k}; echo -n '${end}'`;
	});
	const { output } = host(`exec ${node} ${resolve("o.emu")} ${level} -r ${root} sh 2>&1`, {
		input: `${main.join("\n")}\n`,
	});
	const printed = output.split(end).map((text) => text.split(mark));
	return examples.map(({ steps }, k) => steps.map((_, i) => printed[k]?.[i] ?? ""));
}

/** The same for the host's shell, in a directory that has what the project's has. */
export function runOutside(dir: string, level: string, examples: readonly Example[]): string[][] {
	for (const name of ["o.emu", "bin", "appl", "README.md"]) symlinkSync(resolve(name), join(dir, name));
	return examples.map(({ steps }) =>
		steps.map(({ command }) => host(command, { cwd: dir, env: { ...process.env, EMU: level } }).output),
	);
}

function host(command: string, options: { input?: string; cwd?: string; env?: NodeJS.ProcessEnv }): { output: string } {
	const { stdout } = spawnSync("sh", ["-c", `exec 2>&1\n${command}`], {
		encoding: "utf8",
		timeout: 600_000,
		...options,
	});
	return { output: stdout };
}

/** Puts the pages into a root. */
export function addPages(root: string): void {
	cpSync("doc", join(root, "doc"), { recursive: true });
}
