import { Asm, type Label } from "./asm.ts";
import { logical } from "./encode.ts";
import type { Form } from "./forms.ts";
import { ARENA, X1, ZERO } from "./registers.ts";

/** How a value of a type letter is loaded and stored: by an offset that is a multiple of its size, by a small one, by a register. */
interface Access {
	readonly size: number;
	readonly load: readonly [Form, Form, Form];
	readonly store: readonly [Form, Form, Form];
}
const access: Readonly<Record<string, Access>> = {
	b: { size: 1, load: ["ldrb", "ldurb", "ldrbat"], store: ["strb", "sturb", "strbat"] },
	h: { size: 2, load: ["ldrh", "ldurh", "ldrhat"], store: ["strh", "sturh", "strhat"] },
	w: { size: 4, load: ["ldrw", "ldurw", "ldrwat"], store: ["strw", "sturw", "strwat"] },
	l: { size: 8, load: ["ldrx", "ldurx", "ldrxat"], store: ["strx", "sturx", "strxat"] },
	r: { size: 4, load: ["ldrs", "ldurs", "ldrsat"], store: ["strs", "sturs", "strsat"] },
	f: { size: 8, load: ["ldrd", "ldurd", "ldrdat"], store: ["strd", "sturd", "strdat"] },
};

/** The type letter by which a value of another is loaded and stored: any word is one. */
export const held = (type: string): string => (type in access ? type : "w");

/** A place in memory: an address in a register and an offset, or a word that counts from the start of the arena. */
export type Ref = { readonly base: number; readonly off: number } | { readonly word: number };

/** Instructions that are put together of several, where an offset or a constant is large. */
export class Code extends Asm {
	/** Puts a word into a register. */
	word(register: number, value: number): void {
		const v = value | 0;
		if (v >>> 16 === 0) this.op("movz", register, v);
		else if (~v >>> 16 === 0) this.op("movn", register, ~v & 0xffff);
		else if ((v & 0xffff) === 0) this.op("movzhigh", register, v >>> 16);
		else if (logical(v) !== undefined) this.op("orrwi", register, ZERO, v);
		else this.literal(register, BigInt(v), "w");
	}

	/** Puts a big into a register. */
	big(register: number, value: bigint): void {
		if (value >= 0n && value < 0x10000n) this.op("movz", register, Number(value));
		else if (value < 0n && value >= -0x10000n) this.op("movnx", register, Number(~value));
		else this.literal(register, value, "x");
	}

	/** Loads or stores a value of a type, by its letter. May use X1. */
	load(type: string, register: number, from: Ref): void {
		this.#access(access[held(type)] as Access, "load", register, from);
	}

	store(type: string, register: number, to: Ref): void {
		this.#access(access[held(type)] as Access, "store", register, to);
	}

	#access(a: Access, how: "load" | "store", register: number, at: Ref): void {
		const [scaled, small, indexed] = a[how];
		if ("word" in at) {
			this.op(indexed, register, ARENA, at.word);
			return;
		}
		const { base, off } = at;
		if (off >= 0 && off % a.size === 0 && off < a.size * 4096) this.op(scaled, register, base, off);
		else if (off >= -256 && off < 256) this.op(small, register, base, off);
		else if (off > 0) {
			this.word(X1, off);
			this.op(indexed, register, base, X1);
		} else {
			this.big(X1, BigInt(off));
			this.op("addx", X1, base, X1);
			this.op(scaled, register, X1, 0);
		}
	}

	/** The address, in 64 bits, that a word counts from the start of the arena. */
	address(register: number, word: number): void {
		this.op("addxword", register, ARENA, word);
	}

	/** Adds a constant to a word. */
	plus(to: number, from: number, n: number): void {
		if (n === 0) {
			if (to !== from) this.op("movw", to, from);
		} else if (n > 0 && n < 4096) this.op("addwi", to, from, n);
		else if (n < 0 && n > -4096) this.op("subwi", to, from, -n);
		else {
			this.word(X1, n);
			this.op("addw", to, from, X1);
		}
	}

	/** Compares a word with a constant. */
	compare(register: number, n: number): void {
		if (n >= 0 && n < 4096) this.op("cmpwi", register, n);
		else if (n < 0 && n > -4096) this.op("cmnwi", register, -n);
		else {
			this.word(X1, n);
			this.op("cmpw", register, X1);
		}
	}

	/** Jumps where a pointer is nil, or (`unless`) is not. */
	ifNil(register: number, label: Label, unless = false): void {
		this.op("cmnwi", register, 1);
		this.to("bcond", label, unless ? NE : EQ);
	}
}

export const EQ = 0;
export const NE = 1;
export const HS = 2;
export const LO = 3;
export const MI = 4;
export const VS = 6;
export const HI = 8;
export const LS = 9;
export const GE = 10;
export const LT = 11;
export const GT = 12;
export const LE = 13;
