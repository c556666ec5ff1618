/**
 * Functions that call themselves, and return at once where a condition holds: `if(t == nil) return 0;` before all else. Where
 * they do so about as often as not, as in a walk through a tree, the condition is asked before the call.
 */
import type { Expr, Stmt } from "./ast.ts";
import { measure, ofFunctions } from "./inline.ts";
import { partsOf } from "./parts.ts";
import type { Decl } from "./types.ts";

/** Returns `value`, which is undefined where there is none, if `cond` holds. */
export interface Guard {
	readonly cond: Expr;
	readonly value: Expr | undefined;
}

/** Nodes of a condition and its value that are worth repeating at each call. */
const MOST = 10;

/** What is asked before a function calls itself; undefined where that does not pay. */
export const guardOf = ofFunctions(find);

function find(fn: Decl): Guard | undefined {
	const [first, ...rest] = fn.body?.body.body ?? [];
	if (first?.kind !== "if") return undefined;
	const returned = single(first.yes);
	if (returned?.kind !== "return") return undefined;
	const guard = { cond: first.cond, value: returned.value };
	const size = measure(guard.cond) + (guard.value === undefined ? 0 : measure(guard.value));
	const after = first.no === undefined ? rest : [first.no, ...rest];
	// Of two calls one finds the condition true sooner or later; one alone finds it so at the very end.
	return size <= MOST && new Calls(fn).inAll(after) >= 2 ? guard : undefined;
}

const single = (s: Stmt): Stmt => (s.kind === "block" && s.body.length === 1 ? single(s.body[0] as Stmt) : s);

/** Counts the most calls of a function that are made on one way through some statements; loops go round twice. */
class Calls {
	private readonly fn: Decl;

	constructor(fn: Decl) {
		this.fn = fn;
	}

	inAll(stmts: readonly Stmt[]): number {
		const [first, ...rest] = stmts;
		if (first === undefined) return 0;
		if (first.kind === "if" && first.no === undefined && leaves(first.yes)) {
			return this.inExpr(first.cond) + Math.max(this.inStmt(first.yes), this.inAll(rest));
		}
		return this.inStmt(first) + (leaves(first) ? 0 : this.inAll(rest));
	}

	private inStmt(s: Stmt | undefined): number {
		switch (s?.kind) {
			case "block":
				return this.inAll(s.body);
			case "decl":
				return s.decl.kind === "var" ? this.inExpr(s.decl.init) : 0;
			case "expr":
				return this.inExpr(s.expr);
			case "return":
			case "raise":
				return this.inExpr(s.value);
			case "if":
				return this.inExpr(s.cond) + Math.max(this.inStmt(s.yes), this.inStmt(s.no));
			case "for":
				return this.inStmt(s.init) + 2 * (this.inExpr(s.cond) + this.inStmt(s.body) + this.inStmt(s.step));
			case "do":
				return 2 * (this.inStmt(s.body) + this.inExpr(s.cond));
			case "case":
			case "pick":
				return this.inExpr(s.arg) + this.inArms(s.arms);
			case "alt":
				return this.inArms(s.arms);
			case "try":
				return this.inStmt(s.body) + this.inArms(s.arms);
			default:
				return 0;
		}
	}

	private inArms(arms: readonly { readonly body: Stmt[] }[]): number {
		return Math.max(...arms.map((arm) => this.inAll(arm.body)), 0);
	}

	private inExpr(e: Expr | undefined): number {
		if (e === undefined) return 0;
		const own = e.kind === "call" && e.callee === this.fn ? 1 : 0;
		return partsOf(e).reduce((n, part) => n + this.inExpr(part), own);
	}
}

/** Whether nothing after a statement is reached. */
function leaves(s: Stmt): boolean {
	if (s.kind === "block") return s.body.some(leaves);
	if (s.kind === "if") return s.no !== undefined && leaves(s.yes) && leaves(s.no);
	return s.kind === "return" || s.kind === "raise" || s.kind === "exit";
}
