/** Where the programs of benchmarks lie: below the root of our emulator and below that of the C emulator. */
import { copyFileSync, mkdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { run } from "./run.ts";
import { cemu } from "./setting.ts";

/** The directory as all emulators name it: results may have names of files in them. */
export const directory = "/out/bench/files";

/** The same as the host names it. */
export const ourPath = `.${directory}`;
export const theirPath = cemu === undefined ? undefined : join(cemu.root, directory);

mkdirSync(ourPath, { recursive: true });
if (theirPath !== undefined) {
	const made = mkdirSync(theirPath, { recursive: true }) ?? theirPath;
	process.on("exit", () => rmSync(made, { recursive: true, force: true }));
	for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => process.exit(1));
}

function changed(path: string): number {
	return statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

/** Puts a file of ours in place under its own name or the one given, which is returned. */
export function place(path: string, name = basename(path)): string {
	const ours = join(ourPath, name);
	if (path !== ours) copyFileSync(path, ours);
	if (theirPath !== undefined) copyFileSync(path, join(theirPath, name));
	return name;
}

/** Compiles a Limbo source, unless that is done, and puts it in place; the name of the object file. Throws when it does not compile. */
export function build(source: string): string {
	const name = `${source.replace("bench/limbo/", "").replace(/\//g, "-").slice(0, -2)}.dis`;
	const object = join(ourPath, name);
	const newest = Math.max(...[source, "bench/limbo/bench.m", "bin/limbo"].map(changed));
	if (changed(object) <= newest) {
		const options = ["bin/limbo", "-I", "module", "-I", "bench/limbo", "-o", object, source];
		const { status, stderr } = run([process.execPath, ...options]);
		if (status !== 0) throw new Error(`${source} does not compile\n${stderr}`);
	}
	return place(object, name);
}
