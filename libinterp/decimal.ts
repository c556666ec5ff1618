/**
 * Exact decimal digits of a real. The value is 0.DIGITS times 10 to the `point`; `digits` has no trailing zeros and is
 * empty when the value, as rounded, is zero.
 */
export interface Decimal {
	readonly digits: string;
	readonly point: number;
}

const ZERO: Decimal = { digits: "", point: 0 };

const view = new DataView(new ArrayBuffer(8));

function decimal(digits: string, point: number): Decimal {
	let n = digits.length;
	while (n > 0 && digits.charCodeAt(n - 1) === 48) n--;
	return n === 0 ? ZERO : { digits: digits.slice(0, n), point };
}

/** The fewest digits that read back as `x`, the nearest to it of those. `x` is finite and its sign is ignored. */
export function shortest(x: number): Decimal {
	if (x === 0) return ZERO;
	const text = Math.abs(x).toExponential();
	const e = text.indexOf("e");
	return decimal(text.slice(0, e).replace(".", ""), Number(text.slice(e + 1)) + 1);
}

/** |x| * 10**n as a fraction. `x` is finite. */
function ratio(x: number, n: number): [numerator: bigint, denominator: bigint] {
	view.setFloat64(0, x);
	const bits = view.getBigUint64(0);
	const field = Number((bits >> 52n) & 0x7ffn);
	const fraction = bits & 0xfffffffffffffn;
	const power = (field === 0 ? 1 : field) - 1075;
	const up = BigInt(Math.max(power, 0));
	const down = BigInt(Math.max(-power, 0));
	const numerator = (field === 0 ? fraction : fraction | (1n << 52n)) << up;
	return n >= 0 ? [numerator * 10n ** BigInt(n), 1n << down] : [numerator, (10n ** BigInt(-n)) << down];
}

/** |x| rounded to `n` digits after the decimal point (before it, if `n` is negative), halves to even. `x` is finite. */
export function fixed(x: number, n: number): Decimal {
	// A double has no more than 1074 digits after the point.
	const places = Math.min(n, 1074);
	const [numerator, denominator] = ratio(x, places);
	const quotient = numerator / denominator;
	const twice = (numerator % denominator) * 2n;
	const up = twice > denominator || (twice === denominator && (quotient & 1n) === 1n);
	const digits = (up ? quotient + 1n : quotient).toString();
	return decimal(digits, digits.length - places);
}

/** |x| rounded to `n` significant digits, at least one, halves to even. `x` is finite. */
export function significant(x: number, n: number): Decimal {
	if (x === 0) return ZERO;
	let { point } = shortest(x);
	// The shortest digits may be those of a power of ten when the value is just below it.
	const [numerator, denominator] = ratio(x, 1 - point);
	if (numerator < denominator) point--;
	return fixed(x, n - point);
}
