/*
 * Each opcode that isa.ts gives a meaning, run in every form of its operands with values at the edges, and compared with the
 * meaning evaluated here over exact integers.
 */
import test from "ava";
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	AXIMM,
	AXINF,
	AXINM,
	AXNON,
	AXXX,
	DEFB,
	type Expr,
	isa,
	opcode,
	type Row,
} from "../../libinterp/isa.ts";
import { R_MP, R_PC } from "../../libinterp/layout.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS, type ObjectFile } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { machine, type Way, ways } from "../engines.ts";
import { objectOf } from "./assemble.ts";

/** Integers are bigints, reals numbers. */
type Value = bigint | number;

// Values of each operand type. Those of h and r are the bits of the word in memory.
const reals = [
	0, -0, 1, -1, 0.5, -0.5, 1.5, 2.5, -2.5, 0.1, 1e10, -1e10, 2147483646.5, 2147483647.5, -2147483648.5,
].concat([
	1e15,
	9.3e18,
	-9.3e18,
	1e300,
	-1e300,
	5e-324,
	Number.POSITIVE_INFINITY,
	Number.NEGATIVE_INFINITY,
	Number.NaN,
]);
const values: Readonly<Record<string, readonly Value[]>> = {
	b: [0n, 1n, 2n, 7n, 8n, 127n, 128n, 200n, 255n],
	w: [0, 1, -1, 2, -2, 7, 31, 32, 33, -31, 255, 256, 46341, 1000003, 0x7fffffff, -0x80000000, -123456789].map(BigInt),
	l: [0n, 1n, -1n, 2n, -7n, 63n, 1n << 31n, 1n << 32n, -(1n << 32n), (1n << 53n) + 1n, 0x123456789abcdefn].concat([
		(1n << 63n) - 1n,
		-(1n << 63n),
		-987654321012345n,
		3037000500n,
	]),
	f: reals,
	h: [0n, 1n, 0x7fffn, 0x8000n, 0xffffn, 0x12348001n, 0x7fff0002n],
	r: [0, -0, 1, -2.5, 0.1, 3e38, 1e-45, Number.POSITIVE_INFINITY, Number.NaN],
};

const width: Readonly<Record<string, number>> = { b: 1, h: 4, w: 4, r: 4, l: 8, f: 8 };
const stored: Readonly<Record<string, number>> = { ...width, h: 2 };
const bits: Readonly<Record<string, number>> = { w: 32, l: 64 };

const min = (n: number): bigint => -(1n << BigInt(n - 1));

/** A real as an integer of n bits: halves away from zero, saturating, the least for NaN. */
function rounded(x: number, n: number): bigint {
	if (Number.isNaN(x) || x <= Number(min(n))) return min(n);
	if (x >= -Number(min(n))) return -min(n) - 1n;
	const whole = BigInt(Math.trunc(x));
	const r = Math.abs(x - Math.trunc(x)) < 0.5 ? whole : whole + BigInt(Math.sign(x));
	return r > -min(n) - 1n ? -min(n) - 1n : r < min(n) ? min(n) : r;
}

function arithmetic(op: string, type: "w" | "l" | "f", a: Value, b: Value): Value | undefined {
	if (typeof a === "number") return real(op, a, Number(b));
	const n = bits[type] as number;
	const exact = integer(op, n, a, b as bigint);
	return exact === undefined ? undefined : BigInt.asIntN(n, exact);
}

function integer(op: string, n: number, a: bigint, b: bigint): bigint | undefined {
	const count = BigInt.asUintN(Math.log2(n), b);
	if ((op === "div" || op === "mod") && b === 0n) return undefined;
	const results: Record<string, () => bigint> = {
		add: () => a + b,
		sub: () => a - b,
		mul: () => a * b,
		div: () => a / b,
		mod: () => a % b,
		and: () => a & b,
		or: () => a | b,
		xor: () => a ^ b,
		shl: () => a * 2n ** count,
		shr: () => a >> count,
		lsr: () => BigInt.asUintN(n, a) / 2n ** count,
		expw: () => power(a, b, n),
		expl: () => power(a, b, n),
	};
	if ((op === "expw" || op === "expl") && b < 0n && power(a, -b, n) === 0n) return undefined;
	return (results[op] as () => bigint)();
}

/** x to the nth, modulo 2^size; of a negative power the whole part. */
function power(x: bigint, n: bigint, size: number): bigint {
	let r = 1n;
	for (let k = n.toString(2).replace("-", ""), i = 0; i < k.length; i++)
		r = BigInt.asIntN(size, r * r * (k[i] === "1" ? x : 1n));
	return n < 0n ? 1n / r : r;
}

function real(op: string, a: number, b: number): number {
	const results: Record<string, number> = { add: a + b, sub: a - b, mul: a * b, div: a / b, expf: a ** b };
	return results[op] as number;
}

function compared(op: string, a: Value, b: Value): boolean {
	return { eq: a === b, ne: a !== b, lt: a < b, le: a <= b, gt: a > b, ge: a >= b }[op] as boolean;
}

function converted(how: string, x: Value): Value {
	if (how.startsWith("f")) return rounded(Number(x), bits[how[1] as string] as number);
	return how.endsWith("f") ? Number(x) : BigInt.asIntN(how === "lw" ? 32 : 64, x as bigint);
}

/** The value of a meaning; undefined where it is a fault. */
function evaluate(e: Expr, s: Value, m: Value): Value | undefined {
	if (e === "s") return s;
	if (e === "m") return m;
	if (e === "d") throw new Error("no meaning reads d");
	if (e[0] === "neg") return -Number(evaluate(e[2], s, m));
	if (e[0] === "cvt") return converted(e[1], evaluate(e[2], s, m) as Value);
	if (e[0] === "pure")
		return arithmetic(e[1], e[2], evaluate(e[3] as Expr, s, m) as Value, evaluate(e[4] as Expr, s, m) as Value);
	const [a, b] = [evaluate(e[2], s, m) as Value, evaluate(e[3], s, m) as Value];
	if (["eq", "ne", "lt", "le", "gt", "ge"].includes(e[0])) return compared(e[0], a, b) ? 1n : 0n;
	return arithmetic(e[0], e[1], a, b);
}

/** What an operand of type `ty` reads from memory that holds `v`. */
function loaded(ty: string, v: Value): Value {
	if (ty === "h") return BigInt.asIntN(16, v as bigint);
	return ty === "r" ? Math.fround(v as number) : v;
}

function store(at: DataView, ty: string, v: Value): void {
	if (ty === "f") at.setFloat64(0, v as number, true);
	else if (ty === "r") at.setFloat32(0, v as number, true);
	else {
		const n = stored[ty] as number;
		for (let i = 0; i < n; i++) at.setUint8(i, Number((BigInt.asUintN(64, v as bigint) >> BigInt(8 * i)) & 0xffn));
	}
}

// A case: one instruction, its operands in forms of its own, and its place in the module data: s, m, d.
const CASE = 24;
const [S, M, D] = [0, 8, 16];
// In the frame: the same, and the addresses of s and of d.
const F = 32;
const [PS, PD] = [56, 60];
const FRAME = 64;
// At the start of the module data: a pointer to a block with room for s and d, since an address in module data can only be a pointer.
const HEAD = 8;
const [BS, BD] = [0, 8];
const BLOCK = 16;

const sides = ["mp", "fp", "imm", "*fp", "*mp"] as const;
const middles = ["mp", "fp", "imm", "none"] as const;
const targets = ["mp", "fp", "*fp", "*mp"] as const;

interface Case {
	s: Value;
	m: Value;
	form: readonly [(typeof sides)[number], (typeof middles)[number], (typeof targets)[number]];
	/** The eight bytes at d afterwards. */
	expected: Uint8Array;
}

const PATTERN = 0x5a;

function fits(ty: string, v: Value, limit: number): boolean {
	return (ty === "w" || ty === "b") && v < limit && v >= -limit;
}

/** The form, where it is one that the operands can have; else the nearest. */
function legal(row: Row, s: Value, m: Value, form: Case["form"]): Case["form"] {
	const [st, mt] = [row.s[1] as string, row.m[1] as string];
	const side = form[0] === "imm" && !fits(st, s, 1 << 29) ? "mp" : form[0];
	if (row.m === "") return [side, "none", form[2]];
	let middle = form[1];
	if (middle === "imm" && !fits(mt, m, 1 << 15)) middle = "fp";
	if (middle === "none" && (row.flow === "branch" || row.d[1] !== mt)) middle = "mp";
	return [side, middle, form[2]];
}

function initial(row: Row, m: Value, none: boolean): DataView<ArrayBuffer> {
	const view = new DataView(new ArrayBuffer(8));
	new Uint8Array(view.buffer).fill(PATTERN);
	if (none && row.m !== "") store(view, row.m[1] as string, m);
	return view;
}

/** All pairs of values, each in several forms, so that all forms are used; without those that fault. */
function cases(row: Row, ss: readonly Value[], ms: readonly Value[]): Case[] {
	const [kind, expr] = row.meaning as NonNullable<Row["meaning"]>;
	const all: Case[] = [];
	const rounds = Math.max(3, Math.ceil(100 / (ss.length * ms.length)));
	let k = 0;
	for (let round = 0; round < rounds; round++, k++)
		for (const s of ss)
			for (const m of ms) {
				const value = evaluate(expr, loaded(row.s[1] as string, s), m);
				if (value === undefined) continue;
				const n = k++;
				const form = legal(row, s, m, [
					sides[n % 5] as Case["form"][0],
					middles[n % 4] as Case["form"][1],
					targets[(n >> 2) % 4] as Case["form"][2],
				]);
				const after = initial(row, m, form[1] === "none");
				store(after, kind === "if" ? "w" : (row.d[1] as string), value);
				all.push({ s, m, form, expected: new Uint8Array(after.buffer) });
			}
	return all;
}

/** An operand in the form `form`, whose place is `at` in the module data. */
function operand(form: string, v: Value, part: number, base: number): [mode: number, first: number, second: number] {
	if (form === "imm") return [AIMM, Number(v), 0];
	if (form === "fp") return [AFP, F + part, 0];
	if (form === "*fp") return [AIND | AFP, part === S ? PS : PD, 0];
	if (form === "*mp") return [AIND | AMP, 0, part === S ? BS : BD];
	return [AMP, base + part, 0];
}

class Code {
	readonly words: number[] = [];

	get pc(): number {
		return this.words.length / INST_WORDS;
	}

	emit(op: string, s: readonly number[], mid: readonly number[], d: readonly number[]): void {
		const w = new Array<number>(INST_WORDS).fill(0);
		w[I_OP] = opcode(op);
		w[I_ADD] = ((s[0] as number) << 3) | (mid[0] as number) | (d[0] as number);
		[w[I_S], w[I_S2], w[I_M], w[I_D], w[I_D2]] = [s[1] ?? 0, s[2] ?? 0, mid[1] ?? 0, d[1] ?? 0, d[2] ?? 0];
		this.words.push(...w);
	}

	/** Between the module data and the frame: eight bytes. */
	copy(from: readonly number[], to: readonly number[]): void {
		this.emit("movl", from, [AXNON], to);
	}
}

/** Brings the operand to where its form wants it. */
function prepare(code: Code, form: string, part: number, base: number): void {
	const from = [AMP, base + part];
	if (form === "fp" || form === "*mp") code.copy(from, operand(form, 0n, part, base));
	else if (form === "*fp") code.emit("lea", from, [AXNON], [AFP, part === S ? PS : PD]);
}

const mids: Readonly<Record<string, number>> = { none: AXNON, imm: AXIMM, fp: AXINF, mp: AXINM };

function emitCase(code: Code, row: Row, c: Case, base: number): void {
	const [sf, mf, df] = c.form;
	const d = operand(df, 0n, D, base);
	prepare(code, sf, S, base);
	prepare(code, mf, M, base);
	prepare(code, df, D, base);
	const middle = [mids[mf] as number, mf === "none" ? 0 : operand(mf, c.m, M, base)[1]];
	const s = operand(sf, c.s, S, base);
	if (row.flow === "branch") {
		code.emit("movw", [AIMM, 1], [AXNON], d);
		code.emit(row.name, s, middle, [AIMM, code.pc + 2]);
		code.emit("movw", [AIMM, 0], [AXNON], d);
	} else code.emit(row.name, s, middle, d);
	if (df === "fp" || df === "*mp") code.copy(d, [AMP, base + D]);
}

function module(code: Code, dataSize: number, bytes: Uint8Array): ObjectFile {
	return objectOf([], {
		code: Int32Array.from(code.words),
		nprog: code.pc,
		dataSize,
		types: [
			{ size: dataSize, map: Uint8Array.of(0x80) },
			{ size: FRAME, map: new Uint8Array() },
			{ size: BLOCK, map: new Uint8Array() },
		],
		data: [{ kind: DEFB, offset: HEAD, bytes: bytes.subarray(HEAD) }],
		name: "Test",
		entry: 0,
		entryType: 1,
	});
}

/** Runs the cases one after another, then goes round for ever; the module data then. */
function run(way: Way, row: Row, list: readonly Case[]): { data: Uint8Array; ends: string[]; done: boolean } {
	const size = HEAD + list.length * CASE;
	const data = new Uint8Array(size);
	const code = new Code();
	code.emit("new", [AIMM, 2], [AXNON], [AMP, 0]);
	list.forEach((c, i) => {
		const base = HEAD + i * CASE;
		store(new DataView(data.buffer, base + S), row.s[1] === "h" ? "w" : (row.s[1] as string), c.s);
		if (row.m !== "") store(new DataView(data.buffer, base + M), row.m[1] as string, c.m);
		data.set(new Uint8Array(initial(row, c.m, c.form[1] === "none").buffer), base + D);
		emitCase(code, row, c, base);
	});
	const last = code.pc;
	code.emit("jmp", [AXXX], [AXNON], [AIMM, last]);
	const object = module(code, size, data);
	verify(object);
	const { vm, ends } = machine(way);
	const p = vm.start(vm.modules.make("test", object, ""));
	for (let i = 0; i < 3; i++) vm.slice();
	if (ends.length > 0) return { data, ends, done: false };
	const mp = vm.sched.reg(p, R_MP);
	return { data: vm.heap.arena.u8.slice(mp, mp + size), ends, done: vm.sched.reg(p, R_PC) === last };
}

/** Equal in every byte; for reals any NaN is a NaN, and a power may be off by some bits. */
function same(row: Row, got: Uint8Array, expected: Uint8Array): boolean {
	if (Buffer.compare(got, expected) === 0) return true;
	const real = (b: Uint8Array): number => {
		const v = new DataView(b.buffer, b.byteOffset, 8);
		return row.d[1] === "f" ? v.getFloat64(0, true) : v.getFloat32(0, true);
	};
	if (row.d[1] !== "f" && row.d[1] !== "r") return false;
	const [a, b] = [real(got), real(expected)];
	if (Number.isNaN(a) && Number.isNaN(b)) return true;
	return row.name === "expf" && Math.abs(a - b) <= 1e-14 * Math.abs(b);
}

function operands(row: Row): [ss: readonly Value[], ms: readonly Value[]] {
	const all = (o: string): readonly Value[] => (o === "" ? [0n] : (values[o[1] as string] as readonly Value[]));
	// A real to a power of thousands is a matter of the last bits: small powers only.
	if (row.name === "expf")
		return [
			[0n, 1n, 2n, 3n, 10n, -1n, -2n, 31n],
			[0, 1, -1, 0.5, 2.5, -3, 1e10, 1e200, Number.NaN],
		];
	return [all(row.s), all(row.m)];
}

const simple = isa.filter((row) => row.meaning !== undefined);

for (const way of ways)
	for (const row of simple)
		test(`${row.name}, ${way.name}`, (t) => {
			const list = cases(row, ...operands(row));
			const { data, ends, done } = run(way, row, list);
			t.deepEqual(ends, []);
			t.true(done, "the end was reached");
			const wrong = list.filter((c, i) => !same(row, data.subarray(HEAD + i * CASE + D).subarray(0, 8), c.expected));
			t.deepEqual(
				wrong.map((c) => [c.form.join(" "), c.s, c.m, Buffer.from(c.expected).toString("hex")]),
				[],
			);
		});

// The pairs of values that have no result, each in a thread of its own.
for (const way of ways)
	for (const row of simple.filter((r) => r.may.includes("f")))
		test(`${row.name} faults, ${way.name}`, (t) => {
			const [ss, ms] = operands(row);
			const [, expr] = row.meaning as NonNullable<Row["meaning"]>;
			let faults = 0;
			for (const s of ss)
				for (const m of ms.slice(0, 4)) {
					if (evaluate(expr, s, m) !== undefined) continue;
					faults++;
					for (const form of ["mp", "fp"] as const) {
						const one: Case = { s, m, form: [form, form, form], expected: new Uint8Array(8) };
						t.deepEqual(run(way, row, [one]).ends, ["zero divide"], `${m} ${row.name} ${s}`);
					}
				}
			t.true(faults > 0);
		});
