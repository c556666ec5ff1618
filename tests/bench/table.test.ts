import test from "ava";
import { compare, type Target } from "../../bench/compare.ts";
import { lines, merge, type Results, wrong } from "../../bench/race.ts";
import { judged, table } from "../../bench/table.ts";
import type { Way } from "../../bench/ways.ts";

const ours: Way = { name: "ours", ours: true, command: ["true"] };
const theirs: Way = { name: "theirs", ours: false, command: ["true"] };

test("lines of benchmarks have a result, and perhaps what it should have been", (t) => {
	const all = lines("fib 55 55 120 ms\nsieve      -9        3 ms\ntotal          123 ms\nnoise\nfib2 x 1 ms\n");
	t.deepEqual([...all.keys()], ["fib", "sieve"]);
	t.deepEqual(all.get("fib"), { result: "55", expected: "55", ms: 120 });
	t.deepEqual(all.get("sieve"), { result: "-9", expected: "", ms: 3 });
});

test("the best time of several rounds counts, and a wrong result of any", (t) => {
	const all: Results = new Map();
	for (const round of ["a 1 1 30 ms\nb 1 1 9 ms", "a 2 1 50 ms\nb 1 1 7 ms", "a 1 1 20 ms\nb 1 1 8 ms"])
		merge(all, lines(round));
	t.deepEqual(all.get("a"), { result: "2", expected: "1", ms: 20 });
	t.deepEqual(all.get("b"), { result: "1", expected: "1", ms: 7 });
});

test("a table is aligned Markdown, with its notes", (t) => {
	t.is(
		table("T", [["ms", "x"], ["fib", "1000"]], ["note"]), // biome-ignore format: rows
		"## T\n\n| ms  |    x |\n| --- | ---: |\n| fib | 1000 |\n\nnote\n",
	);
	t.is(judged("x", 1.5, 1.5), "x 1.50, to be at most 1.50: ok");
	t.is(judged("x", 1.51, 1.5), "x 1.51, to be at most 1.50: over");
});

/** The table of two ways, as lines without the blanks that align it. */
function compared(a: string, b: string, ...targets: Target[]): string[] {
	return compare("T", [ours, theirs], [lines(a), lines(b)], targets)
		.split("\n")
		.filter((line) => line !== "")
		.map((line) => line.replace(/ +/g, " "));
}

const target = (of: Target["of"], limit: number): Target => ({ way: "ours", base: "theirs", of, limit });

test("ratios, totals and means are of the ways that a target names", (t) => {
	const text = compared(
		"a 1 1 10 ms\nb 2 2 400 ms",
		"a 1 1 40 ms\nb 2 2 100 ms",
		target("total", 1),
		target("mean", 1),
		target("each", 1),
	);
	t.deepEqual(text, [
		"## T",
		"| ms | ours | theirs | ours / theirs |",
		"| -------------- | ---: | -----: | ------------: |",
		"| a | 10 | 40 | 0.25 |",
		"| b | 400 | 100 | 4.00 |",
		"| total | 410 | 140 | 2.93 |",
		"| geometric mean | | | 1.00 |",
		"ours / theirs: total 2.93, to be at most 1.00: over",
		"ours / theirs: geometric mean 1.00, to be at most 1.00: ok",
		"ours / theirs: each part at most 1.00: over: b",
	]);
});

test("less than a millisecond counts as one in ratios, and a target without its base is passed over", (t) => {
	t.is(compared("a 1 1 7 ms", "a 1 1 0 ms", target("each", 1))[3], "| a | 7 | 0 | 7.00 |");
	const text = compared("a 1 1 7 ms", "a 1 1 0 ms", { ...target("each", 1), base: "nobody" });
	t.deepEqual(text.slice(3), ["| a | 7 | 0 |"]);
});

test("wrong and missing results are marked, and count where they are ours", (t) => {
	wrong.length = 0;
	const text = compared("a 3 1 7 ms\nb 1 1 7 ms", "b 9 1 5 ms\nc 1 1 5 ms");
	t.deepEqual(text.slice(3, 6), ["| a | 7 ! | - |", "| b | 7 | 5 ! |", "| c | - | 5 |"]);
	t.is(text.at(-1), "!: the result is another than it should be.");
	t.deepEqual(wrong, ["T: a: ours: 3, not 1", "T: c: ours: nothing, not done"]);
});
