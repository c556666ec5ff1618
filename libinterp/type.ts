import type { Arena } from "./arena.ts";
import { exHeap, fault } from "./fault.ts";
import { REGTYP } from "./isa.ts";
import {
	A_SIZE,
	C_BUF,
	C_SIZE,
	H,
	K_ARRAY,
	K_CHAN,
	K_LIST,
	K_MODLINK,
	K_PLAIN,
	K_STRING,
	L_DATA,
	M_MP,
	S_DATA,
	T_IMAGE,
	T_KIND,
	T_MAP,
	T_NP,
	T_REF,
	T_SIZE,
	T_WORDS,
	TYPE_ARRAY,
	TYPE_LIST,
	TYPE_PTR,
	TYPE_STRING,
} from "./layout.ts";
import type { Pool } from "./pool.ts";

/** Types of more bytes than this have no image: their frames are filled by hand. */
const MAXIMAGE = 1024;

/**
 * Type descriptors: the only code that makes them, counts them, and applies their maps to memory. The addresses of
 * the types that the machine itself needs are fields.
 */
export class Types {
	readonly #arena: Arena;
	readonly #pool: Pool;
	readonly string: number;
	readonly array: number;
	readonly list: number;
	readonly chan: number;
	readonly modlink: number;
	/** Elements of arrays and channels. */
	readonly byte: number;
	readonly word: number;
	readonly big: number;
	readonly real: number;
	readonly ptr: number;

	constructor(arena: Arena, pool: Pool) {
		this.#arena = arena;
		this.#pool = pool;
		const none = new Uint8Array(0);
		/** A map with one pointer. */
		const pointer = (at: number) => new Uint8Array((at >> 5) + 1).fill(0x80 >> ((at >> 2) & 7), at >> 5);
		this.string = this.make(S_DATA, none, K_STRING);
		this.array = this.make(A_SIZE, none, K_ARRAY);
		this.list = this.make(L_DATA, none, K_LIST);
		this.chan = this.make(C_SIZE, pointer(C_BUF), K_CHAN);
		this.modlink = this.make(M_MP + 4, pointer(M_MP), K_MODLINK);
		this.byte = this.make(1, none);
		this.word = this.make(4, none);
		this.big = this.make(8, none);
		this.real = this.make(8, none);
		this.ptr = this.make(4, pointer(0));
		arena.i32[TYPE_STRING >> 2] = this.string;
		arena.i32[TYPE_LIST >> 2] = this.list;
		arena.i32[TYPE_PTR >> 2] = this.ptr;
		arena.i32[TYPE_ARRAY >> 2] = this.array;
	}

	/**
	 * A descriptor with a count of 1 for things of `size` bytes; bit 7-i%8 of map byte i/8 marks word i as a pointer.
	 * Faults when there is no room.
	 */
	make(size: number, map: Uint8Array, kind: number = K_PLAIN): number {
		const words = ((size + 7) & ~7) >> 2;
		const imaged = size <= MAXIMAGE;
		const at = (T_MAP + map.length + 7) & ~7;
		const t = this.#pool.alloc(at + (imaged ? words * 4 : 0));
		if (t === 0) fault(exHeap);
		const { i32, u8 } = this.#arena;
		i32[(t + T_REF) >>> 2] = 1;
		i32[(t + T_KIND) >>> 2] = kind;
		i32[(t + T_SIZE) >>> 2] = size;
		i32[(t + T_NP) >>> 2] = map.length;
		i32[(t + T_WORDS) >>> 2] = words;
		i32[(t + T_IMAGE) >>> 2] = imaged ? t + at : 0;
		u8.set(map, (t >>> 0) + T_MAP);
		if (imaged) {
			const w = (t + at) >>> 2;
			i32.fill(0, w, w + words);
			this.init(t, t + at);
			if (words > REGTYP >> 2) {
				i32.fill(0, w, w + (REGTYP >> 2));
				i32[w + (REGTYP >> 2)] = t;
			}
		}
		return t;
	}

	size(t: number): number {
		return this.#arena.i32[(t + T_SIZE) >>> 2] as number;
	}

	np(t: number): number {
		return this.#arena.i32[(t + T_NP) >>> 2] as number;
	}

	map(t: number): Uint8Array {
		const at = (t >>> 0) + T_MAP;
		return this.#arena.u8.subarray(at, at + this.np(t));
	}

	retain(t: number): void {
		const i32 = this.#arena.i32;
		i32[(t + T_REF) >>> 2] = (i32[(t + T_REF) >>> 2] as number) + 1;
	}

	release(t: number): void {
		const i32 = this.#arena.i32;
		const ref = (i32[(t + T_REF) >>> 2] as number) - 1;
		i32[(t + T_REF) >>> 2] = ref;
		if (ref === 0) this.#pool.free(t);
	}

	/** Sets the pointers of the thing of type `t` at `p` to nil. */
	init(t: number, p: number): void {
		const i32 = this.#arena.i32;
		const u8 = this.#arena.u8;
		const map = (t >>> 0) + T_MAP;
		const np = i32[(t + T_NP) >>> 2] as number;
		for (let i = 0, w = p >>> 2; i < np; i++, w += 8) {
			let bits = u8[map + i] as number;
			for (let q = w; bits !== 0; q++, bits = (bits << 1) & 0xff) if ((bits & 0x80) !== 0) i32[q] = H;
		}
	}

	/** Fills the `n` things of type `t` at `p` with zeros, and nil where they are pointers. */
	clear(t: number, p: number, n: number): void {
		const { u8, i32 } = this.#arena;
		const size = i32[(t + T_SIZE) >>> 2] as number;
		if (t === this.ptr) {
			i32.fill(H, p >>> 2, (p >>> 2) + n);
			return;
		}
		u8.fill(0, p >>> 0, (p >>> 0) + size * n);
		if (i32[(t + T_NP) >>> 2] === 0) return;
		for (let i = 0; i < n; i++) this.init(t, p + i * size);
	}

	/** Calls `visit` with each pointer, nil ones left out, of the thing of type `t` at `p`. */
	each(t: number, p: number, visit: (q: number) => void): void {
		const i32 = this.#arena.i32;
		const u8 = this.#arena.u8;
		const map = (t >>> 0) + T_MAP;
		const np = i32[(t + T_NP) >>> 2] as number;
		for (let i = 0, w = p >>> 2; i < np; i++, w += 8) {
			let bits = u8[map + i] as number;
			for (let q = w; bits !== 0; q++, bits = (bits << 1) & 0xff) {
				if ((bits & 0x80) === 0) continue;
				const x = i32[q] as number;
				if (x !== H) visit(x);
			}
		}
	}

	/** Visits the address of each word of the thing of type `t` at `p` that holds a pointer other than nil. */
	places(t: number, p: number, visit: (at: number) => void): void {
		const i32 = this.#arena.i32;
		const map = (t >>> 0) + T_MAP;
		const np = i32[(t + T_NP) >>> 2] as number;
		for (let i = 0, w = p >>> 2; i < np; i++, w += 8) {
			let bits = this.#arena.u8[map + i] as number;
			for (let q = w; bits !== 0; q++, bits = (bits << 1) & 0xff)
				if ((bits & 0x80) !== 0 && i32[q] !== H) visit(q << 2);
		}
	}
}
