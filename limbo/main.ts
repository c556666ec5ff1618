/** The compiler's command line. */
import { readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { hostReason } from "../libinterp/hosterror.ts";
import { assembly } from "./assembly.ts";
import { type CompileOptions, checkFile, compile } from "./compile.ts";
import { type Diagnostic, formatDiagnostic } from "./source.ts";
import { moduleTable, tables } from "./tables.ts";

const USAGE = "usage: limbo [-CGSacgiwe] [-I incdir] [-o outfile] [-{T|t} module] [--ts module] [-D debug] file ...";

interface CommandLine {
	options: CompileOptions & { include: string[] };
	output: string | undefined;
	assembly: boolean;
	warnings: number;
	manyErrors: boolean;
	symbols: boolean;
	table: { kind: "a" | "t" | "T" | "ts"; module: string } | undefined;
	files: string[];
}

/** Errors shown without -e. */
const MAXERRORS = 20;

class UsageError extends Error {}
class HelpWanted extends Error {}

/** Options may be joined, and their values may follow directly: `-gwI/module`. */
function parseArguments(args: readonly string[]): CommandLine {
	const line: CommandLine = {
		options: { include: [] },
		output: undefined,
		assembly: false,
		warnings: 0,
		manyErrors: false,
		symbols: false,
		table: undefined,
		files: [],
	};
	const rest = [...args];
	while (rest[0]?.startsWith("-") && rest[0] !== "-") {
		const arg = rest.shift() as string;
		if (arg === "--") break;
		if (arg === "--ts") line.table = { kind: "ts", module: value(rest, "") };
		else if (arg === "--help") throw new HelpWanted(USAGE);
		else parseLetters(arg.slice(1), rest, line);
	}
	line.files = rest;
	if (rest.length === 0 || (line.output !== undefined && rest.length !== 1)) throw new UsageError(USAGE);
	return line;
}

function value(rest: string[], joined: string): string {
	const text = joined === "" ? rest.shift() : joined;
	if (text === undefined) throw new UsageError(USAGE);
	return text;
}

function parseLetters(letters: string, rest: string[], line: CommandLine): void {
	for (let i = 0; i < letters.length; i++) {
		const joined = letters.slice(i + 1);
		switch (letters[i]) {
			case "I":
				line.options.include.push(value(rest, joined));
				return;
			case "o":
				line.output = value(rest, joined);
				return;
			case "s":
				line.options.stackExtent = Number(value(rest, joined)) || 0;
				return;
			case "D":
				value(rest, joined);
				return;
			case "t":
			case "T":
				line.table = { kind: letters[i] as "t" | "T", module: value(rest, joined) };
				return;
			case "a":
				line.table = { kind: "a", module: "" };
				break;
			case "C":
				line.options.dontCompile = true;
				break;
			case "c":
				line.options.mustCompile = true;
				break;
			case "S":
				line.assembly = true;
				break;
			case "e":
				line.manyErrors = true;
				break;
			case "g":
				line.symbols = true;
				break;
			case "w":
				line.warnings++;
				break;
			case "G":
			case "i":
			case "f":
			case "r":
			case "z":
				break;
			default:
				throw new UsageError(USAGE);
		}
	}
}

/** Undefined for what cannot be read, a directory too. */
function readFile(name: string): string | undefined {
	try {
		return readFileSync(name, "utf8");
	} catch {
		return undefined;
	}
}

/** Why a file cannot be read. */
function unreadable(name: string): string | undefined {
	try {
		readFileSync(name);
	} catch (error) {
		return hostReason(error);
	}
	return undefined;
}

/** Writes messages; true if there are no errors. */
function report(diagnostics: readonly Diagnostic[], line: CommandLine): boolean {
	const errors = diagnostics.filter((d) => d.severity === "error");
	const shown = line.warnings > 0 && errors.length === 0 ? diagnostics : errors;
	const most = line.manyErrors ? Number.POSITIVE_INFINITY : MAXERRORS;
	for (const [i, d] of shown.entries()) {
		if (i >= most && errors.length > 0) {
			process.stderr.write("too many errors, stopping\n");
			break;
		}
		process.stderr.write(`${formatDiagnostic(d)}\n`);
	}
	return errors.length === 0;
}

/** The file's name without directory and `.b`. */
function baseName(file: string): string {
	return file.slice(file.lastIndexOf("/") + 1).replace(/\.b$/, "");
}

function compileFile(file: string, line: CommandLine): boolean {
	const why = unreadable(file);
	if (why !== undefined) {
		process.stderr.write(`limbo: can't open ${file}: ${why}\n`);
		return false;
	}
	if (line.table !== undefined) return printTable(file, line);
	if (line.symbols) process.stderr.write("limbo: -g: symbol files are not supported yet\n");
	const output = line.output ?? baseName(file) + (line.assembly ? ".s" : ".dis");
	const { object, file: parsed, diagnostics } = compile(file, readFile, line.options);
	const ok = report(diagnostics, line);
	if (object === undefined || parsed === undefined) {
		remove(output);
		return false;
	}
	try {
		writeFileSync(output, line.assembly ? assembly(parsed) : object);
	} catch (error) {
		process.stderr.write(`limbo: can't create ${output}: ${hostReason(error)}\n`);
		return false;
	}
	return ok;
}

function remove(output: string): void {
	try {
		unlinkSync(output);
	} catch {
		// There is none.
	}
}

function printTable(file: string, line: CommandLine): boolean {
	const front = checkFile(file, readFile, { ...line.options, interfacesOnly: true });
	if (front === undefined || line.table === undefined) return false;
	if (!report(front.diagnostics.sorted(), line)) return false;
	const { kind, module } = line.table;
	const text = kind === "ts" ? moduleTable(front, module) : tables(front, kind, module);
	if (text === undefined) {
		process.stderr.write(`limbo: no module ${module} in ${file}\n`);
		return false;
	}
	process.stdout.write(text);
	return true;
}

/** Runs the compiler; returns its exit status. */
export function main(args: readonly string[]): number {
	let line: CommandLine;
	try {
		line = parseArguments(args);
	} catch (error) {
		if (error instanceof HelpWanted) {
			process.stdout.write(`${USAGE}\n`);
			return 0;
		}
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`${error.message}\n`);
		return 2;
	}
	let ok = true;
	for (const file of line.files) {
		if (line.files.length > 1) process.stdout.write(`${file}:\n`);
		if (!compileFile(file, line)) ok = false;
	}
	return ok ? 0 : 1;
}
