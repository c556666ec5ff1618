/** Mistakes that can be seen in a function that is otherwise right: what is never reached, and what is nil for certain. */
import type { Block, Expr, Stmt } from "./ast.ts";
import { partsOf } from "./parts.ts";
import type { Diagnostics } from "./source.ts";
import { type Decl, deref } from "./types.ts";

export function warnBody(body: Block, diagnostics: Diagnostics): void {
	new Watcher(diagnostics).list(body.body, new Set());
}

/** Whether control cannot go on after a statement, whatever it finds. */
function leaves(s: Stmt): boolean {
	switch (s.kind) {
		case "return":
		case "raise":
		case "exit":
		case "break":
		case "continue":
			return true;
		case "block":
			return s.body.some(leaves);
		case "if":
			return s.no !== undefined && leaves(s.yes) && leaves(s.no);
		default:
			return false;
	}
}

/** Local variables that hold nil for certain. */
type Nils = Set<Decl>;

class Watcher {
	private readonly diagnostics: Diagnostics;

	constructor(diagnostics: Diagnostics) {
		this.diagnostics = diagnostics;
	}

	list(stmts: readonly Stmt[], nils: Nils): void {
		let left = false;
		for (const s of stmts) {
			if (left && s.kind !== "empty" && s.kind !== "decl") {
				this.diagnostics.warn(s, "statement is never reached");
				return;
			}
			this.stmt(s, nils);
			left ||= leaves(s);
		}
	}

	private stmt(s: Stmt, nils: Nils): void {
		switch (s.kind) {
			case "decl":
				if (s.decl.kind !== "var") return;
				if (s.decl.init !== undefined && s.decl.init.kind !== "nil") this.expr(s.decl.init, nils);
				else for (const d of s.decl.decls) nils.add(d);
				return;
			case "expr":
				this.expr(s.expr, nils);
				return;
			case "return":
			case "raise":
				if (s.value) this.expr(s.value, nils);
				return;
			case "spawn":
				this.expr(s.call, nils);
				return;
			case "block":
				this.list(s.body, nils);
				return;
			case "if":
				this.expr(s.cond, nils);
				this.branch([s.yes], nils);
				if (s.no) this.branch([s.no], nils);
				forget([s.yes, ...(s.no ? [s.no] : [])], nils);
				return;
			default:
				this.compound(s, nils);
		}
	}

	/** Loops and selections: whatever is assigned to inside may be anything inside and after. */
	private compound(s: Stmt, nils: Nils): void {
		if (s.kind === "for" && s.init) this.stmt(s.init, nils);
		if (s.kind === "case" || s.kind === "pick") this.expr(s.arg, nils);
		const inside = parts(s);
		forget(inside, nils);
		if (s.kind === "alt")
			forgetIn(
				s.arms.flatMap((a) => a.quals.flatMap((q) => (q.kind === "expr" ? [q.expr] : []))),
				nils,
			);
		if (s.kind === "for" && s.cond) forgetIn([s.cond], nils);
		if ("arms" in s) for (const arm of s.arms) this.branch(arm.body, nils);
		if (s.kind === "try") this.branch(s.body.body, nils);
		if (s.kind === "for" || s.kind === "do") {
			if (s.kind === "for" && s.cond) this.expr(s.cond, nils);
			this.branch([s.body], nils);
		}
	}

	private branch(stmts: readonly Stmt[], nils: Nils): void {
		this.list(stmts, new Set(nils));
	}

	private expr(e: Expr, nils: Nils): void {
		const through = pointerOf(e);
		if (through?.kind === "name" && through.decl !== undefined && nils.has(through.decl)) {
			this.diagnostics.warn(through, `${through.name} is nil here`);
			nils.delete(through.decl);
		}
		for (const x of partsOf(e)) if (x !== undefined) this.expr(x, nils);
		forgetAssigned(e, nils);
	}
}

/** The pointer that an expression cannot do without. */
function pointerOf(e: Expr): Expr | undefined {
	switch (e.kind) {
		case "dot":
			return e.left.type.kind === "ref" && deref(e.left.type).kind !== "fn" && e.decl?.store === "field"
				? e.left
				: undefined;
		case "index":
			return e.left.type.kind === "array" ? e.left : undefined;
		case "unary":
			if (e.op === "*" || e.op === "<-") return e.arg;
			return e.op === "hd" || e.op === "tl" ? e.arg : undefined;
		case "send":
			return e.left;
		case "call":
			if (e.callKind === "module") return e.module;
			return e.callKind === "reference" ? e.fn : undefined;
		default:
			return undefined;
	}
}

/** An assignment makes its variables something else. */
function forgetAssigned(e: Expr, nils: Nils): void {
	if (e.kind !== "assign" && e.kind !== "declare") return;
	const names = (x: Expr): void => {
		if (x.kind === "name" && x.decl !== undefined) nils.delete(x.decl);
		if (x.kind === "tuple") x.elems.forEach(names);
		// A string grows when it is assigned to by index.
		if (x.kind === "index" || x.kind === "slice") names(x.left);
	};
	names(e.left);
}

function forgetIn(exprs: readonly (Expr | undefined)[], nils: Nils): void {
	for (const e of exprs) {
		if (e === undefined) continue;
		forgetIn(partsOf(e), nils);
		forgetAssigned(e, nils);
	}
}

/** The statements right inside one. */
function parts(s: Stmt): readonly Stmt[] {
	switch (s.kind) {
		case "block":
			return s.body;
		case "if":
			return s.no === undefined ? [s.yes] : [s.yes, s.no];
		case "for":
			return s.step === undefined ? [s.body] : [s.body, s.step];
		case "do":
			return [s.body];
		case "case":
		case "alt":
		case "pick":
			return s.arms.flatMap((arm) => arm.body);
		case "try":
			return [s.body, ...s.arms.flatMap((arm) => arm.body)];
		default:
			return [];
	}
}

/** Forgets what is assigned to anywhere in some statements. */
function forget(stmts: readonly Stmt[], nils: Nils): void {
	if (nils.size === 0) return;
	for (const s of stmts) {
		forget(parts(s), nils);
		if (s.kind === "expr") forgetIn([s.expr], nils);
		if (s.kind === "if" || s.kind === "do" || s.kind === "for") forgetIn(s.cond ? [s.cond] : [], nils);
		if (s.kind === "for" && s.init) forget([s.init], nils);
		if (s.kind === "case" || s.kind === "pick") forgetIn([s.arg], nils);
		if (s.kind === "return" && s.value) forgetIn([s.value], nils);
		if (s.kind === "alt") {
			forgetIn(
				s.arms.flatMap((a) => a.quals.flatMap((q) => (q.kind === "expr" ? [q.expr] : []))),
				nils,
			);
		}
		if (s.kind === "decl" && s.decl.kind === "var" && s.decl.init) forgetIn([s.decl.init], nils);
	}
}
