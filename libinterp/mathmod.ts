import * as bessel from "../libmath/bessel.ts";
import * as elementary from "../libmath/elementary.ts";
import { erf, erfc } from "../libmath/erf.ts";
import * as external from "../libmath/external.ts";
import { exceptions, Fpu } from "../libmath/fpu.ts";
import { lgamma } from "../libmath/gamma.ts";
import * as linear from "../libmath/linear.ts";
import * as real from "../libmath/real.ts";
import { exBounds, exMathia, exNilref, fault } from "./fault.ts";
import { ARGS, REGRET } from "./isa.ts";
import { A_DATA, A_LEN, H } from "./layout.ts";
import type { Prog } from "./prog.ts";
import type { BuiltinRow, Vm } from "./vm.ts";

/**
 * Types of arguments, a letter each: i int, l big, f real, and arrays: B of byte, I of int, F of real. Results the same, and
 * p for the tuple (int, real) and v for none.
 */
type Letter = "i" | "l" | "f" | "B" | "I" | "F";

type Value = number | bigint | Uint8Array | Int32Array | Float64Array | undefined;

/** Results of functions that have two. */
interface Pair {
	readonly whole: number;
	readonly fraction: number;
}

/** Whether a function has a pole, where its result from a finite argument is infinite: anywhere, or for its first argument. */
type Pole = boolean | ((x: number) => boolean);

/** A function of Math: its name, the hash of its type, its argument types, its result type, and what it does. */
type Row = readonly [
	name: string,
	sig: number,
	args: string,
	result: string,
	fn: (...a: never[]) => unknown,
	pole?: Pole,
];

/** Functions from a real to a real, and from two. */
const f = (name: string, fn: (x: number) => number, pole = false): Row => [name, 0xa1d1fe48, "f", "f", fn, pole];
const ff = (name: string, fn: (x: number, y: number) => number, pole: Pole = false): Row => [
	name,
	0xf293f6cf,
	"ff",
	"f",
	fn,
	pole,
];

function rowsOf(fpu: () => Fpu): Row[] {
	return [
		["FPcontrol", 0x6584767b, "ii", "i", (r: number, mask: number) => fpu().setControl(r, mask)],
		["FPstatus", 0x6584767b, "ii", "i", (r: number, mask: number) => fpu().setStatus(r, mask)],
		f("acos", elementary.acos),
		f("acosh", elementary.acosh),
		f("asin", elementary.asin),
		f("asinh", elementary.asinh),
		f("atan", elementary.atan),
		ff("atan2", elementary.atan2),
		f("atanh", elementary.atanh, true),
		["bits32real", 0x40a58596, "i", "f", real.bits32real],
		["bits64real", 0x5463c72c, "l", "f", real.bits64real],
		f("cbrt", elementary.cbrt),
		f("ceil", real.ceil),
		ff("copysign", real.copysign),
		f("cos", elementary.cos),
		f("cosh", elementary.cosh),
		["dot", 0xfeca4db6, "FF", "f", dot],
		f("erf", erf),
		f("erfc", erfc),
		f("exp", elementary.exp),
		f("expm1", elementary.expm1),
		["export_int", 0x3f1d94ee, "BI", "v", sized(4, external.exportInt)],
		["export_real", 0xd1fb0c8c, "BF", "v", sized(8, external.exportReal)],
		["export_real32", 0xd1fb0c8c, "BF", "v", sized(4, external.exportReal32)],
		f("fabs", real.fabs),
		ff("fdim", real.fdim),
		["finite", 0x7b2e5f52, "f", "i", real.finite],
		f("floor", real.floor),
		ff("fmax", real.fmax),
		ff("fmin", real.fmin),
		ff("fmod", real.fmod),
		["gemm", 0x53b8cd34, "iiiiifFiFifFi", "v", gemm],
		["getFPcontrol", 0x616977e8, "", "i", () => fpu().control],
		["getFPstatus", 0x616977e8, "", "i", () => fpu().status],
		ff("hypot", elementary.hypot),
		["iamax", 0xa5fc2e4d, "F", "i", (x: Float64Array | undefined) => linear.iamax(there(x))],
		["ilogb", 0x7b2e5f52, "f", "i", real.ilogb],
		["import_int", 0x3f1d94ee, "BI", "v", sized(4, external.importInt)],
		["import_real", 0xd1fb0c8c, "BF", "v", sized(8, external.importReal)],
		["import_real32", 0xd1fb0c8c, "BF", "v", sized(4, external.importReal32)],
		["isnan", 0x7b2e5f52, "f", "i", real.isnan],
		f("j0", bessel.j0),
		f("j1", bessel.j1),
		["jn", 0xb61ffc5b, "if", "f", bessel.jn],
		["lgamma", 0x6e97c646, "f", "p", signedLgamma, true],
		f("log", elementary.log, true),
		f("log10", elementary.log10, true),
		f("log1p", elementary.log1p, true),
		["modf", 0x6e97c646, "f", "p", real.modf],
		ff("nextafter", real.nextafter),
		["norm1", 0x1629207e, "F", "f", (x: Float64Array | undefined) => linear.norm1(there(x))],
		["norm2", 0x1629207e, "F", "f", (x: Float64Array | undefined) => linear.norm2(there(x))],
		ff("pow", elementary.pow, (x) => x === 0),
		["pow10", 0x40a58596, "i", "f", elementary.pow10],
		["realbits32", 0x7b2e5f52, "f", "i", real.realbits32],
		["realbits64", 0x9589d476, "f", "l", real.realbits64],
		ff("remainder", real.remainder),
		f("rint", (x) => real.rint(x, fpu().rounding)),
		["scalbn", 0x64fa84ba, "fi", "f", real.scalbn],
		f("sin", elementary.sin),
		f("sinh", elementary.sinh),
		["sort", 0x0fc7c7b8, "FI", "v", sort],
		f("sqrt", elementary.sqrt),
		f("tan", elementary.tan),
		f("tanh", elementary.tanh),
		f("y0", bessel.y0, true),
		f("y1", bessel.y1, true),
		["yn", 0xb61ffc5b, "if", "f", bessel.yn, true],
	];
}

function there<T>(x: T | undefined): T {
	return x ?? fault(exNilref);
}

function signedLgamma(x: number): Pair {
	const { sign, log } = lgamma(x);
	return { whole: sign, fraction: log };
}

function dot(x: Float64Array | undefined, y: Float64Array | undefined): number {
	if (there(x).length !== there(y).length) fault(exMathia);
	return linear.dot(there(x), there(y));
}

/** An import or export, of elements that take `size` bytes outside. */
function sized<T extends Int32Array | Float64Array>(
	size: number,
	move: (b: Uint8Array, x: T) => void,
): (b: Uint8Array | undefined, x: T | undefined) => void {
	return (b, x) => {
		if (there(b).length !== size * there(x).length) fault(exMathia);
		move(there(b), there(x));
	};
}

function sort(x: Float64Array | undefined, p: Int32Array | undefined): void {
	const n = there(x).length;
	if (there(p).some((i) => i < 0 || i >= n)) fault(exMathia);
	linear.sort(there(x), there(p));
}

/** Whether a matrix is to be transposed, from the letter that says so. */
function transposed(letter: number): boolean {
	const c = String.fromCharCode(letter & 0xffff);
	return c === "N" ? false : c === "T" || c === "C" ? true : fault(exMathia);
}

function matrix(
	data: Float64Array | undefined,
	stride: number,
	rows: number,
	columns: number,
): linear.Matrix | undefined {
	if (data === undefined) return undefined;
	const m = { data, stride };
	return linear.fits(m, rows, columns) ? m : fault(exBounds);
}

function gemm(
	transa: number,
	transb: number,
	m: number,
	n: number,
	k: number,
	alpha: number,
	a: Float64Array | undefined,
	lda: number,
	b: Float64Array | undefined,
	ldb: number,
	beta: number,
	c: Float64Array | undefined,
	ldc: number,
): void {
	const ta = transposed(transa);
	const tb = transposed(transb);
	if (m < 0 || n < 0 || k < 0) fault(exMathia);
	// Without a, its place is taken by the identity, so b' is m by n.
	const depth = a === undefined ? m : k;
	const left = matrix(a, lda, ta ? k : m, ta ? m : k);
	const right = matrix(b, ldb, tb ? n : depth, tb ? depth : n);
	const result = there(matrix(c, ldc, m, n));
	if (m === 0 || n === 0) return;
	if (right === undefined && alpha !== 0 && (k > 0 || a === undefined)) fault(exNilref);
	linear.gemm(ta, tb, m, n, k, alpha, left, right ?? { data: new Float64Array(0), stride: 0 }, beta, result);
}

const isPointer = (letter: string): boolean => letter === "B" || letter === "I" || letter === "F";

/** Where the arguments lie in the frame, how large that is, and which of its words are pointers. */
function frameOf(args: string): { offsets: number[]; size: number; map: number[] } {
	const offsets: number[] = [];
	const map: number[] = [];
	let at = ARGS;
	for (const letter of args) {
		const size = letter === "f" || letter === "l" ? 8 : 4;
		at = (at + size - 1) & -size;
		offsets.push(at);
		if (isPointer(letter)) {
			const word = at >> 2;
			while (map.length <= word >> 3) map.push(0);
			map[word >> 3] = (map[word >> 3] as number) | (0x80 >> (word & 7));
		}
		at += size;
	}
	return { offsets, size: (at + 7) & -8, map };
}

/** The builtin module $Math. Each thread has its own floating point control and status. */
export function mathmod(vm: Vm): BuiltinRow[] {
	const { arena } = vm.heap;
	const { u8, i32, i64, f64 } = arena;
	const fpus = new WeakMap<Prog, Fpu>();
	const fpu = (): Fpu => {
		const prog = vm.sched.current;
		const own = fpus.get(prog) ?? new Fpu();
		fpus.set(prog, own);
		return own;
	};
	const word = (at: number): number => i32[at >>> 2] as number;

	const load = (letter: Letter, at: number): Value => {
		if (letter === "f") return f64[at >>> 3];
		if (letter === "l") return i64[at >>> 3];
		const w = word(at);
		if (letter === "i") return w;
		if (w === H) return undefined;
		const data = word(w + A_DATA) >>> 0;
		const n = word(w + A_LEN);
		if (letter === "B") return u8.subarray(data, data + n);
		if (letter === "I") return i32.subarray(data >>> 2, (data >>> 2) + n);
		return f64.subarray(data >>> 3, (data >>> 3) + n);
	};

	const store = (result: string, at: number, v: unknown): void => {
		if (result === "f") f64[at >>> 3] = v as number;
		else if (result === "l") i64[at >>> 3] = v as bigint;
		else if (result === "i") i32[at >>> 2] = v as number;
		else if (result === "p") {
			const { whole, fraction } = v as Pair;
			i32[at >>> 2] = whole;
			f64[(at + 8) >>> 3] = fraction;
		}
	};

	/** Notes the exceptions of a function of reals, and faults if one of them is to be fatal. */
	const check = (v: unknown, pole: Pole, args: Value[]): void => {
		const result = typeof v === "object" ? (v as Pair).fraction : (v as number);
		if (Number.isFinite(result) && (result === 0 || Math.abs(result) >= 2 ** -1022)) return;
		const flags = exceptions(result, typeof pole === "function" ? pole(args[0] as number) : pole, args as number[]);
		if (flags !== 0 && fpu().raise(flags) !== 0) fault(`sys: fp: exception status=${hex4(flags)}`);
	};

	return rowsOf(fpu).map(([name, sig, args, result, fn, pole]) => {
		const { offsets, size, map } = frameOf(args);
		const letters = [...args] as Letter[];
		const call = fn as (...a: Value[]) => unknown;
		return {
			name,
			sig,
			frame: size,
			map,
			fn: (frame: number): void => {
				const values = letters.map((letter, i) => load(letter, frame + (offsets[i] as number)));
				const v = call(...values);
				if (pole !== undefined) check(v, pole, values);
				store(result, word(frame + REGRET) >>> 0, v);
			},
		};
	});
}

const hex4 = (n: number): string => n.toString(16).padStart(4, "0");
