import type { Arena } from "./arena.ts";
import { exHeap, exNegsize, exNilref, fault } from "./fault.ts";
import {
	A_DATA,
	A_LEN,
	A_ROOT,
	A_SIZE,
	A_TYPE,
	B_REF,
	B_SIZE,
	B_TYPE,
	C_BUF,
	C_COUNT,
	C_FRONT,
	C_MID,
	C_MOVER,
	C_RECEIVERS,
	C_SENDERS,
	C_SIZE,
	C_WATCHED,
	F_MARK,
	H,
	K_ARRAY,
	K_CHAN,
	K_HOST,
	K_LIST,
	K_MODLINK,
	L_DATA,
	L_TAIL,
	L_TYPE,
	M_MODULE,
	MOVE_MP,
	T_KIND,
	T_NP,
	T_REF,
	T_SIZE,
} from "./layout.ts";
import { Pool } from "./pool.ts";
import { Types } from "./type.ts";

/** Most blocks that a collection may free or visit before the next is due, in bytes newly used. */
const MINGROWTH = 64 << 20;

/**
 * The objects: made, counted, freed. An object is freed when its count falls to zero; what only cycles hold is found by
 * `collect`. Pointers are addresses of the byte after the block's header.
 */
export class Heap {
	readonly arena: Arena;
	readonly pool: Pool;
	readonly types: Types;
	readonly #i32: Int32Array;
	/** Dead objects whose contents are still to be let go, linked through their B_REF words; 0 ends the chain. */
	#dead = 0;
	#draining = false;
	#nextCollection = MINGROWTH;
	/** Called when the last reference to a module's link has gone, with the index of the module. */
	onUnlink: (module: number) => void = () => {};
	/** By type of kind K_HOST: called when an object of it is freed, with its address. */
	readonly onHostFreed = new Map<number, (p: number) => void>();
	/** Called when a channel that somebody waits on, or that is watched, is freed. */
	onChanFreed: (c: number) => void = () => {};

	constructor(arena: Arena) {
		this.arena = arena;
		this.#i32 = arena.i32;
		this.pool = new Pool(arena);
		this.types = new Types(arena, this.pool);
	}

	/** A block of uninitialised memory that is no object, until `type` is set. Collects cycles before it gives up and faults. */
	block(bytes: number): number {
		if (this.pool.used > this.#nextCollection) this.collect();
		const p = this.pool.alloc(bytes);
		if (p !== 0) return p;
		this.collect();
		const q = this.pool.alloc(bytes);
		if (q !== 0) return q;
		this.pool.concede();
		return fault(exHeap);
	}

	/** An object of type `t` with room for `bytes`, contents unspecified; the object holds the type. */
	object(t: number, bytes: number): number {
		const p = this.block(bytes);
		const i32 = this.#i32;
		i32[(p + B_TYPE) >>> 2] = t;
		i32[(t + T_REF) >>> 2] = (i32[(t + T_REF) >>> 2] as number) + 1;
		return p;
	}

	/** A zeroed adt (or module data, or exception tuple) of type `t`. */
	record(t: number): number {
		const p = this.object(t, this.#i32[(t + T_SIZE) >>> 2] as number);
		this.types.clear(t, p, 1);
		return p;
	}

	/** A zeroed array. Faults on a negative or impossible length. */
	array(t: number, n: number): number {
		if (n < 0) fault(exNegsize);
		const bytes = A_SIZE + (this.#i32[(t + T_SIZE) >>> 2] as number) * n;
		if (bytes > 0x7fff0000) fault(exHeap);
		const a = this.object(this.types.array, bytes);
		this.#arrayHead(a, t, n, H, a + A_SIZE);
		this.types.clear(t, a + A_SIZE, n);
		return a;
	}

	/** A slice of array `a`, whose count it takes over: `a` becomes, or already has, the root. */
	slice(a: number, start: number, n: number): number {
		const i32 = this.#i32;
		const t = i32[(a + A_TYPE) >>> 2] as number;
		const data = (i32[(a + A_DATA) >>> 2] as number) + start * (i32[(t + T_SIZE) >>> 2] as number);
		const s = this.object(this.types.array, A_SIZE);
		let root = i32[(a + A_ROOT) >>> 2] as number;
		if (root === H) root = a;
		else this.retain(root);
		this.#arrayHead(s, t, n, root, data);
		if (root !== a) this.release(a);
		return s;
	}

	#arrayHead(a: number, t: number, n: number, root: number, data: number): void {
		const i32 = this.#i32;
		i32[(a + A_LEN) >>> 2] = n;
		i32[(a + A_TYPE) >>> 2] = t;
		i32[(a + A_ROOT) >>> 2] = root;
		i32[(a + A_DATA) >>> 2] = data;
		this.types.retain(t);
	}

	/** A list cell with room for `bytes` of data, which holds pointers if `t` is not 0. Takes over the count of `tail`. */
	cons(t: number, bytes: number, tail: number): number {
		const l = this.object(this.types.list, L_DATA + bytes);
		const i32 = this.#i32;
		i32[(l + L_TAIL) >>> 2] = tail;
		i32[(l + L_TYPE) >>> 2] = t;
		i32[(l + L_DATA) >>> 2] = 0;
		if (t !== 0) this.types.retain(t);
		return l;
	}

	/** A channel that carries what `mover` and `mid` (size or type) say, with a buffer for `n` items of type `t`. */
	chan(mover: number, mid: number, t: number, n: number): number {
		if (n < 0) fault(exNegsize);
		const buffer = n > 0 ? this.array(t, n) : H;
		const c = this.object(this.types.chan, C_SIZE);
		const i32 = this.#i32;
		i32[(c + C_BUF) >>> 2] = buffer;
		i32[(c + C_MOVER) >>> 2] = mover;
		i32[(c + C_MID) >>> 2] = mid;
		i32[(c + C_FRONT) >>> 2] = 0;
		i32[(c + C_COUNT) >>> 2] = 0;
		i32[(c + C_SENDERS) >>> 2] = 0;
		i32[(c + C_RECEIVERS) >>> 2] = 0;
		i32[(c + C_WATCHED) >>> 2] = 0;
		if (mover === MOVE_MP) this.types.retain(mid);
		return c;
	}

	/** The type of the object at `p`. */
	typeOf(p: number): number {
		return this.#i32[(p + B_TYPE) >>> 2] as number;
	}

	refs(p: number): number {
		return this.#i32[(p + B_REF) >>> 2] as number;
	}

	/** One more reference. `p` may be nil. */
	retain(p: number): void {
		if (p === H) return;
		const i32 = this.#i32;
		i32[(p + B_REF) >>> 2] = (i32[(p + B_REF) >>> 2] as number) + 1;
	}

	/** One reference less; the last one frees the object and lets go what it holds. `p` may be nil. */
	release(p: number): void {
		if (p === H) return;
		const w = (p + B_REF) >>> 2;
		const ref = (this.#i32[w] as number) - 1;
		this.#i32[w] = ref;
		if (ref <= 0) this.dead(p);
	}

	/** Stores counted pointer `p`, whose count it takes over, and releases what was there. */
	store(at: number, p: number): void {
		const old = this.#i32[at >>> 2] as number;
		this.#i32[at >>> 2] = p;
		this.release(old);
	}

	/** Counts each pointer in the thing of type `t` at `p` once more. */
	retainAll(t: number, p: number): void {
		if (this.#i32[(t + T_NP) >>> 2] !== 0) this.types.each(t, p, this.#retain);
	}

	/** Releases each pointer in the thing of type `t` at `p`; the words keep their old values. */
	releaseAll(t: number, p: number): void {
		if (this.#i32[(t + T_NP) >>> 2] !== 0) this.types.each(t, p, this.#release);
	}

	/** Copies a thing of type `t`, counting pointers; what was at `to` is released. The places may be the same. */
	move(t: number, from: number, to: number): void {
		const i32 = this.#i32;
		const size = i32[(t + T_SIZE) >>> 2] as number;
		if (i32[(t + T_NP) >>> 2] === 0) {
			this.copy(from, to, size);
			return;
		}
		this.retainAll(t, from);
		// What the release kills is freed only after the copy: the source may lie in it.
		const outer = this.#draining;
		this.#draining = true;
		this.releaseAll(t, to);
		this.copy(from, to, size);
		this.#draining = outer;
		if (!outer) this.#drain();
	}

	/** Copies `n` bytes; the places may overlap. */
	copy(from: number, to: number, n: number): void {
		if (n <= 64 && ((from | to | n) & 3) === 0 && (to >>> 0 <= from >>> 0 || to >>> 0 >= (from >>> 0) + n)) {
			const i32 = this.#i32;
			for (let a = from >>> 2, b = to >>> 2, end = a + (n >> 2); a < end; a++, b++) i32[b] = i32[a] as number;
		} else if (n > 0) this.arena.u8.copyWithin(to >>> 0, from >>> 0, (from >>> 0) + n);
	}

	readonly #retain = (p: number): void => this.retain(p);
	readonly #release = (p: number): void => this.release(p);

	/**
	 * The count of the object at `p` has fallen to zero: frees it. Deep structures are let go one object at a time, not by
	 * recursion.
	 */
	dead(p: number): void {
		this.#i32[(p + B_REF) >>> 2] = this.#dead;
		this.#dead = p;
		if (!this.#draining) this.#drain();
	}

	#drain(): void {
		if (this.#dead === 0) return;
		this.#draining = true;
		try {
			while (this.#dead !== 0) {
				const q = this.#dead;
				this.#dead = this.#i32[(q + B_REF) >>> 2] as number;
				this.#letGo(q, this.#release);
				this.#freed(q);
			}
		} finally {
			this.#draining = false;
		}
	}

	/** Calls `visit` for each object that the one at `p` refers to. */
	#children(p: number, visit: (q: number) => void): void {
		const i32 = this.#i32;
		const t = i32[(p + B_TYPE) >>> 2] as number;
		switch (i32[(t + T_KIND) >>> 2]) {
			case K_ARRAY:
				this.#elements(p, visit);
				break;
			case K_LIST: {
				const elem = i32[(p + L_TYPE) >>> 2] as number;
				if (elem !== 0) this.types.each(elem, p + L_DATA, visit);
				const tail = i32[(p + L_TAIL) >>> 2] as number;
				if (tail !== H) visit(tail);
				break;
			}
			default:
				if (i32[(t + T_NP) >>> 2] !== 0) this.types.each(t, p, visit);
		}
	}

	#elements(a: number, visit: (q: number) => void): void {
		const i32 = this.#i32;
		const root = i32[(a + A_ROOT) >>> 2] as number;
		if (root !== H) {
			visit(root);
			return;
		}
		const t = i32[(a + A_TYPE) >>> 2] as number;
		if (i32[(t + T_NP) >>> 2] === 0) return;
		const n = i32[(a + A_LEN) >>> 2] as number;
		const size = i32[(t + T_SIZE) >>> 2] as number;
		for (let i = 0, at = i32[(a + A_DATA) >>> 2] as number; i < n; i++, at += size) this.types.each(t, at, visit);
	}

	/** Everything a dead object holds beside its memory: objects (through `visit`), types, a module, waiting threads. */
	#letGo(p: number, visit: (q: number) => void): void {
		this.#children(p, visit);
		const i32 = this.#i32;
		const t = i32[(p + B_TYPE) >>> 2] as number;
		switch (i32[(t + T_KIND) >>> 2]) {
			case K_ARRAY:
				this.types.release(i32[(p + A_TYPE) >>> 2] as number);
				break;
			case K_LIST: {
				const elem = i32[(p + L_TYPE) >>> 2] as number;
				if (elem !== 0) this.types.release(elem);
				break;
			}
			case K_CHAN: {
				const known = [C_SENDERS, C_RECEIVERS, C_WATCHED].some((word) => i32[(p + word) >>> 2] !== 0);
				if (known) this.onChanFreed(p);
				if (i32[(p + C_MOVER) >>> 2] === MOVE_MP) this.types.release(i32[(p + C_MID) >>> 2] as number);
				break;
			}
			case K_HOST:
				this.onHostFreed.get(t)?.(p);
				break;
			case K_MODLINK:
				this.onUnlink(i32[(p + M_MODULE) >>> 2] as number);
				break;
		}
	}

	#freed(p: number): void {
		const t = this.#i32[(p + B_TYPE) >>> 2] as number;
		this.pool.free(p);
		this.types.release(t);
	}

	/**
	 * Frees what only cycles hold. Each reference from one object to another is taken off the target's count; a count
	 * that stays above zero is held from outside the heap (a stack, a register, the emulator), so whatever can be
	 * reached from there lives, and gets its counts back. The rest is garbage.
	 */
	collect(): void {
		if (this.#draining) return;
		const i32 = this.#i32;
		const { pool } = this;
		const objects = (visit: (p: number) => void) =>
			pool.walk((p) => {
				if (i32[(p + B_TYPE) >>> 2] !== 0) visit(p);
			});
		const uncount = (q: number) => {
			i32[(q + B_REF) >>> 2] = (i32[(q + B_REF) >>> 2] as number) - 1;
		};
		objects((p) => this.#children(p, uncount));
		const grey: number[] = [];
		const reach = (q: number) => {
			i32[(q + B_REF) >>> 2] = (i32[(q + B_REF) >>> 2] as number) + 1;
			mark(q);
		};
		const mark = (q: number) => {
			const head = i32[(q + B_SIZE) >>> 2] as number;
			if ((head & F_MARK) !== 0) return;
			i32[(q + B_SIZE) >>> 2] = head | F_MARK;
			grey.push(q);
		};
		objects((p) => {
			if ((i32[(p + B_REF) >>> 2] as number) > 0) mark(p);
			for (let q = grey.pop(); q !== undefined; q = grey.pop()) this.#children(q, reach);
		});
		const garbage: number[] = [];
		objects((p) => {
			const head = i32[(p + B_SIZE) >>> 2] as number;
			if ((head & F_MARK) !== 0) i32[(p + B_SIZE) >>> 2] = head & ~F_MARK;
			else garbage.push(p);
		});
		this.#draining = true;
		for (const p of garbage) this.#letGo(p, () => {});
		this.#draining = false;
		for (const p of garbage) this.#freed(p);
		this.#drain();
		pool.recover();
		this.#nextCollection = pool.used + Math.max(MINGROWTH, pool.used >>> 1);
	}

	/** Bytes newly used since the last collection; the idle loop collects when it is large. */
	get grown(): number {
		return this.pool.used - (this.#nextCollection - MINGROWTH);
	}

	/** The object at `p`, which must be of kind `K_PLAIN` and type `t`. Faults otherwise. */
	check(p: number, t: number, name: string): number {
		if (p === H) fault(exNilref);
		if (this.typeOf(p) !== t) fault(`type not constructed correctly: ${name}`);
		return p;
	}

	/** Bytes of the objects in use, for checks that nothing is left over. */
	get used(): number {
		return this.pool.used;
	}
}
