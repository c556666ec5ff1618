/** The passes over a function's code, in their order. Each is in a file of its own, and has a letter for debugging. */
import type { Constant } from "../constant.ts";
import type { Code, Inst, Operand } from "../inst.ts";
import { cases } from "./cases.ts";
import { copies } from "./copies.ts";
import { type Block, blocksOf } from "./graph.ts";
import { jumps } from "./jumps.ts";
import { clears, nils } from "./nils.ts";
import { results } from "./results.ts";
import { stores } from "./stores.ts";
import { type Accesses, type FrameSlot, Variables } from "./variables.ts";

/** What passes have to know of a function besides its code. */
export interface Surroundings {
	readonly slots: readonly FrameSlot[];
	/** Where its arguments end in the frame. */
	readonly argsEnd: number;
	/** Where nil is read. */
	readonly nil: Operand;
	/** A middle operand to read a constant from. */
	constant(value: Constant): Operand;
}

/** What a pass works on. Instructions that go become `nop`. */
export interface Context extends Surroundings {
	readonly code: Code;
	readonly variables: Variables;
	blocks(): Block[];
	/** What an instruction reads and writes, as it is now. */
	accesses(i: number): Accesses;
}

/** Says whether it changed anything. */
export type Pass = (context: Context) => boolean;

/** Those that change how control goes come last, as what is known of blocks does not hold after them. */
const passes: readonly { readonly letter: string; readonly pass: Pass }[] = [
	{ letter: "p", pass: copies },
	{ letter: "t", pass: results },
	{ letter: "d", pass: stores },
	{ letter: "n", pass: nils },
	{ letter: "l", pass: clears },
	{ letter: "c", pass: cases },
	{ letter: "j", pass: jumps },
];

/** The letters of all passes. */
export const passLetters: string = passes.map((p) => p.letter).join("");

/** Rounds after which nothing more is to be expected. */
const ROUNDS = 3;

/** Makes the code of a function better. `without`: letters of passes to be left out. */
export function optimize(
	code: Code,
	around: Surroundings,
	without: string,
	shown?: (letter: string, code: Code) => void,
): void {
	for (let round = 0; round < ROUNDS; round++) {
		const context = contextOf(code, around);
		let changed = false;
		for (const { letter, pass } of passes) {
			if (!without.includes(letter) && pass(context)) changed = true;
			if (round === 0) shown?.(letter, code);
		}
		code.dropNops();
		code.tidy();
		if (!changed) break;
	}
}

function contextOf(code: Code, around: Surroundings): Context {
	const variables = new Variables(code, around.slots, around.argsEnd);
	const blocks = blocksOf(code);
	const known: Known[] = [];
	const accesses = (i: number): Accesses => {
		const inst = code.insts[i] as Inst;
		const before = code.insts[i - 1];
		const last = known[i];
		if (last !== undefined && isSame(last, inst, before)) return last.accesses;
		const found = {
			op: inst.op,
			s: inst.s,
			m: inst.m,
			d: inst.d,
			before: before?.s,
			accesses: variables.accesses(inst, before),
		};
		known[i] = found;
		return found.accesses;
	};
	return { ...around, code, variables, blocks: () => blocks, accesses };
}

/** What an instruction was when its accesses were found out. */
interface Known {
	readonly op: string;
	readonly s: Operand;
	readonly m: Operand;
	readonly d: Operand;
	/** Of the instruction before: a call's result is where that has said. */
	readonly before: Operand | undefined;
	readonly accesses: Accesses;
}

function isSame(known: Known, inst: Inst, before: Inst | undefined): boolean {
	const same = known.op === inst.op && known.s === inst.s && known.m === inst.m && known.d === inst.d;
	return same && (!inst.op.endsWith("call") || known.before === before?.s);
}
