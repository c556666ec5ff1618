/**
 * `case` made into something cheaper: ranges that lead to the same place are one, those that no value can be in are none, and
 * what few comparisons can decide is decided by them. What is left is looked up in a table.
 */
import { type Choice, placesOf, type Range } from "../choice.ts";
import { type Constant, word } from "../constant.ts";
import { type Inst, type Label, NONE, type Operand, sameOperand } from "../inst.ts";
import { compareConstants } from "../labels.ts";
import { inverted } from "./compare.ts";
import type { Context, Pass } from "./passes.ts";

/** So many comparisons are better than a table. Of more, others could change what is compared between two. */
const MOST = 1;

export const cases: Pass = (context) => {
	const { code } = context;
	let changed = false;
	for (let i = code.insts.length - 1; i >= 0; i--) {
		const inst = code.insts[i] as Inst;
		if (inst.choice === undefined) continue;
		if (simplify(inst.choice, limitsOf(context, i))) changed = true;
		const made = compared(inst, inst.choice, i, context);
		if (made === undefined) continue;
		code.replace(i, made);
		changed = true;
	}
	return changed;
};

/** The lowest and the highest value that a word can have. */
type Limits = readonly [low: number, high: number];

const lengths: ReadonlySet<string> = new Set(["lena", "lenc", "lenl"]);

/** What the number that an instruction chooses by can be, by the instruction before that makes it. */
function limitsOf({ code, variables }: Context, i: number): Limits | undefined {
	const inst = code.insts[i] as Inst;
	const before = code.insts[i - 1];
	if (inst.op !== "case") return undefined;
	if (inst.s.mode === "imm") return [inst.s.off, inst.s.off];
	// What is no variable may be changed between the two.
	if (before === undefined || variables.of(inst.s) < 0 || !sameOperand(before.d, inst.s)) return undefined;
	if (code.labels.some((l) => l.at === i)) return undefined;
	if (before.op === "cvtbw") return [0, 255];
	if (lengths.has(before.op)) return [0, 2 ** 31 - 1];
	const mask = [before.s, before.m].find((o) => o.mode === "imm" && o.fn === undefined && o.off >= 0);
	return before.op === "andw" && mask !== undefined ? [0, mask.off] : undefined;
}

/** Says whether anything could be left out. */
function simplify(choice: Choice, limits: Limits | undefined): boolean {
	const { ranges, any } = choice;
	const possible = limits === undefined ? ranges : ranges.flatMap((r) => within(r, limits));
	if (limits !== undefined && covers(possible, limits)) choice.any = undefined;
	const wanted = possible.filter((r) => r.label.at !== choice.any?.at);
	choice.ranges = joined(wanted);
	return choice.ranges.length < ranges.length || choice.any !== any;
}

function within(range: Range, [low, high]: Limits): Range[] {
	if (range.low.kind !== "word" || range.high.kind !== "word") return [range];
	const [a, b] = [Math.max(range.low.value, low), Math.min(range.high.value, high)];
	return a > b ? [] : [{ ...range, low: word(a), high: word(b) }];
}

function covers(ranges: readonly Range[], [low, high]: Limits): boolean {
	let next = low;
	for (const r of ranges) {
		if (r.low.kind !== "word" || r.high.kind !== "word" || r.low.value !== next) return false;
		next = r.high.value + 1;
	}
	return next === high + 1;
}

/** Neighbours that lead to the same place are one range. */
function joined(ranges: readonly Range[]): Range[] {
	const made: Range[] = [];
	for (const r of ranges) {
		const last = made.at(-1);
		if (last !== undefined && last.label.at === r.label.at && adjacent(last.high, r.low)) {
			made[made.length - 1] = { ...last, high: r.high };
		} else {
			made.push(r);
		}
	}
	return made;
}

function adjacent(a: Constant, b: Constant): boolean {
	if (a.kind === "word" && b.kind === "word") return a.value + 1 === b.value;
	return a.kind === "big" && b.kind === "big" && a.value + 1n === b.value;
}

/** A comparison with a constant, and where it leads. */
interface Test {
	readonly op: string;
	readonly value: Constant;
	readonly to: Label;
}

/** The comparisons that decide in place of the table; undefined where the table is better. */
function compared(inst: Inst, choice: Choice, at: number, { constant }: Context): Inst[] | undefined {
	const fallsTo = (label: Label | undefined): boolean => label?.at === at + 1;
	const otherwise = choice.any ?? placesOf(choice).find(fallsTo) ?? choice.ranges.at(-1)?.label;
	if (otherwise === undefined) return undefined;
	const letter = inst.op.slice(4) || "w";
	const tests = choice.ranges.filter((r) => r.label.at !== otherwise.at).map((r) => testOf(r, letter));
	if (tests.length > MOST || tests.includes(undefined)) return undefined;
	const direct = inst.s.mode === "imm" || inst.s.mode === "fp" || inst.s.mode === "mp";
	if (tests.length === 0 && !direct) return undefined;
	const made = (tests as Test[]).map(({ op, value, to }) => branch(inst, op, inst.s, constant(value), to));
	const last = made.at(-1);
	const turned = last && fallsTo(last.target) ? inverted(last) : undefined;
	if (last !== undefined && turned !== undefined) {
		last.op = turned;
		last.target = otherwise;
	} else if (!fallsTo(otherwise) || made.length === 0) {
		made.push(branch(inst, "jmp", NONE, NONE, otherwise));
	}
	return made;
}

function branch({ origin }: Inst, op: string, s: Operand, m: Operand, target: Label): Inst {
	return { op, s, m, d: NONE, target, table: undefined, choice: undefined, origin };
}

/** How a value in a range is known by one comparison; undefined if it takes two. */
function testOf({ low, high, label }: Range, letter: string): Test | undefined {
	if (compareConstants(low, high) === 0) return { op: `beq${letter}`, value: low, to: label };
	return isLowest(low) ? { op: `ble${letter}`, value: high, to: label } : undefined;
}

function isLowest(c: Constant): boolean {
	if (c.kind === "word") return c.value === -(2 ** 31);
	return c.kind === "big" ? c.value === -(2n ** 63n) : c.kind === "string" && c.value === "";
}
