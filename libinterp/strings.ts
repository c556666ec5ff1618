import type { Arena } from "./arena.ts";
import { exBounds, exNilref, fault } from "./fault.ts";
import type { Heap } from "./heap.ts";
import { B_REF, H, S_CAP, S_DATA, S_LEN, S_WIDE } from "./layout.ts";

/** What a byte sequence that is no UTF-8 turns into. */
export const RUNEERROR = 0xfffd;

/**
 * Limbo strings: counted, immutable but for a sole owner, and either narrow (a byte a character, all below 0x80) or
 * wide (a 32-bit code point a character). A wide string may hold only narrow characters; the empty string may be nil.
 */
export class Strings {
	readonly #heap: Heap;
	readonly #arena: Arena;
	readonly #i32: Int32Array;
	readonly #u8: Uint8Array;

	constructor(heap: Heap) {
		this.#heap = heap;
		this.#arena = heap.arena;
		this.#i32 = heap.arena.i32;
		this.#u8 = heap.arena.u8;
	}

	/** A string of `n` characters, contents unspecified, with room for `room` of them. */
	#make(n: number, wide: boolean, room: number = n): number {
		if (room > 0x1fffff00) fault("out of memory: heap");
		const s = this.#heap.object(this.#heap.types.string, S_DATA + (wide ? room * 4 : room));
		const cap = this.#heap.pool.room(s) - S_DATA;
		this.#i32[(s + S_LEN) >>> 2] = n;
		this.#i32[(s + S_CAP) >>> 2] = cap | (wide ? S_WIDE : 0);
		return s;
	}

	/** Characters in `s`; nil has none. */
	length(s: number): number {
		return s === H ? 0 : (this.#i32[(s + S_LEN) >>> 2] as number);
	}

	wide(s: number): boolean {
		return ((this.#i32[(s + S_CAP) >>> 2] as number) & S_WIDE) !== 0;
	}

	/** Character `i`, which must be there. */
	#at(s: number, wide: boolean, i: number): number {
		return (wide ? this.#i32[((s + S_DATA) >>> 2) + i] : this.#u8[(s >>> 0) + S_DATA + i]) as number;
	}

	/** indc: faults when `s` is nil or has no character `i`. */
	index(s: number, i: number): number {
		if (s === H) fault(exNilref);
		const i32 = this.#i32;
		if (i >>> 0 >= (i32[(s + S_LEN) >>> 2] as number)) fault(exBounds);
		if (((i32[(s + S_CAP) >>> 2] as number) & S_WIDE) !== 0) return i32[((s + S_DATA) >>> 2) + i] as number;
		return this.#u8[(s >>> 0) + S_DATA + i] as number;
	}

	/** Less than, equal to or greater than 0, by code points. nil is the empty string. */
	compare(a: number, b: number): number {
		if (a === b) return 0;
		const na = this.length(a);
		const nb = this.length(b);
		const n = na < nb ? na : nb;
		if (n > 0) {
			const wa = this.wide(a);
			const wb = this.wide(b);
			if (!wa && !wb) {
				const u8 = this.#u8;
				const pa = (a >>> 0) + S_DATA;
				const pb = (b >>> 0) + S_DATA;
				for (let i = 0; i < n; i++) {
					const d = (u8[pa + i] as number) - (u8[pb + i] as number);
					if (d !== 0) return d;
				}
			} else
				for (let i = 0; i < n; i++) {
					const d = this.#at(a, wa, i) - this.#at(b, wb, i);
					if (d !== 0) return d;
				}
		}
		return na - nb;
	}

	/** Whether the two strings are equal. */
	equal(a: number, b: number): boolean {
		return a === b || (this.length(a) === this.length(b) && this.compare(a, b) === 0);
	}

	/** Copies characters `from` to `to` of `s` into `t` at `at`; `t` is wide if `s` is. */
	#put(t: number, wide: boolean, at: number, s: number, from: number, to: number): void {
		const i32 = this.#i32;
		const u8 = this.#u8;
		if (this.wide(s)) {
			const w = (s + S_DATA) >>> 2;
			i32.copyWithin(((t + S_DATA) >>> 2) + at, w + from, w + to);
		} else if (wide) {
			const b = (s >>> 0) + S_DATA;
			for (let i = from, w = ((t + S_DATA) >>> 2) + at; i < to; i++, w++) i32[w] = u8[b + i] as number;
		} else {
			const b = (s >>> 0) + S_DATA;
			const d = (t >>> 0) + S_DATA + at;
			if (to - from > 32) u8.copyWithin(d, b + from, b + to);
			else for (let i = from, k = d; i < to; i++, k++) u8[k] = u8[b + i] as number;
		}
	}

	/** slicec: characters `from` to `to` of `s`, nil if there are none. Faults when they are not all in `s`. */
	slice(s: number, from: number, to: number): number {
		if (from < 0 || to < from || to > this.length(s)) fault(exBounds);
		if (from === to) return H;
		const wide = this.wide(s);
		const r = this.#make(to - from, wide);
		this.#put(r, wide, 0, s, from, to);
		return r;
	}

	/**
	 * addc: stores `a` followed by `b` at `at`. When `append`, and what is there is the only reference to `a`, the string
	 * itself is extended if there is room; the result has room to grow otherwise.
	 */
	add(at: number, a: number, b: number, append: boolean): void {
		const i32 = this.#i32;
		const na = this.length(a);
		const nb = this.length(b);
		if (na === 0 || nb === 0) {
			const whole = nb === 0 ? a : b;
			this.#heap.retain(whole);
			this.#heap.store(at, whole);
			return;
		}
		const n = na + nb;
		const wide = this.wide(a) || this.wide(b);
		if (append && i32[(a + B_REF) >>> 2] === 1 && wide === this.wide(a)) {
			if ((wide ? n * 4 : n) <= ((i32[(a + S_CAP) >>> 2] as number) & ~S_WIDE)) {
				this.#put(a, wide, na, b, 0, nb);
				i32[(a + S_LEN) >>> 2] = n;
				return;
			}
		}
		const r = this.#make(n, wide, append ? n + (n >> 1) : n);
		this.#put(r, wide, 0, a, 0, na);
		this.#put(r, wide, na, b, 0, nb);
		this.#heap.store(at, r);
	}

	/**
	 * insc: the string at `at` (the address of the pointer) with character `i` replaced by `c`, or `c` appended when
	 * `i` is its length. Changed in place where the pointer is the only reference and there is room.
	 */
	insert(at: number, i: number, c: number): void {
		const i32 = this.#i32;
		const s = i32[at >>> 2] as number;
		const n = this.length(s);
		if (i >>> 0 > n) fault(exBounds);
		const needWide = c >>> 0 >= 0x80;
		const wide = needWide || (s !== H && this.wide(s));
		const grown = i === n ? n + 1 : n;
		if (s !== H && i32[(s + B_REF) >>> 2] === 1 && wide === this.wide(s)) {
			if ((wide ? grown * 4 : grown) <= ((i32[(s + S_CAP) >>> 2] as number) & ~S_WIDE)) {
				i32[(s + S_LEN) >>> 2] = grown;
				this.#setChar(s, wide, i, c);
				return;
			}
		}
		const r = this.#make(grown, wide, grown + (i === n ? n >> 1 : 0));
		if (n > 0) this.#put(r, wide, 0, s, 0, n);
		this.#setChar(r, wide, i, c);
		this.#heap.store(at, r);
	}

	#setChar(s: number, wide: boolean, i: number, c: number): void {
		if (wide) this.#i32[((s + S_DATA) >>> 2) + i] = c;
		else this.#u8[(s >>> 0) + S_DATA + i] = c;
	}

	/** A new string from a JavaScript one. The empty string gives nil. */
	make(text: string): number {
		const n = text.length;
		if (n === 0) return H;
		let wide = false;
		for (let i = 0; i < n && !wide; i++) wide = text.charCodeAt(i) >= 0x80;
		if (!wide) {
			const s = this.#make(n, false);
			const u8 = this.#u8;
			for (let i = 0, p = (s >>> 0) + S_DATA; i < n; i++, p++) u8[p] = text.charCodeAt(i);
			return s;
		}
		const runes = Array.from(text, (c) => c.codePointAt(0) as number);
		const s = this.#make(runes.length, true);
		this.#i32.set(runes, (s + S_DATA) >>> 2);
		return s;
	}

	/** The JavaScript string with the same characters; what is no code point becomes U+FFFD. nil gives "". */
	text(s: number): string {
		const n = this.length(s);
		if (n === 0) return "";
		const start = (s >>> 0) + S_DATA;
		if (!this.wide(s)) {
			if (n > 24) return latin1(this.#u8.subarray(start, start + n));
			let text = "";
			for (let i = 0; i < n; i++) text += String.fromCharCode(this.#u8[start + i] as number);
			return text;
		}
		let text = "";
		for (let i = 0, w = start >>> 2; i < n; i++) {
			const c = this.#i32[w + i] as number;
			text += String.fromCodePoint(c >>> 0 > 0x10ffff ? RUNEERROR : c);
		}
		return text;
	}

	/** cvtac: the string that UTF-8 `bytes` spell. An unfinished sequence at the end is dropped, wrong bytes become U+FFFD. */
	decode(bytes: Uint8Array): number {
		const n = bytes.length;
		if (n === 0) return H;
		let ascii = 0;
		while (ascii < n && (bytes[ascii] as number) < 0x80) ascii++;
		if (ascii === n) {
			const s = this.#make(n, false);
			this.#u8.set(bytes, (s >>> 0) + S_DATA);
			return s;
		}
		const runes = new Int32Array(n);
		let count = 0;
		for (let i = 0; i < n; count++) {
			const [c, used] = decodeRune(bytes, i);
			if (used === 0) break;
			runes[count] = c;
			i += used;
		}
		if (count === 0) return H;
		const s = this.#make(count, true);
		this.#i32.set(runes.subarray(0, count), (s + S_DATA) >>> 2);
		return s;
	}

	/** cvtca: the UTF-8 of `s`. For a narrow string a view of its bytes, to be used at once. */
	encode(s: number): Uint8Array {
		const n = this.length(s);
		const start = (s >>> 0) + S_DATA;
		if (n === 0 || !this.wide(s)) return n === 0 ? new Uint8Array(0) : this.#u8.subarray(start, start + n);
		const out = new Uint8Array(n * 4);
		let k = 0;
		for (let i = 0, w = start >>> 2; i < n; i++) k += encodeRune(this.#i32[w + i] as number, out, k);
		return out.subarray(0, k);
	}

	get arena(): Arena {
		return this.#arena;
	}
}

function latin1(bytes: Uint8Array): string {
	let text = "";
	for (let i = 0; i < bytes.length; i += 4096)
		text += String.fromCharCode.apply(null, bytes.subarray(i, i + 4096) as unknown as number[]);
	return text;
}

/** Whether there are as many bytes from `i` on as the first of them promises, right or wrong. */
export function fullRune(bytes: Uint8Array, i: number): boolean {
	const c = bytes[i];
	if (c === undefined) return false;
	return bytes.length - i >= (c < 0x80 ? 1 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : 4);
}

/** The code point at `i` of UTF-8 `bytes` and the bytes it takes: 1 for a wrong one, 0 if the sequence is cut off by the end. */
export function decodeRune(bytes: Uint8Array, i: number): [rune: number, used: number] {
	const c = bytes[i] as number;
	if (c < 0x80) return [c, 1];
	const n = c < 0xc0 ? 0 : c < 0xe0 ? 2 : c < 0xf0 ? 3 : c < 0xf8 ? 4 : 0;
	if (n === 0) return [RUNEERROR, 1];
	let rune = c & (0xff >> (n + 1));
	for (let k = 1; k < n; k++) {
		if (i + k >= bytes.length) return [RUNEERROR, 0];
		const next = bytes[i + k] as number;
		if ((next & 0xc0) !== 0x80) return [RUNEERROR, 1];
		rune = (rune << 6) | (next & 0x3f);
	}
	const least = n === 2 ? 0x80 : n === 3 ? 0x800 : 0x10000;
	if (rune < least || rune > 0x10ffff || (rune >= 0xd800 && rune < 0xe000)) return [RUNEERROR, 1];
	return [rune, n];
}

/** Writes the UTF-8 of code point `c` to `out` at `k`; what is no code point is written as U+FFFD. Returns the bytes written. */
export function encodeRune(c: number, out: Uint8Array, k: number): number {
	if (c >>> 0 > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = RUNEERROR;
	if (c < 0x80) {
		out[k] = c;
		return 1;
	}
	const n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
	for (let i = n - 1; i > 0; i--, c >>= 6) out[k + i] = 0x80 | (c & 0x3f);
	out[k] = ((0xf00 >> n) & 0xff) | c;
	return n;
}
