import { disassemble } from "../libinterp/das.ts";
import type { Machine } from "../libinterp/engine.ts";
import {
	A_DATA,
	A_LEN,
	A_SIZE,
	C_BUF,
	C_COUNT,
	C_FRONT,
	C_SIZE,
	H,
	HEADER,
	HEAP_START,
	L_DATA,
	L_TAIL,
	M_MP,
	S_DATA,
} from "../libinterp/layout.ts";
import { cvtfc } from "../libinterp/number.ts";
import { Ebadctl, KernelError } from "./error.ts";

/** What a debugger asked about memory. */
export interface HeapQuery {
	/** Address, or index of an instruction. */
	readonly at: number;
	/** Code address of a module, as `stack` gives it; of an instruction query. */
	readonly module: number | undefined;
	readonly letter: string;
	readonly count: number;
}

const misaligned = new KernelError("misaligned address");
const outside = new KernelError("address not in heap");

/** A number as C's strtoul with base 0 takes it. */
function number(text: string): number {
	if (/^0[xX]/.test(text)) return Number.parseInt(text, 16);
	return Number.parseInt(text, text.startsWith("0") && text !== "0" ? 8 : 10);
}

/** `address.Xcount` or `pc+module.Icount`; prog(3) has the letters. Throws Ebadctl. */
export function parseQuery(text: string): HeapQuery {
	const n = "(0[xX][0-9a-fA-F]+|[0-9]+)";
	const found = new RegExp(`^${n}(?:\\+${n})?\\.([WBVRIPLACMc])${n}$`).exec(text.trim());
	if (found === null) throw Ebadctl;
	const [, at, module, letter, count] = found as unknown as [string, string, string | undefined, string, string];
	if ((letter === "I") !== (module !== undefined)) throw Ebadctl;
	const query = {
		at: number(at),
		module: module === undefined ? undefined : number(module),
		letter,
		count: number(count),
	};
	if (Number.isNaN(query.at) || Number.isNaN(query.count)) throw Ebadctl;
	return query;
}

/** Answers queries about the memory of a machine. No address, however wild, does harm. */
export class ProgHeap {
	readonly #machine: Machine;

	constructor(machine: Machine) {
		this.#machine = machine;
	}

	/** The answer, as far as `enough` characters. Throws KernelError for an address that is none, or not of such a thing. */
	answer(q: HeapQuery, enough: number): string {
		let out = "";
		for (let k = 0; k < q.count && out.length < enough; k++)
			out +=
				q.module === undefined ? this.#item(q.letter, q.at + k * (widths[q.letter] ?? 4)) : this.#instruction(q, k);
		return out;
	}

	#instruction(q: HeapQuery, k: number): string {
		const m = this.#machine.modules.loaded.find((m) => m.id === q.module);
		if (m === undefined || q.at + k >= m.nprog) throw Ebadctl;
		return `${disassemble(m.code, q.at + k)}\n`;
	}

	#item(letter: string, at: number): string {
		const { arena } = this.#machine.heap;
		const width = widths[letter] ?? 4;
		if (at % Math.min(width, 4) !== 0) throw misaligned;
		if (at + width > arena.size) throw outside;
		const word = arena.i32[at >>> 2] as number;
		const view = new DataView(arena.memory.buffer, at, width);
		switch (letter) {
			case "B":
				return `${arena.u8[at]}\n`;
			case "W":
				return `${word}\n`;
			case "V":
				return `${view.getBigInt64(0, true)}\n`;
			case "R":
				return `${cvtfc(view.getFloat64(0, true))}\n`;
			case "P":
				return word === H ? "nil\n" : `${hex(word)}\n`;
			case "C":
				return this.#string(word);
			default:
				return `${this.#thing(letter, word)}\n`;
		}
	}

	/** The pointer `p`, as an address of an object of type `t` and at least `size` bytes. Throws KernelError when it is none. */
	#object(p: number, t: number, size: number, what: string): number {
		const { heap } = this.#machine;
		const at = p >>> 0;
		const inside = at % 4 === 0 && at >= HEAP_START + HEADER && at + size <= heap.arena.size;
		if (!inside || heap.typeOf(p) !== t) throw new KernelError(`not ${what}`);
		return at;
	}

	#string(p: number): string {
		if (p === H) return "0.";
		const { heap, strings } = this.#machine;
		const at = this.#object(p, heap.types.string, S_DATA, "a string");
		const n = strings.length(p);
		if (n < 0 || at + S_DATA + n * (strings.wide(p) ? 4 : 1) > heap.arena.size) throw outside;
		return `${n}.${strings.text(p)}`;
	}

	#thing(letter: string, p: number): string {
		const { heap } = this.#machine;
		const { types } = heap;
		const word = (at: number): number => heap.arena.i32[at >>> 2] as number;
		switch (letter) {
			case "L":
				this.#object(p, types.list, L_DATA, "a list");
				return `${hex(p + L_TAIL)}.${hex(p + L_DATA)}`;
			case "A":
				if (p === H) return "nil";
				this.#object(p, types.array, A_SIZE, "an array");
				return `${word(p + A_LEN)}.${hex(word(p + A_DATA))}`;
			case "M":
				if (p === H) return "nil";
				this.#object(p, types.modlink, 4, "a module reference");
				return hex(word(p + M_MP));
			default:
				return p === H ? "nil" : this.#channel(p, word);
		}
	}

	#channel(p: number, word: (at: number) => number): string {
		const { types } = this.#machine.heap;
		this.#object(p, types.chan, C_SIZE, "a channel");
		const buffer = word(p + C_BUF);
		if (buffer === H) return `0.${hex(p)}`;
		return `${word(buffer + A_LEN)}.${hex(word(buffer + A_DATA))}.${word(p + C_FRONT)}.${word(p + C_COUNT)}`;
	}
}

/** Bytes from one item to the next, where that is not 4. */
const widths: Readonly<Record<string, number>> = { B: 1, V: 8, R: 8 };

const hex = (v: number): string => (v >>> 0).toString(16);
