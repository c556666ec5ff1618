/**
 * Runs the command lines of `commands` in an Inferno tree, under o.emu and, where there is one, under a C emulator, and
 * compares what they print on standard output and standard error and the status they leave.
 *
 *   UPSTREAM=dir   the tree; only a copy of it is written to
 *   CEMU=path      a C emulator
 *   ONLY=regexp    command lines that match
 *   OPTIONS=-c1    options for o.emu
 *   EMUNODE=path   the Node that runs it
 *   SHOW=1         shows what o.emu printed, too
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { difference } from "./difference.ts";

const SECONDS = 60;

/** A command line is slow if it takes as many times the C emulator's time, start-up not counted, and as many ms. */
const SLOW = { times: 3, ms: 500 };

interface Outcome {
	readonly out: string;
	readonly err: string;
	/** Inferno's `$status`. */
	readonly status: string;
	readonly ms: number;
}

interface Emulator {
	readonly program: string;
	readonly args: readonly string[];
}

interface Line {
	readonly section: string;
	readonly command: string;
	readonly mayDiffer: boolean;
}

interface Tally {
	lines: number;
	equal: number;
	different: number;
	allowed: number;
	broken: number;
	ms: number;
	theirMs: number;
}

/** A copy of what commands need of the tree, to write in. */
function copyOf(tree: string): string {
	const root = mkdtempSync(join(tmpdir(), "conformance-"));
	for (const dir of ["dis", "lib", "module", "appl/cmd", "appl/lib", "appl/math", "man", "locale", "mkfiles"])
		if (existsSync(join(tree, dir))) cpSync(join(tree, dir), join(root, dir), { recursive: true });
	for (const dir of ["tmp", "n/remote", "mnt", "usr", "chan", "dev", "env", "prog", "fd", "net", "nvfs"])
		mkdirSync(join(root, dir), { recursive: true });
	return root;
}

function fresh(root: string): void {
	const w = join(root, "tmp/w");
	rmSync(w, { recursive: true, force: true });
	rmSync(join(root, "tmp/err"), { force: true });
	cpSync(resolve("tests/conformance/w"), w, { recursive: true });
}

/**
 * Runs a command line in /tmp/w. The C emulator's exit status says nothing, and it puts standard error into standard
 * output: a shell around it keeps what goes to standard error in a file, tells the status, and ends the emulator, in which
 * something may still be running.
 */
function run({ program, args }: Emulator, root: string, command: string): Promise<Outcome> {
	fresh(root);
	const began = performance.now();
	return new Promise((done) => {
		const quoted = `'${command.replaceAll("'", "''")}'`;
		const line = `cd /tmp/w; sh -c ${quoted} >[2] /tmp/err; echo END $status; echo halt > '#c/sysctl'`;
		const child = spawn(program, [...args, "-r", root, "/dis/sh.dis", "-c", line], {
			stdio: ["ignore", "pipe", "pipe"],
			detached: true,
		});
		let out = "";
		const more = (bytes: Buffer) => {
			out += bytes.toString("latin1");
		};
		child.stdout.on("data", more);
		child.stderr.on("data", more);
		const late = setTimeout(() => {
			out += "TIMED OUT\n";
			process.kill(-(child.pid as number), "SIGKILL");
		}, SECONDS * 1000);
		child.on("close", () => {
			clearTimeout(late);
			const end = /END ?(.*)\n/.exec(out);
			const err = join(root, "tmp/err");
			const printed = out.replace(/END.*\n/, "");
			// The emulator says so when it comes to it.
			const brokenThreads = printed.match(/^\[\w+\] Broken: /gm) ?? [];
			done({
				out: [printed.replace(/^\[\w+\] Broken: .*\n/gm, ""), ...brokenThreads].join("\n"),
				err: existsSync(err) ? readFileSync(err, "latin1") : "",
				status: end === null ? "the shell did not end" : (end[1] as string),
				ms: performance.now() - began,
			});
		});
	});
}

function linesOf(text: string): Line[] {
	const only = process.env.ONLY === undefined ? /./ : new RegExp(process.env.ONLY);
	const lines: Line[] = [];
	let section = "";
	for (const line of text.split("\n")) {
		if (line.startsWith("## ")) section = line.slice(3);
		else if (line.startsWith("\t")) {
			const begun = lines.pop();
			if (begun !== undefined) lines.push({ ...begun, command: `${begun.command}\n${line.slice(1)}` });
		} else if (line !== "" && !line.startsWith("#"))
			lines.push({ section, command: line.replace(/^\? /, ""), mayDiffer: line.startsWith("? ") });
	}
	return lines.filter((l) => only.test(l.command));
}

const whole = (o: Outcome): string => `${o.out}\nstderr:\n${o.err}\nstatus ${o.status}`;

const isBroken = (o: Outcome): boolean =>
	/TIMED OUT|machine check|a fault of the emulator|^\s+at .*\.cjs/m.test(o.out + o.err);

class Run {
	readonly tallies = new Map<string, Tally>();
	readonly slow: string[] = [];
	/** What starting the shell takes. */
	private start = { ours: 0, theirs: 0 };

	async begin(ours: Emulator, theirs: Emulator | undefined, root: string): Promise<void> {
		await run(ours, root, "");
		this.start.ours = (await run(ours, root, "")).ms;
		if (theirs !== undefined) this.start.theirs = (await run(theirs, root, "")).ms;
	}

	add(line: Line, ours: Outcome, theirs: Outcome | undefined): void {
		const zero: Tally = { lines: 0, equal: 0, different: 0, allowed: 0, broken: 0, ms: 0, theirMs: 0 };
		const tally = this.tallies.get(line.section) ?? zero;
		this.tallies.set(line.section, tally);
		tally.lines++;
		tally.ms += ours.ms;
		tally.theirMs += theirs?.ms ?? 0;
		if (process.env.SHOW !== undefined) process.stdout.write(`% ${line.command}\n${whole(ours)}\n`);
		if (isBroken(ours)) {
			tally.broken++;
			process.stdout.write(`BROKEN ${line.command}\n${whole(ours)}\n`);
		}
		if (theirs === undefined) return;
		const between = difference(whole(ours), whole(theirs));
		if (between.length === 0) tally.equal++;
		else if (line.mayDiffer) tally.allowed++;
		else {
			tally.different++;
			const shown = between.slice(0, 30).map((l) => `    ${l}\n`);
			process.stdout.write(`DIFFERENT ${line.command}\n${shown.join("")}`);
		}
		const [own, other] = [ours.ms - this.start.ours, theirs.ms - this.start.theirs];
		if (own > SLOW.ms && own > SLOW.times * other)
			this.slow.push(`slow: ${own.toFixed(0)} ms, theirs ${Math.max(other, 0).toFixed(0)} ms: ${line.command}\n`);
	}

	/** The number of command lines that should be otherwise. */
	summary(compared: boolean): number {
		const total: Tally = { lines: 0, equal: 0, different: 0, allowed: 0, broken: 0, ms: 0, theirMs: 0 };
		const columns = (cells: readonly unknown[]): string => cells.map((c) => String(c).padStart(10)).join("");
		const row = (name: string, t: Tally): string => {
			const seconds = [t.ms, t.theirMs].map((ms) => (ms / 1000).toFixed(1));
			const counts = compared
				? [t.lines, t.equal, t.different, t.allowed, t.broken, ...seconds]
				: [t.lines, t.broken, seconds[0]];
			return `${name.padEnd(24)}${columns(counts)}\n`;
		};
		const head = compared
			? ["lines", "equal", "different", "allowed", "broken", "ours s", "theirs s"]
			: ["lines", "broken", "s"];
		let text = `${this.slow.join("")}${" ".repeat(24)}${columns(head)}\n`;
		for (const [section, tally] of this.tallies) {
			text += row(section, tally);
			for (const key of Object.keys(total) as (keyof Tally)[]) total[key] += tally[key];
		}
		process.stdout.write(text + row("all", total));
		return total.different + total.broken;
	}
}

async function main(): Promise<number> {
	const { UPSTREAM, CEMU, OPTIONS } = process.env;
	if (UPSTREAM === undefined) {
		process.stderr.write("conformance: UPSTREAM is not set\n");
		return 2;
	}
	const root = copyOf(UPSTREAM);
	const all = linesOf(readFileSync(resolve("tests/conformance/commands"), "utf8"));
	const ours = {
		program: process.env.EMUNODE ?? process.execPath,
		args: [resolve("o.emu"), ...(OPTIONS?.split(" ") ?? [])],
	};
	const theirs = CEMU === undefined ? undefined : { program: CEMU, args: [] };
	const result = new Run();
	try {
		await result.begin(ours, theirs, root);
		for (const [k, line] of all.entries()) {
			if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${k + 1}/${all.length} ${line.command.slice(0, 60)}`);
			const outcome = await run(ours, root, line.command);
			result.add(line, outcome, theirs && (await run(theirs, root, line.command)));
		}
	} finally {
		rmSync(root, { recursive: true, force: true });
		if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
	}
	return result.summary(theirs !== undefined) === 0 ? 0 : 1;
}

main().then(
	(status) => {
		process.exitCode = status;
	},
	(e) => {
		process.stderr.write(`conformance: ${e instanceof Error ? e.stack : String(e)}\n`);
		process.exitCode = 2;
	},
);
