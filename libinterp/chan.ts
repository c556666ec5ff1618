import { exAltHangup, exHangup, exNilref, fault } from "./fault.ts";
import type { Heap } from "./heap.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	C_BUF,
	C_COUNT,
	C_FRONT,
	C_MID,
	C_MOVER,
	C_RECEIVERS,
	C_SENDERS,
	C_WATCHED,
	H,
	MOVE_B,
	MOVE_F,
	MOVE_L,
	MOVE_M,
	MOVE_MP,
	MOVE_P,
	MOVE_W,
	P_ALTS,
	P_ALTTO,
	P_INALT,
	P_WAITER,
	R_STOP,
	STOP_BLOCKED,
	T_SIZE,
	W_AT,
	W_CHOICE,
	W_ELEMENT,
	W_INDEX,
	W_PROG,
	W_SIZE,
} from "./layout.ts";
import type { Prog } from "./prog.ts";
import { dequeue, enqueue } from "./queue.ts";

/** What the channels need of the scheduler. */
export interface Scheduling {
	/** The running thread. */
	readonly current: Prog;
	/** Takes the running thread off the run queue. */
	block(state: "send" | "recv" | "alt"): Prog;
	/** Makes the thread with its record at `at` ready. */
	queue(at: number): void;
	/** The thread with its record at `at`. */
	of(at: number): Prog | undefined;
}

/** Takes an item from an address, or puts one there, where a live value is. */
type Transfer = (at: number) => void;

/**
 * Channels: send and receive, by threads and by the emulator. Who waits is in the arena with the channels, so that back ends can do by themselves what
 * happens most. Threads that talk wait all the time: each has a waiter of its own for that.
 */
export class Chans {
	readonly #heap: Heap;
	readonly #i32: Int32Array;
	readonly #sched: Scheduling;
	/** What is done for waiters that are no threads. */
	readonly #hosts = new Map<number, Transfer>();
	/** Called with the channel when one that `watch` was called for is freed. */
	readonly #watched = new Map<number, () => void>();

	constructor(heap: Heap, sched: Scheduling) {
		this.#heap = heap;
		this.#i32 = heap.arena.i32;
		this.#sched = sched;
		heap.onChanFreed = (c) => this.#freed(c);
	}

	/** Moves an item of the kind the channel carries; what was at `to` is released. */
	#move(c: number, from: number, to: number): void {
		const { i32, u8, i64, f64 } = this.#heap.arena;
		switch (i32[(c + C_MOVER) >>> 2]) {
			case MOVE_B:
				u8[to >>> 0] = u8[from >>> 0] as number;
				break;
			case MOVE_W:
				i32[to >>> 2] = i32[from >>> 2] as number;
				break;
			case MOVE_L:
				i64[to >>> 3] = i64[from >>> 3] as bigint;
				break;
			case MOVE_F:
				f64[to >>> 3] = f64[from >>> 3] as number;
				break;
			case MOVE_P: {
				const p = i32[from >>> 2] as number;
				this.#heap.retain(p);
				this.#heap.store(to, p);
				break;
			}
			case MOVE_M:
				this.#heap.copy(from, to, i32[(c + C_MID) >>> 2] as number);
				break;
			case MOVE_MP:
				this.#heap.move(i32[(c + C_MID) >>> 2] as number, from, to);
				break;
		}
	}

	/** Address of place `k` of the buffer, counted from the front. */
	#place(c: number, k: number): number {
		const i32 = this.#i32;
		const buf = i32[(c + C_BUF) >>> 2] as number;
		const len = i32[(buf + A_LEN) >>> 2] as number;
		const t = i32[(buf + A_TYPE) >>> 2] as number;
		const i = ((i32[(c + C_FRONT) >>> 2] as number) + k) % len;
		return (i32[(buf + A_DATA) >>> 2] as number) + i * (i32[(t + T_SIZE) >>> 2] as number);
	}

	#get(c: number, to: number): boolean {
		if (this.#i32[(c + C_COUNT) >>> 2] === 0) return false;
		this.#move(c, this.#place(c, 0), to);
		this.#next(c);
		return true;
	}

	/** The first item of the buffer has been received. */
	#next(c: number): void {
		const i32 = this.#i32;
		const buf = i32[(c + C_BUF) >>> 2] as number;
		const t = i32[(buf + A_TYPE) >>> 2] as number;
		const at = this.#place(c, 0);
		this.#heap.releaseAll(t, at);
		this.#heap.types.init(t, at);
		i32[(c + C_COUNT) >>> 2] = (i32[(c + C_COUNT) >>> 2] as number) - 1;
		i32[(c + C_FRONT) >>> 2] = ((i32[(c + C_FRONT) >>> 2] as number) + 1) % (i32[(buf + A_LEN) >>> 2] as number);
	}

	/** Puts into the buffer what `fill` does, given the address of its place; false when there is no room. */
	#put(c: number, fill: Transfer): boolean {
		if (!this.#hasRoom(c)) return false;
		const i32 = this.#i32;
		const count = i32[(c + C_COUNT) >>> 2] as number;
		fill(this.#place(c, count));
		i32[(c + C_COUNT) >>> 2] = count + 1;
		return true;
	}

	#hasRoom(c: number): boolean {
		const i32 = this.#i32;
		const buf = i32[(c + C_BUF) >>> 2] as number;
		return buf !== H && (i32[(c + C_COUNT) >>> 2] as number) < (i32[(buf + A_LEN) >>> 2] as number);
	}

	/** The first who waits to send, or to receive; 0 when nobody does. */
	#first(c: number, send: boolean): number {
		return this.#i32[(c + (send ? C_SENDERS : C_RECEIVERS)) >>> 2] as number;
	}

	/** Whether somebody, or a buffer, is ready for who wants to send, or to receive. */
	ready(c: number, send: boolean): boolean {
		if (this.#first(c, !send) !== 0) return true;
		return send ? this.#hasRoom(c) : (this.#i32[(c + C_COUNT) >>> 2] as number) > 0;
	}

	/** `w` waits to send the item at `at`, or for one to be put there. */
	wait(c: number, send: boolean, w: number, at: number): void {
		this.#i32[(w + W_AT) >>> 2] = at;
		enqueue(this.#i32, c + (send ? C_SENDERS : C_RECEIVERS), w);
	}

	/** The running thread waits to send or receive. */
	#block(c: number, send: boolean, at: number): void {
		const p = this.#sched.block(send ? "send" : "recv");
		this.wait(c, send, p.at + P_WAITER, at);
		this.#i32[R_STOP >> 2] = STOP_BLOCKED;
	}

	/** Takes the thread with its record at `p` out of all the queues it waits in. */
	forget(p: number): void {
		const i32 = this.#i32;
		dequeue(i32, p + P_WAITER);
		const alts = i32[(p + P_ALTS) >>> 2] as number;
		for (let k = 0; k < (i32[(p + P_INALT) >>> 2] as number); k++) dequeue(i32, alts + k * W_SIZE);
		i32[(p + P_INALT) >>> 2] = 0;
	}

	/** The partner `w` has been found: it waits no more. Returns where its item is or goes. */
	#meet(w: number): number {
		const i32 = this.#i32;
		const p = i32[(w + W_PROG) >>> 2] as number;
		const at = i32[(w + W_AT) >>> 2] as number;
		const choice = i32[(w + W_CHOICE) >>> 2] as number;
		const element = i32[(w + W_ELEMENT) >>> 2] as number;
		this.forget(p);
		if (choice >= 0) i32[(i32[(p + P_ALTTO) >>> 2] as number) >>> 2] = choice;
		if (element >= 0) i32[(i32[(w + W_INDEX) >>> 2] as number) >>> 2] = element;
		return at;
	}

	/** Has the item of partner `w` moved, with its address, and makes the partner ready. */
	#with(w: number, transfer: Transfer): void {
		transfer(this.#meet(w));
		this.#sched.queue(this.#i32[(w + W_PROG) >>> 2] as number);
	}

	/** What `w` stands for where it is no thread: it waits no more. */
	#host(w: number): Transfer | undefined {
		const host = this.#hosts.get(w);
		if (host !== undefined) this.#dismiss(w);
		return host;
	}

	/** Sends the item at `from` on channel `c`, or makes the running thread wait until it is received. */
	send(from: number, c: number): void {
		if (c === H) fault(exNilref);
		const to = this.#first(c, false);
		if (to !== 0) {
			const host = this.#host(to);
			if (host !== undefined) host(from);
			else this.#with(to, (at) => this.#move(c, from, at));
		} else if (!this.#put(c, (at) => this.#move(c, from, at))) this.#block(c, true, from);
	}

	/** Receives an item from channel `c` at `to`, or makes the running thread wait for one. */
	recv(c: number, to: number): void {
		if (c === H) fault(exNilref);
		const from = this.#first(c, true);
		const buffered = this.#get(c, to);
		if (from !== 0) this.#take(c, from, buffered ? undefined : to);
		else if (!buffered) this.#block(c, false, to);
	}

	/** The item of `from`, who waits to send, goes to `to`, or to the end of the buffer, from which one has just been taken. */
	#take(c: number, from: number, to: number | undefined): void {
		const into = (transfer: Transfer) => (to === undefined ? this.#put(c, transfer) : transfer(to));
		const host = this.#host(from);
		if (host !== undefined) into(host);
		else this.#with(from, (at) => into((place) => this.#move(c, at, place)));
	}

	/**
	 * The emulator receives the next item sent on `c`: `take` gets its address, and must copy what it wants. Returns a function that
	 * gives up waiting.
	 */
	hostRecv(c: number, take: Transfer): () => void {
		const from = this.#first(c, true);
		if ((this.#i32[(c + C_COUNT) >>> 2] as number) > 0) {
			take(this.#place(c, 0));
			this.#next(c);
			if (from !== 0) this.#take(c, from, undefined);
		} else if (from === 0 || this.#hosts.has(from)) return this.#hostWait(c, false, take);
		else this.#with(from, take);
		return () => {};
	}

	/**
	 * The emulator sends on `c`: `give` gets the address of the place for the item, which holds a live value of the channel's kind that it
	 * must release where it stores. Returns a function that gives up waiting.
	 */
	hostSend(c: number, give: Transfer): () => void {
		const to = this.#first(c, false);
		if (to !== 0 && !this.#hosts.has(to)) this.#with(to, give);
		else if (to !== 0 || !this.#put(c, give)) return this.#hostWait(c, true, give);
		return () => {};
	}

	#hostWait(c: number, send: boolean, host: Transfer): () => void {
		const i32 = this.#i32;
		const w = this.#heap.block(W_SIZE);
		i32.fill(0, w >>> 2, (w + W_SIZE) >>> 2);
		this.#hosts.set(w, host);
		this.wait(c, send, w, 0);
		return () => {
			if (this.#hosts.get(w) === host) this.#dismiss(w);
		};
	}

	#dismiss(w: number): void {
		dequeue(this.#i32, w);
		this.#hosts.delete(w);
		this.#heap.pool.free(w);
	}

	/** Has `gone` called when the channel is freed. It must not be watched already. */
	watch(c: number, gone: () => void): void {
		this.#watched.set(c, gone);
		this.#i32[(c + C_WATCHED) >>> 2] = 1;
	}

	/** Channel `c` is freed: nobody will ever come for those who wait on it. */
	#freed(c: number): void {
		for (const q of [c + C_SENDERS, c + C_RECEIVERS])
			for (let w = this.#i32[q >>> 2] as number; w !== 0; w = this.#i32[q >>> 2] as number) this.#hangUp(w);
		const gone = this.#watched.get(c);
		this.#watched.delete(c);
		gone?.();
	}

	#hangUp(w: number): void {
		const p = this.#sched.of(this.#i32[(w + W_PROG) >>> 2] as number);
		if (p === undefined) {
			this.#dismiss(w);
			return;
		}
		p.kill = p.state === "alt" ? exAltHangup : exHangup;
		this.forget(p.at);
		this.#sched.queue(p.at);
	}
}
