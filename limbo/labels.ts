/** Case labels, array indexes and exception names: their order, and whether they overlap. */
import type { Qual } from "./ast.ts";
import { type Constant, compareStrings } from "./constant.ts";
import type { Span } from "./source.ts";

/** One range of values, and the number of the arm or element it selects. */
export interface Label extends Span {
	low: Constant;
	high: Constant;
	arm: number;
}

export function compareConstants(a: Constant, b: Constant): number {
	if (a.kind === "string" && b.kind === "string") return compareStrings(a.value, b.value);
	if (a.kind === "big" && b.kind === "big") return a.value < b.value ? -1 : a.value > b.value ? 1 : 0;
	if (a.kind === "word" && b.kind === "word") return a.value - b.value;
	return 0;
}

/** The constants of a qualifier, once it has been checked; undefined if it has none. */
export function labelOf(qual: Qual, arm: number): Label | undefined {
	if (qual.kind === "any") return undefined;
	const low = qual.kind === "range" ? qual.low.constant : qual.expr.constant;
	const high = qual.kind === "range" ? qual.high.constant : low;
	if (low === undefined || high === undefined) return undefined;
	return { low, high, arm, pos: qual.pos, end: qual.end };
}

/** Sorts labels and reports those that can never match or overlap. */
export function sortLabels(
	labels: readonly Label[],
	report: (label: Label, other: Label | undefined) => void,
): Label[] {
	const sorted = [...labels].sort((a, b) => compareConstants(a.low, b.low));
	for (const [i, label] of sorted.entries()) {
		if (compareConstants(label.low, label.high) > 0) report(label, undefined);
		const last = sorted[i - 1];
		if (last !== undefined && compareConstants(last.high, label.low) >= 0) report(label, last);
	}
	return sorted;
}
