// Measures in one run, prints ratios, and writes them to bench/results.md.
//   CEMU=path CEMUROOT=dir  a C emulator to compare with, and a root of its own that has dis/jitbench.dis
//   DIVISOR=10            divides the sizes of jitbench
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const divisor = process.env.DIVISOR ?? "10";

/** Milliseconds that a command takes, the best of `n`. */
function best(n, command, args) {
	let least = Number.POSITIVE_INFINITY;
	for (let k = 0; k < n; k++) {
		const began = performance.now();
		spawnSync(command, args, { stdio: ["ignore", "pipe", "pipe"] });
		least = Math.min(least, performance.now() - began);
	}
	return least;
}

/** The parts of jitbench: name to milliseconds. */
function parts(command, args) {
	const { stdout } = spawnSync(command, args, { encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
	const times = new Map();
	for (const line of stdout.split("\n")) {
		const match = /^(\w+)\s.*?(\d+) ms$/.exec(line);
		if (match !== null) times.set(match[1], Number(match[2]));
	}
	return times;
}

const rows = [];
const node = best(10, process.execPath, ["-e", "0"]);
const started = (args) => best(10, process.execPath, ["o.emu", ...args]);
rows.push(["node -e 0", node, node]);
rows.push(["o.emu echo hello", started(["-r.", "dis/echo.dis", "hello"]), node]);
rows.push(["o.emu sh -c 'echo hi'", started(["-r.", "dis/sh.dis", "-c", "echo hi"]), node]);

const ours = parts(process.execPath, ["o.emu", "-r.", "dis/jitbench.dis", divisor]);
const { CEMU, CEMUROOT } = process.env;
const theirs = CEMU === undefined ? new Map() : parts(CEMU, ["-r", CEMUROOT ?? ".", "dis/jitbench.dis", divisor]);
for (const [name, ms] of ours) rows.push([`jitbench ${name}`, ms, theirs.get(name)]);

const cells = rows.map(([name, ms, base]) => [name, ms.toFixed(0), base === undefined ? "" : base.toFixed(0), base ? (ms / base).toFixed(2) : ""]);
const table = [["", "ms", "base", "ratio"], ["---", "---:", "---:", "---:"], ...cells];
const widths = [0, 1, 2, 3].map((k) => Math.max(...table.map((row) => row[k].length)));
const text = `${table.map((row) => `| ${row.map((cell, k) => (k === 0 ? cell.padEnd(widths[k]) : cell.padStart(widths[k]))).join(" | ")} |`).join("\n")}\n`;
writeFileSync("bench/results.md", text);
process.stdout.write(text);
