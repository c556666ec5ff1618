/** Results go where they are wanted: what makes a value for a temporary that is only moved on makes it there. */
import { type Inst, NONE, type Operand, sameOperand } from "../inst.ts";
import { backwards } from "./liveness.ts";
import type { Pass } from "./passes.ts";
import { isResultAddress, readsDestination, rowOf, sizeOfLetter, type Variables } from "./variables.ts";

const moves = /^mov([wpblf])$/;

export const results: Pass = ({ code, variables, blocks, accesses }) => {
	const { insts } = code;
	const dead = new Uint8Array(insts.length);
	const all = blocks();
	backwards(all, variables.count, accesses, (i, live) => {
		const v = variables.of((insts[i] as Inst).s);
		if (v >= 0 && !live.has(v)) dead[i] = 1;
	});
	let changed = false;
	for (const b of all) {
		for (let i = b.from + 1; i < b.to; i++) {
			if (dead[i] === 1 && joins(insts, i, b.from, variables)) changed = true;
		}
	}
	return changed;
};

/** Whether the move at `i`, after which its source is not read, could be made part of what is before it. */
function joins(insts: Inst[], i: number, from: number, variables: Variables): boolean {
	const move = insts[i] as Inst;
	const letter = moves.exec(move.op)?.[1];
	if (letter === undefined) return false;
	let k = i - 1;
	while (k >= from && (insts[k] as Inst).op === "nop") k--;
	const maker = insts[k];
	if (k < from || maker === undefined) return false;
	const v = variables.of(move.s);
	// A pointer moved as a word is not counted.
	if (variables.base(move.d) === v || variables.pointers[v] !== (letter === "p")) return false;
	const ok = maker.op === "call" || maker.op === "mcall" ? joinsCall(insts, k, move) : joinsMaker(maker, move, letter);
	if (ok) {
		move.op = "nop";
		move.s = NONE;
		move.d = NONE;
	}
	return ok;
}

function joinsMaker(maker: Inst, move: Inst, letter: string): boolean {
	const role = rowOf(maker).d;
	const writes = role.startsWith("w") || role.startsWith("u");
	if (!writes || !sameOperand(maker.d, move.s) || readsDestination(maker)) return false;
	if (role === "wx" || sizeOfLetter(role[1] as string) !== sizeOfLetter(letter)) return false;
	maker.d = move.d;
	return true;
}

/** The result of a call can go where nothing can be freed meanwhile: into the frame. */
function joinsCall(insts: readonly Inst[], k: number, move: Inst): boolean {
	const address = insts[k - 1];
	if (address === undefined || !isResultAddress(address, insts[k]) || !sameOperand(address.s, move.s)) return false;
	if (!inPlace(move.d)) return false;
	address.s = move.d;
	return true;
}

const inPlace = (o: Operand): boolean => o.mode === "fp";
