import type { Expr, Num } from "./isa.ts";
import { type Body, F64, I32, I64, type ValueType, Wasm } from "./wasm.ts";

/** How a function's code gets at the operands of an expression, and leaves with a fault. */
export interface Operands {
	/** Pushes the value of an operand. */
	push(operand: "s" | "m" | "d"): void;
	/** The operand's value where it is a constant. */
	constant(operand: "s" | "m" | "d"): number | undefined;
	/** A local to keep a value in for a moment; each number is one of its own. */
	temporary(type: ValueType, n: number): number;
	/** Leaves with "zero divide" if the condition on the stack is not 0. */
	zdivIf(): void;
	/** Calls a function of arith.ts whose arguments are on the stack. */
	pure(name: string, type: Num, args: number): void;
}

const word: Readonly<Record<string, number>> = {
	add: Wasm.i32_add,
	sub: Wasm.i32_sub,
	mul: Wasm.i32_mul,
	and: Wasm.i32_and,
	or: Wasm.i32_or,
	xor: Wasm.i32_xor,
	shl: Wasm.i32_shl,
	shr: Wasm.i32_shr_s,
	lsr: Wasm.i32_shr_u,
	eq: Wasm.i32_eq,
	ne: Wasm.i32_ne,
	lt: Wasm.i32_lt_s,
	le: Wasm.i32_le_s,
	gt: Wasm.i32_gt_s,
	ge: Wasm.i32_ge_s,
};
const big: Readonly<Record<string, number>> = {
	add: Wasm.i64_add,
	sub: Wasm.i64_sub,
	mul: Wasm.i64_mul,
	and: Wasm.i64_and,
	or: Wasm.i64_or,
	xor: Wasm.i64_xor,
	shl: Wasm.i64_shl,
	shr: Wasm.i64_shr_s,
	lsr: Wasm.i64_shr_u,
	eq: Wasm.i64_eq,
	ne: Wasm.i64_ne,
	lt: Wasm.i64_lt_s,
	le: Wasm.i64_le_s,
	gt: Wasm.i64_gt_s,
	ge: Wasm.i64_ge_s,
};
const real: Readonly<Record<string, number>> = {
	add: Wasm.f64_add,
	sub: Wasm.f64_sub,
	mul: Wasm.f64_mul,
	div: Wasm.f64_div,
	eq: Wasm.f64_eq,
	ne: Wasm.f64_ne,
	lt: Wasm.f64_lt,
	le: Wasm.f64_le,
	gt: Wasm.f64_gt,
	ge: Wasm.f64_ge,
};

/** Pushes the value of a meaning's expression. */
export function emitExpr(c: Body, e: Expr, o: Operands): void {
	if (typeof e === "string") {
		o.push(e);
		return;
	}
	const [op, type] = e;
	switch (op) {
		case "neg":
			emitExpr(c, e[2], o);
			c.op(Wasm.f64_neg);
			return;
		case "cvt":
			emitExpr(c, e[2], o);
			convert(c, e[1], o);
			return;
		case "pure":
			for (const x of e.slice(3)) emitExpr(c, x as Expr, o);
			o.pure(e[1], e[2], e.length - 3);
			return;
	}
	if ((op === "div" || op === "mod") && type !== "f") {
		divide(c, op, type, e[2], e[3], o);
		return;
	}
	emitExpr(c, e[2], o);
	emitExpr(c, e[3], o);
	if (type === "l" && (op === "shl" || op === "shr" || op === "lsr")) c.op(Wasm.i64_extend_i32_u);
	c.op((type === "w" ? word : type === "l" ? big : real)[op] as number);
}

/** Division of words or bigs: faults on 0, and wraps where WebAssembly would trap. */
function divide(c: Body, op: "div" | "mod", type: "w" | "l", x: Expr, y: Expr, o: Operands): void {
	const wide = type === "l";
	const t = wide ? I64 : I32;
	const known = typeof y === "string" ? o.constant(y) : undefined;
	const number = (n: number) => (wide ? c.i64(BigInt(n)) : c.i32(n));
	const ops = wide ? [Wasm.i64_div_s, Wasm.i64_rem_s] : [Wasm.i32_div_s, Wasm.i32_rem_s];
	const apply = ops[op === "div" ? 0 : 1] as number;
	emitExpr(c, x, o);
	if (known !== undefined && known !== 0 && known !== -1) {
		number(known);
		c.op(apply);
		return;
	}
	const a = o.temporary(t, 0);
	const b = o.temporary(t, 1);
	c.set(a);
	emitExpr(c, y, o);
	c.tee(b);
	c.op(wide ? Wasm.i64_eqz : Wasm.i32_eqz);
	o.zdivIf();
	if (op === "mod") {
		c.get(a);
		c.get(b);
		c.op(apply); // MIN rem -1 is 0
		return;
	}
	// a / -1 is 0 - a, and a / b else: the divisor is made 1 where it is -1.
	number(0);
	c.get(a);
	c.op(wide ? Wasm.i64_sub : Wasm.i32_sub);
	c.get(a);
	number(1);
	c.get(b);
	c.get(b);
	number(-1);
	c.op(wide ? Wasm.i64_eq : Wasm.i32_eq);
	c.op(Wasm.select);
	c.op(apply);
	c.get(b);
	number(-1);
	c.op(wide ? Wasm.i64_eq : Wasm.i32_eq);
	c.op(Wasm.select);
}

function convert(c: Body, kind: string, o: Operands): void {
	switch (kind) {
		case "wl":
			c.op(Wasm.i64_extend_i32_s);
			return;
		case "lw":
			c.op(Wasm.i32_wrap_i64);
			return;
		case "wf":
			c.op(Wasm.f64_convert_i32_s);
			return;
		case "lf":
			c.op(Wasm.f64_convert_i64_s);
			return;
		default:
			round(c, kind === "fw" ? I32 : I64, o);
	}
}

/** The nearest integer, halves away from zero; saturates, and NaN gives the least: trunc_sat makes it 0. */
function round(c: Body, to: typeof I32 | typeof I64, o: Operands): void {
	const x = o.temporary(F64, 0);
	c.tee(x);
	c.f64const(0.5);
	c.get(x);
	c.op(Wasm.f64_copysign);
	c.op(Wasm.f64_add);
	c.truncSat(to);
	if (to === I32) c.i32(-0x80000000);
	else c.i64(-0x8000000000000000n);
	c.get(x);
	c.get(x);
	c.op(Wasm.f64_eq);
	c.op(Wasm.select);
}
