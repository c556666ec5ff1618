/** Code for arithmetic and conversions. */
import type { ArithOp, Expr, ExprOf } from "./ast.ts";
import { exceptionValue } from "./compat.ts";
import { castFixed, type FixedCode, fixedArith } from "./fixed.ts";
import { letters } from "./genbase.ts";
import { GenMake } from "./genmake.ts";
import { fp, imm, isDirect, NONE, type Operand, sameOperand } from "./inst.ts";
import { bigType, intType, realType, stringType, type Type } from "./types.ts";

const arithNames: Readonly<Record<ArithOp, string>> = {
	"+": "add",
	"-": "sub",
	"*": "mul",
	"/": "div",
	"%": "mod",
	"&": "and",
	"|": "or",
	"^": "xor",
	"<<": "shl",
	">>": "shr",
	"**": "exp",
};

const commutes = new Set<string>(["+", "*", "&", "|", "^"]);

/** Expressions that can be read where they are. */
const places = new Set<Expr["kind"]>(["name", "dot", "arrow", "index", "exvalue"]);

export abstract class GenArith extends GenMake {
	protected direct0(type: Type): Operand {
		return this.constant(type, type === bigType ? { kind: "big", value: 0n } : { kind: "word", value: 0 });
	}

	protected arith(e: Expr, op: ArithOp, left: Expr, right: Expr, dst: Operand): void {
		const type = left.type;
		if (this.identity(op, left, right)) {
			this.into(left, dst);
			return;
		}
		if (this.accumulates(left, right, dst)) {
			this.into(left, dst);
			const b = this.operand(right);
			if (type.kind === "fixed" && (op === "*" || op === "/"))
				this.fixed(fixedArith(op, type, type, type), b, dst, dst);
			else this.emit(this.arithOp(op, type, e), b, NONE, dst);
			return;
		}
		// The later operand may change or free what the earlier one has only a place for.
		const a = this.yields(right) && !(left.kind === "name" || left.constant) ? this.kept(left) : this.operand(left);
		const b = this.operand(right);
		if (type.kind === "fixed" && (op === "*" || op === "/")) {
			this.fixed(fixedArith(op, type, type, type), b, isDirect(a) ? a : this.copied(type, a), dst);
			return;
		}
		const name = this.arithOp(op, type, e);
		if (sameOperand(a, dst)) this.emit(name, b, NONE, dst);
		else if (commutes.has(op) && type !== stringType && sameOperand(b, dst)) this.emit(name, a, NONE, dst);
		else if (isDirect(a) && a.mode !== "imm") this.emit(name, b, a, dst);
		else if (commutes.has(op) && type !== stringType && isDirect(b)) this.emit(name, a, b, dst);
		else this.emit(name, b, isDirect(a) ? a : this.copied(type, a), dst);
	}

	/** Whether the left operand can be computed where the result is wanted, and be changed there. */
	private accumulates(left: Expr, right: Expr, dst: Operand): boolean {
		if (dst.mode !== "fp" || this.isPlain(left) || places.has(left.kind)) return false;
		if (left.kind === "unary" && left.op === "*") return false;
		if (this.touches(left, dst) || this.touches(right, dst) || this.yields(right)) return false;
		return dst.temp === true || this.isPlain(right);
	}

	/** What is there without being computed, and cannot fault. */
	private isPlain(e: Expr): boolean {
		return e.constant !== undefined || e.kind === "name" || this.received.has(e);
	}

	protected arithOp(op: ArithOp, type: Type, e: Expr): string {
		return arithNames[op] + this.letter(type, e);
	}

	/** Operations that change nothing. */
	private identity(op: ArithOp, left: Expr, right: Expr): boolean {
		const value = right.constant?.kind === "word" && left.type !== stringType ? right.constant.value : undefined;
		if (left.type.kind !== "int") return false;
		if (value === 0) return op === "+" || op === "-" || op === "|" || op === "^" || op === "<<" || op === ">>";
		return value === 1 && (op === "*" || op === "/");
	}

	/** The factors are put where the fixed point operations look for them. */
	protected fixed(code: FixedCode, s: Operand, m: Operand, dst: Operand): void {
		if (code.op === "movw") {
			this.emit("movw", imm(0), NONE, dst);
			return;
		}
		if (code.factor !== undefined) this.emit("movw", this.word(code.factor), NONE, fp(20));
		this.emit("movw", this.word(code.shift), NONE, fp(28));
		this.emit(code.op, s, m, dst);
	}

	protected cast(e: ExprOf<"cast">, dst: Operand): void {
		const from = e.arg.type.kind === "exception" ? exceptionValue(e.arg.type) : e.arg.type;
		const to = e.type;
		const op = castOp(from, to);
		if (op === "") {
			this.into(e.arg, dst);
		} else if (op !== undefined) {
			this.emit(op, this.operand(e.arg), NONE, dst);
		} else if (from.kind === "fixed" || to.kind === "fixed") {
			this.castToFixed(e, from, to, dst);
		} else {
			// There is no direct way between bytes and the larger types.
			const t = this.wordTemp();
			this.emit(castOp(from, intType) ?? "movw", this.operand(e.arg), NONE, t);
			this.emit(castOp(intType, to) ?? "movw", t, NONE, dst);
		}
	}

	private castToFixed(e: ExprOf<"cast">, from: Type, to: Type, dst: Operand): void {
		if (from.kind === "fixed" && to.kind === "fixed" && from.scale === to.scale) {
			this.into(e.arg, dst);
			return;
		}
		const arg = this.operand(e.arg);
		const exact = (t: Type): boolean => t.kind === "fixed" || t === intType;
		if (exact(from) && exact(to)) {
			const code = castFixed(from, to);
			if (code.op !== "movw" && code.factor !== undefined) this.emit("movw", this.word(code.factor), NONE, fp(20));
			if (code.op === "movw") this.emit("movw", imm(0), NONE, dst);
			else this.emit(code.op, arg, this.word(code.shift), dst);
			return;
		}
		const real = this.temp(realType);
		if (to.kind === "fixed") {
			const value = from === realType ? arg : this.convert(from, realType, arg, real);
			this.emit("cvtfx", value, this.constant(realType, { kind: "real", value: 1 / to.scale }), dst);
		} else {
			this.emit("cvtxf", arg, this.constant(realType, { kind: "real", value: from.scale }), real);
			this.convert(realType, to, real, dst);
		}
	}

	private convert(from: Type, to: Type, value: Operand, dst: Operand): Operand {
		const op = castOp(from, to);
		if (op === "") {
			this.move(to, value, dst);
		} else if (op !== undefined) {
			this.emit(op, value, NONE, dst);
		} else {
			const t = this.wordTemp();
			this.emit(castOp(from, intType) ?? "movw", value, NONE, t);
			this.emit(castOp(intType, to) ?? "movw", t, NONE, dst);
		}
		return dst;
	}
}

/** The instruction that converts; "" if nothing needs doing, undefined if it takes more than one. */
function castOp(from: Type, to: Type): string | undefined {
	if (from.kind === "array" && to === stringType) return "cvtac";
	if (to.kind === "array" && from === stringType) return "cvtca";
	const a = letters[from.kind];
	const b = letters[to.kind];
	if (from.kind === "fixed" || to.kind === "fixed") return undefined;
	if (a === undefined || b === undefined || a === b) return "";
	return (a === "b" && b !== "w") || (b === "b" && a !== "w") ? undefined : `cvt${a}${b}`;
}
