import type { Arena } from "./arena.ts";
import {
	B_PREV,
	B_REF,
	B_SIZE,
	B_TYPE,
	BINS,
	F_BIN,
	F_FLAGS,
	F_FREE,
	HEADER,
	HEAP_START,
	HEAP_USED,
	LEAST,
	MAXSMALL,
} from "./layout.ts";

// Free blocks of more than MAXSMALL bytes are kept in lists by size: 4 lists to each power of two.
const LISTS = 128;
/** Bytes that are kept back, at most. */
const RESERVE = 1 << 20;
/** Bytes of small blocks that are made at a time. */
const STOCK = 1024;
const NEXT = 0;
const PREV = 4;

/**
 * The allocator. Small blocks are taken from and given back to a list for their size; large ones are joined with
 * free neighbours at once. Small blocks are joined only when room runs out. Every block from HEAP_START up to the
 * top can be walked by its size.
 */
export class Pool {
	readonly #i32: Int32Array;
	readonly #lists = new Int32Array(LISTS);
	#nonempty = new Int32Array(LISTS / 32);
	/** Address just past the last block ever made, and the size of the block below it. */
	#top = HEAP_START;
	#below = 0;
	/** Bytes of arena that there are, and that may be used now. */
	readonly #size: number;
	#limit: number;

	constructor(arena: Arena) {
		this.#i32 = arena.i32;
		this.#size = arena.size;
		this.#limit = this.#size - this.#reserve();
	}

	/** What is kept back at first, so that others can go on when a program has taken all there is. */
	#reserve(): number {
		return Math.min(this.#size >> 4, RESERVE);
	}

	/** Somebody goes without: half of what is still kept back is for those who ask next. */
	concede(): void {
		this.#limit += Math.floor((this.#size - this.#limit) / 32) * 16;
	}

	/** Keeps back again what has been conceded, once there is room. */
	recover(): void {
		if (this.used < this.#size >> 1) this.#limit = this.#size - this.#reserve();
	}

	get used(): number {
		return (this.#i32[HEAP_USED >> 2] as number) >>> 0;
	}

	get top(): number {
		return this.#top;
	}

	get limit(): number {
		return this.#size;
	}

	/** A block with room for `bytes`, its count 1 and its type 0; contents unspecified. Address, or 0 when there is no room. */
	alloc(bytes: number): number {
		const size = Math.max(LEAST, (bytes + HEADER + 15) & ~15);
		if (size <= 0) return 0;
		const i32 = this.#i32;
		let p = 0;
		if (size <= MAXSMALL) {
			const bin = (BINS >> 2) + (size >> 4);
			p = i32[bin] as number;
			if (p !== 0) i32[bin] = i32[p >>> 2] as number;
		}
		if (p === 0) {
			p = this.#carve(size);
			if (p === 0) return 0;
			if (size <= MAXSMALL) this.#stock(size);
		}
		const kept = (i32[(p + B_SIZE) >>> 2] as number) & ~F_FLAGS;
		i32[(p + B_SIZE) >>> 2] = kept;
		i32[(p + B_REF) >>> 2] = 1;
		i32[(p + B_TYPE) >>> 2] = 0;
		i32[HEAP_USED >> 2] = ((i32[HEAP_USED >> 2] as number) + kept) | 0;
		return p;
	}

	/** Gives back a block made by `alloc`. */
	free(p: number): void {
		const i32 = this.#i32;
		const size = (i32[(p + B_SIZE) >>> 2] as number) & ~F_FLAGS;
		i32[HEAP_USED >> 2] = ((i32[HEAP_USED >> 2] as number) - size) | 0;
		if (size <= MAXSMALL) {
			const bin = (BINS >> 2) + (size >> 4);
			i32[p >>> 2] = i32[bin] as number;
			i32[(p + B_SIZE) >>> 2] = size | F_BIN;
			i32[bin] = p;
		} else this.#giveBack(p, size);
	}

	/** Bytes that a block made by `alloc` has room for. */
	room(p: number): number {
		return ((this.#i32[(p + B_SIZE) >>> 2] as number) & ~F_FLAGS) - HEADER;
	}

	/** Calls `visit` for each block in use. The block may be freed by the visit if it is small; sizes are read before it. */
	walk(visit: (p: number) => void): void {
		const i32 = this.#i32;
		for (let p = HEAP_START + HEADER, end = this.#top + HEADER; p < end; ) {
			const word = i32[(p + B_SIZE) >>> 2] as number;
			if ((word & (F_FREE | F_BIN)) === 0) visit(p | 0);
			p += word & ~F_FLAGS;
		}
	}

	/** Joins all free blocks, the small ones too. Linear in the number of blocks. Returns whether there was anything to join. */
	consolidate(): boolean {
		const i32 = this.#i32;
		const bins = i32.subarray(BINS >> 2, (BINS >> 2) + (MAXSMALL >> 4) + 1);
		if (bins.every((p) => p === 0)) return false;
		bins.fill(0);
		this.#lists.fill(0);
		this.#nonempty.fill(0);
		const end = this.#top + HEADER;
		let below = 0;
		let run = 0; // first block of a run of free ones
		let runSize = 0;
		for (let p = HEAP_START + HEADER; p < end; ) {
			const word = i32[(p + B_SIZE) >>> 2] as number;
			const size = word & ~F_FLAGS;
			if ((word & (F_FREE | F_BIN)) !== 0) {
				if (run === 0) run = p;
				runSize += size;
			} else {
				if (run !== 0) {
					this.#listed(run, runSize, below);
					below = runSize;
					run = runSize = 0;
				}
				i32[(p + B_PREV) >>> 2] = below;
				below = size;
			}
			p += size;
		}
		if (run !== 0) this.#top = run - HEADER;
		this.#below = below;
		return true;
	}

	#listed(p: number, size: number, below: number): void {
		this.#i32[(p + B_PREV) >>> 2] = below;
		this.#link(p, size);
	}

	/** A block of at least `size` bytes from the large free ones, else from above the top. */
	#carve(size: number): number {
		let p = this.#find(size);
		if (p === 0) p = this.#raise(size);
		if (p === 0 && this.consolidate()) {
			p = this.#find(size);
			if (p === 0) p = this.#raise(size);
		}
		return p;
	}

	/** Puts some blocks of `size` bytes from above the top into their list, the lowest first: more are wanted where one was. */
	#stock(size: number): void {
		const i32 = this.#i32;
		const bin = (BINS >> 2) + (size >> 4);
		const n = Math.min(Math.floor(STOCK / size), Math.floor((this.#limit - this.#top) / size));
		const first = this.#top + HEADER;
		for (let p = first + (n - 1) * size; p >= first; p -= size) {
			i32[(p + B_SIZE) >>> 2] = size | F_BIN;
			i32[(p + B_PREV) >>> 2] = size;
			i32[p >>> 2] = i32[bin] as number;
			i32[bin] = p | 0;
		}
		if (n <= 0) return;
		i32[(first + B_PREV) >>> 2] = this.#below;
		this.#below = size;
		this.#top += n * size;
	}

	#raise(size: number): number {
		if (this.#top + size > this.#limit) return 0;
		const p = this.#top + HEADER;
		this.#i32[(p + B_SIZE) >>> 2] = size;
		this.#i32[(p + B_PREV) >>> 2] = this.#below;
		this.#top += size;
		this.#below = size;
		return p | 0;
	}

	#find(size: number): number {
		for (let list = listOf(size); list < LISTS; list++) {
			const bits = (this.#nonempty[list >> 5] as number) >>> (list & 31);
			if (bits === 0) {
				list |= 31;
				continue;
			}
			list += 31 - Math.clz32(bits & -bits);
			let p = this.#lists[list] as number;
			for (let tries = 0; p !== 0 && tries < 32; tries++) {
				const have = (this.#i32[(p + B_SIZE) >>> 2] as number) & ~F_FLAGS;
				if (have >= size) return this.#take(p, have, size);
				p = this.#i32[(p + NEXT) >>> 2] as number;
			}
		}
		return 0;
	}

	#take(p: number, have: number, size: number): number {
		const i32 = this.#i32;
		this.#unlink(p, have);
		const rest = have - size;
		if (rest >= 64) {
			i32[(p + B_SIZE) >>> 2] = size;
			const q = p + size;
			i32[(q + B_PREV) >>> 2] = size;
			this.#setBelow(q, rest);
			this.#link(q, rest);
		} else i32[(p + B_SIZE) >>> 2] = have;
		return p;
	}

	/** Tells the block above the one at p, or the top, that its lower neighbour has `size` bytes. */
	#setBelow(p: number, size: number): void {
		const above = (p >>> 0) + size;
		if (above - HEADER === this.#top) this.#below = size;
		else this.#i32[(above + B_PREV) >>> 2] = size;
	}

	#giveBack(p: number, size: number): void {
		const i32 = this.#i32;
		p = p >>> 0;
		const above = p + size;
		if (above - HEADER !== this.#top) {
			const word = i32[(above + B_SIZE) >>> 2] as number;
			if ((word & F_FREE) !== 0) {
				this.#unlink(above, word & ~F_FLAGS);
				size += word & ~F_FLAGS;
			}
		}
		const below = i32[(p + B_PREV) >>> 2] as number;
		if (below !== 0 && ((i32[(p - below + B_SIZE) >>> 2] as number) & F_FREE) !== 0) {
			p -= below;
			this.#unlink(p, below);
			size += below;
		}
		if (p + size - HEADER === this.#top) {
			this.#top = p - HEADER;
			this.#below = i32[(p + B_PREV) >>> 2] as number;
			return;
		}
		this.#setBelow(p, size);
		this.#link(p, size);
	}

	#link(p: number, size: number): void {
		const i32 = this.#i32;
		i32[(p + B_SIZE) >>> 2] = size | F_FREE;
		i32[(p + B_REF) >>> 2] = 0;
		i32[(p + B_TYPE) >>> 2] = 0;
		const list = listOf(size);
		const head = this.#lists[list] as number;
		i32[(p + NEXT) >>> 2] = head;
		i32[(p + PREV) >>> 2] = 0;
		if (head !== 0) i32[(head + PREV) >>> 2] = p;
		this.#lists[list] = p;
		this.#nonempty[list >> 5] = (this.#nonempty[list >> 5] as number) | (1 << (list & 31));
	}

	#unlink(p: number, size: number): void {
		const i32 = this.#i32;
		const next = i32[(p + NEXT) >>> 2] as number;
		const prev = i32[(p + PREV) >>> 2] as number;
		if (next !== 0) i32[(next + PREV) >>> 2] = prev;
		if (prev !== 0) i32[(prev + NEXT) >>> 2] = next;
		else {
			const list = listOf(size);
			this.#lists[list] = next;
			if (next === 0) this.#nonempty[list >> 5] = (this.#nonempty[list >> 5] as number) & ~(1 << (list & 31));
		}
	}
}

/** The list for free blocks of `size` bytes: two bits below the leading one pick among four. */
function listOf(size: number): number {
	const log = 31 - Math.clz32(size);
	return log * 4 + ((size >>> (log - 2)) & 3);
}
