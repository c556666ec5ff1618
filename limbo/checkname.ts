/** Types of names, members and parts of things. */
import type { Expr, ExprOf } from "./ast.ts";
import { CallChecker } from "./checkcall.ts";
import { exceptionValue, fieldsOf } from "./compat.ts";
import { variantOf } from "./layout.ts";
import { adtOf, anyType, type Decl, elem, errorType, intType, member, stringType, type Type } from "./types.ts";

export abstract class NameChecker extends CallChecker {
	protected abstract assign(e: ExprOf<"assign">): Expr;
	protected abstract binary(e: ExprOf<"binary">): Expr;
	protected abstract cast(e: ExprOf<"cast">): Expr;
	protected abstract declareExpr(e: ExprOf<"declare">): Expr;
	protected abstract increment(e: ExprOf<"increment">): Expr;
	protected abstract load(e: ExprOf<"load">): Expr;
	protected abstract newArray(e: ExprOf<"newarray">): Expr;
	protected abstract newChan(e: ExprOf<"newchan">): Expr;
	protected abstract newList(e: ExprOf<"newlist">): Expr;
	protected abstract send(e: ExprOf<"send">): Expr;
	protected abstract tuple(e: ExprOf<"tuple">): Expr;
	protected abstract unary(e: ExprOf<"unary">): Expr;

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

	private exceptionField(arg: Expr): Expr {
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
		return this.wrong(e);
	}

	protected wrong(e: Expr): Expr {
		e.type = errorType;
		e.constant = undefined;
		return e;
	}

	protected name(e: ExprOf<"name">): Expr {
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

	protected dot(e: ExprOf<"dot">): Expr {
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

	protected arrow(e: ExprOf<"arrow">): Expr {
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

	protected index(e: ExprOf<"index">): Expr {
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

	protected slice(e: ExprOf<"slice">): Expr {
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
}
