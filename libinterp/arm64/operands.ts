import { Bits } from "../bits.ts";
import { FAULT_NIL } from "../fault.ts";
import { IMM_M, R_PC } from "../layout.ts";
import type { Place } from "../operand.ts";
import type { Slots } from "../slots.ts";
import type { Label } from "./asm.ts";
import type { Code, Ref } from "./code.ts";
import { ARENA, FP, FRAME, KNOWN, MP, T0, T1, X0, X1, ZERO } from "./registers.ts";
import type { Routine } from "./routines.ts";
import type { Stubs } from "./stubs.ts";

/** What a function's code needs of the module it is in. */
export interface Unit {
	readonly c: Code;
	readonly stubs: Stubs;
	/** A stub or a routine, by where it is. */
	outside(place: number): Label;
	/** Where the function that starts at `pc` begins, if it is compiled along. */
	own(pc: number): Label | undefined;
	/** Address of type `k`. */
	type(k: number): number;
	/** A word of the arena as it is now. */
	word(at: number): number;
	/** Address of the module data as it was before any instance changed it. */
	readonly data: number;
	/** The targets of the table jump at `pc`. */
	targets(pc: number): readonly number[];
	/** Whether somebody wants to see what each instruction became. */
	readonly listed: boolean;
	/** Where exceptions lead. */
	readonly handlers: ReadonlySet<number>;
}

/** The operands of a function's instructions: where they are, and what is known of them at the instruction that is being compiled. */
export abstract class Operands {
	readonly unit: Unit;
	readonly c: Code;
	readonly slots: Slots;
	/** Of each slot. */
	protected readonly registers: readonly number[];
	/** What holds at the instruction being compiled: slots that differ from memory, slots that are known not to be nil. */
	dirty: Bits;
	nonNil = new Set<number>();
	/** The slot whose pointer KNOWN has as an address, if any. */
	protected known = -1;
	/** The instruction that last used it. */
	protected knownFor = -1;
	/** What the instruction at `pc` has left in a register, and in memory. */
	protected recent = { off: -1, register: 0, pc: -1 };
	protected pc = 0;

	constructor(unit: Unit, slots: Slots, registers: readonly number[]) {
		this.unit = unit;
		this.c = unit.c;
		this.slots = slots;
		this.registers = registers;
		this.dirty = new Bits(slots.slots.length);
	}

	/** Where to jump to leave for a reason, to go on at `pc`. */
	abstract leaving(reason: number, pc?: number): Label;

	// Slots and memory.

	protected load(s: number): void {
		const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
		const r = this.registers[s] as number;
		this.c.load(kind, r, { base: FP, off });
		if (kind === "r") this.c.op("double", r, r);
	}

	/** Writes slots back. */
	protected store(set: Bits): void {
		set.each((s) => {
			const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
			this.storeValue(kind, this.registers[s] as number, { base: FP, off });
		});
	}

	/** Stores a value: a real of 32 bits is held as one of 64. May use d7. */
	storeValue(type: string, register: number, to: Ref): void {
		if (type !== "r") {
			this.c.store(type, register, to);
			return;
		}
		this.c.op("single", 7, register);
		this.c.store("r", 7, to);
	}

	/** Makes memory right, for the runtime to look at. */
	sync(): void {
		this.store(this.dirty);
		this.dirty.clear();
	}

	/** As `sync`, for a routine that may give up the instruction. May use X1. */
	syncAt(): void {
		this.sync();
		this.c.word(X1, this.pc);
		this.c.store("w", X1, { base: ARENA, off: R_PC });
	}

	/** After a routine: the slots that may have changed. */
	reload(): void {
		for (const s of this.slots.reloads.get(this.pc) ?? []) {
			this.load(s);
			this.nonNil.delete(s);
		}
	}

	/** Calls a routine. */
	call(name: Routine): void {
		this.known = -1;
		this.c.to("bl", this.unit.outside(this.unit.stubs.routine[name]));
	}

	// Operands.

	slotOf(p: Place): number | undefined {
		return p.where === "fp" && p.type !== "z" ? this.slots.at(p.off) : undefined;
	}

	/** The register of the slot that an operand is. */
	registerOf(p: Place): number | undefined {
		const slot = this.slotOf(p);
		return slot === undefined ? undefined : this.registers[slot];
	}

	/** The place of an operand in memory. Register `t` may be used for its address. */
	ref(p: Place, t: number): Ref {
		if (p.where === "fp") return { base: FP, off: p.off };
		if (p.where === "mp") return { base: MP, off: p.off };
		const word = this.#pointer(p, t);
		const slot = p.where === "(fp)" ? this.slots.at(p.off) : undefined;
		if (slot === undefined || p.off2 === 0) return this.at(word, p.off2, t);
		if (this.known !== slot) {
			// Another operand of the instruction may be using it.
			if (this.knownFor === this.pc) return this.at(word, p.off2, t);
			this.c.address(KNOWN, word);
			this.known = slot;
		}
		this.knownFor = this.pc;
		return { base: KNOWN, off: p.off2 };
	}

	/** The pointer of a double indirect operand, in register `t` or in its own; leaves where it is nil. */
	#pointer(p: Place, t: number): number {
		const slot = p.where === "(fp)" ? this.slots.at(p.off) : undefined;
		if (p.where === "(fp)" && p.off === this.recent.off && this.pc === this.recent.pc + 1) return this.recent.register;
		let word = t;
		if (slot !== undefined) word = this.registers[slot] as number;
		else this.c.load("w", t, { base: p.where === "(fp)" ? FP : MP, off: p.off });
		if (slot === undefined || !this.nonNil.has(slot)) this.c.ifNil(word, this.leaving(FAULT_NIL));
		if (slot !== undefined) this.nonNil.add(slot);
		return word;
	}

	/** Leaves with a fault where an operand lies behind nil, before anything else can go wrong. May use X0. */
	checkBase(p: Place): void {
		if (p.where === "(fp)" || p.where === "(mp)") this.#pointer(p, X0);
	}

	/** An operand's value, in register `t` or in that of its slot; of integers, or of reals (f and r). A real may use X0. */
	value(p: Place, t: number): number {
		const own = this.registerOf(p);
		if (own !== undefined) return own;
		const { c } = this;
		if (p.where === "imm" || p.where === "none") this.#immediate(p, t);
		else if (p.type === "f" || p.type === "r") {
			c.load(p.type, t, this.ref(p, X0));
			if (p.type === "r") c.op("double", t, t);
		} else c.load(p.type, t, this.ref(p, t));
		return t;
	}

	/** As `value`, but the register may be the zero register. */
	source(p: Place, t: number): number {
		return p.where === "imm" && p.off === 0 && p.type !== "f" && p.type !== "r" ? ZERO : this.value(p, t);
	}

	/** Puts an operand's value into register `t`, a word. */
	valueTo(p: Place, t: number): void {
		const r = this.value(p, t);
		if (r !== t) this.c.op(p.type === "l" ? "movx" : "movw", t, r);
	}

	#immediate(p: Place, t: number): void {
		const { c } = this;
		switch (p.type) {
			case "l":
				c.big(t, BigInt(p.off));
				return;
			case "f":
			case "r":
				if (p.off === 0) c.op("fmovx", t, ZERO);
				else c.literal(t, BigInt(p.off), "d");
				return;
			default:
				c.word(t, p.type === "b" ? p.off & 0xff : p.where === "none" ? 0 : p.off);
		}
	}

	/** Puts an operand's address, as a word, into register `t`. May use X1. */
	addressTo(p: Place, t: number): void {
		const { c } = this;
		if (p.where === "imm") {
			if (p.off2 !== 0) {
				c.word(t, p.off2);
				return;
			}
			c.word(t, p.off);
			c.store("w", t, { base: ARENA, off: IMM_M });
			c.word(t, IMM_M);
			return;
		}
		if (p.where === "fp") {
			c.plus(t, FRAME, p.off);
			return;
		}
		if (p.where === "mp") c.op("subx", t, MP, ARENA);
		else {
			c.plus(t, this.#pointer(p, t), p.off2);
			return;
		}
		c.plus(t, t, p.off);
	}

	/** The place at an offset from the pointer in a register; register `t` may be used for the address. */
	at(word: number, off: number, t: number): Ref {
		if (off === 0) return { word };
		this.c.address(t, word);
		return { base: t, off };
	}

	/** The bits of a real, in T0. */
	bits(p: Place): number {
		const own = this.registerOf(p);
		if (own !== undefined) this.c.op("xfmov", T0, own);
		else if (p.where === "imm") this.c.big(T0, BigInt(p.off));
		else this.c.load("l", T0, this.ref(p, T0));
		return T0;
	}

	/** The instruction puts a pointer, which is not nil, into an operand: it is still in a register for the moment when the next one begins. */
	pointerIn(p: Place, register: number): void {
		const slot = this.slotOf(p);
		if (slot !== undefined) this.nonNil.add(slot);
		else if (p.where === "fp") this.recent = { off: p.off, register, pc: this.pc };
	}

	/** The pointer that has just been put into an operand is in KNOWN, as an address. */
	know(p: Place): void {
		this.known = this.slotOf(p) ?? -1;
	}

	/** The address that the pointer in a register, an operand's, stands for: in KNOWN or in register `t`. */
	knownAt(p: Place, word: number, t: number): number {
		if (this.slotOf(p) === this.known) return KNOWN;
		this.c.address(t, word);
		return t;
	}

	/** Notes that a slot has a new value, in its register. */
	changed(slot: number): void {
		this.nonNil.delete(slot);
		if (this.known === slot) this.known = -1;
		if (this.slots.writtenBack(slot)) this.dirty.add(slot);
	}

	/** Stores what `value` puts into a register, preferably the one it is given, in an operand that is no counted pointer. */
	set(p: Place, t: number, address: number, value: (to: number) => number): void {
		const { c } = this;
		const slot = this.slotOf(p);
		if (slot === undefined) {
			const to = this.ref(p, address);
			this.storeValue(p.type, value(t), to);
			return;
		}
		const own = this.registers[slot] as number;
		const r = value(own);
		switch (p.type) {
			case "b":
				c.op("uxtb", own, r);
				break;
			case "h":
				c.op("sxth", own, r);
				break;
			case "r":
				c.op("single", own, r);
				c.op("double", own, own);
				break;
			case "f":
				if (r !== own) c.op("fmov", own, r);
				break;
			default:
				if (r !== own) c.op(p.type === "l" ? "movx" : "movw", own, r);
		}
		this.changed(slot);
	}

	// Counted pointers.

	/**
	 * Stores the counted pointer in a register other than T0, whose count it takes over unless it is to be `shared`, and lets go what was there. Changes
	 * all registers for the moment.
	 */
	storeCounted(p: Place, value: number, address: number, shared = false): void {
		const { c } = this;
		const slot = this.slotOf(p);
		const to = this.ref(p, address);
		if (slot === undefined) c.load("w", T0, to);
		else c.op("movw", T0, this.registers[slot] as number);
		c.store("w", value, to);
		if (slot !== undefined) {
			c.op("movw", this.registers[slot] as number, value);
			this.nonNil.delete(slot);
		}
		if (shared && value !== T1) c.op("movw", T1, value);
		this.call(shared ? "assign" : "letgo");
	}
}
