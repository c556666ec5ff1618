/** The module data: variables, constants and jump tables, and the type descriptors of everything. */
import { ARGS, DAPOP, DEFA, DEFB, DEFF, DEFL, DEFS, DEFW, DIND, IBY2WD } from "../libinterp/isa.ts";
import type { DataItem, TypeDesc } from "../libinterp/object.ts";
import { fieldsOf } from "./compat.ts";
import type { Constant } from "./constant.ts";
import type { Label } from "./inst.ts";
import { alignOf, alignUp, mapOf, pointerMap, pointersIn, sizeOf } from "./layout.ts";
import { bigType, byteType, type Decl, elem, intType, realType, stringType, type Type } from "./types.ts";

/** A word of a jump table. */
export type Cell = number | bigint | string | { label: Label; base: () => number } | undefined;

interface Piece {
	offset: number;
	write: (into: DataItem[]) => void;
}

const utf8 = new TextEncoder();

export class ModuleData {
	readonly types: TypeDesc[] = [{ size: 0, map: new Uint8Array(0) }];
	private readonly typeIds = new Map<string, number>();
	private readonly pieces: Piece[] = [];
	private readonly constants = new Map<string, number>();
	private readonly pointers: number[] = [];
	private end = 0;

	/** Room for something of a type; its offset. */
	allot(type: Type): number {
		return this.allotBlock(sizeOf(type), alignOf(type), (offset) => pointersIn(type, offset, this.pointers));
	}

	private allotBlock(size: number, align: number, pointers: (offset: number) => void): number {
		const offset = alignUp(this.end, Math.max(align, 1));
		this.end = offset + size;
		pointers(offset);
		return offset;
	}

	/** Where nil can be read. */
	nil(): number {
		return this.once("nil", () => this.allot(stringType));
	}

	/** A pointer variable of the compiler's own. */
	nilPointer(): number {
		return this.allot(stringType);
	}

	private once(key: string, make: () => number): number {
		const known = this.constants.get(key);
		if (known !== undefined) return known;
		const offset = make();
		this.constants.set(key, offset);
		return offset;
	}

	/** Where a constant that does not fit an operand can be read. */
	constant(type: Type, value: Constant): number {
		const text = "value" in value ? String(Object.is(value.value, -0) ? "-0" : value.value) : value.kind;
		return this.once(`${type.kind} ${text}`, () => {
			const offset = this.allot(type);
			this.initialize(offset, type, value);
			return offset;
		});
	}

	/** The value a variable has from the start. */
	initialize(offset: number, type: Type, value: Constant): void {
		this.pieces.push({ offset, write: (into) => this.write(into, offset, type, value) });
	}

	private write(into: DataItem[], offset: number, type: Type, value: Constant): void {
		switch (value.kind) {
			case "word":
				if (type.kind === "byte") into.push({ kind: DEFB, offset, bytes: Uint8Array.of(value.value) });
				else into.push({ kind: DEFW, offset, words: Int32Array.of(value.value) });
				break;
			case "big":
				into.push({ kind: DEFL, offset, bigs: BigInt64Array.of(value.value) });
				break;
			case "real":
				into.push({ kind: DEFF, offset, reals: Float64Array.of(value.value) });
				break;
			case "string":
				into.push({ kind: DEFS, offset, bytes: utf8.encode(value.value) });
				break;
			case "exception":
				into.push({ kind: DEFS, offset, bytes: utf8.encode(value.decl.longName ?? value.decl.name) });
				break;
			case "nil":
				break;
			case "tuple": {
				const fields = fieldsOf(type);
				sizeOf(type);
				for (const [i, field] of value.fields.entries()) {
					const decl = fields[i] as Decl;
					this.write(into, offset + decl.offset, decl.type, field);
				}
				break;
			}
			case "array":
				this.writeArray(into, offset, elem(type), value);
		}
	}

	private writeArray(into: DataItem[], offset: number, type: Type, value: Constant & { kind: "array" }): void {
		into.push({ kind: DEFA, offset, type: this.typeId(type), length: value.length });
		if (value.elems.length === 0) return;
		into.push({ kind: DIND, offset, index: 0 });
		const values: (Constant | undefined)[] = [];
		for (const e of value.elems) for (let i = e.first; i <= e.last; i++) values[i] = e.value;
		const size = sizeOf(type);
		const items: DataItem[] = [];
		for (const [i, v] of values.entries()) if (v !== undefined) this.write(items, i * size, type, v);
		into.push(...join(items), { kind: DAPOP, offset: 0 });
	}

	/** A table for case or goto, aligned for what it holds: bigs take two words. */
	table(cells: readonly Cell[], align: number): number {
		let size = 0;
		const strings: number[] = [];
		const places: number[] = [];
		for (const cell of cells) {
			places.push(size);
			if (typeof cell === "string" || cell === undefined) strings.push(size);
			size += typeof cell === "bigint" ? 8 : IBY2WD;
		}
		const offset = this.allotBlock(size, align, (at) => {
			for (const s of strings) this.pointers.push(at + s);
		});
		const write = (into: DataItem[]): void => {
			for (const [i, cell] of cells.entries()) writeCell(into, offset + (places[i] as number), cell);
		};
		this.pieces.push({ offset, write });
		return offset;
	}

	/** The number of the descriptor for a type. */
	typeId(type: Type): number {
		return this.typeIdOf(sizeOf(type), mapOf(type));
	}

	typeIdOf(size: number, map: Uint8Array): number {
		const key = `${size} ${map.join()}`;
		const known = this.typeIds.get(key);
		if (known !== undefined) return known;
		const id = this.types.length;
		this.types.push({ size, map });
		this.typeIds.set(key, id);
		return id;
	}

	/** The type of a frame that has only arguments, as calls of functions with any number of them make it. */
	argumentsType(fn: Type, end: number): number {
		const pointers: number[] = [];
		for (const arg of fn.ids) pointersIn(arg.type, arg.offset, pointers);
		return this.typeIdOf(alignUp(Math.max(end, ARGS), 8), pointerMap(pointers));
	}

	/** Bytes and contents, when all has been generated. */
	finish(): { size: number; items: DataItem[] } {
		const items: DataItem[] = [];
		for (const piece of [...this.pieces].sort((a, b) => a.offset - b.offset)) piece.write(items);
		const size = alignUp(this.end, IBY2WD);
		this.types[0] = { size, map: pointerMap(this.pointers) };
		return { size, items: join(items) };
	}
}

function writeCell(into: DataItem[], offset: number, cell: Cell): void {
	if (cell === undefined) return;
	if (typeof cell === "number") into.push({ kind: DEFW, offset, words: Int32Array.of(cell) });
	else if (typeof cell === "bigint") into.push({ kind: DEFL, offset, bigs: BigInt64Array.of(cell) });
	else if (typeof cell === "string") into.push({ kind: DEFS, offset, bytes: utf8.encode(cell) });
	else into.push({ kind: DEFW, offset, words: Int32Array.of(cell.base() + cell.label.at) });
}

/** Makes one item of neighbours of the same kind. */
function join(items: readonly DataItem[]): DataItem[] {
	const joined: DataItem[] = [];
	let run: DataItem[] = [];
	let end = -1;
	const flush = (): void => {
		if (run.length > 0) joined.push(merge(run));
		run = [];
	};
	let depth = 0;
	for (const item of items) {
		const size = item.kind === DEFW ? 4 : item.kind === DEFB ? 1 : item.kind === DEFL || item.kind === DEFF ? 8 : 0;
		if (size === 0 || run[0]?.kind !== item.kind || item.offset !== end || depth > 0) flush();
		if (item.kind === DIND) depth++;
		if (item.kind === DAPOP) depth--;
		const whole = "words" in item ? item.words.length : "bytes" in item ? item.bytes.length : 1;
		if (size === 0 || depth > 0) {
			joined.push(item);
			continue;
		}
		run.push(item);
		end = item.offset + size * whole;
	}
	flush();
	return joined;
}

function merge(run: readonly DataItem[]): DataItem {
	const first = run[0] as DataItem;
	if (run.length === 1) return first;
	const offset = first.offset;
	switch (first.kind) {
		case DEFW:
			return { kind: DEFW, offset, words: Int32Array.from(run.flatMap((x) => (x.kind === DEFW ? [...x.words] : []))) };
		case DEFB:
			return { kind: DEFB, offset, bytes: Uint8Array.from(run.flatMap((x) => (x.kind === DEFB ? [...x.bytes] : []))) };
		case DEFF:
			return {
				kind: DEFF,
				offset,
				reals: Float64Array.from(run.flatMap((x) => (x.kind === DEFF ? [...x.reals] : []))),
			};
		case DEFL:
			return {
				kind: DEFL,
				offset,
				bigs: BigInt64Array.from(run.flatMap((x) => (x.kind === DEFL ? [...x.bigs] : []))),
			};
		default:
			return first;
	}
}

/** The type a constant is stored with when its operand is of a certain kind. */
export function storedType(type: Type): Type {
	switch (type.kind) {
		case "byte":
			return byteType;
		case "big":
			return bigType;
		case "real":
			return realType;
		case "string":
			return stringType;
		default:
			return intType;
	}
}
