/** What `case`, `casel` and `casec` choose between, and the tables in module data that they look it up in. */
import type { Constant } from "./constant.ts";
import type { Cell } from "./data.ts";
import type { Label } from "./inst.ts";

/** Values from low to high, both included, and where they lead. */
export interface Range {
	readonly low: Constant;
	readonly high: Constant;
	readonly label: Label;
}

export interface Choice {
	/** In ascending order; they do not overlap. The highest number there is, which has none after it, is in none: a table could not hold it. */
	ranges: readonly Range[];
	/** Where values that are in no range lead; undefined if there are none. */
	any: Label | undefined;
}

/** All places that it may lead to. */
export function placesOf({ ranges, any }: Choice): Label[] {
	const labels = ranges.map((r) => r.label);
	return any === undefined ? labels : [...labels, any];
}

/** The words of the table, and what they are aligned to. `place` gives the word for a place. */
export function tableOf(
	op: string,
	{ ranges, any }: Choice,
	place: (label: Label | undefined) => Cell,
): { cells: Cell[]; align: number } {
	const last = place(any);
	switch (op) {
		case "casec":
			return { cells: [ranges.length, ...ranges.flatMap((r) => [...strings(r), place(r.label)]), last], align: 4 };
		case "casel":
			return { cells: [ranges.length, 0, ...ranges.flatMap((r) => [...bigs(r), place(r.label), 0]), last], align: 8 };
		default:
			return { cells: [ranges.length, ...ranges.flatMap((r) => [...words(r), place(r.label)]), last], align: 4 };
	}
}

const words = ({ low, high }: Range): Cell[] =>
	low.kind === "word" && high.kind === "word" ? [low.value, high.value + 1] : [];

const bigs = ({ low, high }: Range): Cell[] =>
	low.kind === "big" && high.kind === "big" ? [low.value, high.value + 1n] : [];

/** A single string has no high one. */
const strings = ({ low, high }: Range): Cell[] =>
	low.kind === "string" && high.kind === "string" ? [low.value, high === low ? undefined : high.value] : [];
