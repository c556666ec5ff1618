/**
 * Pointers that are let go of for nothing: those that are nil already, and those that are overwritten, or freed with
 * the frame, before anything else can run.
 */
import { Bits } from "../../libinterp/bits.ts";
import { type Inst, NONE, sameOperand } from "../inst.ts";
import type { Block } from "./graph.ts";
import type { Context, Pass } from "./passes.ts";
import { lets, rowOf } from "./variables.ts";

function isClear(inst: Inst, context: Context): boolean {
	const v = context.variables.of(inst.d);
	return inst.op === "movp" && v >= 0 && sameOperand(inst.s, context.nil);
}

function drop(inst: Inst): void {
	inst.op = "nop";
	inst.s = NONE;
	inst.d = NONE;
}

/** Of each block: which variables hold nil when it begins, on all ways there. */
function nilAtStart(context: Context, blocks: readonly Block[]): Bits[] {
	const { code, variables, accesses } = context;
	const handled = new Set(blocks.flatMap((b) => b.raises));
	const start = blocks.map((_, k) => {
		const bits = new Bits(variables.count);
		// What a handler finds is not looked into.
		if (!handled.has(k)) bits.fill();
		return bits;
	});
	const first = start[0] as Bits;
	for (const v of variables.arguments) first.delete(v);
	const after = (k: number): Bits => {
		const nil = (start[k] as Bits).clone();
		const b = blocks[k] as Block;
		for (let i = b.from; i < b.to; i++) {
			for (const v of accesses(i).defs) nil.delete(v);
			const inst = code.insts[i] as Inst;
			if (isClear(inst, context)) nil.add(variables.of(inst.d));
		}
		return nil;
	};
	const work = blocks.map((_, k) => k);
	for (let k = work.shift(); k !== undefined; k = work.shift()) {
		const nil = after(k);
		for (const n of (blocks[k] as Block).next) if ((start[n] as Bits).meet(nil) && !work.includes(n)) work.push(n);
	}
	return start;
}

/** Clears of what is nil already. */
export const nils: Pass = (context) => {
	const { code, variables, accesses } = context;
	const blocks = context.blocks();
	if (blocks.length === 0) return false;
	const start = nilAtStart(context, blocks);
	let changed = false;
	for (const [k, b] of blocks.entries()) {
		const nil = start[k] as Bits;
		for (let i = b.from; i < b.to; i++) {
			const inst = code.insts[i] as Inst;
			const clear = isClear(inst, context);
			const v = variables.of(inst.d);
			if (clear && nil.has(v)) {
				drop(inst);
				changed = true;
			}
			for (const def of accesses(i).defs) nil.delete(def);
			if (clear) nil.add(v);
		}
	}
	return changed;
};

/** Clears of what is overwritten, or freed with the frame, before another thread or function can run. */
export const clears: Pass = (context) => {
	const { code, variables, accesses } = context;
	const blocks = context.blocks();
	const start = blocks.map(() => new Bits(variables.count));
	for (const bits of start) bits.fill();
	const soon = new Bits(variables.count);
	const walk = (b: Block, visit?: (inst: Inst, soon: Bits) => void): Bits => {
		atEnd(b, start, code.insts, soon);
		for (let i = b.to - 1; i >= b.from; i--) {
			const inst = code.insts[i] as Inst;
			if (lets(inst) || rowOf(inst).flow === "stop") soon.clear();
			visit?.(inst, soon);
			const { uses, defs } = accesses(i);
			for (const v of defs) soon.add(v);
			for (const v of uses) soon.delete(v);
			if (inst.op === "lea") soon.delete(variables.of(inst.s));
		}
		return soon;
	};
	for (let changed = true; changed; ) {
		changed = false;
		for (let k = blocks.length - 1; k >= 0; k--) {
			if ((start[k] as Bits).meet(walk(blocks[k] as Block))) changed = true;
		}
	}
	let changed = false;
	for (const b of blocks) {
		walk(b, (inst, soon) => {
			if (!isClear(inst, context) || !soon.has(variables.of(inst.d))) return;
			drop(inst);
			changed = true;
		});
	}
	return changed;
};

function atEnd(b: Block, start: readonly Bits[], insts: readonly Inst[], soon: Bits): void {
	const last = insts[b.to - 1] as Inst;
	if (last.op === "ret" || b.next.length > 0) soon.fill();
	else soon.clear();
	for (const n of b.next) soon.meet(start[n] as Bits);
}
