/** Types of expressions. Each method returns the expression, or what takes its place, with type and constant set. */
import type { ArithOp, Expr, ExprOf } from "./ast.ts";
import { CallChecker } from "./checkcall.ts";
import { common, compatible, equal, exceptionValue, fieldsOf, isField, isSpecific } from "./compat.ts";
import type { Constant } from "./constant.ts";
import { foldBinary, foldCast, foldUnary, isCompare } from "./fold.ts";
import { variantOf } from "./layout.ts";
import {
	adtOf,
	anyType,
	bigType,
	byteType,
	Decl,
	elem,
	errorType,
	intType,
	member,
	realType,
	stringType,
	Type,
	tupleOf,
	typeName,
} from "./types.ts";

export abstract class ExprChecker extends CallChecker {
	/** Checks an expression that must be a value. */
	checkExpr(expr: Expr): Expr {
		const e = this.checkAny(expr);
		if (e.type === errorType) return e;
		if (this.isTypeName(e)) {
			this.error(e, `${this.text(e)} is a type, not a value`);
			e.type = errorType;
			return e;
		}
		return this.asValue(e);
	}

	/** What a name or member is worth where a value is wanted: a reference to a function, what an exception holds. */
	protected asValue(e: Expr): Expr {
		if (e.type.kind === "fn") return this.functionReference(e);
		if (e.type.kind === "exception" && !e.type.declared && e.type.ids.length > 0) return this.exceptionField(e);
		return e;
	}

	protected exceptionField(arg: Expr): Expr {
		const type = exceptionValue(arg.type);
		return { kind: "exvalue", arg, pos: arg.pos, end: arg.end, type, constant: undefined };
	}

	/** Also lets types, functions and exceptions pass. */
	checkAny(expr: Expr): Expr {
		switch (expr.kind) {
			case "constant":
			case "fnref":
			case "exvalue":
			case "fnpointer":
				return expr;
			case "nil":
				expr.type = anyType;
				expr.constant = { kind: "nil" };
				return expr;
			case "name":
				return this.name(expr);
			case "dot":
				return this.dot(expr);
			case "arrow":
				return this.arrow(expr);
			case "call":
				return this.call(expr);
			case "unary":
				return this.unary(expr);
			case "increment":
				return this.increment(expr);
			case "binary":
				return this.binary(expr);
			case "assign":
				return this.assign(expr);
			case "declare":
				return this.declareExpr(expr);
			case "send":
				return this.send(expr);
			case "load":
				return this.load(expr);
			case "cast":
				return this.cast(expr);
			case "index":
				return this.index(expr);
			case "slice":
				return this.slice(expr);
			case "tuple":
				return this.tuple(expr);
			case "newlist":
				return this.newList(expr);
			case "newchan":
				return this.newChan(expr);
			case "newarray":
				return this.newArray(expr);
			case "typearg":
				expr.type = this.resolveType(expr.to);
				return expr;
		}
	}

	protected fail(e: Expr, message: string): Expr {
		this.error(e, message);
		e.type = errorType;
		e.constant = undefined;
		return e;
	}

	protected wrong(e: Expr): Expr {
		e.type = errorType;
		e.constant = undefined;
		return e;
	}

	private name(e: ExprOf<"name">): Expr {
		const decl = this.scope.lookup(e.name) ?? this.undeclared(e.name, e);
		e.decl = decl;
		e.type = decl.type;
		e.constant = undefined;
		decl.refs++;
		decl.origin.refs += decl.imported === undefined ? 0 : 1;
		if (decl.store === "wrong") return this.wrong(e);
		e.constant = decl.store === "const" ? decl.origin.constant : undefined;
		if (decl.store === "const" && e.constant === undefined && e.type !== errorType) {
			return this.fail(e, `${e.name}'s value cannot be determined`);
		}
		if (decl.store === "global" && decl.from !== undefined && this.isTypeName(decl.from)) {
			return this.fail(e, `cannot use ${e.name} because ${this.text(decl.from)} is a module interface`);
		}
		if (decl.store === "global" && decl.from !== undefined) {
			// A module's variable by its own name is reached through the module.
			return this.arrow({ ...e, kind: "arrow", left: decl.from, name: { name: e.name, pos: e.pos, end: e.end } });
		}
		return e;
	}

	/** A name that stands for a type, as it is or in a module. */
	protected isTypeName(e: Expr): boolean {
		if (e.kind === "name" || e.kind === "arrow") return e.decl?.store === "type";
		if (e.kind === "typearg") return true;
		return e.kind === "dot" && e.decl?.store === "tag" && e.constant === undefined;
	}

	private dot(e: ExprOf<"dot">): Expr {
		if (e.module !== undefined && e.ambiguous) this.qualify(e);
		e.left = this.checkAny(e.left);
		if (e.left.type === errorType) return this.wrong(e);
		if (e.left.type.kind === "fn") e.left = this.functionReference(e.left);
		const outer = e.left.type;
		const type = outer.kind === "ref" ? elem(outer) : outer;
		const isType = this.isTypeName(e.left);
		if (type.kind === "exception" && !isType) {
			if (!type.declared) e.left = this.exceptionField(e.left);
			else return this.fail(e, `${this.show(e.left)} cannot be qualified with .`);
			return this.dot(e);
		}
		if (!["adt", "adtpick", "tuple", "poly"].includes(type.kind)) {
			if (type === errorType) return this.wrong(e);
			return this.fail(e, `${this.show(e.left)} cannot be qualified with .`);
		}
		const decl = this.findMember(e, type);
		if (decl === undefined) return this.wrong(e);
		e.decl = decl;
		e.type = decl.type;
		decl.refs++;
		for (let d = decl.generic; d !== undefined; d = d.generic) d.refs++;
		e.constant = decl.store === "const" ? decl.constant : undefined;
		if (decl.store === "tag") {
			if (!isType) return this.fail(e, `${this.text(e.left)} is not a type`);
			return e;
		}
		if (decl.store === "field" && isType) return this.fail(e, `${this.text(e)} is not a value`);
		if (decl.store === "field" && e.left.constant?.kind === "tuple") {
			e.constant = e.left.constant.fields[fieldsOf(type).indexOf(decl)];
		}
		return e;
	}

	/**
	 * `m->a.b.c`: if `a` is a member of the module, it is that member's part; otherwise `c` is a function of the module
	 * applied to the value `a.b`.
	 */
	private qualify(e: ExprOf<"dot">): void {
		e.ambiguous = false;
		const module = this.checkAny(e.module as Expr);
		let holder = e;
		while (holder.left.kind === "dot") holder = holder.left;
		const first = holder.left;
		if (first.kind !== "name" || module.type.kind !== "module") return;
		if (member(module.type.members, first.name) === undefined) return;
		holder.left = { ...first, kind: "arrow", left: module, name: { name: first.name, pos: first.pos, end: first.end } };
		e.module = undefined;
	}

	private findMember(e: ExprOf<"dot">, type: Type): Decl | undefined {
		const name = e.name.name;
		const parent = adtOf(type);
		const found = member(type.members, name) ?? member(type.tags, name) ?? member(parent.members, name);
		if (found !== undefined) {
			if (type.kind === "adtpick") variantOf(type);
			return found;
		}
		if (type.tags.some((tag) => member(tag.type.members, name) !== undefined)) {
			this.error(e, `cannot yet index field ${name} of ${this.show(e.left)}`);
		} else {
			const all = [...type.members, ...type.tags, ...parent.members];
			this.error(e.name, `${name} is not a member of ${this.show(e.left)}${this.meant(name, all)}`);
		}
		return undefined;
	}

	private arrow(e: ExprOf<"arrow">): Expr {
		e.left = this.checkAny(e.left);
		const module = e.left.type;
		e.constant = undefined;
		if (module === errorType) return this.wrong(e);
		if (module.kind !== "module") return this.fail(e, `${this.show(e.left)} cannot be qualified with ->`);
		const decl = member(module.members, e.name.name);
		if (decl === undefined) {
			const meant = this.meant(e.name.name, module.ids);
			return this.fail(e, `${e.name.name} is not a member of ${this.show(e.left)}${meant}`);
		}
		e.decl = decl;
		e.type = decl.type;
		decl.refs++;
		e.constant = decl.store === "const" ? decl.constant : undefined;
		if (decl.store === "global") {
			if (this.isTypeName(e.left)) return this.fail(e, `${this.text(e)} is not a value`);
			this.interfaces.expose(decl.type);
			this.interfaces.useGlobals(module);
		}
		return e;
	}

	private unary(e: ExprOf<"unary">): Expr {
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

	private receive(e: ExprOf<"unary">, type: Type): Expr {
		const chan = type.kind === "array" ? elem(type) : type;
		if (chan.kind !== "chan") return this.fail(e, `cannot receive on ${this.show(e.arg)}`);
		e.type = type.kind === "array" ? tupleOf([intType, elem(chan)]) : elem(chan);
		return e;
	}

	private makeRef(e: ExprOf<"unary">, type: Type): Expr {
		const name = this.isTypeName(e.arg);
		if (type.kind !== "adt" && type.kind !== "adtpick" && type.kind !== "tuple") {
			return this.fail(e, `cannot make a ref from ${this.show(e.arg)}`);
		}
		type.fill();
		if (type.kind === "adt" && type.tags.length > 0 && name) {
			return this.fail(e, `instances of ref ${this.text(e.arg)} must be qualified with a pick tag`);
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

	private increment(e: ExprOf<"increment">): Expr {
		e.arg = this.checkExpr(e.arg);
		e.type = e.arg.type;
		if (e.type === errorType) return e;
		if (!["int", "big", "byte", "real"].includes(e.type.kind)) {
			return this.fail(e, `cannot apply ${e.op} to ${this.show(e.arg)}`);
		}
		return this.assignable(e.arg) ? e : this.wrong(e);
	}

	private binary(e: ExprOf<"binary">): Expr {
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

	private cons(e: ExprOf<"binary">, a: Type, b: Type): Expr {
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

	private equality(e: ExprOf<"binary">, a: Type, b: Type): Expr {
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
	private arithmetic(e: Expr, op: ArithOp | "<" | "<=" | ">" | ">=", left: Expr, right: Expr, order: boolean): boolean {
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

	private assign(e: ExprOf<"assign">): Expr {
		e.left = this.checkExpr(e.left);
		e.right = this.checkExpr(e.right);
		const to = e.left.type;
		const from = e.right.type;
		if (to === errorType || from === errorType) return this.wrong(e);
		if (e.op !== undefined) {
			if (!this.arithmetic(e, e.op, e.left, e.right, false) || !this.assignable(e.left)) return this.wrong(e);
			e.type = to;
			return e;
		}
		if (!compatible(to, from, true)) {
			return this.fail(e, `type clash in ${this.show(e.left)} = ${this.show(e.right)}`);
		}
		e.type = from === anyType ? to : from;
		if (this.isPick(e.type) && (to.kind !== "adtpick" || from.kind !== "adtpick")) {
			return this.fail(e, `expressions cannot have type ${typeName(e.type)}`);
		}
		return this.assignable(e.left) ? e : this.wrong(e);
	}

	/** Whether an expression may stand left of an assignment; reports it if not. */
	protected assignable(e: Expr): boolean {
		if (this.isPlace(e)) return true;
		this.error(e, `cannot assign to ${this.text(e)}`);
		return false;
	}

	private isPlace(e: Expr): boolean {
		switch (e.kind) {
			case "nil":
				return true;
			case "name": {
				const store = e.decl?.store;
				return store === "global" || store === "arg" || store === "local";
			}
			case "dot":
				return e.decl !== undefined && isField(e.decl);
			case "arrow":
				return e.decl?.store === "global";
			case "unary":
				return e.op === "*";
			case "slice":
				return e.high === undefined && e.type !== stringType;
			case "index":
				return e.left.type !== stringType || this.isPlace(e.left);
			case "tuple":
				return e.elems.every((x) => this.isPlace(x));
			default:
				return false;
		}
	}

	private declareExpr(e: ExprOf<"declare">): Expr {
		e.right = this.checkExpr(e.right);
		let type = e.right.type;
		if (type.kind === "exception") type = type.declared ? errorType : exceptionValue(type);
		const ok = isSpecific(type);
		if (!ok && e.right.type !== errorType) {
			this.error(e, `cannot declare ${this.text(e.left)} from ${this.show(e.right)}`);
		}
		e.type = ok ? type : errorType;
		this.declareNames(e.left, ok ? type : errorType, e);
		return e;
	}

	/** Declares the names left of `:=` with the types of what is right of it. */
	private declareNames(e: Expr, type: Type, whole: ExprOf<"declare">): void {
		e.type = type;
		if (e.kind === "nil") return;
		if (e.kind === "name") {
			if (e.decl === undefined || this.scope !== this.globals) this.declareName(e, type);
			return;
		}
		if (e.kind !== "tuple") {
			this.error(e, `illegal declaration expression ${this.text(e)}`);
			return;
		}
		const fields = ["tuple", "adt", "adtpick"].includes(type.kind) ? fieldsOf(type) : [];
		const fits = fields.length === e.elems.length;
		if (!fits && type !== errorType) {
			this.error(whole, `cannot declare ${this.text(e)} from ${this.show(whole.right)}`);
		}
		for (const [i, x] of e.elems.entries()) {
			this.declareNames(x, fits ? (fields[i] as Decl).type : errorType, whole);
		}
	}

	private declareName(e: ExprOf<"name">, type: Type): void {
		const ident = { name: e.name, pos: e.pos, end: e.end };
		if (this.isPick(type)) {
			this.error(e, `cannot declare ${e.name} with type ${typeName(type)}`);
		}
		const decl = new Decl(e.name, this.scope === this.globals ? "global" : "local", type, ident);
		decl.inferred = true;
		if (type === errorType) decl.store = "wrong";
		this.warnShadow(decl);
		e.decl = this.install(decl);
		this.addLocal(decl);
	}

	protected abstract addLocal(decl: Decl): void;
	protected abstract warnShadow(decl: Decl): void;

	private send(e: ExprOf<"send">): Expr {
		e.left = this.checkExpr(e.left);
		e.right = this.checkExpr(e.right);
		const chan = e.left.type;
		if (chan === errorType || e.right.type === errorType) return this.wrong(e);
		if (chan.kind !== "chan") return this.fail(e, `cannot send on ${this.show(e.left)}`);
		if (!compatible(elem(chan), e.right.type)) {
			return this.fail(e, `type clash in ${this.show(e.left)} <-= ${this.show(e.right)}`);
		}
		e.type = elem(chan);
		return e;
	}

	private load(e: ExprOf<"load">): Expr {
		e.path = this.checkExpr(e.path);
		e.type = this.resolveType({ kind: "named", ...e.module });
		if (e.type === errorType) return e;
		if (e.type.kind !== "module") return this.fail(e, `cannot load a ${typeName(e.type)}`);
		if (e.path.type !== stringType && e.path.type !== errorType) {
			this.error(e, `cannot load a module from ${this.show(e.path)}`);
		}
		this.interfaces.load(e.type);
		return e;
	}

	private cast(e: ExprOf<"cast">): Expr {
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
		if (e.arg.constant && basic(to)) e.constant = foldCast(from, to, e.arg.constant);
		return e;
	}

	private index(e: ExprOf<"index">): Expr {
		e.left = this.checkAny(e.left);
		if (this.isTypeName(e.left)) {
			const args = e.args.map((a) => this.typeOfExpr(a));
			const type = this.instanceType(e, e.left.type, args);
			return { ...e, kind: "typearg", to: { kind: "known", type, pos: e.pos, end: e.end }, type };
		}
		if (e.left.type.kind === "fn") e.left = this.asValue(e.left);
		e.args = e.args.map((a) => this.checkExpr(a));
		const type = e.left.type;
		const arg = e.args[0];
		if (type === errorType || arg === undefined || arg.type === errorType) return this.wrong(e);
		if ((type.kind !== "array" && type !== stringType) || e.args.length > 1) {
			return this.fail(e, `cannot index ${this.show(e.left)}`);
		}
		if (arg.type !== intType) return this.fail(e, `cannot index ${this.show(e.left)} with ${this.show(arg)}`);
		e.type = type === stringType ? intType : elem(type);
		return e;
	}

	private slice(e: ExprOf<"slice">): Expr {
		e.left = this.checkExpr(e.left);
		if (e.low) e.low = this.checkExpr(e.low);
		if (e.high) e.high = this.checkExpr(e.high);
		const type = e.left.type;
		e.type = type;
		if (type === errorType) return e;
		if (type.kind !== "array" && type !== stringType) return this.fail(e, `cannot slice ${this.show(e.left)}`);
		for (const bound of [e.low, e.high]) {
			if (bound !== undefined && bound.type !== intType && bound.type !== errorType) {
				this.error(bound, `cannot slice ${this.show(e.left)} with ${this.show(bound)}`);
			}
		}
		return e;
	}

	private tuple(e: ExprOf<"tuple">): Expr {
		e.elems = e.elems.map((x) => this.checkExpr(x));
		if (e.elems.some((x) => x.type === errorType)) return this.wrong(e);
		e.type = tupleOf(e.elems.map((x) => x.type));
		const fields = e.elems.map((x) => x.constant);
		e.constant = fields.every((f) => f !== undefined) ? { kind: "tuple", fields: fields as Constant[] } : undefined;
		return e;
	}

	private newList(e: ExprOf<"newlist">): Expr {
		e.elems = e.elems.map((x) => this.checkExpr(x));
		let type: Type = anyType;
		for (const x of [...e.elems].reverse()) {
			if (x.type === errorType) return this.wrong(e);
			if (!compatible(type, x.type)) type = common(type, x.type);
			else if (type === anyType) type = x.type;
			if (!compatible(type, x.type)) {
				return this.fail(x, `type clash: ${this.show(x)} in a list of ${typeName(type)}`);
			}
		}
		e.type = e.elems.length === 0 ? anyType : new Type("list", type);
		return e;
	}

	private newChan(e: ExprOf<"newchan">): Expr {
		const of = this.dataType(e.elem);
		if (e.size) e.size = this.checkExpr(e.size);
		if (of === errorType) return this.wrong(e);
		if (e.size && e.size.type !== intType && e.size.type !== errorType) {
			return this.fail(e, `channel size ${this.show(e.size)} is not an int`);
		}
		e.type = new Type("chan", of);
		return e;
	}

	protected abstract newArray(e: ExprOf<"newarray">): Expr;
}
