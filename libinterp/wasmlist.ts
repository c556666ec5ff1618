import { disassemble } from "./das.ts";
import { Access, type Body, Wasm } from "./wasm.ts";

/** Where the code of an instruction begins in that of its function; -1 is what is before the first, or after the last. */
export interface Mark {
	readonly pc: number;
	readonly at: number;
}

/** A function as it was compiled. */
export interface Listed {
	/** Its first instruction. */
	readonly pc: number;
	readonly instructions: number;
	readonly body: Body;
	readonly marks: readonly Mark[];
}

const dotted = (name: string) => name.replace("_", ".");
const plain = new Map<number, string>(Object.entries(Wasm).map(([name, code]) => [code, dotted(name)]));
const accesses = new Map<number, string>(Object.entries(Access).map(([name, [code]]) => [code, dotted(name)]));
const locals: Readonly<Record<number, string>> = { 32: "local.get", 33: "local.set", 34: "local.tee" };
const structure: Readonly<Record<number, string>> = { 2: "block", 3: "loop", 4: "if", 5: "else", 11: "end" };
const prefixed: Readonly<Record<number, string>> = {
	2: "i32.trunc_sat_f64_s",
	6: "i64.trunc_sat_f64_s",
	10: "memory.copy",
	11: "memory.fill",
};

/** Reads the instructions of a body, one after another. */
class Reader {
	readonly #data: Uint8Array;
	readonly #name: (fn: number) => string;
	at = 0;

	constructor(data: Uint8Array, name: (fn: number) => string) {
		this.#data = data;
		this.#name = name;
	}

	#byte(): number {
		return this.#data[this.at++] as number;
	}

	#u32(): number {
		let n = 0;
		for (let shift = 0; ; shift += 7) {
			const b = this.#byte();
			n |= (b & 0x7f) << shift;
			if (b < 0x80) return n >>> 0;
		}
	}

	#signed(): bigint {
		let n = 0n;
		for (let shift = 0n; ; ) {
			const b = this.#byte();
			n |= BigInt(b & 0x7f) << shift;
			shift += 7n;
			if (b < 0x80) return BigInt.asIntN(Number(shift), n);
		}
	}

	/** The instruction at `at`, as text; moves on. */
	next(): string {
		const code = this.#byte();
		const local = locals[code];
		if (local !== undefined) return `${local} ${this.#u32()}`;
		const access = accesses.get(code);
		if (access !== undefined) {
			this.#byte();
			return `${access} ${this.#u32()}`;
		}
		const construct = structure[code];
		if (construct !== undefined) {
			if (code < 5) this.#byte();
			return construct;
		}
		switch (code) {
			case 0x23:
				return `global.get ${this.#u32()}`;
			case 0x0c:
				return `br ${this.#u32()}`;
			case 0x0d:
				return `br_if ${this.#u32()}`;
			case 0x10:
				return `call ${this.#name(this.#u32())}`;
			case 0x11:
				this.#u32();
				this.#u32();
				return "call_indirect";
			case 0x41:
				return `i32.const ${this.#signed()}`;
			case 0x42:
				return `i64.const ${this.#signed()}`;
			case 0x44:
				this.at += 8;
				return `f64.const ${new DataView(this.#data.buffer, this.#data.byteOffset + this.at - 8).getFloat64(0, true)}`;
			case 0xc1:
				return "i32.extend16_s";
			case 0xfc: {
				const which = this.#u32();
				this.at += which === 10 ? 2 : which === 11 ? 1 : 0;
				return prefixed[which] ?? `0xfc ${which}`;
			}
			default:
				return plain.get(code) ?? `0x${code.toString(16)}`;
		}
	}
}

const DIS = 34;
const TEXT = 34;

/**
 * A function's Dis instructions, the instructions of WebAssembly that each became, and their bytes, side by side. `name` names the
 * function with a number.
 */
export function listing(code: Int32Array, f: Listed, name: (fn: number) => string): string {
	const data = f.body.data.subarray(0, f.body.length);
	const reader = new Reader(data, name);
	const lines: string[] = [];
	let depth = 0;
	let next = 0;
	while (reader.at < data.length) {
		let dis = "";
		for (let mark = f.marks[next]; mark !== undefined && mark.at <= reader.at; mark = f.marks[++next]) {
			if (dis !== "") lines.push(dis);
			dis = mark.pc < 0 ? "" : `${String(mark.pc).padStart(5)} ${disassemble(code, mark.pc)}`;
		}
		const from = reader.at;
		const text = reader.next();
		const word = text.split(" ", 1)[0];
		if (word === "end" || word === "else") depth--;
		const indented = `${"  ".repeat(Math.max(0, depth))}${text}`;
		if (word === "block" || word === "loop" || word === "if" || word === "else") depth++;
		const bytes = Array.from(data.subarray(from, reader.at), (b) => b.toString(16).padStart(2, "0")).join(" ");
		lines.push(`${dis.padEnd(DIS)} ${indented.padEnd(TEXT)} ${bytes}`);
	}
	return lines.map((l) => `${l}\n`).join("");
}
