/** The compiler's command line. */
import { existsSync, lstatSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { hostReason } from "../libinterp/hosterror.ts";
import { assembly } from "./assembly.ts";
import { checkFile, compile } from "./compile.ts";
import { type CommandLine, HelpWanted, parseArguments, UsageError } from "./options.ts";
import { type Diagnostic, formatDiagnostic } from "./source.ts";
import { moduleTable, tables } from "./tables.ts";

/** What was read: many sources include the same files. */
const read = new Map<string, string | undefined>();

/** Undefined for what cannot be read, a directory too. */
function readFile(name: string): string | undefined {
	if (!read.has(name)) {
		let text: string | undefined;
		try {
			// Most of the places where an included file is looked for have none, and an exception takes longer to make than a file to read.
			if (existsSync(name)) text = readFileSync(name, "utf8");
		} catch {
			// It is not to be read.
		}
		read.set(name, text);
	}
	return read.get(name);
}

/** Why a file cannot be read. */
function unreadable(name: string): string | undefined {
	if (readFile(name) !== undefined) return undefined;
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
	const shown = errors.length > 0 || line.options.warnings !== true ? errors : diagnostics;
	if (line.json) {
		for (const d of shown) process.stdout.write(`${JSON.stringify({ ...d, pos: undefined })}\n`);
		return errors.length === 0;
	}
	const most = errors.length > 0 ? line.errors : shown.length;
	for (const d of shown.slice(0, most)) process.stderr.write(`${formatDiagnostic(d)}\n`);
	if (shown.length > most) process.stderr.write("too many errors, stopping\n");
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
	const output = line.output ?? baseName(file) + (line.assembly ? ".s" : ".dis");
	const { object, file: parsed, symbols, origins, diagnostics } = compile(file, readFile, line.options);
	const ok = report(diagnostics, line);
	if (object === undefined || parsed === undefined) {
		remove(output);
		return false;
	}
	try {
		writeFileSync(output, line.assembly ? assembly(parsed, line.annotated ? origins?.() : undefined) : object);
		if (line.symbols && symbols !== undefined) writeFileSync(symbolName(output), symbols());
	} catch (error) {
		process.stderr.write(`limbo: can't create ${output}: ${hostReason(error)}\n`);
		return false;
	}
	return ok;
}

/** Beside the output, whatever that ends in. */
const symbolName = (output: string): string => `${output.replace(/\.(dis|s)$/, "")}.sbl`;

/** What an earlier run has made goes; a device, such as /dev/null, stays. */
function remove(output: string): void {
	try {
		if (lstatSync(output).isFile()) unlinkSync(output);
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

/** Runs the compiler; returns its exit status. `busy` is called when there is more to do than one small source. */
export function main(args: readonly string[], busy: () => void): number {
	let line: CommandLine;
	try {
		line = parseArguments(args);
	} catch (error) {
		if (error instanceof HelpWanted) {
			process.stdout.write(error.message);
			return 0;
		}
		if (!(error instanceof UsageError)) throw error;
		process.stderr.write(`${error.message}\n`);
		return 2;
	}
	for (const remark of line.remarks) process.stderr.write(`${remark}\n`);
	const { show } = line;
	if (show !== "") {
		line.options.watch = (letter, name, code) => {
			if (show.includes(letter)) process.stdout.write(`${name}, after pass ${letter}:\n${code}`);
		};
	}
	let ok = true;
	for (const file of line.files) {
		if (line.files.length > 1 && !line.json) process.stdout.write(`${file}:\n`);
		if (!compileFile(file, line)) ok = false;
		busy();
	}
	return ok ? 0 : 1;
}
