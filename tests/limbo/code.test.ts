import test from "ava";
import { disassembly } from "../../libinterp/das.ts";
import { parseObject } from "../../libinterp/object.ts";
import { compileText, program } from "./programs.ts";

/** The instructions of a program, without the numbers of operands that layouts decide. */
function listing(text: string): string[] {
	const { file, diagnostics } = compileText(text);
	if (file === undefined) throw new Error(diagnostics.map((d) => d.message).join("\n"));
	return disassembly(file)
		.split("\n")
		.filter((line) => line.startsWith("\t"))
		.map((line) => line.trim());
}

const small = (body: string, result = ": int"): string =>
	`implement T;\nT: module { f: fn(a, b: int)${result}; };\nf(a, b: int)${result}\n{\n${body}\n}\n`;

const code = (text: string): string[] => {
	const lines = listing(text);
	return lines.slice(
		0,
		lines.findIndex((l) => l.startsWith("desc") || l.startsWith("entry")),
	);
};

test("arithmetic on arguments", (t) => {
	t.deepEqual(code(small("return a+b;")), ["addw\t36(fp),32(fp),0(16(fp))", "ret"]);
	t.deepEqual(code(small("return a-b;")), ["subw\t36(fp),32(fp),0(16(fp))", "ret"]);
	t.deepEqual(code(small("a += 3; return a;")), ["addw\t$3,32(fp)", "movw\t32(fp),0(16(fp))", "ret"]);
});

test("constants are folded", (t) => {
	t.deepEqual(code(small('return 2*3 + (1<<4) - len "ab";')), ["movw\t$20,0(16(fp))", "ret"]);
	t.deepEqual(code(small("if(0) a = 1; return int 2.5;")), ["movw\t$3,0(16(fp))", "ret"]);
});

test("a loop takes one jump a turn", (t) => {
	t.deepEqual(code(small("for(; a < b; a++)\n\t;", "")), [
		"bgew\t32(fp),36(fp),$3",
		"addw\t$1,32(fp)",
		"bltw\t32(fp),36(fp),$1",
		"ret",
	]);
});

test("a case finds the highest number, which is in no table", (t) => {
	const lines = code(small("case a { 2147483647 => return 1; 1 to 3 => return 2; 7 => return 3; } return 0;"));
	t.regex(lines[0] as string, /^bgew\t32\(fp\),\d+\(mp\),\$\d+$/);
	t.regex(lines[1] as string, /^case\t32\(fp\),\d+\(mp\)$/);
});

test("a function that calls itself twice asks before the calls whether they would return at once", (t) => {
	const lines = code(small("if(a < 2) return a; return f(a-1, 0) + f(a-2, 0);"));
	t.is(lines.filter((l) => l.startsWith("call")).length, 2);
	t.is(lines.filter((l) => /^(blt|bge)w/.test(l)).length, 3);
	const global = code(
		"implement T;\nT: module { f: fn(a: int): int; };\ng: int;\nf(a: int): int { if(a < 2) return g; return f(a-1) + f(a-2); }\n",
	);
	t.is(global.filter((l) => /^movw\t\d+\(mp\),/.test(l)).length, 3);
	const once = code(small("if(a < 2) return a; return f(a-1, 0);"));
	t.is(once.filter((l) => /^(blt|bge)w/.test(l)).length, 1);
});

test("a loop with several conditions takes no jump but theirs", (t) => {
	t.deepEqual(code(small("for(; a < b && a != 7; a++)\n\t;", "")), [
		"bgew\t32(fp),36(fp),$5",
		"beqw\t32(fp),$7,$5",
		"addw\t$1,32(fp)",
		"bgew\t32(fp),36(fp),$5",
		"bnew\t32(fp),$7,$2",
		"ret",
	]);
});

test("a large middle constant comes from memory", (t) => {
	const lines = code(small("return 100000 - a;"));
	t.regex(lines[0] as string, /^subw\t32\(fp\),\d+\(mp\),0\(16\(fp\)\)$/);
});

test("frames, link table, imports", (t) => {
	const { object } = compileText(program('print("%d", 1);', 'f(): string { raise "x"; }'));
	const o = parseObject(object as Uint8Array);
	t.is(o.name, "T");
	t.deepEqual(
		o.exports.map((e) => `${e.name} ${e.sig.toString(16)}`),
		["init 4244b354"],
	);
	t.deepEqual(o.imports, [[{ name: "print", sig: 0xac849033 }]]);
	t.is(o.entry, 0);
	t.is(o.types[0]?.size, o.dataSize);
});

test("another module with the same interface is not asked for functions of ours that are referred to", (t) => {
	const { object } = compileText(program('g := f; g(); other := load T "x"; other->init(nil, nil);', "f() { }"));
	const names = parseObject(object as Uint8Array).imports.map((table) => table.map((i) => i.name).join());
	t.deepEqual(names.sort(), ["", "init", "init,f"]);
});

test("unused functions are left out, referenced ones are not", (t) => {
	const length = (text: string): number => code(text).length;
	const plain = length(program(""));
	t.is(length(program("", "f() { sys = nil; }")), plain);
	t.true(length(program("f();", "f() { sys = nil; }")) > plain);
});

test("exception handlers cover the body only", (t) => {
	const o = compileText(
		program('{ f(); } exception e { "a*" => print("%s", e); "b" => ; * => raise; }', "f() { }"),
	).file;
	const h = o?.handlers[0];
	t.deepEqual(
		h?.cases.map((c) => c.name),
		["b", "a*", null],
	);
	t.true(h !== undefined && h.pc1 < h.pc2);
});

test("module data: initial values, nested arrays", (t) => {
	const o = compileText(program("x = y;", 'x := 7; y := 7; a := array[] of { array[] of { "p", "q" }, nil };')).file;
	t.truthy(o);
	const kinds = o?.data.map((d) => d.kind);
	t.deepEqual(
		kinds?.filter((k) => k === 5 || k === 6 || k === 7),
		[],
	);
	const used = compileText(program("a[0] = nil;", 'a := array[] of { array[] of { "p", "q" }, nil };')).file;
	t.deepEqual(
		used?.data.filter((d) => d.kind >= 5 && d.kind <= 7).map((d) => d.kind),
		[5, 6, 5, 6, 7, 7],
	);
});

test("pointers in a frame are in its map", (t) => {
	const o = compileText(small('s: string; l: list of int; s = "x"; l = a :: nil; return len s + len l + b;')).file;
	const type = o?.types[o.exports[0]?.type ?? 0];
	t.truthy(type);
	const bits = Array.from(type?.map ?? [], (b) => b.toString(2).padStart(8, "0")).join("");
	t.true(bits.split("1").length - 1 >= 2);
	t.is(bits.slice(0, 10), "0000000000");
});
