/** Types of assignments, declarations, and of what is made anew. */
import type { Expr, ExprOf } from "./ast.ts";
import { OpChecker } from "./checkop.ts";
import { common, compatible, exceptionValue, fieldsOf, isField, isSpecific } from "./compat.ts";
import type { Constant } from "./constant.ts";
import { anyType, Decl, elem, errorType, intType, stringType, Type, tupleOf, typeName } from "./types.ts";

export abstract class ExprChecker extends OpChecker {
	protected assign(e: ExprOf<"assign">): Expr {
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

	protected declareExpr(e: ExprOf<"declare">): Expr {
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

	protected send(e: ExprOf<"send">): Expr {
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

	protected load(e: ExprOf<"load">): Expr {
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

	protected tuple(e: ExprOf<"tuple">): Expr {
		e.elems = e.elems.map((x) => this.checkExpr(x));
		if (e.elems.some((x) => x.type === errorType)) return this.wrong(e);
		e.type = tupleOf(e.elems.map((x) => x.type));
		const fields = e.elems.map((x) => x.constant);
		e.constant = fields.every((f) => f !== undefined) ? { kind: "tuple", fields: fields as Constant[] } : undefined;
		return e;
	}

	protected newList(e: ExprOf<"newlist">): Expr {
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

	protected newChan(e: ExprOf<"newchan">): Expr {
		const of = this.dataType(e.elem);
		if (e.size) e.size = this.checkExpr(e.size);
		if (of === errorType) return this.wrong(e);
		if (e.size && e.size.type !== intType && e.size.type !== errorType) {
			return this.fail(e, `channel size ${this.show(e.size)} is not an int`);
		}
		e.type = new Type("chan", of);
		return e;
	}
}
