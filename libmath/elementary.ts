import {
	add,
	dd,
	div,
	exp as expDD,
	expm1 as expm1DD,
	log as logDD,
	mul,
	product2,
	scale,
	shift,
	sqrt as sqrtDD,
	sub,
	value,
} from "./dd.ts";

/**
 * The elementary functions. The host's are used where they are within a unit in the last place of the true value; the
 * others are computed in double length and rounded.
 */

export const acos = (x: number): number => Math.acos(x);
export const asin = (x: number): number => Math.asin(x);
export const atan = (x: number): number => Math.atan(x);
export const atan2 = (y: number, x: number): number => Math.atan2(y, x);
export const cbrt = (x: number): number => Math.cbrt(x);
export const cos = (x: number): number => Math.cos(x);
export const exp = (x: number): number => Math.exp(x);
export const expm1 = (x: number): number => Math.expm1(x);
export const log = (x: number): number => Math.log(x);
export const log1p = (x: number): number => Math.log1p(x);
export const sin = (x: number): number => Math.sin(x);
export const sqrt = (x: number): number => Math.sqrt(x);
export const tan = (x: number): number => Math.tan(x);

/** Below this, an odd function with slope 1 at 0 is its argument. */
const TINY = 2 ** -30;

export function sinh(x: number): number {
	if (!(Math.abs(x) < 680) || Math.abs(x) < TINY) return tinyOr(x, Math.sinh);
	const e = expm1DD(dd(x));
	return value(shift(add(e, div(e, add(e, dd(1)))), 0.5));
}

export function cosh(x: number): number {
	if (!(Math.abs(x) < 680)) return Math.cosh(x);
	const e = expDD(dd(Math.abs(x)));
	return value(shift(add(e, div(dd(1), e)), 0.5));
}

export function tanh(x: number): number {
	if (!(Math.abs(x) < 22) || Math.abs(x) < TINY) return tinyOr(x, Math.tanh);
	const e = expm1DD(dd(2 * x));
	return value(div(e, add(e, dd(2))));
}

/** x itself if it is tiny: x*x/6 is then less than the last place. */
function tinyOr(x: number, f: (x: number) => number): number {
	return Math.abs(x) < TINY ? x : f(x);
}

export function asinh(x: number): number {
	const a = Math.abs(x);
	if (!(a < 2 ** 400)) return Math.asinh(x);
	if (a < TINY) return x;
	// asinh a = log1p(a + a*a/(1 + sqrt(1 + a*a)))
	const square = product2(a, a);
	const t = add(dd(a), div(square, add(dd(1), sqrtDD(add(square, dd(1))))));
	const r = value(log1pDD(t));
	return x < 0 ? -r : r;
}

export function acosh(x: number): number {
	if (!(x > 1 && x < 2 ** 400)) return Math.acosh(x);
	const t = sub(dd(x), dd(1));
	return value(log1pDD(add(t, sqrtDD(mul(t, add(t, dd(2)))))));
}

export function atanh(x: number): number {
	const a = Math.abs(x);
	if (!(a < 1)) return Math.atanh(x);
	if (a < TINY) return x;
	const r = value(shift(log1pDD(div(dd(2 * a), sub(dd(1), dd(a)))), 0.5));
	return x < 0 ? -r : r;
}

/** log(1 + t) for t >= 0, with no loss where t is small. */
function log1pDD(t: readonly [number, number]): readonly [number, number] {
	if (t[0] > 0.5) return logDD(add(t, dd(1)));
	// Newton's step from the double: y + 2(t - u)/(2 + t + u), where u = expm1(y).
	const y = Math.log1p(t[0]);
	const u = expm1DD(dd(y));
	return add(dd(y), div(scale(sub(t, u), 2), add(add(t, u), dd(2))));
}

const LN10 = logDD(dd(10));

export function log10(x: number): number {
	if (!(x > 2 ** -1000 && x < 2 ** 960)) return Math.log10(x);
	return value(div(logDD(dd(x)), LN10));
}

/** As C's, but 1 to any power that is not a number, or infinite, is not a number either. */
export function pow(x: number, y: number): number {
	const plain = x ** y;
	const a = Math.abs(x);
	if (
		!(plain !== 0 && Number.isFinite(plain)) ||
		a === 1 ||
		a < 2 ** -1000 ||
		a > 2 ** 960 ||
		Math.abs(plain) < 2 ** -1000
	)
		return plain;
	if (y === 1 || y === 0) return plain;
	const power = mul(logDD(dd(a)), dd(y));
	if (Math.abs(power[0]) > 705) return plain;
	const r = value(expDD(power));
	return plain < 0 ? -r : r;
}

/** 10**p, correctly rounded. */
export const pow10 = (p: number): number => Number(`1e${p}`);

export function hypot(x: number, y: number): number {
	const a = Math.max(Math.abs(x), Math.abs(y));
	const b = Math.min(Math.abs(x), Math.abs(y));
	if (Math.abs(x) === Infinity || Math.abs(y) === Infinity) return Infinity;
	if (!(b > 0)) return a;
	if (b < a * 2 ** -60) return a + b;
	const s = a > 2 ** 400 ? 2 ** -600 : b < 2 ** -400 ? 2 ** 600 : 1;
	const squares = add(product2(a * s, a * s), product2(b * s, b * s));
	return value(sqrtDD(squares)) / s;
}
