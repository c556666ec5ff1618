/** What global variables hold before the program runs. */
import type { Expr, GlobalAssign, VarDecl } from "./ast.ts";
import { StmtChecker } from "./checkstmt.ts";
import { compatible } from "./compat.ts";
import type { Constant } from "./constant.ts";
import { type Decl, elem, errorType, typeName } from "./types.ts";

export abstract class GlobalChecker extends StmtChecker {
	protected globalAssign(node: GlobalAssign): void {
		const e = this.checkExpr(node.expr);
		if (e.type === errorType) return;
		if (e.kind === "declare") {
			this.initialize(e.left, e.right);
		} else if (e.kind === "assign") {
			if (e.op !== undefined) this.error(e, "illegal declaration");
			else this.initialize(e.left, e.right);
		}
	}

	private initialize(left: Expr, right: Expr): void {
		if (right.kind === "assign" || right.kind === "declare") {
			this.initialize(right.left, right.right);
			this.initialize(left, innermost(right));
			return;
		}
		if (left.kind === "nil") return;
		if (left.kind === "tuple") {
			const parts = right.kind === "tuple" ? right.elems : right.kind === "call" ? right.args : [];
			for (const [i, x] of left.elems.entries()) {
				const part = parts[i];
				if (part !== undefined) this.initialize(x, part);
				else this.error(right, `${this.text(left)}'s initializer, ${this.text(right)}, is not a constant expression`);
			}
			return;
		}
		if (left.kind !== "name" || left.decl === undefined) {
			this.error(left, "illegal declaration");
			return;
		}
		const decl = left.decl.origin;
		if (decl.init !== undefined) {
			this.error(left, `duplicate assignment to ${decl.name}`);
			return;
		}
		this.setInitial(decl, right);
	}

	private setInitial(decl: Decl, value: Expr): void {
		decl.init = value;
		if (value.type !== errorType) decl.constant = this.initialValue(value, decl.name);
	}

	protected globalInit(node: VarDecl): void {
		node.init = this.checkExpr(node.init as Expr);
		const decl = node.decls[0] as Decl;
		if (node.init.type === errorType) return;
		if (!compatible(decl.type, node.init.type, true)) {
			this.error(node, `type clash in '${decl.name}' of type ${typeName(decl.type)} = ${this.show(node.init)}`);
			return;
		}
		for (const d of node.decls) this.setInitial(d, node.init);
	}

	/** What a global can be set to before the program runs. */
	private initialValue(e: Expr, name: string, depth = 0): Constant | undefined {
		if (e.constant !== undefined) return e.constant;
		if (e.kind === "tuple" || (e.kind === "call" && e.callKind === "tuple")) {
			const parts = (e.kind === "tuple" ? e.elems : e.args).map((x) => this.initialValue(x, name, depth));
			return parts.every((p) => p !== undefined) ? { kind: "tuple", fields: parts as Constant[] } : undefined;
		}
		if (e.kind === "newarray") return this.initialArray(e, name, depth);
		if (["ref", "list", "chan", "module"].includes(e.type.kind)) this.error(e, `can't initialize ${name}`);
		else this.error(e, `${name}'s initializer, ${this.text(e)}, is not a constant expression`);
		return undefined;
	}

	private initialArray(e: Extract<Expr, { kind: "newarray" }>, name: string, depth: number): Constant | undefined {
		if (e.size?.constant?.kind !== "word") {
			this.error(e, `${name}'s size is not a constant`);
			return undefined;
		}
		if (depth >= 4) {
			this.error(e, `${name}'s initializer has arrays nested more than ${depth} deep`);
			return undefined;
		}
		const length = e.size.constant.value;
		const elems: { first: number; last: number; value: Constant }[] = [];
		if (e.rest !== undefined && length > 0) {
			const value = this.initialValue(e.rest, name, depth + 1);
			if (value === undefined) return undefined;
			elems.push({ first: 0, last: length - 1, value });
		}
		for (const p of e.placed) {
			const value = this.initialValue(p.value, name, depth + 1);
			if (value === undefined) return undefined;
			elems.push({ first: p.first, last: p.last, value });
		}
		return { kind: "array", elem: elem(e.type), length, elems };
	}

	protected constantOf(e: Expr, name: string): Constant | undefined {
		const ok = ["int", "big", "byte", "real", "string", "fixed", "adt", "tuple"].includes(e.type.kind);
		if (!ok) {
			this.error(e, `cannot have a ${typeName(e.type)} constant`);
			return undefined;
		}
		if (e.constant === undefined) {
			this.error(e, `${name}'s initializer, ${this.text(e)}, is not a constant expression`);
		}
		return e.constant;
	}
}

/** The value at the end of a chain of assignments. */
function innermost(e: Expr): Expr {
	return e.kind === "assign" || e.kind === "declare" ? innermost(e.right) : e;
}
