import { add, type DD, dd, div, EULER, log, mul, neg, PI, product2, scale, sincos, sub, value } from "./dd.ts";

/** log(2 pi) / 2 */
const HALFLOG2PI: DD = [0.9189385332046728, -3.8782941580672414e-17];

/** B(2k) / (2k (2k-1)), k = 1, 2, ...: the coefficients of Stirling's series, and of zeta's remainder. */
const STIRLING: readonly (readonly [number, number])[] = [
	[1, 12],
	[-1, 360],
	[1, 1260],
	[-1, 1680],
	[1, 1188],
	[-691, 360360],
	[1, 156],
	[-3617, 122400],
	[43867, 244188],
	[-174611, 125400],
	[77683, 5796],
	[-236364091, 1506960],
];

/** log gamma(x) for x >= 20. */
function stirling(x: DD): DD {
	const inverse = div(dd(1), x);
	const square = mul(inverse, inverse);
	let sum = dd(0);
	for (let k = STIRLING.length - 1; k >= 0; k--) {
		const [n, d] = STIRLING[k] as readonly [number, number];
		sum = add(mul(sum, square), div(dd(n), dd(d)));
	}
	const main = sub(mul(sub(x, dd(0.5)), log(x)), x);
	return add(add(main, HALFLOG2PI), mul(sum, inverse));
}

const TERMS = 60;
let zetas: DD[] | undefined;

/** zeta(k) - 1 for k < TERMS, by the Euler-Maclaurin sum from 20 on. */
function zetaMinus1(): DD[] {
	const table: DD[] = [dd(0), dd(0)];
	const N = 20;
	for (let k = 2; k < TERMS; k++) {
		let sum = dd(0);
		for (let n = N - 1; n >= 2; n--) sum = add(sum, power(n, k));
		const last = power(N, k);
		sum = add(sum, add(scale(div(last, dd(k - 1)), N), scale(last, 0.5)));
		// The j-th correction: B(2j)/(2j)! * k (k+1) ... (k+2j-2) / N**(k+2j-1).
		let factor = scale(last, k / N);
		STIRLING.forEach(([n, d], j) => {
			const i = 2 * (j + 1);
			// B(i)/i! is the coefficient divided by (i-2)!, which `factor` already holds.
			sum = add(sum, div(scale(factor, n), dd(d)));
			factor = div(scale(factor, (k + i - 1) * (k + i)), dd(N * N * (i - 1) * i));
		});
		table.push(sum);
	}
	return table;
}

/** n ** -k */
function power(n: number, k: number): DD {
	let p = dd(1);
	for (let i = 0; i < k; i++) p = div(p, dd(n));
	return p;
}

/** log gamma(2 + z) for |z| <= 1/2: z (1 - Euler) plus the sum of (zeta(k) - 1) (-z)**k / k. */
function aboutTwo(z: number): DD {
	zetas ??= zetaMinus1();
	let sum = dd(0);
	for (let k = TERMS - 1; k >= 2; k--) sum = scale(add(div(zetas[k] as DD, dd(k)), sum), -z);
	// The loop leaves the sum divided by -z.
	return add(scale(sub(dd(1), EULER), z), scale(sum, -z));
}

/** log gamma(x) for 2**-100 < x < 2**900. */
export function lgammaPositive(x: number): DD {
	if (Math.abs(x - 2) <= 0.5) return aboutTwo(x - 2);
	if (Math.abs(x - 1) <= 0.5) return sub(aboutTwo(x - 1), log1p(x - 1));
	let product = dd(1);
	let up = dd(x);
	while (up[0] < 20) {
		product = mul(product, up);
		up = add(up, dd(1));
	}
	return product[0] === 1 ? stirling(up) : sub(stirling(up), log(product));
}

/** log(1 + z) for |z| <= 1/2: 2 atanh(z / (2 + z)). */
function log1p(z: number): DD {
	const t = div(dd(z), add(dd(2), dd(z)));
	const square = mul(t, t);
	let sum = dd(0);
	for (let k = 71; k >= 1; k -= 2) sum = add(mul(sum, square), div(dd(1), dd(k)));
	return scale(mul(sum, t), 2);
}

/** The logarithm of |gamma(x)|, and the sign of gamma(x); 1 for the sign where it has none, at the poles. */
export function lgamma(x: number): { sign: number; log: number } {
	if (Number.isNaN(x)) return { sign: 1, log: x };
	if (x === 0) return { sign: Object.is(x, -0) ? -1 : 1, log: Infinity };
	const a = Math.abs(x);
	if (a === Infinity) return { sign: 1, log: Infinity };
	if (a < 2 ** -70) return { sign: x < 0 ? -1 : 1, log: -Math.log(a) };
	if (x > 0) return { sign: 1, log: x < 2 ** 900 ? value(lgammaPositive(x)) : x * (Math.log(x) - 1) };
	if (Math.floor(a) === a) return { sign: 1, log: Infinity };
	// gamma(-a) = -pi / (a sin(pi a) gamma(a))
	const sine = sincos(mul(PI, dd(a - Math.round(a)))).sin;
	const denominator = mul(product2(a, 1), sine[0] < 0 ? neg(sine) : sine);
	const r = value(sub(log(div(PI, denominator)), lgammaPositive(a)));
	return { sign: Math.floor(a) % 2 === 0 ? -1 : 1, log: r };
}
