/** Names in effect. */
import type { Decl, Type } from "./types.ts";

export class Scope {
	readonly parent: Scope | undefined;
	readonly names = new Map<string, Decl>();
	/** Adts imported here: the import through which the methods of each are called. */
	private imports: Map<Type, Decl> | undefined;

	constructor(parent: Scope | undefined) {
		this.parent = parent;
	}

	lookup(name: string): Decl | undefined {
		for (let s: Scope | undefined = this; s !== undefined; s = s.parent) {
			const decl = s.names.get(name);
			if (decl !== undefined) return decl;
		}
		return undefined;
	}

	/** As lookup, but looks past what cannot stand in a type. */
	lookupType(name: string): Decl | undefined {
		for (let s: Scope | undefined = this; s !== undefined; s = s.parent) {
			const decl = s.names.get(name);
			if (decl === undefined || decl.store === "field" || decl.store === "fn") continue;
			return decl;
		}
		return undefined;
	}

	importAdt(adt: Type, through: Decl): void {
		this.imports ??= new Map();
		this.imports.set(adt, through);
	}

	importOf(adt: Type): Decl | undefined {
		for (let s: Scope | undefined = this; s !== undefined; s = s.parent) {
			const decl = s.imports?.get(adt);
			if (decl !== undefined) return decl;
		}
		return undefined;
	}

	*allNames(): Iterable<string> {
		for (let s: Scope | undefined = this; s !== undefined; s = s.parent) yield* s.names.keys();
	}
}
