/** Declarations and type names: what a name stands for is worked out when it is first wanted, in any order. */
import type {
	AdtDecl,
	Bound,
	ConDecl,
	ExceptionDecl,
	Expr,
	FieldDecl,
	FnTypeExpr,
	Ident,
	ImportDecl,
	ModuleDecl,
	PickDecl,
	TypeDecl,
	TypeExpr,
	VarDecl,
} from "./ast.ts";
import type { Constant } from "./constant.ts";
import { instantiate } from "./poly.ts";
import { Scope } from "./scope.ts";
import { type Diagnostics, nearest, type Span } from "./source.ts";
import {
	bigType,
	byteType,
	Decl,
	elem,
	errorType,
	intType,
	isAggregate,
	isPointer,
	isPolyAdt,
	member,
	noneType,
	realType,
	type Store,
	stringType,
	Type,
	typeName,
} from "./types.ts";

export abstract class Resolver {
	readonly diagnostics: Diagnostics;
	readonly universe: Scope = new Scope(undefined);
	readonly globals: Scope = new Scope(this.universe);
	protected scope: Scope = this.globals;
	/** The modules this file implements. */
	readonly implemented: Decl[] = [];
	protected implementNames: string[] = [];
	/** All modules declared, in order. */
	readonly modules: Decl[] = [];
	/** The function whose body is being checked. */
	protected fn: Decl | undefined;

	constructor(diagnostics: Diagnostics) {
		this.diagnostics = diagnostics;
		for (const type of [intType, bigType, byteType, realType, stringType]) {
			this.universe.names.set(type.kind, new Decl(type.kind, "type", type));
		}
	}

	abstract checkExpr(expr: Expr): Expr;
	abstract checkAny(expr: Expr): Expr;
	/** The constant value of an expression, or undefined, which has been reported. */
	protected abstract constantOf(expr: Expr, what: string): Constant | undefined;

	error(span: Span, message: string): void {
		this.diagnostics.error(span, message);
	}

	/** Does something with other names in effect. */
	protected within<T>(scope: Scope, action: () => T): T {
		const outer = this.scope;
		this.scope = scope;
		try {
			return action();
		} finally {
			this.scope = outer;
		}
	}

	isImplemented(module: Decl | undefined): boolean {
		return module !== undefined && this.implemented.includes(module);
	}

	protected install(decl: Decl, scope: Scope = this.scope): Decl {
		const old = scope.names.get(decl.name);
		if (old !== undefined && old.store !== "wrong") {
			const place = this.diagnostics.sources.place(old.span.pos);
			this.error(
				decl.span,
				`redeclaration of ${describe(decl)}, previously declared as ${describe(old)} on ${place.file}:${place.line}`,
			);
		}
		scope.names.set(decl.name, decl);
		return decl;
	}

	protected declare(ident: Ident, store: Store, type: Type | undefined, scope: Scope = this.scope): Decl {
		return this.install(new Decl(ident.name, store, type, ident), scope);
	}

	/** A declaration whose type is found when it is asked for. */
	private lazily(decl: Decl, resolve: () => void): void {
		const scope = this.scope;
		decl.resolve = () => {
			decl.resolve = () => {
				this.error(decl.span, `circularity in definition of ${decl.name}`);
				decl.type = errorType;
			};
			const fn = this.fn;
			if (scope === this.globals) this.fn = undefined;
			this.within(scope, resolve);
			this.fn = fn;
			decl.resolve = undefined;
		};
	}

	protected declareTypes(node: TypeDecl, dot?: Decl): Decl[] {
		return node.names.map((name) => {
			const decl = this.declare(name, "type", undefined);
			decl.dot = dot;
			this.lazily(decl, () => {
				decl.type = this.resolveType(node.type);
			});
			return decl;
		});
	}

	protected declareConstants(node: ConDecl, dot?: Decl): Decl[] {
		return node.names.map((name, i) => {
			const decl = this.declare(name, "const", undefined);
			decl.dot = dot;
			this.lazily(decl, () => this.resolveConstant(decl, node, i));
			return decl;
		});
	}

	private resolveConstant(decl: Decl, node: ConDecl, i: number): void {
		const scope = new Scope(this.scope);
		const iota = new Decl("iota", "const", intType);
		iota.constant = { kind: "word", value: i };
		scope.names.set("iota", iota);
		const value = this.within(scope, () => this.checkExpr(node.value));
		node.value = value;
		decl.type = value.type;
		if (value.type === errorType) decl.store = "wrong";
		else decl.constant = this.constantOf(value, decl.name);
		if (decl.constant === undefined) decl.store = "wrong";
	}

	protected declareExceptions(node: ExceptionDecl, dot?: Decl): Decl[] {
		const type = new Type("exception");
		type.declared = true;
		const scope = this.scope;
		type.complete = () => {
			type.ids = node.types.map(
				(t, i) =>
					new Decl(
						`t${i}`,
						"field",
						this.within(scope, () => this.dataType(t)),
						t,
					),
			);
		};
		return node.names.map((name) => {
			const decl = this.declare(name, "const", type);
			decl.dot = dot;
			decl.constant = { kind: "exception", decl };
			decl.longName = this.exceptionName(decl);
			type.decl ??= decl;
			return decl;
		});
	}

	/** Exceptions are known by name at run time, so the name says where they were declared. */
	private exceptionName(decl: Decl): string {
		let depth = 0;
		for (let s = this.scope.parent; s !== undefined && s !== this.universe; s = s.parent) depth++;
		const module = decl.dot?.name ?? this.implementNames[0];
		return [module, this.fn?.name, `${depth}`, decl.name].filter((part) => part !== undefined).join(".");
	}

	protected declareVars(node: VarDecl, store: Store): Decl[] {
		node.decls = node.names.map((name) => {
			const decl = this.declare(name, store, undefined);
			this.lazily(decl, () => {
				// Outside functions this may declare a function that is defined elsewhere in the file.
				if (node.type.kind === "fn" && store === "global") decl.type = this.fnType(node.type);
				else decl.type = this.variableType(node.type, name);
				if (decl.type.kind === "fn") decl.store = "fn";
			});
			return decl;
		});
		return node.decls;
	}

	protected declareImports(node: ImportDecl): Decl[] {
		return node.names.map((name) => {
			const decl = this.declare(name, "import", undefined);
			this.lazily(decl, () => this.resolveImport(decl, node));
			return decl;
		});
	}

	private resolveImport(decl: Decl, node: ImportDecl): void {
		node.from = this.checkAny(node.from);
		const module = node.from.type;
		decl.type = errorType;
		if (module.kind !== "module" || (node.from.kind !== "name" && node.from.kind !== "arrow")) {
			decl.store = "wrong";
			if (module !== errorType) this.error(node.from, `cannot import from ${this.show(node.from)}`);
			return;
		}
		const origin = member(module.members, decl.name);
		if (origin === undefined) {
			decl.store = "wrong";
			this.error(
				decl.span,
				`${decl.name} is not a member of ${node.from.name}${this.meant(decl.name, module.members)}`,
			);
			return;
		}
		decl.type = origin.type;
		decl.store = origin.store;
		decl.constant = origin.constant;
		decl.imported = origin;
		decl.from = node.from;
	}

	/** Notes imported adts in the scope of the import, so that their methods can be called. */
	protected noteImports(decls: readonly Decl[]): void {
		for (const decl of decls) if (decl.store !== "wrong" || decl.resolve) this.noteImport(decl);
	}

	private noteImport(decl: Decl): void {
		const type = decl.type;
		if (decl.store === "type" && type.kind === "adt") this.scope.importAdt(type.generic ?? type, decl);
	}

	protected meant(name: string, ids: readonly Decl[]): string {
		const near = nearest(
			name,
			ids.map((id) => id.name),
		);
		return near === undefined ? "" : `; did you mean ${near}?`;
	}

	/** An expression with its type, for messages. */
	protected show(expr: Expr): string {
		return `'${this.text(expr)}' of type ${typeName(expr.type)}`;
	}

	protected text(span: Span): string {
		return this.diagnostics.sources.excerpt(span);
	}

	protected declareModule(node: ModuleDecl): Decl[] {
		const type = new Type("module");
		const decls = node.names.map((name) => {
			const decl = this.declare(name, "type", type);
			this.modules.push(decl);
			return decl;
		});
		const decl = decls.find((d) => this.implementNames.includes(d.name)) ?? (decls[0] as Decl);
		type.decl = decl;
		const scope = new Scope(this.scope);
		this.within(scope, () => {
			for (const m of node.members) type.ids.push(...this.declareModuleMember(m, decl));
		});
		if (this.implementNames.includes(decl.name)) this.implement(decl);
		return decls;
	}

	/** Members of a module that is implemented here are names of this file. */
	private implement(module: Decl): void {
		this.implemented.push(module);
		for (const id of module.type.ids) {
			const old = this.globals.names.get(id.name);
			if (old !== undefined && this.isImplemented(old.dot) && old.dot !== module) continue;
			this.install(id, this.globals);
		}
	}

	private declareModuleMember(node: ModuleDecl["members"][number], dot: Decl): Decl[] {
		switch (node.kind) {
			case "adt":
				return this.declareAdt(node, dot);
			case "con":
				return this.declareConstants(node, dot);
			case "typedecl":
				return this.declareTypes(node, dot);
			case "exception":
				return this.declareExceptions(node, dot);
			case "field":
				return this.declareFields(node, dot, "global");
		}
	}

	private declareFields(node: FieldDecl, dot: Decl, store: Store, self?: Type): Decl[] {
		return node.names.map((name) => {
			const fn = node.type.kind === "fn";
			const decl = this.declare(name, fn ? "fn" : store, undefined);
			decl.dot = dot;
			decl.cyclic = node.cyclic;
			this.lazily(decl, () => {
				decl.type = node.type.kind === "fn" ? this.fnType(node.type, self) : this.memberType(node.type, name);
				if (decl.type.kind === "fn") decl.store = "fn";
			});
			return decl;
		});
	}

	protected declareAdt(node: AdtDecl, dot?: Decl): Decl[] {
		const type = new Type("adt");
		const decls = node.names.map((name) => this.declare(name, "type", type));
		for (const decl of decls) decl.dot = dot;
		const decl = decls[0] as Decl;
		type.decl = decl;
		const scope = new Scope(this.scope);
		type.polys = this.declarePolys(node.polys, scope);
		type.complete = () =>
			this.within(scope, () => {
				this.resolveBounds(node.bounds);
				const inner = new Scope(scope);
				this.within(inner, () => this.fillAdt(type, node, decl));
			});
		return decls;
	}

	private fillAdt(type: Type, node: AdtDecl, decl: Decl): void {
		for (const m of node.members) {
			if (m.kind === "con") type.ids.push(...this.declareConstants(m, decl));
			if (m.kind === "field") type.ids.push(...this.declareFields(m, decl, "field", type));
			if (m.kind !== "pick") continue;
			if (type.tags.length > 0) this.error(m, "only one set of pick fields allowed");
			this.fillPicks(type, m, decl);
		}
		const pick = node.members.findIndex((m) => m.kind === "pick");
		const late = node.members.find((m, i) => pick >= 0 && i > pick && m.kind === "field" && m.type.kind !== "fn");
		if (late !== undefined) this.error(late, "pick fields must be the last data fields in an adt");
	}

	private fillPicks(type: Type, node: PickDecl, decl: Decl): void {
		for (const c of node.cases) {
			const pick = new Type("adtpick");
			const tags = c.tags.map((tag) => {
				const d = new Decl(tag.name, "tag", pick, tag);
				d.dot = decl;
				d.tag = type.tags.length;
				const same = member(type.tags, tag.name) ?? member(type.ids, tag.name);
				if (same !== undefined) this.error(tag, `redeclaration of pick tag ${tag.name}`);
				type.tags.push(d);
				return d;
			});
			pick.decl = tags[0];
			const scope = new Scope(this.scope);
			this.within(scope, () => {
				for (const field of c.fields) {
					for (const name of field.names) {
						if (member(type.ids, name.name)) this.error(name, `redeclaration of field ${name.name}`);
					}
					pick.ids.push(...this.declareFields(field, decl, "field", type));
				}
			});
		}
	}

	protected declarePolys(names: readonly Ident[], scope: Scope): Decl[] {
		return names.map((name) => {
			const type = new Type("poly");
			const decl = this.declare(name, "type", type, scope);
			type.decl = decl;
			return decl;
		});
	}

	/** Gives type parameters the functions they need. */
	protected resolveBounds(bounds: readonly Bound[]): void {
		for (const bound of bounds) {
			for (const name of bound.names) {
				const poly = this.scope.lookupType(name.name);
				if (poly === undefined || poly.type.kind !== "poly") {
					this.error(name, `${name.name} is not a polymorphic type`);
					continue;
				}
				this.within(new Scope(this.scope), () => {
					for (const f of bound.functions) poly.type.ids.push(...this.declareFields(f, poly, "fn", poly.type));
				});
				for (const id of poly.type.ids) {
					if (id.type.kind !== "fn") this.error(id.span, "only function types expected");
				}
			}
		}
	}

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

	private memberType(expr: TypeExpr, name: Ident): Type {
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
			this.undeclared(expr.name, expr);
			return errorType;
		}
		const type = decl.type;
		decl.refs++;
		if (decl.store === "type") return type;
		if (decl.store !== "wrong" && type !== errorType) this.error(expr, `${expr.name} is not a type`);
		return errorType;
	}

	protected undeclared(name: string, span: Span): Decl {
		const near = nearest(name, this.scope.allNames());
		this.error(span, `${name} is not declared${near === undefined ? "" : `; did you mean ${near}?`}`);
		const decl = new Decl(name, "wrong", errorType, span);
		this.scope.names.set(name, decl);
		return decl;
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

	private parameter(param: FnTypeExpr["params"][number], i: number, self: Type | undefined): Decl {
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

	private fixedType(expr: { scale: Expr; maximum: Expr | undefined } & Span): Type {
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

const storeNames: Readonly<Record<Store, string>> = {
	type: "type",
	fn: "function",
	global: "global",
	arg: "argument",
	local: "local",
	const: "con",
	field: "field",
	tag: "pick tag",
	import: "import",
	wrong: "undefined",
};

export function describe(decl: Decl): string {
	return `${storeNames[decl.store]} ${decl.name}`;
}
