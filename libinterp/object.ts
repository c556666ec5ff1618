/**
 * The Dis object file as plain data, and its parser. Knows nothing of memory, files or Node; the writer is
 * writeobject.ts. The format is that of dis(6).
 *
 * Parsing checks everything that has to hold for the bytes to be an object file at all: sizes, ranges of type and
 * array indexes, branch targets, the end of the input. Whether the code it holds is well behaved is the verifier's
 * business.
 */
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARM,
	AXNON,
	DADEPTH,
	DAPOP,
	DEFA,
	DEFB,
	DEFF,
	DEFL,
	DEFS,
	DEFW,
	DIND,
	dstMode,
	HASEXCEPT,
	HASLDT,
	HASLDT0,
	isa,
	SMAGIC,
	srcMode,
	XMAGIC,
} from "./isa.ts";

/** Words an instruction takes in `ObjectFile.code`. */
export const INST_WORDS = 8;

/** Offsets in an instruction's words. `S2` and `D2` are the second offsets of double indirect operands. */
export const I_OP = 0;
export const I_ADD = 1;
export const I_S = 2;
export const I_S2 = 3;
export const I_M = 4;
export const I_D = 5;
export const I_D2 = 6;

/** A type descriptor: size in bytes, and a bit per word, most significant first, set where the word is a pointer. */
export interface TypeDesc {
	size: number;
	map: Uint8Array;
}

/**
 * One item of the data section. `offset` is in bytes from the current base: the module data, or between a `DIND` and
 * its `DAPOP` the element that `DIND` chose in the array at `offset`. `DEFS` holds UTF-8.
 */
export type DataItem =
	| { kind: typeof DEFB; offset: number; bytes: Uint8Array }
	| { kind: typeof DEFW; offset: number; words: Int32Array }
	| { kind: typeof DEFS; offset: number; bytes: Uint8Array }
	| { kind: typeof DEFF; offset: number; reals: Float64Array }
	| { kind: typeof DEFL; offset: number; bigs: BigInt64Array }
	| { kind: typeof DEFA; offset: number; type: number; length: number }
	| { kind: typeof DIND; offset: number; index: number }
	| { kind: typeof DAPOP; offset: number };

/** An entry of the link section: a function (`type` its frame), or the module data `.mp` (pc and type -1). */
export interface Export {
	pc: number;
	type: number;
	/** Signature hash, unsigned. */
	sig: number;
	name: string;
}

export interface Import {
	/** Signature hash, unsigned. */
	sig: number;
	name: string;
}

/** An exception handler: covers pc1 <= pc < pc2. */
export interface Handler {
	pc1: number;
	pc2: number;
	/** Frame offset of the exception value. */
	eoff: number;
	/** How many of the cases, from the first, name declared exceptions rather than strings. */
	ne: number;
	/** Type of what has to be freed in the frame before the handler runs, -1 if nothing. */
	type: number;
	/** In order; the last one has the name null and is the wildcard, pc -1 where there is none. */
	cases: { name: string | null; pc: number }[];
}

export interface ObjectFile {
	magic: number;
	/** The signature block of a signed module (SMAGIC). */
	signature: Uint8Array | undefined;
	flags: number;
	/** Bytes by which a stack grows in this module, 0 for the default. */
	stackExtent: number;
	/** INST_WORDS words an instruction: op, address mode byte, s, s2, m, d, d2, 0. */
	code: Int32Array;
	/** Number of instructions. */
	nprog: number;
	/** Bytes of module data. */
	dataSize: number;
	/** Type 0 describes the module data. */
	types: TypeDesc[];
	/** In file order. */
	data: DataItem[];
	name: string;
	exports: Export[];
	/** The pc and frame type of the default function, -1 if there is none. */
	entry: number;
	entryType: number;
	/** A table per `load`, in the order their indexes are used. */
	imports: Import[][];
	handlers: Handler[];
	/** The source file's path, "" where the file does not say. */
	sourcePath: string;
	/** What the verifier found out. */
	functions?: Functions;
}

/** The functions of a module: where each starts and the type of its frame; by pc, the function it is part of plus 1, or 0. */
export interface Functions {
	readonly list: readonly { readonly pc: number; readonly type: number }[];
	readonly owner: Int32Array;
	/** By pc of a jump through a table: where it may lead. */
	readonly targets: ReadonlyMap<number, readonly number[]>;
}

/** The bytes are not an object file: the message is the error string a failed `load` leaves. */
export class ObjectError extends Error {
	override readonly name = "ObjectError";
}

const IMPLAUSIBLE = "implausible Dis file";
const TRUNCATED = "truncated Dis file";

/** The map of a type may take at most so many bytes. */
const MAXMAP = 128 * 1024;

/** Bytes that the shortest entry of each section takes: no count may promise more entries than the file has room for. */
const MIN_INST = 2;
const MIN_TYPE = 3;
const MIN_EXPORT = 7;
const MIN_IMPORT = 5;
const MIN_HANDLER = 6;
const MIN_CASE = 2;

/** 1 for opcodes whose destination, when immediate, is an instruction number. */
const branches = Uint8Array.from(isa, (row) => (row.d === "io" ? 1 : 0));

const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

class Reader {
	readonly bytes: Uint8Array;
	readonly view: DataView;
	at = 0;

	constructor(bytes: Uint8Array) {
		this.bytes = bytes;
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	}

	byte(): number {
		const b = this.bytes[this.at++];
		if (b === undefined) throw new ObjectError(TRUNCATED);
		return b;
	}

	/** 7, 14 or 30 bits, signed: the top two bits of the first byte say which. */
	operand(): number {
		const b = this.byte();
		switch (b & 0xc0) {
			case 0x00:
				return b;
			case 0x40:
				return b | ~0x7f;
			case 0x80:
				return ((b << 26) >> 18) | this.byte();
			default:
				return ((b << 26) >> 2) | (this.byte() << 16) | (this.byte() << 8) | this.byte();
		}
	}

	/** A number of things, at least `least` bytes each, that must still fit into the file. */
	count(least: number): number {
		return this.room(this.operand(), least);
	}

	room(n: number, least: number): number {
		if (n < 0) throw new ObjectError(IMPLAUSIBLE);
		if (n * least > this.bytes.length - this.at) throw new ObjectError(n > 1 << 24 ? IMPLAUSIBLE : TRUNCATED);
		return n;
	}

	/** The offset of the next `n` bytes, which are skipped. */
	skip(n: number): number {
		const at = this.at;
		this.at = at + this.room(n, 1);
		return at;
	}

	block(n: number): Uint8Array {
		const at = this.skip(n);
		return this.bytes.subarray(at, at + n);
	}

	word(): number {
		return this.view.getInt32(this.skip(4));
	}

	/** A string that a zero byte ends. */
	text(): string {
		const start = this.at;
		const end = this.bytes.indexOf(0, start);
		if (end < 0) throw new ObjectError(TRUNCATED);
		this.at = end + 1;
		return decode(this.bytes, start, end);
	}
}

function decode(bytes: Uint8Array, start: number, end: number): string {
	let s = "";
	for (let i = start; i < end; i++) {
		const b = bytes[i] as number;
		if (b >= 0x80) return utf8.decode(bytes.subarray(start, end));
		s += String.fromCharCode(b);
	}
	return s;
}

/** Parses an object file. Throws ObjectError and nothing else, and allocates in proportion to the input. */
export function parseObject(bytes: Uint8Array): ObjectFile {
	const r = new Reader(bytes);
	const magic = r.operand();
	if (magic !== XMAGIC && magic !== SMAGIC) throw new ObjectError("bad magic");
	const signature = magic === SMAGIC ? parseSignature(r) : undefined;
	const flags = r.operand();
	const stackExtent = r.operand();
	const nprog = r.operand();
	const dataSize = r.operand();
	const ntype = r.operand();
	const nexport = r.operand();
	const entry = r.operand();
	const entryType = r.operand();
	if (nprog < 0 || dataSize < 0 || ntype < 0 || nexport < 0) throw new ObjectError(IMPLAUSIBLE);
	if (flags & HASLDT0) throw new ObjectError("obsolete dis");
	const code = parseCode(r, nprog);
	const types = parseTypes(r, ntype);
	if (dataSize !== 0 && types[0]?.size !== dataSize) throw new ObjectError("bad desc for mp");
	const data = parseData(r, dataSize, types);
	const name = parseName(r);
	const exports = parseExports(r, nexport, nprog, ntype);
	const imports = flags & HASLDT ? parseImports(r) : [];
	const handlers = flags & HASEXCEPT ? parseHandlers(r, nprog, ntype) : [];
	const sourcePath = r.bytes.indexOf(0, r.at) < 0 ? "" : r.text();
	const entered = entry >= 0 && entry < nprog && entryType >= 0 && entryType < ntype;
	return {
		magic,
		signature,
		flags,
		stackExtent,
		code,
		nprog,
		dataSize,
		types,
		data,
		name,
		exports,
		entry: entered ? entry : -1,
		entryType: entered ? entryType : -1,
		imports,
		handlers,
		sourcePath,
	};
}

function parseSignature(r: Reader): Uint8Array {
	const n = r.operand();
	if (n < 0 || n > r.bytes.length - r.at) throw new ObjectError("corrupt signature");
	return r.block(n);
}

function parseCode(r: Reader, nprog: number): Int32Array {
	r.room(nprog, MIN_INST);
	const code = new Int32Array(nprog * INST_WORDS);
	for (let at = 0; at < code.length; at += INST_WORDS) {
		const op = r.byte();
		const add = r.byte();
		code[at + I_OP] = op;
		code[at + I_ADD] = add;
		if ((add & ARM) !== AXNON) code[at + I_M] = r.operand();
		operand(r, code, at + I_S, srcMode(add));
		const mode = dstMode(add);
		operand(r, code, at + I_D, mode);
		if (mode === AIMM && branches[op] === 1) {
			const target = code[at + I_D] as number;
			if (target < 0 || target >= nprog) throw new ObjectError("bad branch addr");
		}
	}
	return code;
}

function operand(r: Reader, code: Int32Array, at: number, mode: number): void {
	if (mode <= AIMM) {
		code[at] = r.operand();
	} else if (mode === (AIND | AFP) || mode === (AIND | AMP)) {
		code[at] = r.operand();
		code[at + 1] = r.operand();
	}
}

function parseTypes(r: Reader, ntype: number): TypeDesc[] {
	r.room(ntype, MIN_TYPE);
	const types = new Array<TypeDesc | undefined>(ntype).fill(undefined);
	for (let i = 0; i < ntype; i++) {
		const id = r.operand();
		if (id < 0 || id >= ntype) throw new ObjectError("heap id range");
		const size = r.operand();
		const n = r.operand();
		if (size < 0 || n < 0 || n > MAXMAP) throw new ObjectError(IMPLAUSIBLE);
		types[id] = { size, map: r.block(n) };
	}
	// As many entries as ids: a hole means that another id came twice.
	if (types.includes(undefined)) throw new ObjectError("heap id range");
	return types as TypeDesc[];
}

/** What data items may address: a block of `limit` bytes, and the arrays put into it so far, by offset. */
interface Base {
	limit: number;
	arrays: Map<number, { type: number; length: number }>;
}

function parseData(r: Reader, dataSize: number, types: readonly TypeDesc[]): DataItem[] {
	const items: DataItem[] = [];
	const stack: Base[] = [];
	let base: Base = { limit: dataSize, arrays: new Map() };
	for (;;) {
		const code = r.byte();
		if (code === 0) break;
		const count = (code & 15) === 0 ? r.operand() : code & 15;
		const offset = r.operand();
		const item = parseItem(r, code >> 4, count, offset, types.length);
		items.push(item);
		if (item.kind === DAPOP) {
			const outer = stack.pop();
			if (outer === undefined) throw new ObjectError("pop range");
			base = outer;
			continue;
		}
		if (offset < 0 || offset + itemSize(item) > base.limit) throw new ObjectError("bad data item");
		if (item.kind === DEFA) base.arrays.set(offset, item);
		if (item.kind === DIND) {
			if (stack.length >= DADEPTH) throw new ObjectError("array init range");
			stack.push(base);
			base = elements(base, item, types);
		}
	}
	return items;
}

function elements(base: Base, item: { offset: number; index: number }, types: readonly TypeDesc[]): Base {
	const array = base.arrays.get(item.offset);
	if (array === undefined) throw new ObjectError("ind not array");
	if (item.index < 0 || item.index > array.length) throw new ObjectError("array init range");
	const size = (types[array.type] as TypeDesc).size;
	return { limit: (array.length - item.index) * size, arrays: new Map() };
}

function parseItem(r: Reader, kind: number, count: number, offset: number, ntype: number): DataItem {
	switch (kind) {
		case DEFB:
			return { kind: DEFB, offset, bytes: r.block(count) };
		case DEFS:
			return { kind: DEFS, offset, bytes: r.block(count) };
		case DEFW: {
			const words = new Int32Array(r.room(count, 4));
			for (let i = 0; i < count; i++) words[i] = r.word();
			return { kind: DEFW, offset, words };
		}
		case DEFF: {
			const reals = new Float64Array(r.room(count, 8));
			for (let i = 0; i < count; i++) reals[i] = r.view.getFloat64(r.skip(8));
			return { kind: DEFF, offset, reals };
		}
		case DEFL: {
			const bigs = new BigInt64Array(r.room(count, 8));
			for (let i = 0; i < count; i++) bigs[i] = r.view.getBigInt64(r.skip(8));
			return { kind: DEFL, offset, bigs };
		}
		case DEFA: {
			const type = r.word();
			if (type < 0 || type >= ntype) throw new ObjectError("bad array type");
			const length = r.word();
			if (length < 0) throw new ObjectError("array init range");
			return { kind: DEFA, offset, type, length };
		}
		case DIND:
			return { kind: DIND, offset, index: r.word() };
		case DAPOP:
			return { kind: DAPOP, offset };
		default:
			throw new ObjectError("bad data item");
	}
}

/** Bytes an item writes at its offset. */
function itemSize(item: DataItem): number {
	switch (item.kind) {
		case DEFB:
			return item.bytes.length;
		case DEFW:
			return item.words.length * 4;
		case DEFF:
			return item.reals.length * 8;
		case DEFL:
			return item.bigs.length * 8;
		case DEFS:
		case DEFA:
		case DIND:
			return 4;
		case DAPOP:
			return 0;
	}
}

function parseName(r: Reader): string {
	const end = r.bytes.indexOf(0, r.at);
	if (end < 0 || end - r.at >= 128) throw new ObjectError("bad module name");
	return r.text();
}

function parseExports(r: Reader, n: number, nprog: number, ntype: number): Export[] {
	r.room(n, MIN_EXPORT);
	const exports: Export[] = [];
	for (let i = 0; i < n; i++) {
		const pc = r.operand();
		const type = r.operand();
		if (pc < -1 || pc >= nprog || type < -1 || type >= ntype) throw new ObjectError(IMPLAUSIBLE);
		const sig = r.word() >>> 0;
		exports.push({ pc, type, sig, name: r.text() });
	}
	return exports;
}

function parseImports(r: Reader): Import[][] {
	const tables: Import[][] = [];
	const ntable = r.count(1);
	for (let i = 0; i < ntable; i++) {
		const table: Import[] = [];
		const n = r.count(MIN_IMPORT);
		for (let j = 0; j < n; j++) table.push({ sig: r.word() >>> 0, name: r.text() });
		tables.push(table);
	}
	r.byte();
	return tables;
}

function parseHandlers(r: Reader, nprog: number, ntype: number): Handler[] {
	const handlers: Handler[] = [];
	const n = r.count(MIN_HANDLER);
	for (let i = 0; i < n; i++) handlers.push(parseHandler(r, nprog, ntype));
	r.byte();
	return handlers;
}

function parseHandler(r: Reader, nprog: number, ntype: number): Handler {
	const eoff = r.operand();
	const pc1 = r.operand();
	const pc2 = r.operand();
	const type = r.operand();
	const counts = r.operand();
	if (pc1 < 0 || pc2 < pc1 || pc2 > nprog || eoff < 0 || type < -1 || type >= ntype) throw new ObjectError(IMPLAUSIBLE);
	const ncase = r.room(counts & 0xffff, MIN_CASE);
	const cases: Handler["cases"] = [];
	for (let i = 0; i < ncase; i++) {
		const name = r.text();
		cases.push({ name, pc: handlerPc(r, nprog) });
	}
	cases.push({ name: null, pc: handlerPc(r, nprog) });
	return { pc1, pc2, eoff, ne: counts >> 16, type, cases };
}

function handlerPc(r: Reader, nprog: number): number {
	const pc = r.operand();
	if (pc < -1 || pc >= nprog) throw new ObjectError(IMPLAUSIBLE);
	return pc;
}
