import type { Heap } from "./heap.ts";
import { REGFRAME, REGLINK, REGMOD, REGTYP } from "./isa.ts";
import {
	H,
	HEADER,
	M_MP,
	R_EX,
	R_FP,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_SPARE,
	R_TS,
	STACK_BYTES,
	T_IMAGE,
	T_WORDS,
	X_COUNT,
	X_EX,
	X_FRAMES,
	X_SP,
	X_TS,
} from "./layout.ts";
import { saved } from "./prog.ts";

/** Bytes of the first stack chunk of a thread, and of the largest one; each further chunk is twice the one below. */
const FIRST = 512;
const LARGEST = 64 * 1024;

/**
 * Frames: the only code that makes, links and frees them. A thread's stack is a chain of chunks; in a chunk
 * frames lie one above the other, each as long as its type says. A frame that has been made but not yet called is pending.
 *
 * The header of a frame: REGLINK and REGFRAME say where to go on when it returns, REGTYP is its type. REGMOD is a counted
 * reference: in a pending frame made by mframe, to the module it was made for; in a called one, to the caller's
 * module where that is another, else 0. So the type of every frame is kept alive by a module that the stack holds.
 */
export class Frames {
	readonly #heap: Heap;
	readonly #i32: Int32Array;

	constructor(heap: Heap) {
		this.#heap = heap;
		this.#i32 = heap.arena.i32;
	}

	/** A pending frame of type `t` above the running thread's stack: nil pointers, other words 0. */
	frame(t: number): number {
		const i32 = this.#i32;
		const words = i32[(t + T_WORDS) >>> 2] as number;
		let f = i32[R_SP >> 2] as number;
		let top = f + words * 4;
		if (top >>> 0 > (i32[R_TS >> 2] as number) >>> 0) {
			f = this.#extend(words * 4);
			top = f + words * 4;
		}
		i32[R_SP >> 2] = top;
		this.#fill(f, t, words);
		return f;
	}

	#fill(f: number, t: number, words: number): void {
		const i32 = this.#i32;
		const image = i32[(t + T_IMAGE) >>> 2] as number;
		const to = f >>> 2;
		if (image === 0) {
			i32.fill(0, to, to + words);
			this.#heap.types.init(t, f);
		} else for (let k = 0, from = image >>> 2; k < words; k++) i32[to + k] = i32[from + k] as number;
		i32[(f + REGMOD) >>> 2] = 0;
		i32[(f + REGTYP) >>> 2] = t;
	}

	/** A new chunk with room for `bytes` on top of the running thread's stack. Returns where its first frame goes. */
	#extend(bytes: number): number {
		const i32 = this.#i32;
		const ex = i32[R_EX >> 2] as number;
		const size = ex === 0 ? FIRST : Math.min(2 * (this.#heap.pool.room(ex) + HEADER), LARGEST) - HEADER;
		const chunk = this.#chunk(size, bytes + X_FRAMES);
		i32[(chunk + X_EX) >>> 2] = ex;
		i32[(chunk + X_SP) >>> 2] = i32[R_SP >> 2] as number;
		i32[(chunk + X_TS) >>> 2] = i32[R_TS >> 2] as number;
		i32[(chunk + X_COUNT) >>> 2] = 0;
		i32[R_EX >> 2] = chunk;
		this.#count(this.#heap.pool.room(chunk));
		i32[R_TS >> 2] = chunk + this.#heap.pool.room(chunk);
		return chunk + X_FRAMES;
	}

	/** Memory for a chunk with room for `bytes`: the one that was given up last, if it will do, else one of `size`. */
	#chunk(size: number, bytes: number): number {
		const spare = this.#i32[R_SPARE >> 2] as number;
		if (spare === 0 || this.#heap.pool.room(spare) < bytes) {
			this.trim();
			return this.#heap.block(Math.max(size, bytes));
		}
		this.#i32[R_SPARE >> 2] = 0;
		return spare;
	}

	/** So many bytes of stack more, or less. */
	#count(bytes: number): void {
		this.#i32[STACK_BYTES >> 2] = (this.#i32[STACK_BYTES >> 2] as number) + bytes;
	}

	/** Takes the frame at `f`, whose contents have been let go, and all above it in its chunk, off the stack. */
	drop(f: number): void {
		const i32 = this.#i32;
		i32[R_SP >> 2] = f;
		if (f === (i32[R_EX >> 2] as number) + X_FRAMES) this.#dropChunk();
	}

	/** Gives back the chunk that is kept for the running thread: it stops. */
	trim(): void {
		const spare = this.#i32[R_SPARE >> 2] as number;
		if (spare === 0) return;
		this.#i32[R_SPARE >> 2] = 0;
		this.#heap.pool.free(spare);
	}

	/** Gives up the top chunk. It, or a larger one that was given up before, is kept, as a loop that makes calls may want it at once again. */
	#dropChunk(): void {
		const i32 = this.#i32;
		const { pool } = this.#heap;
		const chunk = i32[R_EX >> 2] as number;
		i32[R_EX >> 2] = i32[(chunk + X_EX) >>> 2] as number;
		i32[R_SP >> 2] = i32[(chunk + X_SP) >>> 2] as number;
		i32[R_TS >> 2] = i32[(chunk + X_TS) >>> 2] as number;
		this.#count(-pool.room(chunk));
		const spare = i32[R_SPARE >> 2] as number;
		if (spare !== 0 && pool.room(spare) > pool.room(chunk)) {
			pool.free(chunk);
			return;
		}
		this.trim();
		i32[R_SPARE >> 2] = chunk;
	}

	/** Lets go the pointers of a frame that has returned, and takes it off the stack. */
	free(f: number): void {
		this.#heap.releaseAll(this.#i32[(f + REGTYP) >>> 2] as number, f);
		this.drop(f);
	}

	/**
	 * Moves the pending frame at `f` of the running thread to a stack of its own, at the bottom of which it is called.
	 * `p` is the record of its thread: sets FP, SP, TS, EX there.
	 */
	detach(f: number, p: number): void {
		const i32 = this.#i32;
		const bytes = (i32[((i32[(f + REGTYP) >>> 2] as number) + T_WORDS) >>> 2] as number) * 4;
		const chunk = this.#heap.block(Math.max(FIRST - HEADER, bytes + X_FRAMES));
		this.#count(this.#heap.pool.room(chunk));
		i32[(chunk + X_EX) >>> 2] = 0;
		const base = chunk + X_FRAMES;
		this.#heap.copy(f, base, bytes);
		i32[(base + REGLINK) >>> 2] = 0;
		i32[(base + REGFRAME) >>> 2] = 0;
		i32[(base + REGMOD) >>> 2] = 0;
		i32[saved(p, R_FP) >>> 2] = base;
		i32[saved(p, R_SP) >>> 2] = base + bytes;
		i32[saved(p, R_TS) >>> 2] = chunk + this.#heap.pool.room(chunk);
		i32[saved(p, R_EX) >>> 2] = chunk;
		this.drop(f);
	}

	/**
	 * Unwinds the running thread to the frame at `target`, which becomes the running one, or altogether (0). Everything above it, called
	 * or pending, is let go. PC becomes the place in the target frame to go on at after the call that was unwound.
	 */
	unwind(target: number): void {
		const i32 = this.#i32;
		const modules: number[] = [];
		let fp = i32[R_FP >> 2] as number;
		while (fp !== target && fp !== 0) {
			const mr = i32[(fp + REGMOD) >>> 2] as number;
			if (mr !== 0) {
				modules.push(i32[R_M >> 2] as number);
				i32[R_M >> 2] = mr;
				i32[(fp + REGMOD) >>> 2] = 0;
			}
			i32[R_PC >> 2] = i32[(fp + REGLINK) >>> 2] as number;
			fp = i32[(fp + REGFRAME) >>> 2] as number;
		}
		i32[R_FP >> 2] = fp;
		this.#letGoAbove(fp);
		if (fp === 0) {
			modules.push(i32[R_M >> 2] as number);
			i32[R_M >> 2] = H;
			i32[R_MP >> 2] = H;
		} else i32[R_MP >> 2] = i32[((i32[R_M >> 2] as number) + M_MP) >>> 2] as number;
		for (const ml of modules) this.#heap.release(ml);
	}

	/** Lets go all frames above the one at `f`, or all there are (0), chunk by chunk from the top. */
	#letGoAbove(f: number): void {
		const i32 = this.#i32;
		while ((i32[R_EX >> 2] as number) !== 0) {
			const ex = i32[R_EX >> 2] as number;
			const base = ex + X_FRAMES;
			const top = i32[R_SP >> 2] as number;
			const inside = f !== 0 && f >= base && f < top;
			const from = inside ? f + this.size(f) : base;
			for (let q = from; q < top; q += this.size(q)) this.#letGo(q);
			if (inside) {
				i32[R_SP >> 2] = from;
				return;
			}
			this.#dropChunk();
		}
		this.trim();
	}

	#letGo(f: number): void {
		const i32 = this.#i32;
		const ml = i32[(f + REGMOD) >>> 2] as number;
		this.#heap.releaseAll(i32[(f + REGTYP) >>> 2] as number, f);
		if (ml !== 0) this.#heap.release(ml);
	}

	/** Bytes that the frame at `f` takes. */
	size(f: number): number {
		return (this.#i32[((this.#i32[(f + REGTYP) >>> 2] as number) + T_WORDS) >>> 2] as number) * 4;
	}
}
