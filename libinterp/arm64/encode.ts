import { conditions, type Form, forms } from "./forms.ts";

/** An operand of a form: its kind, as the table has it, the lowest bit, how many there are, and the unit that it counts. */
export interface Field {
	readonly kind: string;
	readonly at: number;
	readonly width: number;
	readonly unit: number;
	/** What a number in it may be, in units: from `least` to less than `limit`; and its bits before they are in place. */
	readonly least: number;
	readonly limit: number;
	readonly mask: number;
	/** It is a number, not a pattern. */
	readonly plain: boolean;
}

/** A form taken apart: the text has the operands, in order, where there is a %. */
export interface Shape {
	readonly text: string;
	readonly base: number;
	readonly fields: readonly Field[];
}

const OPERAND = /(?<=[ #[.])([wxsdWXuilzc@])(\d+)(?::(\d+))?(?:\*(\d+))?(?![a-z0-9])/g;

function shape(text: string, base: number): Shape {
	const fields: Field[] = [];
	const plain = text.replace(OPERAND, (_, kind: string, at: string, width = "5", unit = "1") => {
		const bits = kind === "c" ? 4 : Number(width);
		const least = kind === "i" || kind === "@" ? -(2 ** (bits - 1)) : 0;
		const limit = least + 2 ** bits;
		const plain = kind !== "l" && kind !== "z";
		const scale = kind === "@" ? 4 : Number(unit);
		fields.push({ kind, at: Number(at), width: bits, unit: scale, least, limit, mask: 2 ** bits - 1, plain });
		return "%";
	});
	return { text: plain, base: base >>> 0, fields };
}

let all: ReadonlyMap<Form, Shape> | undefined;

/** All forms, by name. They are taken apart when somebody first asks: most emulators never do. */
export function shapes(): ReadonlyMap<Form, Shape> {
	all ??= new Map(Object.entries(forms).map(([name, [text, base]]) => [name as Form, shape(text, base)]));
	return all;
}

/** The 13 bits N:immr:imms for a mask of 32 bits; undefined where no pattern gives it. */
export function logical(mask: number): number | undefined {
	for (let size = 2; size <= 32; size *= 2) {
		const low = size === 32 ? 0xffffffff : 2 ** size - 1;
		const part = (mask & low) >>> 0;
		let whole = 0;
		for (let at = 0; at < 32; at += size) whole |= part << at;
		if (whole !== (mask | 0)) continue;
		if (part === 0 || part === low) return undefined;
		for (let turn = 0; turn < size; turn++) {
			// Turned to the left by `turn`, the ones are to be lowest.
			const turned = ((part << turn) | (part >>> (size - turn))) & low;
			const p = (turn === 0 ? part : turned) >>> 0;
			if ((p & (p + 1)) !== 0) continue;
			const ones = 32 - Math.clz32(p);
			return (turn << 6) | ((-2 * size) & 0x3f) | (ones - 1);
		}
		return undefined;
	}
	return undefined;
}

/** The mask that 13 bits N:immr:imms stand for, in 32 bits. */
export function maskOf(bits: number): number {
	const size = 1 << (31 - Math.clz32(~bits & 0x3f));
	const width = (size > 32 || size < 2 ? 32 : size) | 0;
	const ones = (bits & (width - 1)) + 1;
	const turn = (bits >> 6) & (width - 1);
	let mask = 0;
	for (let k = 0; k < 32; k++) if ((k + turn) % width < ones) mask |= 1 << k;
	return mask | 0;
}

function number(f: Field, value: number): number {
	const n = value / f.unit;
	if ((n | 0) !== n || n < f.least || n >= f.limit) throw new RangeError(`operand ${value}`);
	return n & f.mask;
}

/** The bits of an operand, in place. Throws where it does not fit. */
function bits(f: Field, value: number): number {
	if (f.plain) return number(f, value) << f.at;
	switch (f.kind) {
		case "l": {
			const pattern = logical(value);
			if (pattern === undefined) throw new RangeError(`mask ${value}`);
			return pattern << f.at;
		}
		case "z": {
			if ((value | 0) !== value || value < 0 || value >= f.width) throw new RangeError(`shift ${value}`);
			return (((f.width - value) & (f.width - 1)) << 16) | ((f.width - 1 - value) << 10);
		}
		default:
			throw new Error(`a pattern of kind ${f.kind}`);
	}
}

/** The word of an instruction of up to four operands. Throws RangeError where one does not fit its field. */
export function encode(name: Form, a?: number, b?: number, c?: number, d?: number): number {
	const { base, fields } = shapes().get(name) as Shape;
	const given = d !== undefined ? 4 : c !== undefined ? 3 : b !== undefined ? 2 : a !== undefined ? 1 : 0;
	if (given !== fields.length) throw new RangeError(`${name} has ${fields.length} operands`);
	let word = base;
	if (a !== undefined) word |= bits(fields[0] as Field, a);
	if (b !== undefined) word |= bits(fields[1] as Field, b);
	if (c !== undefined) word |= bits(fields[2] as Field, c);
	if (d !== undefined) word |= bits(fields[3] as Field, d);
	return word >>> 0;
}

export function encodeAll(name: Form, [a, b, c, d]: readonly number[]): number {
	return encode(name, a, b, c, d);
}

/** Which bits of a form are operands. */
function operandBits({ fields }: Shape): number {
	let mask = 0;
	for (const f of fields) mask |= f.kind === "l" ? 0xfff << 10 : f.kind === "z" ? 0xfff << 10 : f.mask << f.at;
	return mask;
}

/** The value of an operand in a word. */
export function operandOf(f: Field, word: number): number {
	const raw = (word >>> f.at) & f.mask;
	switch (f.kind) {
		case "@":
		case "i":
			return ((raw << (32 - f.width)) >> (32 - f.width)) * f.unit;
		case "l":
			return maskOf((word >>> 10) & 0xfff);
		case "z":
			return f.width - 1 - ((word >>> 10) & 0x3f);
		default:
			return raw * f.unit;
	}
}

/** An operand as GNU as reads it. */
export function operandText(f: Field, value: number): string {
	const { kind } = f;
	if (kind === "c") return conditions[value] ?? "nv";
	if (kind === "@") return value < 0 ? `.${value}` : `.+${value}`;
	if (kind === "l") return `0x${(value >>> 0).toString(16)}`;
	if (value === 31 && "wxWX".includes(kind)) return { w: "wzr", x: "xzr", W: "wsp", X: "sp" }[kind] as string;
	return "wxWXsd".includes(kind) ? `${kind.toLowerCase()}${value}` : String(value);
}

/** The text of an instruction with operands. */
export function text(name: Form, operands: readonly number[]): string {
	const { text: plain, fields } = shapes().get(name) as Shape;
	let k = 0;
	return plain.replace(/%/g, () => {
		const f = fields[k] as Field;
		return operandText(f, operands[k++] as number);
	});
}

/** A form, and which bits say that a word is of it. */
interface Known {
	readonly name: Form;
	readonly s: Shape;
	readonly mask: number;
}
let known: readonly Known[] | undefined;

/** Forms with the most bits that are no operands first. */
function byBits(): readonly Known[] {
	known ??= [...shapes()]
		.map(([name, s]) => ({ name, s, mask: ~operandBits(s) }))
		.sort((a, b) => ones(b.mask) - ones(a.mask));
	return known;
}

function ones(mask: number): number {
	let n = 0;
	for (let rest = mask; rest !== 0; rest &= rest - 1) n++;
	return n;
}

/** The form and operands of a word; undefined where no form of the table has it. */
export function decode(word: number): { name: Form; operands: number[] } | undefined {
	for (const { name, s, mask } of byBits()) {
		if (((word & mask) | 0) !== ((s.base & mask) | 0)) continue;
		const operands = s.fields.map((f) => operandOf(f, word));
		if (s.fields.every((f, k) => fits(f, operands[k] as number)) && encodeAll(name, operands) === word >>> 0)
			return { name, operands };
	}
	return undefined;
}

const fits = (f: Field, value: number): boolean => f.kind !== "z" || (value >= 0 && value < f.width);

/** A word as text. */
export function disassemble(word: number): string {
	const found = decode(word);
	return found === undefined ? `.word 0x${(word >>> 0).toString(16)}` : text(found.name, found.operands);
}
