/** What type expressions stand for. */
import type { Bound, Expr, FnTypeExpr, Ident, TypeExpr } from "./ast.ts";
import { Names } from "./names.ts";
import { instantiate } from "./poly.ts";
import { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import {
	Decl,
	elem,
	errorType,
	isAggregate,
	isPointer,
	isPolyAdt,
	member,
	noneType,
	realType,
	stringType,
	Type,
	typeName,
} from "./types.ts";

export abstract class TypeResolver extends Names {
	abstract checkAny(expr: Expr): Expr;
	abstract checkExpr(expr: Expr): Expr;
	protected abstract declarePolys(names: readonly Ident[], scope: Scope): Decl[];
	protected abstract resolveBounds(bounds: readonly Bound[]): void;

	/** The type of something that holds data. */
	protected dataType(expr: TypeExpr): Type {
		const type = this.resolveType(expr);
		if (type.kind === "fn") this.error(expr, `data cannot have a fn type like ${typeName(type)}`);
		else if (this.isPick(type)) this.error(expr, `${typeName(type)}, an adt with pick fields, must be used with ref`);
		else return type;
		return errorType;
	}

	protected isPick(type: Type): boolean {
		type.fill();
		return type.kind === "adtpick" || (type.kind === "adt" && type.tags.length > 0);
	}

	protected memberType(expr: TypeExpr, name: Ident): Type {
		const type = this.resolveType(expr);
		if (!this.isPick(type)) return type;
		this.error(name, `cannot declare ${name.name} with type ${typeName(type)}`);
		return errorType;
	}

	protected variableType(expr: TypeExpr, name: Ident): Type {
		const type = this.memberType(expr, name);
		if (type.kind === "fn") this.error(name, `cannot declare ${name.name} to be a function`);
		else if (isPolyAdt(type)) this.error(name, `cannot declare ${name.name} of a polymorphic type`);
		else return type;
		return errorType;
	}

	resolveType(expr: TypeExpr): Type {
		switch (expr.kind) {
			case "named":
				return this.namedType(expr);
			case "dot":
				return this.pickType(expr, this.resolveType(expr.left));
			case "arrow":
				return this.moduleType(expr);
			case "instance":
				return this.instanceType(expr, this.resolveType(expr.generic), expr.args);
			case "ref": {
				const of = this.resolveType(expr.of);
				if (of === errorType) return of;
				if (of.kind === "fn" || (isAggregate(of) && of.kind !== "exception")) return new Type("ref", of);
				this.error(expr, `cannot have a ref ${typeName(of)}`);
				return errorType;
			}
			case "list":
			case "array":
			case "chan": {
				const of = this.dataType(expr.of);
				return of === errorType ? of : new Type(expr.kind, of);
			}
			case "cyclic":
				return this.resolveType(expr.of);
			case "tuple": {
				const tuple = new Type("tuple");
				tuple.ids = expr.elems.map((e, i) => new Decl(`t${i}`, "field", this.dataType(e), e));
				return tuple;
			}
			case "fn":
				return this.fnType(expr);
			case "fixed":
				return this.fixedType(expr);
			case "known":
				return expr.type;
		}
	}

	private namedType(expr: { name: string } & Span): Type {
		const decl = this.scope.lookupType(expr.name);
		if (decl === undefined) {
			if (this.scope.lookup(expr.name) === undefined) this.undeclared(expr.name, expr);
			else this.error(expr, `${expr.name} is not a type`);
			return errorType;
		}
		const type = decl.type;
		decl.refs++;
		if (decl.store === "type") return type;
		if (decl.store !== "wrong" && type !== errorType) this.error(expr, `${expr.name} is not a type`);
		return errorType;
	}

	private pickType(expr: { name: string } & Span, adt: Type): Type {
		if (adt === errorType) return adt;
		if (adt.kind !== "adt") {
			this.error(expr, `${typeName(adt)} is not an adt`);
			return errorType;
		}
		adt.fill();
		const tag = member(adt.tags, expr.name);
		if (tag !== undefined) return tag.type;
		this.error(expr, `${expr.name} is not a pick tag of ${typeName(adt)}${this.meant(expr.name, adt.tags)}`);
		return errorType;
	}

	/** `m->T`, where m may also be a variable. */
	private moduleType(expr: { left: TypeExpr; name: string } & Span): Type {
		let module: Type;
		if (expr.left.kind === "named") {
			const decl = this.scope.lookup(expr.left.name);
			module = decl === undefined ? this.undeclared(expr.left.name, expr.left).type : decl.type;
			if (decl !== undefined) decl.refs++;
			// A function's type may be what is being found out.
			if (decl?.store === "fn") {
				this.error(expr.left, `${decl.name} is not a module`);
				return errorType;
			}
		} else {
			module = this.resolveType(expr.left);
		}
		if (module === errorType) return module;
		if (module.kind !== "module") {
			this.error(expr, `${typeName(module)} is not a module`);
			return errorType;
		}
		const decl = member(module.members, expr.name);
		if (decl === undefined) {
			this.error(expr, `${expr.name} is not a member of ${typeName(module)}${this.meant(expr.name, module.ids)}`);
			return errorType;
		}
		if (decl.store === "type") return decl.type;
		this.error(expr, `${this.text(expr)} is not a type`);
		return errorType;
	}

	protected instanceType(span: Span, generic: Type, args: readonly TypeExpr[]): Type {
		const actuals = args.map((arg) => this.resolveType(arg));
		if (generic === errorType || actuals.includes(errorType)) return errorType;
		if (generic.kind !== "adt" || generic.polys.length === 0) {
			this.error(span, `${typeName(generic)} is not a polymorphic adt`);
			return errorType;
		}
		if (actuals.length !== generic.polys.length) {
			const few = actuals.length < generic.polys.length ? "few" : "many";
			this.error(span, `too ${few} actual types in instantiation`);
			return errorType;
		}
		const flat = actuals.find((t) => !isPointer(t));
		if (flat !== undefined) {
			this.error(span, `${typeName(flat)} is not a pointer type`);
			return errorType;
		}
		return instantiate(generic, actuals);
	}

	/** A function's type. `self` is the adt it is a member of. */
	protected fnType(expr: FnTypeExpr, self?: Type): Type {
		const scope = new Scope(this.scope);
		const type = new Type("fn", noneType);
		type.varargs = expr.varargs;
		type.polys = this.declarePolys(expr.polys, scope);
		this.within(scope, () => {
			this.resolveBounds(expr.bounds);
			type.ids = expr.params.map((p, i) => this.parameter(p, i, self));
			if (expr.result !== undefined) type.of = this.dataType(expr.result);
			if (expr.raises !== undefined) type.raises = this.raisedExceptions(expr.raises);
		});
		if (expr.varargs && type.ids.at(-1)?.type !== stringType) {
			this.error(expr, "variable arguments must be preceded by a string");
		}
		return type;
	}

	protected parameter(param: FnTypeExpr["params"][number], i: number, self: Type | undefined): Decl {
		const ident = { name: param.name ?? "nil", pos: param.pos, end: param.end };
		const decl = new Decl(param.name ?? "", "arg", this.memberType(param.type, ident), param);
		if (decl.type.kind === "fn") this.error(param, `cannot declare ${ident.name} to be a function`);
		decl.implicit = param.self;
		if (!param.self) return decl;
		const type = decl.type.kind === "ref" ? elem(decl.type) : decl.type;
		if (self === undefined) this.error(param, "function is not a member of an adt, so can't use self");
		else if (i > 0) this.error(param, "only the first argument can use self");
		else if (type !== self && type !== errorType) {
			const name = self.decl?.name;
			this.error(param, `self argument's type must be ${name} or ref ${name}`);
		}
		return decl;
	}

	private raisedExceptions(exprs: readonly Expr[]): Decl[] {
		const decls: Decl[] = [];
		for (const e of exprs) {
			const checked = this.checkAny(e);
			if (checked.constant?.kind === "exception") decls.push(checked.constant.decl);
			else if (checked.type !== errorType) this.error(e, `${this.text(e)}: illegal raises expression`);
		}
		return decls;
	}

	protected fixedType(expr: { scale: Expr; maximum: Expr | undefined } & Span): Type {
		const scale = this.positiveReal(expr.scale, "scale");
		const maximum = expr.maximum === undefined ? 0 : this.positiveReal(expr.maximum, "maximum");
		if (scale === undefined || maximum === undefined) return errorType;
		// The unit is made as fine as 32 bits allow for the values asked for.
		const values = maximum === 0 ? 2 ** 32 - 1 : 2 * Math.floor(maximum / scale + 0.5) + 1;
		let bits = 0;
		while (2 ** bits < values) bits++;
		if (bits === 0 || bits > 32) {
			this.error(expr, "cannot fit fixed type into an int");
			return errorType;
		}
		const type = new Type("fixed");
		type.scale = scale / 2 ** (32 - bits);
		return type;
	}

	private positiveReal(expr: Expr, what: string): number | undefined {
		const e = this.checkExpr(expr);
		if (e.type === errorType) return undefined;
		if (e.type !== realType) this.error(expr, `fixed point ${what} not real`);
		else if (e.constant?.kind !== "real") this.error(expr, `fixed point ${what} not constant`);
		else if (e.constant.value <= 0) this.error(expr, `non-positive fixed point ${what}`);
		else return e.constant.value;
		return undefined;
	}
}
