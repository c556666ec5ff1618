import type { Block, Flow } from "../cfg.ts";
import type { Slot, Slots } from "../slots.ts";
import type { Kept } from "./fn.ts";
import { neverFalls } from "./ops.ts";
import { slotReals, slotRegisters } from "./registers.ts";

/** How much more often what is in a loop is thought to run, and how deep that is counted. */
const LOOP = 8;
const DEEPEST = 5;
/** A slot that is used less is as well off in memory. */
const WORTH = 2;

const isReal = (s: Slot): boolean => s.kind === "f" || s.kind === "r";

/** How often each block is thought to run. */
function weights(flow: Flow): number[] {
	const depth = flow.blocks.map(() => 0);
	for (const body of flow.loops.values()) for (const k of body) depth[k] = (depth[k] as number) + 1;
	return depth.map((d) => LOOP ** Math.min(d, DEEPEST));
}

/** The slots that are used most, as many as there are registers for. */
export function mostUsed(slots: readonly Slot[], s: Slots, limit = Number.POSITIVE_INFINITY): Slot[] {
	const used = new Map(slots.map((slot) => [slot.off, 0]));
	const weight = weights(s.flow);
	s.flow.blocks.forEach((b, k) => {
		for (let pc = b.pc; pc < b.end; pc++) {
			const i = s.inst(pc);
			for (const p of [i.s, i.m, i.d])
				if (p.where === "fp" || p.where === "(fp)") {
					const n = used.get(p.off);
					if (n !== undefined) used.set(p.off, n + (weight[k] as number));
				}
		}
	});
	const ranked = slots.filter((x) => (used.get(x.off) as number) >= WORTH);
	ranked.sort((a, b) => (used.get(b.off) as number) - (used.get(a.off) as number));
	const kept = [
		...ranked.filter((x) => !isReal(x)).slice(0, Math.min(limit, slotRegisters.length)),
		...ranked.filter(isReal).slice(0, Math.min(limit, slotReals.length)),
	];
	return kept.sort((a, b) => a.off - b.off);
}

/** What registers hold. */
export interface Assignment {
	/** Of each slot. */
	readonly registers: readonly number[];
	readonly arrays: readonly Kept[];
}

/** A register for each slot, and two for each array that a loop without calls indexes, as long as there are any. */
export function assign(s: Slots): Assignment {
	let integers = 0;
	let reals = 0;
	const registers = s.slots.map((x) => (isReal(x) ? slotReals[reals++] : slotRegisters[integers++]) as number);
	const arrays: Kept[] = [];
	if (s.flow.reducible)
		for (const [head, slots] of s.arrays) {
			const within = s.flow.loops.get(head) as ReadonlySet<number>;
			if (calls(s, within)) continue;
			for (const slot of slots) {
				const length = slotRegisters[integers];
				const data = slotRegisters[integers + 1];
				if (length === undefined || data === undefined) break;
				integers += 2;
				arrays.push({ slot, head, within, length, data });
			}
		}
	return { registers, arrays };
}

/** Whether blocks lose what is in registers. */
function calls(s: Slots, blocks: ReadonlySet<number>): boolean {
	for (const k of blocks) if (neverFalls(s.inst((s.flow.blocks[k] as Block).end - 1))) return true;
	return false;
}
