import { exAlt, exAltHangup, exHangup, exNilref, fault } from "./fault.ts";
import type { Heap } from "./heap.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	ALT_CHAN,
	ALT_ENTRIES,
	ALT_NRECV,
	ALT_NSEND,
	ALT_PTR,
	ALT_SIZE,
	C_BUF,
	C_COUNT,
	C_FRONT,
	C_MID,
	C_MOVER,
	C_WAIT,
	C_WAITING,
	H,
	K_ARRAY,
	MOVE_B,
	MOVE_F,
	MOVE_L,
	MOVE_M,
	MOVE_MP,
	MOVE_P,
	MOVE_W,
	R_STOP,
	STOP_BLOCKED,
	T_KIND,
	T_SIZE,
} from "./layout.ts";
import type { Prog } from "./prog.ts";

/** Somebody waiting to send or receive on a channel: a thread, or a function of the emulator. */
export class Waiter {
	readonly prog: Prog | undefined;
	/** Called instead of waking a thread, with the address to take the item from or to put it (where a live value is). */
	readonly host: ((at: number) => void) | undefined;
	chan = 0;
	/** Address of the item to send, or of the place for the one received. */
	at = 0;
	/** What alt answers, or -1 for a plain send or receive. */
	choice = -1;
	/** In an alt over an array of channels: the index in the array, which is stored before the item; else -1. */
	element = -1;
	queue: Queue | undefined = undefined;
	next: Waiter | undefined = undefined;
	prev: Waiter | undefined = undefined;

	constructor(prog: Prog | undefined, host?: (at: number) => void) {
		this.prog = prog;
		this.host = host;
	}
}

/** Waiters in order of arrival. */
export class Queue {
	head: Waiter | undefined;
	tail: Waiter | undefined;

	add(w: Waiter): void {
		w.queue = this;
		w.prev = this.tail;
		w.next = undefined;
		if (this.tail !== undefined) this.tail.next = w;
		else this.head = w;
		this.tail = w;
	}

	remove(w: Waiter): void {
		if (w.prev !== undefined) w.prev.next = w.next;
		else this.head = w.next;
		if (w.next !== undefined) w.next.prev = w.prev;
		else this.tail = w.prev;
		w.queue = undefined;
	}
}

/** Who waits on a channel. */
interface Waiting {
	readonly send: Queue;
	readonly recv: Queue;
	/** Address of the channel, for when it is freed. */
	chan: number;
}

/** What the channels need of the scheduler. */
export interface Scheduling {
	/** The running thread. */
	readonly current: Prog;
	/** Takes the running thread off the run queue. */
	block(state: "send" | "recv" | "alt"): Prog;
	/** Makes a thread ready. */
	ready(p: Prog): void;
}

/**
 * Channels: send, receive and alternate. A channel's record is in the arena; who waits on it is here, in a table
 * that the record has an index into from the first time that somebody waits. Threads that talk wait all the time: whatever they need for
 * it is made once.
 */
export class Chans {
	readonly #heap: Heap;
	readonly #i32: Int32Array;
	readonly #sched: Scheduling;
	readonly #waiting: (Waiting | undefined)[] = [undefined];
	/** Numbers in the table that no channel has. */
	readonly #unused: number[] = [];
	#random = 0x20342;
	/** Called with the channel when one that `watch` was called for is freed. */
	readonly #watched = new Map<number, () => void>();

	constructor(heap: Heap, sched: Scheduling) {
		this.#heap = heap;
		this.#i32 = heap.arena.i32;
		this.#sched = sched;
		heap.onChanFreed = (k) => this.#freed(k);
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
		const i32 = this.#i32;
		const count = i32[(c + C_COUNT) >>> 2] as number;
		if (count === 0) return false;
		const from = this.#place(c, 0);
		const buf = i32[(c + C_BUF) >>> 2] as number;
		this.#move(c, from, to);
		const t = i32[(buf + A_TYPE) >>> 2] as number;
		this.#heap.releaseAll(t, from);
		this.#heap.types.init(t, from);
		i32[(c + C_COUNT) >>> 2] = count - 1;
		i32[(c + C_FRONT) >>> 2] = ((i32[(c + C_FRONT) >>> 2] as number) + 1) % (i32[(buf + A_LEN) >>> 2] as number);
		return true;
	}

	#put(c: number, from: number): boolean {
		if (!this.#hasRoom(c)) return false;
		const i32 = this.#i32;
		const count = i32[(c + C_COUNT) >>> 2] as number;
		this.#move(c, from, this.#place(c, count));
		i32[(c + C_COUNT) >>> 2] = count + 1;
		return true;
	}

	#hasRoom(c: number): boolean {
		const i32 = this.#i32;
		const buf = i32[(c + C_BUF) >>> 2] as number;
		return buf !== H && (i32[(c + C_COUNT) >>> 2] as number) < (i32[(buf + A_LEN) >>> 2] as number);
	}

	#queues(c: number): Waiting | undefined {
		return this.#waiting[this.#i32[(c + C_WAIT) >>> 2] as number];
	}

	/** The entry of a channel in the table, made when there is none. */
	#known(c: number): Waiting {
		const known = this.#queues(c);
		if (known !== undefined) return known;
		const k = this.#unused.pop() ?? this.#waiting.length;
		const waiting = this.#waiting[k] ?? { send: new Queue(), recv: new Queue(), chan: c };
		waiting.chan = c;
		this.#waiting[k] = waiting;
		this.#i32[(c + C_WAIT) >>> 2] = k;
		return waiting;
	}

	#count(c: number, by: number): void {
		this.#i32[(c + C_WAITING) >>> 2] = (this.#i32[(c + C_WAITING) >>> 2] as number) + by;
	}

	#wait(c: number, send: boolean, w: Waiter, at: number): void {
		w.chan = c;
		w.at = at;
		const waiting = this.#known(c);
		(send ? waiting.send : waiting.recv).add(w);
		this.#count(c, 1);
	}

	/** The running thread waits to send or receive. */
	#block(c: number, send: boolean, at: number): void {
		const p = this.#sched.block(send ? "send" : "recv");
		p.waiter ??= new Waiter(p);
		this.#wait(c, send, p.waiter, at);
		this.#i32[R_STOP >> 2] = STOP_BLOCKED;
	}

	#leave(w: Waiter): void {
		w.queue?.remove(w);
		this.#count(w.chan, -1);
	}

	/** Takes a thread out of all the queues it waits in. */
	forget(p: Prog): void {
		if (p.waiter?.queue !== undefined) this.#leave(p.waiter);
		for (let k = 0; k < p.inAlt; k++) {
			const w = p.alts[k] as Waiter;
			if (w.queue !== undefined) this.#leave(w);
		}
		p.inAlt = 0;
	}

	/** The partner `w` has been found: it waits no more. Returns where its item is or goes. */
	#meet(w: Waiter): number {
		const p = w.prog;
		if (p === undefined) {
			this.#leave(w);
			return w.at;
		}
		this.forget(p);
		const i32 = this.#i32;
		if (w.choice >= 0) i32[p.altTo >>> 2] = w.choice;
		if (w.element < 0) return w.at;
		i32[w.at >>> 2] = w.element;
		return w.at + 4;
	}

	/** Sends the item at `from` on channel `c`, or makes the running thread wait until it is received. */
	send(from: number, c: number): void {
		if (c === H) fault(exNilref);
		const to = this.#queues(c)?.recv.head;
		if (to !== undefined) this.#give(c, from, to);
		else if (!this.#put(c, from)) this.#block(c, true, from);
	}

	#give(c: number, from: number, to: Waiter): void {
		const at = this.#meet(to);
		if (to.host !== undefined) to.host(from);
		else {
			this.#move(c, from, at);
			this.#sched.ready(to.prog as Prog);
		}
	}

	/** Receives an item from channel `c` at `to`, or makes the running thread wait for one. */
	recv(c: number, to: number): void {
		if (c === H) fault(exNilref);
		const from = this.#queues(c)?.send.head;
		if (from !== undefined) this.#take(c, from, to);
		else if (!this.#get(c, to)) this.#block(c, false, to);
	}

	#take(c: number, from: Waiter, to: number): void {
		const at = this.#meet(from);
		// A full buffer: its first item goes out, the sender's goes in at the end.
		const buffered = this.#get(c, to);
		if (from.host !== undefined) {
			if (buffered) fault(exAlt);
			from.host(to);
			return;
		}
		if (buffered) this.#put(c, at);
		else this.#move(c, at, to);
		this.#sched.ready(from.prog as Prog);
	}

	/** Whether somebody, or a buffer, is ready for the other side. */
	#ready(c: number, send: boolean): boolean {
		const waiting = this.#queues(c);
		if (send) return waiting?.recv.head !== undefined || this.#hasRoom(c);
		return waiting?.send.head !== undefined || (this.#i32[(c + C_COUNT) >>> 2] as number) > 0;
	}

	/** Visits the entries of an alt table, those of arrays of channels one by one, until `visit` says that it is enough. Faults on a nil channel. */
	#entries(
		table: number,
		visit: (send: boolean, c: number, at: number, choice: number, element: number) => boolean,
	): void {
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
				if (visit(send, chan, at, choice, -1)) return;
				continue;
			}
			const len = i32[(chan + A_LEN) >>> 2] as number;
			const data = (i32[(chan + A_DATA) >>> 2] as number) >>> 2;
			for (let k = 0; k < len; k++) {
				const c = i32[data + k] as number;
				if (c !== H && visit(send, c, at, choice, k)) return;
			}
		}
	}

	/**
	 * alt: carries out one of the communications in the table that are ready, picked at random, and stores its index at `to`. If
	 * none is, waits for one, or, when not `block`, stores the number of entries.
	 */
	alt(table: number, to: number, block: boolean): void {
		const i32 = this.#i32;
		let ready = 0;
		this.#entries(table, (send, c) => {
			if (this.#ready(c, send)) ready++;
			return false;
		});
		if (ready > 0) {
			this.#random = (Math.imul(this.#random, 1103515245) + 12345) | 0;
			let left = (this.#random >>> 8) % ready;
			this.#entries(table, (send, c, place, choice, element) => {
				if (!this.#ready(c, send) || left-- > 0) return false;
				i32[to >>> 2] = choice;
				if (element >= 0) i32[place >>> 2] = element;
				const at = element < 0 ? place : place + 4;
				if (send) this.send(at, c);
				else this.recv(c, at);
				return true;
			});
			return;
		}
		this.#checkAlt(table);
		if (!block) {
			i32[to >>> 2] = (i32[(table + ALT_NSEND) >>> 2] as number) + (i32[(table + ALT_NRECV) >>> 2] as number);
			return;
		}
		const p = this.#sched.block("alt");
		p.altTo = to;
		this.#entries(table, (send, c, at, choice, element) => {
			const w = p.alts[p.inAlt] ?? new Waiter(p);
			w.choice = choice;
			w.element = element;
			p.alts[p.inAlt++] = w;
			this.#wait(c, send, w, at);
			return false;
		});
		i32[R_STOP >> 2] = STOP_BLOCKED;
	}

	/** An alt must not both send and receive on a channel. */
	#checkAlt(table: number): void {
		if (this.#i32[(table + ALT_NSEND) >>> 2] === 0 || this.#i32[(table + ALT_NRECV) >>> 2] === 0) return;
		const receives = new Set<number>();
		this.#entries(table, (send, c) => {
			if (!send) receives.add(c);
			return false;
		});
		this.#entries(table, (send, c) => send && receives.has(c) && fault(exAlt));
	}

	/**
	 * The emulator receives the next item sent on `c`: `take` gets its address, and must copy what it wants. Returns a function that
	 * gives up waiting.
	 */
	hostRecv(c: number, take: (at: number) => void): () => void {
		const from = this.#queues(c)?.send.head;
		if (from !== undefined || (this.#i32[(c + C_COUNT) >>> 2] as number) > 0) {
			this.#hostTake(c, from, take);
			return () => {};
		}
		return this.#hostWait(c, false, take);
	}

	#hostTake(c: number, from: Waiter | undefined, take: (at: number) => void): void {
		if ((this.#i32[(c + C_COUNT) >>> 2] as number) === 0) {
			const w = from as Waiter;
			const at = this.#meet(w);
			take(at);
			this.#sched.ready(w.prog as Prog);
			return;
		}
		const i32 = this.#i32;
		const buf = i32[(c + C_BUF) >>> 2] as number;
		const t = i32[(buf + A_TYPE) >>> 2] as number;
		const at = this.#place(c, 0);
		take(at);
		this.#heap.releaseAll(t, at);
		this.#heap.types.init(t, at);
		i32[(c + C_COUNT) >>> 2] = (i32[(c + C_COUNT) >>> 2] as number) - 1;
		i32[(c + C_FRONT) >>> 2] = ((i32[(c + C_FRONT) >>> 2] as number) + 1) % (i32[(buf + A_LEN) >>> 2] as number);
		if (from === undefined) return;
		this.#put(c, this.#meet(from));
		this.#sched.ready(from.prog as Prog);
	}

	/**
	 * The emulator sends on `c`: `give` gets the address of the place for the item, which holds a live value of the channel's kind that it
	 * must release where it stores. Returns a function that gives up waiting.
	 */
	hostSend(c: number, give: (at: number) => void): () => void {
		const to = this.#queues(c)?.recv.head;
		if (to !== undefined) {
			const at = this.#meet(to);
			give(at);
			this.#sched.ready(to.prog as Prog);
			return () => {};
		}
		if (this.#hasRoom(c)) {
			const i32 = this.#i32;
			const count = i32[(c + C_COUNT) >>> 2] as number;
			give(this.#place(c, count));
			i32[(c + C_COUNT) >>> 2] = count + 1;
			return () => {};
		}
		return this.#hostWait(c, true, give);
	}

	#hostWait(c: number, send: boolean, host: (at: number) => void): () => void {
		const w = new Waiter(undefined, host);
		this.#wait(c, send, w, 0);
		return () => {
			if (w.queue !== undefined) this.#leave(w);
		};
	}

	/** Has `gone` called when the channel is freed. It must not be watched already. */
	watch(c: number, gone: () => void): void {
		this.#watched.set(c, gone);
		this.#known(c);
		this.#count(c, 1);
	}

	/** The channel of entry `k` is freed: nobody will ever come for those who wait on it. */
	#freed(k: number): void {
		const waiting = this.#waiting[k];
		if (waiting === undefined) return;
		this.#unused.push(k);
		for (const queue of [waiting.send, waiting.recv])
			for (let w = queue.head; w !== undefined; w = queue.head) {
				queue.remove(w);
				const p = w.prog;
				if (p === undefined) continue;
				p.kill = p.state === "alt" ? exAltHangup : exHangup;
				this.forget(p);
				this.#sched.ready(p);
			}
		const gone = this.#watched.get(waiting.chan);
		this.#watched.delete(waiting.chan);
		gone?.();
	}
}
