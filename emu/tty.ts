import * as fs from "node:fs";
import type { Awaitable, Waiter } from "./dev.ts";
import { hostError } from "./devfs.ts";
import { Eintr } from "./error.ts";

interface Reader {
	readonly n: number;
	readonly give: (bytes: Uint8Array) => void;
	readonly fail: (reason: unknown) => void;
}

/**
 * The host's standard input and output, as the console. Input is opened at the first read: a program that never reads neither
 * takes input from whoever comes next nor keeps the emulator alive. Its end stays; on a terminal Ctrl-D ends one read.
 */
export class Terminal {
	readonly #chunks: Uint8Array[] = [];
	readonly #readers: Reader[] = [];
	#stream!: NodeJS.ReadStream;
	#opened = false;
	#ended = false;
	#raw = false;
	/** Called when the output has been closed by its reader. */
	onClosed: () => void = () => {};

	/** Whether a user sits at the input. Found without opening it; the part of Node that knows is loaded only where it may be so. */
	get isTerminal(): boolean {
		try {
			const input = fs.fstatSync(0);
			if (!input.isCharacterDevice() || input.rdev === fs.statSync("/dev/null").rdev) return false;
			return process.getBuiltinModule("node:tty").isatty(0);
		} catch {
			return false;
		}
	}

	/** Up to `n` bytes of input. Empty at its end. */
	read(n: number, wait: Waiter): Awaitable<Uint8Array> {
		this.#open();
		const chunk = this.#chunks[0];
		if (chunk !== undefined && this.#readers.length === 0) return this.#take(n);
		if (this.#ended) return new Uint8Array(0);
		this.#stream.ref?.();
		this.#stream.resume();
		return new Promise((resolve, reject) => {
			const reader: Reader = { n, give: resolve, fail: reject };
			this.#readers.push(reader);
			wait.onAbort(() => {
				const i = this.#readers.indexOf(reader);
				if (i >= 0) this.#readers.splice(i, 1);
				this.#rest();
				reject(Eintr);
			});
		});
	}

	/** Ends all reads that wait, with "interrupted". False when there was none. */
	interrupt(): boolean {
		const readers = this.#readers.splice(0);
		for (const r of readers) r.fail(Eintr);
		this.#rest();
		return readers.length > 0;
	}

	/** Nobody reads: the input need not keep the emulator alive. */
	#rest(): void {
		if (this.#readers.length > 0 || !this.#opened) return;
		this.#stream.pause();
		this.#stream.unref?.();
	}

	#take(n: number): Uint8Array {
		const chunk = this.#chunks[0] as Uint8Array;
		if (chunk.length <= n) {
			this.#chunks.shift();
			return chunk;
		}
		this.#chunks[0] = chunk.subarray(n);
		return chunk.subarray(0, n);
	}

	#open(): void {
		if (this.#opened) return;
		this.#opened = true;
		this.#attach(process.stdin);
	}

	#attach(stream: NodeJS.ReadStream): void {
		this.#stream = stream;
		let over = false;
		const end = () => {
			if (over) return;
			over = true;
			if (stream.isTTY) this.#again();
			else {
				this.#ended = true;
				this.#serve();
			}
		};
		stream.on("data", (chunk: Buffer) => {
			this.#chunks.push(new Uint8Array(chunk));
			this.#serve();
		});
		stream.on("end", end);
		stream.on("error", end);
	}

	/** Ctrl-D on a terminal ends the read that waits, and its stream: the next read needs another. */
	#again(): void {
		this.#attach(new (process.getBuiltinModule("node:tty").ReadStream)(0));
		this.#stream.pause();
		this.#readers.shift()?.give(new Uint8Array(0));
		if (this.#readers.length > 0) this.#stream.resume();
	}

	#serve(): void {
		while (this.#readers.length > 0 && (this.#chunks.length > 0 || this.#ended)) {
			const reader = this.#readers.shift() as Reader;
			reader.give(this.#chunks.length > 0 ? this.#take(reader.n) : new Uint8Array(0));
		}
		this.#rest();
	}

	/** In raw mode each key is delivered as it is struck, Ctrl-C too, and not echoed. */
	setRaw(raw: boolean): void {
		if (raw === this.#raw) return;
		this.#raw = raw;
		if (!this.isTerminal) return;
		this.#open();
		this.#stream.setRawMode(raw);
	}

	/** Leaves the host's terminal as it was found. */
	close(): void {
		this.setRaw(false);
		if (this.#opened) this.#stream.destroy();
	}

	/** Writes all of `bytes` to the host's file descriptor 1 or 2. */
	write(fd: 1 | 2, bytes: Uint8Array): void {
		if (!writeAll(fd, bytes)) this.onClosed();
	}
}

/** Writes all of `bytes` to a file descriptor of the host, waiting while the reader is slow. False when there is no reader any more. */
export function writeAll(fd: number, bytes: Uint8Array): boolean {
	for (let done = 0; done < bytes.length; ) {
		try {
			done += fs.writeSync(fd, bytes, done);
		} catch (e) {
			const code = (e as { code?: string }).code;
			if (code === "EPIPE") return false;
			if (code !== "EAGAIN") throw hostError(e);
			Atomics.wait(pause, 0, 0, 2);
		}
	}
	return true;
}

const pause = new Int32Array(new SharedArrayBuffer(4));
