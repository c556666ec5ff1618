import type { Native } from "../libinterp/arm64/native.ts";
import { type Numbers, numbers, PROT_NONE, protections, type Require } from "./native.ts";

type Fn = (...args: unknown[]) => unknown;

/** The parts of ffi-napi and ref-napi that are used. Pointers are buffers at their addresses. */
interface Ffi {
	Library(path: null, functions: Readonly<Record<string, readonly [string, readonly string[]]>>): Record<string, Fn>;
	ForeignFunction(at: Buffer, result: string, args: readonly string[]): (argument: number | string) => number;
}
interface Ref {
	address(buffer: Buffer): number;
	/** Writes a number of 64 bits. */
	readonly types: unknown;
}

/** Native code by ffi-napi with ref-napi. Throws where they are not installed. */
export function ffi(require: Require): Native {
	const { Library, ForeignFunction } = require("ffi-napi") as Ffi;
	const ref = require("ref-napi") as Ref & { readPointer(b: Buffer, offset: number, length: number): Buffer };
	const { MAP_PRIVATE, MAP_ANON, flush } = numbers() as Numbers;
	const libc = Library(null, {
		mmap: ["uint64", ["uint64", "size_t", "int", "int", "int", "int64"]],
		munmap: ["int", ["uint64", "size_t"]],
		mprotect: ["int", ["uint64", "size_t", "int"]],
		memcpy: ["uint64", ["uint64", "pointer", "size_t"]],
		[flush[0]]: ["void", ["uint64", "uint64"]],
	}) as { mmap: Fn; munmap: Fn; mprotect: Fn; memcpy: Fn } & Record<string, Fn>;
	const forget = libc[flush[0]] as Fn;
	return {
		about: "ffi-napi with ref-napi",
		addressOf: (buffer) => Number(ref.address(Buffer.from(buffer))),
		reserve(bytes) {
			const at = Number(libc.mmap(0, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANON, -1, 0));
			if (at <= 0 || at >= 2 ** 53) throw new Error("no room for code");
			return at;
		},
		release: (at, bytes) => void libc.munmap(at, bytes),
		protect(at, bytes, how) {
			if (libc.mprotect(at, bytes, protections[how]) !== 0) throw new Error(`the host allows no memory to ${how}`);
		},
		write: (at, bytes) => void libc.memcpy(at, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), bytes.length),
		flush: (at, bytes) => void forget(at, flush[1] === "end" ? at + bytes : bytes),
		entry(at) {
			// A pointer is read from memory that holds it.
			const holder = Buffer.alloc(8);
			holder.writeBigUInt64LE(BigInt(at));
			return ForeignFunction(ref.readPointer(holder, 0, 0), "int", ["uint64"]);
		},
	};
}
