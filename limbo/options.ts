/** The compiler's command line: letters as those of Inferno's own compiler, and long options of our own. */
import type { CompileOptions } from "./compile.ts";
import { passLetters } from "./opt/passes.ts";

const USAGE =
	"usage: limbo [-CGSacefgiwz] [-I incdir] [-o outfile] [-s stack] [-D passes] [-{T|t} module] [--ts module] [--json] file ...";

const HELP = `${USAGE}
  -I dir      looks for included files there, too
  -o file     the output, where there is one source
  -g          a symbol file for debuggers as well: name.sbl
  -S          assembly, name.s, instead of an object file; -G: with the line that each instruction comes from
  -w          warnings
  -e          all errors, however many; -f: only the first
  -c          the module has to be compiled to native code; -C: it must not be
  -i          calls of short functions stay calls
  -s n        bytes by which the stack of the module grows
  -z          arrays are cleared by the instruction that makes them
  -a          C declarations of the modules' functions; -t, -T module: a table of them, stubs for them
  --ts module a table in TypeScript
  -D letters  prints each function's code after those passes, of ${passLetters}
  --without letters  leaves those passes out
  --json      messages as JSON, one a line, on standard output
`;

export interface CommandLine {
	options: CompileOptions & { include: string[] };
	output: string | undefined;
	assembly: boolean;
	/** Assembly says where each instruction comes from. */
	annotated: boolean;
	/** Most errors that are shown. */
	errors: number;
	symbols: boolean;
	/** Letters of passes after which code is printed. */
	show: string;
	json: boolean;
	table: { kind: "a" | "t" | "T" | "ts"; module: string } | undefined;
	/** What is to be said about options that mean nothing here. */
	remarks: string[];
	files: string[];
}

/** Errors shown without -e. */
const MAXERRORS = 20;

export class UsageError extends Error {}
export class HelpWanted extends Error {}

/** Letters of Inferno's compiler that have nothing to say to this one, and why. */
const idle: Readonly<Record<string, string>> = {
	A: "there are no tables for dynamic modules",
	F: "references to functions have one form",
	O: "code is always optimised",
	r: "there is no such thing to be had",
};

/** Options may be joined, and their values may follow directly: `-gwI/module`. */
export function parseArguments(args: readonly string[]): CommandLine {
	const line: CommandLine = {
		options: { include: [] },
		output: undefined,
		assembly: false,
		annotated: false,
		errors: MAXERRORS,
		symbols: false,
		show: "",
		json: false,
		table: undefined,
		remarks: [],
		files: [],
	};
	const rest = [...args];
	while (rest[0]?.startsWith("-") && rest[0] !== "-") {
		const arg = rest.shift() as string;
		if (arg === "--") break;
		if (arg.startsWith("--")) parseLong(arg, rest, line);
		else parseLetters(arg.slice(1), rest, line);
	}
	line.files = rest;
	if (rest.length === 0 || (line.output !== undefined && rest.length !== 1)) throw new UsageError(HELP.trimEnd());
	return line;
}

function value(rest: string[], joined: string): string {
	const text = joined === "" ? rest.shift() : joined;
	if (text === undefined) throw new UsageError(HELP.trimEnd());
	return text;
}

function parseLong(arg: string, rest: string[], line: CommandLine): void {
	switch (arg) {
		case "--ts":
			line.table = { kind: "ts", module: value(rest, "") };
			break;
		case "--json":
			line.json = true;
			break;
		case "--without":
			line.options.without = passes(value(rest, ""));
			break;
		case "--help":
			throw new HelpWanted(HELP);
		default:
			throw new UsageError(HELP.trimEnd());
	}
}

function passes(letters: string): string {
	for (const letter of letters) {
		if (!passLetters.includes(letter)) throw new UsageError(`limbo: no pass ${letter}: there are ${passLetters}`);
	}
	return letters;
}

/** Letters with a value, which is what follows in the same argument, or the next one. */
const valued: Readonly<Record<string, (line: CommandLine, value: string) => void>> = {
	I: (line, dir) => line.options.include.push(dir),
	o: (line, file) => {
		line.output = file;
	},
	s: (line, bytes) => {
		if (!/^\d+$/.test(bytes)) throw new UsageError(`limbo: -s: ${bytes} is not a number of bytes`);
		line.options.stackExtent = Number(bytes);
	},
	D: (line, letters) => {
		line.show = passes(letters);
	},
	t: (line, module) => {
		line.table = { kind: "t", module };
	},
	T: (line, module) => {
		line.table = { kind: "T", module };
	},
};

const flags: Readonly<Record<string, (line: CommandLine) => void>> = {
	a: (line) => {
		line.table = { kind: "a", module: "" };
	},
	C: (line) => {
		line.options.dontCompile = true;
	},
	c: (line) => {
		line.options.mustCompile = true;
	},
	S: (line) => {
		line.assembly = true;
	},
	G: (line) => {
		line.annotated = true;
	},
	e: (line) => {
		line.errors = Number.POSITIVE_INFINITY;
	},
	f: (line) => {
		line.errors = 1;
	},
	g: (line) => {
		line.symbols = true;
	},
	i: (line) => {
		line.options.inline = false;
	},
	w: (line) => {
		line.options.warnings = true;
	},
	z: (line) => {
		line.options.clearArrays = true;
	},
};

function parseLetters(letters: string, rest: string[], line: CommandLine): void {
	for (let i = 0; i < letters.length; i++) {
		const letter = letters[i] as string;
		const take = valued[letter];
		if (take !== undefined) {
			take(line, value(rest, letters.slice(i + 1)));
			return;
		}
		const set = flags[letter];
		if (set !== undefined) set(line);
		else if (idle[letter] !== undefined) line.remarks.push(`limbo: -${letter} changes nothing: ${idle[letter]}`);
		else throw new UsageError(HELP.trimEnd());
	}
}
