/**
 * Fixed point arithmetic. A value is a word times the unit of its type, so a product or quotient has to be scaled; the
 * instruction and the two numbers it needs depend on the ratio of the units.
 */
import type { Type } from "./types.ts";

export interface FixedCode {
	/** `movw` means that the result is zero whatever the operands are. */
	op: string;
	shift: number;
	/** Undefined for ratios that are powers of two. */
	factor: number | undefined;
}

/** The significant bits of a factor. */
const BITS = 31;

const unit = (type: Type): number => (type.kind === "fixed" ? type.scale : 1);

export function fixedArith(op: "*" | "/", left: Type, right: Type, result: Type): FixedCode {
	if (op === "*") return product((unit(left) * unit(right)) / unit(result), "mulx");
	return quotient(unit(left) / (unit(right) * unit(result)));
}

export function castFixed(from: Type, to: Type): FixedCode {
	return product(unit(from) / unit(to), "cvtxx");
}

/** x as a fraction in [0.5, 1), in BITS bits, and a power of two. */
function normalize(x: number): { mantissa: number; power: number } {
	let power = 0;
	let m = x;
	for (; m >= 1; m /= 2) power++;
	for (; m < 0.5; m *= 2) power--;
	return { mantissa: Math.min(Math.floor(m * 2 ** BITS + 0.5), 2 ** BITS - 1), power };
}

const isPowerOfTwo = (x: number): boolean => normalize(x).mantissa === 2 ** (BITS - 1);

/** Scaling by a ratio divides by its inverse, rounded up or down so that the error goes one way. */
function product(ratio: number, name: string): FixedCode {
	const { mantissa, power } = normalize(1 / ratio);
	if (isPowerOfTwo(ratio)) return { op: name, shift: 1 - power, factor: undefined };
	const shift = BITS - power;
	if (shift < -BITS - 1) return { op: "movw", shift: 0, factor: undefined };
	const error = 2 ** shift / (ratio * mantissa) - 1;
	const round = error < 0;
	const bias = shift < 0 && 2 ** BITS * Math.abs(error) * mantissa >= mantissa - 1 + 2 ** shift;
	return coded(name, shift, mantissa, round, bias);
}

function quotient(ratio: number): FixedCode {
	const { mantissa, power } = normalize(ratio);
	if (isPowerOfTwo(ratio)) return { op: "divx", shift: power - 1, factor: undefined };
	const shift = power - BITS;
	if (shift <= -2 * BITS) return { op: "movw", shift: 0, factor: undefined };
	return coded("divx", shift, mantissa, (2 ** shift * mantissa) / ratio - 1 < 0, shift < 0);
}

/** The general form of the instruction takes two more bits below the shift, for its corrections. */
function coded(name: string, shift: number, factor: number, round: boolean, bias: boolean): FixedCode {
	if (!round && !bias) return { op: `${name}0`, shift, factor };
	return { op: `${name}1`, shift: (shift << 2) | (round ? 2 : 0) | (bias ? 1 : 0), factor };
}
