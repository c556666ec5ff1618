/**
 * Flips the bytes of object files one at a time and has each result parsed and verified: nothing but an ObjectError may come
 * out, and soon. Arguments: files; each byte is set to 0, to 255, and has each of its bits flipped.
 * Prints how many were refused, by the parser and by the verifier; exit status 1 where something else happened.
 */
import { readFileSync } from "node:fs";
import { ObjectError, type ObjectFile, parseObject } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";

/** One file may take so many milliseconds: far above what any real one needs. */
const LIMIT = 2000;

const count = { parse: 0, verify: 0, accepted: 0, failed: 0 };

function* mutants(byte: number): Iterable<number> {
	const seen = new Set([byte]);
	for (const b of [0, 255, ...Array.from({ length: 8 }, (_, k) => byte ^ (1 << k))]) {
		if (!seen.has(b)) yield b;
		seen.add(b);
	}
}

function judge(bytes: Uint8Array): void {
	let object: ObjectFile;
	try {
		object = parseObject(bytes);
	} catch (e) {
		if (!(e instanceof ObjectError)) throw e;
		count.parse++;
		return;
	}
	try {
		verify(object);
		count.accepted++;
	} catch (e) {
		if (!(e instanceof ObjectError)) throw e;
		count.verify++;
	}
}

for (const path of process.argv.slice(2)) {
	const bytes = new Uint8Array(readFileSync(path));
	for (let at = 0; at < bytes.length; at++) {
		const original = bytes[at] as number;
		for (const b of mutants(original)) {
			bytes[at] = b;
			const start = performance.now();
			try {
				judge(bytes);
				if (performance.now() - start > LIMIT) throw new Error("too slow");
			} catch (e) {
				count.failed++;
				console.log(`${path}: byte ${at} = ${b}: ${(e as Error).stack}`);
			}
		}
		bytes[at] = original;
	}
}
console.log(`parser ${count.parse}, verifier ${count.verify}, accepted ${count.accepted}, failed ${count.failed}`);
process.exitCode = count.failed === 0 ? 0 : 1;
