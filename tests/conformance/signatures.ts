/**
 * Compares the tables that limbo makes of every module interface of an Inferno tree, with each function's signature
 * and frame, with those of Inferno's own compiler and with the signatures in the tree's object files.
 *
 *   UPSTREAM=dir    the tree
 *   CLIMBO=path     Inferno's compiler, native
 */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { type ObjectFile, parseObject } from "../../libinterp/object.ts";
import { checkFile } from "../../limbo/compile.ts";
import { tables } from "../../limbo/tables.ts";
import { filesBelow } from "./files.ts";

/** What interfaces take for granted in the program that includes them. */
const taken = {
	files: ["sys.m", "draw.m", "bufio.m"],
	names:
		"sys: Sys;\ndraw: Draw;\nDisplay, Font, Image, Point, Rect, Screen: import draw;\n" +
		"bufio: Bufio;\nIobuf: import bufio;\n",
};

/** A file of interfaces: what it declares, the files that have to be included with it, it last. */
interface Interfaces {
	readonly file: string;
	readonly text: string;
	readonly declares: readonly string[];
}

type Signatures = ReadonlyMap<string, number>;

function readInterfaces(dir: string): Interfaces[] {
	return filesBelow(dir, ".m").map((path) => {
		const text = readFileSync(path, "utf8").replace(/#.*$/gm, "");
		const declares = Array.from(text.matchAll(/^\s*(\w+)\s*:\s*module\b/gm), (m) => m[1] as string);
		return { file: relative(dir, path), text, declares };
	});
}

/** The files that `of` needs, directly or not, in an order in which they can be included; `of` comes last, after what is taken for granted. */
function closure(of: Interfaces, all: readonly Interfaces[]): string[] {
	const order: Interfaces[] = [];
	const seen = new Set<Interfaces>();
	const visit = (file: Interfaces): void => {
		if (seen.has(file)) return;
		seen.add(file);
		const words = new Set(file.text.match(/\b[A-Z]\w*\b/g));
		for (const other of all) {
			const wanted = other.declares.filter((name) => words.has(name) && !file.declares.includes(name));
			const missing = wanted.some((name) => !order.some((f) => f.declares.includes(name)));
			if (missing && !other.declares.some((name) => file.declares.includes(name))) visit(other);
		}
		order.push(file);
	};
	for (const file of all) if (taken.files.includes(file.file)) visit(file);
	visit(of);
	return order.map((f) => f.file);
}

const rows = (table: string): string[] => table.split("\n").filter((l) => l.startsWith('\t"'));

function signaturesIn(table: string): Signatures {
	return new Map(
		Array.from(table.matchAll(/^\t"([^"]+)",0x([0-9a-f]+),/gm), (m) => [
			m[1] as string,
			Number.parseInt(m[2] as string, 16),
		]),
	);
}

/** Inferno's own compiler. */
class Native {
	private readonly dir = mkdtempSync(join(tmpdir(), "signatures-"));
	private readonly compiler: string;
	private readonly include: string;

	constructor(compiler: string, include: string) {
		this.compiler = compiler;
		this.include = include;
	}

	/** Undefined if it refuses the file, which its exit status does not tell. */
	table(text: string, module: string): string | undefined {
		const file = join(this.dir, "t.m");
		writeFileSync(file, text);
		const made = spawnSync(this.compiler, ["-t", module, "-I", this.include, file], { encoding: "utf8" });
		return made.stderr === "" ? made.stdout : undefined;
	}

	close(): void {
		rmSync(this.dir, { recursive: true, force: true });
	}
}

/** What object files say: each one's exports, and of every name all signatures by which it is imported. */
class Objects {
	readonly exports = new Map<string, Signatures>();
	readonly imported = new Map<string, Set<number>>();

	constructor(tree: string) {
		for (const path of filesBelow(join(tree, "dis"), ".dis")) {
			let file: ObjectFile;
			try {
				file = parseObject(readFileSync(path));
			} catch {
				continue;
			}
			this.exports.set(`/${relative(tree, path)}`, new Map(file.exports.map((e) => [e.name, e.sig])));
			for (const { name, sig } of file.imports.flat())
				this.imported.set(name, (this.imported.get(name) ?? new Set()).add(sig));
		}
	}

	/** Whether the object file at `path` exports `name`, and with this signature; undefined if it does not. */
	agrees(path: string, name: string, sig: number): boolean | undefined {
		const theirs = this.exports.get(path)?.get(name);
		return theirs === undefined ? undefined : theirs === sig;
	}
}

/** What a module's constants give as its place. */
function pathsOf(file: Interfaces, module: string): string[] {
	const at = file.text.search(new RegExp(`^\\s*${module}\\s*:\\s*module\\b`, "m"));
	const [body = ""] = file.text.slice(at).split(/\n\};?/);
	return Array.from(body.matchAll(/PATH\w*\s*:\s*con\s*"([^"]+)"/g), (m) => m[1] as string);
}

/** Counts and reports. */
class Comparison {
	modules = 0;
	functions = 0;
	readonly compiler = { equal: 0, different: 0 };
	readonly objects = { equal: 0, different: 0 };
	/** Every name, with the interfaces that have it. */
	readonly names = new Map<string, string[]>();

	tables(module: string, ours: string | undefined, theirs: string | undefined): void {
		const known = new Set(rows(theirs ?? ""));
		for (const row of rows(ours ?? "")) {
			if (known.delete(row)) this.compiler.equal++;
			else this.differs(this.compiler, `${module}, ours:   ${row.trim()}`);
		}
		for (const row of known) this.differs(this.compiler, `${module}, theirs: ${row.trim()}`);
	}

	exports(module: string, ours: Signatures, paths: readonly string[], objects: Objects): void {
		this.modules++;
		for (const [name, sig] of ours) {
			this.functions++;
			this.names.set(name, [...(this.names.get(name) ?? []), module]);
			for (const path of paths) {
				const agrees = objects.agrees(path, name, sig);
				if (agrees === true) this.objects.equal++;
				else if (agrees === false) this.differs(this.objects, `${path} exports another ${module}.${name}`);
			}
		}
	}

	/** The emulator's own modules have no object file: those that load them say what they expect. */
	imports(module: string, ours: Signatures, objects: Objects): void {
		for (const [name, sig] of ours) {
			const others = this.names.get(name)?.length !== 1;
			const sigs = objects.imported.get(name);
			if (sigs?.has(sig)) this.objects.equal++;
			else if (!others && sigs !== undefined) this.differs(this.objects, `another ${module}.${name} is imported`);
		}
	}

	differs(count: { different: number }, what: string): void {
		count.different++;
		process.stdout.write(`DIFFERENT ${what}\n`);
	}
}

function main(): number {
	const { UPSTREAM, CLIMBO } = process.env;
	if (UPSTREAM === undefined) {
		process.stderr.write("signatures: UPSTREAM is not set\n");
		return 2;
	}
	const dir = join(UPSTREAM, "module");
	const all = readInterfaces(dir);
	const native = CLIMBO === undefined ? undefined : new Native(CLIMBO, dir);
	const objects = new Objects(UPSTREAM);
	const builtin = new Map<string, Signatures>();
	const comparison = new Comparison();
	for (const file of all) {
		const includes = closure(file, all).map((name) => `include "${name}";\n`);
		const text = includes.join("") + taken.names;
		const read = (name: string): string | undefined => {
			if (name === "t.m") return text;
			return statSync(name, { throwIfNoEntry: false })?.isFile() ? readFileSync(name, "utf8") : undefined;
		};
		const front = checkFile("t.m", read, { include: [dir], interfacesOnly: true });
		for (const module of file.declares) {
			const ours = front?.diagnostics.errors === 0 ? tables(front, "t", module) : undefined;
			if (ours === undefined) process.stdout.write(`refused: ${module} (${file.file})\n`);
			if (native !== undefined) comparison.tables(module, ours, native.table(text, module));
			if (ours === undefined) continue;
			const signatures = signaturesIn(ours);
			const paths = pathsOf(file, module);
			comparison.exports(module, signatures, paths, objects);
			if (paths.includes(`$${module}`)) builtin.set(module, signatures);
		}
	}
	native?.close();
	for (const [module, ours] of builtin) comparison.imports(module, ours, objects);
	const { modules, functions, compiler, objects: object } = comparison;
	process.stdout.write(
		`${functions} functions of ${modules} interfaces; in object files ${object.equal} equal, ${object.different} different; ` +
			(native === undefined
				? "no compiler to compare with\n"
				: `compiled ${compiler.equal} equal, ${compiler.different} different\n`),
	);
	return compiler.different + object.different === 0 ? 0 : 1;
}

process.exitCode = main();
