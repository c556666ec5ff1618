/** Code for expressions. */
import type { ArithOp, CompareOp, Expr, ExprOf } from "./ast.ts";
import { exceptionValue, fieldsOf, globalsOf } from "./compat.ts";
import { castFixed, type FixedCode, fixedArith } from "./fixed.ts";
import { isCompare } from "./fold.ts";
import { GenBase, letters } from "./genbase.ts";
import { fp, fpind, imm, isDirect, type Label, NONE, type Operand, sameOperand, shifted, through } from "./inst.ts";
import { hasPointers, placeGlobals, sizeOf, variantOf } from "./layout.ts";
import {
	adtOf,
	bigType,
	byteType,
	Decl,
	deref,
	elem,
	intType,
	isAggregate,
	isPointer,
	noneType,
	realType,
	stringType,
	Type,
} from "./types.ts";

const arithNames: Readonly<Record<ArithOp, string>> = {
	"+": "add",
	"-": "sub",
	"*": "mul",
	"/": "div",
	"%": "mod",
	"&": "and",
	"|": "or",
	"^": "xor",
	"<<": "shl",
	">>": "shr",
	"**": "exp",
};
const commutes = new Set<string>(["+", "*", "&", "|", "^"]);
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

/** Expressions that can be read where they are. */
const places = new Set<Expr["kind"]>(["name", "dot", "arrow", "index", "exvalue"]);

/** Offset of the first value in an exception: after its name and a word. */
const EXVALUE = 8;

export abstract class GenExpr extends GenBase {
	/** Values received by an alt, in place of the receive. */
	protected readonly received = new Map<Expr, Operand>();

	protected abstract call(e: ExprOf<"call">, dst: Operand | undefined, spawn: boolean): void;
	protected abstract inlined(e: ExprOf<"call">): object | undefined;
	protected abstract selfLink(): Operand;
	protected abstract hiddenArg(decl: Decl): number;

	/** Whether something else may happen before the value is there: a call, or waiting for another thread. */
	protected yields(e: Expr | undefined): boolean {
		if (e === undefined || e.constant !== undefined) return false;
		switch (e.kind) {
			case "call":
				if (e.callKind !== "tuple" && e.callKind !== "exception" && this.inlined(e) === undefined) return true;
				return e.args.some((a) => this.yields(a));
			case "send":
			case "load":
				return true;
			case "unary":
				return e.op === "<-" || this.yields(e.arg);
			case "increment":
			case "exvalue":
			case "cast":
				return this.yields(e.arg);
			case "binary":
			case "assign":
			case "declare":
				return this.yields(e.left) || this.yields(e.right);
			case "dot":
			case "arrow":
				return this.yields(e.left);
			case "index":
				return this.yields(e.left) || e.args.some((a) => this.yields(a));
			case "slice":
				return this.yields(e.left) || this.yields(e.low) || this.yields(e.high);
			case "tuple":
			case "newlist":
				return e.elems.some((x) => this.yields(x));
			case "newarray":
				return this.yields(e.size) || (e.inits ?? []).some((x) => this.yields(x.value));
			case "newchan":
				return this.yields(e.size);
			default:
				return false;
		}
	}

	/** Whether evaluating an expression may read, or change, what is at a place. */
	protected touches(e: Expr | undefined, place: Operand): boolean {
		if (e === undefined || place.temp === true || e.constant !== undefined) return false;
		if (place.mode !== "fp")
			return e.kind !== "nil" && (e.kind !== "name" || place.mode !== "mp" || this.isHome(e, place));
		switch (e.kind) {
			case "name":
				return this.isHome(e, place);
			case "call":
				return this.touches(e.fn, place) || this.touches(e.module, place) || e.args.some((a) => this.touches(a, place));
			case "unary":
			case "increment":
			case "exvalue":
			case "cast":
				return this.touches(e.arg, place);
			case "binary":
			case "assign":
			case "declare":
			case "send":
				return this.touches(e.left, place) || this.touches(e.right, place);
			case "dot":
			case "arrow":
				return this.touches(e.left, place);
			case "load":
				return this.touches(e.path, place);
			case "index":
				return this.touches(e.left, place) || e.args.some((a) => this.touches(a, place));
			case "slice":
				return this.touches(e.left, place) || this.touches(e.low, place) || this.touches(e.high, place);
			case "tuple":
			case "newlist":
				return e.elems.some((x) => this.touches(x, place));
			case "newarray":
				return this.touches(e.size, place) || (e.inits ?? []).some((x) => this.touches(x.value, place));
			case "newchan":
				return this.touches(e.size, place);
			case "fnref":
			case "fnpointer":
				return this.touches(e.module, place);
			default:
				return false;
		}
	}

	private isHome(e: ExprOf<"name">, place: Operand): boolean {
		const home = e.decl && this.homes.get(e.decl.origin);
		if (home === undefined || home.mode !== place.mode) return false;
		const size = Math.max(sizeOf((e.decl as Decl).origin.type), 1);
		return home.off <= place.off && place.off < home.off + size;
	}

	/** An operand from which the value can be read; temporaries it needs belong to the current region. */
	protected operand(e: Expr): Operand {
		if (e.constant !== undefined && e.kind !== "assign") return this.constant(e.type, e.constant);
		return this.placeOf(e) ?? this.inTemp(e);
	}

	protected inTemp(e: Expr): Operand {
		const t = this.temp(e.type);
		this.into(e, t);
		return t;
	}

	/** As operand, but one that may also be a middle operand or stay while other things happen. */
	protected direct(e: Expr): Operand {
		const o = this.operand(e);
		return isDirect(o) ? o : this.copied(e.type, o);
	}

	private copied(type: Type, o: Operand): Operand {
		const t = this.temp(type);
		this.move(type, o, t);
		return t;
	}

	/** As direct, but unaffected by what is evaluated later. */
	protected kept(e: Expr): Operand {
		const o = this.operand(e);
		return o.mode === "imm" || o.temp === true || e.constant !== undefined ? o : this.copied(e.type, o);
	}

	/** The place of a variable, field or element; undefined for what has to be computed. */
	protected placeOf(e: Expr): Operand | undefined {
		const known = this.received.get(e);
		if (known !== undefined) return known;
		switch (e.kind) {
			case "name":
				return this.homeOf((e.decl as Decl).origin, e);
			case "dot":
				return this.fieldPlace(e);
			case "arrow":
				return this.modulePlace(e);
			case "unary":
				return e.op === "*" ? this.throughValue(e.arg, 0) : undefined;
			case "index":
				return e.left.type === stringType ? undefined : this.elementPlace(e);
			case "exvalue":
				return this.throughValue(e.arg, EXVALUE);
			default:
				return undefined;
		}
	}

	private fieldPlace(e: ExprOf<"dot">): Operand {
		const outer = e.left.type;
		const offset = this.fieldOffset(deref(outer), e.decl as Decl);
		if (outer.kind === "ref") return this.throughValue(e.left, offset);
		return shifted(this.operand(e.left), offset);
	}

	private fieldOffset(type: Type, decl: Decl): number {
		sizeOf(type);
		if (type.kind === "adtpick") {
			const field = variantOf(type).ids.find((id) => id.name === decl.name);
			return field?.offset ?? decl.offset;
		}
		sizeOf(adtOf(type));
		return decl.offset;
	}

	/** What the value of a pointer points at. */
	protected throughValue(e: Expr, offset: number): Operand {
		const pointer = this.operand(e);
		const direct = through(pointer, offset);
		if (direct !== undefined) return direct;
		// On the way along a chain of pointers one temporary is enough.
		const t = pointer.chain === true ? fp(pointer.off) : this.temp(e.type);
		this.move(e.type, pointer, t);
		return { ...fpind(t.off, offset), chain: true };
	}

	private modulePlace(e: ExprOf<"arrow">): Operand {
		const decl = e.decl as Decl;
		const module = this.throughValue(e.left, 0);
		const base = this.wordTemp();
		this.emit("movw", module, NONE, base);
		placeGlobals(globalsOf(e.left.type), 0);
		return fpind(base.off, decl.offset);
	}

	private elementPlace(e: ExprOf<"index">): Operand {
		const index = e.args[0] as Expr;
		let array: Operand;
		if (this.yields(index)) {
			array = this.kept(e.left);
		} else {
			array = this.operand(e.left);
		}
		const i = this.operand(index);
		return this.element(array, e.left.type, i);
	}

	/** The place of an element, by an address that is good as long as the array is. */
	protected element(array: Operand, type: Type, index: Operand): Operand {
		const of = elem(type);
		const address = this.wordTemp();
		let op = "indx";
		const size = sizeOf(of);
		if (size === 8) op = of === realType ? "indf" : "indl";
		else if (size === 4) op = "indw";
		else if (size === 1) op = "indb";
		this.emit(op, array, address, index);
		return fpind(address.off, 0);
	}

	/** Evaluates for what it does. */
	protected effect(e: Expr): void {
		this.at = e;
		if (e.constant !== undefined && e.kind !== "assign" && e.kind !== "declare") return;
		switch (e.kind) {
			case "assign":
				this.assign(e, undefined);
				break;
			case "declare":
				this.declareExpr(e, undefined);
				break;
			case "increment":
				this.increment(e, undefined);
				break;
			case "send":
				this.send(e, undefined);
				break;
			case "call":
				if (e.callKind === "tuple" || e.callKind === "exception") for (const a of e.args) this.effect(a);
				else this.region(() => this.call(e, undefined, false));
				break;
			case "tuple":
				for (const x of e.elems) this.effect(x);
				break;
			case "name":
			case "nil":
			case "constant":
			case "fnref":
				break;
			default:
				if (e.type === noneType) return;
				this.region(() => {
					const place = this.placeOf(e);
					if (place === undefined) this.into(e, this.temp(e.type));
				});
		}
	}

	/** Evaluates and stores. */
	protected into(e: Expr, dst: Operand): void {
		this.at = e;
		if (e.constant !== undefined && e.kind !== "assign" && e.kind !== "declare") {
			this.intoConstant(e, dst);
			return;
		}
		this.region(() => this.compute(e, dst));
	}

	private intoConstant(e: Expr, dst: Operand): void {
		const value = e.constant as NonNullable<Expr["constant"]>;
		if (value.kind === "nil") this.emit("movp", this.nil(), NONE, dst);
		else this.move(e.type, this.constant(e.type, value), dst);
	}

	private compute(e: Expr, dst: Operand): void {
		const place = this.placeOf(e);
		if (place !== undefined) {
			if (!sameOperand(place, dst)) this.move(e.type, place, dst);
			return;
		}
		switch (e.kind) {
			case "unary":
				this.unary(e, dst);
				break;
			case "binary":
				this.binary(e, dst);
				break;
			case "increment":
				this.increment(e, dst);
				break;
			case "assign":
				this.assign(e, dst);
				break;
			case "declare":
				this.declareExpr(e, dst);
				break;
			case "send":
				this.send(e, dst);
				break;
			case "load": {
				const path = this.operand(e.path);
				this.emit("load", path, imm(this.tableOf(e.type)), dst);
				break;
			}
			case "cast":
				this.cast(e, dst);
				break;
			case "index": {
				const string = this.yields(e.args[0]) ? this.kept(e.left) : this.operand(e.left);
				this.emit("indc", string, this.direct(e.args[0] as Expr), dst);
				break;
			}
			case "slice":
				this.slice(e, dst);
				break;
			case "tuple":
				this.fields(e.elems, fieldsOf(e.type), dst, e.type);
				break;
			case "newlist":
				this.newList(e, dst);
				break;
			case "newchan":
				this.newChan(e, dst);
				break;
			case "newarray":
				this.newArray(e, dst);
				break;
			case "fnref":
				this.fnReference(e, dst);
				break;
			case "fnpointer":
				this.fnPointer(e, dst);
				break;
			case "call":
				this.callInto(e, dst);
				break;
			default:
				this.internal(e, `cannot compute ${e.kind}`);
		}
	}

	private callInto(e: ExprOf<"call">, dst: Operand): void {
		if (e.callKind === "tuple") {
			const made = e.type;
			if (made.kind === "adtpick") this.variant(e, dst);
			else this.fields(e.args, fieldsOf(made), dst, made);
		} else if (e.callKind === "exception") {
			this.exception(e, dst);
		} else {
			this.call(e, dst, false);
		}
	}

	private variant(e: ExprOf<"call">, dst: Operand): void {
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
	private setNil(type: Type, to: Operand): void {
		if (isPointer(type)) this.emit("movp", this.nil(), NONE, to);
	}

	private fields(elems: readonly Expr[], fields: readonly Decl[], dst: Operand, type: Type): void {
		sizeOf(type);
		const safe = !elems.some((x) => this.touches(x, dst));
		const to = safe ? dst : this.temp(type);
		for (const [i, x] of elems.entries()) this.intoField(x, fields[i] as Decl, to);
		if (!safe) this.move(type, to, dst);
	}

	private exception(e: ExprOf<"call">, dst: Operand): void {
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

	private unary(e: ExprOf<"unary">, dst: Operand): void {
		const arg = e.arg;
		switch (e.op) {
			case "-":
				if (e.type === realType) {
					this.emit("negf", this.operand(arg), NONE, dst);
				} else {
					const zero = this.direct0(e.type);
					this.emit(`sub${this.letter(e.type, e)}`, this.operand(arg), zero, dst);
				}
				break;
			case "~": {
				const ones = this.constant(
					e.type,
					e.type === bigType ? { kind: "big", value: -1n } : { kind: "word", value: e.type === byteType ? 255 : -1 },
				);
				this.emit(`xor${this.letter(e.type, e)}`, ones, this.direct(arg), dst);
				break;
			}
			case "!":
				this.boolean(e, dst);
				break;
			case "<-":
				this.receive(e, dst);
				break;
			case "hd":
				this.head(e.type, this.operand(arg), dst);
				break;
			case "tl":
				this.emit("tail", this.operand(arg), NONE, dst);
				break;
			case "len": {
				const op = arg.type === stringType ? "lenc" : arg.type.kind === "array" ? "lena" : "lenl";
				this.emit(op, this.operand(arg), NONE, dst);
				break;
			}
			case "ref":
				this.makeRef(e, dst);
				break;
			case "tagof":
				this.emit("movw", arg.type.kind === "ref" ? this.throughValue(arg, 0) : this.operand(arg), NONE, dst);
				break;
			default:
				this.internal(e, `unary ${e.op}`);
		}
	}

	private direct0(type: Type): Operand {
		return this.constant(type, type === bigType ? { kind: "big", value: 0n } : { kind: "word", value: 0 });
	}

	private head(type: Type, list: Operand, dst: Operand): void {
		if (isAggregate(type)) this.byShape("headm", type, list, dst);
		else this.emit(`head${isPointer(type) ? "p" : letters[type.kind]}`, list, NONE, dst);
	}

	private receive(e: ExprOf<"unary">, dst: Operand): void {
		if (e.arg.type.kind === "chan") this.emit("recv", this.operand(e.arg), NONE, dst);
		else this.receiveAny(e, dst);
	}

	/**
	 * Where alt is to put an index and an item that come from one of an array of channels: the item follows the index at once, which it does not in a tuple
	 * whose item begins at a multiple of 8 bytes.
	 */
	protected arrival(tuple: Type, at: Operand): Operand {
		return shifted(at, this.gap(tuple));
	}

	/** They have come: the index goes where the tuple has it. */
	protected arrived(tuple: Type, at: Operand): void {
		if (this.gap(tuple) > 0) this.emit("movw", this.arrival(tuple, at), NONE, at);
	}

	private gap(tuple: Type): number {
		sizeOf(tuple);
		return (tuple.ids[1] as Decl).offset - 4;
	}

	/** A receive from any channel of an array: an alt with that array as its only receiver. */
	private receiveAny(e: ExprOf<"unary">, dst: Operand): void {
		const array = this.kept(e.arg);
		const slot = this.frame.takeBlock(16, 4, []);
		const at = slot.offset;
		this.emit("movw", imm(0), NONE, fp(at));
		this.emit("movw", imm(1), NONE, fp(at + 4));
		this.emit("movw", array, NONE, fp(at + 8));
		this.emit("lea", this.arrival(e.type, dst), NONE, fp(at + 12));
		this.emit("alt", fp(at), NONE, this.wordTemp());
		this.arrived(e.type, dst);
		this.frame.give(slot);
	}

	private makeRef(e: ExprOf<"unary">, dst: Operand): void {
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
		const from = this.throughValue((e as ExprOf<"unary">).arg, 0);
		const end = this.code.label();
		const cases = type.tags.map((tag) => ({ low: tag.tag, high: tag.tag, label: this.code.label() }));
		this.wordCase(from, cases, end);
		const copy = this.temp(new Type("ref", type));
		for (const [i, tag] of type.tags.entries()) {
			const variant = variantOf(tag.type);
			this.code.place((cases[i] as { label: Label }).label);
			this.emit("new", imm(this.data.typeId(variant)), NONE, copy);
			this.move(variant, from, fpind(copy.off, 0));
			this.emit("movp", copy, NONE, dst);
			this.jump(end);
		}
		this.code.place(end);
	}

	protected abstract wordCase(
		value: Operand,
		cases: readonly { low: number; high: number; label: Label }[],
		any: Label | undefined,
	): void;

	private binary(e: ExprOf<"binary">, dst: Operand): void {
		if (e.op === "&&" || e.op === "||" || isCompare(e.op)) {
			this.boolean(e, dst);
		} else if (e.op === "::") {
			this.cons(e, dst);
		} else {
			this.arith(e, e.op, e.left, e.right, dst);
		}
	}

	private arith(e: Expr, op: ArithOp, left: Expr, right: Expr, dst: Operand): void {
		const type = left.type;
		if (this.identity(op, left, right)) {
			this.into(left, dst);
			return;
		}
		if (this.accumulates(left, right, dst)) {
			this.into(left, dst);
			const b = this.operand(right);
			if (type.kind === "fixed" && (op === "*" || op === "/"))
				this.fixed(fixedArith(op, type, type, type), b, dst, dst);
			else this.emit(this.arithOp(op, type, e), b, NONE, dst);
			return;
		}
		// The later operand may change or free what the earlier one has only a place for.
		const a = this.yields(right) && !(left.kind === "name" || left.constant) ? this.kept(left) : this.operand(left);
		const b = this.operand(right);
		if (type.kind === "fixed" && (op === "*" || op === "/")) {
			this.fixed(fixedArith(op, type, type, type), b, isDirect(a) ? a : this.copied(type, a), dst);
			return;
		}
		const name = this.arithOp(op, type, e);
		if (sameOperand(a, dst)) this.emit(name, b, NONE, dst);
		else if (commutes.has(op) && type !== stringType && sameOperand(b, dst)) this.emit(name, a, NONE, dst);
		else if (isDirect(a) && a.mode !== "imm") this.emit(name, b, a, dst);
		else if (commutes.has(op) && type !== stringType && isDirect(b)) this.emit(name, a, b, dst);
		else this.emit(name, b, isDirect(a) ? a : this.copied(type, a), dst);
	}

	/** Whether the left operand can be computed where the result is wanted, and be changed there. */
	private accumulates(left: Expr, right: Expr, dst: Operand): boolean {
		if (dst.mode !== "fp" || this.isPlain(left) || places.has(left.kind)) return false;
		if (left.kind === "unary" && left.op === "*") return false;
		if (this.touches(left, dst) || this.touches(right, dst) || this.yields(right)) return false;
		return dst.temp === true || this.isPlain(right);
	}

	/** What is there without being computed, and cannot fault. */
	private isPlain(e: Expr): boolean {
		return e.constant !== undefined || e.kind === "name" || this.received.has(e);
	}

	private arithOp(op: ArithOp, type: Type, e: Expr): string {
		return arithNames[op] + this.letter(type, e);
	}

	/** Operations that change nothing. */
	private identity(op: ArithOp, left: Expr, right: Expr): boolean {
		const value = right.constant?.kind === "word" && left.type !== stringType ? right.constant.value : undefined;
		if (left.type.kind !== "int") return false;
		if (value === 0) return op === "+" || op === "-" || op === "|" || op === "^" || op === "<<" || op === ">>";
		return value === 1 && (op === "*" || op === "/");
	}

	/** The factors are put where the fixed point operations look for them. */
	private fixed(code: FixedCode, s: Operand, m: Operand, dst: Operand): void {
		if (code.op === "movw") {
			this.emit("movw", imm(0), NONE, dst);
			return;
		}
		if (code.factor !== undefined) this.emit("movw", this.word(code.factor), NONE, fp(20));
		this.emit("movw", this.word(code.shift), NONE, fp(28));
		this.emit(code.op, s, m, dst);
	}

	protected word(value: number): Operand {
		return this.constant(intType, { kind: "word", value });
	}

	private cons(e: ExprOf<"binary">, dst: Operand): void {
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

	private newList(e: ExprOf<"newlist">, dst: Operand): void {
		const to = dst.temp === true && dst.mode === "fp" ? dst : this.temp(e.type);
		const elems = e.elems.map((x) => (e.elems.some((y) => this.yields(y)) ? this.kept(x) : undefined));
		this.emit("movp", this.nil(), NONE, to);
		for (let i = e.elems.length - 1; i >= 0; i--) {
			const x = e.elems[i] as Expr;
			this.region(() => this.consOp(elem(e.type), x, elems[i] ?? this.operand(x), to));
		}
		if (to !== dst) this.move(e.type, to, dst);
	}

	private newChan(e: ExprOf<"newchan">, dst: Operand): void {
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

	private newArray(e: ExprOf<"newarray">, dst: Operand): void {
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

	private fnReference(e: ExprOf<"fnref">, dst: Operand): void {
		const t = this.temp(e.type);
		this.emit("new", imm(this.fnRefType()), NONE, t);
		const module = e.module === undefined ? this.selfLink() : this.operand(e.module);
		this.emit("movp", module, NONE, fpind(t.off, 0));
		this.emit("movw", imm(this.numberOf(e.module, e.decl)), NONE, fpind(t.off, 4));
		this.emit("movp", t, NONE, dst);
	}

	protected abstract numberOf(module: Expr | undefined, decl: Decl): number;

	private fnPointer(e: ExprOf<"fnpointer">, dst: Operand): void {
		const hidden = e.forward ? this.hiddenArg(e.decl) : 0;
		if (e.half === "module") {
			const module = e.forward ? fp(hidden) : e.module === undefined ? this.selfLink() : this.operand(e.module);
			this.emit("movp", module, NONE, dst);
		} else {
			this.emit("movw", e.forward ? fp(hidden + 4) : imm(this.numberOf(e.module, e.decl)), NONE, dst);
		}
	}

	private cast(e: ExprOf<"cast">, dst: Operand): void {
		const from = e.arg.type.kind === "exception" ? exceptionValue(e.arg.type) : e.arg.type;
		const to = e.type;
		const op = castOp(from, to);
		if (op === "") {
			this.into(e.arg, dst);
		} else if (op !== undefined) {
			this.emit(op, this.operand(e.arg), NONE, dst);
		} else if (from.kind === "fixed" || to.kind === "fixed") {
			this.castToFixed(e, from, to, dst);
		} else {
			// There is no direct way between bytes and the larger types.
			const t = this.wordTemp();
			this.emit(castOp(from, intType) ?? "movw", this.operand(e.arg), NONE, t);
			this.emit(castOp(intType, to) ?? "movw", t, NONE, dst);
		}
	}

	private castToFixed(e: ExprOf<"cast">, from: Type, to: Type, dst: Operand): void {
		if (from.kind === "fixed" && to.kind === "fixed" && from.scale === to.scale) {
			this.into(e.arg, dst);
			return;
		}
		const arg = this.operand(e.arg);
		const exact = (t: Type): boolean => t.kind === "fixed" || t === intType;
		if (exact(from) && exact(to)) {
			const code = castFixed(from, to);
			if (code.op !== "movw" && code.factor !== undefined) this.emit("movw", this.word(code.factor), NONE, fp(20));
			if (code.op === "movw") this.emit("movw", imm(0), NONE, dst);
			else this.emit(code.op, arg, this.word(code.shift), dst);
			return;
		}
		const real = this.temp(realType);
		if (to.kind === "fixed") {
			const value = from === realType ? arg : this.convert(from, realType, arg, real);
			this.emit("cvtfx", value, this.constant(realType, { kind: "real", value: 1 / to.scale }), dst);
		} else {
			this.emit("cvtxf", arg, this.constant(realType, { kind: "real", value: from.scale }), real);
			this.convert(realType, to, real, dst);
		}
	}

	private convert(from: Type, to: Type, value: Operand, dst: Operand): Operand {
		const op = castOp(from, to);
		if (op === "") {
			this.move(to, value, dst);
		} else if (op !== undefined) {
			this.emit(op, value, NONE, dst);
		} else {
			const t = this.wordTemp();
			this.emit(castOp(from, intType) ?? "movw", value, NONE, t);
			this.emit(castOp(intType, to) ?? "movw", t, NONE, dst);
		}
		return dst;
	}

	private slice(e: ExprOf<"slice">, dst: Operand): void {
		const whole = this.yields(e.low) || this.yields(e.high) ? this.kept(e.left) : this.operand(e.left);
		const string = e.type === stringType;
		const low = e.low === undefined ? imm(0) : this.stable(e.low, e.high);
		let high: Operand;
		if (e.high === undefined) {
			high = this.wordTemp();
			this.emit(string ? "lenc" : "lena", whole, NONE, high);
		} else {
			high = this.direct(e.high);
		}
		if (!sameOperand(whole, dst)) this.move(e.type, whole, dst);
		this.emit(string ? "slicec" : "slicea", low, high, dst);
	}

	/** A number that has to survive the evaluation of another expression and the overwriting of the destination. */
	private stable(e: Expr, next: Expr | undefined): Operand {
		return this.yields(next) ? this.kept(e) : this.direct(e);
	}

	private increment(e: ExprOf<"increment">, dst: Operand | undefined): void {
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
	protected lvalue(e: Expr): Operand {
		return this.placeOf(e) ?? this.internal(e, "no place to assign to");
	}

	private send(e: ExprOf<"send">, dst: Operand | undefined): void {
		this.region(() => {
			const channel = this.yields(e.right) ? this.kept(e.left) : this.operand(e.left);
			const value = this.inMemory(e.right, e.type);
			this.emit("send", value, NONE, channel);
			if (dst !== undefined) this.move(e.type, value, dst);
		});
	}

	/** The value of an expression where its address can be taken. */
	protected inMemory(e: Expr, type: Type): Operand {
		const o = this.operand(e);
		if (o.mode !== "imm") return o;
		const t = this.temp(type);
		this.move(type, o, t);
		return t;
	}

	private assign(e: ExprOf<"assign">, dst: Operand | undefined): void {
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
	private store(left: Expr, right: Expr, type: Type, dst: Operand | undefined): void {
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
	protected storeValue(left: Expr, value: Operand, type: Type): void {
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

	private declareExpr(e: ExprOf<"declare">, dst: Operand | undefined): void {
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

	/** A condition as a number. */
	private boolean(e: Expr, dst: Operand): void {
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

	private test(op: CompareOp, e: Expr, m: Operand, target: Label, when: boolean): void {
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

	private compare(op: CompareOp, e: ExprOf<"binary">, target: Label, when: boolean): void {
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

export function namesIn(e: Expr): Decl[] {
	if (e.kind === "tuple") return e.elems.flatMap(namesIn);
	return e.kind === "name" && e.decl !== undefined ? [e.decl] : [];
}

function field(type: Type): Decl {
	return new Decl("", "field", type);
}

/** How an exception is known at run time: with where it was declared, so that names need not be unique. */
export function exceptionName(decl: Decl): string {
	return decl.origin.longName ?? decl.name;
}

/** The instruction that converts; "" if nothing needs doing, undefined if it takes more than one. */
function castOp(from: Type, to: Type): string | undefined {
	if (from.kind === "array" && to === stringType) return "cvtac";
	if (to.kind === "array" && from === stringType) return "cvtca";
	const a = letters[from.kind];
	const b = letters[to.kind];
	if (from.kind === "fixed" || to.kind === "fixed") return undefined;
	if (a === undefined || b === undefined || a === b) return "";
	return (a === "b" && b !== "w") || (b === "b" && a !== "w") ? undefined : `cvt${a}${b}`;
}
