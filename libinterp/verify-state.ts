/**
 * What the words of a frame that serve as addresses hold at some point of a function. Only the words that are used
 * as such are followed. A value is a kind in the low three bits and a payload above them.
 */
import { ObjectError } from "./object.ts";

/** Not known to be an address. */
export const UNKNOWN = 0;
/** Into an object on the heap, at an unknown place. */
export const INSIDE = 1;
/** Of a place of as many bytes as the payload says. */
export const ELEMENT = 2;
/** A frame for a call, made by frame: its type above its number among the pending frames (8 bits). */
export const FRAME = 3;
/** The same, made by mframe: the link, LINK_UNKNOWN where only the run shows it. */
export const MFRAME = 4;
/** A place in the function's own frame, in the module data: the offset. */
export const OWN = 5;
export const DATA = 6;
/** The number in the payload. */
export const CONSTANT = 7;

export const LINK_UNKNOWN = 0xfffff;
export const MAXPAYLOAD = 0xfffff;
const MAXDEPTH = 255;

export const value = (kind: number, payload: number): number => (payload << 3) | kind;
export const kindOf = (v: number): number => v & 7;
export const payloadOf = (v: number): number => v >> 3;
/** A frame's type or link, and its number. */
export const frameOf = (v: number): number => v >>> 11;
export const depthOf = (v: number): number => (v >> 3) & MAXDEPTH;
export const isFrame = (v: number): boolean => kindOf(v) === FRAME || kindOf(v) === MFRAME;

export function frameValue(kind: number, what: number, depth: number): number {
	if (depth > MAXDEPTH) throw new ObjectError("too many frames are pending");
	return (what << 11) | (depth << 3) | kind;
}

/** The words followed in one function, sorted; word 0 of a state is the number of pending frames, then one for each. */
export class Slots {
	/** Indexed by word of the frame: index in a state, or 0. */
	#index = new Uint16Array(64);
	#words = 0;
	readonly offsets: number[] = [];

	/** Follows nothing, in a frame of `size` bytes. */
	reset(size: number): void {
		for (const offset of this.offsets) this.#index[offset >> 2] = 0;
		this.offsets.length = 0;
		this.#words = size >> 2;
		if (this.#words > this.#index.length) this.#index = new Uint16Array(this.#words * 2);
	}

	follow(offset: number): void {
		const w = offset >> 2;
		if (offset % 4 !== 0 || w >= this.#words || this.#index[w] !== 0) return;
		if (this.offsets.length >= 0xffff) throw new ObjectError("too many addresses in a frame");
		this.offsets.push(offset);
		this.#index[w] = this.offsets.length;
	}

	/** Where the state holds the word at `offset` of the frame; 0 if it is not followed. */
	index(offset: number): number {
		return offset % 4 === 0 ? (this.#index[offset >> 2] ?? 0) : 0;
	}

	/** Forgets what bytes `from` to `to` of the frame held. */
	kill(state: Int32Array, from: number, to: number): void {
		if (to - from > 4 * this.offsets.length) {
			this.offsets.forEach((at, i) => {
				if (at + 4 > from && at < to) state[i + 1] = UNKNOWN;
			});
			return;
		}
		for (let w = from >> 2; w << 2 < to; w++) {
			const i = this.#index[w] ?? 0;
			if (i !== 0) state[i] = UNKNOWN;
		}
	}
}

/**
 * Joins what one path brings, the first `width` words of `from`, to what others brought, at `at` in `states`; says whether that
 * changed anything.
 */
export function join(states: Int32Array, at: number, width: number, from: Int32Array, pc: number): boolean {
	if (states[at] !== from[0])
		throw new ObjectError(`pc ${pc}: paths with ${states[at]} and ${from[0]} pending frames meet`);
	let changed = false;
	for (let i = 1; i < width; i++) {
		const old = states[at + i] as number;
		if (old === UNKNOWN || old === from[i]) continue;
		const now = meet(old, from[i] as number);
		states[at + i] = now;
		if (now !== old) changed = true;
	}
	return changed;
}

function meet(a: number, b: number): number {
	if (kindOf(a) === ELEMENT && kindOf(b) === ELEMENT) return Math.min(a, b);
	const heap = (v: number): boolean => kindOf(v) === INSIDE || kindOf(v) === ELEMENT;
	// An object's inside has no known size, so the element's is the one to keep to.
	if (heap(a) && heap(b)) return kindOf(a) === ELEMENT ? a : b;
	return UNKNOWN;
}
