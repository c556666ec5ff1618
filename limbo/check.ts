/** Whole programs: declares everything, then checks everything. */
import type { Expr, FnDef, GlobalAssign, Program, TopDecl, VarDecl } from "./ast.ts";
import { GlobalChecker } from "./checkglobal.ts";
import { equal, exceptionValue, fieldsOf, functionsOf, globalsOf, isSpecific } from "./compat.ts";
import { Scope } from "./scope.ts";
import { type Decl, errorType, member, type Type, typeName } from "./types.ts";

/** A checked program, as the generator wants it. */
export interface Checked {
	/** Functions with bodies, in the order of the text. */
	functions: Decl[];
	/** Global variables that are no module's. */
	globals: Decl[];
}

export class Checker extends GlobalChecker {
	private readonly functions: Decl[] = [];
	private readonly variables: Decl[] = [];
	private readonly assigns: GlobalAssign[] = [];
	private readonly varDecls: VarDecl[] = [];
	private readonly pendingFunctions: { node: FnDef; scope: Scope; decl: Decl }[] = [];

	/** Adts that are no module's, and by adt those that its members mention. */
	private readonly ownAdts: Decl[] = [];
	private readonly mentions = new Map<Decl, Decl[]>();

	/** With `interfacesOnly` there is nothing to implement. */
	check(program: Program, interfacesOnly: boolean): Checked {
		this.implementNames = program.implement.map((id) => id.name);
		const installed = program.decls.map((node) => this.declareTop(node));
		for (const node of program.decls) if (node.kind === "fndef") this.declareFunction(node);
		const order = (d: Decl): number => this.implementNames.indexOf(d.name);
		this.implemented.sort((a, b) => order(a) - order(b));
		this.settle(installed.flat());
		for (const node of this.assigns) this.globalAssign(node);
		for (const node of this.varDecls) this.globalInit(node);
		for (const f of this.pendingFunctions) this.within(f.scope, () => this.checkBody(f.decl, f.node.body));
		if (!interfacesOnly) this.checkImplementation(program);
		return { functions: this.functions, globals: this.variables };
	}

	private declareTop(node: TopDecl): Decl[] {
		switch (node.kind) {
			case "module":
				return this.declareModule(node);
			case "adt": {
				const decls = this.declareAdt(node);
				this.ownAdts.push(...decls.slice(0, 1));
				return decls;
			}
			case "con":
				return this.declareConstants(node);
			case "typedecl": {
				const decls = this.declareTypes(node);
				// An instance of a polymorphic type is looked into only when it is used: disk/prep has one of an adt that is none.
				return node.type.kind === "instance" ? [] : decls;
			}
			case "exception":
				return this.declareExceptions(node);
			case "import":
				return this.declareImports(node);
			case "var": {
				const decls = this.declareVars(node, "global");
				this.variables.push(...decls);
				if (node.init !== undefined) this.varDecls.push(node);
				return decls;
			}
			case "global":
				this.declareGlobals(node.expr);
				this.assigns.push(node);
				return [];
			case "fndef":
				return [];
		}
	}

	/** Names declared by := outside functions; their types come from the values when somebody asks. */
	private declareGlobals(e: Expr): void {
		if (e.kind !== "declare") return;
		this.declareGlobals(e.right);
		this.globalNames(e.left, e, (type) => type);
	}

	private globalNames(left: Expr, e: Extract<Expr, { kind: "declare" }>, part: (type: Type) => Type): void {
		if (left.kind === "name") {
			const decl = this.declare({ name: left.name, pos: left.pos, end: left.end }, "global", undefined);
			left.decl = decl;
			decl.inferred = true;
			this.variables.push(decl);
			this.lazily(decl, () => {
				e.right = this.checkExpr(e.right);
				const type = part(exceptionValue(e.right.type));
				decl.type = isSpecific(type) ? type : errorType;
				if (decl.type === errorType) decl.store = "wrong";
			});
		}
		if (left.kind !== "tuple") return;
		for (const [i, x] of left.elems.entries()) {
			this.globalNames(x, e, (type) => {
				const whole = part(type);
				return whole.kind === "tuple" || whole.kind === "adt" ? (fieldsOf(whole)[i]?.type ?? errorType) : errorType;
			});
		}
	}

	/** Works out everything, so that mistakes in what is not used are found as well. */
	private settle(decls: readonly Decl[], seen: Set<Type> = new Set()): void {
		for (const decl of decls) {
			const type = decl.type;
			if (type.kind === "exception") type.fill();
			if (decl.store === "type" && type.kind === "adt" && decl.imported !== undefined) {
				this.globals.importAdt(type.generic ?? type, decl);
			}
			if (decl.store !== "type" || seen.has(type)) continue;
			seen.add(type);
			if (type.kind !== "module" && type.kind !== "adt") continue;
			this.settleMembers(decl, type, seen);
			if (type.kind === "adt") this.checkContainment(decl, type, new Set());
		}
	}

	/** That an adt's members mention others is a use of those only if it is itself used. */
	private settleMembers(decl: Decl, type: Type, seen: Set<Type>): void {
		const before = this.ownAdts.map((adt) => adt.refs);
		this.settle(type.members, seen);
		for (const tag of type.tags) this.settle(tag.type.members, seen);
		if (type.kind !== "adt" || !this.ownAdts.includes(decl)) return;
		const mentioned = this.ownAdts.filter((adt, i) => adt.refs > (before[i] as number));
		this.mentions.set(decl, mentioned);
		for (const [i, adt] of this.ownAdts.entries()) adt.refs = before[i] as number;
	}

	/** The adts of this file that something uses. */
	private usedAdts(): Set<Decl> {
		const used = new Set<Decl>();
		const visit = (adt: Decl): void => {
			if (used.has(adt)) return;
			used.add(adt);
			this.mentions.get(adt)?.forEach(visit);
		};
		for (const adt of this.ownAdts) {
			const methods = adt.type.members.filter((m) => m.store === "fn");
			if (adt.refs > 0 || methods.some((m) => m.refs > 0 || m.body !== undefined)) visit(adt);
		}
		return used;
	}

	/** An adt must not contain itself. */
	private checkContainment(decl: Decl, type: Type, inside: Set<Type>): boolean {
		if (inside.has(type)) return true;
		if (type.kind !== "adt" && type.kind !== "tuple") return false;
		inside.add(type);
		const bad = fieldsOf(type).find((f) => this.checkContainment(decl, f.type, inside));
		inside.delete(type);
		if (bad !== undefined && inside.size === 0) {
			this.error(bad.span, `illegal type cycle without a reference in field ${bad.name} of adt ${decl.name}`);
			bad.type = errorType;
		}
		return bad !== undefined;
	}

	private declareFunction(node: FnDef): void {
		const found = this.findFunction(node);
		if (found === undefined) return;
		const { decl, self, scope } = found;
		if (decl.body !== undefined) {
			const line = this.diagnostics.sources.place(decl.body.pos).line;
			this.error(node, `redeclaration of function ${decl.name}, previously declared on line ${line}`);
			return;
		}
		decl.body = node;
		const polys = node.path.at(-1)?.polys ?? [];
		node.type.polys = node.type.polys.length > 0 ? node.type.polys : polys;
		const type = this.within(scope, () => this.definedType(node, decl, self));
		this.functions.push(decl);
		const inner = new Scope(scope);
		for (const arg of type.ids) if (arg.name !== "") this.install(arg, inner);
		for (const p of type.polys) inner.names.set(p.name, p);
		this.pendingFunctions.push({ node, scope: inner, decl });
	}

	/** The declaration that a definition belongs to; a new one for a function that no interface has. */
	private findFunction(node: FnDef): { decl: Decl; self: Type | undefined; scope: Scope } | undefined {
		const first = (node.path[0] as FnDef["path"][number]).ident;
		let decl = this.globals.names.get(first.name);
		if (node.path.length === 1) {
			if (decl === undefined || (decl.store === "import" && decl.resolve !== undefined)) {
				decl = this.declare(first, "fn", undefined);
				this.globals.names.set(first.name, decl);
			} else if (decl.type.kind !== "fn" || decl.imported !== undefined) {
				this.error(first, `redeclaration of function ${first.name}`);
				return undefined;
			}
			return { decl, self: undefined, scope: this.globals };
		}
		if (decl === undefined) {
			this.undeclared(first.name, first);
			return undefined;
		}
		const scope = new Scope(this.globals);
		let self: Type | undefined;
		for (const part of node.path.slice(1)) {
			const adt = decl.type;
			if (adt === errorType) return undefined;
			if (adt.kind !== "adt" || decl.store !== "type") {
				this.error(first, `${decl.name} is not an adt`);
				return undefined;
			}
			const found: Decl | undefined = member(adt.members, part.ident.name);
			if (found === undefined) {
				this.error(
					part.ident,
					`${part.ident.name} is not a member of ${typeName(adt)}${this.meant(part.ident.name, adt.ids)}`,
				);
				return undefined;
			}
			for (const p of adt.polys) scope.names.set(p.name, p);
			self = adt;
			decl = found;
		}
		if (decl.type.kind !== "fn") {
			this.error(first, `${this.text(node.path.at(-1)?.ident ?? first)} is not a function`);
			return undefined;
		}
		return { decl, self, scope };
	}

	/** The type as the definition has it must agree with the declaration; its names are those of the definition. */
	private definedType(node: FnDef, decl: Decl, self: Type | undefined): Type {
		const declared = decl.settled || decl.resolve ? decl.type : undefined;
		if (declared !== undefined && declared.polys.length === node.type.polys.length) {
			// The same type parameters under perhaps other names.
			const scope = new Scope(this.scope);
			for (const [i, p] of node.type.polys.entries()) scope.names.set(p.name, declared.polys[i] as Decl);
			node.type.polys = [];
			const bounds = node.type.bounds;
			if (declared.polys.some((p) => p.type.ids.length > 0)) node.type.bounds = [];
			const type = this.within(scope, () => this.fnType(node.type, self));
			node.type.bounds = bounds;
			type.polys = declared.polys;
			this.agree(node, decl, declared, type);
			return decl.type;
		}
		const type = this.fnType(node.type, self);
		if (declared !== undefined) this.error(node, "function polymorphic type mismatch");
		if (type.varargs) this.error(node, `cannot define functions with a '*' argument, such as ${decl.name}`);
		decl.type = type;
		return type;
	}

	private agree(node: FnDef, decl: Decl, declared: Type, type: Type): void {
		if (type.raises === undefined) type.raises = declared.raises;
		if (!equal(declared, type)) {
			const place = this.diagnostics.sources.place(decl.span.pos);
			this.error(
				node,
				`type mismatch: ${decl.name} defined as ${typeName(type)} declared as ${typeName(declared)} on ${place.file}:${place.line}`,
			);
			decl.type = type;
			return;
		}
		const names = (t: Type): string => (t.raises ?? []).map((d) => d.name).join();
		if (names(declared) !== names(type)) this.error(node, `raises mismatch: ${decl.name}`);
		type.raises = declared.raises;
		decl.type = type;
	}

	private checkImplementation(program: Program): void {
		if (program.implement.length === 0) {
			this.error({ pos: 1, end: 1 }, "no implementation module");
			return;
		}
		for (const name of program.implement) {
			const module = this.implemented.find((d) => d.name === name.name);
			if (module === undefined) {
				const other = this.globals.names.get(name.name);
				const message =
					other === undefined
						? `no definition for implementation module ${name.name}`
						: `cannot implement ${name.name}`;
				this.error(name, message);
				continue;
			}
			this.checkConsistent(module);
			for (const fn of functionsOf(module.type)) this.checkDefined(this.globalOf(fn));
			for (const id of module.type.members)
				if (id.store === "fn" || id.store === "global") this.interfaces.expose(id.type);
		}
		const used = this.usedAdts();
		for (const decl of this.globals.names.values()) this.checkMethods(decl, used);
	}

	/** What several implemented modules have must be the same in all; their variables lie in one place. */
	private checkConsistent(module: Decl): void {
		const first = this.implemented[0] as Decl;
		if (module === first) return;
		const names = (d: Decl): string =>
			globalsOf(d.type)
				.map((id) => `${id.name}: ${typeName(id.type)}`)
				.join("; ");
		if (names(module) !== names(first)) {
			this.error(module.span, `${module.name}'s module data not consistent with that of ${first.name}`);
		}
		for (const id of module.type.members) {
			const shared = this.globalOf(id);
			if (shared !== id && shared.store === id.store && !equal(shared.type, id.type)) {
				this.error(
					id.span,
					`${id.name} has another type in ${shared.dot?.name ?? first.name}: ${typeName(shared.type)}`,
				);
			}
		}
	}

	/** A member that several implemented modules share is defined once. */
	private globalOf(member: Decl): Decl {
		const named = member.dot?.type.kind === "module" ? this.globals.names.get(member.name) : undefined;
		return named ?? member;
	}

	private checkMethods(decl: Decl, used: ReadonlySet<Decl>): void {
		if (decl.store !== "type" || !decl.settled || decl.type.kind !== "adt" || decl.type.decl !== decl) return;
		if (decl.dot !== undefined && !this.isImplemented(decl.dot)) return;
		// An adt that nothing uses may stay without its functions, unless some of them are there.
		if (decl.dot === undefined && !used.has(decl)) return;
		for (const m of decl.type.members) if (m.store === "fn") this.checkDefined(m);
	}

	private checkDefined(fn: Decl): void {
		if (fn.body !== undefined || fn.type === errorType || fn.store === "wrong") return;
		const name = fn.dot?.type.kind === "adt" ? `${fn.dot.name}.${fn.name}` : fn.name;
		this.error(fn.span, `function ${name} not defined`);
	}
}
