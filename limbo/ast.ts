/**
 * The syntax tree. The parser makes it; the checker fills in what a node has `type`, `constant` and `decl` for; the
 * code generator only reads it.
 */
import type { Constant } from "./constant.ts";
import type { Span } from "./source.ts";
import type { Decl, Type } from "./types.ts";

export interface Ident extends Span {
	name: string;
}

export interface Param extends Span {
	/** Undefined for `nil`. */
	name: string | undefined;
	type: TypeExpr;
	self: boolean;
}

/** `name => functions` in the `for` clause of a polymorphic type: the functions its type must have. */
export interface Bound {
	names: Ident[];
	functions: FieldDecl[];
}

export interface FnTypeExpr extends Span {
	kind: "fn";
	polys: Ident[];
	bounds: Bound[];
	params: Param[];
	varargs: boolean;
	result: TypeExpr | undefined;
	raises: Expr[] | undefined;
}

export type TypeExpr =
	| ({ kind: "named"; name: string } & Span)
	| ({ kind: "dot" | "arrow"; left: TypeExpr; name: string } & Span)
	| ({ kind: "instance"; generic: TypeExpr; args: TypeExpr[] } & Span)
	| ({ kind: "ref" | "list" | "array" | "chan" | "cyclic"; of: TypeExpr } & Span)
	| ({ kind: "tuple"; elems: TypeExpr[] } & Span)
	| ({ kind: "fixed"; scale: Expr; maximum: Expr | undefined } & Span)
	/** The type of an expression already checked; made by the checker. */
	| ({ kind: "known"; type: Type } & Span)
	| FnTypeExpr;

export interface FieldDecl extends Span {
	kind: "field";
	names: Ident[];
	type: TypeExpr;
	cyclic: boolean;
}

export interface PickDecl extends Span {
	kind: "pick";
	cases: { tags: Ident[]; fields: FieldDecl[] }[];
}

export interface ConDecl extends Span {
	kind: "con";
	names: Ident[];
	value: Expr;
}

export interface TypeDecl extends Span {
	kind: "typedecl";
	names: Ident[];
	type: TypeExpr;
}

export interface ImportDecl extends Span {
	kind: "import";
	names: Ident[];
	from: Expr;
}

export interface VarDecl extends Span {
	kind: "var";
	names: Ident[];
	type: TypeExpr;
	init: Expr | undefined;
	/** Set by the checker. */
	decls: Decl[];
}

export interface ExceptionDecl extends Span {
	kind: "exception";
	names: Ident[];
	types: TypeExpr[];
}

export interface AdtDecl extends Span {
	kind: "adt";
	names: Ident[];
	polys: Ident[];
	bounds: Bound[];
	members: (FieldDecl | PickDecl | ConDecl)[];
}

export interface ModuleDecl extends Span {
	kind: "module";
	names: Ident[];
	members: (FieldDecl | AdtDecl | ConDecl | TypeDecl | ExceptionDecl)[];
}

export interface FnDef extends Span {
	kind: "fndef";
	/** `adt.name` or `name`, each with its polymorphic parameters. */
	path: { ident: Ident; polys: Ident[] }[];
	type: FnTypeExpr;
	body: Block;
}

/** A global `x = e` or `x := e`. */
export interface GlobalAssign extends Span {
	kind: "global";
	expr: Expr;
}

/** What may stand both inside a function and outside. */
export type LocalDecl = ConDecl | TypeDecl | ImportDecl | VarDecl | ExceptionDecl;
export type TopDecl = LocalDecl | AdtDecl | ModuleDecl | FnDef | GlobalAssign;

export interface Program {
	/** The modules it implements, none for a file of interfaces. */
	implement: Ident[];
	decls: TopDecl[];
}

export type UnaryOp = "+" | "-" | "!" | "~" | "*" | "<-" | "hd" | "tl" | "len" | "ref" | "tagof";
export type ArithOp = "+" | "-" | "*" | "/" | "%" | "**" | "&" | "|" | "^" | "<<" | ">>";
export type CompareOp = "==" | "!=" | "<" | "<=" | ">" | ">=";
export type BinaryOp = ArithOp | CompareOp | "&&" | "||" | "::";

export interface ExprBase extends Span {
	type: Type;
	/** Its value, if that is known. */
	constant: Constant | undefined;
}

export interface NameExpr extends ExprBase {
	kind: "name";
	name: string;
	decl: Decl | undefined;
}

export interface DotExpr extends ExprBase {
	kind: "dot";
	left: Expr;
	name: Ident;
	decl: Decl | undefined;
	/** The module its method is called through: given with an arrow, or that the adt was imported from. */
	module: Expr | undefined;
	/** The module may also be meant for the first name: `m->a.b`. */
	ambiguous: boolean;
}

export interface ArrowExpr extends ExprBase {
	kind: "arrow";
	left: Expr;
	name: Ident;
	decl: Decl | undefined;
}

/** How a call runs: a function of ours, one of a module, or a reference; or it is no call but makes a value. */
export type CallKind = "function" | "module" | "reference" | "tuple" | "exception";

export interface CallExpr extends ExprBase {
	kind: "call";
	fn: Expr;
	args: Expr[];
	callKind: CallKind;
	/** The type of what is called, with the arguments of this call where it takes any number. */
	fnType: Type | undefined;
	/** The module expression a "module" call goes through. */
	module: Expr | undefined;
	callee: Decl | undefined;
}

/** A hidden argument of a polymorphic call: a function given as module and index, two words. */
export interface FnPointerExpr extends ExprBase {
	kind: "fnpointer";
	half: "module" | "index";
	module: Expr | undefined;
	/** The function, or with `forward` the poly function whose own hidden arguments are handed on. */
	decl: Decl;
	forward: boolean;
}

export interface TupleExpr extends ExprBase {
	kind: "tuple";
	elems: Expr[];
}

export interface ArrayExpr extends ExprBase {
	kind: "newarray";
	size: Expr | undefined;
	elem: TypeExpr | undefined;
	inits: { quals: Qual[]; value: Expr }[] | undefined;
	/** Set by the checker: the elements in order, and the value of the others. */
	placed: { first: number; last: number; value: Expr }[];
	rest: Expr | undefined;
}

export type Expr =
	| NameExpr
	| DotExpr
	| ArrowExpr
	| CallExpr
	| FnPointerExpr
	| TupleExpr
	| ArrayExpr
	| ({ kind: "constant" } & ExprBase)
	| ({ kind: "nil" } & ExprBase)
	| ({ kind: "unary"; op: UnaryOp; arg: Expr } & ExprBase)
	| ({ kind: "increment"; op: "++" | "--"; prefix: boolean; arg: Expr } & ExprBase)
	| ({ kind: "binary"; op: BinaryOp; left: Expr; right: Expr } & ExprBase)
	/** `op` is undefined for plain assignment. */
	| ({ kind: "assign"; op: ArithOp | undefined; left: Expr; right: Expr } & ExprBase)
	| ({ kind: "declare"; left: Expr; right: Expr } & ExprBase)
	| ({ kind: "send"; left: Expr; right: Expr } & ExprBase)
	| ({ kind: "load"; module: Ident; path: Expr } & ExprBase)
	| ({ kind: "cast"; to: TypeExpr; arg: Expr } & ExprBase)
	| ({ kind: "index"; left: Expr; args: Expr[] } & ExprBase)
	| ({ kind: "slice"; left: Expr; low: Expr | undefined; high: Expr | undefined } & ExprBase)
	| ({ kind: "newlist"; elems: Expr[] } & ExprBase)
	| ({ kind: "newchan"; size: Expr | undefined; elem: TypeExpr } & ExprBase)
	/** A type where an index stands, as in `Adt[int]`. */
	| ({ kind: "typearg"; to: TypeExpr } & ExprBase)
	/** A reference to the function `arg`; made by the checker. */
	| ({ kind: "fnref"; arg: Expr; decl: Decl; module: Expr | undefined } & ExprBase)
	/** The value inside an exception `arg`; made by the checker. */
	| ({ kind: "exvalue"; arg: Expr } & ExprBase);

export type ExprOf<K extends Expr["kind"]> = Extract<Expr, { kind: K }>;

export type Qual = ({ kind: "any" } & Span) | ({ kind: "range"; low: Expr; high: Expr } & Span) | QualExpr;

export interface QualExpr extends Span {
	kind: "expr";
	expr: Expr;
}

export interface Arm extends Span {
	quals: Qual[];
	body: Stmt[];
}

/** A name that `break` and `continue` may give. */
export interface Labelled {
	label: Ident | undefined;
}

export interface Block extends Span {
	kind: "block";
	body: Stmt[];
}

export type Stmt =
	| Block
	| ({ kind: "decl"; decl: LocalDecl } & Span)
	| ({ kind: "expr"; expr: Expr } & Span)
	| ({ kind: "empty" } & Span)
	| ({ kind: "if"; cond: Expr; yes: Stmt; no: Stmt | undefined } & Span)
	| ({ kind: "for"; init: Stmt | undefined; cond: Expr | undefined; step: Stmt | undefined; body: Stmt } & Labelled &
			Span)
	| ({ kind: "do"; body: Stmt; cond: Expr | undefined } & Labelled & Span)
	| ({ kind: "break" | "continue"; target: Ident | undefined } & Span)
	| ({ kind: "return"; value: Expr | undefined } & Span)
	| ({ kind: "spawn"; call: Expr } & Span)
	| ({ kind: "raise"; value: Expr | undefined; rethrow: Decl | undefined } & Span)
	| ({ kind: "exit" } & Span)
	| ({ kind: "case"; arg: Expr; arms: Arm[] } & Labelled & Span)
	| ({ kind: "alt"; arms: Arm[] } & Labelled & Span)
	| ({ kind: "pick"; name: Ident; arg: Expr; arms: Arm[]; decl: Decl | undefined } & Labelled & Span)
	| ({ kind: "try"; body: Block; name: Ident | undefined; arms: Arm[]; decl: Decl | undefined } & Span);

export type StmtOf<K extends Stmt["kind"]> = Extract<Stmt, { kind: K }>;
