import { readFileSync } from "node:fs";
import test from "ava";
import { functionsOf } from "../../limbo/compat.ts";
import { checkFile } from "../../limbo/compile.ts";
import { md5 } from "../../limbo/md5.ts";
import { realText } from "../../limbo/realtext.ts";
import { Signer } from "../../limbo/sign.ts";
import { tables } from "../../limbo/tables.ts";

function signatures(text: string, module: string): Record<string, string> {
	const read = (name: string): string | undefined => {
		if (name === "t.m") return text;
		return name.startsWith("module/") ? readFileSync(name, "utf8") : undefined;
	};
	const front = checkFile("t.m", read, { include: ["module"], interfacesOnly: true });
	const decl = front?.checker.modules.find((m) => m.name === module);
	if (front === undefined || decl === undefined) throw new Error(`no module ${module}`);
	const signer = new Signer(front.classes);
	return Object.fromEntries(functionsOf(decl.type).map((fn) => [fn.name, signer.sign(fn.type).toString(16)]));
}

test("signatures of Sys are those that object files have", (t) => {
	const s = signatures('include "sys.m";', "Sys");
	t.is(s.announce, "b7c4ac0");
	t.is(s.print, "ac849033");
	t.is(s.open, "8f477f99");
	t.is(s.dirread, "72210d71");
	t.is(s.sprint, "4c0624b6");
	t.is(s.file2chan, "9f34d686");
});

test("equal adts have equal signatures whatever their names and methods", (t) => {
	const s = signatures(
		"M: module { A: adt { x: int; }; B: adt { x: int; f: fn(); }; C: adt { y: int; }; a: fn(p: A, q: B); b: fn(p: B, q: A); c: fn(p: A, q: C); };",
		"M",
	);
	t.is(s.a, s.b);
	t.not(s.a, s.c);
});

test("argument names do not matter, self and cyclic do", (t) => {
	const s = signatures("M: module { a: fn(x: int); b: fn(y: int); c: fn(nil: string); };", "M");
	t.is(s.a, s.b);
	t.not(s.a, s.c);
});

test("a table has a row for a module's variables", (t) => {
	const text = "M: module { x: int; s: string; f: fn(a: string): int; v: array of big; };";
	const front = checkFile("t.m", () => text, { interfacesOnly: true });
	const table = front && tables(front, "t", "M");
	t.regex(table ?? "", /^\t"\.mp",0x44756ec6,M_\.mp,48,2,\{0x0,0xc0,\},\n\t"f",/m);
	t.regex(table ?? "", /^#define Mmodlen\t2$/m);
});

test("md5", (t) => {
	const digest = md5(new TextEncoder().encode("abc"));
	t.deepEqual(
		digest.map((w) => w >>> 0),
		[0x98500190, 0xb04fd23c, 0x7d3f96d6, 0x727fe128],
	);
});

test("reals as text", (t) => {
	const cases: [number, string][] = [
		[0, "0"],
		[0.5, ".5"],
		[-2.25, "-2.25"],
		[100, "100"],
		[1e30, "1e30"],
		[1e-5, "1e-5"],
		[123456.75, "123456.75"],
	];
	for (const [value, text] of cases) t.is(realText(value), text);
});
