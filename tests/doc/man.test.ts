import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { emu, scratchRoot } from "../appl/cases.ts";
import { addPages, readExamples, runInside, runOutside } from "./examples.ts";

const dir = "doc/man";
const pages = readdirSync(dir).filter((name) => name.endsWith(".md"));

/** Where another Node runs o.emu, it is for the compiler to native code; what the host's shell starts is not run by it. */
const other = process.env.EMUNODE !== undefined;
const levels = other ? ["--jit arm64"] : ["-c0", "-c1"];
const prompts = other ? ["; "] : ["; ", "$ "];

/** The text below a heading `## name`. */
function section(page: string, name: string): string | undefined {
	const parts = readFileSync(join(dir, page), "utf8").split(/^## /m);
	return parts.find((part) => part.split("\n")[0] === name);
}

for (const page of pages)
	for (const level of levels)
		test(`${page}: its examples print what it says, ${level}`, (t) => {
			const examples = readExamples(join(dir, page));
			t.true(examples.length > 0);
			const { root, remove } = scratchRoot();
			t.teardown(remove);
			addPages(root);
			const outside = scratchRoot();
			t.teardown(outside.remove);
			for (const prompt of prompts) {
				const list = examples.filter((e) => e.prompt === prompt);
				if (list.length === 0) continue;
				const got = prompt === "; " ? runInside(root, level, list) : runOutside(outside.root, level, list);
				for (const [i, { steps }] of list.entries())
					for (const [j, { command, printed }] of steps.entries()) t.is(got[i]?.[j], printed, command);
			}
		});

const programs = readdirSync("appl/cmd")
	.filter((name) => name.endsWith(".b"))
	.map((name) => name.slice(0, -2))
	.concat("sh");

test("every program has an entry with its options and an example", async (t) => {
	const script = programs.map((name) => `${name} -~ </dev/null; echo '\u0001' >[1=2]`).join("\n");
	const usages = (await emu(["-r.", "sh", "-c", `cd /doc/man; ${script}`])).stderr.split("\u0001\n");
	for (const [k, name] of programs.entries()) {
		const text = section("commands.md", name);
		if (text === undefined) {
			t.fail(`no entry for ${name}`);
			continue;
		}
		t.regex(text, new RegExp(`^[^\\n]*\\n\\n    ${name}\\b`), "it begins with how it is used");
		t.regex(text, /```example\n/, `${name}: an example`);
		// but for [-number], which is a number
		for (const [, letters] of (usages[k] ?? "").matchAll(/\[-(?!number)([A-Za-z0-9]+)[\] ]/g))
			for (const letter of letters as string) t.regex(text, new RegExp(`-[A-Za-z0-9]*${letter}`), `${name} -${letter}`);
	}
	t.deepEqual(
		[...readFileSync(join(dir, "commands.md"), "utf8").matchAll(/^## (.*)$/gm)].map(([, name]) => name).sort(),
		[...programs].sort(),
	);
});

test("every device has an entry that names its files", async (t) => {
	const { stdout } = await emu(["-r.", "cat", "/dev/drivers"]);
	const devices = stdout.trim().split("\n");
	t.true(devices.length > 6);
	for (const line of devices) {
		const [letter, name] = line.split(" ") as [string, string];
		const text = section("devices.md", name);
		t.true(text?.includes(`    ${letter}`), line);
		const own = { "#c": "#c", "#p": "#p/1", "#|": "#|" }[letter];
		if (own === undefined || text === undefined) continue;
		const files = (await emu(["-r.", "ls", "-p", own])).stdout.trim().split("\n");
		t.true(files.length > 1);
		for (const file of files) t.true(text.includes(`\`${file}\``), `${letter}/${file}`);
	}
});

test("every builtin of the shell's modules is on its page", async (t) => {
	const text = readFileSync(join(dir, "sh.md"), "utf8");
	const modules = readdirSync("appl/cmd/sh")
		.filter((name) => name.endsWith(".b") && name !== "sh.b")
		.map((name) => name.slice(0, -2));
	for (const module of modules) t.regex(text, new RegExp(`^### ${module}$`, "m"));
	const { stdout, stderr } = await emu(["-r.", "sh", "-c", `load ${modules.join(" ")}; loaded`]);
	t.is(stderr, "");
	const builtins = stdout.trim().split("\n");
	t.true(builtins.length > 60);
	for (const line of builtins) {
		const name = (line.split("\t")[0] as string).replace(/^\$\{(.*)\}$/, "$1");
		t.true(text.includes(`\`${name}`) || text.includes(`\`\${${name}`), name);
	}
});

test("every option of o.emu, limbo and das is on its page", async (t) => {
	const page = (name: string) => readFileSync(join(dir, `${name}.md`), "utf8");
	const help = (await emu(["--help"])).stdout;
	const options = [...help.matchAll(/^ {2}(-\S+?)(?:, (--\S+))?(?: <.*?>)?(?: |$)/gm)].flatMap(([, a, b]) => [a, b]);
	t.true(options.length > 10);
	for (const option of options) if (option !== undefined) t.true(page("emu").includes(`\`${option}`), option);
	const source = readFileSync("limbo/options.ts", "utf8");
	const letters = [...source.matchAll(/^\t(\w): (?:\(line|")/gm)].map(([, letter]) => letter);
	t.true(letters.length > 10);
	for (const letter of letters) t.true(page("limbo").includes(`\`-${letter}`), `limbo -${letter}`);
});
