import { execFileSync, spawnSync } from "node:child_process";
import {
	copyFileSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	rmSync,
	statSync,
	truncateSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";

// The built programs as somebody at a terminal meets them: what goes wrong is said in a line on standard error, with a status.

interface Ran {
	stdout: string;
	stderr: string;
	status: number | null;
}

/** A command's output, errors and status, by way of the host's shell. */
function sh(command: string): Ran {
	const { stdout, stderr, status } = spawnSync("sh", ["-c", command], { encoding: "utf8", timeout: 30_000, input: "" });
	return { stdout, stderr, status };
}

test("limbo and das say how they are used", (t) => {
	for (const program of ["bin/limbo", "bin/das"]) {
		const help = sh(`${program} --help`);
		t.regex(help.stdout, /^usage: /);
		t.deepEqual({ stderr: help.stderr, status: help.status }, { stderr: "", status: 0 });
		for (const wrong of [program, `${program} -Q`])
			t.deepEqual(sh(wrong), { stdout: "", stderr: help.stdout, status: 2 });
	}
});

test("limbo: files that cannot be read or written", (t) => {
	const said = (command: string, stderr: string) => t.deepEqual(sh(command), { stdout: "", stderr, status: 1 });
	said("bin/limbo nosuch.b", "limbo: can't open nosuch.b: file does not exist\n");
	said("bin/limbo appl", "limbo: can't open appl: is a directory\n");
	const fib = "-I module appl/cmd/fib.b";
	said(`bin/limbo -o /no/such.dis ${fib}`, "limbo: can't create /no/such.dis: file does not exist\n");
	said(`bin/limbo -o appl ${fib}`, "limbo: can't create appl: is a directory\n");
	said(`bin/limbo -o /dev/full ${fib}`, "limbo: can't create /dev/full: no space left on device\n");
	said("bin/limbo -t Sys -I module module/sys.m >/dev/full", "limbo: standard output: no space left on device\n");
});

test("das: files that cannot be read or written", (t) => {
	const dir = mkdtempSync(join(tmpdir(), "oemu-"));
	t.teardown(() => rmSync(dir, { recursive: true }));
	const cut = join(dir, "cut.dis");
	copyFileSync("dis/echo.dis", cut);
	truncateSync(cut, 100);
	const said = (command: string, stderr: string) => t.deepEqual(sh(command), { stdout: "", stderr, status: 1 });
	said("bin/das nosuch", "das: nosuch: file does not exist\n");
	said("bin/das appl", "das: appl: is a directory\n");
	said(`bin/das ${cut}`, `das: ${cut}: truncated Dis file\n`);
	said("bin/das dis/sh.dis >/dev/full", "das: standard output: no space left on device\n");
	t.deepEqual(sh("bin/das dis/sh.dis | head -1"), { stdout: "#0\n", stderr: "", status: 0 });
});

test("o.emu: what is no program", (t) => {
	const dir = mkdtempSync(join(tmpdir(), "oemu-"));
	t.teardown(() => rmSync(dir, { recursive: true }));
	execFileSync("cp", ["-r", "dis", dir]);
	copyFileSync("README.md", join(dir, "text"));
	copyFileSync("dis/echo.dis", join(dir, "cut.dis"));
	truncateSync(join(dir, "cut.dis"), 100);
	const said = (program: string, stderr: string) =>
		t.deepEqual(sh(`./o.emu -r ${dir} ${program}`), { stdout: "", stderr, status: 1 });
	said("nosuch", "sh: nosuch: './nosuch' file does not exist\n");
	said("dis", "sh: dis: './dis' is a directory\n");
	said("/dis", "sh: /dis: '/dis' is a directory\n");
	said("text", "sh: text: './text' is not executable\n");
	said("cut.dis", "emuinit: cannot load /cut.dis: truncated Dis file\n");
	said("''", "emuinit: cannot load '': no name\n");
});

test("o.emu: output that nobody reads, or that finds no room", (t) => {
	const yes = "load std; while {} {echo y}";
	for (const level of ["-c0", "-c1"])
		t.deepEqual(sh(`./o.emu ${level} -r. sh -c '${yes}' | head -1`), { stdout: "y\n", stderr: "", status: 0 });
	t.deepEqual(sh("./o.emu -r. cat README.md >/dev/full"), {
		stdout: "",
		stderr: "cat: write error: file system full\n",
		status: 1,
	});
	t.deepEqual(sh("./o.emu --help >/dev/full"), {
		stdout: "",
		stderr: "o.emu: standard output: file system full\n",
		status: 1,
	});
	t.is(sh("./o.emu --help | head -1").stderr, "");
	// a thread breaks, and the line that tells of it finds no room
	const breaks = "sh -c {load std; x=a; while {} {x=$x$x $x}}";
	t.deepEqual(sh(`./o.emu -r. -pheap=4m sh -c '${breaks}; echo hi' 2>/dev/full`), {
		stdout: "hi\n",
		stderr: "",
		status: 0,
	});
	t.is(readFileSync("README.md").length, Number(sh("./o.emu -r. cat README.md | wc -c").stdout));
});

test("what V8 made of the bundle is kept, and used by the next run", (t) => {
	const dir = mkdtempSync(join(tmpdir(), "oemu-"));
	t.teardown(() => rmSync(dir, { recursive: true }));
	mkdirSync(join(dir, "out/bundle"), { recursive: true });
	copyFileSync("o.emu", join(dir, "o.emu"));
	copyFileSync("out/bundle/emu.cjs", join(dir, "out/bundle/emu.cjs"));
	const kept = () => readdirSync(join(dir, "out/bundle")).filter((name) => name.endsWith(".cache"));
	const run = () => t.is(sh(`${process.execPath} ${join(dir, "o.emu")} -r. echo hi`).stdout, "hi\n");
	run();
	const caches = kept();
	t.is(caches.length, 1);
	const made = statSync(join(dir, "out/bundle", caches[0] as string)).mtimeMs;
	run();
	t.deepEqual(kept(), caches);
	t.is(statSync(join(dir, "out/bundle", caches[0] as string)).mtimeMs, made, "a cache that V8 refuses is written anew");
});

test("a shell that reads no terminal gives no prompts, and its input ends where the pipe or the file does", (t) => {
	t.deepEqual(sh("echo 'echo one; cat' | ./o.emu -r."), { stdout: "one\n", stderr: "", status: 0 });
	t.deepEqual(sh("./o.emu -r. sh </dev/null"), { stdout: "", stderr: "", status: 0 });
	t.deepEqual(sh("printf 'echo {one\\n' | ./o.emu -r. sh"), {
		stdout: "",
		stderr: "sh: stdin:2: unbalanced {, opened on line 1\n",
		status: 1,
	});
});
