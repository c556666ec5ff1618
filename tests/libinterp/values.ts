/*
 * Values of Dis in the heap, made and read from outside, by type: a type letter of isa.ts, y for 16 bytes, z for a structure (word, string,
 * word), x for an address; before that of what they hold s for a list, a for an array, q for a channel.
 */
import type { Heap } from "../../libinterp/heap.ts";
import * as lay from "../../libinterp/layout.ts";
import type { Strings } from "../../libinterp/strings.ts";

/** A list for a list, an array, or a structure; a channel is its room, the index in its buffer of the first item, and the items. */
export type Value = number | bigint | string | null | readonly Value[];

/** An address that nothing has. */
export const NOWHERE = 7;

export const isPointer = (type: string): boolean => "csaqp".includes(type[0] as string);

export class Heaped {
	readonly #heap: Heap;
	readonly #strings: Strings;
	/** The types of 16 bytes, and of a structure. */
	readonly #block: number;
	readonly #struct: number;

	constructor(heap: Heap, strings: Strings, block: number, struct: number) {
		this.#heap = heap;
		this.#strings = strings;
		this.#block = block;
		this.#struct = struct;
	}

	#word(at: number): number {
		return this.#heap.arena.i32[at >>> 2] as number;
	}

	/** Bytes of a value; as an item: its type, and how a channel carries it. */
	item(type: string): [size: number, type: number, mover: number, mid: number] {
		const { types } = this.#heap;
		switch (type) {
			case "b":
				return [1, types.byte, lay.MOVE_B, 0];
			case "w":
			case "x":
				return [4, types.word, lay.MOVE_W, 0];
			case "l":
				return [8, types.big, lay.MOVE_L, 0];
			case "f":
				return [8, types.real, lay.MOVE_F, 0];
			case "y":
				return [16, this.#block, lay.MOVE_M, 16];
			case "z":
				return [12, this.#struct, lay.MOVE_MP, this.#struct];
			default:
				return [4, types.ptr, lay.MOVE_P, 0];
		}
	}

	/** Puts a value in a place where there is one. */
	put(at: number, type: string, v: Value): void {
		const { i32, u8, i64, f64 } = this.#heap.arena;
		if (type === "b") u8[at >>> 0] = Number(v);
		else if (type === "w" || type === "x") i32[at >>> 2] = Number(v);
		else if (type === "l") i64[at >>> 3] = v as bigint;
		else if (type === "f") f64[at >>> 3] = Number(v);
		else if (type === "y") u8.set(Buffer.from(v as string, "latin1"), at >>> 0);
		else if (type === "z") (v as Value[]).forEach((x, k) => this.put(at + 4 * k, "wcw"[k] as string, x));
		else this.#heap.store(at, this.#make(type, v));
	}

	#make(type: string, v: Value): number {
		if (v === null) return lay.H;
		if (typeof v === "string") return this.#strings.make(v);
		const item = type.slice(1);
		const items = v as Value[];
		if (type[0] === "s") return items.reduceRight<number>((tail, x) => this.#cons(item, x, tail), lay.H);
		const heap = this.#heap;
		const [size, t, mover, mid] = this.item(item);
		if (type[0] === "a") {
			// Part of a longer one.
			const a = heap.slice(heap.array(t, items.length + 1), 1, items.length);
			items.forEach((x, k) => this.put(this.#word(a + lay.A_DATA) + k * size, item, x));
			return a;
		}
		const [room, front, ...inside] = items as number[];
		const c = heap.chan(mover, mid, t, room as number);
		heap.arena.i32[(c + lay.C_FRONT) >>> 2] = front as number;
		heap.arena.i32[(c + lay.C_COUNT) >>> 2] = inside.length;
		inside.forEach((x, k) => this.put(this.#slot(c, k), item, x));
		return c;
	}

	#cons(item: string, x: Value, tail: number): number {
		const { types } = this.#heap;
		const [size, t] = this.item(item);
		const l = this.#heap.cons(types.np(t) === 0 ? 0 : t, size, tail);
		types.clear(t, l + lay.L_DATA, 1);
		this.put(l + lay.L_DATA, item, x);
		return l;
	}

	/** The place of item k of a channel, counted from the front. */
	#slot(c: number, k: number): number {
		const a = this.#word(c + lay.C_BUF);
		const i = (this.#word(c + lay.C_FRONT) + k) % this.#word(a + lay.A_LEN);
		return this.#word(a + lay.A_DATA) + i * this.#heap.types.size(this.#word(a + lay.A_TYPE));
	}

	/** The value in a place. Of an address, how far it is from `origin`; of p, what there is: the words of a record or an array. */
	get(at: number, type: string, origin = 0): Value {
		const { u8, i64, f64 } = this.#heap.arena;
		const word = this.#word(at);
		if (type === "b") return u8[at >>> 0] as number;
		if (type === "w") return word;
		if (type === "x") return word === NOWHERE ? word : word - origin;
		if (type === "l") return i64[at >>> 3] as bigint;
		if (type === "f") return f64[at >>> 3] as number;
		if (type === "y") return Buffer.from(u8.subarray(at >>> 0, (at >>> 0) + 16)).toString("latin1");
		if (type === "z") return ["w", "c", "w"].map((t, k) => this.get(at + 4 * k, t));
		return word === lay.H ? null : this.#object(word, type);
	}

	#object(p: number, type: string): Value {
		const { types } = this.#heap;
		const item = type.slice(1);
		const [size] = this.item(item);
		const words = (at: number, bytes: number) => [...this.#heap.arena.i32.subarray(at >>> 2, (at + bytes) >>> 2)];
		const t = this.#heap.typeOf(p);
		if (t === types.string) return this.#strings.text(p);
		if (t === types.list) {
			const tail = this.get(p + lay.L_TAIL, type) as Value[] | null;
			return [this.get(p + lay.L_DATA, item), ...(tail ?? [])];
		}
		if (t === types.array) {
			const [n, data] = [this.#word(p + lay.A_LEN), this.#word(p + lay.A_DATA)];
			if (type === "p") return words(data, n * types.size(this.#word(p + lay.A_TYPE)));
			return Array.from({ length: n }, (_, k) => this.get(data + k * size, item));
		}
		if (t !== types.chan) return words(p, types.size(t));
		const buffer = this.#word(p + lay.C_BUF);
		const inside = Array.from({ length: this.#word(p + lay.C_COUNT) }, (_, k) => this.get(this.#slot(p, k), item));
		return [buffer === lay.H ? 0 : this.#word(buffer + lay.A_LEN), this.#word(p + lay.C_FRONT), ...inside];
	}

	/** What is wrong with the counts of objects, when these are the only references from outside to all that can be reached. */
	miscounts(outside: readonly number[]): string[] {
		const seen = new Map<number, number>();
		const visit = (p: number): void => {
			const n = seen.get(p) ?? 0;
			seen.set(p, n + 1);
			if (n === 0) this.#children(p, visit);
		};
		for (const p of outside) visit(p);
		return [...seen].flatMap(([p, n]) =>
			this.#heap.refs(p) === n ? [] : [`${this.#heap.refs(p)} counted, ${n} references`],
		);
	}

	#children(p: number, visit: (q: number) => void): void {
		const { types } = this.#heap;
		const t = this.#heap.typeOf(p);
		if (t === types.list) {
			const element = this.#word(p + lay.L_TYPE);
			if (element !== 0) types.each(element, p + lay.L_DATA, visit);
			if (this.#word(p + lay.L_TAIL) !== lay.H) visit(this.#word(p + lay.L_TAIL));
		} else if (t !== types.array) types.each(t, p, visit);
		else if (this.#word(p + lay.A_ROOT) !== lay.H) visit(this.#word(p + lay.A_ROOT));
		else {
			const element = this.#word(p + lay.A_TYPE);
			const [data, size] = [this.#word(p + lay.A_DATA), types.size(element)];
			for (let k = 0; k < this.#word(p + lay.A_LEN); k++) types.each(element, data + k * size, visit);
		}
	}
}
