import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import test from "ava";
import { emu, scratchRoot } from "../appl/cases.ts";
import { program } from "./programs.ts";

const dir = mkdtempSync(join(tmpdir(), "limbo-"));
test.after.always(() => rmSync(dir, { recursive: true, force: true }));

/** Runs the compiler in a directory of its own. */
function limbo(...args: string[]): { stdout: string; stderr: string; status: number | null } {
	const all = [resolve("bin/limbo"), "-I", resolve("module"), ...args];
	const { stdout, stderr, status } = spawnSync(process.execPath, all, { cwd: dir, encoding: "utf8" });
	return { stdout, stderr, status };
}

function write(name: string, text: string): void {
	writeFileSync(join(dir, name), text);
}

const read = (name: string): string => readFileSync(join(dir, name), "utf8");

test("messages as JSON", (t) => {
	write("json.b", program("x = 1;\ny := 2;"));
	const { stdout, stderr, status } = limbo("--json", "json.b");
	t.deepEqual(JSON.parse(stdout), {
		severity: "error",
		message: "x is not declared",
		length: 1,
		file: "json.b",
		line: 8,
		column: 1,
		text: "x = 1;",
	});
	t.deepEqual({ stderr, status }, { stderr: "", status: 1 });
});

test("errors remove the object of an earlier run, but nothing that is no file", (t) => {
	write("bad.b", program("x = 1;"));
	write("bad.dis", "old");
	spawnSync("mkfifo", [join(dir, "pipe")]);
	t.is(limbo("bad.b").status, 1);
	t.is(limbo("-o", "pipe", "bad.b").status, 1);
	t.deepEqual([existsSync(join(dir, "bad.dis")), existsSync(join(dir, "pipe"))], [false, true]);
});

test("warnings of what is never reached and of what is nil", (t) => {
	write("warn.b", program("a: ref Sys->FD;\ni := a.fd;\nif(i) return; else exit;\ni = 2;"));
	t.is(
		limbo("-w", "warn.b").stderr,
		"warn.b:9:6: warning: a is nil here\ni := a.fd;\n     ^\n" +
			"warn.b:11:1: warning: statement is never reached\ni = 2;\n^\n",
	);
	t.is(limbo("warn.b").stderr, "");
});

test("warnings of exceptions that are raised and not declared, or declared and not raised", (t) => {
	const declarations = `A, B: exception;
f(x: int) { if(x) raise A; }
g(x: int) raises (A, B) { if(x) raise A; else { raise B; } exception { B => ; } }
h(x: int) raises (A, B) { { if(x) raise A; raise B; } exception { A => raise; } }
i() { { raise A; } exception { * => ; } }`;
	write("raises.b", program("f(1); g(1); h(1); i();", declarations));
	t.deepEqual(limbo("-w", "raises.b").stderr.match(/^raises.*$/gm), [
		"raises.b:5:19: warning: function f raises A but not declared",
		"raises.b:6:22: warning: function g does not raise B but declared",
	]);
});

test("what may be something else than nil is no reason for a warning", (t) => {
	write(
		"quiet.b",
		program(
			"a, b: ref Sys->FD; c: array of int; for(i := 0; i < 3; i++){ if(a != nil) b = a; if(b != nil) i = b.fd; a = b; c = array[1] of int; c[0] = i; }",
		),
	);
	t.is(limbo("-w", "quiet.b").stderr, "");
});

test("only the first error, or all", (t) => {
	write("many.b", program(Array.from({ length: 30 }, (_, i) => `x${i} = 1;`).join("\n")));
	const lines = (text: string): number => text.split("\n").filter((l) => l.includes("not declared")).length;
	t.is(lines(limbo("many.b").stderr), 20);
	t.is(lines(limbo("-e", "many.b").stderr), 30);
	t.is(lines(limbo("-f", "many.b").stderr), 1);
});

test("options that change the code", (t) => {
	write("code.b", program("a := array[twice(3)] of int; a[0] = 1;", "twice(n: int): int { return n + n; }"));
	const listing = (...args: string[]): string => {
		t.is(limbo("-S", ...args, "code.b").stderr, "");
		return read("code.s");
	};
	t.false(listing().includes("\tcall\t"));
	t.true(listing("-i").includes("\tcall\t"));
	t.regex(listing(), /\tnewa\t/);
	t.regex(listing("-z"), /\tnewaz\t/);
	t.regex(listing("-G"), /\tnewa\t.*# code\.b:8\n/);
	t.true(listing("--without", "ptdnl").length > listing().length);
	t.regex(limbo("-Dt", "code.b").stdout, /^init, after pass t:\n0\t/);
});

test("options that mean nothing here say so, wrong ones are refused", (t) => {
	write("plain.b", program(";"));
	t.is(limbo("-F", "plain.b").stderr, "limbo: -F changes nothing: references to functions have one form\n");
	t.is(limbo("-sx", "plain.b").stderr, "limbo: -s: x is not a number of bytes\n");
	t.is(limbo("-Dq", "plain.b").status, 2);
});

const symbols = program(
	"p := ref P.B(1, 2.5); l := (p, sys) :: nil; c := chan of (int, string); f(l, c);",
	"P: adt { n: int; pick { A => s: string; B => r: real; } };\n" +
		"f(l: list of (ref P.B, Sys), nil: chan of (int, string)): string { q := l; { return string len q; } exception e { * => x := e; x = x; } return nil; }",
);

test("a symbol file", (t) => {
	write("sym.b", symbols);
	t.is(limbo("-g", "sym.b").stderr, "");
	const [magic, module, files, ...rest] = read("sym.sbl").split("\n");
	t.deepEqual([magic, module, files], ["limbo .sbl 2.1", "T", "3"]);
	t.true(rest.includes("sym.b"));
	t.regex(read("sym.sbl"), /\npP 4\.0,57 0\n1\n4:n:9,10 i\n2\nA:[^ ]* 12\n1\n8:s:/);
});

const { UPSTREAM } = process.env;

/** Inferno's own debugger library reads what is written. */
(UPSTREAM === undefined ? test.skip : test)("symbol files as Inferno's debugger sees them", async (t) => {
	const { root, remove } = scratchRoot();
	cpSync(join(UPSTREAM ?? "", "dis/lib"), join(root, "dis/lib"), { recursive: true });
	write("symbols.b", readFileSync("tests/conformance/symbols.b", "utf8"));
	t.is(limbo("-I", join(UPSTREAM ?? "", "module"), "-o", join(root, "dis/symbols.dis"), "symbols.b").stderr, "");
	write("sym.b", symbols);
	limbo("-g", "-o", join(root, "tmp/sym.dis"), "sym.b");
	t.true(existsSync(join(root, "tmp/sym.sbl")));
	const { stdout } = await emu([`-r${root}`, "/dis/symbols.dis", "/tmp/sym.sbl"]);
	remove();
	const lines = stdout.split("\n");
	for (const line of [
		"module T",
		"fn f of string on line 5 of sym.b",
		"adt P.n at 4: int",
		"adt P.B r: real",
		"global sys: Sys",
	])
		t.true(lines.includes(line), `${line} in\n${stdout}`);
});
