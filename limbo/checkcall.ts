/** Calls: of functions, methods, functions of modules and references; and what only looks like a call. */
import type { CallExpr, Expr, ExprOf, TypeExpr } from "./ast.ts";
import { compatible, fieldsOf, type TypeClasses } from "./compat.ts";
import { checkFormat } from "./format.ts";
import { Interfaces } from "./interface.ts";
import { variantOf } from "./layout.ts";
import { type Bindings, bindingsOf, substitute, unify } from "./poly.ts";
import { Resolver } from "./resolve.ts";
import type { Diagnostics } from "./source.ts";
import {
	adtOf,
	Decl,
	deref,
	elem,
	errorType,
	intType,
	isFnRef,
	member,
	noneType,
	Type,
	tupleOf,
	typeName,
} from "./types.ts";

/** A function as named in an expression: what it is, and the module it is called through, if any. */
interface Target {
	decl: Decl;
	module: Expr | undefined;
	/** The value before the dot, which a self argument gets. */
	self: Expr | undefined;
	/** The adt it is a method of. */
	adt: Type | undefined;
}

export abstract class CallChecker extends Resolver {
	readonly interfaces: Interfaces;

	constructor(diagnostics: Diagnostics, classes: TypeClasses) {
		super(diagnostics);
		this.interfaces = new Interfaces(classes);
	}

	protected abstract fail(e: Expr, message: string): Expr;
	protected abstract wrong(e: Expr): Expr;
	protected abstract isTypeName(e: Expr): boolean;
	protected abstract finishCast(e: ExprOf<"cast">): Expr;

	/** Finds the function that an expression of type fn names. Undefined if it may not be used; that is reported. */
	private target(e: Expr): Target | undefined {
		switch (e.kind) {
			case "name": {
				const decl = e.decl as Decl;
				if (decl.origin.dot === undefined && decl.origin.body === undefined && decl.store === "fn") {
					this.error(e, `function ${e.name} not defined`);
					return undefined;
				}
				return this.usable(e, { decl: decl.origin, module: decl.from, self: undefined, adt: undefined });
			}
			case "arrow":
				return this.usable(e, { decl: e.decl as Decl, module: e.left, self: undefined, adt: undefined });
			case "dot": {
				const adt = adtOf(deref(e.left.type));
				const self = this.isTypeName(e.left) ? undefined : e.left;
				let module = e.module === undefined ? undefined : this.checkAny(e.module);
				if (module === undefined && self === undefined && e.left.kind === "arrow") module = e.left.left;
				module ??= this.scope.importOf(adt.generic ?? adt)?.from;
				e.module = module;
				return this.usable(e, { decl: e.decl as Decl, module, self, adt });
			}
			default:
				this.error(e, `${this.text(e)} is not a function name`);
				return undefined;
		}
	}

	private usable(e: Expr, target: Target): Target | undefined {
		const { module, decl, adt } = target;
		if (module !== undefined) {
			if (module.type.kind === "module" && !this.isTypeName(module)) return target;
			const why = this.isTypeName(module) ? ` because ${this.text(module)} is a module interface` : "";
			this.error(e, `cannot call ${this.text(e)}${why}`);
			return undefined;
		}
		const owner = adt === undefined ? decl.dot : adt.decl?.dot;
		if (adt?.kind === "poly" || owner === undefined || this.isImplemented(owner)) return target;
		const name = adt === undefined ? decl.name : (adt.decl?.name ?? decl.name);
		this.error(e, `cannot call ${this.text(e)} without importing ${name} from a variable`);
		return undefined;
	}

	protected functionReference(e: Expr): Expr {
		const target = this.target(e);
		if (target === undefined) return this.wrong(e);
		const { module } = target;
		const decl = target.decl.generic ?? target.decl;
		if (decl.dot?.type.kind === "adt" && decl.dot.type.polys.length > 0) {
			return this.fail(e, `cannot have a polymorphic adt function reference ${decl.name}`);
		}
		if (target.adt?.kind === "poly" || e.type.varargs)
			return this.fail(e, `cannot make a reference to ${this.text(e)}`);
		decl.refs++;
		this.noteUse(module, decl);
		const type = new Type("ref", e.type);
		return { kind: "fnref", arg: e, decl, module, pos: e.pos, end: e.end, type, constant: undefined };
	}

	/** A function's address is taken: it has to be in a table. */
	private noteUse(module: Expr | undefined, decl: Decl): void {
		if (module !== undefined) {
			this.interfaces.use(module.type, decl);
			this.interfaces.expose(decl.type);
			return;
		}
		this.interfaces.needsSelf = true;
		this.interfaces.expose(decl.type);
		const own = decl.dot?.type.kind === "module" ? decl.dot : decl.dot?.dot;
		if (!this.isImplemented(own) && !this.interfaces.extra.includes(decl)) this.interfaces.extra.push(decl);
	}

	protected call(e: CallExpr): Expr {
		e.fn = this.checkAny(e.fn);
		e.args = e.args.map((a) => this.checkExpr(a));
		e.constant = undefined;
		const type = e.fn.type;
		if (type === errorType) return this.wrong(e);
		if (isFnRef(type) && !this.isTypeName(e.fn)) {
			e.fn = this.checkExpr(e.fn);
			return this.callReference(e);
		}
		if (type.kind !== "fn") return this.construct(e);
		if (e.args.some((a) => a.type === errorType)) {
			e.type = type.of ?? noneType;
			return this.wrong(e);
		}
		const target = this.target(e.fn);
		if (target === undefined) return this.wrong(e);
		return this.callFunction(e, target);
	}

	private callReference(e: CallExpr): Expr {
		const type = elem(e.fn.type);
		e.callKind = "reference";
		e.type = type.of ?? noneType;
		if (e.args.some((a) => a.type === errorType)) return this.wrong(e);
		return this.matchArgs(e, type, e.args) ? e : this.wrong(e);
	}

	private callFunction(e: CallExpr, target: Target): Expr {
		const type = e.fn.type;
		const decl = target.decl.generic ?? target.decl;
		e.callee = decl;
		e.module = target.module;
		e.callKind = target.module === undefined ? "function" : "module";
		e.type = type.of ?? noneType;
		if (target.adt?.kind === "poly") e.callKind = "reference";
		if (type.ids[0]?.implicit) {
			if (target.self === undefined) {
				return this.fail(e, `${this.text(e.fn)} needs a value for its self argument`);
			}
			e.args = [target.self, ...e.args];
		}
		if (target.module !== undefined) {
			this.interfaces.use(target.module.type, decl);
			this.interfaces.expose(decl.type);
		}
		if (type.varargs) return this.callVarargs(e, type);
		if (this.isPolymorphic(decl)) return this.callPolymorphic(e, target, decl);
		return this.matchArgs(e, type, e.args) ? e : this.wrong(e);
	}

	private matchArgs(e: CallExpr, type: Type, args: readonly Expr[]): boolean {
		e.fnType = type;
		const params = type.ids;
		if (args.length !== params.length) {
			const few = args.length < params.length ? "few" : "many";
			this.error(e, `${this.text(e.fn)}: too ${few} function arguments`);
			return false;
		}
		return args.every((arg, i) => this.matchArg(e, params[i] as Decl, arg));
	}

	private matchArg(e: CallExpr, param: Decl, arg: Expr): boolean {
		if (compatible(param.type, arg.type)) return true;
		const expected = typeName(param.type);
		this.error(arg, `${this.text(e.fn)}: argument type mismatch: expected ${expected} saw ${this.show(arg)}`);
		return false;
	}

	private callVarargs(e: CallExpr, type: Type): Expr {
		const fixed = type.ids.length;
		if (e.args.length < fixed) return this.fail(e, `${this.text(e.fn)}: too few function arguments`);
		if (!type.ids.every((p, i) => this.matchArg(e, p, e.args[i] as Expr))) return this.wrong(e);
		const format = e.args[fixed - 1] as Expr;
		if (format.constant?.kind !== "string") {
			return this.fail(format, `${this.text(e.fn)}: format argument ${this.show(format)} is not a string constant`);
		}
		const rest = e.args.slice(fixed);
		const problem = checkFormat(format.constant.value, rest, (x) => this.show(x));
		if (problem !== undefined) return this.fail(format, `${this.text(e.fn)}: ${problem}`);
		const full = new Type("fn", type.of);
		full.ids = e.args.map((arg, i) => {
			const param = type.ids[i];
			return new Decl(param?.name ?? "", "arg", param?.type ?? arg.type);
		});
		full.varargs = true;
		e.fnType = full;
		return e;
	}

	protected isPolymorphic(decl: Decl): boolean {
		const owner = decl.dot?.type;
		return decl.type.polys.length > 0 || (owner?.kind === "adt" && owner.polys.length > 0);
	}

	private callPolymorphic(e: CallExpr, target: Target, decl: Decl): Expr {
		const fn = e.fn.type;
		const owner = decl.dot?.type;
		const adtPolys = owner?.kind === "adt" ? owner.polys : [];
		const instance = target.adt?.generic !== undefined ? target.adt : undefined;
		const bindings: Bindings = instance === undefined ? new Map() : bindingsOf(instance);
		const inside = this.fn?.dot?.type === owner;
		const free = new Set(fn.polys.map((p) => p.type));
		if (instance === undefined && !inside) for (const p of adtPolys) free.add(p.type);
		e.fnType = decl.type;
		if (e.args.length !== fn.ids.length) {
			return this.fail(
				e,
				`${this.text(e.fn)}: too ${e.args.length < fn.ids.length ? "few" : "many"} function arguments`,
			);
		}
		const fits = e.args.every((arg, i) => unify((fn.ids[i] as Decl).type, arg.type, free, bindings));
		if (!fits) return this.fail(e, "function call type mismatch");
		this.bindThroughFunctions([...fn.polys, ...adtPolys], free, bindings);
		e.type = substitute(fn.of ?? noneType, bindings);
		const hidden: Expr[] = [];
		for (const poly of [...fn.polys, ...adtPolys]) {
			const actual = bindings.get(poly.type) ?? poly.type;
			if (actual.kind === "poly" && !this.ownsPoly(actual)) {
				return this.fail(e, `cannot determine the instantiated type of ${typeName(actual)}`);
			}
			for (const needed of poly.type.ids) {
				const found = this.functionFor(e, needed.name, actual, e.args);
				if (found === undefined) return this.wrong(e);
				hidden.push(...found);
			}
		}
		e.args = [...e.args, ...hidden];
		return e;
	}

	/** A parameter may appear only in the functions that others need: those of the actual types then say what it is. */
	private bindThroughFunctions(polys: readonly Decl[], free: ReadonlySet<Type>, bindings: Bindings): void {
		for (let known = -1; known !== bindings.size; ) {
			known = bindings.size;
			for (const poly of polys) {
				const actual = bindings.get(poly.type);
				if (actual === undefined) continue;
				for (const needed of poly.type.ids) {
					const found = this.lookupFunction(needed.name, actual);
					if (found !== undefined && found.type.kind === "fn") unify(needed.type, found.type, free, bindings);
				}
			}
		}
	}

	/** The function of a name that goes with a type: its own, or else one in scope. */
	private lookupFunction(name: string, type: Type): Decl | undefined {
		if (type.kind === "poly" || type.kind === "module") {
			const own = member(type.members, name);
			if (own !== undefined) return own;
		}
		const adt = adtOf(deref(type));
		const method = adt.kind === "adt" ? (member(deref(type).members, name) ?? member(adt.members, name)) : undefined;
		return method ?? this.scope.lookup(name)?.origin;
	}

	private ownsPoly(type: Type): boolean {
		const owner = this.fn?.dot?.type;
		const polys = [...(this.fn?.type.polys ?? []), ...(owner?.kind === "adt" ? owner.polys : [])];
		return polys.some((p) => p.type === type);
	}

	/** The two hidden arguments that give a polymorphic function a function of the actual type. */
	private functionFor(e: Expr, name: string, type: Type, args: readonly Expr[]): Expr[] | undefined {
		const pair = (decl: Decl, module: Expr | undefined, forward: boolean): Expr[] =>
			(["module", "index"] as const).map((half) => ({
				kind: "fnpointer",
				half,
				module,
				decl,
				forward,
				pos: e.pos,
				end: e.end,
				type: intType,
				constant: undefined,
			}));
		if (type.kind === "poly") {
			const decl = member(type.ids, name);
			if (decl !== undefined) return pair(decl, undefined, true);
		}
		const adt = adtOf(deref(type));
		let decl = adt.kind === "adt" ? (member(deref(type).members, name) ?? member(adt.members, name)) : undefined;
		let module = decl === undefined ? undefined : this.scope.importOf(adt.generic ?? adt)?.from;
		if (type.kind === "module") {
			decl = member(type.members, name);
			module = args.find((a) => a.type === type);
		}
		if (decl === undefined) {
			const named = this.scope.lookup(name);
			decl = named?.origin;
			module = named?.from;
		}
		if (decl === undefined || decl.type.kind !== "fn") {
			this.error(e, `type ${typeName(type)} does not have a '${name}' function`);
			return undefined;
		}
		const fn = decl.generic ?? decl;
		fn.refs++;
		this.noteUse(module, fn);
		return pair(fn, module, false);
	}

	/** What is called is no function: an adt made from its fields, an exception with its values, or a cast. */
	private construct(e: CallExpr): Expr {
		const decl = e.fn.kind === "name" || e.fn.kind === "dot" || e.fn.kind === "arrow" ? e.fn.decl : undefined;
		const exception = e.fn.constant?.kind === "exception";
		const isType = this.isTypeName(e.fn) || exception;
		if (!isType && decl?.store !== "tag") return this.fail(e, `${this.text(e.fn)} is not a function or type name`);
		if (e.args.some((a) => a.type === errorType)) return this.wrong(e);
		const type = e.fn.type;
		const made = deref(type);
		const given = tupleOf(e.args.map((a) => a.type));
		e.type = type;
		if (exception) return this.makeException(e, type);
		made.fill();
		if (made.kind === "adtpick") variantOf(made);
		const fits = made.kind === "adtpick" || (made.kind === "adt" && made.tags.length === 0);
		if (fits && type.kind !== "ref") {
			const wanted = tupleOf(fieldsOf(made).map((f) => f.type));
			if (compatible(wanted, given, true)) {
				e.callKind = "tuple";
				const fields = e.args.map((a) => a.constant);
				if (made.kind === "adt" && fields.every((f) => f !== undefined)) e.constant = { kind: "tuple", fields };
				return e;
			}
		}
		const only = e.args[0];
		if (only !== undefined && e.args.length === 1 && (!fits || compatible(type, only.type))) {
			const to: TypeExpr = { kind: "known", type, pos: e.fn.pos, end: e.fn.end };
			return this.finishCast({ ...e, kind: "cast", to, arg: only });
		}
		return this.fail(e, `cannot make a ${this.text(e.fn)} from '(${e.args.map((a) => this.text(a)).join(", ")})'`);
	}

	private makeException(e: CallExpr, type: Type): Expr {
		type.fill();
		const fits =
			type.ids.length === e.args.length && type.ids.every((f, i) => compatible(f.type, (e.args[i] as Expr).type));
		if (!fits) {
			return this.fail(e, `cannot make a ${this.text(e.fn)} from '(${e.args.map((a) => this.text(a)).join(", ")})'`);
		}
		e.callKind = "exception";
		return e;
	}

	/** An expression read as the type it names. */
	protected typeOfExpr(e: Expr): TypeExpr {
		const span = { pos: e.pos, end: e.end };
		switch (e.kind) {
			case "name":
				return { kind: "named", name: e.name, ...span };
			case "typearg":
				return e.to;
			case "dot":
				return { kind: "dot", left: this.typeOfExpr(e.left), name: e.name.name, ...span };
			case "arrow":
				return { kind: "arrow", left: this.typeOfExpr(e.left), name: e.name.name, ...span };
			case "index":
				return {
					kind: "instance",
					generic: this.typeOfExpr(e.left),
					args: e.args.map((a) => this.typeOfExpr(a)),
					...span,
				};
			case "tuple":
				return { kind: "tuple", elems: e.elems.map((x) => this.typeOfExpr(x)), ...span };
			case "newchan":
				return { kind: "chan", of: e.elem, ...span };
			case "unary":
				if (e.op === "ref") return { kind: "ref", of: this.typeOfExpr(e.arg), ...span };
		}
		this.error(e, `${this.text(e)} is not a type`);
		return { kind: "known", type: errorType, ...span };
	}
}
