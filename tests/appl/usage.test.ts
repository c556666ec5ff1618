import { readdirSync } from "node:fs";
import test from "ava";
import { emu, scratchRoot } from "./cases.ts";

/** Programs to which every argument means something: text, an expression, another program. */
const takeAnything = ["calc", "echo", "time"];

/** A line a program, between which its messages are. */
const mark = "\u0001";

test("a program that is given an option that it has not says on standard error how it is used", async (t) => {
	const { root, remove } = scratchRoot();
	t.teardown(remove);
	const programs = readdirSync("appl/cmd")
		.filter((name) => name.endsWith(".b"))
		.map((name) => name.slice(0, -2))
		.filter((name) => !takeAnything.includes(name));
	t.true(programs.length > 40);
	const one = (name: string) =>
		name === "test" ? "test </dev/null" : name === "sh" ? "sh -~ </dev/null" : `${name} -~ </dev/null`;
	const script = programs.map((name) => `${one(name)}; echo '${mark}'$status >[1=2]`).join("\n");
	const { stdout, stderr } = await emu(["-r", root, "sh", "-c", script]);
	t.is(stdout, "");
	const parts = stderr.split(mark);
	for (const [k, name] of programs.entries()) {
		const message = (parts[k] ?? "").replace(/^.*\n/, (line) => (k === 0 ? line : ""));
		t.regex(message, new RegExp(`^(usage|Usage): \\s*${name === "sh" ? "\\S+" : name}\\b`), name);
		t.is((parts[k + 1] ?? "").split("\n")[0], "usage", name);
	}
});
