/** Code for conditions. */
import type { CompareOp, Expr, ExprOf } from "./ast.ts";
import { isCompare } from "./fold.ts";
import { GenArith } from "./genarith.ts";
import { letters } from "./genbase.ts";
import { imm, isDirect, type Label, NONE, type Operand } from "./inst.ts";

const compareNames: Readonly<Record<CompareOp, string>> = {
	"==": "beq",
	"!=": "bne",
	"<": "blt",
	"<=": "ble",
	">": "bgt",
	">=": "bge",
};

const inverse: Readonly<Record<CompareOp, CompareOp>> = {
	"==": "!=",
	"!=": "==",
	"<": ">=",
	"<=": ">",
	">": "<=",
	">=": "<",
};

const swapped: Readonly<Record<CompareOp, CompareOp>> = {
	"==": "==",
	"!=": "!=",
	"<": ">",
	"<=": ">=",
	">": "<",
	">=": "<=",
};

export abstract class GenCond extends GenArith {
	/** A condition as a number. */
	protected boolean(e: Expr, dst: Operand): void {
		const no = this.code.label();
		const end = this.code.label();
		if (dst.mode === "fp" && !this.touches(e, dst) && (dst.temp === true || !this.yields(e))) {
			this.emit("movw", imm(1), NONE, dst);
			this.branch(e, end, true);
			this.emit("movw", imm(0), NONE, dst);
			this.code.place(end);
			return;
		}
		this.branch(e, no, false);
		this.emit("movw", imm(1), NONE, dst);
		this.jump(end);
		this.code.place(no);
		this.emit("movw", imm(0), NONE, dst);
		this.code.place(end);
	}

	/** Jumps if the condition is as wanted, and falls through otherwise. */
	protected branch(e: Expr, target: Label, when: boolean): void {
		this.at = e;
		if (e.constant?.kind === "word") {
			if ((e.constant.value !== 0) === when) this.jump(target);
			return;
		}
		if (e.kind === "unary" && e.op === "!") {
			this.branch(e.arg, target, !when);
			return;
		}
		if (e.kind === "binary" && (e.op === "&&" || e.op === "||")) {
			this.branchLogical(e, target, when);
			return;
		}
		if (e.kind === "binary" && isCompare(e.op)) {
			this.compare(e.op, e, target, when);
			return;
		}
		this.test("!=", e, imm(0), target, when);
	}

	protected test(op: CompareOp, e: Expr, m: Operand, target: Label, when: boolean): void {
		const mark = this.mark();
		const value = this.operand(e);
		this.conclude(mark, `${compareNames[when ? op : inverse[op]]}w`, value, m, target);
	}

	private branchLogical(e: ExprOf<"binary">, target: Label, when: boolean): void {
		if ((e.op === "||") === when) {
			this.branch(e.left, target, when);
			this.branch(e.right, target, when);
			return;
		}
		const past = this.code.label();
		this.branch(e.left, past, !when);
		this.branch(e.right, target, when);
		this.code.place(past);
	}

	protected compare(op: CompareOp, e: ExprOf<"binary">, target: Label, when: boolean): void {
		const type = e.left.type.kind === "any" ? e.right.type : e.left.type;
		const mark = this.mark();
		const a = this.yields(e.right) && e.left.kind !== "name" ? this.kept(e.left) : this.operand(e.left);
		const b = this.operand(e.right);
		const wanted = when ? op : inverse[op];
		// Pointers are compared as words, strings by what is in them.
		const letter = letters[type.kind] ?? "w";
		if (isDirect(b)) {
			this.conclude(mark, compareNames[wanted] + letter, a, b, target);
		} else {
			this.conclude(mark, compareNames[swapped[wanted]] + letter, b, isDirect(a) ? a : this.copied(type, a), target);
		}
	}

	/** The branch itself. Temporaries have to be cleared on both ways out. */
	private conclude(mark: number, op: string, s: Operand, m: Operand, target: Label): void {
		if (!this.needsClearing(mark)) {
			this.branchTo(op, s, m, target);
			this.releaseTo(mark);
			return;
		}
		const yes = this.code.label();
		const end = this.code.label();
		this.branchTo(op, s, m, yes);
		this.clearSince(mark);
		this.jump(end);
		this.code.place(yes);
		this.releaseTo(mark);
		this.jump(target);
		this.code.place(end);
	}
}
