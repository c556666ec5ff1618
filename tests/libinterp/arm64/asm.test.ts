/** The assembler: what loads load and where jumps lead is read back from the words. */
import test from "ava";
import { Asm, type Assembled, type Label } from "../../../libinterp/arm64/asm.ts";
import { decode, encode } from "../../../libinterp/arm64/encode.ts";

/** The instructions of what was assembled, in order, with where each is; literals are left out. */
function* instructions({ words, literals }: Assembled) {
	let pool = 0;
	for (let k = 0; k < words.length; k++) {
		const [from, to] = literals[pool] ?? [Number.POSITIVE_INFINITY, 0];
		if (k >= from && k < to) {
			k = to - 1;
			pool++;
			continue;
		}
		if (k === from) pool++; // an empty one
		const found = decode(words[k] as number);
		if (found === undefined) throw new Error(`word ${k}`);
		yield { at: k * 4, ...found };
	}
}

/** What each load of a literal gets. */
function loaded(a: Assembled): bigint[] {
	const values: bigint[] = [];
	for (const { at, name, operands } of instructions(a)) {
		if (!name.startsWith("lit")) continue;
		const k = (at + (operands[1] as number)) / 4;
		const low = BigInt(a.words[k] as number);
		values.push(name === "litw" ? low : low | (BigInt(a.words[k + 1] as number) << 32n));
	}
	return values;
}

for (const n of [1, 33, 1000, 100_000])
	test(`${n} literals`, (t) => {
		const a = new Asm();
		const wanted: bigint[] = [];
		for (let k = 0; k < n; k++) {
			const value = BigInt(k) * 0x1003n + 5n;
			a.literal(k % 31, k % 3 === 0 ? value << 31n : value, k % 3 === 0 ? "x" : "w");
			wanted.push(k % 3 === 0 ? value << 31n : value);
			a.op("addw", 1, 2, 3);
		}
		a.op("ret");
		const out = a.assemble();
		t.deepEqual(loaded(out), wanted);
		// A pool in the middle is jumped over.
		for (const [from, to] of out.literals.slice(0, -1)) t.is(out.words[from - 1], encode("b", (to - from + 1) * 4));
	});

test("a literal that is wanted again is there once", (t) => {
	const a = new Asm();
	for (let k = 0; k < 10; k++) a.literal(k, 7n, "w");
	const out = a.assemble();
	t.is(out.words.length, 11);
	t.deepEqual(loaded(out), new Array(10).fill(7n));
});

/** Where each jump leads. */
function targets(a: Assembled): number[] {
	const found: number[] = [];
	let over = 0;
	for (const { at, name, operands } of instructions(a)) {
		const last = operands.at(-1) as number;
		if (name === "b" && at === over) found.push(at + last);
		else if (["bcond", "cbzw", "cbnzw", "tbz", "tbnz"].includes(name)) {
			// One over a jump is one that is long.
			const next = decode(a.words[at / 4 + 1] as number);
			if (last === 8 && next?.name === "b") over = at + 4;
			else found.push(at + last);
		}
	}
	return found;
}

test("100,000 instructions: conditional jumps across all of them, to and fro", (t) => {
	const a = new Asm();
	const top = a.mark();
	const end = a.label();
	const near: Label[] = [];
	a.to("cbzw", end, 3);
	a.to("tbz", end, 3, 31);
	for (let k = 0; k < 100_000; k++) {
		if (k % 1000 === 0) {
			const l = a.label();
			near.push(l);
			a.to("bcond", l, 1);
			a.op("addwi", 1, 1, 1);
			a.here(l);
		} else a.op("addwi", k % 31, 1, k % 4096);
	}
	for (let k = 0; k < 200_000; k++) a.op("subwi", 1, 1, 1);
	a.to("cbnzw", top, 3);
	a.to("bcond", top, 11);
	a.to("tbnz", top, 3, 0);
	a.here(end);
	a.op("ret");
	const out = a.assemble();
	const places = [end, end, ...near, top, top, top].map((l) => out.place(l));
	t.deepEqual(targets(out), places);
	t.is(out.place(top), 0);
	t.true(out.place(end) > 1 << 20);
	// The first and the last are long, those in the middle are not.
	t.is(out.words.length, 100_000 + 100 + 200_000 + 6 + 5);
	t.is(out.words[0], encode("cbnzw", 3, 8));
});

test("jumps just within reach stay as they are, those just beyond become two", (t) => {
	for (const [form, operands, reach] of [
		["bcond", [0], 1 << 20],
		["tbz", [1, 2], 1 << 15],
	] as const) {
		for (const beyond of [0, 1]) {
			const a = new Asm();
			const l = a.label();
			a.to(form, l, ...operands);
			for (let k = 0; k < reach / 4 - 2 + beyond; k++) a.op("ret");
			a.here(l);
			const out = a.assemble();
			t.is(out.words.length, reach / 4 - 1 + 2 * beyond);
			t.deepEqual(targets(out), [out.place(l)]);
		}
	}
});

test("a label without a place, and one with two, are refused", (t) => {
	const a = new Asm();
	const l = a.label();
	a.to("b", l);
	t.throws(() => a.assemble(), { message: "a label has no place" });
	a.here(l);
	t.throws(() => a.here(l), { message: "a label has two places" });
});
