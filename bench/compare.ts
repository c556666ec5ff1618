/** A table of parts by ways: milliseconds, ratios, targets. */
import { type Results, wrong } from "./race.ts";
import { judged, type Row, table } from "./table.ts";
import type { Way } from "./ways.ts";

/** One way is to need at most so much of the time of another: in all, as the geometric mean of the parts, or in each part. */
export interface Target {
	readonly way: string;
	readonly base: string;
	readonly of: "total" | "mean" | "each";
	readonly limit: number;
}

interface Column {
	readonly name: string;
	readonly results: Results;
	readonly ours: boolean;
}

function cell(title: string, part: string, { name, results, ours }: Column): string {
	const found = results.get(part);
	if (found === undefined || (found.expected !== "" && found.result !== found.expected)) {
		if (ours) wrong.push(`${title}: ${part}: ${name}: ${found?.result ?? "nothing"}, not ${found?.expected ?? "done"}`);
		return found === undefined ? "-" : `${found.ms} !`;
	}
	return String(found.ms);
}

/** Times of less than a millisecond count as one: the clock has no finer steps. */
function ratios(way: Column, base: Column, parts: readonly string[]): (number | undefined)[] {
	return parts.map((part) => {
		const a = way.results.get(part);
		const b = base.results.get(part);
		return a === undefined || b === undefined ? undefined : Math.max(1, a.ms) / Math.max(1, b.ms);
	});
}

function total(column: Column, parts: readonly string[]): number {
	return parts.reduce((sum, part) => sum + (column.results.get(part)?.ms ?? Number.NaN), 0);
}

function mean(values: readonly (number | undefined)[]): number {
	const known = values.filter((v) => v !== undefined);
	return Math.exp(known.reduce((sum, v) => sum + Math.log(v), 0) / known.length);
}

const shown = (value: number | undefined, digits: number) =>
	value === undefined || Number.isNaN(value) ? "" : value.toFixed(digits);

/**
 * Rows are the parts of the first way; then their total and the geometric mean of the ratios. There is a column of ratios
 * for each pair of ways that a target names. A way whose results differ from those of the first is marked.
 */
export function compare(
	title: string,
	ways: readonly Way[],
	all: readonly Results[],
	targets: readonly Target[],
): string {
	const columns = ways.map(({ name, ours }, i): Column => ({ name, ours, results: all[i] ?? new Map() }));
	const named = (name: string) => columns.find((c) => c.name === name);
	const parts = [...new Set(columns.flatMap(({ results }) => [...results.keys()]))].filter((part) => part !== "total");
	const pairs = [...new Set(targets.map(({ way, base }) => `${way} / ${base}`))].flatMap((head) => {
		const [way, base] = head.split(" / ").map((name) => named(name));
		return way === undefined || base === undefined ? [] : [{ head, way, base, ratios: ratios(way, base, parts) }];
	});

	const rows: Row[] = [["ms", ...columns.map(({ name }) => name), ...pairs.map(({ head }) => head)]];
	parts.forEach((part, k) =>
		rows.push([part, ...columns.map((c) => cell(title, part, c)), ...pairs.map((p) => shown(p.ratios[k], 2))]),
	);
	const overall = ({ way, base }: { way: Column; base: Column }) => total(way, parts) / total(base, parts);
	if (parts.length > 1) {
		const totals = columns.map((c) => shown(total(c, parts), 0));
		rows.push(["total", ...totals, ...pairs.map((p) => shown(overall(p), 2))]);
		rows.push(["geometric mean", ...columns.map(() => ""), ...pairs.map((p) => shown(mean(p.ratios), 2))]);
	}

	const notes = targets.flatMap(({ way, base, of, limit }) => {
		const pair = pairs.find(({ head }) => head === `${way} / ${base}`);
		if (pair === undefined) return [];
		if (of === "total") return [judged(`${pair.head}: total`, overall(pair), limit)];
		if (of === "mean") return [judged(`${pair.head}: geometric mean`, mean(pair.ratios), limit)];
		const over = parts.filter((_, k) => (pair.ratios[k] ?? 0) > limit);
		return [
			`${pair.head}: each part at most ${limit.toFixed(2)}: ${over.length === 0 ? "ok" : `over: ${over.join(", ")}`}`,
		];
	});
	if (rows.some((row) => row.some((text) => text.endsWith("!"))))
		notes.push("!: the result is another than it should be.");
	return table(title, rows, notes);
}
