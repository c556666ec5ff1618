/** The passes over a function's code, in their order. Each is in a file of its own, and has a letter for debugging. */
import type { Code, Inst, Operand } from "../inst.ts";
import { copies } from "./copies.ts";
import { type Block, blocksOf } from "./graph.ts";
import { clears, nils } from "./nils.ts";
import { results } from "./results.ts";
import { stores } from "./stores.ts";
import { type Accesses, type FrameSlot, Variables } from "./variables.ts";

/** What a pass works on. Instructions that go become `nop`. */
export interface Context {
	readonly code: Code;
	readonly variables: Variables;
	/** Where nil is read. */
	readonly nil: Operand;
	blocks(): Block[];
	/** What an instruction reads and writes, as it is now. */
	accesses(i: number): Accesses;
}

/** Says whether it changed anything. */
export type Pass = (context: Context) => boolean;

const passes: readonly { readonly letter: string; readonly pass: Pass }[] = [
	{ letter: "p", pass: copies },
	{ letter: "t", pass: results },
	{ letter: "d", pass: stores },
	{ letter: "n", pass: nils },
	{ letter: "l", pass: clears },
];

/** The letters of all passes. */
export const passLetters: string = passes.map((p) => p.letter).join("");

/** Rounds after which nothing more is to be expected. */
const ROUNDS = 3;

/** Makes the code of a function better. `without`: letters of passes to be left out. */
export function optimize(
	code: Code,
	frame: { readonly slots: readonly FrameSlot[]; readonly argsEnd: number },
	nil: Operand,
	without: string,
	shown?: (letter: string, code: Code) => void,
): void {
	for (let round = 0; round < ROUNDS; round++) {
		const context = contextOf(code, frame, nil);
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

function contextOf(
	code: Code,
	frame: { readonly slots: readonly FrameSlot[]; readonly argsEnd: number },
	nil: Operand,
): Context {
	const variables = new Variables(code, frame.slots, frame.argsEnd);
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
	return { code, variables, nil, blocks: () => blocks, accesses };
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
