import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { emu, scratchRoot } from "../appl/cases.ts";
import { compileText, program } from "./programs.ts";

interface Case {
	readonly name: string;
	readonly text: string;
	readonly output: string;
}

/** A program is complete, or declarations and statements around a line of two dashes. */
function complete(source: string): string {
	if (source.startsWith("implement")) return source;
	const parts = source.split(/^--\n/m);
	return program(parts.at(-1) ?? "", parts.length > 1 ? parts[0] : "");
}

const cases: Case[] = readFileSync("tests/limbo/language.cases", "utf8")
	.split(/^=== /m)
	.slice(1)
	.map((block) => {
		const [head = "", output = ""] = block.split(/^==\n/m);
		const end = head.indexOf("\n");
		return { name: head.slice(0, end), text: complete(head.slice(end + 1)), output };
	});

/** Every program, run by one emulator: what each printed. */
async function outputs(options: readonly string[], compile: (text: string) => Uint8Array): Promise<string[]> {
	const { root, remove } = scratchRoot();
	mkdirSync(join(root, "dis/t"));
	let script = "";
	for (const [i, c] of cases.entries()) {
		writeFileSync(join(root, `dis/t/${i}.dis`), compile(c.text));
		script += `echo @${i}\n/dis/t/${i}.dis\n`;
	}
	writeFileSync(join(root, "tmp/all"), script);
	const { stdout, stderr } = await emu([...options, `-r${root}`, "/dis/sh.dis", "/tmp/all"]);
	remove();
	return (stdout + stderr).split(/^@\d+\n/m).slice(1);
}

function object(text: string): Uint8Array {
	const { object: made, diagnostics } = compileText(text);
	if (made === undefined) throw new Error(diagnostics.map((d) => `${d.line}: ${d.message}`).join("\n"));
	return made;
}

test("programs print what they print with Inferno's own compiler", async (t) => {
	const found = await outputs([], object);
	for (const [i, c] of cases.entries()) t.is(found[i], c.output, c.name);
});

const [statements = "", declarations = ""] = readFileSync("tests/limbo/refused.cases", "utf8")
	.slice(readFileSync("tests/limbo/refused.cases", "utf8").indexOf("\n") + 1)
	.split(/^--\n/m);

test("what Inferno's own compiler refuses is refused", (t) => {
	for (const line of statements.trimEnd().split("\n")) t.is(compileText(program(line)).object, undefined, line);
	for (const line of declarations.trimEnd().split("\n")) t.is(compileText(program(";", line)).object, undefined, line);
});
