/** Compiles appl/ into dis/, what has changed only: a file is rebuilt when it is older than its source, an interface, or the compiler. */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile } from "../limbo/compile.ts";
import { formatDiagnostic } from "../limbo/source.ts";

/** Where the sources of a directory go. */
const places: readonly (readonly [from: string, to: string])[] = [
	["appl", "dis"],
	["appl/cmd", "dis"],
	["appl/lib", "dis/lib"],
	["appl/cmd/sh", "dis/sh"],
];

/** The shell itself is a command, though its source lies with its modules. */
const elsewhere: Readonly<Record<string, string>> = { "appl/cmd/sh/sh.b": "dis/sh.dis" };

function changed(path: string): number {
	return existsSync(path) ? statSync(path).mtimeMs : 0;
}

function files(dir: string, suffix: string): string[] {
	if (!existsSync(dir)) return [];
	return readdirSync(dir)
		.filter((name) => name.endsWith(suffix))
		.map((name) => join(dir, name));
}

function readFile(path: string): string | undefined {
	try {
		return readFileSync(path, "utf8");
	} catch {
		return undefined;
	}
}

function main(): number {
	const shared = [...files("module", ".m"), ...files("appl/cmd/sh/core", ".b"), ...files("appl/cmd/calc", ".b"), process.argv[1] ?? ""];
	const newest = Math.max(...shared.map(changed));
	let bad = 0;
	let built = 0;
	for (const [from, to] of places)
		for (const source of files(from, ".b")) {
			const target = elsewhere[source] ?? join(to, `${source.slice(source.lastIndexOf("/") + 1, -2)}.dis`);
			if (changed(target) >= Math.max(newest, changed(source))) continue;
			const { object, diagnostics } = compile(source, readFile, { include: ["module"] });
			const errors = diagnostics.filter((d) => d.severity === "error");
			for (const d of errors) process.stderr.write(`${formatDiagnostic(d)}\n`);
			if (object === undefined || errors.length > 0) {
				bad++;
				continue;
			}
			mkdirSync(dirname(target), { recursive: true });
			writeFileSync(target, object);
			built++;
		}
	if (built > 0 && process.stdout.isTTY) process.stdout.write(`dis: ${built} compiled\n`);
	return bad === 0 ? 0 : 1;
}

process.exit(main());
