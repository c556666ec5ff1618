/** The passes over a function's code, in their order. Each is in a file of its own, and has a letter for debugging. */
import type { Code, Operand } from "../inst.ts";
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
	return {
		code,
		variables,
		nil,
		blocks: () => blocks,
		accesses: (i) => variables.accesses(code.insts[i] as (typeof code.insts)[number], code.insts[i - 1]),
	};
}
