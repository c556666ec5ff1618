import { exZdiv, fault } from "./fault.ts";

const int = (x: bigint): number => Number(BigInt.asIntN(32, x));
const big = (x: bigint): bigint => BigInt.asIntN(64, x);

/** x to the power n, wrapping. A negative n gives 1 over it, truncated: faults when that is 1/0. */
export function expw(x: number, n: number): number {
	let r = 1;
	let square = x;
	for (let k = n < 0 ? -n : n; ; ) {
		if (k & 1) r = Math.imul(r, square);
		k = Math.floor(k / 2);
		if (k === 0) break;
		square = Math.imul(square, square);
	}
	if (n >= 0) return r;
	if (r === 0) fault(exZdiv);
	return (1 / r) | 0;
}

/** As expw, in 64 bits. */
export function expl(x: bigint, n: number): bigint {
	let r = 1n;
	let square = x;
	for (let k = Math.abs(n); ; ) {
		if (k & 1) r = big(r * square);
		k = Math.floor(k / 2);
		if (k === 0) break;
		square = big(square * square);
	}
	if (n >= 0) return r;
	if (r === 0n) fault(exZdiv);
	return 1n / r;
}

/** As expw, for reals, by the same sequence of multiplications. */
export function expf(x: number, n: number): number {
	let r = 1;
	let square = x;
	for (let k = Math.abs(n); ; ) {
		if (k & 1) r *= square;
		k = Math.floor(k / 2);
		if (k === 0) break;
		square *= square;
	}
	return n < 0 ? 1 / r : r;
}

/** The nearest int, halves away from zero, saturating; the least int for NaN. */
export function cvtfw(x: number): number {
	const r = Math.trunc(x < 0 ? x - 0.5 : x + 0.5);
	if (r >= 0x7fffffff) return 0x7fffffff;
	return r > -0x80000000 ? r | 0 : -0x80000000;
}

/** As cvtfw, to 64 bits. */
export function cvtfl(x: number): bigint {
	const r = Math.trunc(x < 0 ? x - 0.5 : x + 0.5);
	if (r >= 2 ** 63) return 0x7fffffffffffffffn;
	return r > -(2 ** 63) ? BigInt(r) : -0x8000000000000000n;
}

// Fixed point. A word v of a fixed-point type stands for v * s, s being the scale of the type. Where scales are powers
// of two an operation is a shift by p; otherwise it also divides by a, the part of the scales that is no power of two.
// The forms numbered 1 are exact to the last place: the two low bits of their p say which corrections to make, for the
// truncating division (bit 1) and for the truncating shift (bit 0), and the shift is what remains. All are computed in 64 bits.

/** x * 2**p, rounded down when p is negative; p is taken modulo 64. */
function shift(x: bigint, p: number): bigint {
	return p >= 0 ? big(x << BigInt(p & 63)) : x >> BigInt(-p & 63);
}

function divide(x: bigint, y: number): number {
	if (y === 0) fault(exZdiv);
	return int(x / BigInt(y));
}

const product = (x: number, y: number): bigint => BigInt(x) * BigInt(y);

/** What makes a right shift by -p round up. */
const roundUp = (p: number): bigint => big((1n << BigInt(-p & 63)) - 1n);

/** x * y * 2**p. */
export function mulx(x: number, y: number, p: number): number {
	return int(shift(product(x, y), p));
}

/** x * 2**p / y. */
export function divx(x: number, y: number, p: number): number {
	return divide(shift(BigInt(x), p), y);
}

/** x * 2**p. */
export function cvtxx(x: number, p: number): number {
	return int(shift(BigInt(x), p));
}

/** x * y * 2**p / a. */
export function mulx0(x: number, y: number, p: number, a: number): number {
	return x === 0 || y === 0 ? 0 : divide(shift(product(x, y), p), a);
}

/** x * b * 2**p / y. */
export function divx0(x: number, y: number, p: number, b: number): number {
	return x === 0 ? 0 : divide(shift(product(x, b), p), y);
}

/** x * 2**p / a. */
export function cvtxx0(x: number, p: number, a: number): number {
	return x === 0 ? 0 : divide(shift(BigInt(x), p), a);
}

/** mulx0, corrected. */
export function mulx1(x: number, y: number, p: number, a: number): number {
	return x === 0 || y === 0 ? 0 : corrected(product(x, y), p, a);
}

/** cvtxx0, corrected. */
export function cvtxx1(x: number, p: number, a: number): number {
	return x === 0 ? 0 : corrected(BigInt(x), p, a);
}

/** value * 2**(p >> 2) / a, with the corrections that the low bits of p ask for. */
function corrected(value: bigint, p: number, a: number): number {
	const positive = value >= 0n;
	const division = (p & 2) !== 0;
	const places = p >> 2;
	const up = (p & 1) !== 0 && positive === division ? roundUp(places) : 0n;
	const away = division ? BigInt((a - 1) | 0) : 0n;
	return divide(shift(big(value + up), places) + (positive ? away : -away), a);
}

/** divx0, corrected. */
export function divx1(x: number, y: number, p: number, b: number): number {
	if (x === 0) return 0;
	const places = p >> 2;
	const up = (p & 1) !== 0 && x < 0 ? roundUp(places) : 0n;
	const quotient = divide(shift(big(product(x, b) + up), places), y);
	if ((p & 2) === 0) return quotient;
	return (quotient + (x >= 0 === y >= 0 ? 1 : -1)) | 0;
}
