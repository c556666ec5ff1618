import type { Chans, Scheduling } from "./chan.ts";
import { exAlt, exNilref, fault } from "./fault.ts";
import type { Heap } from "./heap.ts";
import {
	A_DATA,
	A_LEN,
	ALT_CHAN,
	ALT_ENTRIES,
	ALT_NRECV,
	ALT_NSEND,
	ALT_PTR,
	ALT_SIZE,
	C_MOVER,
	H,
	K_ARRAY,
	MOVE_F,
	MOVE_L,
	P_ALTS,
	P_ALTTO,
	P_INALT,
	P_NALTS,
	R_RANDOM,
	R_STOP,
	STOP_BLOCKED,
	T_KIND,
	W_CHOICE,
	W_ELEMENT,
	W_INDEX,
	W_PROG,
	W_SIZE,
} from "./layout.ts";

/** A communication that an alt could carry out: on channel `c`, with the item at `at`. On one of an array, `element` is its index and goes to `index`, else it is -1. */
type Visit = (send: boolean, c: number, at: number, choice: number, element: number, index: number) => boolean;

/** The generator that picks among what is ready: where it begins, a step of it, and what of its state is used. */
export const RANDOM = { first: 0x20342, times: 1103515245, plus: 12345, shift: 8 } as const;

/** alt: communication on one of several channels. */
export class Alt {
	readonly #heap: Heap;
	readonly #i32: Int32Array;
	readonly #chans: Chans;
	readonly #sched: Scheduling;

	constructor(heap: Heap, chans: Chans, sched: Scheduling) {
		this.#heap = heap;
		this.#i32 = heap.arena.i32;
		this.#chans = chans;
		this.#sched = sched;
		this.#i32[R_RANDOM >> 2] = RANDOM.first;
	}

	/** Visits the entries of an alt table, those of arrays of channels one by one, until `visit` says that it is enough. Faults on a nil channel. */
	#entries(table: number, visit: Visit): void {
		const i32 = this.#i32;
		const nsend = i32[(table + ALT_NSEND) >>> 2] as number;
		const n = nsend + (i32[(table + ALT_NRECV) >>> 2] as number);
		for (let choice = 0; choice < n; choice++) {
			const entry = table + ALT_ENTRIES + choice * ALT_SIZE;
			const chan = i32[(entry + ALT_CHAN) >>> 2] as number;
			const at = i32[(entry + ALT_PTR) >>> 2] as number;
			if (chan === H) fault(exNilref);
			const send = choice < nsend;
			if (i32[(this.#heap.typeOf(chan) + T_KIND) >>> 2] !== K_ARRAY) {
				if (visit(send, chan, at, choice, -1, 0)) return;
				continue;
			}
			const len = i32[(chan + A_LEN) >>> 2] as number;
			const data = (i32[(chan + A_DATA) >>> 2] as number) >>> 2;
			for (let k = 0; k < len; k++) {
				const c = i32[data + k] as number;
				if (c !== H && visit(send, c, this.#item(c, at), choice, k, at)) return;
			}
		}
	}

	/** Where the item is that follows the index at `at`: at a multiple of 8, where it has to be. Larger items are in the next word. */
	#item(c: number, at: number): number {
		const mover = this.#i32[(c + C_MOVER) >>> 2];
		return mover === MOVE_L || mover === MOVE_F ? (at + 11) & ~7 : at + 4;
	}

	/** Carries out one of the communications in the table that are ready, picked at random, and stores its index at `to`. False when none is. */
	#choose(table: number, to: number): boolean {
		const i32 = this.#i32;
		let ready = 0;
		this.#entries(table, (send, c) => {
			if (this.#chans.ready(c, send)) ready++;
			return false;
		});
		if (ready === 0) return false;
		const random = (Math.imul(i32[R_RANDOM >> 2] as number, RANDOM.times) + RANDOM.plus) | 0;
		i32[R_RANDOM >> 2] = random;
		let left = (random >>> RANDOM.shift) % ready;
		this.#entries(table, (send, c, at, choice, element, index) => {
			if (!this.#chans.ready(c, send) || left-- > 0) return false;
			i32[to >>> 2] = choice;
			if (element >= 0) i32[index >>> 2] = element;
			if (send) this.#chans.send(at, c);
			else this.#chans.recv(c, at);
			return true;
		});
		return true;
	}

	/** An alt must not both send and receive on a channel. */
	#check(table: number): void {
		if (this.#i32[(table + ALT_NSEND) >>> 2] === 0 || this.#i32[(table + ALT_NRECV) >>> 2] === 0) return;
		const receives = new Set<number>();
		this.#entries(table, (send, c) => {
			if (!send) receives.add(c);
			return false;
		});
		this.#entries(table, (send, c) => send && receives.has(c) && fault(exAlt));
	}

	/** As `alt`, but stores the number of entries when none is ready. */
	try(table: number, to: number): void {
		this.#check(table);
		if (this.#choose(table, to)) return;
		const i32 = this.#i32;
		i32[to >>> 2] = (i32[(table + ALT_NSEND) >>> 2] as number) + (i32[(table + ALT_NRECV) >>> 2] as number);
	}

	/**
	 * Carries out one of the communications in the table that are ready, picked at random, and stores its index at `to`. If
	 * none is, waits for one.
	 */
	alt(table: number, to: number): void {
		this.#check(table);
		if (this.#choose(table, to)) return;
		let n = 0;
		this.#entries(table, () => {
			n++;
			return false;
		});
		const i32 = this.#i32;
		const p = this.#sched.current.at;
		this.#room(p, n);
		this.#sched.block("alt");
		let w = i32[(p + P_ALTS) >>> 2] as number;
		i32[(p + P_INALT) >>> 2] = n;
		i32[(p + P_ALTTO) >>> 2] = to;
		this.#entries(table, (send, c, at, choice, element, index) => {
			i32[(w + W_CHOICE) >>> 2] = choice;
			i32[(w + W_ELEMENT) >>> 2] = element;
			i32[(w + W_INDEX) >>> 2] = index;
			this.#chans.wait(c, send, w, at);
			w += W_SIZE;
			return false;
		});
		i32[R_STOP >> 2] = STOP_BLOCKED;
	}

	/** Sees to it that the thread with its record at `p` has `n` waiters for its alts. */
	#room(p: number, n: number): void {
		const i32 = this.#i32;
		if ((i32[(p + P_NALTS) >>> 2] as number) >= n) return;
		const old = i32[(p + P_ALTS) >>> 2] as number;
		const alts = this.#heap.block(n * W_SIZE);
		if (old !== 0) this.#heap.pool.free(old);
		i32.fill(0, alts >>> 2, (alts + n * W_SIZE) >>> 2);
		for (let k = 0; k < n; k++) i32[(alts + k * W_SIZE + W_PROG) >>> 2] = p;
		i32[(p + P_ALTS) >>> 2] = alts;
		i32[(p + P_NALTS) >>> 2] = n;
	}
}
