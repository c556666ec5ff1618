import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CodeStore } from "../libinterp/engine.ts";

/** Bytes of a SHA-256 digest: a file begins with that of the rest. */
const SUM = 32;
/** Bytes that may be kept; when there are more the files written first go. */
const LARGEST = 128 << 20;

function sha256(...parts: readonly Uint8Array[]): Buffer {
	const hash = process.getBuiltinModule("node:crypto").createHash("sha256");
	for (const p of parts) hash.update(p);
	return hash.digest();
}

/**
 * Compiled code in a directory of the host, from run to run. A file's name is made of what it was compiled from and of the compiler, and
 * its contents are checked. A directory that others may write to is not used, and what cannot be read or written is as if it were not there.
 */
export class HostStore implements CodeStore {
	readonly #dir: string;
	readonly #compiler: Uint8Array;
	readonly #pending = new Map<string, Uint8Array>();
	#usable: boolean | undefined;

	/** `compiler` is different for any two compilers. */
	constructor(dir: string, compiler: string) {
		this.#dir = dir;
		this.#compiler = new TextEncoder().encode(compiler);
	}

	/** The name for what the compiler makes of an object file. */
	digest(bytes: Uint8Array): string {
		return sha256(this.#compiler, bytes).toString("hex");
	}

	read(name: string): Uint8Array | undefined {
		const pending = this.#pending.get(name);
		if (pending !== undefined || !this.#ours()) return pending;
		try {
			const file = readFileSync(this.#path(name));
			const contents = file.subarray(SUM);
			return file.length > SUM && sha256(contents).equals(file.subarray(0, SUM)) ? contents : undefined;
		} catch {
			return undefined;
		}
	}

	write(name: string, bytes: Uint8Array): void {
		this.#pending.set(name, bytes);
	}

	/** Writes to the host what is to be kept. */
	flush(): void {
		if (this.#pending.size === 0) return;
		try {
			if (!this.#ours()) return;
			mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
			for (const [name, contents] of this.#pending) {
				const own = `${this.#path(name)}.${process.pid}`;
				writeFileSync(own, Buffer.concat([sha256(contents), contents]), { mode: 0o600 });
				renameSync(own, this.#path(name));
			}
			this.#tidy();
		} catch {
			// A full disk, say: the next run compiles again.
		} finally {
			this.#pending.clear();
		}
	}

	#path(name: string): string {
		return join(this.#dir, `${name}.code`);
	}

	/** Whether the directory is ours alone, or still to be made. */
	#ours(): boolean {
		this.#usable ??= this.#isOurs();
		return this.#usable;
	}

	#isOurs(): boolean {
		try {
			const status = statSync(this.#dir, { throwIfNoEntry: false });
			if (status === undefined) return true;
			return (process.getuid === undefined || status.uid === process.getuid()) && (status.mode & 0o022) === 0;
		} catch {
			return false;
		}
	}

	#tidy(): void {
		const files = readdirSync(this.#dir).map((name) => {
			const path = join(this.#dir, name);
			const { size, mtimeMs } = statSync(path);
			return { path, size, mtimeMs };
		});
		let size = files.reduce((sum, f) => sum + f.size, 0);
		for (const f of files.sort((a, b) => a.mtimeMs - b.mtimeMs)) {
			if (size <= LARGEST) return;
			rmSync(f.path, { force: true });
			size -= f.size;
		}
	}
}
