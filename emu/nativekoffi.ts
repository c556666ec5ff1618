import type { Native } from "../libinterp/arm64/native.ts";
import { type Numbers, numbers, PROT_NONE, protections, type Require } from "./native.ts";

/** The part of koffi that is used. Pointers are addresses. */
interface Koffi {
	load(path: null): { func(declaration: string): (...args: unknown[]) => unknown };
	address(pointer: unknown): bigint;
	proto(declaration: string): unknown;
	decode(at: bigint, type: unknown): (argument: number) => number;
	readonly version: string;
}

/** What a name of the package koffi gives is compiled for each kind of function once. */
let entryType: unknown;

/** Native code by koffi. Throws where that is not installed. */
export function koffi(require: Require): Native {
	const k = require("koffi") as Koffi;
	const { MAP_PRIVATE, MAP_ANON, flush } = numbers() as Numbers;
	const libc = k.load(null);
	const mmap = libc.func("void *mmap(uint64_t at, size_t bytes, int how, int flags, int fd, int64_t offset)");
	const munmap = libc.func("int munmap(uint64_t at, size_t bytes)");
	const mprotect = libc.func("int mprotect(uint64_t at, size_t bytes, int how)");
	const copy = libc.func("void *memcpy(uint64_t to, const uint8_t *from, size_t bytes)");
	const where = libc.func("void *memmove(uint8_t *to, const uint8_t *from, size_t bytes)");
	const forget = libc.func(`void ${flush[0]}(uint64_t at, uint64_t end)`);
	entryType ??= k.proto("int entry(uint64_t argument)");
	return {
		about: `koffi ${k.version}`,
		addressOf(buffer) {
			// The address that a function is given, and gives back.
			const bytes = new Uint8Array(buffer);
			return Number(k.address(where(bytes, bytes, 0)));
		},
		reserve(bytes) {
			const at = Number(k.address(mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0)));
			if (at <= 0 || at >= 2 ** 53) throw new Error("no room for code");
			return at;
		},
		release: (at, bytes) => void munmap(at, bytes),
		protect(at, bytes, how) {
			if (mprotect(at, bytes, protections[how]) !== 0) throw new Error(`the host allows no memory to ${how}`);
		},
		write: (at, bytes) => void copy(at, bytes, bytes.length),
		flush: (at, bytes) => void forget(at, flush[1] === "end" ? at + bytes : bytes),
		entry: (at) => k.decode(BigInt(at), entryType),
	};
}
