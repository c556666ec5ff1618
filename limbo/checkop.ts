/** Types of what operators give. */
import type { ArithOp, Expr, ExprOf } from "./ast.ts";
import { NameChecker } from "./checkname.ts";
import { common, compatible, equal } from "./compat.ts";
import { foldBinary, foldCast, foldUnary, isCompare } from "./fold.ts";
import { variantOf } from "./layout.ts";
import {
	anyType,
	bigType,
	byteType,
	elem,
	errorType,
	intType,
	realType,
	stringType,
	Type,
	tupleOf,
	typeName,
} from "./types.ts";

export abstract class OpChecker extends NameChecker {
	protected abstract assignable(e: Expr): boolean;

	protected unary(e: ExprOf<"unary">): Expr {
		if (e.op === "ref" || e.op === "tagof") e.arg = this.checkAny(e.arg);
		else e.arg = this.checkExpr(e.arg);
		const type = e.arg.type;
		e.constant = undefined;
		if (type === errorType) return this.wrong(e);
		switch (e.op) {
			case "+":
				return e.arg;
			case "-":
			case "~":
			case "!":
				return this.negate(e, type);
			case "*":
				if (type.kind !== "ref" || elem(type).kind === "fn") return this.fail(e, `cannot * ${this.show(e.arg)}`);
				e.type = elem(type);
				if (e.type.kind === "adtpick") variantOf(e.type);
				return e;
			case "<-":
				return this.receive(e, type);
			case "hd":
			case "tl":
				if (type.kind !== "list") return this.fail(e, `cannot ${e.op} ${this.show(e.arg)}`);
				e.type = e.op === "hd" ? elem(type) : type;
				return e;
			case "len":
				if (type.kind !== "array" && type.kind !== "list" && type !== stringType) {
					return this.fail(e, `len requires an array, string or list in ${this.show(e.arg)}`);
				}
				e.type = intType;
				if (e.arg.constant?.kind === "string") e.constant = foldUnary("len", type, e.arg.constant);
				return e;
			case "ref":
				return this.makeRef(e, type);
			case "tagof":
				return this.tagOf(e, type);
		}
	}

	private negate(e: ExprOf<"unary">, type: Type): Expr {
		const allowed = {
			int: "-~!",
			big: "-~",
			byte: "-~",
			real: "-",
			fixed: "-",
		}[type.kind as string];
		if (allowed === undefined || !allowed.includes(e.op)) {
			return this.fail(e, `cannot apply ${e.op} to ${this.show(e.arg)}`);
		}
		e.type = type;
		e.constant = e.arg.constant && foldUnary(e.op, type, e.arg.constant);
		return e;
	}

	protected receive(e: ExprOf<"unary">, type: Type): Expr {
		const chan = type.kind === "array" ? elem(type) : type;
		if (chan.kind !== "chan") return this.fail(e, `cannot receive on ${this.show(e.arg)}`);
		e.type = type.kind === "array" ? tupleOf([intType, elem(chan)]) : elem(chan);
		return e;
	}

	protected makeRef(e: ExprOf<"unary">, type: Type): Expr {
		const name = this.isTypeName(e.arg);
		if (type.kind !== "adt" && type.kind !== "adtpick" && type.kind !== "tuple") {
			return this.fail(e, `cannot make a ref from ${this.show(e.arg)}`);
		}
		type.fill();
		if (type.kind === "adt" && type.tags.length > 0 && name) {
			return this.fail(e, `instances of ref ${this.text(e.arg)} must be qualified with a pick tag`);
		}
		if (type.kind === "adt" && type.tags.length > 0 && !isPointee(e.arg)) {
			return this.fail(e.arg, `expressions cannot have type ${typeName(type)}`);
		}
		if (type.kind === "adtpick") variantOf(type);
		e.type = new Type("ref", type);
		return e;
	}

	private tagOf(e: ExprOf<"unary">, type: Type): Expr {
		const adt = type.kind === "ref" ? elem(type) : type;
		e.type = intType;
		const decl = e.arg.kind === "dot" || e.arg.kind === "name" || e.arg.kind === "arrow" ? e.arg.decl : undefined;
		if (decl?.store === "tag") {
			e.constant = { kind: "word", value: decl.tag };
			return e;
		}
		if (this.isPick(adt) && !this.isTypeName(e.arg)) return e;
		if (this.isPick(adt) && decl !== undefined) {
			e.constant = { kind: "word", value: decl.tag };
			return e;
		}
		return this.fail(e, `cannot get the tag value for ${this.show(e.arg)}`);
	}

	protected increment(e: ExprOf<"increment">): Expr {
		e.arg = this.checkExpr(e.arg);
		e.type = e.arg.type;
		if (e.type === errorType) return e;
		if (!["int", "big", "byte", "real"].includes(e.type.kind)) {
			return this.fail(e, `cannot apply ${e.op} to ${this.show(e.arg)}`);
		}
		return this.assignable(e.arg) ? e : this.wrong(e);
	}

	protected binary(e: ExprOf<"binary">): Expr {
		e.left = this.checkExpr(e.left);
		e.right = this.checkExpr(e.right);
		const a = e.left.type;
		const b = e.right.type;
		e.constant = undefined;
		if (a === errorType || b === errorType) return this.wrong(e);
		switch (e.op) {
			case "::":
				return this.cons(e, a, b);
			case "&&":
			case "||":
				for (const [side, operand] of [
					["left", e.left],
					["right", e.right],
				] as const) {
					if (operand.type !== intType) {
						this.fail(e, `${e.op}'s ${side} operand is not an int: ${this.show(operand)}`);
					}
				}
				e.type = intType;
				break;
			case "==":
			case "!=":
				return this.equality(e, a, b);
			default:
				if (!this.arithmetic(e, e.op, e.left, e.right, isCompare(e.op)) || this.zeroDivisor(e)) return this.wrong(e);
				e.type = isCompare(e.op) ? intType : a;
		}
		if (e.left.constant && e.right.constant) e.constant = foldBinary(e.op, a, e.left.constant, e.right.constant);
		return e;
	}

	protected cons(e: ExprOf<"binary">, a: Type, b: Type): Expr {
		if (b.kind !== "list" && b !== anyType) return this.fail(e, `cannot :: to ${this.show(e.right)}`);
		if (b === anyType) {
			e.type = new Type("list", a);
			return e;
		}
		e.type = b;
		if (compatible(elem(b), a)) return e;
		const shared = common(elem(b), a);
		if (!compatible(shared, a)) return this.fail(e, `type clash in ${this.show(e.left)} :: ${this.show(e.right)}`);
		e.type = new Type("list", shared);
		return e;
	}

	protected equality(e: ExprOf<"binary">, a: Type, b: Type): Expr {
		const comparable = [
			"int",
			"big",
			"byte",
			"real",
			"string",
			"ref",
			"list",
			"array",
			"chan",
			"any",
			"module",
			"fixed",
			"poly",
		];
		if (!comparable.includes(a.kind) || (!compatible(a, b) && !compatible(b, a))) {
			return this.fail(e, `cannot compare ${this.show(e.left)} to ${this.show(e.right)}`);
		}
		e.type = intType;
		if (e.left.constant && e.right.constant) e.constant = foldBinary(e.op, a, e.left.constant, e.right.constant);
		return e;
	}

	/** An int divided by the constant zero cannot be meant. */
	private zeroDivisor(e: ExprOf<"binary" | "assign">): boolean {
		const { constant, type } = e.right;
		const zero = type.kind !== "real" && constant !== undefined && "value" in constant && Number(constant.value) === 0;
		if (!zero || (e.op !== "/" && e.op !== "%") || e.left.constant === undefined) return false;
		this.error(e, `${e.op === "/" ? "divide" : "mod"} by 0 in constant expression`);
		return true;
	}

	/** Whether an operator may be applied; reports it if not. */
	protected arithmetic(
		e: Expr,
		op: ArithOp | "<" | "<=" | ">" | ">=",
		left: Expr,
		right: Expr,
		order: boolean,
	): boolean {
		const a = left.type;
		const b = right.type;
		if (op === "<<" || op === ">>") {
			if (a !== intType && a !== bigType && a !== byteType) {
				this.error(e, `cannot ${this.show(left)} ${op} ${this.show(right)}`);
				return false;
			}
			if (b !== intType) this.error(e, `shift ${this.show(right)} is not an int`);
			return b === intType;
		}
		if (op === "**") {
			if (a !== intType && a !== bigType && a !== realType) {
				this.error(e, `base ${this.show(left)} is not int, big or real`);
				return false;
			}
			if (b !== intType) this.error(e, `exponent ${this.show(right)} is not int`);
			return b === intType;
		}
		if (!equal(a, b)) {
			this.error(e, `type clash in ${this.show(left)} ${op} ${this.show(right)}`);
			return false;
		}
		const reals = order || op === "+" || op === "-" || op === "*" || op === "/";
		const ok =
			a === intType ||
			a === bigType ||
			a === byteType ||
			(a === stringType && (order || op === "+")) ||
			((a === realType || a.kind === "fixed") && reals);
		if (!ok) this.error(e, `cannot ${op} ${this.show(left)} and ${this.show(right)}`);
		return ok;
	}

	protected cast(e: ExprOf<"cast">): Expr {
		e.arg = this.checkExpr(e.arg);
		e.type = this.resolveType(e.to);
		return this.finishCast(e);
	}

	/** The types are known; says whether one can be made of the other. */
	protected finishCast(e: ExprOf<"cast">): Expr {
		const from = e.arg.type;
		const to = e.type;
		e.constant = undefined;
		if (from === errorType || to === errorType) return this.wrong(e);
		const bytes = (t: Type): boolean => t.kind === "array" && elem(t) === byteType;
		const basic = (t: Type): boolean => ["int", "big", "byte", "real", "string", "fixed"].includes(t.kind);
		const ok =
			compatible(to, from) ||
			(bytes(from) && to === stringType) ||
			(bytes(to) && from === stringType) ||
			(basic(from) && basic(to));
		if (!ok) return this.fail(e, `cannot make a ${typeName(to)} from ${this.show(e.arg)}`);
		const bad = e.arg.constant?.kind === "string" && whole.has(to.kind) ? notDigit(e.arg.constant.value) : undefined;
		if (bad !== undefined) return this.fail(e.arg, `'${bad}' in ${this.text(e.arg)} is not a decimal digit`);
		if (e.arg.constant && basic(to)) e.constant = foldCast(from, to, e.arg.constant);
		return e;
	}
}

/** What a pointer points at, perhaps made the type that it has. */
function isPointee(e: Expr): boolean {
	return e.kind === "cast" ? isPointee(e.arg) : e.kind === "unary" && e.op === "*";
}

/** What a string is read for as a number without a fraction. */
const whole: ReadonlySet<string> = new Set(["int", "big", "byte"]);

/** The first character of a constant that a number has no place for: one only known at run time may have anything behind the number. */
function notDigit(text: string): string | undefined {
	return /^[-+]?\d*(\D)/u.exec(text)?.[1];
}
