/** Measures the groups that ONLY names, or all; prints their tables, and writes those of all to bench/results.md. */
import { writeFileSync } from "node:fs";
import { arch, cpus, platform } from "node:os";
import { groups } from "./groups.ts";
import { wrong } from "./race.ts";
import { divisor, only } from "./setting.ts";

async function main(): Promise<number> {
	const names = only ?? Object.keys(groups);
	const unknown = names.filter((name) => groups[name] === undefined);
	if (unknown.length > 0) {
		process.stderr.write(`bench: no group ${unknown.join(", ")}: there are ${Object.keys(groups).join(", ")}\n`);
		return 2;
	}
	const machine = `${platform()} ${arch()}, ${cpus()[0]?.model ?? "?"}, Node ${process.versions.node}`;
	const texts = [`# Figures\n\n${machine}${divisor === 1 ? "" : `; sizes divided by ${divisor}`}\n`];
	for (const name of names) {
		const text = await groups[name]?.();
		if (text === undefined || text === "") continue;
		process.stdout.write(`${text}\n`);
		texts.push(text);
	}
	if (only === undefined) writeFileSync("bench/results.md", texts.join("\n"));
	for (const line of wrong) process.stderr.write(`bench: wrong: ${line}\n`);
	return wrong.length === 0 ? 0 : 1;
}

main().then(
	(status) => process.exit(status),
	(error: Error) => {
		process.stderr.write(`bench: ${error.message}\n`);
		process.exit(1);
	},
);
