/** Declarations: what a name stands for is worked out when it is first wanted, in any order. */
import type {
	AdtDecl,
	Bound,
	ConDecl,
	ExceptionDecl,
	Expr,
	FieldDecl,
	Ident,
	ImportDecl,
	ModuleDecl,
	PickDecl,
	TypeDecl,
	VarDecl,
} from "./ast.ts";
import type { Constant } from "./constant.ts";
import { TypeResolver } from "./resolvetype.ts";
import { Scope } from "./scope.ts";
import { Decl, errorType, intType, member, type Store, Type } from "./types.ts";

export const storeNames: Readonly<Record<Store, string>> = {
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

export abstract class Resolver extends TypeResolver {
	/** The constant value of an expression, or undefined, which has been reported. */
	protected abstract constantOf(expr: Expr, what: string): Constant | undefined;

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
	protected exceptionName(decl: Decl): string {
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

	protected declareModule(node: ModuleDecl): Decl[] {
		const type = new Type("module");
		const decls = node.names.map((name) => {
			const decl = this.declare(name, "type", type);
			this.modules.push(decl);
			return decl;
		});
		const decl = decls.find((d) => this.implementNames.includes(d.name)) ?? (decls[0] as Decl);
		decl.whole = node;
		type.decl = decl;
		const scope = new Scope(this.scope);
		this.within(scope, () => {
			for (const m of node.members) type.ids.push(...this.declareModuleMember(m, decl));
		});
		if (this.implementNames.includes(decl.name)) this.implement(decl);
		return decls;
	}

	/** Members of a module that is implemented here are names of this file. */
	protected implement(module: Decl): void {
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
		decl.whole = node;
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
}
