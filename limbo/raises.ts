/** Whether a function raises the exceptions that it says it raises, and no others. */
import type { Arm, FnDef, Stmt, StmtOf } from "./ast.ts";
import type { Diagnostics, Span } from "./source.ts";
import type { Decl } from "./types.ts";

/** Exceptions that leave a function, and where each is raised first. What leaves a function that was called arrives as a string. */
type Raised = Map<Decl, Span>;

/** Warns of what a function raises but has not declared, and the other way round. */
export function warnRaises(fn: Decl, node: FnDef, diagnostics: Diagnostics): void {
	const raised = inAll(node.body.body, []);
	const declared = fn.type.raises ?? [];
	for (const [exception, at] of raised) {
		if (!declared.includes(exception)) {
			diagnostics.warn(at, `function ${fn.name} raises ${exception.name} but not declared`);
		}
	}
	for (const [i, exception] of declared.entries()) {
		const at = node.type.raises?.[i] ?? (node.path.at(-1)?.ident as Span);
		if (!raised.has(exception))
			diagnostics.warn(at, `function ${fn.name} does not raise ${exception.name} but declared`);
	}
}

/** `caught`: what a raise without a value, or of the exception that a handler has caught, may be. */
function inAll(stmts: readonly Stmt[], caught: readonly Decl[]): Raised {
	return union(stmts.map((s) => inStmt(s, caught)));
}

function union(all: readonly Raised[]): Raised {
	const raised: Raised = new Map();
	for (const each of all) for (const [exception, at] of each) if (!raised.has(exception)) raised.set(exception, at);
	return raised;
}

function inStmt(s: Stmt | undefined, caught: readonly Decl[]): Raised {
	switch (s?.kind) {
		case "raise":
			return new Map(raisedBy(s, caught).map((exception) => [exception, s]));
		case "block":
			return inAll(s.body, caught);
		case "if":
			return union([inStmt(s.yes, caught), inStmt(s.no, caught)]);
		case "for":
		case "do":
			return inStmt(s.body, caught);
		case "case":
		case "alt":
		case "pick":
			return union(s.arms.map((arm) => inAll(arm.body, caught)));
		case "try":
			return inTry(s, caught);
		default:
			return new Map();
	}
}

function raisedBy({ value }: StmtOf<"raise">, caught: readonly Decl[]): readonly Decl[] {
	const made = value?.kind === "call" && value.callKind === "exception" ? value.fn.constant : value?.constant;
	if (made?.kind === "exception") return [made.decl];
	return value === undefined || value.type.kind === "exception" || value.kind === "exvalue" ? caught : [];
}

function inTry(s: StmtOf<"try">, outer: readonly Decl[]): Raised {
	const body = inStmt(s.body, outer);
	const all = s.arms.some((arm) => arm.quals.some((q) => q.kind === "any"));
	const here = s.arms.flatMap(exceptionsOf);
	const left = new Map([...body].filter(([exception]) => !all && !here.includes(exception)));
	return union([left, ...s.arms.map((arm) => inAll(arm.body, exceptionsOf(arm)))]);
}

function exceptionsOf(arm: Arm): Decl[] {
	return arm.quals.flatMap((q) =>
		q.kind === "expr" && q.expr.constant?.kind === "exception" ? [q.expr.constant.decl] : [],
	);
}
