import type { Expr } from "./isa.ts";

/** JavaScript for the values of operands, as they stand in the expression of a meaning. */
export interface Values {
	readonly s: string;
	readonly m: string;
	readonly d: string;
}

const wordOp: Record<string, string> = { and: "&", or: "|", xor: "^", shl: "<<", shr: ">>" };
const compareOp: Record<string, string> = { eq: "===", ne: "!==", lt: "<", le: "<=", gt: ">", ge: ">=" };

/**
 * The JavaScript expression for a meaning. Words are int32 numbers, bigs are BigInts of 64 bits, reals are numbers; a
 * comparison gives a boolean. `zdiv()` faults; `pure` and conversions are functions of arith.ts, in scope as `arith`.
 */
export function emit(e: Expr, v: Values): string {
	if (typeof e === "string") return v[e];
	const [op, type] = e;
	switch (op) {
		case "neg":
			return `-(${emit(e[2], v)})`;
		case "cvt":
			return convert(e[1], emit(e[2], v));
		case "pure":
			return `arith.${e[1]}(${e
				.slice(3)
				.map((x) => emit(x as Expr, v))
				.join(",")})`;
	}
	const a = emit(e[2], v);
	const b = emit(e[3], v);
	const comparison = compareOp[op];
	if (comparison !== undefined) return `(${a}) ${comparison} (${b})`;
	if (type === "w") return word(op, a, b);
	if (type === "l") return big(op, a, b);
	return `(${a}) ${{ add: "+", sub: "-", mul: "*", div: "/" }[op as "add"]} (${b})`;
}

function convert(kind: string, x: string): string {
	switch (kind) {
		case "wl":
			return `BigInt(${x})`;
		case "lw":
			return `Number(BigInt.asIntN(32, ${x}))`;
		case "lf":
			return `Number(${x})`;
		case "wf":
			return x;
		default:
			return `arith.cvt${kind}(${x})`;
	}
}

function word(op: string, a: string, b: string): string {
	const infix = wordOp[op];
	if (infix !== undefined) return `(${a}) ${infix} (${b})`;
	switch (op) {
		case "add":
			return `(${a}) + (${b}) | 0`;
		case "sub":
			return `(${a}) - (${b}) | 0`;
		case "mul":
			return `Math.imul(${a}, ${b})`;
		case "lsr":
			return `(${a}) >>> (${b}) | 0`;
		default:
			return `(${a}) ${op === "div" ? "/" : "%"} ((${b}) || zdiv()) | 0`;
	}
}

function big(op: string, a: string, b: string): string {
	switch (op) {
		case "add":
		case "sub":
		case "mul":
			return `BigInt.asIntN(64, (${a}) ${{ add: "+", sub: "-", mul: "*" }[op]} (${b}))`;
		case "div":
			return `BigInt.asIntN(64, (${a}) / ((${b}) || zdiv()))`;
		case "mod":
			return `(${a}) % ((${b}) || zdiv())`;
		case "shl":
			return `BigInt.asIntN(64, (${a}) << BigInt((${b}) & 63))`;
		case "shr":
			return `(${a}) >> BigInt((${b}) & 63)`;
		case "lsr":
			return `BigInt.asIntN(64, BigInt.asUintN(64, ${a}) >> BigInt((${b}) & 63))`;
		default:
			return `(${a}) ${{ and: "&", or: "|", xor: "^" }[op as "and"]} (${b})`;
	}
}
