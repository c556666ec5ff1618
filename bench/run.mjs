// Measures in one run, prints tables with ratios, and writes them to bench/results.md.
//   ONLY=startup,v1     some groups: startup, memory, v1, programs, stress
//   DIVISOR=10          divides the sizes of v1
//   CEMU=path CEMUROOT=dir   a C emulator, and a root of its own that can be written to
import { spawn, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const { CEMU, CEMUROOT, ONLY } = process.env;
const divisor = process.env.DIVISOR ?? "1";
const ROUNDS = 3;

/** Ways of running Dis code, as columns. Another back end is a row here. */
const ours = [
	["-c0", ["-c0"]],
	["-c1", ["-c1"]],
];
const theirs = CEMU === undefined ? [] : [["C -c0", ["-c0"]], ["C -c1", ["-c1"]]]; // biome-ignore format: pairs

function say(text) {
	if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

function output(command, args) {
	const { stdout, status } = spawnSync(command, args, {
		encoding: "utf8",
		stdio: ["ignore", "pipe", "inherit"],
		maxBuffer: 1 << 26,
	});
	return { stdout, status };
}

/** Milliseconds that commands take, the best of `n` rounds in which they take turns. */
function best(n, commands) {
	const least = commands.map(() => Number.POSITIVE_INFINITY);
	for (let k = 0; k < n; k++)
		commands.forEach(([command, args], i) => {
			const began = performance.now();
			spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"] });
			least[i] = Math.min(least[i], performance.now() - began);
		});
	return least;
}

/** Lines of a benchmark: name to its result and milliseconds. */
function lines(text) {
	const rows = new Map();
	for (const line of text.split("\n")) {
		const match = /^(\w+)\s+(-?\d+)?\s+(\d+) ms$/.exec(line);
		if (match !== null) rows.set(match[1], { result: match[2] ?? "", ms: Number(match[3]) });
	}
	return rows;
}

/** The best of some rounds of several ways, which take turns. */
function race(ways) {
	const all = ways.map(() => new Map());
	for (let k = 0; k < ROUNDS; k++)
		ways.forEach(([name, command, args], i) => {
			say(`${name}, round ${k + 1}`);
			for (const [part, row] of lines(output(command, args).stdout)) {
				const known = all[i].get(part);
				if (known === undefined || row.ms < known.ms) all[i].set(part, row);
			}
		});
	say("");
	return all;
}

const o = (args) => [process.execPath, ["o.emu", "-r.", ...args]];

/** A Limbo program of bench/limbo, built where each emulator finds it: paths for ours and for theirs. */
function built(name) {
	mkdirSync("dis/bench", { recursive: true });
	const made = output(process.execPath, ["bin/limbo", "-I", "module", "-o", `dis/bench/${name}.dis`, `bench/limbo/${name}.b`]);
	if (made.status !== 0) throw new Error(`bench/limbo/${name}.b does not compile`);
	return placed(`dis/bench/${name}.dis`, name);
}

function placed(path, name) {
	if (CEMU !== undefined) {
		mkdirSync(join(CEMUROOT, "tmp"), { recursive: true });
		copyFileSync(path, join(CEMUROOT, "tmp", `bench-${name}.dis`));
	}
	return { ours: path, theirs: `/tmp/bench-${name}.dis` };
}

/** All ways of running a program that prints lines. */
function waysOf(paths, args) {
	return [
		...ours.map(([name, options]) => [name, ...o([...options, paths.ours, ...args])]),
		...theirs.map(([name, options]) => [name, CEMU, [...options, "-r", CEMUROOT, paths.theirs, ...args]]),
	];
}

/** A table of parts by ways, the results compared, and the ratio of each way to `base`. */
function table(title, ways, all, base, targets = {}) {
	const baseAt = ways.findIndex(([name]) => name === base);
	const rows = [];
	for (const [part, first] of all[0]) {
		const cells = [part];
		all.forEach((way, i) => {
			const row = way.get(part);
			const ratio = baseAt >= 0 && i !== baseAt && row !== undefined ? ` (${(row.ms / Math.max(1, all[baseAt].get(part)?.ms ?? 1)).toFixed(2)})` : "";
			const wrong = row !== undefined && row.result !== first.result ? " !" : "";
			cells.push(row === undefined ? "" : `${row.ms}${ratio}${wrong}`);
		});
		rows.push(cells);
	}
	const head = ["ms", ...ways.map(([name]) => name)];
	return format(`${title}${base === undefined ? "" : `, in brackets as parts of ${base}`}`, [head, ...rows], targets);
}

function format(title, rows) {
	const widths = rows[0].map((_, k) => Math.max(...rows.map((row) => row[k].length)));
	const line = (row) => `| ${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join(" | ")} |`;
	const rule = `|${widths.map((w, k) => (k === 0 ? "-".repeat(w + 2) : `${"-".repeat(w + 1)}:`)).join("|")}|`;
	return `${title}\n\n${line(rows[0])}\n${rule}\n${rows.slice(1).map(line).join("\n")}\n`;
}

/** A figure beside what it must not exceed. */
const judged = (value, limit) => `${value.toFixed(2)} ${value <= limit ? "ok" : `over ${limit}`}`;

const groups = {
	startup() {
		const commands = [
			["node -e 0", process.execPath, ["-e", "0"]],
			["echo hello", ...o(["dis/echo.dis", "hello"]), 1.5],
			["sh -c 'echo hi'", ...o(["dis/sh.dis", "-c", "echo hi"]), 1.8],
			["echo hello, -c1", ...o(["-c1", "dis/echo.dis", "hello"]), 1.7],
		];
		const times = best(15, commands.map(([, command, args]) => [command, args])); // biome-ignore format: short
		const rows = commands.map(([name, , , limit], k) => [name, times[k].toFixed(0), limit === undefined ? "" : judged(times[k] / times[0], limit)]); // biome-ignore format: a row
		return format("Start to exit", [["", "ms", "times node"], ...rows]);
	},

	async memory() {
		const idle = async (args) => {
			const child = spawn(process.execPath, args, { stdio: ["pipe", "ignore", "ignore"] });
			await new Promise((done) => setTimeout(done, 1500));
			const status = readFileSync(`/proc/${child.pid}/status`, "utf8");
			child.kill();
			return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) / 1024;
		};
		const node = await idle(["-e", "setInterval(() => {}, 1e6)"]);
		const shell = await idle(["o.emu", "-r.", "dis/sh.dis"]);
		return format("Memory when idle", [
			["", "MB", "above node"],
			["node", node.toFixed(0), ""],
			["a shell", shell.toFixed(0), judged(shell - node, 30)],
		]);
	},

	v1() {
		const paths = placed("dis/jitbench.dis", "jitbench");
		const ways = [["JS", process.execPath, ["bench/v1.mjs", divisor]], ...waysOf(paths, [divisor])];
		return table("v1: jitbench", ways, race(ways), "JS");
	},

	programs() {
		const ways = waysOf(built("programs"), []);
		return table("Sixteen programs", ways, race(ways), CEMU === undefined ? "-c0" : "C -c1");
	},

	stress() {
		const ways = waysOf(built("stress"), []).slice(0, ours.length);
		return table("Stress: each at a quarter, then at full size; the time is to be about four times", ways, race(ways), undefined);
	},
};

const chosen = ONLY === undefined ? Object.keys(groups) : ONLY.split(",");
const texts = [];
for (const name of chosen) {
	if (groups[name] === undefined) {
		process.stderr.write(`bench: no group ${name}: there are ${Object.keys(groups).join(", ")}\n`);
		process.exit(2);
	}
	if (name === "memory" && process.platform !== "linux") continue;
	const text = await groups[name]();
	process.stdout.write(`${text}\n`);
	texts.push(text);
}
rmSync("dis/bench", { recursive: true, force: true });
if (ONLY === undefined) writeFileSync("bench/results.md", texts.join("\n"));
