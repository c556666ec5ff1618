import { encode, encodeAll } from "./encode.ts";
import type { Form } from "./forms.ts";

/*
 * An assembler of two passes. In the first, instructions are recorded as they are asked for, each as its word; those that name a label are noted. Then
 * everything is given its place: a pool of literals where the load that wants one would be out of reach soon, and two instructions for a
 * conditional jump that does not reach. The second pass writes the words, and looks that each label and literal is where the first said.
 */

/** Something that gets a place. */
export type Label = number & { readonly label: unique symbol };

/** The literals are put in place when the first that is wanted would be so many bytes away: a load reaches 1 MiB. */
const POOL_WITHIN = 900_000;
/** Bytes that a conditional jump reaches in either direction: 19 bits, or 14 where a bit is tested. */
const REACH = 1 << 20;
const SHORT_REACH = 1 << 15;

/** An instruction that names a label. */
interface Use {
	/** Index of its word in what was recorded. */
	readonly at: number;
	readonly form: Form;
	readonly operands: readonly number[];
	readonly label: Label;
	/** Two instructions: the opposite jump over an unconditional one. */
	long: boolean;
}

/** The opposites of conditional jumps; of bcond it is in the condition. */
const opposites: Partial<Record<Form, Form>> = {
	bcond: "bcond",
	cbzw: "cbnzw",
	cbnzw: "cbzw",
	cbzx: "cbnzx",
	cbnzx: "cbzx",
	tbz: "tbnz",
	tbnz: "tbz",
};

/** What has been put together. */
export interface Assembled {
	readonly words: Uint32Array;
	/** Bytes from the start of the code, by label. */
	place(label: Label): number;
	/** As asked for: bytes from where code is counted from. */
	readonly start: number;
	/** Which words are literals, not instructions. */
	readonly literals: readonly (readonly [from: number, to: number])[];
}

export class Asm {
	#words = new Uint32Array(256);
	#count = 0;
	readonly #uses: Use[] = [];
	/** By label: index of the word that it stands before, or -1. */
	readonly #labels: number[] = [];
	/** Labels that have a place, in order. */
	readonly #standing: Label[] = [];
	readonly #outside = new Map<Label, number>();
	/** Literals that are wanted and not in place: a label each, by width and value. */
	#pool = new Map<string, { label: Label; value: bigint; wide: boolean }>();
	/** Bytes of code, at most, since the first of them was asked for. */
	#since = 0;
	readonly #literals: { from: number; to: number }[] = [];

	/** Words so far. */
	get length(): number {
		return this.#count;
	}

	label(): Label {
		return (this.#labels.push(-1) - 1) as Label;
	}

	/** The label is here. */
	here(label: Label): void {
		if (this.#labels[label] !== -1) throw new Error("a label has two places");
		this.#labels[label] = this.#count;
		this.#standing.push(label);
	}

	/** A label for what is elsewhere: so many bytes from where code is counted from. Only jumps that reach anything may name it. */
	outside(place: number): Label {
		const label = this.label();
		this.#outside.set(label, place);
		return label;
	}

	/** A new label, here. */
	mark(): Label {
		const label = this.label();
		this.here(label);
		return label;
	}

	#word(word: number): void {
		if (this.#count === this.#words.length) {
			const more = new Uint32Array(this.#words.length * 2);
			more.set(this.#words);
			this.#words = more;
		}
		this.#words[this.#count++] = word;
		if (this.#pool.size > 0) {
			this.#since += 4;
			if (this.#since >= POOL_WITHIN) this.#island();
		}
	}

	/** An instruction. */
	op(form: Form, a?: number, b?: number, c?: number, d?: number): void {
		this.#word(encode(form, a, b, c, d));
	}

	/** An instruction whose last operand is a label. */
	to(form: Form, label: Label, ...operands: readonly number[]): void {
		this.#uses.push({ at: this.#count, form, operands, label, long: false });
		// Its place is not known yet; what it names is checked when it is.
		this.#word(0);
		// It may become two.
		this.#since += 4;
	}

	/** Loads a literal of 32 or (wide) 64 bits into a register: of integers, or of reals. */
	literal(register: number, value: bigint, kind: "w" | "x" | "d"): void {
		const wide = kind !== "w";
		const key = `${wide ? "x" : "w"}${value}`;
		let entry = this.#pool.get(key);
		if (entry === undefined) {
			if (this.#pool.size === 0) this.#since = 0;
			entry = { label: this.label(), value, wide };
			this.#pool.set(key, entry);
		}
		this.#since += wide ? 8 : 4;
		this.to(({ w: "litw", x: "litx", d: "litd" } as const)[kind], entry.label, register);
	}

	/** A pool in the middle of code, which jumps over it. */
	#island(): void {
		const over = this.label();
		const pool = this.#pool;
		this.#pool = new Map();
		this.to("b", over);
		this.#put(pool.values());
		this.here(over);
	}

	/** The literals that are wanted, here: nothing runs into them. Those that take two words first, though not aligned: a load need not be. */
	#put(pool: Iterable<{ label: Label; value: bigint; wide: boolean }>): void {
		const from = this.#count;
		for (const { label, value, wide } of pool) {
			this.here(label);
			this.#word(Number(BigInt.asUintN(32, value)));
			if (wide) this.#word(Number(BigInt.asUintN(32, value >> 32n)));
		}
		this.#literals.push({ from, to: this.#count });
		this.#since = 0;
	}

	/**
	 * Puts everything together. `place` is told how many bytes it takes, and says where it goes, in bytes from where code is counted from. Throws where a
	 * label has no place, or is out of reach of what names it.
	 */
	assemble(place: (bytes: number) => number = () => 0): Assembled {
		const pool = this.#pool;
		this.#pool = new Map();
		this.#put(pool.values());
		for (const { label } of this.#uses)
			if (this.#labels[label] === -1 && !this.#outside.has(label)) throw new Error("a label has no place");
		let shifts = this.#shifts();
		while (this.#lengthen(shifts)) shifts = this.#shifts();
		return this.#write(shifts, place((this.#count + shifts.length) * 4));
	}

	/** The uses that take two words, in order: index in what was recorded. */
	#shifts(): number[] {
		return this.#uses.filter((u) => u.long).map((u) => u.at);
	}

	/** Makes jumps long that do not reach; says whether there were any. */
	#lengthen(shifts: readonly number[]): boolean {
		let more = false;
		for (const u of this.#uses) {
			if (u.long || opposites[u.form] === undefined) continue;
			const far = (placeOf(this.#labels[u.label] as number, shifts) - placeOf(u.at, shifts)) * 4;
			const reach = u.form === "tbz" || u.form === "tbnz" ? SHORT_REACH : REACH;
			if (far >= -reach && far < reach) continue;
			u.long = true;
			more = true;
		}
		return more;
	}

	#write(shifts: readonly number[], start: number): Assembled {
		const words = new Uint32Array(this.#count + shifts.length);
		const places = this.#labels.map((at, label) => {
			const outside = this.#outside.get(label as Label);
			return outside === undefined ? placeOf(at, shifts) : (outside - start) / 4;
		});
		const standing = this.#standing;
		let n = 0;
		let k = 0;
		let label = 0;
		// Up to word `to` as recorded, with a look at the labels on the way.
		const copy = (to: number) => {
			for (;;) {
				const l = standing[label];
				const at = l === undefined ? to : Math.min(to, this.#labels[l] as number);
				words.set(this.#words.subarray(k, at), n);
				n += at - k;
				k = at;
				if (l === undefined || this.#labels[l] !== k) return;
				if (places[l] !== n) throw new Error(`phase error: label ${l} at ${n}, not ${places[l]}`);
				label++;
			}
		};
		for (const u of this.#uses) {
			copy(u.at);
			const far = ((places[u.label] as number) - n) * 4;
			if (u.long) {
				const [form, ...operands] = opposite([u.form, ...u.operands]);
				words[n++] = encodeAll(form, [...operands, 8]);
				words[n++] = encode("b", far - 4);
			} else words[n++] = encodeAll(u.form, [...u.operands, far]);
			k++;
		}
		copy(this.#count);
		if (label !== standing.length || n !== words.length) throw new Error("phase error: passes differ in length");
		return {
			words,
			start,
			place: (l) => (places[l] as number) * 4,
			literals: this.#literals.map(({ from, to }) => [placeOf(from, shifts), placeOf(to, shifts)]),
		};
	}
}

/** A conditional jump without its label, and the one that is taken when it is not. */
export type Jump = readonly [form: Form, ...operands: readonly number[]];

export function opposite([form, ...operands]: Jump): Jump {
	return [opposites[form] as Form, ...(form === "bcond" ? [(operands[0] as number) ^ 1] : operands)];
}

/** Where word `at` goes when the words in `shifts` become two each. */
function placeOf(at: number, shifts: readonly number[]): number {
	let low = 0;
	let high = shifts.length;
	while (low < high) {
		const mid = (low + high) >> 1;
		if ((shifts[mid] as number) < at) low = mid + 1;
		else high = mid;
	}
	return at + low;
}
