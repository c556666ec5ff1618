import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { emu, readCases, scratchRoot } from "./cases.ts";

const dir = resolve("tests/appl");

// A line that no case prints, before the status.
const mark = "\u0001status ";

for (const file of readdirSync(dir).filter((name) => name.endsWith(".cases"))) {
	test.serial(file, async (t) => {
		t.timeout(170_000);
		const { root, remove } = scratchRoot();
		t.teardown(remove);
		for (const c of readCases(join(dir, file))) {
			const inner = c.command.replaceAll("'", "''");
			const { stdout, stderr } = await emu([
				"-r",
				root,
				"/dis/sh.dis",
				"-c",
				`sh -c '${inner}'; echo -n '${mark}'$status`,
			]);
			const at = stdout.lastIndexOf(mark);
			const got = { stdout: stdout.slice(0, at), stderr, status: stdout.slice(at + mark.length) };
			t.deepEqual(got, { stdout: c.stdout, stderr: c.stderr, status: c.status }, c.command);
		}
	});
}
