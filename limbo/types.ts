/** Types and declarations. */
import type { Expr, FnDef } from "./ast.ts";
import type { Constant } from "./constant.ts";
import { NOWHERE, type Span } from "./source.ts";

export type Kind =
	| "none"
	| "int"
	| "big"
	| "byte"
	| "real"
	| "fixed"
	| "string"
	| "array"
	| "chan"
	| "list"
	| "ref"
	| "module"
	| "adt"
	| "adtpick"
	| "tuple"
	| "exception"
	| "fn"
	| "poly"
	| "any"
	| "error";

let ntypes = 0;

export class Type {
	readonly id: number = ntypes++;
	readonly kind: Kind;
	/** What an array, list, channel or ref is of; what a fn returns. */
	of: Type | undefined;
	/** Fields and methods of an adt, members of a module, arguments of a fn, functions a poly must have. */
	ids: Decl[] = [];
	/** The pick tags of an adt. */
	tags: Decl[] = [];
	/** Type parameters of an adt or fn. */
	polys: Decl[] = [];
	/** The name an adt, pick, module or poly was declared with. */
	decl: Decl | undefined;
	/** A fn that takes any arguments after its declared ones. */
	varargs = false;
	/** The exceptions a fn says it raises. */
	raises: Decl[] | undefined;
	/** An exception's own name, as opposed to a value caught. */
	declared = false;
	/** May close a cycle: the `cyclic` of a type argument. */
	cyclic = false;
	/** The unit of a fixed type. */
	scale = 0;
	/** In an instance of a polymorphic adt: the adt, and its actual types. */
	generic: Type | undefined;
	actuals: Type[] = [];
	/** An adtpick's variant as a tuple: tag, common fields, own fields. */
	variant: Type | undefined;
	/** Fills in ids, tags and polys of a type that has only been named so far. */
	complete: (() => void) | undefined;
	/** Bytes; size -1 until layout.ts has been asked. */
	size = -1;
	align = 1;
	/** The class of equal types it belongs to; see compat.ts. */
	same: TypeClass | undefined;
	/** Set in the course of signing: see sign.ts. */
	signature: number | undefined;

	constructor(kind: Kind, of?: Type, decl?: Decl) {
		this.kind = kind;
		this.of = of;
		this.decl = decl;
	}

	/** Fields, methods and so on of a type that may be known by name only as yet. */
	get members(): Decl[] {
		this.fill();
		return this.ids;
	}

	fill(): void {
		const complete = this.complete;
		if (complete === undefined) return;
		this.complete = undefined;
		complete();
	}
}

export interface TypeClass {
	type: Type;
}

export type Store = "type" | "fn" | "global" | "arg" | "local" | "const" | "field" | "tag" | "import" | "wrong";

export class Decl {
	name: string;
	store: Store;
	span: Span;
	/** The whole text of an adt or module; the name of anything else. */
	whole: Span;
	/** The adt or module it is a member of. */
	dot: Decl | undefined;
	/** Works out type, store and constant when somebody first wants to know. */
	resolve: (() => void) | undefined;
	private known: Type | undefined;
	constant: Constant | undefined;
	/** How often it is used. */
	refs = 0;
	/** Byte offset of a field, argument or global; local slots are the generator's. */
	offset = -1;
	/** The value of a pick tag. */
	tag = 0;
	/** A self argument. */
	implicit = false;
	/** A field declared cyclic. */
	cyclic = false;
	/** For an imported name: what it stands for, and the module expression it came through. */
	imported: Decl | undefined;
	from: Expr | undefined;
	/** A function's definition. */
	body: FnDef | undefined;
	/** A global's initial value. */
	init: Expr | undefined;
	/** A member of an instance: the member of the generic adt it comes from. */
	generic: Decl | undefined;
	/** The name of an exception at run time. */
	longName: string | undefined;
	/** Declared with := . */
	inferred = false;

	constructor(name: string, store: Store, type: Type | undefined, span: Span = NOWHERE) {
		this.name = name;
		this.store = store;
		this.known = type;
		this.span = span;
		this.whole = span;
	}

	get type(): Type {
		const resolve = this.resolve;
		if (resolve !== undefined) {
			this.resolve = undefined;
			resolve();
		}
		return this.known ?? errorType;
	}

	set type(type: Type) {
		this.resolve = undefined;
		this.known = type;
	}

	/** Whether a type has been given or worked out already. */
	get settled(): boolean {
		return this.known !== undefined;
	}

	/** What an import stands for in the end. */
	get origin(): Decl {
		return this.imported ?? this;
	}
}

function basic(kind: Kind, size: number): Type {
	const type = new Type(kind);
	type.size = size;
	type.align = Math.max(size, 1);
	return type;
}

export const intType = basic("int", 4);
export const bigType = basic("big", 8);
export const byteType = basic("byte", 1);
export const realType = basic("real", 8);
export const stringType = basic("string", 4);
/** The type of nil. */
export const anyType = basic("any", 4);
export const noneType = basic("none", 0);
/** The type of what has been complained about: it agrees with everything. */
export const errorType = basic("error", 0);
/** A caught exception of which only the name is known. */
export const exceptionType = basic("exception", 4);

for (const type of [intType, bigType, byteType, realType, stringType]) {
	type.decl = new Decl(type.kind, "type", type);
}

const pointers = new Set<Kind>(["array", "chan", "list", "module", "ref", "string", "poly", "any"]);
const aggregates = new Set<Kind>(["adt", "adtpick", "tuple", "exception"]);

export const isPointer = (type: Type): boolean => pointers.has(type.kind);
export const isAggregate = (type: Type): boolean => aggregates.has(type.kind);
export const isFnRef = (type: Type): boolean => type.kind === "ref" && type.of?.kind === "fn";
export const hasSpace = (decl: Decl): boolean =>
	decl.store === "global" || decl.store === "arg" || decl.store === "local" || decl.store === "field";
export const isPolyAdt = (type: Type): boolean => {
	type.fill();
	return (type.kind === "adt" || type.kind === "adtpick") && type.polys.length > 0 && type.generic === undefined;
};

/** What a type is of, once that is certain. */
export function elem(type: Type): Type {
	return type.of ?? errorType;
}

/** The adt a pick variant belongs to; other types are their own. */
export function adtOf(type: Type): Type {
	return type.kind === "adtpick" ? (type.decl?.dot?.type ?? type) : type;
}

/** A type without the ref around it. */
export function deref(type: Type): Type {
	return type.kind === "ref" ? elem(type) : type;
}

export function member(ids: readonly Decl[], name: string): Decl | undefined {
	for (const id of ids) if (id.name === name) return id;
	return undefined;
}

export function tupleOf(types: readonly Type[]): Type {
	const tuple = new Type("tuple");
	tuple.ids = types.map((type, i) => new Decl(`t${i}`, "field", type));
	return tuple;
}

/** What a reference to a function points at: its module, and its number there. */
export const fnRefTuple = tupleOf([anyType, intType]);

/** As a program would write it. */
export function typeName(type: Type): string {
	switch (type.kind) {
		case "none":
			return "no type";
		case "any":
			return "polymorphic type";
		case "error":
			return "type error";
		case "ref":
			return `ref ${typeName(elem(type))}`;
		case "chan":
		case "array":
		case "list":
			return `${type.kind} of ${typeName(elem(type))}`;
		case "fixed":
			return `fixed(${type.scale})`;
		case "adtpick":
			return `${type.decl?.dot?.name}.${type.decl?.name}`;
		case "adt": {
			const owner = type.decl?.dot;
			const name = owner === undefined ? type.decl?.name : `${owner.name}->${type.decl?.name}`;
			const args = type.generic === undefined ? type.polys.map((p) => p.name) : type.actuals.map(typeName);
			return args.length > 0 ? `${name}[${args.join(", ")}]` : `${name}`;
		}
		case "module":
		case "poly":
			return type.decl?.name ?? type.kind;
		case "tuple":
			return `(${type.ids.map((id) => typeName(id.type)).join(", ")})`;
		case "fn":
			return fnName(type);
		default:
			return type.kind;
	}
}

function fnName(type: Type): string {
	const polys = type.polys.length > 0 ? `[${type.polys.map((p) => p.name).join(", ")}]` : "";
	const args = type.ids.map((id) => `${id.name || "nil"}: ${id.implicit ? "self " : ""}${typeName(id.type)}`);
	if (type.varargs) args.push("*");
	const result = type.of === undefined || type.of === noneType ? "" : `: ${typeName(type.of)}`;
	return `fn${polys}(${args.join(", ")})${result}`;
}
