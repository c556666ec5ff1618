/** The compiler: one small file from the command line, and all sources of a tree in one process. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile } from "../../limbo/compile.ts";
import { type Command, run } from "../run.ts";
import { progress } from "../setting.ts";
import { judged, type Row, table } from "../table.ts";

const TIMES = 15;
/** Times Node with nothing to do. */
const START = 2.5;
/** Milliseconds that a thousand lines may take, once V8 has compiled the compiler. */
const THOUSAND = 50;
/** Files after which it has. */
const WARM = 100;

const small: Command = [process.execPath, "bin/limbo", "-I", "module", "-o", "out/bench/small.dis", "appl/cmd/echo.b"];

function best(command: Command): number {
	let least = Number.POSITIVE_INFINITY;
	for (let round = 1; round <= TIMES; round++) {
		progress(`limbo: round ${round}`);
		const { ms, status, stderr } = run(command);
		if (status !== 0) throw new Error(`${command.join(" ")}: ${stderr}`);
		least = Math.min(least, ms);
	}
	return least;
}

/** Sources in UPSTREAM's appl; our own where there is no UPSTREAM. */
function sources(): { files: string[]; include: string } {
	const tree = process.env.UPSTREAM ?? ".";
	const files = readdirSync(join(tree, "appl"), { recursive: true, encoding: "utf8" })
		.filter((f) => f.endsWith(".b"))
		.map((f) => join(tree, "appl", f))
		.filter((f) => existsSync(f));
	return { files: files.sort(), include: join(tree, "module") };
}

/** Lines, and milliseconds of processor time for a thousand of them. */
function warm(): { lines: number; ms: number } {
	const { files, include } = sources();
	const texts = new Map<string, string | undefined>();
	const read = (name: string): string | undefined => {
		if (!texts.has(name)) texts.set(name, existsSync(name) ? readFileSync(name, "utf8") : undefined);
		return texts.get(name);
	};
	let [lines, began] = [0, 0];
	for (const [i, file] of [...files.slice(0, WARM), ...files].entries()) {
		if (i === Math.min(WARM, files.length)) [lines, began] = [0, process.cpuUsage().user];
		progress(`limbo: ${file}`);
		lines += (read(file) ?? "").split("\n").length - 1;
		compile(file, read, { include: [include] });
	}
	return { lines, ms: (process.cpuUsage().user - began) / lines };
}

export function limbo(): string {
	const node = best([process.execPath, "-e", "0"]);
	const file = best(small);
	const { lines, ms } = warm();
	progress("");
	const rows: Row[] = [
		["", "ms", "times node"],
		["node -e 0", node.toFixed(0), "1.00"],
		["limbo echo.b", file.toFixed(0), (file / node).toFixed(2)],
		["a thousand lines, warm", ms.toFixed(1), ""],
	];
	return table(`The compiler; ${lines} lines in one process`, rows, [
		judged("limbo echo.b: times node", file / node, START),
		judged("a thousand lines: ms", ms, THOUSAND),
	]);
}
