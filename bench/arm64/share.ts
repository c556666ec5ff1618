/**
 * Which part of the instructions of Dis native code carries out: `share.js node`, with the Node of Arm64 that build/arm64.sh has made. All that are executed are counted
 * by stepping through a program; those that native code leaves to others, by the same on Arm64 with all modules compiled at once.
 *
 *   ONLY=regexp   programs whose command matches
 */
import { readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { nativeBridge } from "../../emu/native.ts";
import type { Backends } from "../../libinterp/backends.ts";
import { isa } from "../../libinterp/isa.ts";
import { I_OP, INST_WORDS } from "../../libinterp/object.ts";
import type { Trace } from "../../libinterp/xec.ts";
import { build, directory } from "../place.ts";
import { progress } from "../setting.ts";
import { apart, stepped } from "../stepped.ts";
import { judged, type Row, table } from "../table.ts";

/** Of a hundred instructions, those that others may carry out. */
const OTHERS = 3;
/** So many operations are named. */
const NAMED = 4;

/** A session of the shell that lists, sorts, counts and calculates. */
const session = `cd /; ls -l dis; ls dis/lib | sort -r | tail -3; cat README.md | tr a-z A-Z | wc; grep -n Inferno README.md | sed 3q
du -a module | sort -n | tail -5; for i in 1 2 3 4 5 {echo $i | md5sum}; xd README.md | tail -2; calc '2^10+sqrt(2)'; date; cal 2 2026; ps; ns | wc`;

/** Instructions by the name of their operation. */
type Counts = Readonly<Record<string, number>>;

/** Runs a command in this process; instructions that native code does not carry out, which are all where there is none. */
async function outside(command: string): Promise<Counts> {
	const counts: Record<string, number> = {};
	const trace: Trace = (m, pc) => {
		const { name } = isa[m.code[pc * INST_WORDS + I_OP] as number] as { name: string };
		counts[name] = (counts[name] ?? 0) + 1;
	};
	await stepped(".", command, trace, process.arch === "arm64" ? native() : {});
	return counts;
}

function native(): Backends {
	const bridge = nativeBridge(undefined, createRequire(join(process.cwd(), "package.json")));
	if ("why" in bridge) throw new Error(bridge.why);
	return { jit: "arm64", eager: true, native: bridge };
}

/** The same in a process of its own. */
const counted = (node: string, command: string): Counts =>
	apart(node, ["out/bench/arm64/share.js", node, command], session);

const sum = (counts: Counts): number => Object.values(counts).reduce((a, b) => a + b, 0);

function row(name: string, all: Counts, others: Counts): Row {
	const most = Object.entries(others).sort(([, a], [, b]) => b - a);
	const named = most.slice(0, NAMED).map(([op, n]) => `${op} ${n}`);
	return [name, String(sum(all)), ((sum(others) / sum(all)) * 100).toFixed(2), named.join(", ")];
}

function commands(): [string, string][] {
	build("bench/limbo/each.b");
	const programs = ["v2", "programs", "channels"].flatMap((dir) =>
		readdirSync(join("bench/limbo", dir)).map((f): [string, string] => {
			const each = `${directory}/${build(join("bench/limbo", dir, f))}`;
			return [f.slice(0, -2), `${directory}/each.dis 1000000 ${each}`];
		}),
	);
	return [["shell session", "/dis/sh.dis"], ["jitbench", "/dis/jitbench.dis 1000"], ...programs];
}

function main(node: string): void {
	const rows: Row[] = [["program", "executed", "not inline, %", "which"]];
	const shares = commands()
		.filter(([name]) => new RegExp(process.env.ONLY ?? "").test(name))
		.map(([name, command]) => {
			progress(name);
			const [all, others] = [counted(process.execPath, command), counted(node, command)];
			rows.push(row(name, all, others));
			return { name, share: (sum(others) / sum(all)) * 100 };
		});
	progress("");
	const bench = shares.filter(({ name }) => name !== "shell session");
	const mean = bench.reduce((s, { share }) => s + share, 0) / bench.length;
	console.log(
		table("Instructions that native code leaves to others", rows, [
			...shares
				.filter(({ name }) => name === "shell session")
				.map(({ share }) => judged("the shell session: of 100 instructions", share, OTHERS)),
			judged("the bench, mean of its programs: of 100 instructions", mean, OTHERS),
		]),
	);
}

const [node, command] = process.argv.slice(2) as [string, string | undefined];
if (command === undefined) main(node);
else
	outside(command).then((counts) => {
		process.stderr.write(`\n${JSON.stringify(counts)}\n`);
		process.exit(0);
	});
