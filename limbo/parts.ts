/** The expressions that an expression is made of. */
import type { Expr } from "./ast.ts";

/** Those directly inside, in the order in which they are evaluated as a rule; types and labels are none. */
export function partsOf(e: Expr): readonly (Expr | undefined)[] {
	switch (e.kind) {
		case "call":
			return [e.fn, e.module, ...e.args];
		case "unary":
		case "increment":
		case "exvalue":
		case "cast":
			return [e.arg];
		case "binary":
		case "assign":
		case "declare":
		case "send":
			return [e.left, e.right];
		case "dot":
		case "arrow":
			return [e.left];
		case "load":
			return [e.path];
		case "index":
			return [e.left, ...e.args];
		case "slice":
			return [e.left, e.low, e.high];
		case "tuple":
		case "newlist":
			return e.elems;
		case "newarray":
			return [e.size, ...(e.inits ?? []).map((x) => x.value)];
		case "newchan":
			return [e.size];
		case "fnref":
		case "fnpointer":
			return [e.module];
		default:
			return [];
	}
}
