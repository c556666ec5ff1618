import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import test from "ava";
import { emu, scratchRoot } from "../appl/cases.ts";

const { root, remove } = scratchRoot();
test.after.always(remove);

function compiled(name: string): string {
	const out = `/dis/${name}.dis`;
	execFileSync(process.execPath, [resolve("bin/limbo"), "-I", "module", "-o", join(root, out), `tests/emu/${name}.b`]);
	return out;
}

// Each prints what the calls give; the .out files agree with the C emulator's, but for what their first lines say.
for (const name of ["names", "files", "devices"])
	test.serial(name, async (t) => {
		const { stdout, stderr, code } = await emu([`-r${root}`, compiled(name)]);
		t.is(stdout, readFileSync(`tests/emu/${name}.out`, "utf8"));
		t.is(stderr, "");
		t.is(code, 0);
	});

/** What the shell prints for a command. */
async function sh(command: string): Promise<string> {
	const { stdout, stderr } = await emu([`-r${root}`, "sh", "-c", command]);
	return stdout + stderr;
}

test.serial("the root is a wall", async (t) => {
	const outside = `${root}-outside`;
	mkdirSync(outside);
	t.teardown(() => rmSync(outside, { recursive: true, force: true }));
	writeFileSync(join(outside, "secret"), "secret\n");
	writeFileSync(join(root, "tmp/inside"), "inside\n");
	const links: Record<string, string> = {
		absolute: join(outside, "secret"),
		relative: `../../${root.split("/").pop()}-outside/secret`,
		directory: outside,
		prefix: `${root}-outside`,
		dangling: "/no/such",
		loop: "loop",
		good: "inside",
		around: "../tmp/../tmp/inside",
	};
	for (const [name, to] of Object.entries(links)) symlinkSync(to, join(root, "tmp", name));
	for (const name of ["absolute", "relative", "directory/secret", "prefix", "dangling", "loop", "../../etc/passwd"])
		t.regex(await sh(`cat /tmp/${name}`), /does not exist\n$/, name);
	for (const name of ["good", "around"]) t.is(await sh(`cat /tmp/${name}`), "inside\n", name);
	t.is(await sh("cat '#U/tmp/../../../tmp/inside'"), "inside\n");
	t.is(await sh("cd /tmp; ls"), "around\ngood\ninside\n");
	for (const name of ["absolute", "dangling", "directory/new"]) await sh(`echo over >/tmp/${name}`);
	t.is(readFileSync(join(outside, "secret"), "utf8"), "secret\n");
	t.throws(() => readFileSync(join(outside, "new")));
	await sh("mv /tmp/around /tmp/moved; rm /tmp/absolute /tmp/dangling /tmp/good");
	t.is(await sh("cd /tmp; ls; cat moved"), "inside\nmoved\ninside\n");
	t.is(readFileSync(join(outside, "secret"), "utf8"), "secret\n");
	t.is(readFileSync(join(root, "tmp/inside"), "utf8"), "inside\n");
	for (const name of [...Object.keys(links), "moved"]) rmSync(join(root, "tmp", name), { force: true });
	rmSync(join(root, "tmp/inside"), { force: true });
});

test.serial("a writer whose reader has gone ends", async (t) => {
	const { stdout, stderr } = await emu([`-r${root}`, "sh", "-c", "cat /dev/zero | xd | sed 1q"]);
	t.is(stdout, `0000000${" 00000000".repeat(4)}\n`);
	t.is(stderr, "");
});
