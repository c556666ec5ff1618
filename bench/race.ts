/** Several ways of doing the same, which take turns, so that a slow minute of the machine slows them all. */
import { run } from "./run.ts";
import { progress, rounds } from "./setting.ts";
import type { Way } from "./ways.ts";

/** A part of a benchmark: what it gave, what it had to give if that is known, and the least milliseconds it took. */
export interface Result {
	readonly result: string;
	readonly expected: string;
	readonly ms: number;
}

/** What went wrong with ours, which makes the whole run fail. */
export const wrong: string[] = [];

/** What each part gave, by its name; in the order of the output. */
export type Results = Map<string, Result>;

/** Lines `name result ms`, or `name result expected ms`. */
export function lines(text: string): Results {
	const results: Results = new Map();
	for (const [, name = "", result = "", expected = "", ms] of text.matchAll(
		/^(\w+)[ \t]+(-?\d+)(?:[ \t]+(-?\d+))?[ \t]+(\d+) ms$/gm,
	))
		results.set(name, { result, expected, ms: Number(ms) });
	return results;
}

/** Takes the better time of each part; a result that is wrong in any round stays. */
export function merge(all: Results, more: Results): void {
	for (const [name, now] of more) {
		const before = all.get(name);
		const wrong = before !== undefined && before.expected !== "" && before.result !== before.expected;
		all.set(name, { ...(wrong ? before : now), ms: Math.min(now.ms, before?.ms ?? now.ms) });
	}
}

/** The results of each way, from the lines it prints. What ours print on standard error is shown. */
export function race(title: string, ways: readonly Way[], times = rounds): Results[] {
	const all = ways.map((): Results => new Map());
	for (let round = 1; round <= times; round++)
		ways.forEach((way, i) => {
			progress(`${title}: ${way.name}, round ${round}`);
			const { stdout, stderr, status } = run(way.command);
			if (way.ours && stderr !== "") process.stderr.write(`${title}: ${way.name}: ${stderr}`);
			if (way.ours && status !== 0) wrong.push(`${title}: ${way.name}: status ${status}`);
			merge(all[i] as Results, lines(stdout));
		});
	progress("");
	return all;
}
