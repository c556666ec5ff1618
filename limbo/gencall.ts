/** Code for calls. */

import { REGRET } from "../libinterp/isa.ts";
import type { CallExpr, Expr } from "./ast.ts";
import { GenExpr } from "./genexpr.ts";
import { type Guard, guardOf } from "./guard.ts";
import { type Body, shortBody } from "./inline.ts";
import { fp, fpind, imm, isDirect, NONE, type Operand } from "./inst.ts";
import { alignUp, placeArgs, pointersIn, sizeOf } from "./layout.ts";
import type { FrameSlot } from "./opt/variables.ts";
import { anyType, type Decl, isPointer, noneType, stringType, type Type } from "./types.ts";

/** What is called: a function of ours, or number and module of another. */
type Callee = { fn: Decl } | { module: Operand; number: Operand; frameType: number | undefined };

export abstract class GenCall extends GenExpr {
	/** The function being generated. */
	protected fn: Decl | undefined;
	/** Calls of short functions are replaced by what those compute. */
	protected inlines = true;

	/** The functions that a polymorphic function's type parameters must have, in the order of its hidden arguments. */
	protected neededBy(fn: Decl): Decl[] {
		const owner = fn.dot?.type;
		const polys = [...fn.type.polys, ...(owner?.kind === "adt" ? owner.polys : [])];
		return polys.flatMap((p) => p.type.ids);
	}

	/** Where the arguments of a function end, hidden ones included. */
	protected argsEnd(fn: Decl): number {
		return placeArgs(fn.type) + 8 * this.neededBy(fn).length;
	}

	protected hiddenArg(decl: Decl): number {
		const fn = this.fn as Decl;
		return placeArgs(fn.type) + 8 * this.neededBy(fn).indexOf(decl);
	}

	protected selfLink(): Operand {
		const self = this.selfVariable();
		const loaded = this.code.label();
		this.branchTo("bnew", self, this.nil(), loaded);
		const path = this.constant(stringType, { kind: "string", value: "$self" });
		this.emit("load", path, imm(this.tableOf(this.ownModule(), true)), self);
		this.code.place(loaded);
		return self;
	}

	protected abstract ownModule(): Type;
	protected abstract ownNumber(decl: Decl): number;

	protected numberOf(module: Expr | undefined, decl: Decl): number {
		return module === undefined ? this.ownNumber(decl) : this.interfaces.number(module.type, decl);
	}

	/** What a call of a short function computes, if it may be put in its place. */
	protected inlined(e: CallExpr): Body | undefined {
		if (!this.inlines || e.callKind !== "function" || e.callee === undefined || e.callee === this.fn) return undefined;
		const same = e.args.length === e.callee.type.ids.length;
		return same && e.args.every((a) => a.kind !== "nil" || isPointer(a.type)) ? shortBody(e.callee) : undefined;
	}

	/** Computes what the function would, its arguments being temporaries of ours. */
	private inline(e: CallExpr, body: Body, dst: Operand): void {
		const fn = e.callee as Decl;
		fn.refs--;
		const values = e.args.map((a, i) => {
			const t = this.temp((fn.type.ids[i] as Decl).type);
			if (a.kind === "nil") this.move(a.type, this.nil(), t);
			else this.into(a, t);
			return t;
		});
		this.as(fn, values, e, () => this.choose(body, dst));
	}

	/** Generates part of a function, with its arguments at places of ours. */
	private as(fn: Decl, values: readonly Operand[], at: Expr, action: () => void): void {
		const outer = fn.type.ids.map((arg) => this.homes.get(arg));
		for (const [i, arg] of fn.type.ids.entries()) this.homes.set(arg, values[i] as Operand);
		const pinned = this.pinned;
		this.at = at;
		this.pinned = true;
		action();
		this.pinned = pinned;
		for (const [i, arg] of fn.type.ids.entries()) {
			const home = outer[i];
			if (home !== undefined) this.homes.set(arg, home);
		}
	}

	private choose(body: Body, dst: Operand): void {
		const result = (x: Expr): void => {
			if (x.kind === "nil") this.move(x.type, this.nil(), dst);
			else this.into(x, dst);
		};
		if (body.cond === undefined || body.no === undefined) {
			result(body.yes);
			return;
		}
		const no = this.code.label();
		const end = this.code.label();
		this.branch(body.cond, no, false);
		result(body.yes);
		this.jump(end);
		this.code.place(no);
		result(body.no);
		this.code.place(end);
	}

	/** What is asked before a call; undefined where it is just made. */
	private asked(e: CallExpr): Guard | undefined {
		if (!this.inlines || e.callKind !== "function" || e.callee === undefined || e.callee !== this.fn) return undefined;
		const usual = e.args.length === this.fn.type.ids.length && e.args.every((a) => a.kind !== "nil");
		return usual ? guardOf(this.fn) : undefined;
	}

	/** A function calls itself if it would not return at once. */
	private guarded(e: CallExpr, guard: Guard, dst: Operand | undefined): void {
		const fn = e.callee as Decl;
		const ret = guard.value === undefined ? undefined : this.safeResult(e.type, dst);
		// A value that is an argument is computed where the result is wanted.
		const { value } = guard;
		const shared =
			value?.kind === "name" && ret?.temp === true ? fn.type.ids.find((arg) => arg === value.decl) : undefined;
		const values = fn.type.ids.map((arg) => (arg === shared ? (ret as Operand) : this.temp(arg.type)));
		// As for any call, what something else may happen before comes first.
		const order = [...e.args.entries()].sort(([, a], [, b]) => Number(this.yields(b)) - Number(this.yields(a)));
		for (const [i, a] of order) this.into(a, values[i] as Operand);
		const [call, end] = [this.code.label(), this.code.label()];
		this.as(fn, values, e, () => {
			const there = ret === undefined || shared !== undefined;
			this.branch(guard.cond, there ? end : call, there);
			if (there) return;
			this.into(value as Expr, ret);
			this.jump(end);
		});
		this.code.place(call);
		const frame = this.wordTemp();
		this.newFrame(e, { fn }, frame);
		for (const [i, arg] of fn.type.ids.entries()) {
			this.move(arg.type, values[i] as Operand, { ...fpind(frame.off, arg.offset), temp: true });
		}
		if (ret !== undefined) this.emit("lea", ret, NONE, fpind(frame.off, REGRET));
		this.enter({ fn }, frame, false);
		this.code.place(end);
		if (ret !== undefined && dst !== undefined && ret !== dst) this.move(e.type, ret, dst);
	}

	protected call(e: CallExpr, dst: Operand | undefined, spawn: boolean): void {
		const body = spawn ? undefined : this.inlined(e);
		if (body !== undefined) {
			this.inline(e, body, dst ?? this.temp(e.type));
			return;
		}
		const guard = spawn ? undefined : this.asked(e);
		if (guard !== undefined) {
			this.guarded(e, guard, dst);
			return;
		}
		const type = e.fnType as Type;
		const result = e.fn.type.kind === "ref" ? e.fn.type.of?.of : e.fn.type.of;
		const valued = result !== undefined && result !== noneType;
		const ret = valued ? this.safeResult(e.type, dst) : undefined;
		const callee = this.callee(e);
		const ready = e.args.map((a) => (this.yields(a) ? this.inTemp(a) : undefined));
		const frame = this.wordTemp();
		this.at = e;
		this.newFrame(e, callee, frame);
		placeArgs(type);
		for (const [i, a] of e.args.entries()) {
			const place = { ...fpind(frame.off, this.argOffset(type, i)), temp: true };
			const value = ready[i];
			if (value !== undefined) this.move(a.type, value, place);
			else if (a.kind === "nil") this.passNil(type.ids[i]?.type ?? anyType, place);
			else this.into(a, place);
		}
		this.at = e;
		if (ret !== undefined) this.emit("lea", ret, NONE, fpind(frame.off, REGRET));
		this.enter(callee, frame, spawn);
		if (ret !== undefined && dst !== undefined && ret !== dst) this.move(e.type, ret, dst);
	}

	/** nil where something else than a pointer is wanted says that it does not matter. */
	private passNil(type: Type, place: Operand): void {
		this.move(type.kind === "any" ? anyType : type, this.nil(), place);
	}

	/** Hidden arguments follow the others, a word each. */
	private argOffset(type: Type, i: number): number {
		return type.ids[i]?.offset ?? placeArgs(type) + 4 * (i - type.ids.length);
	}

	/**
	 * Where the result goes. The callee writes it through an address, so that the place must still be there when it
	 * returns: not inside something that may be freed meanwhile.
	 */
	private safeResult(type: Type, dst: Operand | undefined): Operand {
		if (dst === undefined) return this.temp(type);
		const ownReturn = dst.mode === "fpind" && dst.off === REGRET;
		return dst.mode === "fp" || dst.mode === "mp" || ownReturn || dst.temp === true ? dst : this.temp(type);
	}

	private callee(e: CallExpr): Callee {
		if (e.callKind === "function") return { fn: e.callee as Decl };
		const type = e.fnType as Type;
		const frameType = type.varargs ? this.data.argumentsType(type, placeArgs(type)) : undefined;
		if (e.callKind === "module") {
			const module = e.module as Expr;
			const number = imm(this.interfaces.number(module.type, e.callee as Decl));
			const link = this.operand(module);
			return { module: link, number, frameType };
		}
		if (e.fn.type.kind === "fn") {
			// A function of a type parameter: our caller has passed it.
			const hidden = this.hiddenArg(e.callee as Decl);
			return { module: fp(hidden), number: fp(hidden + 4), frameType };
		}
		const ref = this.operand(e.fn);
		const held = ref.mode === "fp" ? ref : this.hold(e.fn.type, ref);
		const number = this.wordTemp();
		this.emit("movw", fpind(held.off, 4), NONE, number);
		return { module: fpind(held.off, 0), number, frameType };
	}

	private hold(type: Type, value: Operand): Operand {
		const t = this.temp(type);
		this.move(type, value, t);
		return t;
	}

	private newFrame(e: CallExpr, callee: Callee, frame: Operand): void {
		if ("fn" in callee) {
			this.emit("frame", { mode: "frame", off: 0, off2: 0, fn: callee.fn }, NONE, frame);
		} else if (callee.frameType !== undefined) {
			this.emit("frame", imm(callee.frameType), NONE, frame);
		} else {
			if (!isDirect(callee.number)) this.internal(e, "number of function not addressable");
			this.emit("mframe", callee.module, callee.number, frame);
		}
	}

	private enter(callee: Callee, frame: Operand, spawn: boolean): void {
		if ("fn" in callee) {
			this.emit(spawn ? "spawn" : "call", frame, NONE, { mode: "pc", off: 0, off2: 0, fn: callee.fn });
		} else {
			this.emit(spawn ? "mspawn" : "mcall", frame, callee.number, callee.module);
		}
	}

	/** The places of a function's arguments, hidden ones included. */
	protected argSlots(fn: Decl): FrameSlot[] {
		const end = placeArgs(fn.type);
		const slots = fn.type.ids.map((arg) => {
			const pointers: number[] = [];
			pointersIn(arg.type, 0, pointers);
			return { offset: arg.offset, size: sizeOf(arg.type), pointers: pointers.length };
		});
		for (let i = 0; i < this.neededBy(fn).length; i++) {
			slots.push({ offset: end + 8 * i, size: 4, pointers: 1 }, { offset: end + 8 * i + 4, size: 4, pointers: 0 });
		}
		return slots;
	}

	/** Pointers among the arguments of a function. */
	protected argPointers(fn: Decl): number[] {
		const pointers: number[] = [];
		const end = placeArgs(fn.type);
		for (const arg of fn.type.ids) pointersIn(arg.type, arg.offset, pointers);
		for (let i = 0; i < this.neededBy(fn).length; i++) pointers.push(alignUp(end, 4) + 8 * i);
		return pointers;
	}
}
