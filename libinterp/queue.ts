import { W_NEXT, W_PREV, W_QUEUE } from "./layout.ts";

/*
 * The queues of those who wait on channels. A queue is a word in the channel's record: the address of the first waiter, or 0. The waiters are a ring.
 */

/** Puts waiter `w` at the end of the queue at `q`. */
export function enqueue(i32: Int32Array, q: number, w: number): void {
	const first = (i32[q >>> 2] as number) || w;
	const last = first === w ? w : (i32[(first + W_PREV) >>> 2] as number);
	if (first === w) i32[q >>> 2] = w;
	i32[(last + W_NEXT) >>> 2] = w;
	i32[(w + W_PREV) >>> 2] = last;
	i32[(w + W_NEXT) >>> 2] = first;
	i32[(first + W_PREV) >>> 2] = w;
	i32[(w + W_QUEUE) >>> 2] = q;
}

/** Takes waiter `w` out of the queue that it is in, if it is in one. */
export function dequeue(i32: Int32Array, w: number): void {
	const q = i32[(w + W_QUEUE) >>> 2] as number;
	if (q === 0) return;
	const next = i32[(w + W_NEXT) >>> 2] as number;
	const prev = i32[(w + W_PREV) >>> 2] as number;
	i32[(prev + W_NEXT) >>> 2] = next;
	i32[(next + W_PREV) >>> 2] = prev;
	if (i32[q >>> 2] === w) i32[q >>> 2] = next === w ? 0 : next;
	i32[(w + W_QUEUE) >>> 2] = 0;
}
