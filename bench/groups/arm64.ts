/** The compiler to native code of Arm64: what it takes to compile, on any host; jitbench beside C, where there is an Arm64 Node or one that build/arm64.sh has made. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Native } from "../../libinterp/arm64/native.ts";
import { engines } from "../../libinterp/backends.ts";
import type { Report } from "../../libinterp/engine.ts";
import { Fault } from "../../libinterp/fault.ts";
import { Vm } from "../../libinterp/vm.ts";
import { compare } from "../compare.ts";
import { build, directory, ourPath, place } from "../place.ts";
import { type Results, race } from "../race.ts";
import { type Command, run } from "../run.ts";
import { divisor, upstream } from "../setting.ts";
import { judged, type Row, table } from "../table.ts";
import type { Way } from "../ways.ts";

/** Microseconds, and bytes, for an instruction of Dis. */
const TIME = 5;
const BYTES = 40;
/** Rounds in which V8 gets to know the compiler. */
const WARM = 24;
/** Of jitbench's size, as qemu takes its time. */
const PART = 5;
/** Times that fib is to be faster than interpreted. */
const FIB = 20;

/** Takes code, and does nothing with it. */
const nowhere: Native = {
	about: "nothing",
	addressOf: () => 0,
	reserve: () => 1 << 20,
	release() {},
	protect() {},
	write() {},
	flush() {},
	entry: () => () => 0,
};

/** Compiles all of some object files: their instructions, bytes of code, and milliseconds. */
function compiled(objects: readonly Uint8Array[]): { instructions: number; bytes: number; ms: number } {
	const all = { instructions: 0, bytes: 0, ms: 0 };
	const report = (r: Report) => {
		all.bytes += r.bytes;
		all.ms += r.ms;
	};
	const host = {
		fork: () => ({}),
		ended() {},
		wake() {},
		setError() {},
		now: () => performance.now(),
		moduleFile: () => {
			throw new Fault("no files here");
		},
	};
	const vm = new Vm(1 << 26, host, {}, engines({ jit: "arm64", eager: true, native: nowhere, report }));
	for (const bytes of objects) all.instructions += vm.fromBytes("bench", { stamp: "", bytes }).nprog;
	return all;
}

/** Object files to compile: upstream's compiler, or ours that are largest. */
function objects(): Uint8Array[] {
	if (upstream !== undefined) return [readFileSync(join(upstream, "dis/limbo.dis"))];
	const files = readdirSync("dis", { recursive: true, encoding: "utf8" }).filter((f) => f.endsWith(".dis"));
	return files
		.map((f) => readFileSync(join("dis", f)))
		.sort((a, b) => b.length - a.length)
		.slice(0, 8);
}

function compiling(): string {
	const bytes = objects();
	let best = { us: Number.POSITIVE_INFINITY, bytes: 0, instructions: 0 };
	for (let round = 0; round < WARM; round++) {
		const sum = compiled(bytes);
		const us = (sum.ms * 1000) / sum.instructions;
		if (us < best.us) best = { ...sum, us };
	}
	const each = best.bytes / best.instructions;
	const rows: Row[] = [
		["instructions of Dis", "us each", "bytes each"],
		[String(best.instructions), best.us.toFixed(2), each.toFixed(1)],
	];
	return table("Compiling to native code of Arm64, warm, on this host", rows, [
		judged("microseconds an instruction", best.us, TIME),
		judged("bytes an instruction", each, BYTES),
	]);
}

/** A Node of Arm64 and what runs programs in C for it: this one, or those under qemu; undefined where there are none. */
function arm64(): { node: string; cc: string; c: readonly string[] } | undefined {
	if (process.arch === "arm64") return { node: process.execPath, cc: "cc", c: [] };
	const node = "out/arm64/node";
	return existsSync(node) ? { node, cc: "aarch64-linux-gnu-gcc", c: ["qemu-aarch64"] } : undefined;
}

/** jitbench as generated code: run a second time by one emulator, so that neither V8's start nor the compilers' work count, which qemu slows much more than code. */
function running(): string {
	const tools = arm64();
	if (tools === undefined) return "";
	const size = String(divisor * PART);
	const command = `${directory}/${place("dis/jitbench.dis")}`;
	const twice = `${directory}/${build("bench/limbo/twice.b")}`;
	const ours = (...options: string[]): Command => [tools.node, "o.emu", ...options, "-r.", twice, command, size];
	const columns: Way[] = [
		{ name: "-c0", ours: true, command: ours("-c0") },
		{ name: "wasm", ours: true, command: ours("--jit", "wasm", "--no-cache") },
		{ name: "arm64", ours: true, command: ours("--jit", "arm64") },
	];
	const program = join(ourPath, "v1arm64");
	const { status } = run([tools.cc, "-O0", "-static", "-fwrapv", "-o", program, "bench/v1.c"]);
	if (status === 0) {
		const [first = program, ...rest] = [...tools.c, program, size];
		columns.push({ name: "cc -O0", ours: false, command: [first, ...rest] });
	}
	const results = race("arm64", columns);
	const [interpreted, , native] = results.map((r: Results) => r.get("fib")?.ms ?? Number.NaN);
	const fib = (interpreted as number) / (native as number);
	const text = compare(`jitbench on Arm64, 1/${size} of it${tools.c.length > 0 ? ", by qemu" : ""}`, columns, results, [
		{ way: "arm64", base: "cc -O0", of: "total", limit: 1 },
		{ way: "arm64", base: "wasm", of: "each", limit: 1 },
	]);
	return `${text}\nfib: ${fib.toFixed(1)} times as fast as interpreted, to be at least ${FIB}: ${fib >= FIB ? "ok" : "under"}\n`;
}

/** Both tables; the second where there is something to run it. */
export function native(): string {
	return [compiling(), running()].filter((text) => text !== "").join("\n");
}
