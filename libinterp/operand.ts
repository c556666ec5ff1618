import { AFP, AIMM, AIND, AMP, AXIMM, AXINF, AXNON, AXXX, dstMode, isa, midMode, type Row, srcMode } from "./isa.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS } from "./object.ts";

/** Where an operand lies. `fp` and `mp`: at `off` from there. `(fp)` and `(mp)`: at `off2` from the address that is there. */
export type Where = "none" | "imm" | "fp" | "mp" | "(fp)" | "(mp)";

/** An operand of an instruction: its place, and what the instruction table says of it. */
export interface Place {
	readonly where: Where;
	/** Access letter: r, ?, w, u, a, i. */
	readonly access: string;
	/** Type letter. */
	readonly type: string;
	/** Offset, or the immediate. */
	readonly off: number;
	/** Second offset; of an immediate whose address is used, that address. */
	readonly off2: number;
}

/** An instruction, taken apart. */
export interface Inst {
	readonly pc: number;
	readonly row: Row;
	readonly s: Place;
	readonly m: Place;
	readonly d: Place;
}

const wheres: Readonly<Record<number, Where>> = {
	[AMP]: "mp",
	[AFP]: "fp",
	[AIMM]: "imm",
	[AXXX]: "none",
	[AIND | AMP]: "(mp)",
	[AIND | AFP]: "(fp)",
};

const absent: Place = { where: "none", access: "", type: "", off: 0, off2: 0 };

/** The instruction at `pc`. A middle operand that is left out is the destination, or 0 where the table says so. */
export function decode(code: Int32Array, pc: number): Inst {
	const at = pc * INST_WORDS;
	const row = isa[code[at + I_OP] as number] as Row;
	const add = code[at + I_ADD] as number;
	const s = place(row.s, wheres[srcMode(add)] ?? "none", code[at + I_S] as number, code[at + I_S2] as number);
	const d = place(row.d, wheres[dstMode(add)] ?? "none", code[at + I_D] as number, code[at + I_D2] as number);
	const mid = midMode(add);
	if (mid !== AXNON) {
		const where = mid === AXIMM ? "imm" : mid === AXINF ? "fp" : "mp";
		return { pc, row, s, m: place(row.m, where, code[at + I_M] as number, 0), d };
	}
	const m = row.m === "" || row.m[0] === "?" ? absent : place(row.m, d.where, d.off, d.off2);
	return { pc, row, s, m, d };
}

function place(operand: string, where: Where, off: number, off2: number): Place {
	if (operand === "") return absent;
	return { where, access: operand[0] as string, type: operand[1] as string, off, off2 };
}

/** Bytes of a value, by its type letter; 0 for blocks. */
export const widths: Readonly<Record<string, number>> = {
	b: 1,
	h: 2,
	w: 4,
	r: 4,
	x: 4,
	p: 4,
	c: 4,
	a: 4,
	s: 4,
	q: 4,
	m: 4,
	l: 8,
	f: 8,
	z: 0,
};

/** Whether a type letter is that of a counted pointer. */
export function counted(type: string): boolean {
	return "pcasqm".includes(type);
}
