import { readFileSync, writeFileSync } from "node:fs";
import test from "ava";
import { disassembly } from "../../libinterp/das.ts";
import { passLetters } from "../../limbo/opt/passes.ts";
import { compileText, program } from "./programs.ts";

/** For each pass, statements that it has something to do for. */
const samples: Readonly<Record<string, string>> = {
	p: "a := 3; b := a; c := b; if(c == 4) exit;",
	t: "s := string 3; l := len s; x := array[l] of int; x[1] = len s; (s, l) = (string l, 2);",
	d: 'a := 3; b := a + 4; a = 5; s := "x"; b = len s;',
	n: "for(i := 0; i < 3; i++){ { s: string; if(i == 2) s = nil; } sys->sleep(0); }",
	l: 'l := "x" :: nil; for(; l != nil; l = tl l){ s := hd l; if(s == nil) break; }',
	c: 's: string; case len s { -1 => exit; 2 => s = "a"; * => s = "b"; } a := 3; case a { 1 => exit; 3 => s = "c"; }',
	j: "for(i := 0; i < 9; i++){ found := 0; if(sys->sleep(i) == 0) found = 1; if(found) break; sys->sleep(9); }",
};

function listing(statements: string, without: string): string {
	const { file, diagnostics } = compileText(program(statements), { without });
	if (file === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
	return disassembly(file)
		.split("\n")
		.filter((line) => /^\t(?!entry|desc|var|string|module|link|ldts|word|ext|source)/.test(line))
		.join("\n");
}

const GOLDEN = "tests/limbo/golden/passes";

function current(): string {
	const parts = [...passLetters].map((letter) => {
		const statements = samples[letter] ?? "";
		return `pass ${letter}: ${statements}\nwithout it\n${listing(statements, letter)}\nwith it\n${listing(statements, "")}\n`;
	});
	return parts.join("\n");
}

test("what each pass does", (t) => {
	const text = current();
	if (process.env.RENEW) writeFileSync(GOLDEN, text);
	t.is(text, readFileSync(GOLDEN, "utf8"));
});

test("each pass makes something better", (t) => {
	const count = (text: string): number => text.split("\n").length;
	for (const letter of passLetters) {
		const statements = samples[letter] ?? "";
		t.true(count(listing(statements, letter)) > count(listing(statements, "")), letter);
	}
});
