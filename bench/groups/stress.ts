/** Large numbers: the time must grow no faster than the number, and the heap must end where it began. */
import { build, directory } from "../place.ts";
import { race, wrong } from "../race.ts";
import { divisor, reduced } from "../setting.ts";
import { type Row, table } from "../table.ts";
import { type Way, ways } from "../ways.ts";

const kinds: readonly (readonly [name: string, number: number])[] = [
	["threads", 100_000],
	["spawns", 1_000_000],
	["recursion", 1_000_000],
	["list", 10_000_000],
	["strings", 1_000_000],
	["cycles", 1_000_000],
	["loads", 100_000],
];

/** Four times as many may take this many times as long: four, and what caches lose. */
const LIMIT = 6;

/** Rows for a kind at a size and a quarter of it, and whether the time is linear. */
function measure(program: string, name: string, number: number): { rows: Row[]; notes: string[] } {
	const rows: Row[] = [];
	const notes: string[] = [];
	const engines = ways(`${directory}/${program}`, name).filter(({ ours }) => ours);
	const columns = engines.flatMap((way) =>
		[number, number / 4].map((n): Way => ({ ...way, command: [...way.command, String(n)] })),
	);
	const all = race(`stress: ${name}`, columns).map((results) => results.get(name));
	engines.forEach((way, i) => {
		const [whole, quarter] = all.slice(2 * i);
		if (whole === undefined || quarter === undefined) {
			wrong.push(`stress: ${name}, ${way.name}: nothing`);
			return;
		}
		for (const { result } of [whole, quarter])
			if (result !== "0") wrong.push(`stress: ${name}, ${way.name}: ${result} bytes left`);
		const ratio = whole.ms / Math.max(1, quarter.ms);
		if (ratio > LIMIT) notes.push(`${name}, ${way.name}: not linear: ${ratio.toFixed(1)} times the time.`);
		const times = [whole.ms, quarter.ms].map(String);
		rows.push([`${name}, ${way.name}`, String(number), ...times, ratio.toFixed(2), whole.result]);
	});
	return { rows, notes };
}

export function stress(): string {
	const program = build("bench/limbo/stress.b");
	const all = kinds.map(([name, number]) => measure(program, name, Math.ceil(number / divisor / 4) * 4));
	const head = ["ms", "number", "", "a quarter", "ratio", "bytes left"];
	const notes = all.flatMap(({ notes }) => notes);
	if (notes.length === 0) notes.push(`Four times the number takes at most ${LIMIT} times the time: ok`);
	return table(`Stress${reduced}`, [head, ...all.flatMap(({ rows }) => rows)], notes);
}
