/** Basic blocks of a function's code, and how control goes between them. */
import { type Code, ends, type Inst, type Label, tablePlaces } from "../inst.ts";

export interface Block {
	/** First instruction, and the one after the last. */
	readonly from: number;
	readonly to: number;
	readonly next: number[];
	/** The blocks where control may go from any instruction of this one, when an exception is raised. */
	readonly raises: number[];
}

export function blocksOf(code: Code): Block[] {
	const { insts } = code;
	const starts = new Uint8Array(insts.length + 1);
	starts[0] = 1;
	const mark = (label: Label | undefined): void => {
		if (label !== undefined) starts[label.at] = 1;
	};
	for (const [i, inst] of insts.entries()) {
		mark(inst.target);
		tablePlaces(inst).forEach(mark);
		if (inst.target !== undefined || ends.has(inst.op)) starts[i + 1] = 1;
	}
	for (const h of code.handlers) for (const l of [h.from, h.to, ...entries(h)]) mark(l);
	const blockAt = new Int32Array(insts.length + 1).fill(-1);
	const blocks: Block[] = [];
	for (let i = 0; i < insts.length; ) {
		let to = i + 1;
		while (to < insts.length && starts[to] === 0) to++;
		blockAt[i] = blocks.length;
		blocks.push({ from: i, to, next: [], raises: [] });
		i = to;
	}
	for (const b of blocks) link(b, insts, blockAt);
	for (const h of code.handlers) {
		const at = entries(h).map((l) => blockAt[l.at] as number);
		for (const b of blocks) if (b.from >= h.from.at && b.to <= h.to.at) b.raises.push(...at.filter((n) => n >= 0));
	}
	return blocks;
}

const entries = (h: Code["handlers"][number]): Label[] => [
	...h.cases.map((c) => c.label),
	...(h.any === undefined ? [] : [h.any]),
];

function link(b: Block, insts: readonly Inst[], blockAt: Int32Array): void {
	const last = insts[b.to - 1] as Inst;
	const add = (at: number): void => {
		const n = blockAt[at];
		if (n !== undefined && n >= 0 && !b.next.includes(n)) b.next.push(n);
	};
	if (last.target !== undefined) add(last.target.at);
	for (const label of tablePlaces(last)) add(label.at);
	if (!ends.has(last.op)) add(b.to);
}
