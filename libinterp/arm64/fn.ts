import { Bits } from "../bits.ts";
import type { Block, Flow } from "../cfg.ts";
import { FAULT_NIL } from "../fault.ts";
import { A_DATA, A_LEN, IMM_M, R_PC } from "../layout.ts";
import type { Inst, Place } from "../operand.ts";
import { isRuntime, type Slots } from "../slots.ts";
import { type Jump, type Label, opposite } from "./asm.ts";
import type { Assignment } from "./assign.ts";
import { type Code, GT, LE, type Ref } from "./code.ts";
import { emitInst } from "./ops.ts";
import { ARENA, COUNT, FP, FRAME, KNOWN, MP, PUNT, T0, T1, TICK, X0, X1, ZERO } from "./registers.ts";
import type { Routine } from "./routines.ts";
import type { Stubs } from "./stubs.ts";

/*
 * One function of Dis as native code, from one of its instructions on. It runs in the frame x27 points to, and goes from function to function by jumps: calls
 * and returns link frames in memory as the interpreter does, so there is no other stack, and native code can be left and entered anywhere.
 *
 * Slots are registers (slots.ts). Where native code may go on from memory alone (where the function starts, after calls and after what may
 * have been carried out elsewhere, where loops begin) there is an entry, which loads the slots that matter. What leaves early jumps to code at the end
 * that writes back the slots that may differ from memory there.
 */

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

/** Where the code of an instruction begins; -1 is what belongs to none. */
export interface Mark {
	readonly pc: number;
	readonly at: Label;
}

/** What is done at an entry: slots loaded. */
interface Entry {
	readonly label: Label;
	readonly block: number;
	/** The slot whose pointer is to be in KNOWN, or -1. */
	readonly known: number;
}

/** An array in a slot, whose length and data loops keep in registers: the blocks where they hold. A nil one has length 0, as indexing it is out of bounds. */
export interface Kept {
	readonly slot: number;
	readonly head: number;
	readonly within: ReadonlySet<number>;
	readonly length: number;
	readonly data: number;
}

export class FunctionCode {
	readonly unit: Unit;
	readonly c: Code;
	readonly slots: Slots;
	readonly frameType: number;
	/** Where native code can go on, by instruction. */
	readonly entries = new Map<number, Label>();
	readonly marks: Mark[] = [];
	readonly #flow: Flow;
	readonly #registers: readonly number[];
	readonly #bodies: readonly Label[];
	readonly #entered: ReadonlySet<number>;
	/** What is written behind the function: entries, and ways to leave. */
	readonly #later: (() => void)[] = [];
	readonly #leaves = new Map<string, Label>();
	/** What holds at the instruction being compiled: slots that differ from memory, slots that are known not to be nil. */
	dirty: Bits;
	nonNil = new Set<number>();
	/** The slot whose pointer KNOWN has as an address, if any. */
	#known = -1;
	/** The instruction that last used it. */
	#knownFor = -1;
	/** What the instruction at `pc` has left in a register, and in memory. */
	#recent = { off: -1, register: 0, pc: -1 };
	#pc = 0;
	#block = 0;
	/** Whether the code so far goes on with what is written next. */
	#falls = false;
	#return: Label | undefined;

	readonly #start: Label | undefined;
	readonly #arrays: readonly Kept[];
	/** Where jumps from outside lead that go to loops which keep arrays. */
	readonly #heads: ReadonlyMap<number, Label>;

	/** `start`: what calls of the function jump to. */
	constructor(
		unit: Unit,
		slots: Slots,
		{ registers, arrays }: Assignment,
		frameType: number,
		start: Label | undefined,
	) {
		this.#start = start;
		this.#arrays = arrays;
		this.#heads = new Map(arrays.map((a) => [a.head, unit.c.label()]));
		this.unit = unit;
		this.c = unit.c;
		this.slots = slots;
		this.#flow = slots.flow;
		this.#registers = registers;
		this.frameType = frameType;
		this.dirty = new Bits(slots.slots.length);
		this.#bodies = this.#flow.blocks.map(() => this.c.label());
		this.#entered = this.#entries();
	}

	/** The blocks that there is an entry to. */
	#entries(): Set<number> {
		const entered = new Set([0]);
		this.#flow.blocks.forEach((b, k) => {
			if (b.loop) entered.add(k);
			if (goesOnElsewhere(this.slots.inst(b.end - 1))) for (const n of b.next) entered.add(n);
		});
		return entered;
	}

	/** Writes the function. */
	compile(): void {
		this.#flow.blocks.forEach((_, k) => {
			this.#writeBlock(k);
		});
		for (let write = this.#later.shift(); write !== undefined; write = this.#later.shift()) {
			this.#mark(-1);
			write();
		}
	}

	#mark(pc: number): void {
		if (this.unit.listed) this.marks.push({ pc, at: this.c.mark() });
	}

	#writeBlock(k: number): void {
		const b = this.#flow.blocks[k] as Block;
		const { c } = this;
		this.#recent = { off: -1, register: 0, pc: -1 };
		this.#knownFor = -1;
		const apart = !this.#falls;
		if (!this.#falls || b.loop || b.entries > 1 || this.unit.handlers.has(b.pc)) {
			this.nonNil = new Set();
			this.#known = -1;
		}
		if (this.#entered.has(k) && !this.entries.has(b.pc)) {
			const known = this.slots.liveIn[k]?.has(this.#known) ? this.#known : -1;
			this.#known = known;
			const entry = { label: c.label(), block: k, known };
			this.entries.set(b.pc, entry.label);
			this.#mark(-1);
			if (apart) this.#enter(entry, false);
			else this.#later.push(() => this.#enter(entry, true));
		}
		const hoisted = this.#hoist(k);
		if (hoisted.length > 0) {
			// From outside the loop.
			c.here(this.#heads.get(k) as Label);
			for (const a of hoisted) this.#loadArray(a);
		}
		c.here(this.#bodies[k] as Label);
		this.#falls = true;
		this.#block = k;
		this.dirty = (this.slots.dirtyIn[k] as Bits).clone();
		for (let pc = b.pc; pc < b.end; pc++) {
			this.#pc = pc;
			this.#mark(pc);
			emitInst(this, this.slots.inst(pc));
		}
		const { flow } = this.slots.inst(b.end - 1).row;
		if (this.#falls && (flow === "next" || flow === "spawn")) this.jump(b.next[0] as number);
	}

	/** From memory alone: a function that starts counts; then the slots that matter are loaded. */
	#enter({ label, block, known }: Entry, far: boolean): void {
		const { c } = this;
		c.here(label);
		if (block === 0) {
			if (this.#start !== undefined) c.here(this.#start);
			c.op("subswi", COUNT, COUNT, 1);
			c.to("bcond", this.#site(TICK, this.#flow.blocks[0]?.pc as number, new Bits(this.slots.slots.length)), LE);
		}
		this.slots.liveIn[block]?.each((s) => this.#load(s));
		if (known >= 0) c.address(KNOWN, this.#registers[known] as number);
		const arrays = this.#arrays.filter((a) => a.within.has(block));
		for (const a of arrays) this.#loadArray(a);
		if (far || arrays.length > 0) c.to("b", this.#bodies[block] as Label);
	}

	#load(s: number): void {
		const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
		const r = this.#registers[s] as number;
		this.c.load(kind, r, { base: FP, off });
		if (kind === "r") this.c.op("double", r, r);
	}

	/** Writes slots back. */
	#store(set: Bits): void {
		set.each((s) => {
			const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
			this.storeValue(kind, this.#registers[s] as number, { base: FP, off });
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

	// Control.

	/** The block that this one goes to when it goes to `pc`. */
	target(pc: number): number {
		const { blocks } = this.#flow;
		return (blocks[this.#block] as Block).next.find((n) => (blocks[n] as Block).pc === pc) as number;
	}

	/** Goes from the end of the block to another. Nothing follows but, unless `last`, more of the block. */
	jump(to: number, last = true): void {
		this.#falls = false;
		if (to <= this.#block) {
			this.c.op("subswi", COUNT, COUNT, 1);
			this.c.to("bcond", this.#bodies[to] as Label, GT);
			this.c.to("b", this.#tick(to));
		} else if (to === this.#block + 1 && last) this.#falls = true;
		else this.c.to("b", this.#head(to));
	}

	/** Where a jump forward to a block leads. */
	#head(to: number): Label {
		return this.#heads.get(to) ?? (this.#bodies[to] as Label);
	}

	/** The arrays that the loop at block k keeps. */
	#hoist(k: number): readonly Kept[] {
		return this.#arrays.filter((a) => a.head === k);
	}

	#loadArray({ slot, length, data }: Kept): void {
		const { c } = this;
		const nil = c.label();
		const r = this.#registers[slot] as number;
		c.op("addwi", length, r, 1);
		c.to("cbzw", nil, length);
		c.address(X0, r);
		c.load("w", length, { base: X0, off: A_LEN });
		c.load("w", data, { base: X0, off: A_DATA });
		c.here(nil);
	}

	/** Length and data of the array that an operand is, where a loop around keeps them. */
	keptArray(p: Place): Kept | undefined {
		const slot = this.slotOf(p);
		return this.#arrays.find((a) => a.slot === slot && a.within.has(this.#block));
	}

	/** Where the time slice may be over, at a jump back. */
	#tick(to: number): Label {
		return this.#site(TICK, (this.#flow.blocks[to] as Block).pc, this.slots.dirtyIn[to] as Bits);
	}

	/** Goes to one block or, where `when` is not taken, to another. */
	branch([form, ...operands]: Jump, yes: number, no: number): void {
		if (yes > this.#block) {
			this.c.to(form, this.#head(yes), ...operands);
			this.jump(no);
		} else if (no > this.#block) {
			const [inverse, ...same] = opposite([form, ...operands]);
			this.c.to(inverse, this.#head(no), ...same);
			this.jump(yes);
		} else {
			const over = this.c.label();
			const [inverse, ...same] = opposite([form, ...operands]);
			this.c.to(inverse, over, ...same);
			this.jump(yes);
			this.c.here(over);
			this.jump(no);
		}
	}

	/** Nothing goes on with what is written next. */
	ends(): void {
		this.#falls = false;
	}

	/** Code for later, behind the function, that may come back; what holds there is what holds now. */
	later(write: () => void): Label {
		const label = this.c.label();
		const dirty = this.dirty.clone();
		const pc = this.#pc;
		this.#later.push(() => {
			this.c.here(label);
			this.dirty = dirty;
			this.#pc = pc;
			write();
		});
		return label;
	}

	// Leaving.

	/** Where to jump to leave for a reason, to go on at `pc`. */
	leaving(reason: number, pc = this.#pc): Label {
		return this.#site(reason, pc, this.dirty);
	}

	/** Leaves, and nothing follows. */
	leave(reason: number, pc = this.#pc): void {
		this.#store(this.dirty);
		this.c.word(T0, pc);
		this.c.to("b", this.#stub(reason));
		this.#falls = false;
	}

	/** Has the instruction carried out elsewhere; native code goes on after it by an entry. */
	punt(): void {
		this.leave(PUNT);
	}

	#stub(reason: number): Label {
		return this.unit.outside(this.unit.stubs.leave[reason] as number);
	}

	#site(reason: number, pc: number, dirty: Bits): Label {
		const { key } = dirty;
		return this.#once(`${reason} ${pc} ${key}`, () => {
			const set = dirty.clone();
			const out = this.#once(`${reason} ${key}`, () => () => {
				this.#store(set);
				this.c.to("b", this.#stub(reason));
			});
			return () => {
				this.c.word(T0, pc);
				this.c.to("b", out);
			};
		});
	}

	/** Code behind the function that is written once for each key. */
	#once(key: string, make: () => () => void): Label {
		let label = this.#leaves.get(key);
		if (label === undefined) {
			label = this.c.label();
			this.#leaves.set(key, label);
			const write = make();
			const at = label;
			this.#later.push(() => {
				this.c.here(at);
				write();
			});
		}
		return label;
	}

	/** All returns of the function are one. Nothing follows. */
	return(write: () => void): void {
		if (this.#return !== undefined) this.c.to("b", this.#return);
		else {
			this.#return = this.c.mark();
			write();
		}
		this.#falls = false;
	}

	/** Makes memory right, for the runtime to look at. */
	sync(): void {
		this.#store(this.dirty);
		this.dirty.clear();
	}

	/** As `sync`, for a routine that may give up the instruction. May use X1. */
	syncAt(): void {
		this.sync();
		this.c.word(X1, this.#pc);
		this.c.store("w", X1, { base: ARENA, off: R_PC });
	}

	/** After a routine: the slots that may have changed. */
	reload(): void {
		for (const s of this.slots.reloads.get(this.#pc) ?? []) {
			this.#load(s);
			this.nonNil.delete(s);
		}
	}

	/** Calls a routine. */
	call(name: Routine): void {
		this.#known = -1;
		this.c.to("bl", this.unit.outside(this.unit.stubs.routine[name]));
	}

	// Operands.

	slotOf(p: Place): number | undefined {
		return p.where === "fp" && p.type !== "z" ? this.slots.at(p.off) : undefined;
	}

	/** The register of the slot that an operand is. */
	registerOf(p: Place): number | undefined {
		const slot = this.slotOf(p);
		return slot === undefined ? undefined : this.#registers[slot];
	}

	/** The place of an operand in memory. Register `t` may be used for its address. */
	ref(p: Place, t: number): Ref {
		if (p.where === "fp") return { base: FP, off: p.off };
		if (p.where === "mp") return { base: MP, off: p.off };
		const word = this.#pointer(p, t);
		const slot = p.where === "(fp)" ? this.slots.at(p.off) : undefined;
		if (slot === undefined || p.off2 === 0) return this.at(word, p.off2, t);
		if (this.#known !== slot) {
			// Another operand of the instruction may be using it.
			if (this.#knownFor === this.#pc) return this.at(word, p.off2, t);
			this.c.address(KNOWN, word);
			this.#known = slot;
		}
		this.#knownFor = this.#pc;
		return { base: KNOWN, off: p.off2 };
	}

	/** The pointer of a double indirect operand, in register `t` or in its own; leaves where it is nil. */
	#pointer(p: Place, t: number): number {
		const slot = p.where === "(fp)" ? this.slots.at(p.off) : undefined;
		if (p.where === "(fp)" && p.off === this.#recent.off && this.#pc === this.#recent.pc + 1)
			return this.#recent.register;
		let word = t;
		if (slot !== undefined) word = this.#registers[slot] as number;
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
		else if (p.where === "fp") this.#recent = { off: p.off, register, pc: this.#pc };
	}

	/** The pointer that has just been put into an operand is in KNOWN, as an address. */
	know(p: Place): void {
		this.#known = this.slotOf(p) ?? -1;
	}

	/** The address that the pointer in a register, an operand's, stands for: in KNOWN or in register `t`. */
	knownAt(p: Place, word: number, t: number): number {
		if (this.slotOf(p) === this.#known) return KNOWN;
		this.c.address(t, word);
		return t;
	}

	/** Notes that a slot has a new value, in its register. */
	changed(slot: number): void {
		this.nonNil.delete(slot);
		if (this.#known === slot) this.#known = -1;
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
		const own = this.#registers[slot] as number;
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
		else c.op("movw", T0, this.#registers[slot] as number);
		c.store("w", value, to);
		if (slot !== undefined) {
			c.op("movw", this.#registers[slot] as number, value);
			this.nonNil.delete(slot);
		}
		if (shared && value !== T1) c.op("movw", T1, value);
		this.call(shared ? "assign" : "letgo");
	}
}

/** Whether a thread may go on after an instruction from memory alone. */
export function goesOnElsewhere(i: Pick<Inst, "row">): boolean {
	return isRuntime(i) || i.row.name === "call" || i.row.name === "frame";
}
