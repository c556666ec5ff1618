/** Whole commands on large files: time from start to exit, and what they print is compared. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compare } from "../compare.ts";
import { directory, ourPath, place, theirPath } from "../place.ts";
import { merge, type Result, type Results } from "../race.ts";
import { run } from "../run.ts";
import { divisor, progress, reduced, rounds, upstream } from "../setting.ts";
import { type Way, ways } from "../ways.ts";

/** Lines of a few words of pseudo-random letters, the same each time. */
function words(count: number): string {
	let seed = 1;
	const all: string[] = [];
	for (let i = 0; i < count; i++) {
		let line = "";
		for (let k = 0; k < 4; k++) {
			seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
			line += `${(seed >>> 3).toString(36)} `;
		}
		all.push(`${line}${i}\n`);
	}
	return all.join("");
}

interface Command {
	readonly name: string;
	readonly args: readonly string[];
	/** The file in that directory that it writes, if it does. */
	readonly writes?: string;
}

function made(name: string, text: string): string {
	const path = join(ourPath, name);
	writeFileSync(path, text);
	return place(path);
}

/** sort and grep of ours. */
function ours(): Command[] {
	for (const command of ["sort", "grep"]) place(`dis/${command}.dis`);
	const sorted = made("sort.in", words(1_000_000 / divisor));
	const searched = made("grep.in", words(1_500_000 / divisor));
	return [
		{ name: "sort", args: [`${directory}/sort.dis`, `${directory}/${sorted}`] },
		{ name: "grep", args: [`${directory}/grep.dis`, "[a-f]9.*q[0-9]+ 1", `${directory}/${searched}`] },
	];
}

const SOURCE = "appl/cmd/cook.b";

/** Inferno's compiler on a source of its tree of about 2,000 lines. */
function compiler(tree: string): Command[] {
	place(join(tree, "dis/limbo.dis"));
	const source = place(join(tree, SOURCE));
	for (const file of readdirSync(join(tree, "module"))) if (file.endsWith(".m")) place(join(tree, "module", file));
	const object = "limbo-out.dis";
	return [
		{
			name: "limbo",
			args: [`${directory}/limbo.dis`, "-I", directory, "-o", `${directory}/${object}`, `${directory}/${source}`],
			writes: object,
		},
	];
}

/** What a command printed or wrote, as a number that stands for it. */
function digest(printed: string, way: Way, { writes }: Command): string {
	const hash = createHash("sha256").update(printed, "latin1");
	const path = way.ours ? ourPath : theirPath;
	if (writes !== undefined && path !== undefined) {
		hash.update(readFileSync(join(path, writes)));
		rmSync(join(path, writes));
	}
	return String(hash.digest().readInt32LE());
}

/** One run of a command, as a part of a benchmark. Theirs may end as it likes. */
function once(command: Command, way: Way, expected?: string): Result {
	const { stdout, stderr, status, ms } = run(way.command);
	if (way.ours && status !== 0) throw new Error(`${command.name}, ${way.name}: status ${status}\n${stderr}`);
	const result = digest(stdout, way, command);
	return { result, expected: expected ?? result, ms: Math.round(ms) };
}

export function real(): string {
	const commands = [...ours(), ...(upstream === undefined ? [] : compiler(upstream))];
	let columns: readonly Way[] = [];
	const all: Results[] = [];
	for (const command of commands) {
		columns = ways(...command.args);
		for (let round = 1; round <= rounds; round++)
			columns.forEach((way, i) => {
				progress(`real: ${command.name}, ${way.name}, round ${round}`);
				all[i] ??= new Map();
				merge(all[i], new Map([[command.name, once(command, way, all[0]?.get(command.name)?.result)]]));
			});
	}
	progress("");
	return compare(`Real programs${reduced}`, columns, all, [
		{ way: "-c0", base: "C -c0", of: "total", limit: 1 },
		{ way: "-c1", base: "C -c1", of: "each", limit: 1 },
	]);
}
