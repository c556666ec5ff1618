import { isa, type Row } from "./isa.ts";
import { I_D, I_OP, INST_WORDS } from "./object.ts";

/** Instructions that run one after another, as numbered in reverse postorder. One without instructions is where the function is left, to go on at its pc. */
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
	/** By the block that a loop begins with: the blocks of the loop. */
	readonly loops: ReadonlyMap<number, ReadonlySet<number>>;
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

/** Instructions that a loop's test may have, to be repeated at its end. */
const MAXTEST = 6;

/** A block before it has a number. Copies of one block have its instructions. */
interface Node {
	readonly pc: number;
	readonly end: number;
	readonly next: Node[];
}

/** The control flow of what can be reached from `entry`. Where `apart` says so, an instruction is the last of its block. */
export function flowFrom(source: Code, entry: number, apart: (pc: number) => boolean = () => false): Numbered {
	const first = nodes(source, entry, apart);
	const flow = numbered(source, first);
	if (!flow.reducible || !turnLoops(source, flow)) return flow;
	const turned = numbered(source, flow.nodes[0] as Node);
	return turned.reducible ? turned : numbered(source, nodes(source, entry, apart));
}

/** The flow as one of loops: jumps into their middle, where it has such, lead to a block without instructions instead. It still says that it has such. */
export function structured(source: Code, flow: Numbered): Flow {
	if (flow.reducible) return flow;
	const { nodes, wild } = flow;
	for (const [from, to] of wild) {
		const { next } = nodes[from] as Node;
		const { pc } = nodes[to] as Node;
		next[next.indexOf(nodes[to] as Node)] = { pc, end: pc, next: [] };
	}
	return { ...numbered(source, nodes[0] as Node), reducible: false };
}

/** With the nodes that the blocks were made of, and the jumps back, by block, that lead into the middle of loops. */
export interface Numbered extends Flow {
	readonly nodes: readonly Node[];
	readonly wild: readonly [number, number][];
}

/** Blocks numbered in reverse postorder, with their structure. */
function numbered(source: Code, first: Node): Numbered {
	const order = postorder(first).reverse();
	const number = new Map<Node, number>();
	order.forEach((node, k) => {
		number.set(node, k);
	});
	const blocks = order.map(
		({ pc, end, next }): Block => ({
			pc,
			end,
			next: next.map((n) => number.get(n) as number),
			idom: -1,
			children: [],
			loop: false,
			entries: 0,
		}),
	);
	const { loops, wild } = structure(source, blocks);
	return { blocks, nodes: order, loops, wild, reducible: wild.length === 0 };
}

/**
 * Moves the tests at the heads of loops to their ends, before which each is done once: a jump less each time round. Says whether
 * there was any such loop.
 */
function turnLoops(source: Code, flow: Numbered): boolean {
	let turned = false;
	for (const [head, body] of flow.loops) {
		const h = flow.blocks[head] as Block;
		const node = flow.nodes[head] as Node;
		if (h.end - h.pc > MAXTEST || flowAt(source, h.end - 1) !== "branch") continue;
		if (h.next.filter((n) => !body.has(n)).length !== 1 || h.next.includes(head)) continue;
		if (!plain(source, h)) continue;
		const copy: Node = { pc: node.pc, end: node.end, next: [...node.next] };
		for (const k of body)
			(flow.nodes[k] as Node).next.forEach((n, at, next) => {
				if (n === node) next[at] = copy;
			});
		turned = true;
	}
	return turned;
}

const flowAt = (source: Code, pc: number): Row["flow"] | undefined =>
	flows[source.code[pc * INST_WORDS + I_OP] as number];

/** Whether all that a block does is to compute: its instructions have meanings that are expressions. */
function plain(source: Code, b: Block): boolean {
	for (let pc = b.pc; pc < b.end; pc++)
		if (isa[source.code[pc * INST_WORDS + I_OP] as number]?.meaning === undefined) return false;
	return true;
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

/** The blocks that can be reached from `entry`; gives the first. */
function nodes(source: Code, entry: number, apart: (pc: number) => boolean): Node {
	const leaders = new Set([entry]);
	const seen = new Set<number>();
	const todo = [entry];
	for (let pc = todo.pop(); pc !== undefined; pc = todo.pop()) {
		for (; !seen.has(pc); pc++) {
			seen.add(pc);
			if (!ends(flowAt(source, pc))) {
				if (apart(pc)) leaders.add(pc + 1);
				continue;
			}
			for (const target of successors(source, pc + 1)) {
				leaders.add(target);
				todo.push(target);
			}
			break;
		}
	}
	const byPc = new Map<number, Node>();
	for (const leader of leaders) {
		let pc = leader;
		do pc++;
		while (!ends(flowAt(source, pc - 1)) && !leaders.has(pc));
		byPc.set(leader, { pc: leader, end: pc, next: [] });
	}
	for (const node of byPc.values())
		for (const target of successors(source, node.end)) node.next.push(byPc.get(target) as Node);
	return byPc.get(entry) as Node;
}

/** Whether an instruction with this flow is the last of its block. */
function ends(flow: Row["flow"] | undefined): boolean {
	return flow === "branch" || flow === "jump" || flow === "table" || flow === "ret" || flow === "stop";
}

function postorder(first: Node): Node[] {
	const order: Node[] = [];
	const seen = new Set([first]);
	const stack = [{ node: first, k: 0 }];
	for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
		const next = top.node.next[top.k++];
		if (next === undefined) {
			order.push(top.node);
			stack.pop();
		} else if (!seen.has(next)) {
			seen.add(next);
			stack.push({ node: next, k: 0 });
		}
	}
	return order;
}

/** Dominators (Cooper, Harvey, Kennedy), loops and joins. */
function structure(source: Code, blocks: readonly Block[]): Pick<Numbered, "wild" | "loops"> {
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
	const wild: [number, number][] = [];
	const loops = new Map<number, Set<number>>();
	blocks.forEach((b, k) => {
		const table = flows[source.code[(b.end - 1) * INST_WORDS + I_OP] as number] === "table";
		b.idom = idom[k] as number;
		if (k > 0) blocks[b.idom]?.children.push(k);
		for (const n of b.next) {
			const target = blocks[n] as Block;
			if (n > k) target.entries += table ? 2 : 1;
			else {
				target.loop = true;
				if (dominates(idom, n, k)) addLoop(loops, before, n, k);
				else wild.push([k, n]);
			}
		}
	});
	return { wild, loops };
}

/** Adds to the loop at `head` all from which block `end`, which jumps back, can be reached without it. */
function addLoop(loops: Map<number, Set<number>>, before: readonly number[][], head: number, end: number): void {
	const body = loops.get(head) ?? new Set([head]);
	loops.set(head, body);
	const todo = [end];
	for (let k = todo.pop(); k !== undefined; k = todo.pop()) {
		if (body.has(k)) continue;
		body.add(k);
		todo.push(...(before[k] as number[]));
	}
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
