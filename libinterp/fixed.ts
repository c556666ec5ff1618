/** What a compiler may read from the arena when it compiles, as it never changes: maps of types, and tables of cases. */
import { T_MAP, T_NP } from "./layout.ts";

/** A word of the arena. */
export type Word = (at: number) => number;

/** Whether word `w` of a thing of type `t` is a pointer. */
export function isPointer(word: Word, t: number, w: number): boolean {
	if (w >> 3 >= word(t + T_NP)) return false;
	const at = t + T_MAP + (w >> 3);
	return ((word(at & ~3) >>> ((at & 3) * 8)) & (0x80 >> (w & 7))) !== 0;
}

/** The instructions that a table of jumps leads to, in order; a target of -1 is none. */
export const placesOf = (targets: readonly number[]): number[] =>
	[...new Set(targets)].filter((pc) => pc >= 0).sort((a, b) => a - b);

/** Where a case goes from some value on. */
export interface Range {
	readonly low: number;
	/** Negative: nowhere. */
	readonly pc: number;
}

/** The ranges of a table of cases on words, from the least value on, each up to the next. */
export function caseRanges(word: Word, table: number): Range[] {
	const n = word(table);
	const ranges: Range[] = [];
	const otherwise = word(table + 4 + 12 * n);
	let end = -(2 ** 31);
	for (let e = 0; e < n; e++) {
		const low = word(table + 4 + 12 * e);
		const high = word(table + 8 + 12 * e);
		if (low < end || high <= low) continue; // never found by halving either
		if (low > end) ranges.push({ low: end, pc: otherwise });
		ranges.push({ low, pc: word(table + 12 + 12 * e) });
		end = high;
	}
	ranges.push({ low: end, pc: otherwise });
	return ranges;
}
