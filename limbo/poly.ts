/** Polymorphic types: what they become when their parameters are known, and finding out what those are. */
import { equal } from "./compat.ts";
import { adtOf, Decl, isPointer, member, Type } from "./types.ts";

/** Actual types by type parameter. */
export type Bindings = Map<Type, Type>;

const instances = new WeakMap<Type, Type[]>();

/** The adt with types for its parameters: the same one for equal types. */
export function instantiate(generic: Type, actuals: Type[]): Type {
	if (generic.polys.every((p, i) => p.type === actuals[i])) return generic;
	const made = instances.get(generic) ?? [];
	instances.set(generic, made);
	const found = made.find((t) => t.actuals.every((a, i) => sameActual(a, actuals[i] as Type)));
	if (found !== undefined) return found;
	const type = new Type(generic.kind, undefined, generic.decl);
	type.generic = generic;
	type.actuals = actuals;
	type.polys = generic.polys;
	made.push(type);
	type.complete = () => fillInstance(type, generic);
	return type;
}

/** Type parameters are told apart even where they look the same. */
function sameActual(a: Type, b: Type): boolean {
	return a === b || (!hasParameters(a) && !hasParameters(b) && equal(a, b));
}

function hasParameters(type: Type): boolean {
	if (type.kind === "poly") return true;
	if (type.kind === "tuple" || type.kind === "fn") {
		return type.ids.some((id) => hasParameters(id.type)) || (type.of !== undefined && hasParameters(type.of));
	}
	if (type.kind === "adt") return type.actuals.some(hasParameters) || (type.polys.length > 0 && !type.generic);
	return type.kind !== "module" && type.of !== undefined && hasParameters(type.of);
}

function fillInstance(type: Type, generic: Type): void {
	const bindings = bindingsOf(type);
	generic.fill();
	const owner = copyDecl(generic.decl as Decl, type);
	type.decl = owner;
	type.ids = generic.ids.map((id) => copyMember(id, owner, bindings));
	const picks = new Map<Type, Type>();
	for (const tag of generic.tags) {
		const copy = copyDecl(tag, undefined);
		copy.dot = owner;
		const pick = picks.get(tag.type) ?? new Type("adtpick", undefined, copy);
		if (!picks.has(tag.type)) pick.ids = tag.type.members.map((id) => copyMember(id, owner, bindings));
		picks.set(tag.type, pick);
		copy.type = pick;
		type.tags.push(copy);
	}
}

function copyDecl(decl: Decl, type: Type | undefined): Decl {
	const copy = new Decl(decl.name, decl.store, type, decl.span);
	copy.dot = decl.dot;
	copy.tag = decl.tag;
	copy.implicit = decl.implicit;
	copy.cyclic = decl.cyclic;
	copy.generic = decl.generic ?? decl;
	return copy;
}

function copyMember(id: Decl, owner: Decl, bindings: Bindings): Decl {
	const copy = copyDecl(id, undefined);
	copy.dot = owner;
	copy.constant = id.constant;
	copy.resolve = () => {
		copy.type = substitute(id.type, bindings);
		copy.store = id.store;
	};
	return copy;
}

export function bindingsOf(instance: Type): Bindings {
	const generic = instance.generic ?? instance;
	return new Map(generic.polys.map((p, i) => [p.type, instance.actuals[i] ?? p.type]));
}

/** A type with what its parameters are bound to. Types without parameters come back as they are. */
export function substitute(type: Type, bindings: Bindings): Type {
	switch (type.kind) {
		case "poly":
			return bindings.get(type) ?? type;
		case "ref":
		case "list":
		case "array":
		case "chan": {
			const of = type.of && substitute(type.of, bindings);
			return of === type.of ? type : new Type(type.kind, of);
		}
		case "tuple":
		case "fn":
			return substituteIds(type, bindings);
		case "adt": {
			if (type.polys.length === 0) return type;
			const generic = type.generic ?? type;
			const actuals = generic.polys.map((p, i) => substitute(type.actuals[i] ?? p.type, bindings));
			return instantiate(generic, actuals);
		}
		case "adtpick": {
			const adt = adtOf(type);
			const instance = substitute(adt, bindings);
			if (instance === adt) return type;
			instance.fill();
			return member(instance.tags, type.decl?.name ?? "")?.type ?? type;
		}
		default:
			return type;
	}
}

function substituteIds(type: Type, bindings: Bindings): Type {
	const types = type.ids.map((id) => substitute(id.type, bindings));
	const of = type.of && substitute(type.of, bindings);
	if (of === type.of && types.every((t, i) => t === type.ids[i]?.type)) return type;
	const copy = new Type(type.kind, of, type.decl);
	copy.varargs = type.varargs;
	copy.raises = type.raises;
	copy.polys = type.polys;
	copy.ids = type.ids.map((id, i) => copyDecl(id, types[i]));
	return copy;
}

/** Finds what the parameters in `formal` must be for it to be `actual`; false if that cannot be. */
export function unify(formal: Type, actual: Type, free: ReadonlySet<Type>, bindings: Bindings): boolean {
	if (formal === actual) return true;
	if (formal.kind === "poly" && free.has(formal)) {
		if (actual.kind === "any") return true;
		const bound = bindings.get(formal);
		if (bound !== undefined) return equal(bound, actual);
		if (!isPointer(actual)) return false;
		bindings.set(formal, actual);
		return true;
	}
	// A parameter of the calling function is some pointer, and more is not asked of it.
	if (actual.kind === "poly" && formal.kind !== "poly") return isPointer(formal);
	if (actual.kind === "any") return isPointer(formal);
	if (formal.kind === "error" || actual.kind === "error") return true;
	const given = formal.kind === "adt" && actual.kind === "adtpick" ? adtOf(actual) : actual;
	if (formal.kind !== given.kind) return false;
	switch (formal.kind) {
		case "ref":
		case "list":
		case "array":
		case "chan":
			if (formal.of === undefined || given.of === undefined) return formal.of === given.of;
			return unify(formal.of, given.of, free, bindings);
		case "tuple":
			return unifyIds(formal.ids, given.ids, free, bindings);
		case "fn":
			if (formal.of === undefined || given.of === undefined) return false;
			return unifyIds(formal.ids, given.ids, free, bindings) && unify(formal.of, given.of, free, bindings);
		case "adt": {
			const generic = formal.generic ?? formal;
			if (generic.polys.length === 0 || generic !== (given.generic ?? given)) return equal(formal, given);
			return generic.polys.every((p, i) =>
				unify(formal.actuals[i] ?? p.type, given.actuals[i] ?? p.type, free, bindings),
			);
		}
		default:
			return equal(formal, given);
	}
}

function unifyIds(a: readonly Decl[], b: readonly Decl[], free: ReadonlySet<Type>, bindings: Bindings): boolean {
	return a.length === b.length && a.every((id, i) => unify(id.type, (b[i] as Decl).type, free, bindings));
}
