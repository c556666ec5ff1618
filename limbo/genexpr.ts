/** Code for expressions. */
import type { Expr, ExprOf } from "./ast.ts";
import { fieldsOf } from "./compat.ts";
import { isCompare } from "./fold.ts";
import { GenAssign } from "./genassign.ts";
import { letters } from "./genbase.ts";
import { fp, imm, NONE, type Operand, sameOperand, shifted } from "./inst.ts";
import { sizeOf } from "./layout.ts";
import {
	bigType,
	byteType,
	type Decl,
	isAggregate,
	isPointer,
	noneType,
	realType,
	stringType,
	type Type,
} from "./types.ts";

export abstract class GenExpr extends GenAssign {
	protected abstract call(e: ExprOf<"call">, dst: Operand | undefined, spawn: boolean): void;

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

	protected compute(e: Expr, dst: Operand): void {
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

	protected unary(e: ExprOf<"unary">, dst: Operand): void {
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

	protected head(type: Type, list: Operand, dst: Operand): void {
		if (isAggregate(type)) this.byShape("headm", type, list, dst);
		else this.emit(`head${isPointer(type) ? "p" : letters[type.kind]}`, list, NONE, dst);
	}

	protected receive(e: ExprOf<"unary">, dst: Operand): void {
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

	protected binary(e: ExprOf<"binary">, dst: Operand): void {
		if (e.op === "&&" || e.op === "||" || isCompare(e.op)) {
			this.boolean(e, dst);
		} else if (e.op === "::") {
			this.cons(e, dst);
		} else {
			this.arith(e, e.op, e.left, e.right, dst);
		}
	}

	protected slice(e: ExprOf<"slice">, dst: Operand): void {
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

	protected send(e: ExprOf<"send">, dst: Operand | undefined): void {
		this.region(() => {
			const channel = this.yields(e.right) ? this.kept(e.left) : this.operand(e.left);
			const value = this.inMemory(e.right, e.type);
			this.emit("send", value, NONE, channel);
			if (dst !== undefined) this.move(e.type, value, dst);
		});
	}

	/** The value of an expression where its address can be taken. */
	private inMemory(e: Expr, type: Type): Operand {
		const o = this.operand(e);
		if (o.mode !== "imm") return o;
		const t = this.temp(type);
		this.move(type, o, t);
		return t;
	}
}
