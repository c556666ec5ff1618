/**
 * The frame of the function being generated. Locals and temporaries share one pool of slots: a slot given back is used
 * again for anything of the same size and with the same pointers, for which it must be nil where it has pointers.
 */
import { alignOf, alignUp, MAXALIGN, pointersIn, sizeOf } from "./layout.ts";
import type { Type } from "./types.ts";

export interface Slot {
	readonly offset: number;
	/** Offsets of its pointers in the frame. */
	readonly pointers: readonly number[];
	readonly key: string;
}

export class Frame {
	private end: number;
	private readonly free = new Map<string, Slot[]>();
	/** Of the whole frame. */
	readonly pointers: number[] = [];
	/** All slots there have been. */
	readonly slots: { offset: number; size: number; pointers: number }[] = [];
	/** Pointers of the slots handed out since the start of each try body, innermost last. */
	private readonly watches: Set<number>[] = [];

	/** `start` is where the arguments end, `pointers` are those among the arguments. */
	constructor(start: number, pointers: readonly number[]) {
		this.end = start;
		this.pointers.push(...pointers);
	}

	get size(): number {
		return alignUp(this.end, MAXALIGN);
	}

	take(type: Type): Slot {
		const relative: number[] = [];
		pointersIn(type, 0, relative);
		return this.takeBlock(sizeOf(type), alignOf(type), relative);
	}

	takeBlock(size: number, align: number, relative: readonly number[]): Slot {
		const key = `${size} ${align} ${relative.join()}`;
		const slot = this.free.get(key)?.pop() ?? this.make(size, align, relative, key);
		for (const watch of this.watches) for (const p of slot.pointers) watch.add(p);
		return slot;
	}

	private make(size: number, align: number, relative: readonly number[], key: string): Slot {
		const offset = alignUp(this.end, align);
		this.end = offset + size;
		const pointers = relative.map((p) => offset + p);
		this.pointers.push(...pointers);
		this.slots.push({ offset, size, pointers: pointers.length });
		return { offset, pointers, key };
	}

	give(slot: Slot): void {
		const list = this.free.get(slot.key);
		if (list === undefined) this.free.set(slot.key, [slot]);
		else list.push(slot);
	}

	/** Starts to note which pointers are put into the frame. */
	watch(): void {
		this.watches.push(new Set());
	}

	watched(): number[] {
		return [...(this.watches.pop() ?? [])].sort((a, b) => a - b);
	}
}
