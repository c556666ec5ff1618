/*
 * The opcodes that isa.ts gives no meaning: each in every form of its operands, with usual values and with those at the edges, compared with
 * what the opcode is to do, said here once more, and with what the interpreter does step by step. Not here are calls (calls.test.ts), what needs a module,
 * jumps by strings and bigs, fixed-point numbers, raise and exit: programs in Limbo test those.
 */
import { inspect, isDeepStrictEqual } from "node:util";
import test, { type ExecutionContext } from "ava";
import { exBounds, exHeap, exNegsize, exNilref, exOp, exTcheck, fault } from "../../libinterp/fault.ts";
import { type Way, ways } from "../engines.ts";
import {
	BLOCK,
	type Effect,
	type Entry,
	expected,
	fresh,
	LARGE,
	type Layout,
	type Outcome,
	outcomes,
	PTR,
	runsOf,
	STRUCT,
} from "./single.ts";
import { NOWHERE, type Value } from "./values.ts";

const none = [0];
const strings = [null, "a", "ab", "abc", "b", "λ", "aλ", "abcdefgh", "abcdefghi"];
const lists = [null, ["a"], ["b", "λ", null]];
const block = "0123456789abcdef";
const other = "________________";
const struct: readonly Value[] = [1, "abc", 2];
const empty: readonly Value[] = [3, null, 4];

const d = (v: Value): Partial<Effect> => ({ d: v });
const jump = (taken: boolean): Partial<Effect> => ({ end: taken ? "to 1" : "to 0" });
const known = <T>(v: T | null): T => v ?? fault(exNilref);
const chars = (s: string | null): string[] => [...(s ?? "")];
const nonempty = (s: string): string | null => s || null;

/** Opcodes; the types of s, m and d, with values; what is done. */
function entry(
	ops: string,
	types: string,
	ss: readonly Value[],
	ms: readonly Value[],
	ds: readonly Value[],
	does: Entry["does"],
	table?: Entry["table"],
	at = 0,
): Entry {
	return { ops, types: types.split(" ") as unknown as Entry["types"], values: [ss, ms, ds], does, table, at };
}

const table = (
	op: string,
	values: Value[],
	does: (s: number) => Partial<Effect>,
	words: Entry["table"],
	at = 0,
): Entry => entry(op, "w - -", values, none, none, does, words, at);
const head = (op: string, item: string, items: Value[], old: Value): Entry =>
	entry(op, `s${item} - ${item}`, [null, items, items.slice(1)], none, [old], (s: Value[] | null) =>
		d(known(s)[0] as Value),
	);
const cons = (op: string, item: string, items: Value[]): Entry =>
	entry(op, `${item} - s${item}`, items, none, [null, items], (s: Value, _: Value, old: Value[] | null) =>
		d([s, ...(old ?? [])]),
	);
const length = (op: string, type: string, values: Value[]): Entry =>
	entry(op, `${type} - w`, [null, ...values], none, [9], (s: Value[] | string | null) => d([...(s ?? [])].length));

function element(op: string, item: string, size: number, items: Value[]): Entry {
	const indexes = [0, 1, 2, items.length, -1, -0x80000000];
	return entry(op, `a${item} x w`, [items, null, []], [NOWHERE], indexes, (s: Value[] | null, _: Value, i: number) =>
		s?.[i] === undefined ? fault(exBounds) : { m: i * size },
	);
}

/** A channel is its room, the index in its buffer of the first item, and the items. */
function channels(item: string, a: Value, b: Value): Entry[] {
	const full = [2, 1, a, b];
	return [
		entry(
			"send",
			`${item} - q${item}`,
			[a, b],
			none,
			[[3, 0], [3, 2, a], full, [0, 0], null],
			(s: Value, _: Value, c: number[] | null) =>
				known(c).length - 2 === known(c)[0] ? { end: "blocks" } : d([...known(c), s]),
		),
		entry(
			"recv",
			`q${item} - ${item}`,
			[[3, 0, a], [3, 2, b, a], full, [2, 1], [0, 0], null],
			none,
			[b],
			(c: Value[] | null) => {
				const [room = 0, front = 0, first, ...rest] = known(c) as number[];
				return first === undefined ? { end: "blocks" } : { s: [room, (front + 1) % room, ...rest], d: first };
			},
		),
	];
}

/** A channel without a buffer, or with one of some size. */
const channel = (letter: string, item: string, s: string, value: Value): Entry =>
	entry(`newc${letter}`, `${s} w q${item}`, [value], [0, 1, 5, -1], [null, [2, 0]], (_: Value, n: number) =>
		d(n < 0 ? fault(exNegsize) : [n, 0]),
	);

/** A conversion between a string and something else; texts that stand for no value are given with the value that they have all the same. */
const texts = (letter: string, type: string, pairs: readonly (readonly [string, Value])[], more: [string | null, Value][]) => [
	entry(`cvt${letter}c`, `${type} - c`, pairs.map(([, v]) => v), none, [null, "old"], (v: Value) =>
		d(pairs.find(([, w]) => Object.is(v, w))?.[0] as string),
	),
	entry(`cvtc${letter}`, `c - ${type}`, [...pairs, ...more].map(([s]) => s), none, [pairs[0]?.[1] as Value], (s: string | null) =>
		d([...pairs, ...more].find(([text]) => text === s)?.[1] as Value),
	),
]; // biome-ignore format: calls

const utf8 = (s: string): number[] => [...new TextEncoder().encode(s)];

/** Copies one array into another, at an index; the elements are simple or pointers. */
const copied = (item: string, [a, b, c]: readonly [Value, Value, Value]): Entry =>
	entry(
		"slicela",
		`a${item} w a${item}`,
		[null, [a], [a, b], []],
		[0, 1, 2, 3, -1, 0x7fffffff],
		[null, [c, c, c]],
		(s: Value[] | null, at: number, old: Value[] | null) => {
			if (s === null) return {};
			const there = known(old);
			if (at < 0 || at + s.length > there.length) fault(exBounds);
			return d(there.map((v, k) => (k >= at && k < at + s.length ? (s[k - at] as Value) : v)));
		},
	);

const limits = [-0x80000000, -6, -5, -2, -1, 0, 1, 2, 6, 7, 8, 99, 100, 0x7fffffff];
const ranges = [[-5, -1, 1], [0, 1, 2], [7, 100, 3]] as const; // biome-ignore format: a table

const entries: readonly Entry[] = [
	entry("nop", "- - -", none, none, none, () => ({})),
	entry("jmp", "- - -", none, none, none, () => jump(true)),
	// Behind the table is what is no target.
	table(
		"goto",
		[0, 1, 2, 3],
		(s) => ({ end: ["to 1", "to 2", "to 0"][s] ?? fault(exOp) }),
		(to) => [3, to(1), to(2), to(0), 0x7fffffff],
		1,
	),
	table(
		"case",
		limits,
		(s) => ({ end: `to ${ranges.find(([from, end]) => from <= s && s < end)?.[2] ?? 0}` }),
		(to) => [3, ...ranges.flatMap(([from, end, k]) => [from, end, to(k)]), to(0)],
	),
	table(
		"case",
		[0, 1],
		(s) => jump(s === 1 || fault(exOp)),
		(to) => [1, 1, 2, to(1), -1],
	),
	table(
		"case",
		[0],
		() => jump(true),
		(to) => [0, to(1)],
	),
	entry("movp", "c - c", strings, none, [null, "d"], d),
	head("headb", "b", [200, 3], 1),
	head("headw", "w", [-2, 3], 1),
	head("headp", "c", ["λ", null, "a"], "old"),
	head("headf", "f", [0.5, -2], 1),
	head("headl", "l", [1n << 40n, -1n], 1n),
	entry("headm", "sy w y", [null, [block]], [0, 1, 5, 8, 16], [other], (s: string[] | null, n: number, old: string) =>
		d((known(s)[0] as string).slice(0, n) + old.slice(n)),
	),
	entry("headmp", "sz t z", [null, [struct], [empty, struct]], [STRUCT], [struct, empty], (s: Value[] | null) =>
		d(known(s)[0] as Value),
	),
	entry("tail", "sc - sc", lists, none, lists, (s: Value[] | null) =>
		d(known(s).length === 1 ? null : known(s).slice(1)),
	),
	entry("lea", "w - x", [5, -1], none, [NOWHERE], () => d(0)),
	entry("movm", "y w y", [block], [0, 1, 4, 7, 16], [other], (s: string, n: number, old: string) =>
		d(s.slice(0, n) + old.slice(n)),
	),
	entry("movmp", "z t z", [struct, empty], [STRUCT], [struct, empty], d),
	entry("movmp", "y t y", [block], [BLOCK], [other], d),
	element("indb", "b", 1, [1, 2, 3]),
	element("indw", "w", 4, [1, 2, 3]),
	element("indf", "f", 8, [1, 2, 3]),
	element("indl", "l", 8, [1n, 2n, 3n]),
	element("indx", "c", 4, ["a", "b", null]),
	element("indx", "z", 12, [struct, empty, struct, empty]),
	length("lena", "aw", [[], [1], [1, 2, 3]]),
	length("lenc", "c", strings),
	length("lenl", "sw", [[1], [1, 2, 3]]),
	entry("indc", "c w w", [null, "abc", "aλ𝄞"], [0, 1, 2, 3, -1], [2, 3], (s: string | null, i: number) =>
		d(chars(known(s))[i]?.codePointAt(0) ?? fault(exBounds)),
	),
	entry(
		"addc",
		"c c c",
		[null, "x", "λ", "abcdefghijkl"],
		[null, "m", "μ"],
		[null, "d", "δ", "full up."],
		(s: string | null, m: string | null) => d(nonempty((m ?? "") + (s ?? ""))),
	),
	entry(
		"insc",
		"w w c",
		[65, 0x7f, 0x80, 0x3bb, 0x1d11e],
		[0, 1, 3, 8, 9, -1],
		[null, "abc", "aλc", "abcdefgh"],
		(c: number, i: number, old: string | null) => {
			const all = chars(old);
			if (i < 0 || i > all.length) fault(exBounds);
			all[i] = String.fromCodePoint(c);
			return d(all.join(""));
		},
	),
	entry(
		"slicec",
		"w w c",
		[0, 1, 2, 4, -1],
		[0, 1, 3, 4, -1],
		[null, "abc", "aλc"],
		(from: number, to: number, old: string | null) => {
			if (from < 0 || to < from || to > chars(old).length) fault(exBounds);
			return d(nonempty(chars(old).slice(from, to).join("")));
		},
	),
	entry(
		"beqc bnec bltc blec bgtc bgec",
		"c c -",
		strings,
		strings,
		none,
		(s: string | null, m: string | null, _: Value, op: string) => {
			const [a, b] = [s ?? "", m ?? ""];
			const is = { beqc: a === b, bnec: a !== b, bltc: a < b, blec: a <= b, bgtc: a > b, bgec: a >= b };
			return jump(is[op as keyof typeof is]);
		},
	),
	cons("consb", "b", [200, 0]),
	cons("consw", "w", [-2, 0x7fffffff]),
	cons("consp", "c", [null, "a", "λ"]),
	cons("consl", "l", [1n << 40n, -1n]),
	cons("consf", "f", [0.5, -0]),
	entry("consm", "y w sy", [block], [16], [null, [other]], (s: Value, _: Value, old: Value[] | null) =>
		d([s, ...(old ?? [])]),
	),
	entry("consmp", "z t sz", [struct, empty], [STRUCT], [null, [struct]], (s: Value, _: Value, old: Value[] | null) =>
		d([s, ...(old ?? [])]),
	),
	entry(
		"slicea",
		"w w aw",
		[0, 1, 3, -1],
		[0, 1, 3, 4, -1],
		[null, [], [1, 2, 3]],
		(from: number, to: number, old: Value[] | null) => {
			if (old === null) return from === to ? {} : fault(exNilref);
			return d(from < 0 || to < from || to > old.length ? fault(exBounds) : old.slice(from, to));
		},
	),
	copied("w", [1, 2, 3]),
	copied("c", ["a", null, "c"]),
	copied("z", [struct, empty, struct]),
	entry("cvtca", "c - ab", [null, "a", "aλ𝄞"], none, [null, [1]], (s: string | null) => d(utf8(s ?? ""))),
	entry(
		"cvtac",
		"ab - c",
		[null, [], utf8("a"), utf8("aλ𝄞"), [0x61, 0xff]],
		none,
		[null, "old"],
		(s: number[] | null) => d(nonempty(new TextDecoder().decode(Uint8Array.from(s ?? [])))),
	),
	...texts(
		"w",
		"w",
		[
			["12", 12],
			["-2147483648", -0x80000000],
			["0", 0],
		],
		[
			[null, 0],
			["x", 0],
			["7x", 7],
			[" 5", 5],
		],
	),
	...texts(
		"l",
		"l",
		[
			["12", 12n],
			["-9223372036854775808", -(1n << 63n)],
		],
		[
			[null, 0n],
			["x", 0n],
			["7x", 7n],
		],
	),
	...texts(
		"f",
		"f",
		[
			[".5", 0.5],
			["-2", -2],
			["1e+100", 1e100],
		],
		[
			[null, 0],
			["x", 0],
			["7.25x", 7.25],
			["1e3", 1000],
		],
	),
	entry("tcmp", "c - c", [null, "a"], none, [null, "b"], (s: string | null, _: Value, old: string | null) =>
		s !== null && old === null ? fault(exTcheck) : {},
	),
	entry("runt eclr", "- - -", none, none, none, () => ({})),
	...(["b", "w", "l", "f"] as const).map((letter) => channel(letter, letter, "-", 0)),
	channel("p", "c", "-", 0),
	channel("m", "y", "w", 16),
	channel("mp", "z", "t", STRUCT),
	entry("new newz", "t - p", [STRUCT, BLOCK, LARGE], none, [null, "old"], (t: number) => d(fresh(t))),
	entry(
		"newa newaz",
		"w t p",
		[0, 1, 5, 300, -1, 1 << 28],
		[BLOCK, STRUCT, PTR],
		[null, "old"],
		(n: number, t: number) => d(n < 0 ? fault(exNegsize) : n > 300 ? fault(exHeap) : fresh(t, n)),
	),
	...channels("b", 200, 3),
	...channels("w", -2, 3),
	...channels("l", 1n << 40n, -1n),
	...channels("f", 0.5, -2),
	...channels("c", "a", null),
	...channels("y", block, other),
	...channels("z", struct, empty),
];

const near: Layout = { base: 32, cells: 40 };
/** Offsets of doubly indirect operands that just fit into a translation; where the first does not, or the second. */
const far: readonly Layout[] = [
	{ base: 0xffe0, cells: 0xff00 },
	{ base: 1 << 16, cells: 40 },
	{ base: 32, cells: 1 << 16 },
];

const step = ways.at(-1) as Way;
const stepped = new Map<string, Outcome[]>();

/** Runs the opcode in a layout, each form so many times at least. */
function check(t: ExecutionContext, way: Way, entry: Entry, op: string, times: number, layout: Layout): void {
	const runs = runsOf(entry, op, times, layout !== near);
	if (runs.length === 0) return;
	const { outcomes: got, left } = outcomes(way, runs, layout);
	const key = [op, entries.indexOf(entry), layout.base, layout.cells].join();
	const other = stepped.get(key) ?? outcomes(step, runs, layout).outcomes;
	stepped.set(key, other);
	const off = runs.flatMap((run, k) => {
		const wanted = { ...expected(run), moved: other[k]?.moved };
		if (isDeepStrictEqual(got[k], wanted)) return [];
		return [`${op} ${run.form} ${run.how} ${inspect([run.values, got[k], wanted], { depth: 9 })}`];
	});
	t.deepEqual(off, []);
	t.is(left, 0, "bytes left when the module is gone");
}

for (const way of ways)
	entries.forEach((entry, n) => {
		for (const op of entry.ops.split(" ")) {
			test(`${op} (${n}), ${way.name}`, (t) => {
				check(t, way, entry, op, 3, near);
				for (const layout of far) check(t, way, entry, op, 1, layout);
			});
		}
	});
