/** Code that makes things: tuples and adts, references, lists, channels, arrays, exceptions. */
import type { Expr, ExprOf } from "./ast.ts";
import type { Choice, Range } from "./choice.ts";
import { word } from "./constant.ts";
import { letters } from "./genbase.ts";
import { field, GenPlace } from "./genplace.ts";
import { fp, fpind, imm, NONE, type Operand, sameOperand, shifted } from "./inst.ts";
import { hasPointers, sizeOf, variantOf } from "./layout.ts";
import { type Decl, elem, intType, isAggregate, isPointer, stringType, Type } from "./types.ts";

export abstract class GenMake extends GenPlace {
	protected abstract selfLink(): Operand;

	protected abstract hiddenArg(decl: Decl): number;

	protected variant(e: ExprOf<"call">, dst: Operand): void {
		const tag = (e.fn as ExprOf<"dot">).decl as Decl;
		const variant = variantOf(e.type);
		sizeOf(variant);
		const fields = variant.ids.slice(1);
		const safe = !e.args.some((a) => this.touches(a, dst));
		const to = safe ? dst : this.temp(variant);
		this.emit("movw", imm(tag.tag), NONE, to);
		for (const [i, a] of e.args.entries()) this.intoField(a, fields[i] as Decl, to);
		if (!safe) this.move(variant, to, dst);
	}

	private intoField(e: Expr, field: Decl, base: Operand): void {
		const to = shifted(base, field.offset);
		if (e.kind === "nil") {
			this.setNil(field.type, to);
			return;
		}
		this.into(e, to);
	}

	/** nil for a pointer; for something else it means that the value does not matter. */
	protected setNil(type: Type, to: Operand): void {
		if (isPointer(type)) this.emit("movp", this.nil(), NONE, to);
	}

	protected fields(elems: readonly Expr[], fields: readonly Decl[], dst: Operand, type: Type): void {
		sizeOf(type);
		const safe = !elems.some((x) => this.touches(x, dst));
		const to = safe ? dst : this.temp(type);
		for (const [i, x] of elems.entries()) this.intoField(x, fields[i] as Decl, to);
		if (!safe) this.move(type, to, dst);
	}

	protected exception(e: ExprOf<"call">, dst: Operand): void {
		const value = e.fn.constant;
		if (value?.kind !== "exception") this.internal(e, "no exception");
		this.newException(value.decl, e.args, dst);
	}

	/** An exception: its name, a word, and the values it was raised with. */
	protected newException(decl: Decl, args: readonly Expr[], dst: Operand): void {
		const layout = new Type("tuple");
		layout.ids = [field(stringType), field(intType), ...decl.type.members.map((id) => field(id.type))];
		sizeOf(layout);
		const t = this.temp(layout.ids[0]?.type ?? stringType);
		this.emit("new", imm(this.data.typeId(layout)), NONE, t);
		this.emit("movp", this.constant(stringType, { kind: "string", value: exceptionName(decl) }), NONE, fpind(t.off, 0));
		this.emit("movw", imm(0), NONE, fpind(t.off, 4));
		for (const [i, a] of args.entries()) this.intoField(a, layout.ids[i + 2] as Decl, fpind(t.off, 0));
		this.emit("movp", t, NONE, dst);
	}

	protected makeRef(e: ExprOf<"unary">, dst: Operand): void {
		const type = e.arg.type;
		const made = type.kind === "adtpick" ? variantOf(type) : type;
		if (type.kind === "adt" && type.tags.length > 0) {
			this.copyPick(e.arg, type, dst);
			return;
		}
		const simple = dst.mode === "fp" && !this.touches(e.arg, dst);
		const to = simple ? dst : this.temp(e.type);
		this.emit("new", imm(this.data.typeId(made)), NONE, to);
		const tag = e.arg.kind === "dot" && e.arg.decl?.store === "tag" ? e.arg.decl : undefined;
		if (tag !== undefined) {
			this.emit("movw", imm(tag.tag), NONE, fpind(to.off, 0));
			if (to !== dst) this.emit("movp", to, NONE, dst);
			return;
		}
		const named = (e.arg.kind === "name" || e.arg.kind === "arrow") && e.arg.decl?.store === "type";
		if (!named && sizeOf(made) > 0) this.into(e.arg, { ...fpind(to.off, 0), temp: true });
		if (to !== dst) this.emit("movp", to, NONE, dst);
	}

	/** Copies a pick adt of whatever variant it is: a case on its tag. */
	private copyPick(e: Expr, type: Type, dst: Operand): void {
		const from = this.throughValue(pointee(e).arg, 0);
		const end = this.code.label();
		const ranges = type.tags.map(({ tag }) => ({ low: word(tag), high: word(tag), label: this.code.label() }));
		this.caseOf("case", from, { ranges, any: undefined });
		const copy = this.temp(new Type("ref", type));
		for (const [i, tag] of type.tags.entries()) {
			const variant = variantOf(tag.type);
			this.code.place((ranges[i] as Range).label);
			this.emit("new", imm(this.data.typeId(variant)), NONE, copy);
			this.move(variant, from, fpind(copy.off, 0));
			this.emit("movp", copy, NONE, dst);
			this.jump(end);
		}
		this.code.place(end);
	}

	protected caseOf(op: string, value: Operand, choice: Choice): void {
		this.code.emit(this.origin(), op, value).choice = choice;
	}

	protected cons(e: ExprOf<"binary">, dst: Operand): void {
		const type = elem(e.type);
		const head = this.yields(e.right) ? this.kept(e.left) : this.operand(e.left);
		const tailPlace = this.placeOf(e.right);
		if (tailPlace !== undefined && sameOperand(tailPlace, dst)) {
			this.consOp(type, e.left, head, dst);
			return;
		}
		const simple =
			dst.mode === "fp" && (dst.temp === true || e.left.constant !== undefined || !this.touches(e.left, dst));
		const to = simple ? dst : this.temp(e.type);
		if (tailPlace !== undefined) this.move(e.type, tailPlace, to);
		else this.into(e.right, to);
		this.consOp(type, e.left, head, to);
		if (to !== dst) this.move(e.type, to, dst);
	}

	private consOp(type: Type, e: Expr, head: Operand, dst: Operand): void {
		if (isAggregate(type)) {
			this.byShape("consm", type, head, dst);
		} else if (isPointer(type)) {
			this.emit("consp", head, NONE, dst);
		} else {
			// A byte has to be in memory as a byte.
			this.emit(`cons${letters[type.kind]}`, head.mode === "imm" ? this.copied(e.type, head) : head, NONE, dst);
		}
	}

	protected newList(e: ExprOf<"newlist">, dst: Operand): void {
		const to = dst.temp === true && dst.mode === "fp" ? dst : this.temp(e.type);
		const elems = e.elems.map((x) => (e.elems.some((y) => this.yields(y)) ? this.kept(x) : undefined));
		this.emit("movp", this.nil(), NONE, to);
		for (let i = e.elems.length - 1; i >= 0; i--) {
			const x = e.elems[i] as Expr;
			this.region(() => this.consOp(elem(e.type), x, elems[i] ?? this.operand(x), to));
		}
		if (to !== dst) this.move(e.type, to, dst);
	}

	protected newChan(e: ExprOf<"newchan">, dst: Operand): void {
		const type = elem(e.type);
		const size = e.size === undefined ? imm(0) : this.direct(e.size);
		if (!isAggregate(type)) {
			this.emit(`newc${isPointer(type) ? "p" : letters[type.kind]}`, NONE, size, dst);
		} else if (hasPointers(type)) {
			this.emit("newcmp", imm(this.data.typeId(type)), size, dst);
		} else {
			this.emit("newcm", imm(sizeOf(type)), size, dst);
		}
	}

	protected newArray(e: ExprOf<"newarray">, dst: Operand): void {
		const type = elem(e.type);
		const size = this.operand(e.size as Expr);
		const safe = e.inits === undefined || (dst.mode === "fp" && !e.inits.some((x) => this.touches(x.value, dst)));
		const to = safe ? dst : this.temp(e.type);
		this.emit(this.clearArrays ? "newaz" : "newa", size, imm(this.data.typeId(type)), to);
		if (e.rest !== undefined) this.fillArray(e, e.rest, to);
		for (const p of e.placed) {
			if (p.first === p.last) {
				this.region(() => this.intoElement(p.value, type, to, e.type, this.word(p.first)));
			} else {
				this.fillRange(e, p, to);
			}
		}
		if (!safe) this.move(e.type, to, dst);
	}

	private intoElement(e: Expr, type: Type, array: Operand, arrayType: Type, index: Operand): void {
		if (this.yields(e)) {
			const value = this.inTemp(e);
			this.move(type, value, this.element(array, arrayType, index));
			return;
		}
		const place = { ...this.element(array, arrayType, index), temp: true };
		if (e.kind === "nil") this.setNil(type, place);
		else this.into(e, place);
	}

	/** The value is computed anew for every element, from the last to the first. */
	private fillArray(e: ExprOf<"newarray">, value: Expr, array: Operand): void {
		if (value.kind === "nil") return;
		this.region(() => {
			const type = elem(e.type);
			const n = this.wordTemp();
			this.emit("lena", array, NONE, n);
			const top = this.code.here();
			const out = this.code.label();
			this.branchTo("beqw", n, imm(0), out);
			this.emit("subw", imm(1), NONE, n);
			this.region(() => this.intoElement(value, type, array, e.type, n));
			this.jump(top);
			this.code.place(out);
		});
	}

	private fillRange(e: ExprOf<"newarray">, p: { first: number; last: number; value: Expr }, array: Operand): void {
		this.region(() => {
			const i = this.wordTemp();
			this.emit("movw", this.word(p.first), NONE, i);
			const top = this.code.here();
			this.region(() => this.intoElement(p.value, elem(e.type), array, e.type, i));
			this.emit("addw", imm(1), NONE, i);
			this.branchTo("blew", i, this.word(p.last), top);
		});
	}

	protected fnReference(e: ExprOf<"fnref">, dst: Operand): void {
		const t = this.temp(e.type);
		this.emit("new", imm(this.fnRefType()), NONE, t);
		const module = e.module === undefined ? this.selfLink() : this.operand(e.module);
		this.emit("movp", module, NONE, fpind(t.off, 0));
		this.emit("movw", imm(this.numberOf(e.module, e.decl)), NONE, fpind(t.off, 4));
		this.emit("movp", t, NONE, dst);
	}

	protected abstract numberOf(module: Expr | undefined, decl: Decl): number;

	protected fnPointer(e: ExprOf<"fnpointer">, dst: Operand): void {
		const hidden = e.forward ? this.hiddenArg(e.decl) : 0;
		if (e.half === "module") {
			const module = e.forward ? fp(hidden) : e.module === undefined ? this.selfLink() : this.operand(e.module);
			this.emit("movp", module, NONE, dst);
		} else {
			this.emit("movw", e.forward ? fp(hidden + 4) : imm(this.numberOf(e.module, e.decl)), NONE, dst);
		}
	}
}

/** How an exception is known at run time: with where it was declared, so that names need not be unique. */
export function exceptionName(decl: Decl): string {
	return decl.origin.longName ?? decl.name;
}

/** What a pick adt of an unknown variant is read from: there are none but what pointers point at, perhaps made the type that they have. */
function pointee(e: Expr): ExprOf<"unary"> {
	return e.kind === "cast" ? pointee(e.arg) : (e as ExprOf<"unary">);
}
