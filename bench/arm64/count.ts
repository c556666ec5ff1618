/**
 * How many instructions of Arm64 a unit of work takes, counted under qemu: `count.js node`, with the Node of Arm64 that build/arm64.sh has made.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { engines } from "../../libinterp/backends.ts";
import { table } from "../table.ts";
import { programOf, runAll } from "./program.ts";

/** Units of work in a repeat, 0: each Dis instruction is one; and the most instructions that a unit is to take with slots in memory, and in registers. */
const works = [
	{ name: "array", unit: "array loop, an iteration", units: 1000, limits: [30, 14] },
	{ name: "nested", unit: "nested loop, an iteration", units: 1000, limits: [26, 10] },
	{ name: "arithmetic", unit: "arithmetic loop, an iteration", units: 1000, limits: [60, 26] },
	{ name: "fib", unit: "fib(24), a call and its return", units: 150_049, limits: [60, 45] },
	{ name: "sieve", unit: "sieve, a Dis instruction", units: 0, limits: [6, 3] },
] as const;

const node = process.argv[2] as string;
const DIR = "out/arm64";
const PLUGIN = resolve(DIR, "count.so");
const REGION = 1 << 27;

/** Dis instructions that a program executes. */
function executed(name: string, repeats: number): number {
	let n = 0;
	runAll(
		programOf(name, repeats),
		engines({
			trace: () => {
				n++;
			},
		}),
	);
	return n;
}

/** Instructions of its own code that it executes, and how many of Dis are carried out elsewhere. */
function counted(name: string, repeats: number, registers: number): { native: number; punts: number } {
	const out = resolve(DIR, "counts");
	const args = ["out/bench/arm64/work.js", name, String(repeats), String(registers)];
	const env = { ...process.env, QEMUARGS: `-plugin ${PLUGIN},out=${out}` };
	const { status, stdout, stderr } = spawnSync(node, args, { encoding: "utf8", env });
	if (status !== 0) throw new Error(stderr);
	const [base, punts] = stdout.split(" ").map(Number) as [number, number];
	let native = 0;
	for (const line of readFileSync(out, "utf8").trim().split("\n")) {
		const [at, n] = line.split(" ").map(Number) as [number, number];
		if (at >= base - 65536 && at < base + REGION) native += n;
	}
	return { native, punts };
}

/** What twenty repeats take more than ten. */
function oneMore(f: (repeats: number) => number): number {
	return f(20) - f(10);
}

mkdirSync(DIR, { recursive: true });
const cc = spawnSync("cc", ["-O2", "-shared", "-fPIC", "-o", PLUGIN, "bench/arm64/count.c"], { encoding: "utf8" });
if (cc.status !== 0) throw new Error(cc.stderr);
const rows = works.map(({ name, unit, units, limits }) => {
	const instructions = oneMore((n) => executed(name, n)) / 10;
	const all = 10 * (units || instructions);
	const columns = [0, 100].map((registers, k) => {
		const each = oneMore((n) => counted(name, n, registers).native) / all;
		return `${each.toFixed(1)}${each > (limits[k] as number) ? " !" : ""} (at most ${limits[k]})`;
	});
	return [unit, (instructions / (units || instructions)).toFixed(0), ...columns];
});
console.log(
	table("Instructions of Arm64", [["work", "Dis instructions", "slots in memory", "slots in registers"], ...rows]),
);
