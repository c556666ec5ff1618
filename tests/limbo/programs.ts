/** Compiling small programs in tests. */
import { existsSync, readFileSync } from "node:fs";
import { type Compiled, type CompileOptions, compile } from "../../limbo/compile.ts";

const interfaces = new Map<string, string>();

function readInterface(name: string): string | undefined {
	if (!name.startsWith("module/") || !existsSync(name)) return undefined;
	let text = interfaces.get(name);
	if (text === undefined) {
		text = readFileSync(name, "utf8");
		interfaces.set(name, text);
	}
	return text;
}

/** Compiles a text called t.b; it may include the files of module/. */
export function compileText(text: string, options: CompileOptions = {}): Compiled {
	return compile("t.b", (name) => (name === "t.b" ? text : readInterface(name)), { include: ["module"], ...options });
}

/** A program whose body is the given statements, with `sys` loaded. */
export function program(statements: string, declarations = ""): string {
	return `implement T;
include "sys.m"; sys: Sys; print, sprint: import sys; include "draw.m";
T: module { init: fn(ctxt: ref Draw->Context, args: list of string); };
${declarations}
init(nil: ref Draw->Context, nil: list of string)
{
sys = load Sys Sys->PATH;
${statements}
}
`;
}

/** The messages a text gives, each as `line: message`. */
export function messages(text: string): string[] {
	return compileText(text).diagnostics.map((d) => `${d.line}: ${d.message}`);
}
