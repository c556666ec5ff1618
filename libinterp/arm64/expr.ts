import { FAULT_ZDIV } from "../fault.ts";
import type { Compare, Expr } from "../isa.ts";
import type { Inst } from "../operand.ts";
import type { Jump } from "./asm.ts";
import { EQ, GE, GT, LE, LS, LT, MI, NE, VS } from "./code.ts";
import { logical } from "./encode.ts";
import type { FunctionCode } from "./fn.ts";
import type { Form } from "./forms.ts";
import { T0, X0, X1 } from "./registers.ts";

/** Registers for the moment, of integers and of reals, are numbered from 0. */
const integer = (t: number): number => T0 + t;

const words: Readonly<Record<string, Form>> = {
	add: "addw",
	sub: "subw",
	mul: "mulw",
	and: "andw",
	or: "orrw",
	xor: "eorw",
	shl: "shlw",
	shr: "shrw",
	lsr: "lsrw",
};
const bigs: Readonly<Record<string, Form>> = {
	add: "addx",
	sub: "subx",
	mul: "mulx",
	and: "andx",
	or: "orrx",
	xor: "eorx",
	shl: "shlx",
	shr: "shrx",
	lsr: "lsrx",
};
const reals: Readonly<Record<string, Form>> = { add: "fadd", sub: "fsub", mul: "fmul", div: "fdiv" };

const conditions: Readonly<Record<Compare, number>> = { eq: EQ, ne: NE, lt: LT, le: LE, gt: GT, ge: GE };
/** Of reals: false where they cannot be compared, but for ne. */
const realConditions: Readonly<Record<Compare, number>> = { eq: EQ, ne: NE, lt: MI, le: LS, gt: GT, ge: GE };
/** With the operands the other way round. */
const mirrored: Readonly<Record<Compare, Compare>> = { eq: "eq", ne: "ne", lt: "gt", le: "ge", gt: "lt", ge: "le" };

/** Operations with a constant, in order of preference: the form, and what it takes for the constant if it can. */
type Short = readonly [Form, (n: number) => number | undefined];
const from0 = (limit: number) => (n: number) => (n >= 0 && n < limit ? n : undefined);
const negative = (n: number) => (n < 0 && n > -4096 ? -n : undefined);
const mask = (n: number) => (logical(n) === undefined ? undefined : n);
const shorts: Readonly<Record<string, readonly Short[]>> = {
	"add w": [
		["addwi", from0(4096)],
		["subwi", negative],
	],
	"sub w": [
		["subwi", from0(4096)],
		["addwi", negative],
	],
	"and w": [["andwi", mask]],
	"or w": [["orrwi", mask]],
	"xor w": [["eorwi", mask]],
	"shl w": [["shlwi", (n) => n & 31]],
	"shr w": [["shrwi", (n) => n & 31]],
	"lsr w": [["lsrwi", (n) => n & 31]],
	"add l": [
		["addxi", from0(4096)],
		["subxi", negative],
	],
	"sub l": [
		["subxi", from0(4096)],
		["addxi", negative],
	],
	"shl l": [["shlxi", (n) => n & 63]],
	"shr l": [["shrxi", (n) => n & 63]],
	"lsr l": [["lsrxi", (n) => n & 63]],
};
const commutes = new Set(["add", "mul", "and", "or", "xor"]);

/** Writes the meanings of an instruction. */
export class Meaning {
	readonly #f: FunctionCode;
	readonly #i: Inst;

	constructor(f: FunctionCode, i: Inst) {
		this.#f = f;
		this.#i = i;
	}

	#constant(e: Expr): number | undefined {
		return typeof e === "string" && this.#i[e].where === "imm" ? this.#i[e].off : undefined;
	}

	/** The value of an expression: in register `want`, in the t-th for the moment, or in that of a slot. Registers for the moment from the t-th on are changed. */
	value(e: Expr, t: number, want?: number): number {
		const { c } = this.#f;
		if (typeof e === "string") {
			const p = this.#i[e];
			if (want !== undefined && p.where === "imm") return this.#f.value(p, want);
			const real = p.type === "f" || p.type === "r";
			return real ? this.#f.value(p, t) : this.#f.source(p, integer(t));
		}
		const [op, type] = e;
		switch (op) {
			case "neg": {
				const to = want ?? t;
				c.op("fneg", to, this.value(e[2], t));
				return to;
			}
			case "cvt":
				return this.#convert(e[1], e[2], t, want);
			case "pure":
				throw new Error("functions are called elsewhere");
		}
		if (type === "f") {
			const a = this.value(e[2], t);
			const b = this.value(e[3], t + 1);
			const to = want ?? t;
			c.op(reals[op] as Form, to, a, b);
			return to;
		}
		if (op === "div" || op === "mod") return this.#divide(op, type === "l", e[2], e[3], t, want);
		return this.#binary(op, type, e[2], e[3], t, want);
	}

	#binary(op: string, type: string, x: Expr, y: Expr, t: number, want: number | undefined): number {
		const { c } = this.#f;
		const to = want ?? integer(t);
		const swap = commutes.has(op) && this.#constant(x) !== undefined;
		const [left, right] = swap ? [y, x] : [x, y];
		const n = this.#constant(right);
		if (n !== undefined)
			for (const [form, fit] of shorts[`${op} ${type}`] ?? []) {
				const operand = fit(n);
				if (operand === undefined) continue;
				c.op(form, to, this.#register(left, t), operand);
				return to;
			}
		const a = this.value(left, t);
		const b = this.value(right, t + 1);
		c.op(((type === "w" ? words : bigs)[op] ?? "brk") as Form, to, a, b);
		return to;
	}

	/** As `value`, but never the zero register, which would be the stack pointer. */
	#register(e: Expr, t: number): number {
		return typeof e === "string" ? this.#f.value(this.#i[e], integer(t)) : this.value(e, t);
	}

	#divide(op: "div" | "mod", wide: boolean, x: Expr, y: Expr, t: number, want: number | undefined): number {
		const { c } = this.#f;
		const to = want ?? integer(t);
		const a = this.value(x, t);
		const b = this.#register(y, t + 1);
		const n = this.#constant(y);
		if (n === undefined || n === 0) c.to(wide ? "cbzx" : "cbzw", this.#f.leaving(FAULT_ZDIV), b);
		// The least number by -1 is itself, and nothing remains.
		if (op === "div") c.op(wide ? "sdivx" : "sdivw", to, a, b);
		else {
			c.op(wide ? "sdivx" : "sdivw", X1, a, b);
			c.op(wide ? "msubx" : "msubw", to, X1, b, a);
		}
		return to;
	}

	#convert(kind: string, e: Expr, t: number, want: number | undefined): number {
		const { c } = this.#f;
		switch (kind) {
			case "wl": {
				const to = want ?? integer(t);
				c.op("sxtw", to, this.value(e, t));
				return to;
			}
			case "lw":
				return this.value(e, t);
			case "wf":
			case "lf": {
				const to = want ?? t;
				c.op(kind === "wf" ? "scvtfw" : "scvtfx", to, this.value(e, t));
				return to;
			}
			default:
				return this.#round(kind === "fl", this.value(e, t), t + 1, want ?? integer(t));
		}
	}

	/** The nearest integer, halves away from zero; saturates, and NaN gives the least. */
	#round(wide: boolean, x: number, t: number, to: number): number {
		const { c } = this.#f;
		c.op("fcmp0", x);
		c.op("fhalf", t);
		c.op("fminushalf", t + 1);
		c.op("fcsel", t, t + 1, t, MI);
		c.op("fadd", t, t, x);
		c.op(wide ? "fcvtzsx" : "fcvtzsw", X0, t);
		if (wide) {
			c.op("movz", X1, 1);
			c.op("shlxi", X1, X1, 63);
		} else c.op("movzhigh", X1, 0x8000);
		c.op(wide ? "cselx" : "cselw", to, X1, X0, VS);
		return to;
	}

	/** The jump that is taken when a comparison holds. */
	condition(cmp: Compare, type: string, x: Expr, y: Expr): Jump {
		const { c } = this.#f;
		if (type === "f") {
			c.op("fcmp", this.value(x, 0), this.value(y, 1));
			return ["bcond", realConditions[cmp]];
		}
		const swap = this.#constant(x) !== undefined && this.#constant(y) === undefined;
		const [left, right] = swap ? [y, x] : [x, y];
		const way = swap ? mirrored[cmp] : cmp;
		const n = this.#constant(right);
		const wide = type === "l";
		if (n === 0 && (way === "eq" || way === "ne"))
			return [way === "eq" ? (wide ? "cbzx" : "cbzw") : wide ? "cbnzx" : "cbnzw", this.#register(left, 0)];
		if (n !== undefined && !wide) c.compare(this.#register(left, 0), this.#byte(right, n));
		else if (n !== undefined && n >= 0 && n < 4096) c.op("cmpxi", this.#register(left, 0), n);
		else if (n !== undefined && n < 0 && n > -4096) c.op("cmnxi", this.#register(left, 0), -n);
		else c.op(wide ? "cmpx" : "cmpw", this.value(left, 0), this.value(right, 1));
		return ["bcond", conditions[way]];
	}

	/** An immediate of type byte is one. */
	#byte(e: Expr, n: number): number {
		return typeof e === "string" && this.#i[e].type === "b" ? n & 0xff : n;
	}
}
