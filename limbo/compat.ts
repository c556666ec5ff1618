/** When two types are the same, and when a value of one may stand where the other is wanted. */
import {
	adtOf,
	anyType,
	type Decl,
	elem,
	errorType,
	hasSpace,
	isPointer,
	Type,
	type TypeClass,
	tupleOf,
} from "./types.ts";

/** Pairs of types taken to be equal while that is being found out. */
type Assumed = Set<number>;

/** True if the pair has been assumed before; assumes it otherwise. */
function assume(a: Type, b: Type, assumed: Assumed): boolean {
	const key = a.id * 2 ** 26 + b.id;
	if (assumed.has(key)) return true;
	assumed.add(key);
	return false;
}

/** Structural equality. */
export function equal(a: Type | undefined, b: Type | undefined, assumed: Assumed = new Set()): boolean {
	if (a === b) return true;
	if (a === undefined || b === undefined) return false;
	if (a.kind === "error" || b.kind === "error") return true;
	if (a.kind !== b.kind) return false;
	a.fill();
	b.fill();
	if (a.same !== undefined && b.same !== undefined) return a.same === b.same;
	switch (a.kind) {
		case "fixed":
			return a.scale === b.scale;
		case "ref":
			return equal(a.of, b.of, assumed);
		case "list":
		case "array":
		case "chan":
			return assume(a, b, assumed) || equal(a.of, b.of, assumed);
		case "fn":
			return (
				a.varargs === b.varargs &&
				equalIds(spaced(a.ids), spaced(b.ids), false, assumed) &&
				equalPolys(a, b, assumed) &&
				equal(a.of, b.of, assumed)
			);
		case "tuple":
		case "exception":
			if (a.declared !== b.declared) return false;
			return assume(a, b, assumed) || equalIds(spaced(a.ids), spaced(b.ids), false, assumed);
		case "module":
			return assume(a, b, assumed) || equalModules(a, b, assumed);
		case "adt":
		case "adtpick":
			return assume(a, b, assumed) || equalAdts(a, b, assumed);
		case "poly":
			if (assume(a, b, assumed)) return true;
			return a.decl?.name === b.decl?.name && equalIds(a.ids, b.ids, true, assumed);
		default:
			return true;
	}
}

const spaced = (ids: readonly Decl[]): Decl[] => ids.filter(hasSpace);

function equalIds(a: readonly Decl[], b: readonly Decl[], named: boolean, assumed: Assumed): boolean {
	if (a === b) return true;
	if (a.length !== b.length) return false;
	return a.every((x, i) => {
		const y = b[i] as Decl;
		return (
			(!named || x.name === y.name) &&
			x.store === y.store &&
			x.implicit === y.implicit &&
			x.cyclic === y.cyclic &&
			equal(x.type, y.type, assumed)
		);
	});
}

function equalAdts(a: Type, b: Type, assumed: Assumed): boolean {
	if (a.kind === "adtpick" && !equal(adtOf(a), adtOf(b), assumed)) return false;
	return (
		equalIds(a.tags, b.tags, true, assumed) &&
		equalPolys(a, b, assumed) &&
		equalIds(spaced(a.ids), spaced(b.ids), true, assumed)
	);
}

function equalPolys(a: Type, b: Type, assumed: Assumed): boolean {
	if (a.polys.length !== b.polys.length) return false;
	return a.polys.every((p, i) => equal(actual(a, i, p), actual(b, i, b.polys[i] as Decl), assumed));
}

const actual = (type: Type, i: number, poly: Decl): Type => type.actuals[i] ?? poly.type;

/** Modules are equal if they offer the same, whatever the order. */
function equalModules(a: Type, b: Type, assumed: Assumed): boolean {
	return equalIds(functionsOf(a), functionsOf(b), true, assumed) && equalIds(globalsOf(a), globalsOf(b), true, assumed);
}

export function byName(a: Decl, b: Decl): number {
	return a.name < b.name ? -1 : a.name > b.name ? 1 : 0;
}

/** A module's functions and the methods of its adts, by name, as link tables have them. */
export function functionsOf(module: Type): Decl[] {
	const functions: Decl[] = [];
	for (const id of module.members) {
		const type = id.type;
		if (id.store === "fn") functions.push(id);
		if (id.store !== "type" || type.kind !== "adt" || type.decl !== id) continue;
		functions.push(...type.members.filter((m) => isMethod(m)));
	}
	return functions.sort(byName);
}

function isMethod(member: Decl): boolean {
	if (member.store === "field" && member.type.kind === "fn") member.store = "fn";
	return member.store === "fn";
}

export function globalsOf(module: Type): Decl[] {
	return module.members.filter((id) => id.type.kind !== "fn" && id.store === "global").sort(byName);
}

/** The classes of equal types. */
export class TypeClasses {
	private readonly classes = new Map<string, TypeClass[]>();

	/** The class of an adt, pick, tuple, exception or module. */
	find(type: Type): TypeClass {
		if (type.same !== undefined) return type.same;
		type.fill();
		const key = `${type.kind} ${this.shape(type)}`;
		const list = this.classes.get(key) ?? [];
		this.classes.set(key, list);
		let found = list.find((c) => equal(c.type, type));
		if (found === undefined) {
			found = { type };
			list.push(found);
		}
		type.same = found;
		return found;
	}

	/** The same for equal types: what narrows the search. */
	private shape(type: Type): string {
		if (type.kind !== "adt" && type.kind !== "adtpick") return type.kind === "module" ? "" : `${type.ids.length}`;
		return [...type.ids.filter(isField), ...type.tags].map((id) => id.name).join(" ");
	}
}

/**
 * Whether a `from` may be assigned to a `to`. With `loose`, nil may also stand for what is no pointer (as where it says
 * that part of a tuple is not wanted).
 */
export function compatible(to: Type, from: Type, loose = false): boolean {
	return compat(to, from, loose, false, new Set());
}

/** What an exception caught holds: its only field, or a tuple of them. */
export function exceptionValue(type: Type): Type {
	if (type.kind !== "exception" || type.declared || type.ids.length === 0) return type;
	if (type.of !== undefined) return type.of;
	const only = type.ids.length === 1 ? type.ids[0]?.type : undefined;
	type.of = only ?? tupleOf(type.ids.map((id) => id.type));
	return type.of;
}

function compat(to: Type, given: Type, loose: boolean, exact: boolean, assumed: Assumed): boolean {
	if (to === given) return true;
	if (to.kind === "error" || given.kind === "error") return true;
	const from = given.kind === "exception" && to.kind !== "exception" ? exceptionValue(given) : given;
	to.fill();
	from.fill();
	switch (to.kind) {
		case "string":
			return from.kind === "string" || from.kind === "any";
		case "exception":
			if (from.kind !== "exception" || to.declared !== from.declared) return false;
			return assume(to, from, assumed) || compatIds(to.ids, from.ids, false, exact, assumed);
		case "none":
		case "int":
		case "big":
		case "byte":
		case "real":
			return to.kind === from.kind;
		case "any":
			return isPointer(from) || loose;
		case "ref":
		case "list":
		case "array":
		case "chan": {
			if (from.kind !== to.kind) return from.kind === "any";
			if (to.kind !== "ref" && assume(to, from, assumed)) return true;
			const inside = to.kind === "array" || to.kind === "chan" || exact;
			if (to.of === undefined || from.of === undefined) return false;
			return compat(to.of, from.of, false, inside, assumed);
		}
		case "tuple":
			if ((from.kind === "adt" && from.tags.length === 0) || from.kind === "tuple") {
				return assume(to, from, assumed) || compatIds(to.ids, from.ids, loose, exact, assumed);
			}
			if (from.kind === "adtpick" && from.variant !== undefined) {
				return compatIds(to.ids, from.variant.ids.slice(1), loose, exact, assumed);
			}
			return false;
		case "adt":
			if (from.kind === "tuple" && to.tags.length === 0) {
				return assume(to, from, assumed) || compatIds(to.ids, from.ids, loose, exact, assumed);
			}
			if (to.tags.length > 0 && from.kind === "adtpick" && !exact) return equal(to, adtOf(from));
			return equal(to, from);
		case "module":
		case "poly":
			return from.kind === "any" || equal(to, from);
		default:
			return equal(to, from);
	}
}

function compatIds(
	to: readonly Decl[],
	from: readonly Decl[],
	loose: boolean,
	exact: boolean,
	assumed: Assumed,
): boolean {
	const a = to.filter(isField);
	const b = from.filter(isField);
	if (a.length !== b.length) return false;
	return a.every((x, i) => compat(x.type, (b[i] as Decl).type, loose, exact, assumed));
}

/** Whether a member holds data; a function among the fields is a method. */
export function isField(id: Decl): boolean {
	return id.store === "field" && id.type.kind !== "fn";
}

/** The data fields of an adt, a variant, a tuple or an exception. */
export function fieldsOf(type: Type): Decl[] {
	const variant = type.kind === "adtpick" ? (type.variant as Type).ids.slice(1) : type.members;
	return variant.filter(isField);
}

/** The type that covers two variants of one adt in the same place; the first type if there is none. */
export function common(a: Type, b: Type): Type {
	if (a === b || equal(a, b)) return a;
	if (a.kind === "any") return b;
	if (a.kind === "ref" || a.kind === "list" || a.kind === "array" || a.kind === "chan") {
		if (b.kind !== a.kind) return a;
		const of = common(elem(a), elem(b));
		return of === a.of ? a : new Type(a.kind, of);
	}
	if (a.kind === "adtpick" || (a.kind === "adt" && b.kind === "adtpick")) {
		return equal(adtOf(a), adtOf(b)) ? adtOf(a) : a;
	}
	if (a.kind === "tuple" && b.kind === "tuple" && a.ids.length === b.ids.length) {
		return tupleOf(a.ids.map((id, i) => common(id.type, (b.ids[i] as Decl).type)));
	}
	return a;
}

/** Whether a type says everything about its values: nil alone has no type of its own. */
export function isSpecific(type: Type): boolean {
	switch (type.kind) {
		case "any":
			return false;
		case "ref":
		case "list":
		case "array":
		case "chan":
			return isSpecific(type.of ?? anyType);
		case "tuple":
		case "exception":
			return type.ids.every((id) => isSpecific(id.type));
		default:
			return type !== errorType;
	}
}
