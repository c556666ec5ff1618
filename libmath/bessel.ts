import {
	add,
	type DD,
	dd,
	div,
	EULER,
	exp,
	LN2,
	log,
	mul,
	neg,
	PI,
	product2,
	scale,
	shift,
	sincosAny,
	sqrt,
	sub,
	value,
} from "./dd.ts";
import { lgammaPositive } from "./gamma.ts";

/** Up to here the power series are summed, from here on Hankel's asymptotic ones; 32 digits suffice for both. */
const FAR = 25;
const EPSILON = 1e-34;

const half = (x: DD): DD => shift(x, 0.5);

/** The sum over k of (-x*x/4)**k / (k! (n+1) ... (n+k)), each term times weight(k). */
function series(n: number, x: number, weight?: (k: number) => DD): DD {
	const step = neg(shift(product2(x, x), 0.25));
	let term = dd(1);
	let sum = weight ? weight(0) : term;
	for (let k = 1; k < 20 || Math.abs(term[0]) > EPSILON; k++) {
		term = div(mul(term, step), dd(k * (n + k)));
		sum = add(sum, weight ? mul(term, weight(k)) : term);
		if (term[0] === 0) break;
	}
	return sum;
}

/** Gives 1 + 1/2 + ... + 1/k for k = 0, 1, 2, ... in turn. */
function harmonics(): (k: number) => DD {
	let h = dd(0);
	return (k) => {
		if (k > 0) h = add(h, div(dd(1), dd(k)));
		return h;
	};
}

/** J and Y of order n at x >= 25, where x is large against n*n. */
function far(n: number, x: number): { j: DD; y: DD } {
	let p = dd(1);
	let q = dd(0);
	let term = dd(1);
	for (let k = 1; k < 200 && x < 2 ** 900; k++) {
		const odd = 2 * k - 1;
		const next = div(scale(term, 4 * n * n - odd * odd), scale(dd(x), 8 * k));
		if (Math.abs(next[0]) < EPSILON || (k > n && Math.abs(next[0]) > Math.abs(term[0]))) break;
		term = next;
		const signed = (k & 2) === 0 ? term : neg(term);
		if (k & 1) q = add(q, signed);
		else p = add(p, signed);
	}
	// cos and sin of x - pi/4, times sqrt 2; then turned by n quarters.
	const { sin, cos } = sincosAny(x);
	let c = add(cos, sin);
	let s = sub(sin, cos);
	for (let i = 0; i < (n & 3); i++) [c, s] = [s, neg(c)];
	const far = x > 2 ** 900;
	const root = sqrt(mul(PI, dd(far ? x * 2 ** -200 : x)));
	const size = shift(div(dd(1), root), far ? 2 ** -100 : 1);
	return { j: mul(size, sub(mul(p, c), mul(q, s))), y: mul(size, add(mul(p, s), mul(q, c))) };
}

/** J0 and J1 at x >= 0. */
function low(order: 0 | 1, x: number): DD {
	if (x >= FAR) return far(order, x).j;
	return order === 0 ? series(0, x) : mul(half(dd(x)), series(1, x));
}

/** log(x/2) + Euler's constant */
const logTerm = (x: number): DD => add(sub(log(dd(x)), LN2), EULER);

/** Y0 at x > 0. */
function y0DD(x: number): DD {
	if (x >= FAR) return far(0, x).y;
	const sum = sub(mul(logTerm(x), series(0, x)), series(0, x, harmonics()));
	return div(scale(sum, 2), PI);
}

/** Y1 at x > 0. */
function y1DD(x: number): DD {
	if (x >= FAR) return far(1, x).y;
	const h = harmonics();
	const pair = (k: number): DD => add(scale(h(k), 2), div(dd(1), dd(k + 1)));
	const sum = sub(scale(mul(logTerm(x), series(1, x)), 2), series(1, x, pair));
	return div(sub(mul(half(dd(x)), sum), div(dd(2), dd(x))), PI);
}

export function j0(x: number): number {
	if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
	return value(low(0, Math.abs(x)));
}

export function j1(x: number): number {
	if (!Number.isFinite(x)) return Number.isNaN(x) ? x : 0;
	if (Math.abs(x) < 1e-100) return x / 2;
	const r = value(low(1, Math.abs(x)));
	return x < 0 ? -r : r;
}

/** What Y gives at a place where it is not computed, if `x` is one. */
function outside(x: number): number | undefined {
	if (Number.isNaN(x) || x < 0) return Number.NaN;
	if (x === 0) return -Infinity;
	return x === Infinity ? 0 : undefined;
}

export function y0(x: number): number {
	if (x > 0 && x < 1e-300) return (2 / Math.PI) * (Math.log(x) - Math.LN2 + EULER[0]);
	return outside(x) ?? value(y0DD(x));
}

export function y1(x: number): number {
	if (x > 0 && x < 1e-100) return -2 / Math.PI / x;
	return outside(x) ?? value(y1DD(x));
}

const odd = (n: number): boolean => (n & 1) !== 0;

/** The Bessel function of the first kind of integer order. Takes time in proportion to |n| when |x| is of its size. */
export function jn(n: number, x: number): number {
	if (Number.isNaN(x)) return x;
	const order = Math.abs(n);
	if (order === 0) return j0(x);
	const a = Math.abs(x);
	const flip = odd(order) && n < 0 !== x < 0;
	const r = order === 1 ? j1(a) : higher(order, a);
	return flip ? -r : r;
}

/** J of order n > 1 at x >= 0. */
function higher(n: number, x: number): number {
	if (x === 0 || x === Infinity || x < 1e-200) return 0;
	if (x >= FAR && x > (n * n) / 2) return value(far(n, x).j);
	if (n <= x) return value(upward(n, x, low(0, x), low(1, x)));
	const first = sub(scale(sub(log(dd(x)), LN2), n), lgammaPositive(n + 1));
	if (first[0] < -760) return 0;
	return x < FAR ? value(mul(exp(first), series(n, x))) : downward(n, x);
}

/** From the values of orders 0 and 1 to that of order n: f(k+1) = 2k/x f(k) - f(k-1). */
function upward(n: number, x: number, f0: DD, f1: DD): DD {
	let [a, b] = [f0, f1];
	for (let k = 1; k < n; k++) {
		if (Math.abs(b[0]) > 1e280) return dd(upwardLast(n, x, k, a[0], b[0]));
		[a, b] = [b, sub(div(scale(b, 2 * k), dd(x)), a)];
	}
	return b;
}

/** The last steps, where double length would leave the range of doubles. */
function upwardLast(n: number, x: number, from: number, f0: number, f1: number): number {
	let [a, b] = [f0, f1];
	for (let k = from; k < n && Number.isFinite(b); k++) [a, b] = [b, ((2 * k) / x) * b - a];
	return b;
}

/** J of order n > x by the same recurrence downwards, where it is stable, from nothing at an order far enough up. */
function downward(n: number, x: number): number {
	let above = dd(0);
	let f = dd(1e-280);
	let wanted = dd(0);
	for (let k = n + 60 + Math.ceil(Math.sqrt(60 * n)); k > 0; k--) {
		if (k === n) wanted = f;
		[above, f] = [f, sub(div(scale(f, 2 * k), dd(x)), above)];
		if (Math.abs(f[0]) > 1e250) {
			above = scale(above, 1e-250);
			f = scale(f, 1e-250);
			wanted = scale(wanted, 1e-250);
		}
	}
	const [zero, one] = [low(0, x), low(1, x)];
	const factor = Math.abs(zero[0]) > Math.abs(one[0]) ? div(zero, f) : div(one, above);
	return value(mul(wanted, factor));
}

/** The Bessel function of the second kind of integer order, for x > 0. */
export function yn(n: number, x: number): number {
	const order = Math.abs(n);
	const known = outside(x);
	if (known !== undefined) return known;
	const r = order === 0 ? y0(x) : order === 1 ? y1(x) : second(order, x);
	return n < 0 && odd(order) ? -r : r;
}

/** Y of order n > 1 at x > 0. */
function second(n: number, x: number): number {
	if (x >= FAR && x > (n * n) / 2) return value(far(n, x).y);
	if (x < 1e-100) return -Infinity;
	return value(upward(n, x, y0DD(x), y1DD(x)));
}
