/** The ways of running Dis code, which are the columns of the tables. Another back end is a row here. */
import type { Command } from "./run.ts";
import { cemu } from "./setting.ts";

/** A column: the name that is above it, and what is run. */
export interface Way {
	readonly name: string;
	readonly command: Command;
	/** Whose: what is not ours may be wrong without the run having failed. */
	readonly ours: boolean;
}

/** Rows that are measured one after the other are compared best. The stack of real programs in C needs a large heap too. */
const emulators: readonly { readonly name: string; readonly options: readonly string[]; readonly ours: boolean }[] = [
	{ name: "-c0", options: ["-c0"], ours: true },
	{ name: "C -c0", options: ["-c0", "-pheap=536870912"], ours: false },
	{ name: "-c1", options: ["-c1"], ours: true },
	{ name: "C -c1", options: ["-c1", "-pheap=536870912"], ours: false },
];

/** Our emulator with some arguments. */
export function emulator(...args: string[]): Command {
	return [process.execPath, "o.emu", "-r.", ...args];
}

/** Each emulator that there is on a program and its arguments. */
export function ways(...args: readonly string[]): Way[] {
	const all: Way[] = [];
	for (const { name, options, ours } of emulators)
		if (ours) all.push({ name, ours, command: emulator(...options, ...args) });
		else if (cemu !== undefined) all.push({ name, ours, command: [cemu.path, ...options, "-r", cemu.root, ...args] });
	return all;
}
