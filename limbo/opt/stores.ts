/** What is stored and never read is not stored. */
import { type Inst, NONE, sameOperand } from "../inst.ts";
import { backwards } from "./liveness.ts";
import type { Pass } from "./passes.ts";
import { rowOf, type Variables } from "./variables.ts";

/** Operations that do nothing but give their result, whatever their operands hold. */
const harmless = /^(mov[wblf]|(add|sub|mul|and|or|xor|shl|shr)[wblf]|len[acl]|cvt(bw|wb|fw|wf|lw|wl|lf|fl)|negf)$/;

export const stores: Pass = ({ code, variables, blocks, accesses }) => {
	let changed = false;
	backwards(blocks(), variables.count, accesses, (i, live) => {
		const inst = code.insts[i] as Inst;
		if (!isUseless(inst, variables, (v) => live.has(v))) return;
		inst.op = "nop";
		inst.s = NONE;
		inst.m = NONE;
		inst.d = NONE;
		changed = true;
	});
	return changed;
};

function isUseless(inst: Inst, variables: Variables, live: (v: number) => boolean): boolean {
	if (/^mov[wblfp]$/.test(inst.op) && sameOperand(inst.s, inst.d)) return inst.s.mode === "fp";
	const v = variables.of(inst.d);
	if (v < 0 || live(v) || !harmless.test(inst.op) || !rowOf(inst).d.startsWith("w")) return false;
	return inst.s.mode !== "fpind" && inst.s.mode !== "mpind";
}
