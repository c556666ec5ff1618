/** Places that values are read from, and what evaluating an expression may do to them. */
import type { Expr, ExprOf } from "./ast.ts";
import { globalsOf } from "./compat.ts";
import { GenBase } from "./genbase.ts";
import { fp, fpind, isDirect, NONE, type Operand, shifted, through } from "./inst.ts";
import { placeGlobals, sizeOf, variantOf } from "./layout.ts";
import { partsOf } from "./parts.ts";
import { adtOf, Decl, deref, elem, intType, realType, stringType, type Type } from "./types.ts";

/** Offset of the first value in an exception: after its name and a word. */
const EXVALUE = 8;

export abstract class GenPlace extends GenBase {
	protected abstract into(e: Expr, dst: Operand): void;

	/** Values received by an alt, in place of the receive. */
	protected readonly received = new Map<Expr, Operand>();

	protected abstract inlined(e: ExprOf<"call">): object | undefined;

	/** Whether something else may happen before the value is there: a call, or waiting for another thread. */
	protected yields(e: Expr | undefined): boolean {
		if (e === undefined || e.constant !== undefined) return false;
		const waits = e.kind === "send" || e.kind === "load" || (e.kind === "unary" && e.op === "<-");
		const calls = e.kind === "call" && !isMade(e) && this.inlined(e) === undefined;
		return waits || calls || partsOf(e).some((x) => this.yields(x));
	}

	/** Whether evaluating an expression may read, or change, what is at a place. */
	protected touches(e: Expr | undefined, place: Operand): boolean {
		if (e === undefined || place.temp === true || e.constant !== undefined) return false;
		if (place.mode !== "fp")
			return e.kind !== "nil" && (e.kind !== "name" || place.mode !== "mp" || this.isHome(e, place));
		return e.kind === "name" ? this.isHome(e, place) : partsOf(e).some((x) => this.touches(x, place));
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

	protected copied(type: Type, o: Operand): Operand {
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

	protected word(value: number): Operand {
		return this.constant(intType, { kind: "word", value });
	}
}

export function field(type: Type): Decl {
	return new Decl("", "field", type);
}

/** Whether what looks like a call makes a value. */
const isMade = (e: ExprOf<"call">): boolean => e.callKind === "tuple" || e.callKind === "exception";
