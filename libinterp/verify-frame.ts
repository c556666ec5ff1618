/**
 * Verifying the operands of one function: every place that an instruction reads or writes, and what the words that serve as
 * addresses hold afterwards.
 */
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARGS,
	AXIMM,
	AXINF,
	AXNON,
	dstMode,
	isa,
	midMode,
	REGRET,
	STEMP,
	srcMode,
} from "./isa.ts";
import { M_MP } from "./layout.ts";
import {
	I_ADD,
	I_D,
	I_D2,
	I_M,
	I_OP,
	I_S,
	I_S2,
	INST_WORDS,
	ObjectError,
	type ObjectFile,
	type TypeDesc,
} from "./object.ts";
import { anyPointer, isPointer, type ModuleData } from "./verify-data.ts";
import * as shape from "./verify-shape.ts";
import * as st from "./verify-state.ts";

// Where an operand lies.
const FAR = 0; // in an object, at an unknown place
const SMALL = 1; // in a place of `limit` bytes
const OWN = 2; // in the function's frame
const DATA = 3; // in the module data
const CALLEE = 4; // in a frame made for a call, of type `type`
const STRANGE = 5; // the same, of another module's type
const VALUE = 6; // an immediate

/** Of the elements of ind instructions; that of indx is unknown. */
const ELEMENT_SIZE: Readonly<Record<string, number>> = { indb: 1, indw: 4, indf: 8, indl: 8 };
const elementSize = Uint8Array.from(isa, (row) => ELEMENT_SIZE[row.name] ?? 0);
const names = isa.map((row) => row.name);
/** What an instruction does to the words that hold addresses, apart from overwriting them. */
const EFFECT: Readonly<Record<string, number>> = {
	frame: 1,
	mframe: 2,
	call: 3,
	spawn: 3,
	mcall: 4,
	mspawn: 4,
	lea: 5,
	indx: 6,
	indb: 6,
	indw: 6,
	indf: 6,
	indl: 6,
	movw: 7,
	alt: 8,
	nbalt: 8,
	ret: 9,
};
const effect = Uint8Array.from(isa, (row) => EFFECT[row.name] ?? 0);

const padded = (type: TypeDesc): number => (type.size + 7) & ~7;

/** The operands of the instructions of one function. */
export class FrameCheck {
	type!: TypeDesc;
	readonly slots = new st.Slots();
	readonly #object: ObjectFile;
	readonly #code: Int32Array;
	readonly #data: ModuleData;
	/** Called with each function that this one calls or spawns. */
	readonly #callee: (pc: number, type: number) => void;
	#state: Int32Array = new Int32Array(1);
	#pc = 0;
	#op = 0;
	// The place that #place found.
	#region = 0;
	#offset = 0;
	#limit = 0;
	#callType!: TypeDesc;

	constructor(object: ObjectFile, data: ModuleData, callee: (pc: number, type: number) => void) {
		this.#object = object;
		this.#code = object.code;
		this.#data = data;
		this.#callee = callee;
	}

	/** Begins a function, whose frames are of `type`. */
	begin(type: TypeDesc): void {
		this.type = type;
		this.#callType = type;
		this.slots.reset(padded(type));
	}

	#wrong(k: number, why: string): ObjectError {
		return new ObjectError(`pc ${this.#pc}: ${names[this.#op]}: ${["source", "middle", "destination"][k]}: ${why}`);
	}

	/** Notes which words of the frame the instruction uses as addresses. */
	collect(pc: number): void {
		const code = this.#code;
		const at = pc * INST_WORDS;
		const add = code[at + I_ADD] as number;
		if (srcMode(add) === (AIND | AFP)) this.#base(code[at + I_S] as number);
		if (dstMode(add) === (AIND | AFP)) this.#base(code[at + I_D] as number);
		const e = effect[code[at + I_OP] as number];
		if (e === 3 || e === 4) this.#base(code[at + I_S] as number);
		else if (e === 8) this.#collectAlt(pc);
	}

	#base(offset: number): void {
		if (offset >= STEMP && !this.#pointerAt(offset)) this.slots.follow(offset);
	}

	#pointerAt(offset: number): boolean {
		return offset % 4 === 0 && offset >> 2 < this.type.map.length * 8 && isPointer(this.type, offset >> 2);
	}

	/** The numbers of sends and receives that an alt finds in its table, as the code before it seems to say, tell how many words to follow. */
	#collectAlt(pc: number): void {
		const code = this.#code;
		const table = code[pc * INST_WORDS + I_S] as number;
		this.slots.follow(table);
		this.slots.follow(table + 4);
		let n = 0;
		for (let p = pc - 1, left = 2; p >= 0 && left > 0 && p > pc - 16; p--) {
			const at = p * INST_WORDS;
			const add = code[at + I_ADD] as number;
			if (effect[code[at + I_OP] as number] !== 7 || dstMode(add) !== AFP || srcMode(add) !== AIMM) continue;
			const d = code[at + I_D] as number;
			if (d !== table && d !== table + 4) continue;
			n += Math.max(0, Math.min(code[at + I_S] as number, 1 << 16));
			left--;
		}
		for (let i = 0; i < n; i++) this.slots.follow(table + 8 + i * 8 + 4);
	}

	/** Verifies the instruction at `pc`, reached with `state`, and turns that into the state after it. */
	step(pc: number, state: Int32Array): void {
		const code = this.#code;
		const at = pc * INST_WORDS;
		const op = code[at + I_OP] as number;
		const add = code[at + I_ADD] as number;
		this.#pc = pc;
		this.#op = op;
		this.#state = state;
		const i = op * 3;
		const block = this.#blockSize(at);
		let value = st.UNKNOWN;
		if (shape.access[i] !== shape.NONE && shape.access[i] !== shape.NAME) {
			this.#place(shape.SRC, srcMode(add), code[at + I_S] as number, code[at + I_S2] as number);
			value = this.#sourceValue(op);
			this.#check(shape.SRC, shape.access[i] as number, block);
		}
		const mid = midMode(add);
		if (mid !== AXNON && mid !== AXIMM) {
			this.#place(shape.MID, mid === AXINF ? AFP : AMP, code[at + I_M] as number, 0);
			const used = shape.access[i + shape.MID] as number;
			this.#check(shape.MID, used === shape.NAME ? shape.READ : used, block);
		}
		// Where an index lies is settled before the element's address is written, perhaps over the base of the index.
		const midRegion = this.#region;
		const midOffset = this.#offset;
		this.#destination(at, block, value);
		if (shape.access[i + shape.MID] === shape.WRITE) {
			this.#region = midRegion;
			this.#offset = midOffset;
			this.#written(4, this.#elementValue(op));
		}
		this.#finish(at);
	}

	/** The destination, which gets the address `value` from the source. */
	#destination(at: number, block: number, value: number): void {
		const code = this.#code;
		const i = this.#op * 3 + shape.DST;
		const used = shape.access[i] as number;
		if (used === shape.NONE || used === shape.NAME || shape.kind[i] === shape.TABLE) return;
		this.#place(shape.DST, dstMode(code[at + I_ADD] as number), code[at + I_D] as number, code[at + I_D2] as number);
		this.#check(shape.DST, used === shape.ADDRESS ? shape.WRITE : used, block);
		if (used === shape.WRITE) this.#written(shape.width[i] as number, this.#destinationValue(at, value));
		else if (used === shape.ADDRESS) this.#written(Math.max(block, 4), st.UNKNOWN);
	}

	/** Bytes of the block that the middle operand describes; 0 if there is none or its size is not known. */
	#blockSize(at: number): number {
		const i = (this.#code[at + I_OP] as number) * 3;
		if (shape.kind[i] !== shape.BLOCK && shape.kind[i + shape.DST] !== shape.BLOCK) return 0;
		if (shape.access[i + shape.MID] !== shape.NAME) return 0;
		const m = this.#code[at + I_M] as number;
		return shape.kind[i + shape.MID] === shape.TYPE ? (this.#object.types[m] as TypeDesc).size : m;
	}

	/** Finds where an operand lies. */
	#place(k: number, mode: number, a: number, b: number): void {
		this.#offset = a;
		if (mode === AFP) this.#region = OWN;
		else if (mode === AMP) this.#region = DATA;
		else if (mode === AIMM) this.#region = VALUE;
		else this.#indirect(k, mode, a, b);
	}

	#indirect(k: number, mode: number, a: number, b: number): void {
		this.#offset = b;
		this.#region = FAR;
		if (b < 0) throw this.#wrong(k, `offset ${b} from an address`);
		if (mode === (AIND | AMP)) {
			const type = this.#data.type;
			if (a < 0 || a % 4 !== 0 || a >> 2 >= type.map.length * 8 || !isPointer(type, a >> 2))
				throw this.#wrong(k, `${a}(mp) is no pointer`);
			return;
		}
		if (a === REGRET || (a >= 0 && this.#pointerAt(a))) return;
		const i = a < 0 ? 0 : this.slots.index(a);
		this.#through(k, i === 0 ? st.UNKNOWN : (this.#state[i] as number), a, b);
	}

	#through(k: number, v: number, a: number, b: number): void {
		switch (st.kindOf(v)) {
			case st.INSIDE:
				return;
			case st.ELEMENT:
				this.#region = SMALL;
				this.#limit = st.payloadOf(v);
				return;
			case st.FRAME:
				this.#region = CALLEE;
				this.#callType = this.#object.types[st.frameOf(v)] as TypeDesc;
				return;
			case st.MFRAME:
				this.#region = STRANGE;
				return;
			case st.OWN:
				this.#region = OWN;
				this.#offset = st.payloadOf(v) + b;
				return;
			case st.DATA:
				this.#region = DATA;
				this.#offset = st.payloadOf(v) + b;
				return;
			default:
				throw this.#wrong(k, `${a}(fp) does not hold an address on every path`);
		}
	}

	/** The place found may be used as operand k of the opcode wants, `how` being READ, WRITE or ADDRESS. */
	#check(k: number, how: number, block: number): void {
		if (this.#region === VALUE) return;
		const i = this.#op * 3 + k;
		const kind = shape.kind[i];
		const addressOnly = kind === shape.BLOCK && effect[this.#op] === 5;
		const bytes = kind === shape.BLOCK ? (addressOnly ? 0 : Math.max(block, 1)) : (shape.width[i] as number);
		const align = kind === shape.BLOCK ? 1 : bytes;
		if (this.#offset % align !== 0) throw this.#wrong(k, `offset ${this.#offset} is not aligned`);
		switch (this.#region) {
			case FAR:
				return;
			case SMALL:
				if (this.#offset + bytes > this.#limit)
					throw this.#wrong(k, `${this.#offset} is outside an element of ${this.#limit} bytes`);
				return;
			case OWN:
				this.#header(k);
				this.#within(k, padded(this.type), "a frame", bytes);
				this.#pointers(k, how, this.type, kind as number, bytes);
				return;
			case DATA:
				this.#within(k, this.#data.type.size, "module data", bytes);
				if (how === shape.WRITE && this.#data.inTable(this.#offset, this.#offset + bytes))
					throw this.#wrong(k, `${this.#offset}(mp) is part of a jump table`);
				this.#pointers(k, how, this.#data.type, kind as number, bytes);
				return;
			case CALLEE:
				if (this.#offset === REGRET && kind === shape.FRAMEADDR) return;
				this.#header(k);
				this.#within(k, padded(this.#callType), "the new frame", bytes);
				this.#pointers(k, how, this.#callType, kind as number, bytes);
				return;
			default:
				if (this.#offset !== REGRET || kind !== shape.FRAMEADDR) {
					if (this.#offset < ARGS) throw this.#wrong(k, `${this.#offset} is in the header of the new frame`);
				}
		}
	}

	#header(k: number): void {
		if (this.#offset < STEMP) throw this.#wrong(k, `${this.#offset} is in the header of a frame`);
	}

	#within(k: number, size: number, what: string, bytes: number): void {
		if (this.#offset < 0 || this.#offset + bytes > size)
			throw this.#wrong(k, `${this.#offset} is outside ${what} of ${size} bytes`);
	}

	#pointers(k: number, how: number, type: TypeDesc, kind: number, bytes: number): void {
		const from = this.#offset;
		if (kind === shape.POINTER) {
			if (from >> 2 >= type.map.length * 8 || !isPointer(type, from >> 2))
				throw this.#wrong(k, `${from} is no pointer`);
			return;
		}
		if (kind === shape.BLOCK) {
			if (shape.kind[this.#op * 3 + shape.MID] === shape.TYPE) {
				this.#typed(k, type, from);
				return;
			}
			// What a channel carries is not known; an address alone does nothing yet.
			if (shape.access[this.#op * 3 + shape.MID] !== shape.NAME) return;
		}
		if (how === shape.WRITE && anyPointer(type, from, from + bytes)) throw this.#wrong(k, `${from} is a pointer`);
	}

	/** The pointers of the type that the middle operand names are pointers at the place, and no others are. */
	#typed(k: number, type: TypeDesc, from: number): void {
		const t = this.#object.types[this.#code[this.#pc * INST_WORDS + I_M] as number] as TypeDesc;
		for (let w = 0; w << 2 < t.size; w++) {
			const want = w < t.map.length * 8 && isPointer(t, w);
			const at = (from >> 2) + w;
			const have = at < type.map.length * 8 && isPointer(type, at);
			if (want !== have) throw this.#wrong(k, `${from + 4 * w} is ${have ? "a" : "no"} pointer`);
		}
	}

	/** The place found has been written, `bytes` of it, and if it is a word that is followed it holds `v` now. */
	#written(bytes: number, v: number): void {
		if (this.#region !== OWN) return;
		this.slots.kill(this.#state, this.#offset, this.#offset + bytes);
		if (v === st.UNKNOWN) return;
		const i = this.slots.index(this.#offset);
		if (i !== 0) this.#state[i] = v;
	}

	/** What the place found, as the source of lea or movw, gives the destination. */
	#sourceValue(op: number): number {
		if (effect[op] === 7) return this.#copied();
		if (effect[op] !== 5) return st.UNKNOWN;
		switch (this.#region) {
			case FAR:
				return st.value(st.INSIDE, 0);
			case SMALL:
				return st.value(st.ELEMENT, this.#limit - this.#offset);
			case OWN:
				return st.value(st.OWN, this.#offset);
			case DATA:
				return st.value(st.DATA, this.#offset);
			case VALUE:
				return st.value(st.ELEMENT, 4);
			default:
				return st.UNKNOWN;
		}
	}

	#copied(): number {
		if (this.#region === VALUE) return this.#offset >= 0 ? st.value(st.CONSTANT, this.#offset & 0xfffffff) : st.UNKNOWN;
		// The first word of a module link is the address of the module's data, by which its variables are reached.
		if (this.#region === FAR && this.#offset === M_MP) return st.value(st.INSIDE, 0);
		if (this.#region !== OWN) return st.UNKNOWN;
		const v = this.#state[this.slots.index(this.#offset)] as number;
		return this.slots.index(this.#offset) === 0 || st.isFrame(v) ? st.UNKNOWN : v;
	}

	#elementValue(op: number): number {
		const size = elementSize[op] as number;
		return size === 0 ? st.value(st.INSIDE, 0) : st.value(st.ELEMENT, size);
	}

	#destinationValue(at: number, source: number): number {
		const code = this.#code;
		switch (effect[this.#op]) {
			case 1:
				return this.#pending(st.FRAME, code[at + I_S] as number);
			case 2: {
				const link = code[at + I_M] as number;
				const known = midMode(code[at + I_ADD] as number) === AXIMM && link >= 0 && link < st.LINK_UNKNOWN;
				return this.#pending(st.MFRAME, known ? link : st.LINK_UNKNOWN);
			}
			default:
				return source;
		}
	}

	#pending(kind: number, what: number): number {
		const i = this.#region === OWN ? this.slots.index(this.#offset) : 0;
		if (i === 0) throw this.#wrong(shape.DST, "the new frame is never called");
		const depth = (this.#state[0] as number) + 1;
		this.#state[0] = depth;
		return st.frameValue(kind, what, depth);
	}

	#finish(at: number): void {
		switch (effect[this.#op]) {
			case 3: {
				const v = this.#call(at);
				if (st.kindOf(v) !== st.FRAME) throw this.#wrong(shape.SRC, "the frame is another module's");
				this.#callee(this.#code[at + I_D] as number, st.frameOf(v));
				return;
			}
			case 4:
				this.#farCall(at);
				return;
			case 8:
				this.#alt(at);
				return;
			case 9:
				if (this.#state[0] !== 0) throw new ObjectError(`pc ${this.#pc}: ret: ${this.#state[0]} frames are pending`);
		}
	}

	/** A function with a variable number of arguments gets a frame of a type of the caller's. */
	#farCall(at: number): void {
		const v = this.#call(at);
		const link = st.frameOf(v);
		if (st.kindOf(v) !== st.MFRAME || link === st.LINK_UNKNOWN) return;
		if (midMode(this.#code[at + I_ADD] as number) === AXIMM && link !== this.#code[at + I_M])
			throw this.#wrong(shape.MID, `the frame was made for link ${link}`);
	}

	/** The frame in the source is the last one made; it is pending no more. */
	#call(at: number): number {
		const mode = srcMode(this.#code[at + I_ADD] as number);
		const i = mode === AFP ? this.slots.index(this.#code[at + I_S] as number) : 0;
		const v = i === 0 ? st.UNKNOWN : (this.#state[i] as number);
		if (!st.isFrame(v)) throw this.#wrong(shape.SRC, "not a new frame on every path");
		if (st.depthOf(v) !== this.#state[0]) throw this.#wrong(shape.SRC, "not the frame made last");
		this.#state[0] = (this.#state[0] as number) - 1;
		this.#state[i] = st.UNKNOWN;
		return v;
	}

	/** The table of an alt lies in the frame, as long as constants say, with an address in each entry. */
	#alt(at: number): void {
		const table = this.#code[at + I_S] as number;
		if (srcMode(this.#code[at + I_ADD] as number) !== AFP || table % 4 !== 0)
			throw this.#wrong(shape.SRC, "not a table in the frame");
		let n = 0;
		for (const offset of [table, table + 4]) {
			const v = this.#state[this.slots.index(offset)] as number;
			if (this.slots.index(offset) === 0 || st.kindOf(v) !== st.CONSTANT)
				throw this.#wrong(shape.SRC, "a number in the table is not known");
			n += st.payloadOf(v);
		}
		if (table + 8 + 8 * n > padded(this.type))
			throw this.#wrong(shape.SRC, `a table of ${n} entries at ${table} is outside the frame`);
		for (let e = table + 12; e < table + 8 + 8 * n; e += 8) {
			const v = this.#state[this.slots.index(e)] as number;
			const kind = st.kindOf(v);
			if (this.slots.index(e) === 0 || kind === st.UNKNOWN || kind === st.CONSTANT || st.isFrame(v))
				throw this.#wrong(shape.SRC, `${e}(fp) in the table holds no address`);
		}
	}
}
