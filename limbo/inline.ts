/** Functions short enough that their calls are replaced by what they compute. */
import type { Expr, Stmt } from "./ast.ts";
import type { Decl } from "./types.ts";

/** `cond` undefined: the value is `yes`; otherwise `yes` or `no`. */
export interface Body {
	readonly cond: Expr | undefined;
	readonly yes: Expr;
	readonly no: Expr | undefined;
}

/** Nodes of a larger expression are better in one place. */
const MOST = 24;

/** What a function computes, if that is one value, or one of two after a test, and nothing else. */
export const shortBody = ofFunctions(find);

/** The same for each function as `find` says, which is asked once; functions whose calls can only be calls are not asked about. */
export function ofFunctions<T extends object>(find: (fn: Decl) => T | undefined): (fn: Decl) => T | undefined {
	const found = new WeakMap<Decl, T | null>();
	return (fn) => {
		let one = found.get(fn);
		if (one === undefined) {
			const polymorphic = fn.type.polys.length > 0 || (fn.dot?.type.polys.length ?? 0) > 0;
			one = (polymorphic || fn.type.varargs ? undefined : find(fn)) ?? null;
			found.set(fn, one);
		}
		return one ?? undefined;
	};
}

function find(fn: Decl): Body | undefined {
	const stmts = fn.body?.body.body ?? [];
	if (stmts.length === 0 || stmts.length > 2) return undefined;
	const [first, second] = stmts as [Stmt, Stmt | undefined];
	const body = second === undefined ? single(first) : choice(first, second);
	if (body === undefined) return undefined;
	let size = 0;
	for (const e of [body.cond, body.yes, body.no]) size += e === undefined ? 0 : measure(e);
	return size <= MOST ? body : undefined;
}

function returned(s: Stmt | undefined): Expr | undefined {
	if (s?.kind === "block" && s.body.length === 1) return returned(s.body[0]);
	return s?.kind === "return" ? s.value : undefined;
}

function single(s: Stmt): Body | undefined {
	const yes = returned(s);
	if (yes !== undefined) return { cond: undefined, yes, no: undefined };
	return s.kind === "if" ? test(s, s.no) : undefined;
}

function choice(first: Stmt, second: Stmt): Body | undefined {
	return first.kind === "if" && first.no === undefined ? test(first, second) : undefined;
}

function test(s: Stmt & { kind: "if" }, otherwise: Stmt | undefined): Body | undefined {
	const [yes, no] = [returned(s.yes), returned(otherwise)];
	return yes === undefined || no === undefined ? undefined : { cond: s.cond, yes, no };
}

/** How large an expression is; more than any limit if it may do more than compute. */
export function measure(e: Expr): number {
	if (e.constant !== undefined) return 1;
	switch (e.kind) {
		case "name":
		case "nil":
			return 1;
		case "binary":
			return 1 + measure(e.left) + measure(e.right);
		case "cast":
			return 1 + measure(e.arg);
		case "unary":
			return e.op === "<-" || e.op === "ref" ? MOST + 1 : 1 + measure(e.arg);
		case "dot":
			return 1 + measure(e.left);
		case "index":
			return e.args.reduce((n, a) => n + measure(a), 1 + measure(e.left));
		case "tuple":
			return e.elems.reduce((n, a) => n + measure(a), 1);
		default:
			return MOST + 1;
	}
}
