/**
 * Runs the command lines of `commands` in an Inferno tree, under o.emu and, where there is one, under a C emulator, and
 * compares what they print and whether they fail.
 *
 *   UPSTREAM=dir   the tree; only a copy of it is written to
 *   CEMU=path      a C emulator
 *   ONLY=regexp    command lines that match
 *   OPTIONS=-c1    options for o.emu
 */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const SECONDS = 60;

interface Outcome {
	readonly out: string;
	readonly failed: boolean;
	readonly ms: number;
}

const files: Readonly<Record<string, string | Uint8Array>> = {
	a: "hello\nworld\nanother line\nthe last\n",
	b: "hello\nthere\nanother line\n",
	bin: Uint8Array.from({ length: 64 }, (_, k) => (k * 37) & 255),
	n: "10\n9\n-1\n100\n2.5\n",
	dup: "a\na\nb\nc\nc\nc\n",
	long: "some words that make a line so long that it has to be broken into several\n",
	t: "a b\nb c\na c\n",
	m: "define(`x', `[$1]')dnl\nx(1) x(`two')\n",
	ed1: "1p\n2s/world/planet/p\n$p\nq\nq\n",
	"c.csv": 'a,b\n"c,d",e\n',
	"calc.in": "1+1\nx=5\nx*2\n",
	"hello.b":
		'implement Hello;\ninclude "sys.m";\ninclude "draw.m";\nHello: module { init: fn(nil: ref Draw->Context, nil: list of string); };\ninit(nil: ref Draw->Context, nil: list of string)\n{\n\tsys := load Sys Sys->PATH;\n\tsys->print("hello\\n");\n}\n',
	"bad.b": "implement Bad;\nBad: module { f: fn(); };\nf()\n{\n\tx := y;\n}\n",
	"warn.b": "implement Warn;\nWarn: module { f: fn(); };\nf()\n{\n\tx: int;\n}\n",
	"e.s": '\tentry\t0,1\n\tdesc\t$1,32,""\n\tret\t\n',
	mkfile:
		"all: x y\n\techo all $prereq\nx:\n\techo making x\n\ttouch x\ny: x\n\techo making y\n\tcp x y\nclean:\n\trm -f x y\n",
	"y.y": "%{\nimplement Y;\n%}\n%module Y { init: fn(); }\n%token A\n%%\ns: A | s A ;\n%%\ninit() {}\n",
};

/** A copy of what commands need of the tree, to write in. */
function copyOf(tree: string): string {
	const root = mkdtempSync(join(tmpdir(), "conformance-"));
	for (const dir of ["dis", "lib", "module", "appl/cmd", "appl/lib", "man", "locale"])
		if (existsSync(join(tree, dir))) cpSync(join(tree, dir), join(root, dir), { recursive: true });
	for (const dir of ["tmp", "n/remote", "mnt", "usr", "chan", "dev", "env", "prog", "fd", "net", "nvfs"])
		mkdirSync(join(root, dir), { recursive: true });
	return root;
}

function fresh(root: string): void {
	const w = join(root, "tmp/w");
	rmSync(w, { recursive: true, force: true });
	mkdirSync(join(w, "d"), { recursive: true });
	for (const [name, text] of Object.entries(files)) writeFileSync(join(w, name), text);
	writeFileSync(join(w, "d/inside"), "inside\n");
}

/** Runs a command line in /tmp/w. The C emulator's exit status says nothing, so failure is told by the shell. */
function run(program: string, args: readonly string[], root: string, command: string): Promise<Outcome> {
	fresh(root);
	const began = performance.now();
	return new Promise((done) => {
		const line = `cd /tmp/w; {${command}\n}; echo END $status`;
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
			const end = /^END ?(.*)$/m.exec(out);
			done({
				out: out.replace(/^END.*\n/m, "").replace(/^\[(\w+)\] Broken: .*\n/gm, "[$1] Broken\n"),
				failed: end === null || end[1] !== "",
				ms: performance.now() - began,
			});
		});
	});
}

interface Line {
	readonly command: string;
	readonly mayDiffer: boolean;
}

function lines(): Line[] {
	const only = process.env.ONLY === undefined ? /./ : new RegExp(process.env.ONLY);
	return readFileSync(resolve("tests/conformance/commands"), "utf8")
		.split("\n")
		.filter((l) => l !== "" && !l.startsWith("#"))
		.map((l) => ({ command: l.replace(/^\? ?/, ""), mayDiffer: l.startsWith("?") }))
		.filter((l) => only.test(l.command));
}

/** The lines of two texts side by side, those that differ marked. */
function compared(ours: string, theirs: string): string {
	const [a, b] = [ours.split("\n"), theirs.split("\n")];
	const all = Array.from({ length: Math.max(a.length, b.length) }, (_, k) => [a[k] ?? "", b[k] ?? ""] as const);
	return all
		.filter(([x, y]) => x !== y)
		.slice(0, 12)
		.map(([x, y]) => `    ours   ${x}\n    theirs ${y}\n`)
		.join("");
}

async function main(): Promise<number> {
	const { UPSTREAM, CEMU, OPTIONS } = process.env;
	if (UPSTREAM === undefined) {
		process.stderr.write("conformance: UPSTREAM is not set\n");
		return 2;
	}
	const root = copyOf(UPSTREAM);
	let [equal, different, allowed, broken] = [0, 0, 0, 0];
	let [ourMs, theirMs] = [0, 0];
	const all = lines();
	const options = OPTIONS?.split(" ") ?? [];
	try {
		for (const [k, { command, mayDiffer }] of all.entries()) {
			if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${k + 1}/${all.length} ${command.slice(0, 60)}`);
			const ours = await run(process.execPath, [resolve("o.emu"), ...options], root, command);
			ourMs += ours.ms;
			if (/TIMED OUT|machine check|a fault of the emulator|^\s+at .*\.cjs/m.test(ours.out)) {
				broken++;
				process.stdout.write(`BROKEN ${command}\n${ours.out}`);
			}
			if (CEMU === undefined) continue;
			const theirs = await run(CEMU, [], root, command);
			theirMs += theirs.ms;
			if (ours.out === theirs.out && ours.failed === theirs.failed) equal++;
			else if (mayDiffer) allowed++;
			else {
				different++;
				const status = ours.failed === theirs.failed ? "" : `    ours ${ours.failed ? "fails" : "succeeds"}\n`;
				process.stdout.write(`DIFFERENT ${command}\n${status}${compared(ours.out, theirs.out)}`);
			}
		}
	} finally {
		rmSync(root, { recursive: true, force: true });
		if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
	}
	const counts =
		CEMU === undefined
			? "no C emulator to compare with"
			: `${equal} equal, ${different} different, ${allowed} that may differ`;
	process.stdout.write(`${all.length} command lines: ${counts}, ${broken} broken\n`);
	if (CEMU !== undefined)
		process.stdout.write(`time: ours ${(ourMs / 1000).toFixed(1)} s, theirs ${(theirMs / 1000).toFixed(1)} s\n`);
	return different + broken === 0 ? 0 : 1;
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
