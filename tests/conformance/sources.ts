/**
 * Compiles every Limbo source below a tree's `appl` with limbo and with Inferno's own compiler, and compares: which
 * sources each accepts, and of what both accept the exports, imports and types, and the number of instructions.
 *
 *   UPSTREAM=dir    the tree
 *   CLIMBO=path     Inferno's compiler, native; without it sources are only compiled
 *   ONLY=regexp     sources whose path matches
 *   SHOW=1          each source's instructions
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative } from "node:path";
import { isa } from "../../libinterp/isa.ts";
import { I_M, I_OP, I_S, INST_WORDS, type ObjectFile, parseObject } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { type Compiled, compile } from "../../limbo/compile.ts";
import { filesBelow, read } from "./files.ts";

/** Inferno's own compiler: undefined for what it refuses, which its exit status does not tell. */
function native(compiler: string, include: string, source: string, object: string): ObjectFile | undefined {
	rmSync(object, { force: true });
	spawnSync(compiler, ["-I", include, "-o", object, source], { cwd: dirname(source), timeout: 60_000 });
	return existsSync(object) ? parseObject(readFileSync(object)) : undefined;
}

/** What has to agree, as lines of text. Frames are no part of it: which temporaries they hold is each compiler's own affair. */
function interfaceOf(o: ObjectFile): Set<string> {
	const lines = new Set<string>([`module ${o.name}`]);
	for (const e of o.exports) lines.add(`export ${e.name} ${e.sig.toString(16)}`);
	// Tables of loads in functions that nobody calls are not wanted.
	const loaded = new Set(operands(o, { load: I_M }));
	const tables = o.imports
		.filter((_, i) => loaded.has(i))
		.map((t) => t.map((i) => `${i.name} ${i.sig.toString(16)}`).join(", "));
	for (const t of tables.sort()) lines.add(`import ${t}`);
	for (const id of operands(o, typeOperand)) {
		const type = o.types[id];
		if (type)
			lines.add(
				`type ${type.size} ${Buffer.from(type.map)
					.toString("hex")
					.replace(/(00)+$/, "")}`,
			);
	}
	if (o.entry >= 0) lines.add(`entry ${o.exports.find((e) => e.pc === o.entry)?.name}`);
	return lines;
}

/** Types of what the program makes at run time: by the operand that says so. */
const typeOperand: Readonly<Record<string, number>> = { new: I_S, newz: I_S, newa: I_M, newaz: I_M, newcmp: I_S };

/** An operand of each instruction of some kinds. */
function* operands(o: ObjectFile, which: Readonly<Record<string, number>>): Iterable<number> {
	for (let pc = 0; pc < o.nprog; pc++) {
		const name = isa[o.code[pc * INST_WORDS + I_OP] as number]?.name ?? "";
		const operand = which[name];
		if (operand !== undefined) yield o.code[pc * INST_WORDS + operand] as number;
	}
}

function differences(ours: ObjectFile, theirs: ObjectFile): string[] {
	const [a, b] = [interfaceOf(ours), interfaceOf(theirs)];
	const only = (x: Set<string>, y: Set<string>, who: string): string[] =>
		[...x].filter((line) => !y.has(line)).map((line) => `  ${who} ${line}`);
	return [...only(a, b, "ours:  "), ...only(b, a, "theirs:")];
}

/** Sources that are known to differ, and why that is right. */
const allowed: Readonly<Record<string, string>> = {
	"appl/cmd/sh/mpexpr.b":
		"refers to its functions, and loads another module of its interface: that need not have all of those",
	"appl/alphabet/alphabet.b": "implements two modules: limbo refers to its functions through one table for both",
};

/** Why the verifier refuses an object file; undefined if it does not. */
function refusal(object: Uint8Array): string | undefined {
	try {
		verify(parseObject(object));
		return undefined;
	} catch (error) {
		return String(error);
	}
}

class Run {
	readonly counts = { both: 0, neither: 0, onlyOurs: 0, onlyTheirs: 0, different: 0 };
	readonly instructions = { ours: 0, theirs: 0 };
	lines = 0;
	/** Processor time, which other programs do not lengthen. */
	ms = 0;

	compiled(source: string, include: string): Compiled {
		this.lines += readFileSync(source, "utf8").split("\n").length - 1;
		const start = process.cpuUsage().user;
		const compiled = compile(source, read, { include: [include] });
		this.ms += (process.cpuUsage().user - start) / 1000;
		return compiled;
	}

	add(name: string, { file, object, diagnostics }: Compiled, theirs: ObjectFile | undefined): void {
		const why = object && refusal(object);
		if (why) this.bad("different", `${name}: not verified: ${why}`);
		if (file === undefined && theirs === undefined) {
			this.counts.neither++;
		} else if (theirs === undefined) {
			this.bad("onlyOurs", `${name}: accepted, but not by Inferno's compiler`);
		} else if (file === undefined) {
			const first = diagnostics[0];
			this.bad("onlyTheirs", `${name}: refused: ${first?.file}:${first?.line}: ${first?.message}`);
		} else {
			this.counts.both++;
			const different = differences(file, theirs);
			if (different.length > 0 && allowed[name] === undefined)
				this.bad("different", `${name}: different\n${different.join("\n")}`);
			this.instructions.ours += file.nprog;
			this.instructions.theirs += theirs.nprog;
			if (process.env.SHOW) {
				process.stdout.write(`${name}: ${file.nprog} instructions, ${theirs.nprog} by Inferno's compiler\n`);
			}
		}
	}

	private bad(what: keyof Run["counts"], message: string): void {
		this.counts[what]++;
		process.stdout.write(`${message}\n`);
	}
}

function main(): number {
	const { UPSTREAM, CLIMBO, ONLY } = process.env;
	if (UPSTREAM === undefined) {
		process.stderr.write("sources: UPSTREAM is not set\n");
		return 2;
	}
	const include = join(UPSTREAM, "module");
	const dir = mkdtempSync(join(tmpdir(), "sources-"));
	const run = new Run();
	for (const source of filesBelow(join(UPSTREAM, "appl"), ".b")) {
		const name = relative(UPSTREAM, source);
		if (ONLY !== undefined && !new RegExp(ONLY).test(name)) continue;
		const ours = run.compiled(source, include);
		if (CLIMBO !== undefined) run.add(name, ours, native(CLIMBO, include, source, join(dir, "t.dis")));
	}
	rmSync(dir, { recursive: true, force: true });
	process.stdout.write(
		`${run.lines} lines in ${run.ms.toFixed(0)} ms: ${((run.lines / run.ms) * 100).toFixed(0)} in 100 ms\n`,
	);
	if (CLIMBO === undefined) return 0;
	const { both, neither, onlyOurs, onlyTheirs, different } = run.counts;
	const { ours, theirs } = run.instructions;
	process.stdout.write(
		`${both} sources accepted by both compilers, ${neither} by neither, ${onlyOurs} by limbo only, ${onlyTheirs} by Inferno's only; ` +
			`${different} different\n${ours} instructions, ${theirs} by Inferno's compiler\n`,
	);
	return onlyOurs + onlyTheirs + different === 0 ? 0 : 1;
}

process.exitCode = main();
