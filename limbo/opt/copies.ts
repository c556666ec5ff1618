/**
 * Copies and constants: where a variable holds what another one does, or a number known when compiling, that is read
 * in its place. Goes no further than the end of a block.
 */
import type { ArithOp } from "../ast.ts";
import { wordArith } from "../constant.ts";
import { type Code, fp, type Inst, imm, NONE, type Operand } from "../inst.ts";
import { holds, relationOf } from "./compare.ts";
import type { Pass } from "./passes.ts";
import { readsDestination, rowOf, sizeOfLetter, type Variables } from "./variables.ts";

/** A number as middle operand has 16 bits. */
const fitsMiddle = (o: Operand): boolean => o.mode !== "imm" || (o.off >= -(2 ** 15) && o.off < 2 ** 15);

interface Copy {
	readonly value: Operand;
	readonly letter: string;
}

export const copies: Pass = ({ code, variables, blocks, accesses }) => {
	let changed = false;
	for (const b of blocks()) {
		const known = new Map<number, Copy>();
		for (let i = b.from; i < b.to; i++) {
			const inst = code.insts[i] as Inst;
			if (replace(inst, known, variables, code, i)) changed = true;
			if (fold(inst)) changed = true;
			for (const v of accesses(i).defs) forget(v, known, variables);
			remember(inst, known, variables);
		}
	}
	return changed;
};

/** Carries out what has only numbers to work on. */
function fold(inst: Inst): boolean {
	const { op, s, m } = inst;
	if (s.mode !== "imm" || m.mode !== "imm" || s.fn !== undefined || m.fn !== undefined || !op.endsWith("w"))
		return false;
	const compare = relationOf(inst);
	if (compare !== undefined) {
		inst.op = holds(compare, s.off, m.off) ? "jmp" : "nop";
		if (inst.op === "nop") inst.target = undefined;
	} else {
		const arith = folded[op.slice(0, -1)];
		const value = arith && wordArith(arith, m.off, s.off);
		if (value === undefined || value >= 2 ** 29 || value < -(2 ** 29)) return false;
		inst.op = "movw";
		inst.s = imm(value);
	}
	if (inst.op !== "movw") inst.s = NONE;
	inst.m = NONE;
	return true;
}

const folded: Readonly<Record<string, ArithOp>> = { add: "+", sub: "-", mul: "*", and: "&", or: "|", xor: "^" };

function forget(v: number, known: Map<number, Copy>, variables: Variables): void {
	known.delete(v);
	for (const [to, { value }] of known) if (variables.of(value) === v) known.delete(to);
}

const moves = /^mov([wpblf])$/;

function remember(inst: Inst, known: Map<number, Copy>, variables: Variables): void {
	const letter = moves.exec(inst.op)?.[1];
	const to = variables.of(inst.d);
	if (letter === undefined || to < 0) return;
	const from = variables.of(inst.s);
	const number = letter === "w" && inst.s.mode === "imm" && inst.s.fn === undefined;
	if (number || (from >= 0 && from !== to)) known.set(to, { value: inst.s, letter });
}

/** Puts what is known in place of the variables that an instruction reads. */
function replace(inst: Inst, known: ReadonlyMap<number, Copy>, variables: Variables, code: Code, i: number): boolean {
	if (known.size === 0 || inst.op === "lea") return false;
	const row = rowOf(inst);
	let changed = false;
	const s = row.s.startsWith("r") ? substitute(inst.s, row.s[1] as string, known, variables) : undefined;
	if (s !== undefined) {
		inst.s = s;
		changed = true;
	}
	const m = row.m.startsWith("r") ? substitute(inst.m, row.m[1] as string, known, variables) : undefined;
	if (m !== undefined && fitsMiddle(m) && !(m.mode === "imm" && inst.op === "indx")) {
		inst.m = m;
		changed = true;
	}
	// Where a value is made from itself and something else, the copy that it starts from need not be made.
	if (startsFromCopy(inst, known, variables, code, i)) changed = true;
	for (const operand of ["s", "d"] as const) {
		const base = throughCopy(inst[operand], known, variables);
		if (base !== undefined) {
			inst[operand] = base;
			changed = true;
		}
	}
	if (row.d.startsWith("r") && inst.d.mode === "fp") {
		const d = substitute(inst.d, row.d[1] as string, known, variables);
		if (d !== undefined && d.mode !== "imm") {
			inst.d = d;
			changed = true;
		}
	}
	return changed;
}

function substitute(
	o: Operand,
	letter: string,
	known: ReadonlyMap<number, Copy>,
	variables: Variables,
): Operand | undefined {
	const copy = known.get(variables.of(o));
	if (copy === undefined || sizeOfLetter(letter) !== sizeOfLetter(copy.letter)) return undefined;
	return copy.value.mode === "imm" && letter !== "w" ? undefined : copy.value;
}

function throughCopy(o: Operand, known: ReadonlyMap<number, Copy>, variables: Variables): Operand | undefined {
	const copy = known.get(variables.base(o));
	if (copy === undefined || copy.letter !== "p" || copy.value.mode !== "fp") return undefined;
	return { ...o, off: copy.value.off };
}

const arithmetic = /^(add|sub|mul|div|mod|and|or|xor|shl|shr)[wlfb]$/;

/** `x = y; x op= z` is `x = y op z`. */
function startsFromCopy(
	inst: Inst,
	known: ReadonlyMap<number, Copy>,
	variables: Variables,
	code: Code,
	i: number,
): boolean {
	if (!arithmetic.test(inst.op) || inst.m.mode !== "none" || !readsDestination(inst)) return false;
	const before = code.insts[i - 1];
	const copy = known.get(variables.of(inst.d));
	if (copy === undefined || before?.op !== `mov${inst.op.at(-1)}` || !sameFp(before.d, inst.d)) return false;
	if (!fitsMiddle(copy.value) || sameFp(inst.s, inst.d)) return false;
	inst.m = copy.value.mode === "fp" ? fp(copy.value.off) : imm(copy.value.off);
	before.op = "nop";
	before.s = NONE;
	before.d = NONE;
	return true;
}

const sameFp = (a: Operand, b: Operand): boolean => a.mode === "fp" && b.mode === "fp" && a.off === b.off;
