import { Bits } from "./bits.ts";
import type { Block, Flow } from "./cfg.ts";
import { FAULT_NIL } from "./fault.ts";
import { A_DATA, A_LEN, B_REF, IMM_M, R_IC, R_MP, R_PC, R_STOP, STOP_AGAIN, STOP_SLICE } from "./layout.ts";
import type { Inst, Place } from "./operand.ts";
import type { Slots } from "./slots.ts";
import { type AccessName, Body, F64, I32, I64, type ValueType, Wasm, type WasmModule } from "./wasm.ts";
import { emitReturn } from "./wasmcall.ts";
import type { Mark } from "./wasmlist.ts";
import { emitInst } from "./wasmops.ts";

/*
 * One function of Dis as one of WebAssembly, from one of its instructions on: (fp) -> status.
 *
 * Status 0: it has returned to its caller, whose frame R_FP is. Any other: the thread stops, or goes on elsewhere; the
 * registers and frames in the arena are complete, and whoever called passes the status on. So the stack of the host may be
 * dropped at any time.
 *
 * Slots are locals (slots.ts). Control is structured after the dominator tree (Ramsey, "Beyond Relooper", 2022). What leaves
 * early jumps out of everything to code at the end that writes back the slots that may differ from memory there: one place for
 * each set of them.
 */

/** A status takes five bits where it is kept with a pc. */
const STATUS_BITS = 5;

/** The address of type `n`, the place in the table of the function at pc `n`, or the address `n` bytes into the immediates. */
export type ConstantKind = "type" | "place" | "immediate";

/** What a function's code needs of the module it is in. */
export interface Unit {
	readonly wasm: WasmModule;
	/** Calls the function that starts at `pc`, whose frame is on the stack; leaves its status there. */
	call(c: Body, pc: number): void;
	/** Address of type `k`. */
	type(k: number): number;
	/** A word of the arena as it is now. */
	word(at: number): number;
	/** Address of the module data as it was before any instance changed it. */
	readonly data: number;
	/** Address of the immediates whose address is taken. */
	readonly immediates: number;
	/** The targets of the table jump at `pc`. */
	targets(pc: number): readonly number[];
	/** Number of the function that lets go a counted pointer that is not nil. */
	readonly release: number;
	/** An operation of the runtime, whose arguments are of these types. */
	runtime(name: string, params: readonly ValueType[], results: readonly ValueType[]): number;
}

const FP = 0;
const RETURN = "return";

/** Compiles what can be reached from the entry of the flow; `frameType` is the number of the frame's type. */
export class FunctionCode {
	readonly unit: Unit;
	readonly slots: Slots;
	readonly frameType: number;
	/** What code is being written to. */
	c = new Body(1024);
	readonly locals: ValueType[] = [];
	readonly #flow: Flow;
	readonly #firstSlot: number;
	readonly #temporaries = new Map<string, number>();
	readonly #mp: number;
	readonly #ic: number;
	readonly #why: number;
	/** The places that leave early, by the slots that they write back. */
	readonly #leaves = new Map<string, number>();
	/** By label at the end: the slots that are written back there, or the code that returns. */
	readonly #leaveSets: (Bits | typeof RETURN)[] = [];
	#usesMp = false;
	readonly #counts: boolean;
	/** Length and data of arrays that loops keep at hand, by slot: locals, and the blocks where they hold. */
	readonly #arrays = new Map<number, { length: number; data: number; within: Set<number> }>();
	readonly #labels: number[] = [];
	/** Labels of loops, and of what is behind them for when the time slice is over, by block. */
	readonly #loops: number[] = [];
	readonly #ticks: number[] = [];
	/** Where the code of each instruction begins, in the order of the code. */
	marks: Mark[] = [];
	/** What holds at the instruction being compiled: slots that differ from memory, slots that are known not to be nil. */
	dirty: Bits;
	nonNil = new Set<number>();
	#pc = 0;

	constructor(unit: Unit, slots: Slots, frameType: number) {
		this.unit = unit;
		this.slots = slots;
		this.#flow = slots.flow;
		this.frameType = frameType;
		this.dirty = new Bits(slots.slots.length);
		this.#mp = this.local(I32);
		this.#ic = this.local(I32);
		this.#why = this.local(I32);
		this.#firstSlot = this.locals.length + 1;
		for (const s of slots.slots) this.locals.push(valueType(s.kind));
		this.#counts = !this.#flow.reducible || this.#flow.blocks.some((b) => b.loop);
	}

	local(type: ValueType): number {
		return this.locals.push(type); // local 0 is fp
	}

	temporary(type: ValueType, n: number): number {
		const key = `${type} ${n}`;
		let t = this.#temporaries.get(key);
		if (t === undefined) {
			t = this.local(type);
			this.#temporaries.set(key, t);
		}
		return t;
	}

	/** The function's code, whole. */
	compile(): Body {
		const inner = this.c;
		// The code at the end is outside all that follows, at labels 0, -1, ... as seen from here.
		inner.depth = 0;
		this.#tree(0);
		inner.op(Wasm.unreachable);
		const out = new Body(inner.length + 256);
		this.#prologue(out);
		const sets = this.#leaveSets;
		for (let k = 0; k < sets.length; k++) out.block();
		const before = out.length;
		this.marks = [...this.marks.map(({ pc, at }) => ({ pc, at: at + before })), { pc: -1, at: before + inner.length }];
		out.splice(inner);
		this.c = out;
		for (const set of sets) {
			out.end();
			if (set === RETURN) emitReturn(this);
			else this.#leave(out, set);
		}
		return out;
	}

	#prologue(out: Body): void {
		if (this.#usesMp) {
			out.i32(0);
			out.access("i32_load", R_MP);
			out.set(this.#mp);
		}
		if (this.#counts || this.calls()) {
			out.i32(0);
			out.i32(0);
			out.access("i32_load", R_IC);
			out.i32(1);
			out.op(Wasm.i32_sub);
			out.tee(this.#ic);
			out.access("i32_store", R_IC);
			out.get(this.#ic);
			out.i32(0);
			out.op(Wasm.i32_le_s);
			out.if();
			this.#storeWord(out, R_PC, this.#flow.blocks[0]?.pc as number);
			out.call(this.unit.runtime("tick", [], [I32]));
			out.if();
			out.i32(STOP_SLICE);
			out.return();
			out.end();
			if (this.#counts) this.#loadCount(out);
			out.end();
		}
		this.slots.liveIn[0]?.each((s) => this.#loadSlot(out, s));
	}

	/** Whether the function makes calls; one that makes none and has no loop need not count. */
	calls(): boolean {
		for (const b of this.#flow.blocks)
			for (let pc = b.pc; pc < b.end; pc++) {
				const name = this.slots.inst(pc).row.name;
				if (name === "call" || name === "mcall") return true;
			}
		return false;
	}

	#storeWord(out: Body, at: number, value: number): void {
		out.i32(0);
		out.i32(value);
		out.access("i32_store", at);
	}

	/** Writes back, and returns with the status in `why`, at the pc in it. */
	#leave(out: Body, set: Bits): void {
		this.#store(out, set);
		out.i32(0);
		out.get(this.#why);
		out.i32(STATUS_BITS);
		out.op(Wasm.i32_shr_u);
		out.access("i32_store", R_PC);
		this.#storeCount(out);
		out.get(this.#why);
		out.i32((1 << STATUS_BITS) - 1);
		out.op(Wasm.i32_and);
		out.return();
	}

	#storeCount(out: Body): void {
		if (!this.#counts) return;
		out.i32(0);
		out.get(this.#ic);
		out.access("i32_store", R_IC);
	}

	#store(out: Body, set: Bits): void {
		set.each((s) => {
			const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
			out.get(FP);
			out.get(this.#firstSlot + s);
			if (kind === "r") out.op(Wasm.f32_demote_f64);
			out.access(storing(kind), off);
		});
	}

	#loadSlot(out: Body, s: number): void {
		const { off, kind } = this.slots.slots[s] as { off: number; kind: string };
		out.get(FP);
		out.access(loading(kind), off);
		if (kind === "r") out.op(Wasm.f64_promote_f32);
		out.set(this.#firstSlot + s);
	}

	// Control.

	#tree(k: number): void {
		const b = this.#flow.blocks[k] as Block;
		const joins = b.children.filter((n) => (this.#flow.blocks[n] as Block).entries > 1).sort((x, y) => x - y);
		if (b.loop) {
			for (const s of this.slots.arrays.get(k) ?? []) this.#keep(k, s);
			this.#loop(k, joins);
		} else this.#within(k, joins);
	}

	/** The loop at block k. At the end of the time slice it is left, and begun again if it may go on: V8 unrolls loops that have no calls inside. */
	#loop(k: number, joins: readonly number[]): void {
		const { c } = this;
		const again = c.loop();
		this.#ticks[k] = c.block();
		this.#loops[k] = c.loop();
		this.#within(k, joins);
		c.end();
		c.op(Wasm.unreachable);
		c.end();
		this.dirty = (this.slots.dirtyIn[k] as Bits).clone();
		this.flushCount();
		c.call(this.unit.runtime("tick", [], [I32]));
		this.leaveIf(STOP_SLICE, (this.#flow.blocks[k] as Block).pc);
		this.reloadCount();
		c.br(again);
		c.end();
	}

	/** Loads length and data of the array in slot s, which the loop at block k indexes: a nil one has length 0, as indexing it is out of bounds. */
	#keep(k: number, s: number): void {
		const { c } = this;
		let a = this.#arrays.get(s);
		if (a === undefined) {
			a = { length: this.local(I32), data: this.local(I32), within: new Set() };
			this.#arrays.set(s, a);
		}
		for (const inside of this.#flow.loops.get(k) ?? []) a.within.add(inside);
		c.i32(0);
		c.set(a.length);
		c.get(this.#firstSlot + s);
		c.i32(-1);
		c.op(Wasm.i32_ne);
		c.if();
		c.get(this.#firstSlot + s);
		c.access("i32_load", A_LEN);
		c.set(a.length);
		c.get(this.#firstSlot + s);
		c.access("i32_load", A_DATA);
		c.set(a.data);
		c.end();
	}

	/** The locals with length and data of the array that an operand is, where a loop around block k keeps them. */
	keptArray(p: Place, k: number): { length: number; data: number } | undefined {
		const slot = this.slotOf(p);
		const a = slot === undefined ? undefined : this.#arrays.get(slot);
		return a?.within.has(k) ? a : undefined;
	}

	/** Block k, with labels after it for the joins that it dominates. */
	#within(k: number, joins: readonly number[]): void {
		const last = joins.at(-1);
		if (last === undefined) {
			this.#block(k);
			return;
		}
		this.#labels[last] = this.c.block();
		this.#within(k, joins.slice(0, -1));
		this.c.end();
		this.#tree(last);
	}

	#block(k: number): void {
		const b = this.#flow.blocks[k] as Block;
		this.dirty = (this.slots.dirtyIn[k] as Bits).clone();
		if (b.end === b.pc) {
			this.leave(STOP_AGAIN, b.pc);
			return;
		}
		if (b.loop || b.entries > 1) this.nonNil = new Set();
		for (let pc = b.pc; pc < b.end; pc++) {
			this.#pc = pc;
			this.marks.push({ pc, at: this.c.length });
			emitInst(this, this.slots.inst(pc), k);
		}
		const last = this.slots.inst(b.end - 1).row;
		if (last.flow === "next" || last.flow === "call" || last.flow === "spawn") this.jump(k, b.next[0] as number);
	}

	/** Goes from the end of block `from` to block `to`. Nothing follows. */
	jump(from: number, to: number): void {
		if (to <= from) this.#back(to);
		else if ((this.#flow.blocks[to] as Block).entries > 1) this.c.br(this.#labels[to] as number);
		else this.#tree(to);
	}

	/** As `jump`, if the condition on the stack is not 0. */
	jumpIf(from: number, to: number): void {
		if (to > from && (this.#flow.blocks[to] as Block).entries > 1) {
			this.c.brIf(this.#labels[to] as number);
			return;
		}
		const { dirty, nonNil } = this;
		this.c.if();
		this.dirty = dirty.clone();
		this.nonNil = new Set(nonNil);
		this.jump(from, to);
		this.c.end();
		this.dirty = dirty;
		this.nonNil = nonNil;
	}

	/** The block that block `k` goes to when it goes to `pc`. */
	target(k: number, pc: number): number {
		const { blocks } = this.#flow;
		return (blocks[k] as Block).next.find((n) => (blocks[n] as Block).pc === pc) as number;
	}

	/** A jump back: counted, so that no loop runs on for ever. */
	#back(to: number): void {
		const { c } = this;
		c.get(this.#ic);
		c.i32(1);
		c.op(Wasm.i32_sub);
		c.tee(this.#ic);
		c.i32(0);
		c.op(Wasm.i32_gt_s);
		c.brIf(this.#loops[to] as number);
		c.br(this.#ticks[to] as number);
	}

	// Leaving.

	/** Leaves with a status, to go on at `pc`, if the condition on the stack is not 0. */
	leaveIf(status: number, pc = this.#pc): void {
		this.c.i32((pc << STATUS_BITS) | status);
		this.c.set(this.#why);
		this.c.brIf(this.#leaveLabel());
	}

	leave(status: number, pc = this.#pc): void {
		this.c.i32((pc << STATUS_BITS) | status);
		this.c.set(this.#why);
		this.c.br(this.#leaveLabel());
	}

	#leaveLabel(): number {
		const { key } = this.dirty;
		let k = this.#leaves.get(key);
		if (k === undefined) {
			k = this.#leaveSets.push(this.dirty.clone()) - 1;
			this.#leaves.set(key, k);
		}
		return -k;
	}

	/** Returns to the caller. */
	return(): void {
		let k = this.#leaves.get(RETURN);
		if (k === undefined) {
			k = this.#leaveSets.push(RETURN) - 1;
			this.#leaves.set(RETURN, k);
		}
		this.c.br(-k);
	}

	/** Makes memory right, for the runtime to look at; the slots stay as they are. */
	flush(pc = this.#pc): void {
		this.#store(this.c, this.dirty);
		this.#storeWord(this.c, R_PC, pc);
		this.#storeCount(this.c);
	}

	/** As `flush`, after which no slot differs from memory. */
	sync(): void {
		this.flush();
		this.dirty.clear();
	}

	/** After a call: the count, and the slots that may have changed. */
	reload(): void {
		for (const s of this.slots.reloads.get(this.#pc) ?? []) {
			this.#loadSlot(this.c, s);
			this.nonNil.delete(s);
		}
	}

	/** Returns with the runtime's reason to stop, if it has one, to go on at `pc`. */
	returnIfStopped(pc: number): void {
		const { c } = this;
		const stop = this.temporary(I32, 4);
		c.i32(0);
		c.access("i32_load", R_STOP);
		c.tee(stop);
		c.if();
		this.#storeWord(c, R_PC, pc);
		c.get(stop);
		c.return();
		c.end();
	}

	/** Stores the count, where it is in a register. */
	flushCount(): void {
		this.#storeCount(this.c);
	}

	reloadCount(): void {
		if (this.#counts) this.#loadCount(this.c);
	}

	#loadCount(out: Body): void {
		out.i32(0);
		out.access("i32_load", R_IC);
		out.set(this.#ic);
	}

	// Operands.

	pushFp(): void {
		this.c.get(FP);
	}

	pushMp(): void {
		this.#usesMp = true;
		this.c.get(this.#mp);
	}

	/** Pushes what the address in a double indirect operand points to, checked, and gives the offset to add. */
	pushBase(p: Place): number {
		const { c } = this;
		const slot = p.where === "(fp)" ? this.slots.at(p.off) : undefined;
		if (slot !== undefined) {
			c.get(this.#firstSlot + slot);
			if (!this.nonNil.has(slot)) {
				c.i32(-1);
				c.op(Wasm.i32_eq);
				this.leaveIf(FAULT_NIL);
				this.nonNil.add(slot);
				c.get(this.#firstSlot + slot);
			}
		} else {
			const t = this.temporary(I32, 7);
			if (p.where === "(fp)") this.pushFp();
			else this.pushMp();
			c.access("i32_load", p.off);
			c.tee(t);
			c.i32(-1);
			c.op(Wasm.i32_eq);
			this.leaveIf(FAULT_NIL);
			c.get(t);
		}
		return this.#offset(p.off2);
	}

	/** An offset as an instruction can have it: a negative one is added now. */
	#offset(off: number): number {
		if (off >= 0) return off;
		this.c.i32(off);
		this.c.op(Wasm.i32_add);
		return 0;
	}

	/** Pushes the base of an operand in memory, and gives the offset to add. */
	pushWhere(p: Place): number {
		if (p.where === "(fp)" || p.where === "(mp)") return this.pushBase(p);
		if (p.where === "fp") this.pushFp();
		else this.pushMp();
		return p.off;
	}

	/** Pushes an address, or a place in the table, that code has to be told for each instance of it. */
	constant(kind: ConstantKind, n: number): void {
		this.c.global(this.unit.wasm.global(`${kind} ${n}`));
	}

	/** Pushes an operand's address. */
	pushAddress(p: Place): void {
		if (p.where === "imm" && p.off2 === 0) {
			this.#storeWord(this.c, IMM_M, p.off);
			this.c.i32(IMM_M);
			return;
		}
		if (p.where === "imm") {
			this.constant("immediate", p.off2 - this.unit.immediates);
			return;
		}
		const off = this.pushWhere(p);
		if (off === 0) return;
		this.c.i32(off);
		this.c.op(Wasm.i32_add);
	}

	slotOf(p: Place): number | undefined {
		return p.where === "fp" && p.type !== "z" ? this.slots.at(p.off) : undefined;
	}

	/** Pushes an operand's value. */
	pushValue(p: Place): void {
		if (p.where === "none") this.c.i32(0);
		else if (p.where === "imm") this.#pushImmediate(p);
		else {
			const slot = this.slotOf(p);
			if (slot !== undefined) {
				this.c.get(this.#firstSlot + slot);
				return;
			}
			const off = this.pushWhere(p);
			this.c.access(loading(p.type), off);
			if (p.type === "r") this.c.op(Wasm.f64_promote_f32);
		}
	}

	#pushImmediate(p: Place): void {
		switch (p.type) {
			case "l":
				this.c.i64(BigInt(p.off));
				return;
			case "f":
			case "r":
				this.c.i64(BigInt(p.off));
				this.c.op(Wasm.f64_reinterpret_i64);
				return;
			default:
				this.c.i32(p.type === "b" ? p.off & 0xff : p.off);
		}
	}

	/** Stores what `value` pushes in an operand that is no counted pointer. */
	store(p: Place, value: () => void): void {
		const slot = this.slotOf(p);
		if (slot !== undefined) {
			value();
			this.setSlot(slot);
			return;
		}
		const off = this.pushWhere(p);
		value();
		if (p.type === "r") this.c.op(Wasm.f32_demote_f64);
		this.c.access(storing(p.type), off);
	}

	/** Sets a slot to the value on the stack. */
	setSlot(slot: number): void {
		const { kind } = this.slots.slots[slot] as { kind: string };
		const { c } = this;
		if (kind === "b") {
			c.i32(0xff);
			c.op(Wasm.i32_and);
		} else if (kind === "h") {
			c.op(0xc1); // i32.extend16_s
		} else if (kind === "r") {
			c.op(Wasm.f32_demote_f64);
			c.op(Wasm.f64_promote_f32);
		}
		c.set(this.#firstSlot + slot);
		this.nonNil.delete(slot);
		if (this.slots.writtenBack(slot)) this.dirty.add(slot);
	}

	/**
	 * Stores the counted pointer in local `value`: counts it (unless it is known to be nil, or `taken` over), and lets go what was there.
	 */
	storeCounted(p: Place, value: number, nil: boolean, taken = false): void {
		const { c } = this;
		const old = this.temporary(I32, 5);
		const slot = this.slotOf(p);
		const at = this.temporary(I32, 6);
		let off = 0;
		if (slot === undefined && p.where !== "fp" && p.where !== "mp") {
			off = this.pushWhere(p);
			c.set(at);
		}
		const base = () => {
			if (p.where === "fp") this.pushFp();
			else if (p.where === "mp") this.pushMp();
			else c.get(at);
			return p.where === "fp" || p.where === "mp" ? p.off : off;
		};
		if (!nil && !taken) this.retain(value);
		if (slot !== undefined) c.get(this.#firstSlot + slot);
		else c.access("i32_load", base());
		c.set(old);
		const to = base();
		c.get(value);
		c.access("i32_store", to);
		if (slot !== undefined) {
			c.get(value);
			c.set(this.#firstSlot + slot);
			this.nonNil.delete(slot);
		}
		c.get(old);
		this.letGo(old);
	}

	/** Stores the pointer in local `value`, whose count it takes over, at an offset from the address in local `base`, and lets go what was there. */
	replace(base: number, off: number, value: number): void {
		const { c } = this;
		const old = this.temporary(I32, 5);
		c.get(base);
		c.access("i32_load", off);
		c.set(old);
		c.get(base);
		c.get(value);
		c.access("i32_store", off);
		c.get(old);
		this.letGo(old);
	}

	/** One reference less to the pointer on the stack, which is in local `p` too, if it is not nil. */
	letGo(p: number): void {
		const { c } = this;
		c.i32(-1);
		c.op(Wasm.i32_ne);
		c.if();
		c.get(p);
		c.callOwn(this.unit.release);
		c.end();
	}

	/** One more reference to the pointer in a local, if it is not nil. */
	retain(value: number): void {
		const { c } = this;
		c.get(value);
		c.i32(-1);
		c.op(Wasm.i32_ne);
		c.if();
		c.get(value);
		c.i32(B_REF);
		c.op(Wasm.i32_add);
		c.get(value);
		c.i32(B_REF);
		c.op(Wasm.i32_add);
		c.access("i32_load", 0);
		c.i32(1);
		c.op(Wasm.i32_add);
		c.access("i32_store", 0);
		c.end();
	}

	/** Calls an operation of the runtime with the operands of an instruction, everything being in memory. */
	callRuntime(i: Inst, results: readonly ValueType[]): void {
		const params: ValueType[] = [];
		for (const [p, operand] of [
			[i.s, i.row.s],
			[i.m, i.row.m],
			[i.d, i.row.d],
		] as const) {
			// biome-ignore format: pairs
			if (operand === "") continue;
			if (p.access === "") {
				this.c.i32(0); // left out
				params.push(I32);
			} else if ("r?i".includes(p.access)) {
				this.pushValue(p);
				params.push(valueType(p.type));
			} else {
				this.pushAddress(p);
				params.push(I32);
			}
		}
		this.c.call(this.unit.runtime(i.row.name, params, results));
	}
}

/** How a value of a type letter is held. */
export function valueType(type: string): ValueType {
	if (type === "l") return I64;
	return type === "f" || type === "r" ? F64 : I32;
}

const loads: Readonly<Record<string, AccessName>> = {
	b: "i32_load8_u",
	h: "i32_load16_s",
	r: "f32_load",
	l: "i64_load",
	f: "f64_load",
};
const stores: Readonly<Record<string, AccessName>> = {
	b: "i32_store8",
	h: "i32_store16",
	r: "f32_store",
	l: "i64_store",
	f: "f64_store",
};

export function loading(type: string): AccessName {
	return loads[type] ?? "i32_load";
}

export function storing(type: string): AccessName {
	return stores[type] ?? "i32_store";
}
