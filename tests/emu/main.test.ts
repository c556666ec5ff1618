import test from "ava";
import { emu } from "../appl/cases.ts";

test("a program by path, by name, and its arguments", async (t) => {
	for (const name of ["/dis/echo.dis", "dis/echo.dis", "echo.dis", "echo"])
		t.deepEqual(await emu(["-r.", name, "a  b", "c"]), { stdout: "a  b c\n", stderr: "", code: 0 });
});

test("options", async (t) => {
	t.is((await emu(["--version"])).code, 0);
	const bad = await emu(["-q"]);
	t.is(bad.code, 2);
	t.regex(bad.stderr, /^o\.emu: unknown option '-q'/);
	t.is((await emu(["-c", "x", "echo"])).code, 2);
	t.is((await emu(["-pheap=1"])).code, 2);
	t.deepEqual(await emu(["--jit", "nothing", "-r.", "echo", "hi"]), {
		stdout: "",
		stderr: "o.emu: no back end nothing: there are interp, wasm, arm64\n",
		code: 2,
	});
	t.regex((await emu(["--jit", "list"])).stdout, /^interp +interprets\nwasm +\w/);
	t.deepEqual(await emu(["--bridge", "nothing", "-r.", "echo", "hi"]), {
		stdout: "",
		stderr: "o.emu: no bridge nothing: there are koffi, ffi\n",
		code: 2,
	});
	for (const how of [["-c0"], ["-c1"], ["--jit", "wasm"], ["--jit", "interp"], ["--jit", "wasm", "--eager"]])
		t.deepEqual(await emu([...how, "-r.", "echo", "hi"]), { stdout: "hi\n", stderr: "", code: 0 });
	const traced = await emu(["-c4", "-r.", "echo", "hi"]);
	t.is(traced.stdout, "hi\n");
	t.regex(traced.stderr, /^\[Emuinit\] 0: /);
	const sizes = await emu(["-c2", "--eager", "-r.", "echo", "hi"]);
	t.is(sizes.stdout, "hi\n");
	t.regex(sizes.stderr, /^\[Emuinit\] compiled \d+ functions: \d+ instructions, \d+ bytes, [\d.]+ ms\n/);
	t.notRegex(sizes.stderr, /local\.get/);
	t.regex((await emu(["-c3", "--eager", "-r.", "echo", "hi"])).stderr, /^ +\d+ movw\t.* i32\.const \d+ +41 /m);
});

/** Whether o.emu runs on Arm64, by qemu perhaps. */
const onArm64 = process.arch === "arm64" || process.env.EMUNODE !== undefined;

test("the compiler to native code, on a host of another kind, says so and leaves it to another; it lists what it would run", async (t) => {
	if (onArm64) return t.pass();
	const { stdout, stderr } = await emu(["--jit", "arm64", "-r.", "echo", "hi"]);
	t.is(stdout, "hi\n");
	t.is(stderr, `o.emu: no native code: this is a host of ${process.arch}, not of arm64; wasm is used\n`);
	const listed = await emu(["--jit", "arm64", "-c3", "--eager", "-r.", "echo", "hi"]);
	t.is(listed.stdout, "hi\n");
	t.regex(listed.stderr, /; it is interpreted\n\[Emuinit\] compiled \d+ functions: /);
	t.regex(listed.stderr, /^ +stp w10, w22, \[x\d+, #0\] +[0-9a-f]{8}$/m);
});

test("-c1 makes native code on Arm64, and WebAssembly elsewhere", async (t) => {
	const { stdout, stderr } = await emu(["-c3", "--eager", "-r.", "echo", "hi"]);
	t.is(stdout, "hi\n");
	t.regex(stderr, onArm64 ? /^ +ldr w\d+, \[x27, #32\] +[0-9a-f]{8}$/m : /^ +i32\.const 0 +41 00$/m);
});

test("a root that is none, and one without its first program", async (t) => {
	const none = await emu(["-r", "/no/such/root", "echo"]);
	t.is(none.code, 1);
	t.regex(none.stderr, /^o\.emu: root \/no\/such\/root: file does not exist/);
	const empty = await emu(["-r", "tests", "echo"]);
	t.is(empty.code, 1);
	t.regex(empty.stderr, /emuinit\.dis/);
});

test("the environment that a first program finds", async (t) => {
	const { stdout } = await emu(["-r.", "ls", "#e"]);
	t.is(stdout, "#e/emuargs\n#e/emuhost\n#e/emuroot\n#e/emuwdir\n");
});

test("exit status: failure of the program", async (t) => {
	t.is((await emu(["-r.", "cat", "/no/such"])).code, 1);
	t.is((await emu(["-r.", "sh", "-c", "load std; raise foo"])).code, 1);
	t.is((await emu(["-r.", "nosuchprogram"])).code, 1);
});

test("standard input ends when its pipe does", async (t) => {
	t.is((await emu(["-r.", "cat"], "one\ntwo\n")).stdout, "one\ntwo\n");
	t.is((await emu(["-r.", "sh"], "echo from a script\n")).stdout.includes("from a script\n"), true);
	const large = "0123456789abcde\n".repeat(20_000);
	t.is((await emu(["-r.", "cat"], large)).stdout, large);
});

test("out of memory is an exception of the program", async (t) => {
	const { stderr, code } = await emu(["-r.", "-pheap=4m", "sh", "-c", "load std; x=a; while {} {x=$x$x $x}"]);
	t.regex(stderr, /out of memory: heap/);
	t.is(code, 1);
});
