/** What all of the code generator uses: places for values, moves, and the lifetime of locals and temporaries. */
import type { Expr } from "./ast.ts";
import type { Constant } from "./constant.ts";
import { ModuleData, storedType } from "./data.ts";
import type { Frame, Slot } from "./frame.ts";
import { Code, fp, imm, type Label, mp, NONE, type Operand, type Origin } from "./inst.ts";
import type { Interfaces } from "./interface.ts";
import { hasPointers, sizeOf } from "./layout.ts";
import type { Home } from "./sbl.ts";
import { type Diagnostics, NOWHERE, type Span } from "./source.ts";
import { type Decl, fnRefTuple, intType, isAggregate, isPointer, type Type } from "./types.ts";

/** Immediate operands have 30 bits. */
const MAXIMM = 2 ** 29;
const MAXMIDDLE = 2 ** 15;

export const letters: Partial<Record<Type["kind"], string>> = {
	int: "w",
	fixed: "w",
	byte: "b",
	big: "l",
	real: "f",
	string: "c",
};

interface Held {
	slot: Slot;
}

/** What a module is linked by when it is loaded. */
interface ImportTable {
	readonly module: Type;
	/** This module loads itself: others that have the same interface have not its other functions. */
	readonly self: boolean;
}

/** A scope being generated: what has to be given back when it ends. */
export interface GenScope {
	slots: Slot[];
}

export abstract class GenBase {
	readonly data: ModuleData = new ModuleData();
	readonly interfaces: Interfaces;
	protected readonly diagnostics: Diagnostics;
	protected code: Code = new Code();
	protected frame!: Frame;
	/** The text that code is being generated for. */
	private place: Span = NOWHERE;
	/** What is inlined counts as the call that it takes the place of. */
	protected pinned = false;
	/** The number of the statement that code is being generated for. */
	protected statement = 0;
	private temps: Held[] = [];
	protected scopes: GenScope[] = [];
	/** Those of the function being generated, for debuggers. */
	protected locals: Home[] = [];
	/** Where variables live. */
	protected readonly homes = new Map<Decl, Operand>();
	/** Import tables in the order of their numbers. */
	readonly tables: ImportTable[] = [];
	/** Arrays are made by the instruction that clears them. */
	protected clearArrays = false;
	private selfHome: number | undefined;

	constructor(interfaces: Interfaces, diagnostics: Diagnostics) {
		this.interfaces = interfaces;
		this.diagnostics = diagnostics;
	}

	protected get at(): Span {
		return this.place;
	}

	protected set at(span: Span) {
		if (!this.pinned) this.place = span;
	}

	protected origin(): Origin {
		return { span: this.place, stmt: this.statement };
	}

	protected emit(op: string, s: Operand = NONE, m: Operand = NONE, d: Operand = NONE): void {
		this.code.emit(this.origin(), op, s, this.middle(m), d);
	}

	protected branchTo(op: string, s: Operand, m: Operand, target: Label): void {
		this.code.emit(this.origin(), op, s, this.middle(m)).target = target;
	}

	/** A middle operand has only 16 bits: a larger immediate comes from module data. */
	protected middle(o: Operand): Operand {
		if (o.mode !== "imm" || (o.off >= -MAXMIDDLE && o.off < MAXMIDDLE)) return o;
		return mp(this.data.constant(intType, { kind: "word", value: o.off }));
	}

	protected jump(target: Label): void {
		this.code.jump(this.origin(), target);
	}

	protected internal(span: Span, message: string): never {
		const place = this.diagnostics.sources.place(span.pos);
		throw new Error(`internal compiler error at ${place.file}:${place.line}: ${message}`);
	}

	/** A temporary, until the end of the region it is taken in. */
	protected temp(type: Type): Operand {
		const slot = this.frame.take(type);
		this.temps.push({ slot });
		return { ...fp(slot.offset), temp: true };
	}

	protected wordTemp(): Operand {
		return this.temp(intType);
	}

	/** A region: temporaries taken inside are freed at its end. */
	protected region<T>(action: () => T): T {
		const mark = this.temps.length;
		const result = action();
		this.releaseTo(mark);
		return result;
	}

	protected mark(): number {
		return this.temps.length;
	}

	protected releaseTo(mark: number): void {
		for (const { slot } of this.temps.splice(mark).reverse()) {
			this.clearSlot(slot);
			this.frame.give(slot);
		}
	}

	/** Whether temporaries taken since hold pointers. */
	protected needsClearing(mark: number): boolean {
		return this.temps.slice(mark).some(({ slot }) => slot.pointers.length > 0);
	}

	/** Clears the pointers of the temporaries taken since, without giving them back. */
	protected clearSince(mark: number): void {
		for (const { slot } of this.temps.slice(mark)) this.clearSlot(slot);
	}

	protected clearSlot(slot: Slot): void {
		for (const p of slot.pointers) this.emit("movp", this.nil(), NONE, fp(p));
	}

	protected nil(): Operand {
		return mp(this.data.nil());
	}

	protected openScope(): GenScope {
		const scope = { slots: [] };
		this.scopes.push(scope);
		return scope;
	}

	protected closeScope(clear: boolean): void {
		const scope = this.scopes.pop() as GenScope;
		for (const slot of scope.slots) {
			if (clear) this.clearSlot(slot);
			this.frame.give(slot);
		}
	}

	/** Gives a local its place. */
	protected addLocal(decl: Decl): Operand {
		const slot = this.frame.take(decl.type);
		(this.scopes.at(-1) as GenScope).slots.push(slot);
		const home = fp(slot.offset);
		this.homes.set(decl, home);
		this.locals.push({ decl, offset: slot.offset });
		return home;
	}

	protected homeOf(decl: Decl, span: Span): Operand {
		const home = this.homes.get(decl);
		if (home !== undefined) return home;
		return this.internal(span, `${decl.name} has no place`);
	}

	/** An operand to read a constant from. */
	protected constant(type: Type, value: Constant): Operand {
		switch (value.kind) {
			case "nil":
				return this.nil();
			case "word":
				if (type.kind !== "byte" && value.value >= -MAXIMM && value.value < MAXIMM) return imm(value.value);
				return mp(this.data.constant(storedType(type), value));
			case "tuple":
			case "array": {
				const offset = this.data.allot(type);
				this.data.initialize(offset, type, value);
				return mp(offset);
			}
			default:
				return mp(this.data.constant(storedType(type), value));
		}
	}

	/** Moves a value; a pointer is counted. */
	protected move(type: Type, from: Operand, to: Operand): void {
		if (isAggregate(type) && type.kind !== "exception") {
			this.byShape("movm", type, from, to);
			return;
		}
		if (type.kind === "none" || type.kind === "error") return;
		const letter = isPointer(type) || type.kind === "exception" ? "p" : letters[type.kind];
		this.emit(`mov${letter}`, from, NONE, to);
	}

	/** An operation on an aggregate: the size where it has no pointers, its type where it has. */
	protected byShape(op: string, type: Type, from: Operand, to: Operand): void {
		if (sizeOf(type) === 0 && op === "movm") return;
		if (hasPointers(type)) this.emit(`${op}p`, from, imm(this.data.typeId(type)), to);
		else this.emit(op, from, imm(sizeOf(type)), to);
	}

	/** The number of the import table for a module loaded; `self` if that is this one, all of whose functions are wanted. */
	protected tableOf(module: Type, self = false): number {
		const rep = this.interfaces.of(module).module;
		const known = this.tables.findIndex((t) => t.module === rep && t.self === self);
		return known >= 0 ? known : this.tables.push({ module: rep, self }) - 1;
	}

	/** The variable that holds a link to ourselves. */
	protected selfVariable(): Operand {
		this.selfHome ??= this.data.nilPointer();
		return mp(this.selfHome);
	}

	/** Type of what a reference to a function points at. */
	protected fnRefType(): number {
		return this.data.typeId(fnRefTuple);
	}

	protected letter(type: Type, e: Expr): string {
		const letter = letters[type.kind];
		return letter ?? this.internal(e, `no operation on ${type.kind}`);
	}
}
