/** Code for assignments and declarations. */
import type { ArithOp, Expr, ExprOf } from "./ast.ts";
import { fieldsOf } from "./compat.ts";
import { fixedArith } from "./fixed.ts";
import { GenCond } from "./gencond.ts";
import { imm, NONE, type Operand, shifted } from "./inst.ts";
import { sizeOf } from "./layout.ts";
import { bigType, type Decl, intType, realType, stringType, type Type } from "./types.ts";

export abstract class GenAssign extends GenCond {
	protected abstract effect(e: Expr): void;

	protected increment(e: ExprOf<"increment">, dst: Operand | undefined): void {
		this.region(() => {
			const add = e.op === "++" ? "add" : "sub";
			const one = this.constant(
				e.type,
				e.type === bigType
					? { kind: "big", value: 1n }
					: e.type === realType
						? { kind: "real", value: 1 }
						: { kind: "word", value: 1 },
			);
			if (e.arg.kind === "index" && e.arg.left.type === stringType) {
				this.updateCharacter(e.arg, dst, e.prefix, (c) => this.emit(`${add}w`, one, NONE, c));
				return;
			}
			const place = this.lvalue(e.arg);
			if (dst !== undefined && !e.prefix) this.move(e.type, place, dst);
			this.emit(add + this.letter(e.type, e), one, NONE, place);
			if (dst !== undefined && e.prefix) this.move(e.type, place, dst);
		});
	}

	private updateCharacter(
		e: ExprOf<"index">,
		dst: Operand | undefined,
		after: boolean,
		change: (c: Operand) => void,
	): void {
		const string = this.lvalue(e.left);
		const index = this.direct(e.args[0] as Expr);
		const c = this.wordTemp();
		this.emit("indc", string, index, c);
		if (dst !== undefined && !after) this.move(intType, c, dst);
		change(c);
		this.emit("insc", c, index, string);
		if (dst !== undefined && after) this.move(intType, c, dst);
	}

	/** Where an assignment goes. */
	private lvalue(e: Expr): Operand {
		return this.placeOf(e) ?? this.internal(e, "no place to assign to");
	}

	protected assign(e: ExprOf<"assign">, dst: Operand | undefined): void {
		this.region(() => {
			if (e.op !== undefined) this.update(e, e.op, dst);
			else this.store(e.left, e.right, e.type, dst);
		});
	}

	private update(e: ExprOf<"assign">, op: ArithOp, dst: Operand | undefined): void {
		const early = this.yields(e.right) ? this.kept(e.right) : undefined;
		const name = e.type.kind === "fixed" && (op === "*" || op === "/") ? "" : this.arithOp(op, e.type, e);
		if (e.left.kind === "index" && e.left.left.type === stringType) {
			const value = early ?? this.operand(e.right);
			this.updateCharacter(e.left, dst, true, (c) => this.emit(name, value, NONE, c));
			return;
		}
		const value = early ?? this.operand(e.right);
		const place = this.lvalue(e.left);
		if (name === "") this.fixed(fixedArith(op as "*" | "/", e.type, e.type, e.type), value, NONE, place);
		else this.emit(name, value, NONE, place);
		if (dst !== undefined) this.move(e.type, place, dst);
	}

	/** left = right */
	protected store(left: Expr, right: Expr, type: Type, dst: Operand | undefined): void {
		if (left.kind === "nil") {
			if (dst !== undefined) this.into(right, dst);
			else if (right.constant === undefined) this.effect(right);
			return;
		}
		if (left.kind === "tuple") {
			this.storeTuple(left, right, dst);
			return;
		}
		if (left.kind === "index" && left.left.type === stringType) {
			this.storeCharacter(left, right, dst);
			return;
		}
		if (left.kind === "slice") {
			this.storeSlice(left, right, dst);
			return;
		}
		const plain = left.kind === "name" && this.homes.get((left.decl as Decl).origin)?.mode === "fp";
		if (!plain && this.yields(right) && right.kind !== "load") {
			// Computed first: by the time the value is there, what the place was in may be gone.
			const keep = left.kind === "index" ? this.keepIndex(left) : undefined;
			const value = this.inTemp(right);
			const place = keep?.() ?? this.lvalue(left);
			this.move(type, value, place);
			if (dst !== undefined) this.move(type, place, dst);
			return;
		}
		const place = this.lvalue(left);
		if (right.kind === "nil") this.setNil(left.type, place);
		else this.into(right, place);
		if (dst !== undefined) this.move(type, place, dst);
	}

	/** Evaluates array and index now, and finds the element later. */
	private keepIndex(e: ExprOf<"index">): () => Operand {
		const array = this.kept(e.left);
		const index = this.kept(e.args[0] as Expr);
		return () => this.element(array, e.left.type, index);
	}

	private storeCharacter(left: ExprOf<"index">, right: Expr, dst: Operand | undefined): void {
		const value = this.yields(right) ? this.kept(right) : this.operand(right);
		const string = this.lvalue(left.left);
		const index = this.direct(left.args[0] as Expr);
		this.emit("insc", value, index, string);
		if (dst !== undefined) this.move(intType, value, dst);
	}

	private storeSlice(left: ExprOf<"slice">, right: Expr, dst: Operand | undefined): void {
		const value = this.yields(left.left) || this.yields(left.low) ? this.kept(right) : this.operand(right);
		const low = left.low === undefined ? imm(0) : this.direct(left.low);
		const array = this.operand(left.left);
		this.emit("slicela", value, low, array);
		if (dst !== undefined) this.move(left.type, array, dst);
	}

	private storeTuple(left: ExprOf<"tuple">, right: Expr, dst: Operand | undefined): void {
		const fields = fieldsOf(right.type);
		if (right.kind === "tuple" && dst === undefined) {
			const values = right.elems.map((x, i) => {
				const to = left.elems[i];
				if (to?.kind === "nil") {
					this.effect(x);
					return undefined;
				}
				return this.kept(x);
			});
			for (const [i, x] of left.elems.entries()) {
				const value = values[i];
				if (value !== undefined) this.storeValue(x, value, this.partType(x, right.elems[i]?.type));
			}
			return;
		}
		sizeOf(right.type);
		const whole = right.constant === undefined ? (this.placeOf(right) ?? this.inTemp(right)) : this.operand(right);
		for (const [i, x] of left.elems.entries()) {
			const field = fields[i] as Decl;
			if (x.kind !== "nil") this.storeValue(x, shifted(whole, field.offset), this.partType(x, field.type));
		}
		if (dst !== undefined) this.move(right.type, whole, dst);
	}

	private partType(left: Expr, type: Type | undefined): Type {
		return type === undefined || type.kind === "any" ? left.type : type;
	}

	/** Stores a value that is there already. */
	private storeValue(left: Expr, value: Operand, type: Type): void {
		this.region(() => {
			if (left.kind === "tuple") {
				const fields = fieldsOf(type);
				sizeOf(type);
				for (const [i, x] of left.elems.entries()) {
					const field = fields[i] as Decl;
					if (x.kind !== "nil") this.storeValue(x, shifted(value, field.offset), this.partType(x, field.type));
				}
			} else if (left.kind === "index" && left.left.type === stringType) {
				const string = this.lvalue(left.left);
				this.emit("insc", value, this.direct(left.args[0] as Expr), string);
			} else if (left.kind === "slice") {
				const low = left.low === undefined ? imm(0) : this.direct(left.low);
				this.emit("slicela", value, low, this.operand(left.left));
			} else if (left.kind !== "nil") {
				this.move(type, value, this.lvalue(left));
			}
		});
	}

	protected declareExpr(e: ExprOf<"declare">, dst: Operand | undefined): void {
		if (e.left.kind === "tuple") {
			this.region(() => this.declareTuple(e, dst));
			return;
		}
		const decl = e.left.kind === "name" ? e.left.decl : undefined;
		if (decl === undefined) {
			if (dst !== undefined) this.into(e.right, dst);
			else this.effect(e.right);
			return;
		}
		// The right side is still outside the scope of the new name.
		const home = this.newLocal(decl);
		this.into(e.right, home);
		if (dst !== undefined) this.move(e.type, home, dst);
	}

	protected newLocal(decl: Decl): Operand {
		return this.addLocal(decl);
	}

	private declareTuple(e: ExprOf<"declare">, dst: Operand | undefined): void {
		for (const decl of namesIn(e.left)) this.newLocal(decl);
		this.storeTuple(e.left as ExprOf<"tuple">, e.right, dst);
	}
}

export function namesIn(e: Expr): Decl[] {
	if (e.kind === "tuple") return e.elems.flatMap(namesIn);
	return e.kind === "name" && e.decl !== undefined ? [e.decl] : [];
}
