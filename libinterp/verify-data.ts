/**
 * Verifying types and module data: what the data section stores must agree with the type maps, and the jump tables in
 * the module data must lead to instructions. Tables are read-only: no instruction may write to them directly.
 */
import { DAPOP, DEFA, DEFB, DEFF, DEFL, DEFS, DEFW, DIND } from "./isa.ts";
import { type DataItem, ObjectError, type ObjectFile, type TypeDesc } from "./object.ts";

/** Initialised module data further than this is a mistake. */
const MAXIMAGE = 64 << 20;

/** Whether word `w` (an index) of a thing of this type is a pointer. */
export function isPointer(type: TypeDesc, w: number): boolean {
	return (((type.map[w >> 3] as number) >> (7 - (w & 7))) & 1) === 1;
}

/** Whether any of the words that bytes `from` to `to` touch is a pointer. */
export function anyPointer(type: TypeDesc, from: number, to: number): boolean {
	const last = Math.min((to - 1) >> 2, type.map.length * 8 - 1);
	for (let w = from >> 2; w <= last; w++) if (isPointer(type, w)) return true;
	return false;
}

/** A type's map must lie inside what it describes. */
export function verifyType(type: TypeDesc, id: number): void {
	const { size, map } = type;
	let n = map.length;
	while (n > 0 && map[n - 1] === 0) n--;
	if (n === 0) return;
	const low = map[n - 1] as number;
	let words = n * 8;
	for (let b = low; (b & 1) === 0; b >>= 1) words--;
	if (words * 4 > size) throw new ObjectError(`type ${id}: pointer at ${words * 4 - 4} in ${size} bytes`);
}

/** The module data as it is at first, and the words of it that are jump tables. */
export class ModuleData {
	readonly type: TypeDesc;
	readonly #object: ObjectFile;
	/** Words, in the machine's byte order; only as far as the tables need it. */
	readonly #view: DataView;
	readonly #tables = new Set<number>();
	/** Offsets of tables already looked at, by kind. */
	readonly #seen = new Map<string, number[]>();

	constructor(object: ObjectFile) {
		this.#object = object;
		this.type = object.dataSize > 0 ? (object.types[0] as TypeDesc) : { size: 0, map: new Uint8Array(0) };
		this.#view = new DataView(new ArrayBuffer(initialisedEnd(object.data)));
		this.#fill();
	}

	/** Whether bytes `from` to `to` are part of a jump table. */
	inTable(from: number, to: number): boolean {
		if (this.#tables.size === 0) return false;
		for (let w = from >> 2; w << 2 < to; w++) if (this.#tables.has(w)) return true;
		return false;
	}

	#fill(): void {
		const bases: { type: TypeDesc; repeat: boolean; start: number; arrays: Map<number, number> }[] = [];
		let base = { type: this.type, repeat: false, start: 0, arrays: new Map<number, number>() };
		for (const item of this.#object.data) {
			if (item.kind === DAPOP) {
				base = bases.pop() as typeof base;
				continue;
			}
			const at = base.start + item.offset;
			this.#item(item, base.type, at, base.repeat);
			if (item.kind === DEFA) base.arrays.set(item.offset, item.type);
			else if (item.kind === DEFS) base.arrays.delete(item.offset);
			if (bases.length === 0) this.#store(item);
			if (item.kind !== DIND) continue;
			const id = base.arrays.get(item.offset);
			if (id === undefined) throw new ObjectError("ind not array");
			const type = this.#object.types[id] as TypeDesc;
			bases.push(base);
			base = { type, repeat: true, start: item.index * type.size, arrays: new Map() };
		}
	}

	/** The item fits the type at `at`, which in the elements of an array (`repeat`) is taken modulo the size of the type. */
	#item(item: DataItem, type: TypeDesc, at: number, repeat: boolean): void {
		const [bytes, align] = extent(item);
		if (at % align !== 0) throw new ObjectError(`data item at ${at} is not aligned`);
		const pointer = item.kind === DEFS || item.kind === DEFA || item.kind === DIND;
		const size = type.size;
		if (pointer) {
			const w = (repeat ? at % size : at) >> 2;
			if ((repeat && (at % size) % 4 !== 0) || w >= type.map.length * 8 || !isPointer(type, w))
				throw new ObjectError(`data item at ${at}: no pointer there`);
			return;
		}
		if (type.map.length === 0 || bytes === 0) return;
		const clash = repeat ? repeatedPointer(type, at, at + bytes) : anyPointer(type, at, at + bytes);
		if (clash) throw new ObjectError(`data item at ${at} overwrites a pointer`);
	}

	#store(item: DataItem): void {
		const v = this.#view;
		const at = item.offset;
		if (item.kind === DEFW) for (const [i, w] of item.words.entries()) v.setInt32(at + 4 * i, w, true);
		else if (item.kind === DEFB) for (const [i, b] of item.bytes.entries()) v.setUint8(at + i, b);
		else if (item.kind === DEFF) for (const [i, f] of item.reals.entries()) v.setFloat64(at + 8 * i, f, true);
		else if (item.kind === DEFL) for (const [i, b] of item.bigs.entries()) v.setBigInt64(at + 8 * i, b, true);
	}

	#word(at: number): number {
		return at + 4 <= this.#view.byteLength ? this.#view.getInt32(at, true) : 0;
	}

	/**
	 * The targets of the table that opcode `name` uses at `offset` of the module data.
	 *
	 * - goto: targets; their number is in the word before the table.
	 * - case, casec: a number, as many triples of two limits and a target, a target for all else.
	 * - casel: the same with bigs: the number takes 8 bytes, limits and targets 8 each, the last target 4.
	 *
	 * The target for all else may be -1, which an engine refuses when it gets there.
	 */
	targets(name: string, offset: number): number[] {
		const key = `${name} ${offset}`;
		let found = this.#seen.get(key);
		if (found === undefined) {
			found = name === "goto" ? this.#gotoTable(offset) : this.#caseTable(name, offset);
			this.#seen.set(key, found);
		}
		return found;
	}

	#gotoTable(offset: number): number[] {
		const n = this.#count(offset - 4, 4, 0);
		const targets: number[] = [];
		for (let i = 0; i < n; i++) this.#target(offset + 4 * i, targets, false);
		return targets;
	}

	#caseTable(name: string, offset: number): number[] {
		const wide = name === "casel";
		const unit = wide ? 8 : 4;
		const n = this.#count(offset, 3 * unit, 4);
		const targets: number[] = [];
		let at = offset + unit;
		for (let i = 0; i < n; i++, at += 3 * unit) {
			if (name === "casec") this.#limits(at);
			else for (let k = 0; k < 2 * unit; k += 4) this.#tables.add((at + k) >> 2);
			this.#target(at + 2 * unit, targets, false);
		}
		this.#target(at, targets, true);
		return targets;
	}

	/** The number at `at` of entries of `bytes` each that follow, before `rest` more bytes. */
	#count(at: number, bytes: number, rest: number): number {
		const size = this.#object.dataSize;
		if (at < 0 || at % 4 !== 0 || at + 4 + rest > size)
			throw new ObjectError(`jump table at ${at} is outside module data`);
		this.#reserve(at);
		const n = this.#word(at);
		const head = bytes === 24 ? 8 : 4;
		if (n < 0 || at + head + n * bytes + rest > size) throw new ObjectError(`jump table at ${at} has ${n} entries`);
		return n;
	}

	#limits(at: number): void {
		for (let w = at >> 2; w < (at >> 2) + 2; w++)
			if (w >= this.type.map.length * 8 || !isPointer(this.type, w))
				throw new ObjectError(`jump table: no string at ${w * 4}`);
	}

	#target(at: number, targets: number[], optional: boolean): void {
		this.#reserve(at);
		const pc = this.#word(at);
		if (optional && pc === -1) return;
		if (pc < 0 || pc >= this.#object.nprog) throw new ObjectError(`jump table at ${at}: bad branch addr ${pc}`);
		targets.push(pc);
	}

	#reserve(at: number): void {
		if (anyPointer(this.type, at, at + 4)) throw new ObjectError(`jump table at ${at}: a pointer`);
		this.#tables.add(at >> 2);
	}
}

/** In an array of `type`, whether bytes `from` to `to` touch a pointer. */
function repeatedPointer(type: TypeDesc, from: number, to: number): boolean {
	if (to - from >= type.size) return anyPointer(type, 0, type.size);
	const a = from % type.size;
	const b = a + (to - from);
	return anyPointer(type, a, Math.min(b, type.size)) || (b > type.size && anyPointer(type, 0, b - type.size));
}

/** Bytes that an item fills and a divisor of the offsets it may have. */
function extent(item: DataItem): [number, number] {
	switch (item.kind) {
		case DEFB:
			return [item.bytes.length, 1];
		case DEFW:
			return [item.words.length * 4, 4];
		case DEFF:
			return [item.reals.length * 8, 8];
		case DEFL:
			return [item.bigs.length * 8, 8];
		default:
			return [4, 4];
	}
}

/** The end of the initialised part of the module data itself. */
function initialisedEnd(items: readonly DataItem[]): number {
	let end = 0;
	let depth = 0;
	for (const item of items) {
		if (item.kind === DIND) depth++;
		else if (item.kind === DAPOP) depth--;
		else if (depth === 0) end = Math.max(end, item.offset + extent(item)[0]);
	}
	if (end > MAXIMAGE) throw new ObjectError("implausible Dis file");
	return end;
}
