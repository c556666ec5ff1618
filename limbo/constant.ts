/** Values known when compiling, and the arithmetic on them: that of the machine. */
import type { ArithOp, CompareOp } from "./ast.ts";
import type { Decl, Type } from "./types.ts";

/**
 * Words, bytes and fixed point values are numbers, bigs are bigints; an exception is its declaration; nil has no value
 * of its own. A tuple or adt has its fields in order; an array its length and its elements by index.
 */
export type Constant =
	| { kind: "word"; value: number }
	| { kind: "big"; value: bigint }
	| { kind: "real"; value: number }
	| { kind: "string"; value: string }
	| { kind: "nil" }
	| { kind: "exception"; decl: Decl }
	| { kind: "tuple"; fields: Constant[] }
	| { kind: "array"; elem: Type; length: number; elems: { first: number; last: number; value: Constant }[] };

export const MAXWORD = 2 ** 31 - 1;
export const MAXBIG = 2n ** 63n - 1n;

export const word = (value: number): Constant => ({ kind: "word", value: value | 0 });
export const byte = (value: number): Constant => ({ kind: "word", value: value & 0xff });
export const big = (value: bigint): Constant => ({ kind: "big", value: BigInt.asIntN(64, value) });
export const real = (value: number): Constant => ({ kind: "real", value });
export const string = (value: string): Constant => ({ kind: "string", value });

export function sameConstant(a: Constant | undefined, b: Constant | undefined): boolean {
	if (a === undefined || b === undefined || a.kind !== b.kind) return false;
	if ("value" in a && "value" in b) return a.value === b.value;
	return a.kind === "nil";
}

/** Undefined where the machine would fault. */
export function wordArith(op: ArithOp, a: number, b: number): number | undefined {
	switch (op) {
		case "+":
			return (a + b) | 0;
		case "-":
			return (a - b) | 0;
		case "*":
			return Math.imul(a, b);
		case "/":
			return b === 0 ? undefined : (a / b) | 0;
		case "%":
			return b === 0 ? undefined : (a % b) | 0;
		case "&":
			return a & b;
		case "|":
			return a | b;
		case "^":
			return a ^ b;
		case "<<":
			return a << b;
		case ">>":
			return a >> b;
		case "**":
			return Number(BigInt.asIntN(32, power(BigInt(a), b) ?? 0n));
	}
}

export function bigArith(op: ArithOp, a: bigint, b: bigint): bigint | undefined {
	switch (op) {
		case "+":
			return a + b;
		case "-":
			return a - b;
		case "*":
			return a * b;
		case "/":
			return b === 0n ? undefined : a / b;
		case "%":
			return b === 0n ? undefined : a % b;
		case "&":
			return a & b;
		case "|":
			return a | b;
		case "^":
			return a ^ b;
		case "<<":
			return a << (b & 63n);
		case ">>":
			return a >> (b & 63n);
		case "**":
			return power(a, Number(b));
	}
}

/** x to the n-th in 64 bits, by squaring; undefined for 0 to a negative power. */
function power(x: bigint, n: number): bigint | undefined {
	let result = 1n;
	let square = BigInt.asIntN(64, x);
	for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
		if (rest % 2 === 1) result = BigInt.asIntN(64, result * square);
		square = BigInt.asIntN(64, square * square);
	}
	if (n >= 0) return result;
	return result === 0n ? undefined : 1n / result;
}

export function realArith(op: ArithOp, a: number, b: number): number | undefined {
	switch (op) {
		case "+":
			return a + b;
		case "-":
			return a - b;
		case "*":
			return a * b;
		case "/":
			return a / b;
		case "**":
			return realPower(a, b);
		default:
			return undefined;
	}
}

function realPower(x: number, n: number): number {
	let result = 1;
	let square = x;
	for (let rest = Math.abs(n); rest > 0; rest = Math.floor(rest / 2)) {
		if (rest % 2 === 1) result *= square;
		square *= square;
	}
	return n < 0 ? 1 / result : result;
}

export function compare<T extends number | bigint | string>(op: CompareOp, a: T, b: T): number {
	switch (op) {
		case "==":
			return a === b ? 1 : 0;
		case "!=":
			return a !== b ? 1 : 0;
		case "<":
			return a < b ? 1 : 0;
		case "<=":
			return a <= b ? 1 : 0;
		case ">":
			return a > b ? 1 : 0;
		case ">=":
			return a >= b ? 1 : 0;
	}
}

/** Order of strings as the machine has it: by code point. */
export function compareStrings(a: string, b: string): number {
	const x = Array.from(a, (c) => c.codePointAt(0) as number);
	const y = Array.from(b, (c) => c.codePointAt(0) as number);
	const n = Math.min(x.length, y.length);
	for (let i = 0; i < n; i++) if (x[i] !== y[i]) return (x[i] as number) - (y[i] as number);
	return x.length - y.length;
}

/** Rounds half away from zero, as conversions of reals do. */
export function roundReal(value: number): number {
	return Math.trunc(value < 0 ? value - 0.5 : value + 0.5);
}

export function realToBig(value: number): bigint {
	const rounded = roundReal(value);
	if (Number.isNaN(rounded) || Math.abs(rounded) >= 2 ** 63) return -(2n ** 63n);
	return BigInt(rounded);
}

export function realToWord(value: number): number {
	const rounded = roundReal(value);
	return Number.isNaN(rounded) || Math.abs(rounded) > 2 ** 31 ? -(2 ** 31) : rounded | 0;
}
