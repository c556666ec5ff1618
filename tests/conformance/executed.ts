/**
 * Counts the instructions that jitbench and the benchmarks in bench/limbo execute, each part once, as limbo and as Inferno's
 * own compiler compile them.
 *
 *   CLIMBO=path     Inferno's compiler, native
 *   ONLY=regexp     sources whose path matches
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { apart, stepped } from "../../bench/stepped.ts";
import { scratchRoot } from "../appl/cases.ts";

/** Modules that are not what is measured. */
const others = new Set(["Emuinit", "Each"]);

/** Instructions executed, in all and by part. */
interface Executed {
	total: number;
	readonly parts: Record<string, number>;
}

/** Which function an instruction is in, by a symbol file; there is none for what has no symbol file. */
function functionsIn(symbols: string): (pc: number) => string | undefined {
	if (!existsSync(symbols)) return () => undefined;
	const found = Array.from(readFileSync(symbols, "utf8").matchAll(/^[a-z]?(\d+):(\w+)$/gm));
	const functions = found.map(([, pc, name = ""]) => ({ pc: Number(pc), name }));
	return (pc) => functions.findLast((f) => f.pc <= pc)?.name;
}

/** Runs a program in an emulator in this process. What init calls is a part, with all that is called by that. */
async function count(root: string, command: string): Promise<Executed> {
	const executed: Executed = { total: 0, parts: {} };
	const functionAt = functionsIn(join(root, (command.split(" ")[0] ?? "").replace(".dis", ".sbl")));
	const functions: (string | undefined)[] = [];
	let part = "init";
	await stepped(root, command, (m, pc) => {
		if (others.has(m.name)) return;
		executed.total++;
		functions[pc] ??= functionAt(pc) ?? "init";
		const fn = functions[pc] as string;
		if (fn === "init" || part === "init") part = fn;
		executed.parts[part] = (executed.parts[part] ?? 0) + 1;
	});
	return executed;
}

/** The same in a process of its own. */
const counted = (root: string, command: string): Executed =>
	apart(process.execPath, [resolve("out/tests/conformance/executed.js"), root, command]);

function build(compiler: readonly string[], source: string, to: string): void {
	const [program = "", ...args] = compiler;
	spawnSync(program, [...args, "-g", "-I", "module", "-I", "bench/limbo", "-o", to, source]);
	if (!existsSync(to)) throw new Error(`${source} does not compile with ${compiler.join(" ")}`);
}

const sources = (): string[] =>
	["v2", "programs", "channels"].flatMap((dir) =>
		readdirSync(join("bench/limbo", dir), { recursive: true, encoding: "utf8" })
			.filter((f) => f.endsWith(".b"))
			.map((f) => join("bench/limbo", dir, f)),
	);

/** The emulator's command line for an object file. */
type CommandFor = (object: string) => string;

const benchmark: CommandFor = (object) => `/dis/t/each.dis 1000000 ${object}`;

/** Jitbench divides its work. */
const jitbench: CommandFor = (object) => `${object} 1000`;

/** More than this is a failure; a few instructions at the start are not. */
const MARGIN = 1.001;

/** Counts of both compilers' code, printed and summed up. */
class Comparison {
	private more = 0;
	private n = 0;
	private product = 0;
	private readonly root: string;
	private readonly compilers: readonly (readonly string[])[];

	constructor(root: string, compilers: readonly (readonly string[])[]) {
		this.root = root;
		this.compilers = compilers;
	}

	add(source: string, command: CommandFor, byPart: boolean): void {
		const [ours, theirs] = this.compilers.map((compiler, k) => {
			const object = `/dis/t/${basename(source, ".b")}${k}.dis`;
			build(compiler, source, join(this.root, object));
			return counted(this.root, command(object));
		}) as [Executed, Executed];
		if (byPart) this.parts(ours.parts, theirs.parts);
		else this.line(basename(source, ".b"), ours.total, theirs.total);
	}

	private parts(ours: Executed["parts"], theirs: Executed["parts"]): void {
		for (const [part, executed] of Object.entries(theirs)) {
			if (part !== "init" && part !== "report") this.line(`v1 ${part}`, ours[part] ?? 0, executed);
		}
	}

	private line(name: string, ours: number, theirs: number): void {
		if (ours > theirs * MARGIN) this.more++;
		this.product += Math.log(ours / theirs);
		this.n++;
		const numbers = [ours, theirs].map((n) => String(n).padStart(12)).join("");
		process.stdout.write(`${name.padEnd(16)}${numbers} ${(ours / theirs).toFixed(3)}\n`);
	}

	/** Whether nothing takes more. */
	summary(): boolean {
		const mean = Math.exp(this.product / this.n).toFixed(3);
		process.stdout.write(
			`executed instructions: ${mean} of those by Inferno's compiler; more in ${this.more} of ${this.n}\n`,
		);
		return this.more === 0;
	}
}

function main(): number {
	const { CLIMBO, ONLY } = process.env;
	if (CLIMBO === undefined) {
		process.stdout.write("executed: no compiler to compare with: CLIMBO is not set\n");
		return 0;
	}
	const { root, remove } = scratchRoot();
	mkdirSync(join(root, "dis/t"));
	const ours = [process.execPath, resolve("bin/limbo")];
	build(ours, "bench/limbo/each.b", join(root, "dis/t/each.dis"));
	const comparison = new Comparison(root, [ours, [CLIMBO]]);
	const wanted = (source: string): boolean => ONLY === undefined || new RegExp(ONLY).test(source);
	const v1 = "appl/cmd/jitbench.b";
	if (wanted(v1)) comparison.add(v1, jitbench, true);
	for (const source of sources().filter(wanted)) comparison.add(source, benchmark, false);
	remove();
	return comparison.summary() ? 0 : 1;
}

const [root, command] = process.argv.slice(2);
if (root !== undefined && command !== undefined) {
	count(root, command).then((executed) => process.stderr.write(`${JSON.stringify(executed)}\n`));
} else {
	process.exitCode = main();
}
