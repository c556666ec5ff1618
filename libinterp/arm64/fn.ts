import { Bits } from "../bits.ts";
import type { Block, Flow } from "../cfg.ts";
import { A_DATA, A_LEN } from "../layout.ts";
import type { Inst, Place } from "../operand.ts";
import { isRuntime, type Slots } from "../slots.ts";
import { type Jump, type Label, opposite } from "./asm.ts";
import type { Assignment } from "./assign.ts";
import { Operands, type Unit } from "./operands.ts";
import { emitInst } from "./ops.ts";
import { COUNT, KNOWN, PUNT, T0, TICK, X0 } from "./registers.ts";

/*
 * One function of Dis as native code, from one of its instructions on. It runs in the frame x27 points to, and goes from function to function by jumps: calls
 * and returns link frames in memory as the interpreter does, so there is no other stack, and native code can be left and entered anywhere.
 *
 * Slots are registers (slots.ts). Where native code may go on from memory alone (where the function starts, after calls and after what may
 * have been carried out elsewhere, where loops begin) there is an entry, which loads the slots that matter. What leaves early jumps to code at the end
 * that writes back the slots that may differ from memory there.
 */

/** The bit that the count of the time slice has when it is below 0: looking at it changes no flags, which qemu would have to work out. */
const SIGN = 31;

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

export class FunctionCode extends Operands {
	readonly frameType: number;
	/** Where native code can go on, by instruction. */
	readonly entries = new Map<number, Label>();
	/** The same where it is named before it is there. */
	readonly #expected = new Map<number, Label>();
	readonly marks: Mark[] = [];
	readonly #flow: Flow;
	readonly #bodies: readonly Label[];
	readonly #entered: ReadonlySet<number>;
	/** What is written behind the function: entries, and ways to leave. */
	readonly #later: (() => void)[] = [];
	readonly #leaves = new Map<string, Label>();
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
		super(unit, slots, registers);
		this.#start = start;
		this.#arrays = arrays;
		this.#heads = new Map(arrays.map((a) => [a.head, unit.c.label()]));
		this.#flow = slots.flow;
		this.frameType = frameType;
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
		this.recent = { off: -1, register: 0, pc: -1 };
		this.knownFor = -1;
		const apart = !this.#falls;
		if (!this.#falls || b.loop || b.entries > 1 || this.unit.handlers.has(b.pc)) {
			this.nonNil = new Set();
			this.known = -1;
		}
		if (this.#entered.has(k) && !this.entries.has(b.pc)) {
			const known = this.slots.liveIn[k]?.has(this.known) ? this.known : -1;
			this.known = known;
			const entry = { label: this.entryAt(b.pc), block: k, known };
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
			this.pc = pc;
			this.#mark(pc);
			emitInst(this, this.slots.inst(pc));
		}
		const { flow } = this.slots.inst(b.end - 1).row;
		if (this.#falls && (flow === "next" || flow === "spawn")) this.jump(b.next[0] as number);
	}

	/** Where native code can go on at an instruction, which there is an entry to. */
	entryAt(pc: number): Label {
		const label = this.#expected.get(pc) ?? this.c.label();
		this.#expected.set(pc, label);
		return label;
	}

	/** Where calls of the function in itself return to. */
	ownReturns(): readonly number[] {
		const { blocks } = this.#flow;
		const start = (blocks[0] as Block).pc;
		const calls = blocks
			.map((b) => this.slots.inst(b.end - 1))
			.filter((i) => i.row.name === "call" && i.d.off === start);
		return [...new Set(calls.map((i) => i.pc + 1))];
	}

	/** From memory alone: a function that starts counts; then the slots that matter are loaded. */
	#enter({ label, block, known }: Entry, far: boolean): void {
		const { c } = this;
		c.here(label);
		if (block === 0) {
			if (this.#start !== undefined) c.here(this.#start);
			c.op("subwi", COUNT, COUNT, 1);
			const tick = this.#site(TICK, this.#flow.blocks[0]?.pc as number, new Bits(this.slots.slots.length));
			c.to("tbnz", tick, COUNT, SIGN);
		}
		this.slots.liveIn[block]?.each((s) => this.load(s));
		if (known >= 0) c.address(KNOWN, this.registers[known] as number);
		const arrays = this.#arrays.filter((a) => a.within.has(block));
		for (const a of arrays) this.#loadArray(a);
		if (far || arrays.length > 0) c.to("b", this.#bodies[block] as Label);
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
			this.c.op("subwi", COUNT, COUNT, 1);
			this.c.to("tbz", this.#bodies[to] as Label, COUNT, SIGN);
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
		const r = this.registers[slot] as number;
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
		const pc = this.pc;
		this.#later.push(() => {
			this.c.here(label);
			this.dirty = dirty;
			this.pc = pc;
			write();
		});
		return label;
	}

	// Leaving.

	/** Where to jump to leave for a reason, to go on at `pc`. */
	override leaving(reason: number, pc = this.pc): Label {
		return this.#site(reason, pc, this.dirty);
	}

	/** Leaves, and nothing follows. */
	leave(reason: number, pc = this.pc): void {
		this.store(this.dirty);
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
				this.store(set);
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
}

/** Whether a thread may go on after an instruction from memory alone. */
export function goesOnElsewhere(i: Pick<Inst, "row">): boolean {
	return isRuntime(i) || i.row.name === "call" || i.row.name === "frame";
}
