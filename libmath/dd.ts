/**
 * Numbers of 106 bits: the unevaluated sum of two doubles, the second at most half a unit in the last place of the
 * first. What is computed with them and then rounded once is the correctly rounded double, near enough always.
 */
export type DD = readonly [hi: number, lo: number];

/** The exact sum of two doubles. */
export function sum2(a: number, b: number): DD {
	const s = a + b;
	const t = s - a;
	return [s, a - (s - t) + (b - t)];
}

/** The exact sum when |a| >= |b|. */
function fast2(a: number, b: number): DD {
	const s = a + b;
	return [s, b - (s - a)];
}

/** The exact product of two doubles, of magnitude below 2**996. */
export function product2(a: number, b: number): DD {
	const p = a * b;
	const ca = 134217729 * a;
	const ah = ca - (ca - a);
	const al = a - ah;
	const cb = 134217729 * b;
	const bh = cb - (cb - b);
	const bl = b - bh;
	return [p, ah * bh - p + ah * bl + al * bh + al * bl];
}

export function add(a: DD, b: DD): DD {
	const [s, e] = sum2(a[0], b[0]);
	const [t, f] = sum2(a[1], b[1]);
	const [u, g] = fast2(s, e + t);
	return fast2(u, g + f);
}

export const neg = (a: DD): DD => [-a[0], -a[1]];
export const sub = (a: DD, b: DD): DD => add(a, neg(b));

export function mul(a: DD, b: DD): DD {
	const [p, e] = product2(a[0], b[0]);
	return fast2(p, e + (a[0] * b[1] + a[1] * b[0]));
}

export function div(a: DD, b: DD): DD {
	const q1 = a[0] / b[0];
	const r = sub(a, scale(b, q1));
	const q2 = r[0] / b[0];
	const q3 = sub(r, scale(b, q2))[0] / b[0];
	return add(fast2(q1, q2), [q3, 0]);
}

/** a times the double b. */
export const scale = (a: DD, b: number): DD => mul(a, [b, 0]);

/** a times b, a power of two. */
export const shift = (a: DD, b: number): DD => [a[0] * b, a[1] * b];

export const dd = (a: number): DD => [a, 0];

export function sqrt(a: DD): DD {
	const r = Math.sqrt(a[0]);
	if (r === 0) return [0, 0];
	const rest = sub(a, product2(r, r));
	return fast2(r, rest[0] / (2 * r));
}

export const value = (a: DD): number => a[0] + a[1];

/** `n / 2**bits`, of any size, to the precision of a DD. */
export function ratio(n: bigint, bits: number): DD {
	const magnitude = n < 0n ? -n : n;
	const excess = Math.max(magnitude.toString(16).length * 4 - 120, 0);
	const m = magnitude >> BigInt(excess);
	const hi = Number(m);
	const lo = Number(m - BigInt(hi));
	const s = 2 ** (excess - bits);
	return n < 0n ? [-hi * s, -lo * s] : [hi * s, lo * s];
}

/** atan(1/n) * 2**bits, for the constants below. */
function arctanInverse(n: bigint, bits: bigint): bigint {
	let term = (1n << bits) / n;
	let sum = term;
	for (let k = 3n, sign = -1n; term !== 0n; k += 2n, sign = -sign) {
		term /= n * n;
		sum += (sign * term) / k;
	}
	return sum;
}

/** pi * 2**bits, by Machin's formula. */
export function piBits(bits: number): bigint {
	const guarded = BigInt(bits + 16);
	return (16n * arctanInverse(5n, guarded) - 4n * arctanInverse(239n, guarded)) >> 16n;
}

export const PI: DD = ratio(piBits(160), 160);
export const LN2: DD = [Math.LN2, 2.3190468138462996e-17];
/** The third part of ln 2, for reducing arguments by multiples of it. */
const LN2LOW = 5.707708438416212e-34;
export const EULER: DD = [0.5772156649015329, -4.942915152430645e-18];

/** e**x - 1 = m, or e**x = m * 2**k where k is not 0. `x` is finite; not for results beyond the range of doubles. */
function expParts(x: DD): { m: DD; k: number } {
	const k = Math.round(x[0] / LN2[0]);
	const r = shift(add(sub(x, scale(LN2, k)), dd(-k * LN2LOW)), 1 / 512);
	let term: DD = r;
	let s: DD = r;
	for (let n = 2; n < 11; n++) {
		term = div(mul(term, r), dd(n));
		s = add(s, term);
	}
	// (1 + s)**2 - 1 = 2s + s*s, so nothing is lost while s is small.
	for (let i = 0; i < 9; i++) s = add(shift(s, 2), mul(s, s));
	return k === 0 ? { m: s, k } : { m: add(s, dd(1)), k };
}

/** a * 2**k without leaving the range of doubles on the way. */
function ldexp(a: DD, k: number): DD {
	const half = k >> 1;
	return shift(shift(a, 2 ** half), 2 ** (k - half));
}

export function exp(x: DD): DD {
	const { m, k } = expParts(x);
	return k === 0 ? add(m, dd(1)) : ldexp(m, k);
}

export function expm1(x: DD): DD {
	const { m, k } = expParts(x);
	return k === 0 ? m : sub(ldexp(m, k), dd(1));
}

/** The natural logarithm of a positive normal number: Newton's step from the double one. */
export function log(x: DD): DD {
	const y = Math.log(x[0]);
	const e = sub(mul(x, exp(dd(-y))), dd(1));
	return add(dd(y), sub(e, shift(mul(e, e), 0.5)));
}

/** sin x and cos x for |x| <= 1. */
export function sincos(x: DD): { sin: DD; cos: DD } {
	const square = neg(mul(x, x));
	let s: DD = x;
	let c: DD = dd(1);
	let st: DD = x;
	let ct: DD = dd(1);
	for (let n = 1; n < 28; n += 2) {
		ct = div(mul(ct, square), dd(n * (n + 1)));
		st = div(mul(st, square), dd((n + 1) * (n + 2)));
		c = add(c, ct);
		s = add(s, st);
	}
	return { sin: s, cos: c };
}

let piFull = 0n;

/** sin x and cos x for any finite x, reduced by as much of pi as it takes. */
export function sincosAny(x: number): { sin: DD; cos: DD } {
	if (Math.abs(x) < 0.75) return sincos(dd(x));
	const bits = 2304n;
	piFull ||= piBits(2304);
	// The quotient may have 1024 bits; error in pi times it must stay far below 2**-1074 of the remainder.
	const view = new DataView(new ArrayBuffer(8));
	view.setFloat64(0, x);
	const word = view.getBigUint64(0);
	const field = (word >> 52n) & 0x7ffn;
	const m = (word & 0xfffffffffffffn) | (1n << 52n);
	const fixed = bits + field - 1075n >= 0n ? m << (bits + field - 1075n) : 0n;
	const quarter = piFull >> 1n;
	const q = (fixed + quarter / 2n) / quarter;
	const r = fixed - q * quarter;
	const { sin, cos } = sincos(ratio(r, 2304));
	const turned: { sin: DD; cos: DD } =
		(q & 3n) === 0n
			? { sin, cos }
			: (q & 3n) === 1n
				? { sin: cos, cos: neg(sin) }
				: (q & 3n) === 2n
					? { sin: neg(sin), cos: neg(cos) }
					: { sin: neg(cos), cos: sin };
	return x < 0 ? { sin: neg(turned.sin), cos: turned.cos } : turned;
}
