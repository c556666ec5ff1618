/** Which variables' values may still be read. */
import { Bits } from "../../libinterp/bits.ts";
import type { Block } from "./graph.ts";
import type { Accesses } from "./variables.ts";

/**
 * Goes backwards through every block with the variables live after each instruction, from the last instruction to the
 * first. `visit` may change what the instruction accesses; it is asked for the accesses afterwards.
 */
export function backwards(
	blocks: readonly Block[],
	count: number,
	accesses: (i: number) => Accesses,
	visit: (i: number, live: Bits) => void,
): void {
	const liveIn = blocks.map(() => new Bits(count));
	const gen = blocks.map(() => new Bits(count));
	const kill = blocks.map(() => new Bits(count));
	for (const [k, b] of blocks.entries()) {
		for (let i = b.to - 1; i >= b.from; i--) transfer(accesses(i), gen[k] as Bits, kill[k] as Bits);
	}
	const live = new Bits(count);
	const after = (b: Block): void => {
		live.clear();
		for (const n of b.next) live.join(liveIn[n] as Bits);
	};
	for (let changed = true; changed; ) {
		changed = false;
		for (let k = blocks.length - 1; k >= 0; k--) {
			const b = blocks[k] as Block;
			after(b);
			const into = liveIn[k] as Bits;
			if (into.joinWithout(live, kill[k] as Bits)) changed = true;
			if (into.join(gen[k] as Bits)) changed = true;
			// An exception may come before anything in the block is done.
			for (const n of b.raises) if (into.join(liveIn[n] as Bits)) changed = true;
		}
	}
	for (const b of blocks) {
		after(b);
		for (let i = b.to - 1; i >= b.from; i--) {
			for (const n of b.raises) live.join(liveIn[n] as Bits);
			visit(i, live);
			transfer(accesses(i), live);
		}
	}
}

function transfer({ uses, defs }: Accesses, live: Bits, kill?: Bits): void {
	for (const v of defs) {
		live.delete(v);
		kill?.add(v);
	}
	for (const v of uses) live.add(v);
}
