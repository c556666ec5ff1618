import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { emu, scratchRoot } from "../appl/cases.ts";
import { ways } from "../engines.ts";

const names = readdirSync("tests/dis")
	.filter((f) => f.endsWith(".b"))
	.map((f) => f.slice(0, -2));
const { root, remove } = scratchRoot();
mkdirSync(join(root, "dis/t"));
for (const name of names)
	execFileSync(process.execPath, [
		resolve("bin/limbo"),
		"-I",
		"module",
		"-o",
		join(root, `dis/t/${name}.dis`),
		`tests/dis/${name}.b`,
	]);
test.after.always(remove);

// Step by step is for single instructions: whole programs take too long.
for (const way of ways.filter((w) => !w.options.includes("-c4")))
	for (const name of names)
		test(`${name}, ${way.name}`, async (t) => {
			// Another Node may take its time.
			const run = () => emu([...way.options, `-r${root}`, `/dis/t/${name}.dis`], "", { timeout: 600_000 });
			if (way.again) await run();
			const { stdout, stderr, code } = await run();
			t.is(stdout, readFileSync(`tests/dis/${name}.out`, "utf8"));
			t.is(stderr, "");
			t.is(code, 0);
		});
