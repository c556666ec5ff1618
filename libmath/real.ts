/** The parts of a real and its roundings: everything here is exact. */

const view = new DataView(new ArrayBuffer(8));

/**
 * The IEEE bits of `x`. What NaN an operation gives depends on the host and on who compiled it: those have the same bits
 * here. One made from other bits keeps them.
 */
export function realbits64(x: number): bigint {
	view.setFloat64(0, x);
	const bits = view.getBigInt64(0);
	return Number.isNaN(x) && (bits & 0x3ffffffffffffn) === 0n ? 0x7ff8000000000000n : bits;
}

export function bits64real(b: bigint): number {
	view.setBigInt64(0, BigInt.asIntN(64, b));
	return view.getFloat64(0);
}

/** The IEEE bits of `x` rounded to 32 bits; every NaN has the same. */
export function realbits32(x: number): number {
	if (Number.isNaN(x)) return 0x7fc00000;
	view.setFloat32(0, x);
	return view.getInt32(0);
}

export function bits32real(b: number): number {
	view.setInt32(0, b);
	return view.getFloat32(0);
}

const negative = (x: number): boolean => x < 0 || Object.is(x, -0);

export function copysign(x: number, s: number): number {
	return negative(s) ? -Math.abs(x) : Math.abs(x);
}

export const fabs = (x: number): number => Math.abs(x);
export const floor = (x: number): number => Math.floor(x);
export const ceil = (x: number): number => Math.ceil(x);
export const finite = (x: number): number => (Number.isFinite(x) ? 1 : 0);
export const isnan = (x: number): number => (Number.isNaN(x) ? 1 : 0);

/** x - y if that is positive, else 0. */
export const fdim = (x: number, y: number): number => (x > y ? x - y : 0);
/** The greater; `y` if they do not compare. */
export function fmax(x: number, y: number): number {
	if (x > y) return x;
	return y;
}

/** The less; `y` if they do not compare. */
export function fmin(x: number, y: number): number {
	if (x < y) return x;
	return y;
}

/** The exponent: 1 <= |x| * 2**-ilogb(x) < 2. -(2**31 - 1) for zero, 2**31 - 1 for what is not finite. */
export function ilogb(x: number): number {
	if (x === 0) return -0x7fffffff;
	if (!Number.isFinite(x)) return 0x7fffffff;
	view.setFloat64(0, x);
	const field = (view.getUint16(0) >> 4) & 0x7ff;
	if (field !== 0) return field - 1023;
	view.setFloat64(0, x * 2 ** 54);
	return ((view.getUint16(0) >> 4) & 0x7ff) - 1023 - 54;
}

/** x * 2**n, rounded once. */
export function scalbn(x: number, n: number): number {
	let y = x;
	let k = Math.max(-3000, Math.min(3000, n));
	for (; k > 1023; k -= 1023) y *= 2 ** 1023;
	// Steps of 53 less than the whole exponent range, so that no step but the last can round what is kept.
	for (; k < -1022; k += 969) y *= 2 ** -969;
	return y * 2 ** k;
}

/** The next double after `x` towards `y`. */
export function nextafter(x: number, y: number): number {
	if (Number.isNaN(x) || Number.isNaN(y)) return Number.NaN;
	if (x === y) return y;
	if (x === 0) return y > 0 ? Number.MIN_VALUE : -Number.MIN_VALUE;
	const away = x > 0 === y > x;
	return bits64real(realbits64(x) + (away ? 1n : -1n));
}

/** The remainder of x/p with the quotient truncated, exact; the sign of `x`. */
export const fmod = (x: number, p: number): number => x % p;

/** The remainder of x/p with the quotient rounded to the nearest integer, halves to even; exact. */
export function remainder(x: number, p: number): number {
	if (Number.isNaN(x) || Number.isNaN(p) || p === 0 || Math.abs(x) === Infinity) return Number.NaN;
	if (Math.abs(p) === Infinity) return x;
	const ax = Math.abs(x);
	const ap = Math.abs(p);
	let r = ax % ap;
	// Where 2*ap overflows, ax has no more than one ap in it, and the remainder by infinity is ax itself.
	const odd = ax % (2 * ap) >= ap;
	if (r > ap - r || (r === ap - r && odd)) r -= ap;
	return negative(x) ? -r : r;
}

/** Integer part, saturating, and fraction, both with the sign of `x`. */
export function modf(x: number): { whole: number; fraction: number } {
	const t = Math.trunc(x);
	const whole = Number.isNaN(t) ? -0x80000000 : Math.max(-0x80000000, Math.min(0x7fffffff, t)) + 0;
	const fraction = Number.isFinite(x) ? copysign(x - t, x) : Number.isNaN(x) ? x : copysign(0, x);
	return { whole, fraction };
}

export type Rounding = "nearest" | "down" | "up" | "zero";

/** `x` rounded to an integer, to even from halfway when rounding to nearest. */
export function rint(x: number, rounding: Rounding = "nearest"): number {
	if (rounding === "down") return Math.floor(x);
	if (rounding === "up") return Math.ceil(x);
	if (rounding === "zero") return Math.trunc(x);
	if (!(Math.abs(x) < 2 ** 52)) return x;
	const rounded = Math.abs(x) + 2 ** 52 - 2 ** 52;
	return copysign(rounded, x);
}
