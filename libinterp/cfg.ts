import { isa, type Row } from "./isa.ts";
import { I_D, I_OP, INST_WORDS } from "./object.ts";

/** Instructions that run one after another, as numbered in reverse postorder. */
export interface Block {
	/** First instruction, and the one after the last. */
	readonly pc: number;
	readonly end: number;
	/** Blocks that may follow: a branch's target first. */
	readonly next: number[];
	/** The immediate dominator; the entry's is itself. */
	idom: number;
	/** Blocks that this one dominates immediately. */
	readonly children: number[];
	/** Some jump leads back here. */
	loop: boolean;
	/** Jumps forward, or falls, that lead here; one from a table counts as two. */
	entries: number;
}

/** The control flow of a function from one of its instructions on: block 0 is the entry. */
export interface Flow {
	readonly blocks: readonly Block[];
	/** Blocks by the pc of their first instruction. */
	readonly at: ReadonlyMap<number, number>;
	/** Whether every jump back leads to a block that dominates it: only then does it have a structure of loops. */
	readonly reducible: boolean;
}

/** Where the code is read from, and what its jump tables lead to. */
export interface Code {
	/** INST_WORDS words an instruction. */
	readonly code: Int32Array;
	/** The targets of the table jump at `pc`, -1 for none. */
	targets(pc: number): readonly number[];
}

const flows = isa.map((row: Row) => row.flow);

/** The control flow of what can be reached from `entry`. */
export function flowFrom(source: Code, entry: number): Flow {
	const { leaders, ends } = find(source, entry);
	const order = postorder(source, entry, leaders, ends).reverse();
	const at = new Map<number, number>();
	order.forEach((pc, k) => {
		at.set(pc, k);
	});
	const blocks = order.map((pc): Block => {
		const end = ends.get(pc) as number;
		const next = successors(source, end).map((target) => at.get(target) as number);
		return { pc, end, next, idom: -1, children: [], loop: false, entries: 0 };
	});
	return { blocks, at, reducible: structure(source, blocks) };
}

/** Where control goes after the instruction before `end`: a branch's target first. */
function successors(source: Code, end: number): number[] {
	const { code } = source;
	const last = (end - 1) * INST_WORDS;
	switch (flows[code[last + I_OP] as number]) {
		case "jump":
			return [code[last + I_D] as number];
		case "branch":
			return [code[last + I_D] as number, end];
		case "table":
			return [...new Set(source.targets(end - 1))].filter((pc) => pc >= 0);
		case "ret":
		case "stop":
			return [];
		default:
			return [end];
	}
}

/** The first instructions of blocks, and by them where the blocks end. */
function find(source: Code, entry: number): { leaders: Set<number>; ends: Map<number, number> } {
	const leaders = new Set([entry]);
	const seen = new Set<number>();
	const todo = [entry];
	for (let pc = todo.pop(); pc !== undefined; pc = todo.pop()) {
		for (; !seen.has(pc); pc++) {
			seen.add(pc);
			const flow = flows[source.code[pc * INST_WORDS + I_OP] as number];
			if (flow !== "branch" && flow !== "jump" && flow !== "table" && flow !== "ret" && flow !== "stop") continue;
			for (const target of successors(source, pc + 1)) {
				leaders.add(target);
				todo.push(target);
			}
			break;
		}
	}
	const ends = new Map<number, number>();
	for (const leader of leaders) {
		let pc = leader;
		for (;;) {
			const flow = flows[source.code[pc * INST_WORDS + I_OP] as number];
			pc++;
			if (flow === "branch" || flow === "jump" || flow === "table" || flow === "ret" || flow === "stop") break;
			if (leaders.has(pc)) break;
		}
		ends.set(leader, pc);
	}
	return { leaders, ends };
}

function postorder(source: Code, entry: number, leaders: ReadonlySet<number>, ends: Map<number, number>): number[] {
	const order: number[] = [];
	const seen = new Set([entry]);
	const stack = [{ pc: entry, next: successors(source, ends.get(entry) as number), k: 0 }];
	for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
		const pc = top.next[top.k++];
		if (pc === undefined) {
			order.push(top.pc);
			stack.pop();
		} else if (!seen.has(pc) && leaders.has(pc)) {
			seen.add(pc);
			stack.push({ pc, next: successors(source, ends.get(pc) as number), k: 0 });
		}
	}
	return order;
}

/** Dominators (Cooper, Harvey, Kennedy), loops and joins. False when some jump back leads to no dominator. */
function structure(source: Code, blocks: readonly Block[]): boolean {
	const before: number[][] = blocks.map(() => []);
	blocks.forEach((b, k) => {
		for (const n of b.next) before[n]?.push(k);
	});
	const idom = blocks.map(() => -1);
	idom[0] = 0;
	for (let changed = true; changed; ) {
		changed = false;
		for (let k = 1; k < blocks.length; k++) {
			let d = -1;
			for (const p of before[k] as number[]) if (idom[p] !== -1) d = d === -1 ? p : common(idom, p, d);
			if (d === idom[k]) continue;
			idom[k] = d;
			changed = true;
		}
	}
	let reducible = true;
	blocks.forEach((b, k) => {
		const table = flows[source.code[(b.end - 1) * INST_WORDS + I_OP] as number] === "table";
		b.idom = idom[k] as number;
		if (k > 0) blocks[b.idom]?.children.push(k);
		for (const n of b.next) {
			const target = blocks[n] as Block;
			if (n > k) target.entries += table ? 2 : 1;
			else {
				target.loop = true;
				if (!dominates(idom, n, k)) reducible = false;
			}
		}
	});
	return reducible;
}

function common(idom: readonly number[], a: number, b: number): number {
	while (a !== b) {
		while (a > b) a = idom[a] as number;
		while (b > a) b = idom[b] as number;
	}
	return a;
}

function dominates(idom: readonly number[], a: number, b: number): boolean {
	while (b > a) b = idom[b] as number;
	return a === b;
}
