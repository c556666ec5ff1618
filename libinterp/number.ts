import { shortest } from "./decimal.ts";

export { cvtxx, cvtxx0, cvtxx1, divx, divx0, divx1, mulx, mulx0, mulx1 } from "./arith.ts";

/** White space, a sign, and digits: what `int` and `big` of a string read. All three may be missing. */
const INTEGER = /^[ \t\n\v\f\r]*([+-]?)([0-9]*)/;

/** What `real` of a string reads. */
const REAL = /^[ \t\n\v\f\r]*([+-]?)([0-9]+\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+(?:[eE][+-]?[0-9]+)?|infinity|nan)?/i;

function integer(s: string): bigint {
	const match = INTEGER.exec(s) as RegExpExecArray;
	const digits = match[2] as string;
	if (digits === "") return 0n;
	// What lies beyond the last 20 digits can still change the low 64 bits, so all of them count.
	const magnitude = BigInt(digits);
	return match[1] === "-" ? -magnitude : magnitude;
}

/**
 * cvtcw: the decimal integer that `s` begins with, after white space and an optional sign; 0 if there is none.
 * A number out of range gives the nearest int.
 */
export function cvtcw(s: string): number {
	const match = INTEGER.exec(s) as RegExpExecArray;
	const magnitude = Number(match[2]);
	return match[1] === "-" ? -Math.min(magnitude, 0x80000000) | 0 : Math.min(magnitude, 0x7fffffff);
}

/** As cvtcw, but a number out of range is taken modulo 2**64. */
export function cvtcl(s: string): bigint {
	return BigInt.asIntN(64, integer(s));
}

/**
 * The real that `s` begins with, correctly rounded, after white space and an optional sign: decimal digits with an
 * optional point and exponent, `infinity` or `nan` in either case. 0, or -0 after a minus sign, if there is none.
 */
export function cvtcf(s: string): number {
	const match = REAL.exec(s) as RegExpExecArray;
	const text = (match[2] ?? "0").toLowerCase();
	const magnitude = text === "infinity" ? Infinity : Number(text);
	return match[1] === "-" ? -magnitude : magnitude;
}

/** Decimal. */
export function cvtwc(n: number): string {
	return String(n | 0);
}

/** Decimal. */
export function cvtlc(n: bigint): string {
	return n.toString();
}

/**
 * The shortest decimal that reads back as `x`. No zero stands before a leading point; an exponent is used when it
 * is below -4, or when more than five zeros would have to follow the digits.
 */
export function cvtfc(x: number, e: "e" | "E" = "e"): string {
	const sign = x < 0 || Object.is(x, -0) ? "-" : "";
	return sign + magnitude(x, e);
}

function magnitude(x: number, e: string): string {
	if (Number.isNaN(x)) return "NaN";
	if (x === Infinity || x === -Infinity) return "Infinity";
	if (x === 0) return "0";
	const { digits, point } = shortest(x);
	if (point <= -4 || point > digits.length + 5) {
		const fraction = digits.length > 1 ? `.${digits.slice(1)}` : "";
		return digits.charAt(0) + fraction + exponent(e, point - 1);
	}
	if (point <= 0) return `.${"0".repeat(-point)}${digits}`;
	if (point >= digits.length) return digits.padEnd(point, "0");
	return `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/** `e+05`: a sign and at least two digits. */
export function exponent(e: string, n: number): string {
	return `${e}${n < 0 ? "-" : "+"}${String(Math.abs(n)).padStart(2, "0")}`;
}
