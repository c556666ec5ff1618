import type { Awaitable, Waiter } from "./dev.ts";
import { Eclosedpipe, Ehungup, Eintr } from "./error.ts";

/** Bytes that a queue holds before writers wait. */
const LIMIT = 64 * 1024;

/** Reads of the end before it is an error: somebody does not look. */
const MAXENDS = 3;

interface Waiting {
	readonly go: () => void;
	readonly undo: (reason: unknown) => void;
}

/** A stream of bytes between threads. Writers wait while it is full, readers while it is empty; a hung up one ends. */
export class ByteQueue {
	readonly #chunks: Uint8Array[] = [];
	#length = 0;
	#hungup = false;
	/** Reads that have found the end. */
	#ends = 0;
	#readers: Waiting[] = [];
	#writers: Waiting[] = [];

	get length(): number {
		return this.#length;
	}

	#wait(list: Waiting[], wait: Waiter): Promise<void> {
		return new Promise((go, undo) => {
			const w: Waiting = { go, undo };
			list.push(w);
			wait.onAbort(() => {
				const i = list.indexOf(w);
				if (i >= 0) list.splice(i, 1);
				undo(Eintr);
			});
		});
	}

	#wake(list: Waiting[]): void {
		list.shift()?.go();
	}

	/** Up to `n` bytes, of one write: an empty array at the end. */
	read(n: number, wait: Waiter): Awaitable<Uint8Array> {
		const chunk = this.#chunks[0];
		if (chunk === undefined) {
			if (this.#hungup) {
				if (this.#ends++ >= MAXENDS) throw Ehungup;
				return new Uint8Array(0);
			}
			return this.#wait(this.#readers, wait).then(() => this.read(n, wait));
		}
		let out = chunk;
		if (chunk.length > n) {
			out = chunk.subarray(0, n);
			this.#chunks[0] = chunk.subarray(n);
		} else this.#chunks.shift();
		this.#length -= out.length;
		if (this.#length < LIMIT) this.#wake(this.#writers);
		if (this.#chunks.length > 0) this.#wake(this.#readers);
		return out;
	}

	/** Puts all of `bytes`, copied, into the queue. An empty write is an empty read. Throws Eclosedpipe when nobody will read them. */
	write(bytes: Uint8Array, wait: Waiter): Awaitable<number> {
		if (this.#hungup) throw Eclosedpipe;
		if (this.#length >= LIMIT) {
			const copy = bytes.slice();
			return this.#wait(this.#writers, wait).then(() => this.write(copy, wait));
		}
		this.#chunks.push(bytes.slice());
		this.#length += bytes.length;
		this.#wake(this.#readers);
		return bytes.length;
	}

	/** No more will be written: readers get what is left, then the end. */
	hangup(): void {
		this.#hungup = true;
		for (const w of [...this.#readers, ...this.#writers]) w.go();
		this.#readers = [];
		this.#writers = [];
	}

	/** Nobody will read: what is left is dropped. */
	close(): void {
		this.#chunks.length = 0;
		this.#length = 0;
		this.hangup();
	}
}
