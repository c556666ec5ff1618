import test from "ava";
import { checkFile } from "../../limbo/compile.ts";
import { compileText, messages, program } from "./programs.ts";

/** Statements, perhaps declarations, and the messages they give; statements start on line 7 or after. */
const bad: [name: string, statements: string, expected: string[], declarations?: string][] = [
	["undeclared name", "x = 1;", ["8: x is not declared"]],
	["a name nearly right", "count := 1; cuont++;", ["8: cuont is not declared; did you mean count?"]],
	["type clash", 'i := 1; i = "s";', ["8: type clash in 'i' of type int = '\"s\"' of type string"]],
	["mixed arithmetic", "r := 1.0 + 1;", ["8: type clash in '1.0' of type real + '1' of type int"]],
	["one error, no cascade", "x := nosuch(1) + 2; y := x * 3; y = y;", ["8: nosuch is not declared"]],
	["two errors", "a := b;\nc := d;", ["8: b is not declared", "9: d is not declared"]],
	["too few arguments", "f(1);", ["8: f: too few function arguments"], "f(a, b: int) { a = b; }"],
	["too many arguments", "f(1, 2);", ["8: f: too many function arguments"], "f(a: int) { a = 0; }"],
	[
		"wrong argument",
		'f("s");',
		["8: f: argument type mismatch: expected int saw '\"s\"' of type string"],
		"f(a: int) { a = 0; }",
	],
	["break outside", "break;", ["8: no appropriate target for break"]],
	["not a function", "x := 1; x();", ["8: x is not a function or type name"]],
	["member", "sys->nosuch();", ["8: nosuch is not a member of 'sys' of type Sys"]],
	["format", 'print("%d\\n", "s");', ["8: print: format '%d' incompatible with argument '\"s\"' of type string"]],
	["format runs out", 'print("%d\\n");', ["8: print: too few arguments for format '%d'"]],
	["format left over", 'print("x", 1);', ["8: print: more arguments than formats"]],
	["case overlap", "case 1 { 1 or 1 => ; }", ["8: case qualifier '1' overlaps with '1' on line 8"]],
	["case not constant", "x := 1; case 2 { x => ; }", ["8: case qualifier x is not constant"]],
	[
		"copy of a pick adt that is nowhere",
		"a := ref A A.Y(1);",
		["8: expressions cannot have type A"],
		"A: adt { pick { Y => y: int; } };",
	],
	["a function for a type", "f(nil);", ["4: f is not a type"], "f(a: ref f) { a = nil; }"],
	["a function for a module", "f(nil);", ["4: f is not a module"], "f(a: ref f->T) { a = nil; }"],
	["nil has no type", "x := nil;", ["8: cannot declare x from 'nil' of type polymorphic type"]],
	["redeclaration", "x: int; x: string;", ["8: redeclaration of local x, previously declared as local x on t.b:8"]],
	["no return", "f();", ["4: no return at end of function f"], "f(): int { }"],
	["return of nothing", "f();", ["4: return of nothing from a fn of int"], "f(): int { return; }"],
	["assignment to a constant", "C = 2;", ["8: cannot assign to C"], "C: con 1;"],
	["circular constants", "x := A; x++;", ["4: circularity in definition of A"], "A: con B; B: con A;"],
	["circular variable", "x = nil;", ["4: circularity in definition of x"], 'x := array[] of { "a", x };'],
	[
		"adt in itself",
		"a: A; a.x = 1;",
		["4: illegal type cycle without a reference in field a of adt A"],
		"A: adt { x: int; a: A; };",
	],
	[
		"pick qualifier",
		"a: ref A; pick b := a { X => ; }",
		["8: pick qualifier X is not a member of A"],
		"A: adt { pick { Y => y: int; } };",
	],
	[
		"spawn with a result",
		"spawn f();",
		["8: cannot spawn functions which return values, such as 'f()' of type int"],
		"f(): int { return 1; }",
	],
	["array bounds", "a := array[2] of { 0, 1, 2 }; a = nil;", ["8: array index 2 out of bounds"]],
	["unclosed string", 'x := "abc;', ["8: newline in string constant"]],
	["missing semicolon", "x := 1\nx++;", ["8: syntax error: expected ';', found 'x'"]],
	["radix", "x := 2r3; x++;", ["8: digit '3' not radix 2"]],
];

for (const [name, statements, expected, declarations] of bad) {
	test(`error: ${name}`, (t) => {
		t.deepEqual(messages(program(statements, declarations)), expected);
	});
}

test("errors in several functions are all found", (t) => {
	const text = program("a = 1;", "f() { b = 1; }\ng() { c = 1; }");
	t.deepEqual(messages(text), ["4: b is not declared", "5: c is not declared", "9: a is not declared"]);
});

test("a file that implements nothing", (t) => {
	t.deepEqual(messages("x: int;"), ["1: no implementation module"]);
});

test("a missing include is reported where it stands", (t) => {
	t.deepEqual(messages('implement T;\ninclude "nosuch.m";\n'), ["2: can't include nosuch.m: file does not exist"]);
});

test("a function of the interface that is missing", (t) => {
	const text = "implement T;\nT: module {\n\tf: fn();\n\tg: fn();\n};\nf() { }\n";
	t.deepEqual(messages(text), ["4: function g not defined"]);
});

test("warnings do not prevent an object", (t) => {
	const { object, diagnostics } = compileText(program("x := 1;"));
	t.truthy(object);
	t.deepEqual(
		diagnostics.map((d) => `${d.severity} ${d.message}`),
		["warning local x not referenced"],
	);
});

test("no prefix of a program makes the compiler fail", (t) => {
	const text = program('for(i := 0; i < 3; i++) case i { 1 => print("%d", i); * => alt { * => ; } }');
	for (let n = 0; n < text.length; n += 3) t.notThrows(() => compileText(text.slice(0, n)));
});

test("#line says where lines come from", (t) => {
	const text =
		'implement T;\n#line 100 "foo.y"\nT: module { f: fn(); };\nf() {\n\ty = 1;\n#line 7 "bar.y"\n\tz = 1; }\n';
	t.deepEqual(
		compileText(text).diagnostics.map((d) => `${d.file}:${d.line}: ${d.message}`),
		["foo.y:102: y is not declared", "bar.y:7: z is not declared"],
	);
});

test("a tolerant check finds types in what could be read", (t) => {
	const text = "implement T;\nT: module { f: fn(n: int); };\nf(n: int)\n{\n\tx := n + ;\n\ty := 2 * n;\n}\n";
	const front = checkFile("t.b", () => text, { tolerant: true });
	t.is(front?.checked.functions[0]?.type.ids[0]?.type.kind, "int");
	t.deepEqual(
		front?.diagnostics.sorted().map((d) => `${d.line}:${d.column} ${d.message}`),
		["5:11 syntax error: expected an expression, found ';'"],
	);
});
