/** Instructions that compare and jump. */
import type { Inst, Operand } from "../inst.ts";

/** Outcomes of a comparison: less, equal, greater. */
const LT = 1;
const EQ = 2;
const GT = 4;
const ALL = LT | EQ | GT;

/** With which outcomes a jump is taken. */
const conditions = { beq: EQ, bne: LT | GT, blt: LT, ble: LT | EQ, bgt: GT, bge: GT | EQ };

const names = new Map(Object.entries(conditions).map(([name, set]) => [set, name]));

interface Comparison {
	readonly letter: string;
	readonly outcomes: number;
}

/** By instruction. Reals are none of these, as they may be neither less nor equal nor greater. */
const comparisons: ReadonlyMap<string, Comparison> = new Map(
	Object.entries(conditions).flatMap(([name, outcomes]) =>
		[..."wblc"].map((letter): [string, Comparison] => [name + letter, { letter, outcomes }]),
	),
);

const swaps = (set: number): number => (set & EQ) | ((set & LT) === 0 ? 0 : GT) | ((set & GT) === 0 ? 0 : LT);

/** What is known of two values: the possible outcomes of comparing them. */
export interface Relation {
	readonly s: Operand;
	readonly m: Operand;
	readonly letter: string;
	readonly outcomes: number;
}

/** What holds if the jump of an instruction is taken; undefined for what compares nothing. */
export function relationOf({ op, s, m }: Inst): Relation | undefined {
	const comparison = comparisons.get(op);
	return comparison && { s, m, letter: comparison.letter, outcomes: comparison.outcomes };
}

/** Whether the two are known to be equal. */
export const isEqual = (r: Relation): boolean => r.outcomes === EQ;

/** What holds if it is not taken. */
export const otherwise = (r: Relation): Relation => ({ ...r, outcomes: ALL & ~r.outcomes });

/** The instruction that jumps where this one does not; undefined where there is none. */
export function inverted(inst: Inst): string | undefined {
	const comparison = comparisons.get(inst.op);
	return comparison && `${names.get(ALL & ~comparison.outcomes)}${comparison.letter}`;
}

/** Whether one relation makes another certain (true) or impossible (false). */
export function implies(
	known: Relation,
	asked: Relation,
	same: (a: Operand, b: Operand) => boolean,
): boolean | undefined {
	if (known.letter !== asked.letter) return undefined;
	let set = known.outcomes;
	if (same(known.s, asked.m) && same(known.m, asked.s)) set = swaps(set);
	else if (!same(known.s, asked.s) || !same(known.m, asked.m)) return undefined;
	if ((set & ~asked.outcomes) === 0) return true;
	return (set & asked.outcomes) === 0 ? false : undefined;
}

/** Whether a comparison of two numbers holds. */
export function holds(relation: Relation, a: number, b: number): boolean {
	const outcome = a < b ? LT : a > b ? GT : EQ;
	return (relation.outcomes & outcome) !== 0;
}
