/**
 * What the verifier derives from the instruction table, once: per opcode and operand its access, kind and width as
 * small numbers, and the address modes that are legal.
 */
import { AFP, AIMM, AIND, AMP, AXXX, isa, MAXDIS, type Operand } from "./isa.ts";

// What is done with an operand.
export const NONE = 0;
export const READ = 1;
export const WRITE = 2;
export const ADDRESS = 3;
export const NAME = 4;

// Kinds of operands that are checked alike.
export const NUMBER = 0;
export const POINTER = 1;
export const FRAMEADDR = 2;
export const BLOCK = 3;
export const TYPE = 4;
export const LINK = 5;
export const IMPORT = 6;
export const CODE = 7;
export const TABLE = 8;

const ACCESS: Readonly<Record<string, number>> = { r: READ, "?": READ, w: WRITE, u: WRITE, a: ADDRESS, i: NAME };
const WIDTH: Readonly<Record<string, number>> = { b: 1, h: 2, l: 8, f: 8 };
const KIND: Readonly<Record<string, number>> = {
	p: POINTER,
	c: POINTER,
	a: POINTER,
	s: POINTER,
	q: POINTER,
	m: POINTER,
	x: FRAMEADDR,
	z: BLOCK,
	t: TYPE,
	k: LINK,
	n: IMPORT,
	o: CODE,
	j: TABLE,
};

/** Operands are numbered source, middle, destination; the facts of operand k of opcode `op` are at `op * 3 + k`. */
export const SRC = 0;
export const MID = 1;
export const DST = 2;

export const access: Uint8Array = new Uint8Array(MAXDIS * 3);
export const kind: Uint8Array = new Uint8Array(MAXDIS * 3);
/** Bytes that are read or written; of a block, what is known of it without looking further. */
export const width: Uint8Array = new Uint8Array(MAXDIS * 3);
/** A bit for each of the eight modes of a source or destination. */
export const modes: Uint8Array = new Uint8Array(MAXDIS * 3);
/** The middle operand may be left out: it is optional, or the destination can stand in for it. */
export const midOptional: Uint8Array = new Uint8Array(MAXDIS);

const MEMORY = (1 << AMP) | (1 << AFP) | (1 << (AIND | AMP)) | (1 << (AIND | AFP));

for (const row of isa) {
	[row.s, row.m, row.d].forEach((operand, k) => {
		const i = row.op * 3 + k;
		const letter = operand.charAt(1);
		kind[i] = KIND[letter] ?? NUMBER;
		access[i] = ACCESS[operand.charAt(0)] ?? NONE;
		// An operation may want the address of a pointer, so as to take the object over: it is read all the same.
		if (access[i] === ADDRESS && kind[i] === POINTER) access[i] = READ;
		width[i] = WIDTH[letter] ?? 4;
		modes[i] = legalModes(row.name, operand, k);
	});
	const standsIn =
		access[row.op * 3 + MID] === READ && row.d.charAt(0) !== "i" && kind[row.op * 3 + MID] === kind[row.op * 3 + DST];
	midOptional[row.op] = row.m.charAt(0) === "?" || standsIn ? 1 : 0;
}

/**
 * Only bytes, words and nil can be written into an instruction, and the blocks that lea and send take. Jump tables lie
 * in the module data.
 */
function legalModes(name: string, operand: Operand, k: number): number {
	const letter = operand.charAt(1);
	switch (operand.charAt(0)) {
		case "":
			return 1 << AXXX;
		case "i":
			return 1 << AIMM;
		case "a":
			if (letter === "j") return 1 << AMP;
			return (name === "lea" || name === "send") && k === SRC ? MEMORY | (1 << AIMM) : MEMORY;
		case "r":
			return "bwpcasqm".includes(letter) ? MEMORY | (1 << AIMM) : MEMORY;
		default:
			return MEMORY;
	}
}
