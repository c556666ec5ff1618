/** Writing WebAssembly: bytes, the bodies of functions, and modules. Only what the compiler uses. */

export const I32 = 0x7f;
export const I64 = 0x7e;
export const F32 = 0x7d;
export const F64 = 0x7c;
export type ValueType = typeof I32 | typeof I64 | typeof F32 | typeof F64;

/** Opcodes without immediates, by the name they have in text. */
export const Wasm = {
	unreachable: 0x00,
	return: 0x0f,
	drop: 0x1a,
	select: 0x1b,
	i32_eqz: 0x45,
	i32_eq: 0x46,
	i32_ne: 0x47,
	i32_lt_s: 0x48,
	i32_lt_u: 0x49,
	i32_gt_s: 0x4a,
	i32_gt_u: 0x4b,
	i32_le_s: 0x4c,
	i32_le_u: 0x4d,
	i32_ge_s: 0x4e,
	i32_ge_u: 0x4f,
	i64_eqz: 0x50,
	i64_eq: 0x51,
	i64_ne: 0x52,
	i64_lt_s: 0x53,
	i64_gt_s: 0x55,
	i64_le_s: 0x57,
	i64_ge_s: 0x59,
	f64_eq: 0x61,
	f64_ne: 0x62,
	f64_lt: 0x63,
	f64_gt: 0x64,
	f64_le: 0x65,
	f64_ge: 0x66,
	i32_add: 0x6a,
	i32_sub: 0x6b,
	i32_mul: 0x6c,
	i32_div_s: 0x6d,
	i32_rem_s: 0x6f,
	i32_rem_u: 0x70,
	i32_and: 0x71,
	i32_or: 0x72,
	i32_xor: 0x73,
	i32_shl: 0x74,
	i32_shr_s: 0x75,
	i32_shr_u: 0x76,
	i64_add: 0x7c,
	i64_sub: 0x7d,
	i64_mul: 0x7e,
	i64_div_s: 0x7f,
	i64_rem_s: 0x81,
	i64_and: 0x83,
	i64_or: 0x84,
	i64_xor: 0x85,
	i64_shl: 0x86,
	i64_shr_s: 0x87,
	i64_shr_u: 0x88,
	f64_neg: 0x9a,
	f64_trunc: 0x9d,
	f64_add: 0xa0,
	f64_sub: 0xa1,
	f64_mul: 0xa2,
	f64_div: 0xa3,
	f64_copysign: 0xa6,
	i32_wrap_i64: 0xa7,
	i64_extend_i32_s: 0xac,
	i64_extend_i32_u: 0xad,
	f32_demote_f64: 0xb6,
	f64_convert_i32_s: 0xb7,
	f64_convert_i64_s: 0xb9,
	f64_promote_f32: 0xbb,
	f64_reinterpret_i64: 0xbf,
} as const;

/** Loads and stores: opcode, and log2 of the width. */
export const Access = {
	i32_load: [0x28, 2],
	i64_load: [0x29, 3],
	f32_load: [0x2a, 2],
	f64_load: [0x2b, 3],
	i32_load8_u: [0x2d, 0],
	i32_load16_s: [0x2e, 1],
	i32_load16_u: [0x2f, 1],
	i32_store: [0x36, 2],
	i64_store: [0x37, 3],
	f32_store: [0x38, 2],
	f64_store: [0x39, 3],
	i32_store8: [0x3a, 0],
	i32_store16: [0x3b, 1],
} as const;
export type AccessName = keyof typeof Access;

const scratch = new DataView(new ArrayBuffer(8));

/** Bytes that grow. */
export class Bytes {
	data: Uint8Array;
	length = 0;

	constructor(room = 256) {
		this.data = new Uint8Array(room);
	}

	#room(n: number): void {
		if (this.length + n <= this.data.length) return;
		const larger = new Uint8Array(Math.max(this.data.length * 2, this.length + n));
		larger.set(this.data.subarray(0, this.length));
		this.data = larger;
	}

	byte(b: number): void {
		if (this.length === this.data.length) this.#room(1);
		this.data[this.length++] = b;
	}

	append(other: Bytes): void {
		this.#room(other.length);
		this.data.set(other.data.subarray(0, other.length), this.length);
		this.length += other.length;
	}

	/** Unsigned LEB128. */
	u32(n: number): void {
		n >>>= 0;
		while (n >= 0x80) {
			this.byte((n & 0x7f) | 0x80);
			n >>>= 7;
		}
		this.byte(n);
	}

	/** Signed LEB128 of an int32. */
	s32(n: number): void {
		n |= 0;
		for (;;) {
			const b = n & 0x7f;
			n >>= 7;
			if ((n === 0 && (b & 0x40) === 0) || (n === -1 && (b & 0x40) !== 0)) {
				this.byte(b);
				return;
			}
			this.byte(b | 0x80);
		}
	}

	/** Signed LEB128 of 64 bits. */
	s64(n: bigint): void {
		for (;;) {
			const b = Number(n & 0x7fn);
			n >>= 7n;
			if ((n === 0n && (b & 0x40) === 0) || (n === -1n && (b & 0x40) !== 0)) {
				this.byte(b);
				return;
			}
			this.byte(b | 0x80);
		}
	}

	f64(x: number): void {
		scratch.setFloat64(0, x, true);
		for (let k = 0; k < 8; k++) this.byte(scratch.getUint8(k));
	}

	name(text: string): void {
		const bytes = new TextEncoder().encode(text);
		this.u32(bytes.length);
		for (const b of bytes) this.byte(b);
	}

	/** Five bytes of unsigned LEB128 at `at`, written over what is there. */
	patch(at: number, n: number): void {
		for (let k = 0; k < 4; k++, n >>>= 7) this.data[at + k] = (n & 0x7f) | 0x80;
		this.data[at + 4] = n;
	}
}

const VOID = 0x40;

/** The instructions of a function. Labels are depths: what `block`, `loop` and `if` return is what `br` takes. */
export class Body extends Bytes {
	/** Constructs open at this point. */
	depth = 0;
	/** Places of calls to functions of the same module, whose numbers are not known yet: offset, and which function. */
	readonly calls: { at: number; fn: number }[] = [];

	op(code: number): void {
		this.byte(code);
	}

	/** An opcode and an immediate, unsigned LEB128; most are small, and there are many. */
	#op(code: number, n: number): void {
		if (n >>> 0 >= 0x80 || this.length + 2 > this.data.length) {
			this.byte(code);
			this.u32(n);
			return;
		}
		this.data[this.length] = code;
		this.data[this.length + 1] = n;
		this.length += 2;
	}

	get(local: number): void {
		this.#op(0x20, local);
	}

	set(local: number): void {
		this.#op(0x21, local);
	}

	tee(local: number): void {
		this.#op(0x22, local);
	}

	i32(n: number): void {
		if (n >= 0 && n < 0x40) this.#op(0x41, n);
		else {
			this.byte(0x41);
			this.s32(n);
		}
	}

	/** Pushes a global. */
	global(k: number): void {
		this.#op(0x23, k);
	}

	i64(n: bigint): void {
		this.byte(0x42);
		this.s64(n);
	}

	f64const(x: number): void {
		this.byte(0x44);
		this.f64(x);
	}

	/** A load or store at the address on the stack plus `offset`, which is not negative. */
	access(name: AccessName, offset: number): void {
		const [code, align] = Access[name];
		this.byte(code);
		this.#op(align, offset);
	}

	#open(code: number): number {
		this.byte(code);
		this.byte(VOID);
		return ++this.depth;
	}

	block(): number {
		return this.#open(0x02);
	}

	loop(): number {
		return this.#open(0x03);
	}

	/** Takes a condition from the stack. */
	if(): number {
		return this.#open(0x04);
	}

	else(): void {
		this.byte(0x05);
	}

	end(): void {
		this.byte(0x0b);
		this.depth--;
	}

	br(label: number): void {
		this.byte(0x0c);
		this.u32(this.depth - label);
	}

	brIf(label: number): void {
		this.byte(0x0d);
		this.u32(this.depth - label);
	}

	/** Jumps to labels[n] for the n on the stack, or to `otherwise`. */
	brTable(labels: readonly number[], otherwise: number): void {
		this.byte(0x0e);
		this.u32(labels.length);
		for (const label of labels) this.u32(this.depth - label);
		this.u32(this.depth - otherwise);
	}

	/** Calls an imported function, by its number. */
	call(imported: number): void {
		this.byte(0x10);
		this.u32(imported);
	}

	/** Calls function `fn` of this module, counted from its first own one. */
	callOwn(fn: number): void {
		this.byte(0x10);
		this.calls.push({ at: this.length, fn });
		for (let k = 0; k < 5; k++) this.byte(0);
	}

	/** Calls the function in the table whose number is on the stack. */
	callIndirect(type: number): void {
		this.byte(0x11);
		this.u32(type);
		this.u32(0);
	}

	return(): void {
		this.byte(Wasm.return);
	}

	/** trunc_sat_f64_s to i32 or to i64. */
	truncSat(type: ValueType): void {
		this.byte(0xfc);
		this.u32(type === I32 ? 2 : 6);
	}

	/** Copies bytes: destination, source and length on the stack. */
	memoryCopy(): void {
		this.byte(0xfc);
		this.u32(10);
		this.byte(0);
		this.byte(0);
	}

	/** Fills bytes: address, byte and length on the stack. */
	memoryFill(): void {
		this.byte(0xfc);
		this.u32(11);
		this.byte(0);
	}

	/** The code of another body, at this point: its labels stay what they were if it was begun at this depth. */
	splice(other: Body): void {
		for (const { at, fn } of other.calls) this.calls.push({ at: at + this.length, fn });
		this.append(other);
	}
}

/** A function that a module imports. */
export interface Import {
	readonly name: string;
	readonly params: readonly ValueType[];
	readonly results: readonly ValueType[];
	/** Number of its type in the module. */
	readonly type: number;
}

/** As large as a memory can be. */
const MAXPAGES = 65536;

interface Func {
	readonly type: number;
	readonly locals: readonly ValueType[];
	readonly body: Body;
	readonly exported: string | undefined;
}

/** A module: imports from "e" a memory, a table and functions. */
export class WasmModule {
	readonly #types: Bytes[] = [];
	readonly #typeKeys = new Map<string, number>();
	readonly #imports: Import[] = [];
	readonly #importKeys = new Map<string, number>();
	readonly #functions: (Func | undefined)[] = [];
	readonly #globals: string[] = [];
	#comment: string | undefined;

	/** A text without meaning. */
	comment(text: string): void {
		this.#comment = text;
	}

	type(params: readonly ValueType[], results: readonly ValueType[]): number {
		const key = `${params}>${results}`;
		const known = this.#typeKeys.get(key);
		if (known !== undefined) return known;
		const b = new Bytes(16);
		b.byte(0x60);
		for (const list of [params, results]) {
			b.u32(list.length);
			for (const t of list) b.byte(t);
		}
		this.#typeKeys.set(key, this.#types.length);
		return this.#types.push(b) - 1;
	}

	/** The number of an imported function. */
	import(name: string, params: readonly ValueType[], results: readonly ValueType[]): number {
		const known = this.#importKeys.get(name);
		if (known !== undefined) return known;
		this.#importKeys.set(name, this.#imports.length);
		return this.#imports.push({ name, params, results, type: this.type(params, results) }) - 1;
	}

	/** The number of an imported global, a word that does not change. */
	global(name: string): number {
		const known = this.#globals.indexOf(name);
		return known >= 0 ? known : this.#globals.push(name) - 1;
	}

	get globals(): readonly string[] {
		return this.#globals;
	}

	get imported(): readonly Import[] {
		return this.#imports;
	}

	/** Keeps a number for a function that is defined later. */
	reserve(): number {
		return this.#functions.push(undefined) - 1;
	}

	define(fn: number, type: number, locals: readonly ValueType[], body: Body, exported?: string): void {
		this.#functions[fn] = { type, locals, body, exported };
	}

	/** The bytes of the module. */
	bytes(): Uint8Array {
		const out = new Bytes(4096);
		for (const b of [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]) out.byte(b);
		const functions = this.#functions as Func[];
		section(out, 1, this.#types.length, (b) => {
			for (const t of this.#types) b.append(t);
		});
		section(out, 2, this.#imports.length + this.#globals.length + 2, (b) => this.#importSection(b));
		section(out, 3, functions.length, (b) => {
			for (const f of functions) b.u32(f.type);
		});
		const exported = functions.filter((f) => f.exported !== undefined).length;
		section(out, 7, exported, (b) => {
			for (const [k, f] of functions.entries()) {
				if (f.exported === undefined) continue;
				b.name(f.exported);
				b.byte(0);
				b.u32(this.#imports.length + k);
			}
		});
		section(out, 10, functions.length, (b) => {
			for (const f of functions) this.#code(b, f);
		});
		const comment = this.#comment;
		if (comment !== undefined) {
			const b = new Bytes(16);
			b.name(comment);
			out.byte(0);
			out.u32(b.length);
			out.append(b);
		}
		return out.data.subarray(0, out.length);
	}

	#importSection(b: Bytes): void {
		b.name("e");
		b.name("memory");
		b.byte(2);
		b.byte(1);
		b.u32(1);
		b.u32(MAXPAGES);
		b.name("e");
		b.name("table");
		b.byte(1);
		b.byte(0x70);
		b.byte(0);
		b.u32(1);
		for (const { name, type } of this.#imports) {
			b.name("e");
			b.name(name);
			b.byte(0);
			b.u32(type);
		}
		for (const name of this.#globals) {
			b.name("e");
			b.name(name);
			b.byte(3);
			b.byte(I32);
			b.byte(0);
		}
	}

	#code(b: Bytes, f: Func): void {
		for (const { at, fn } of f.body.calls) f.body.patch(at, this.#imports.length + fn);
		const head = new Bytes(16);
		const runs: [number, ValueType][] = [];
		for (const t of f.locals) {
			const last = runs.at(-1);
			if (last?.[1] === t) last[0]++;
			else runs.push([1, t]);
		}
		head.u32(runs.length);
		for (const [n, t] of runs) {
			head.u32(n);
			head.byte(t);
		}
		b.u32(head.length + f.body.length + 1);
		b.append(head);
		b.append(f.body);
		b.byte(0x0b);
	}
}

function section(out: Bytes, id: number, count: number, fill: (b: Bytes) => void): void {
	if (count === 0) return;
	const b = new Bytes(1024);
	b.u32(count);
	fill(b);
	out.byte(id);
	out.u32(b.length);
	out.append(b);
}
