import { type Native, PAGE } from "./native.ts";

/** Bytes of addresses for code: a jump reaches any of them from any other. */
const REGION = 1 << 27;
/** Code is placed at multiples of this many bytes. */
const UNIT = 16;

/** Memory for code: places are bytes from its start. What is given back is joined with free neighbours, and given out again. */
export class CodePool {
	readonly #native: Native;
	/** Where it starts, or 0 while nothing has been asked for. */
	#base = 0;
	/** Free places, in order, and their sizes. */
	readonly #free: { at: number; bytes: number }[] = [{ at: 0, bytes: REGION }];
	/** Bytes in use. */
	used = 0;

	constructor(native: Native) {
		this.#native = native;
	}

	get base(): number {
		if (this.#base === 0) this.#base = this.#native.reserve(REGION);
		return this.#base;
	}

	/** A place for code. Throws RangeError when there is no room. */
	take(bytes: number): number {
		const size = sized(bytes);
		const k = this.#free.findIndex((f) => f.bytes >= size);
		const f = this.#free[k];
		if (f === undefined) throw new RangeError("no room for code");
		const { at } = f;
		if (f.bytes === size) this.#free.splice(k, 1);
		else {
			f.at += size;
			f.bytes -= size;
		}
		this.used += size;
		return at;
	}

	/** Gives back what `take` gave for so many bytes. */
	give(at: number, bytes: number): void {
		const size = sized(bytes);
		this.used -= size;
		let k = this.#free.findIndex((f) => f.at > at);
		if (k < 0) k = this.#free.length;
		this.#free.splice(k, 0, { at, bytes: size });
		this.#join(k);
		if (k > 0) this.#join(k - 1);
	}

	/** Joins free place k with the next if there is nothing between. */
	#join(k: number): void {
		const f = this.#free[k] as { at: number; bytes: number };
		const next = this.#free[k + 1];
		if (next === undefined || f.at + f.bytes !== next.at) return;
		f.bytes += next.bytes;
		this.#free.splice(k + 1, 1);
	}

	/** Writes code to its place. No code runs meanwhile: the pages are not executable for a moment. */
	write(at: number, words: Uint32Array): void {
		const native = this.#native;
		const from = Math.floor(at / PAGE) * PAGE;
		const bytes = Math.ceil((at + words.byteLength - from) / PAGE) * PAGE;
		native.protect(this.base + from, bytes, "write");
		native.write(this.base + at, new Uint8Array(words.buffer, words.byteOffset, words.byteLength));
		native.protect(this.base + from, bytes, "execute");
		native.flush(this.base + at, words.byteLength);
	}

	/** Gives all of it back to the host. */
	close(): void {
		if (this.#base !== 0) this.#native.release(this.#base, REGION);
		this.#base = 0;
	}
}

const sized = (bytes: number) => Math.max(UNIT, Math.ceil(bytes / UNIT) * UNIT);
