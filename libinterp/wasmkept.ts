import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import type { Import } from "./wasm.ts";
import type { CodeUnit, Start } from "./wasmunit.ts";

/*
 * Code as it is kept from run to run: a line of JSON that describes the units, and for each the words of its relocations, in the
 * byte order of the host, and its bytes.
 */

interface Described {
	readonly starts: readonly Start[];
	readonly imports: readonly Import[];
	readonly whole: boolean;
	/** Bytes of relocations, and of code. */
	readonly relocs: number;
	readonly code: number;
}

const LINE = 10;

export function pack(units: readonly CodeUnit[]): Uint8Array {
	const described = units.map(({ starts, imports, whole, relocs, bytes }): Described => {
		return { starts, imports, whole, relocs: relocs.byteLength, code: bytes.length };
	});
	const head = new TextEncoder().encode(`${JSON.stringify(described)}\n`);
	const parts = units.flatMap(({ relocs, bytes }) => [new Uint8Array(relocs.buffer, 0, relocs.byteLength), bytes]);
	const packed = new Uint8Array(parts.reduce((sum, { length }) => sum + length, head.length));
	packed.set(head);
	let at = head.length;
	for (const part of parts) {
		packed.set(part, at);
		at += part.length;
	}
	return packed;
}

/** The units for a module; undefined if that is not what was packed. */
export function unpack(packed: Uint8Array, m: Module): CodeUnit[] | undefined {
	const end = packed.indexOf(LINE);
	let described: Described[];
	try {
		described = JSON.parse(new TextDecoder().decode(packed.subarray(0, end)));
	} catch {
		return undefined;
	}
	const units: CodeUnit[] = [];
	let at = end + 1;
	for (const { starts, imports, whole, relocs, code } of described) {
		if (at + relocs + code > packed.length || relocs % 4 !== 0) return undefined;
		const words = new Int32Array(relocs >> 2);
		new Uint8Array(words.buffer).set(packed.subarray(at, at + relocs));
		at += relocs;
		units.push({ starts, imports, whole, relocs: words, bytes: packed.slice(at, at + code) });
		at += code;
	}
	const owner = (m.functions as Functions).owner;
	const sound = units.every(({ starts }) => starts.every(({ pc }) => (owner[pc] ?? 0) > 0));
	return at === packed.length && sound ? units : undefined;
}
