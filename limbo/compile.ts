/** The compiler as a library: text in, object file out. Knows nothing of files. */
import type { ObjectFile } from "../libinterp/object.ts";
import { writeObject } from "../libinterp/writeobject.ts";
import type { Program } from "./ast.ts";
import { type Checked, Checker } from "./check.ts";
import { TypeClasses } from "./compat.ts";
import { Generator } from "./generate.ts";
import { parse } from "./parse.ts";
import { symbolFile } from "./sbl.ts";
import { type Diagnostic, Diagnostics, type SourceFile, Sources, type Span } from "./source.ts";

/** The text of a file; undefined if there is none. */
export type ReadFile = (name: string) => string | undefined;

export interface CompileOptions {
	/** Directories in which included files are looked for, after that of the source. */
	include?: readonly string[];
	mustCompile?: boolean;
	dontCompile?: boolean;
	/** Bytes by which the stack of the module grows; chosen from its frames if 0. */
	stackExtent?: number;
	/** The name the object file gives for its source. */
	sourcePath?: string;
	/** Letters of passes over the code that are left out: see opt/passes.ts. */
	without?: string;
	/** False if calls of short functions are to stay calls. */
	inline?: boolean;
	/** Is told the code of each function after each pass, by the pass's letter. */
	watch?: (letter: string, name: string, code: string) => void;
	/** Also looks for what is right but hardly meant. */
	warnings?: boolean;
	/** Goes on with what could be read of a file with syntax errors, as editors want it. */
	tolerant?: boolean;
	/** Arrays are made by the instruction that clears them. */
	clearArrays?: boolean;
	/** The file only declares interfaces: nothing need be implemented. */
	interfacesOnly?: boolean;
}

export interface Compiled {
	/** Undefined if there were errors. */
	object: Uint8Array | undefined;
	file: ObjectFile | undefined;
	/** The symbol file for debuggers. */
	symbols: (() => string) | undefined;
	/** By instruction: `file:line`. */
	origins: (() => string[]) | undefined;
	/** In the order of the text. */
	diagnostics: Diagnostic[];
}

/** A program parsed and checked, for those who want to know its types. */
export interface FrontEnd {
	/** With types and declarations filled in where they are known. */
	program: Program;
	checker: Checker;
	classes: TypeClasses;
	checked: Checked;
	diagnostics: Diagnostics;
}

/** Undefined if the file cannot be read. */
export function checkFile(name: string, readFile: ReadFile, options: CompileOptions = {}): FrontEnd | undefined {
	const text = readFile(name);
	if (text === undefined) return undefined;
	const sources = new Sources();
	const diagnostics = new Diagnostics(sources);
	const directory = name.slice(0, name.lastIndexOf("/") + 1);
	const program = parse(sources.add(name, text), diagnostics, (included, span) => {
		const file = findInclude(included, directory, options.include ?? [], sources, readFile);
		if (file === undefined) diagnostics.error(span, `can't include ${included}: file does not exist`);
		return file;
	});
	const classes = new TypeClasses();
	const checker = new Checker(diagnostics, classes);
	const checked: Checked = { functions: [], globals: [] };
	const front = { program, checker, classes, checked, diagnostics };
	if (diagnostics.errors > 0 && options.tolerant !== true) return front;
	checker.watches = options.warnings === true;
	return { ...front, checked: checker.check(program, options.interfacesOnly === true) };
}

function findInclude(
	name: string,
	directory: string,
	include: readonly string[],
	sources: Sources,
	readFile: ReadFile,
): SourceFile | undefined {
	const places = name.startsWith("/") ? [""] : [directory, ...include.map((dir) => `${dir}/`)];
	for (const place of places) {
		const text = readFile(place + name);
		if (text !== undefined) return sources.add(place + name, text);
	}
	return undefined;
}

/** Compiles one file. Throws if it cannot be read. */
export function compile(name: string, readFile: ReadFile, options: CompileOptions = {}): Compiled {
	const front = checkFile(name, readFile, options);
	if (front === undefined) throw new Error(`can't open ${name}: file does not exist`);
	const { checker, classes, checked, diagnostics } = front;
	let file: ObjectFile | undefined;
	const generator = new Generator(checker, classes, diagnostics);
	if (diagnostics.errors === 0) {
		file = generator.generate(checked, {
			mustCompile: options.mustCompile === true,
			dontCompile: options.dontCompile === true,
			stackExtent: options.stackExtent ?? 0,
			sourcePath: options.sourcePath ?? name,
			without: options.without ?? "",
			inline: options.inline !== false,
			watch: options.watch,
			clearArrays: options.clearArrays === true,
		});
	}
	const object = file === undefined ? undefined : writeObject(file);
	const symbols = file && ((): string => symbolFile(generator.symbols(), diagnostics.sources));
	const place = ({ span }: { span: Span }): string => {
		const at = diagnostics.sources.place(span.pos);
		return `${at.file}:${at.line}`;
	};
	const origins = file && ((): string[] => generator.symbols().origins.map(place));
	return { object, file, symbols, origins, diagnostics: diagnostics.sorted() };
}
