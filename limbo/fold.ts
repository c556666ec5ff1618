/** What operations on constants give. Undefined where that is not known when compiling, or where the machine faults. */
import type { ArithOp, BinaryOp, CompareOp, UnaryOp } from "./ast.ts";
import {
	big,
	bigArith,
	byte,
	type Constant,
	compare,
	compareStrings,
	real,
	realArith,
	realToBig,
	realToWord,
	roundReal,
	string,
	word,
	wordArith,
} from "./constant.ts";
import { realText } from "./realtext.ts";
import type { Type } from "./types.ts";

const compares = new Set<string>(["==", "!=", "<", "<=", ">", ">="]);
export const isCompare = (op: BinaryOp): op is CompareOp => compares.has(op);

/** `type` is that of the operands. */
export function foldBinary(op: BinaryOp, type: Type, a: Constant, b: Constant): Constant | undefined {
	if (op === "::") return undefined;
	if (op === "&&" || op === "||") {
		if (a.kind !== "word" || b.kind !== "word") return undefined;
		const value = op === "&&" ? a.value !== 0 && b.value !== 0 : a.value !== 0 || b.value !== 0;
		return word(value ? 1 : 0);
	}
	if (isCompare(op)) return foldCompare(op, a, b);
	return foldArith(op, type, a, b);
}

function foldCompare(op: CompareOp, a: Constant, b: Constant): Constant | undefined {
	if (a.kind === "string" && b.kind === "string") return word(compare(op, compareStrings(a.value, b.value), 0));
	if (a.kind === "big" && b.kind === "big") return word(compare(op, a.value, b.value));
	if (a.kind === "word" && b.kind === "word") return word(compare(op, a.value, b.value));
	if (a.kind === "real" && b.kind === "real") return word(compare(op, a.value, b.value));
	return undefined;
}

function foldArith(op: ArithOp, type: Type, a: Constant, b: Constant): Constant | undefined {
	if (a.kind === "string" && b.kind === "string") return op === "+" ? string(a.value + b.value) : undefined;
	const shift = op === "<<" || op === ">>" || op === "**";
	if (a.kind === "big" && (b.kind === "big" || (shift && b.kind === "word"))) {
		const value = bigArith(op, a.value, BigInt(b.value));
		return value === undefined ? undefined : big(value);
	}
	if (a.kind === "real" && (b.kind === "real" || (shift && b.kind === "word"))) {
		const value = realArith(op, a.value, b.value);
		return value === undefined ? undefined : real(value);
	}
	if (a.kind !== "word" || b.kind !== "word") return undefined;
	if (type.kind === "fixed" && (op === "*" || op === "/")) return foldFixed(op, type, a.value, b.value);
	const value = wordArith(op, a.value, b.value);
	if (value === undefined) return undefined;
	return type.kind === "byte" ? byte(value) : word(value);
}

function foldFixed(op: "*" | "/", type: Type, a: number, b: number): Constant | undefined {
	if (op === "/" && b === 0) return undefined;
	return word(roundReal(op === "*" ? a * b * type.scale : a / (b * type.scale)));
}

export function foldUnary(op: UnaryOp, type: Type, a: Constant): Constant | undefined {
	switch (a.kind) {
		case "word":
			if (op === "-") return type.kind === "byte" ? byte(-a.value) : word(-a.value);
			if (op === "~") return type.kind === "byte" ? byte(~a.value) : word(~a.value);
			return op === "!" ? word(a.value === 0 ? 1 : 0) : undefined;
		case "big":
			if (op === "-") return big(-a.value);
			return op === "~" ? big(~a.value) : undefined;
		case "real":
			return op === "-" ? real(-a.value) : undefined;
		case "string":
			return op === "len" ? word(Array.from(a.value).length) : undefined;
		default:
			return undefined;
	}
}

export function foldCast(from: Type, to: Type, a: Constant): Constant | undefined {
	if (from.kind === to.kind && from.kind !== "fixed") return a;
	switch (to.kind) {
		case "int":
		case "byte": {
			const value = toWord(from, a);
			if (value === undefined) return undefined;
			return to.kind === "byte" ? byte(value) : word(value);
		}
		case "big": {
			if (a.kind === "word" && from.kind !== "fixed") return big(BigInt(a.value));
			if (a.kind === "string") return big(BigInt(leadingInteger(a.value)));
			const value = toReal(from, a);
			return value === undefined ? undefined : big(realToBig(value));
		}
		case "real": {
			const value = toReal(from, a);
			return value === undefined ? undefined : real(value);
		}
		case "fixed": {
			const value = toReal(from, a);
			return value === undefined ? undefined : word(roundReal(value / to.scale));
		}
		case "string":
			return toText(from, a);
		default:
			return undefined;
	}
}

function toWord(from: Type, a: Constant): number | undefined {
	if (a.kind === "big") return Number(BigInt.asIntN(32, a.value));
	if (a.kind === "string") return Number(BigInt.asIntN(32, BigInt(leadingInteger(a.value))));
	if (a.kind === "word" && from.kind !== "fixed") return a.value;
	const value = toReal(from, a);
	return value === undefined ? undefined : realToWord(value);
}

function toReal(from: Type, a: Constant): number | undefined {
	switch (a.kind) {
		case "word":
			return from.kind === "fixed" ? a.value * from.scale : a.value;
		case "big":
			return Number(a.value);
		case "real":
			return a.value;
		case "string":
			return Number(/^\s*[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?/.exec(a.value)?.[0] ?? "0");
		default:
			return undefined;
	}
}

function leadingInteger(text: string): string {
	return /^\s*([-+]?)(\d+)/.exec(text)?.slice(1).join("").replace("+", "") ?? "0";
}

function toText(from: Type, a: Constant): Constant | undefined {
	if (a.kind === "big" || (a.kind === "word" && from.kind !== "fixed")) return string(a.value.toString());
	const value = toReal(from, a);
	return value === undefined || a.kind === "string" ? undefined : string(realText(value));
}
