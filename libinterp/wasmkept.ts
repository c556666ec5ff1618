import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import type { Import } from "./wasm.ts";
import type { CodeUnit, Start } from "./wasmunit.ts";

/*
 * Code as it is kept from run to run: a line of JSON that describes the units, and their bytes, one unit's after the other's.
 */

interface Described {
	readonly starts: readonly Start[];
	readonly imports: readonly Import[];
	readonly globals: readonly string[];
	readonly length: number;
}

const LINE = 10;

export function pack(units: readonly CodeUnit[]): Uint8Array {
	const described = units.map(({ starts, imports, globals, bytes }): Described => {
		return { starts, imports, globals, length: bytes.length };
	});
	const head = new TextEncoder().encode(`${JSON.stringify(described)}\n`);
	const packed = new Uint8Array(units.reduce((sum, { bytes }) => sum + bytes.length, head.length));
	packed.set(head);
	let at = head.length;
	for (const { bytes } of units) {
		packed.set(bytes, at);
		at += bytes.length;
	}
	return packed;
}

const CHUNK = 4096;

/** Characters of a byte each. (Node's decoder takes longer to load than all of this.) */
function ascii(bytes: Uint8Array): string {
	let text = "";
	for (let at = 0; at < bytes.length; at += CHUNK) text += String.fromCharCode(...bytes.subarray(at, at + CHUNK));
	return text;
}

/** The units for a module; undefined if that is not what was packed. */
export function unpack(packed: Uint8Array, m: Module): CodeUnit[] | undefined {
	const end = packed.indexOf(LINE);
	let described: Described[];
	try {
		described = JSON.parse(ascii(packed.subarray(0, end)));
	} catch {
		return undefined;
	}
	const units: CodeUnit[] = [];
	let at = end + 1;
	for (const { starts, imports, globals, length } of described) {
		units.push({ starts, imports, globals, bytes: packed.subarray(at, at + length) });
		at += length;
	}
	const owner = (m.functions as Functions).owner;
	const sound = units.every(({ starts }) => starts.every(({ pc }) => (owner[pc] ?? 0) > 0));
	return at === packed.length && sound ? units : undefined;
}
