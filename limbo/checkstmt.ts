/** Statements and function bodies. */
import type { Block, Expr, Ident, LocalDecl, Stmt, StmtOf } from "./ast.ts";
import { SelectChecker } from "./checkselect.ts";
import { compatible } from "./compat.ts";
import { describe } from "./names.ts";
import { warnRaises } from "./raises.ts";
import { Scope } from "./scope.ts";
import { anyType, type Decl, errorType, intType, isFnRef, noneType, stringType, type Type, typeName } from "./types.ts";
import { warnBody } from "./warn.ts";

interface Target {
	label: Ident | undefined;
	loop: boolean;
	used: boolean;
}

export abstract class StmtChecker extends SelectChecker {
	/** Looks for what is right but hardly meant. */
	watches = false;

	protected targets: Target[] = [];

	protected result: Type = noneType;

	/** Locals of the function being checked, for warnings. */
	protected locals: Decl[] = [];

	protected addLocal(decl: Decl): void {
		if (this.scope !== this.globals) this.locals.push(decl);
	}

	protected warnShadow(decl: Decl): void {
		const old = this.scope.lookup(decl.name);
		if (old === undefined || old.store === "fn" || old.store === "wrong" || old.span.pos === 0) return;
		const place = this.diagnostics.sources.place(old.span.pos);
		this.diagnostics.warn(
			decl.span,
			`redeclaration of ${describe(decl)}, previously declared as ${describe(old)} on ${place.file}:${place.line}`,
		);
	}

	/** Checks a function's body; its scope, with the arguments, is in effect. */
	protected checkBody(fn: Decl, body: Block): void {
		this.fn = fn;
		this.targets = [];
		this.locals = [];
		this.caught = undefined;
		this.result = fn.type.of ?? noneType;
		this.block(body);
		for (const decl of [...fn.type.ids, ...this.locals]) {
			if (decl.refs === 0 && decl.name !== "" && decl.store !== "wrong") {
				this.diagnostics.warn(decl.span, `${describe(decl)} not referenced`);
			}
		}
		if (this.watches && this.diagnostics.errors === 0) {
			warnBody(body, this.diagnostics);
			if (fn.body !== undefined) warnRaises(fn, fn.body, this.diagnostics);
		}
		this.fn = undefined;
	}

	protected block(block: { body: Stmt[] }): void {
		this.within(new Scope(this.scope), () => {
			for (const s of block.body) this.stmt(s);
		});
	}

	protected stmt(s: Stmt): void {
		switch (s.kind) {
			case "block":
				this.block(s);
				break;
			case "decl":
				this.localDecl(s.decl);
				break;
			case "expr":
				s.expr = this.used(this.checkAny(s.expr));
				break;
			case "if":
				s.cond = this.condition(s.cond, "if");
				this.stmt(s.yes);
				if (s.no) this.stmt(s.no);
				break;
			case "for":
				if (s.init) this.stmt(s.init);
				if (s.cond) s.cond = this.condition(s.cond, "for");
				this.loop(s, () => {
					if (s.step) this.stmt(s.step);
					this.stmt(s.body);
				});
				break;
			case "do":
				if (s.cond) s.cond = this.condition(s.cond, "do");
				this.loop(s, () => this.stmt(s.body));
				break;
			case "break":
			case "continue":
				this.jump(s);
				break;
			case "return":
				this.returnStmt(s);
				break;
			case "spawn":
				this.spawn(s);
				break;
			case "raise":
				this.raise(s);
				break;
			case "case":
				this.caseStmt(s);
				break;
			case "alt":
				this.altStmt(s);
				break;
			case "pick":
				this.pickStmt(s);
				break;
			case "try":
				this.tryStmt(s);
				break;
			case "empty":
			case "exit":
				break;
		}
	}

	protected localDecl(node: LocalDecl): void {
		switch (node.kind) {
			case "con":
				for (const d of this.declareConstants(node)) void d.type;
				break;
			case "typedecl":
				for (const d of this.declareTypes(node)) void d.type;
				break;
			case "exception":
				for (const d of this.declareExceptions(node)) {
					d.dot = this.fn;
					d.type.fill();
				}
				break;
			case "import":
				this.noteImports(this.declareImports(node));
				break;
			case "var": {
				const decls = this.declareVars(node, "local");
				for (const d of decls) {
					void d.type;
					this.addLocal(d);
				}
				if (node.init === undefined) break;
				node.init = this.checkExpr(node.init);
				const type = decls[0]?.type ?? errorType;
				if (!compatible(type, node.init.type, true)) {
					const name = node.names[0]?.name;
					this.error(node, `type clash in '${name}' of type ${typeName(type)} = ${this.show(node.init)}`);
				}
			}
		}
	}

	/** A value nobody uses may be a mistake. */
	protected used(e: Expr): Expr {
		if (e.type === errorType) return e;
		if (e.kind === "tuple") {
			e.elems = e.elems.map((x) => this.used(x));
			return e;
		}
		if (this.isTypeName(e)) {
			this.error(e, `${this.text(e)} is a type, not a value`);
		} else if (e.type.kind === "fn") {
			this.diagnostics.warn(e, `function ${this.text(e)} not called`);
			return { kind: "nil", pos: e.pos, end: e.end, type: anyType, constant: { kind: "nil" } };
		} else if (this.isPick(e.type) && e.kind !== "call") {
			this.error(e, `expressions cannot have type ${typeName(e.type)}`);
		} else if (!this.hasEffect(e)) {
			this.diagnostics.warn(e, `result of expression ${this.text(e)} not used`);
		}
		return e;
	}

	private hasEffect(e: Expr): boolean {
		switch (e.kind) {
			case "call":
				return e.callKind !== "tuple" && e.callKind !== "exception";
			case "assign":
			case "declare":
			case "increment":
			case "send":
			case "load":
			case "nil":
				return true;
			case "unary":
				return e.op === "<-";
			default:
				return false;
		}
	}

	protected condition(e: Expr, what: string): Expr {
		const cond = this.checkExpr(e);
		if (cond.type !== intType && cond.type !== errorType) {
			this.error(cond, `${what} conditional must be an int, not ${this.show(cond)}`);
		}
		return cond;
	}

	protected inside(label: Ident | undefined, loop: boolean, action: () => void): void {
		const same = label && this.targets.find((t) => t.label?.name === label.name);
		if (label && same) this.error(label, `label ${label.name} duplicated`);
		const target = { label, loop, used: false };
		this.targets.push(target);
		action();
		this.targets.pop();
		if (label && !target.used) this.diagnostics.warn(label, `label ${label.name} never referenced`);
	}

	protected loop(s: { label: Ident | undefined }, action: () => void): void {
		this.inside(s.label, true, action);
	}

	protected jump(s: StmtOf<"break" | "continue">): void {
		const fits = (t: Target): boolean =>
			(s.target === undefined || t.label?.name === s.target.name) && (t.loop || s.kind === "break");
		const target = this.targets.find(fits);
		if (target === undefined) this.error(s, `no appropriate target for ${s.kind} ${s.target?.name ?? ""}`.trimEnd());
		else if (s.target !== undefined) target.used = true;
	}

	protected returnStmt(s: StmtOf<"return">): void {
		if (s.value === undefined) {
			if (this.result !== noneType) this.error(s, `return of nothing from a fn of ${typeName(this.result)}`);
			return;
		}
		s.value = this.checkExpr(s.value);
		const type = s.value.type;
		if (type === errorType) return;
		if (this.result === noneType) {
			if (type !== noneType) this.error(s, `return ${this.show(s.value)} from a fn with no return type`);
		} else if (!compatible(this.result, type)) {
			this.error(s, `return ${this.show(s.value)} from a fn of ${typeName(this.result)}`);
		}
	}

	protected spawn(s: StmtOf<"spawn">): void {
		s.call = this.checkExpr(s.call);
		const e = s.call;
		if (e.type === errorType) return;
		const called = e.kind === "call" && (e.fn.type.kind === "fn" || isFnRef(e.fn.type));
		if (!called) this.error(e, `cannot spawn ${this.text(e)}`);
		else if (e.type !== noneType) {
			this.error(e, `cannot spawn functions which return values, such as ${this.show(e)}`);
		}
	}

	protected raise(s: StmtOf<"raise">): void {
		if (s.value === undefined) {
			s.rethrow = this.caught;
			if (this.caught === undefined) this.error(s, "empty raise not in exception handler");
			else this.caught.refs++;
			return;
		}
		s.value = this.checkAny(s.value);
		const e = s.value;
		if (e.type === errorType) return;
		if (e.type.kind !== "exception") s.value = this.asValue(e);
		e.type.fill();
		if (s.value.type !== stringType && e.type.kind !== "exception") {
			this.error(s, `raise argument ${this.show(s.value)} is not a string or exception`);
		} else if (e.type.kind === "exception" && e.type.declared && e.kind !== "call" && e.type.ids.length > 0) {
			this.error(s, "too few exception arguments");
		}
	}
}
