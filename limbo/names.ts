/** What the checker knows of names, and how it speaks of them. */
import type { Expr, Ident } from "./ast.ts";
import { storeNames } from "./resolve.ts";
import { Scope } from "./scope.ts";
import { type Diagnostics, nearest, type Span } from "./source.ts";
import {
	bigType,
	byteType,
	Decl,
	errorType,
	intType,
	realType,
	type Store,
	stringType,
	type Type,
	typeName,
} from "./types.ts";

export abstract class Names {
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
	protected lazily(decl: Decl, resolve: () => void): void {
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

	protected undeclared(name: string, span: Span): Decl {
		const near = nearest(name, this.scope.allNames());
		this.error(span, `${name} is not declared${near === undefined ? "" : `; did you mean ${near}?`}`);
		const decl = new Decl(name, "wrong", errorType, span);
		this.scope.names.set(name, decl);
		return decl;
	}
}

export function describe(decl: Decl): string {
	return `${storeNames[decl.store]} ${decl.name}`;
}
