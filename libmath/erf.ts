import { add, type DD, dd, div, exp, mul, neg, PI, product2, scale, shift, sqrt, sub, value } from "./dd.ts";

const ROOTPI = sqrt(PI);
/** From here on erf is 1 to the last place, and erfc of the negative is 2. */
const ONE = 6;
/** From here on erfc is 0. */
const ZERO = 27.5;

/** erf of 0 <= x <= 6: 2/sqrt(pi) * e**-x*x times the sum of 2**n x**(2n+1) / (1*3*...*(2n+1)), all terms positive. */
function series(x: number): DD {
	const square = product2(x, x);
	const twice = shift(square, 2);
	let term = dd(x);
	let sum = term;
	for (let n = 3; term[0] > sum[0] * 1e-33; n += 2) {
		term = div(mul(term, twice), dd(n));
		sum = add(sum, term);
	}
	return mul(div(scale(sum, 2), ROOTPI), exp(neg(square)));
}

/** erfc of x >= 3, by its continued fraction. */
function fraction(x: number): DD {
	const square = product2(x, x);
	const twice = shift(square, 2);
	let f = dd(1);
	for (let n = 70; n > 0; n--) f = add(dd(1), div(dd(n), mul(twice, f)));
	return div(exp(neg(square)), mul(scale(ROOTPI, x), f));
}

export function erf(x: number): number {
	const a = Math.abs(x);
	if (Number.isNaN(x)) return x;
	if (a >= ONE) return x < 0 ? -1 : 1;
	if (a < 1e-150) return x * 1.1283791670955126;
	const r = value(series(a));
	return x < 0 ? -r : r;
}

export function erfc(x: number): number {
	if (Number.isNaN(x)) return x;
	if (x <= -ONE) return 2;
	if (x >= ZERO) return 0;
	if (Math.abs(x) < 1e-20) return 1;
	if (x < 0) return value(add(dd(1), series(-x)));
	return value(x < 3 ? sub(dd(1), series(x)) : fraction(x));
}
