import type { Block, Flow } from "./cfg.ts";
import { REGRET } from "./isa.ts";
import { counted, decode, type Inst, type Place, widths } from "./operand.ts";

/**
 * Which words of a frame a compiler may keep in registers, and when memory and registers must be made equal.
 *
 * A slot is a place of the frame that the function accesses only as a whole and always as the same kind of value. A slot with a
 * counted pointer is mirrored: stores go to memory and register, so memory is always right. Any other is written back when somebody may look (a
 * `sync`): before calls, before operations of the runtime, and where the function is left early. Not slots are: what the address of is
 * taken (and all above, since nobody says how large it is), and parts of blocks that are moved as such. The address of the place for a
 * result does not count: what lies there and above is loaded again after the call.
 */
export interface Slot {
	readonly off: number;
	/** Type letter of the values: w for all words that are no counted pointers, p for all that are. */
	readonly kind: SlotKind;
}
export type SlotKind = "w" | "b" | "h" | "r" | "l" | "f" | "p";

/** What an instruction does to the slots. Slots are numbers. */
export interface Visitor {
	/** Reads a slot. */
	use(slot: number): void;
	/** All slots are written back here, and the function may be left. */
	sync(): void;
	/** The function may be left here, having written back what it must on the way. */
	exit(): void;
	/** Writes a slot. */
	def(slot: number): void;
	/** Memory at these offsets of the frame has changed. */
	clobber(from: number, to: number): void;
}

const LARGEST = 1 << 30;

/** Operations that a compiler carries out itself, though they are no expressions. */
export const inlined: ReadonlySet<string> = new Set(
	`nop eclr runt jmp movp headb headw headl headf headp tail lea indx indw indb indf indl lena lenc indc
	frame case movpc ret exit`.split(/\s+/),
);

/** Whether the instruction is an operation of the runtime to a compiler: all is in memory before, what it wrote is loaded after. */
export function isRuntime(i: Inst): boolean {
	if (i.row.meaning !== undefined) return hasPure(i.row.meaning[1]);
	return i.row.name !== "call" && !inlined.has(i.row.name);
}

function hasPure(e: unknown): boolean {
	return Array.isArray(e) && (e[0] === "pure" || e.some(hasPure));
}

/** The slots of a function, from some instruction on. */
export class Slots {
	readonly slots: readonly Slot[];
	readonly flow: Flow;
	readonly #insts = new Map<number, Inst>();
	readonly #byOffset = new Map<number, number>();
	/** Least offset of the place for a result, by the offset of the frame it was put into. */
	readonly #results = new Map<number, number>();
	/** Sizes of types, for blocks. */
	readonly #sizeOf: (type: number) => number;
	/** By block: slots that may differ from memory at its start. */
	readonly dirtyIn: readonly Set<number>[];
	/** By block: slots whose value may be used after its start. */
	readonly liveIn: readonly Set<number>[];
	/** By pc of a call or an operation: slots that are to be loaded again after it. */
	readonly reloads = new Map<number, readonly number[]>();

	/** `pointer` says whether the word at an offset of the frame is a counted pointer; `size` is the frame's. */
	constructor(
		code: Int32Array,
		flow: Flow,
		size: number,
		pointer: (off: number) => boolean,
		sizeOf: (type: number) => number,
	) {
		this.flow = flow;
		for (const b of flow.blocks) for (let pc = b.pc; pc < b.end; pc++) this.#insts.set(pc, decode(code, pc));
		this.#sizeOf = sizeOf;
		this.slots = this.#choose(size, pointer);
		this.slots.forEach((s, k) => {
			this.#byOffset.set(s.off, k);
		});
		this.dirtyIn = this.#dirty();
		this.liveIn = this.#live();
	}

	/** The instruction at `pc`, which is one of the function's. */
	inst(pc: number): Inst {
		return this.#insts.get(pc) as Inst;
	}

	/** The slot at an offset of the frame, if there is one. */
	at(off: number): number | undefined {
		return this.#byOffset.get(off);
	}

	/** Whether a slot is written back at syncs, rather than mirrored. */
	writtenBack(slot: number): boolean {
		return (this.slots[slot] as Slot).kind !== "p";
	}

	// Choosing.

	#choose(size: number, pointer: (off: number) => boolean): Slot[] {
		const kinds = new Map<number, SlotKind | "">();
		let escaped = LARGEST;
		const blocked: [number, number][] = [];
		const note = (off: number, kind: SlotKind) => {
			const known = kinds.get(off);
			if (known === undefined) kinds.set(off, kind);
			else if (known !== kind) kinds.set(off, "");
		};
		for (const b of this.flow.blocks)
			for (let pc = b.pc; pc < b.end; pc++) {
				const i = this.inst(pc);
				for (const p of [i.s, i.m, i.d]) {
					if (p.where === "(fp)") note(p.off, pointer(p.off) ? "p" : "w");
					if (p.where !== "fp" || p.type === "j") continue;
					if (p.type !== "z") note(p.off, kindOf(p.type));
					else if (i.row.name === "lea") {
						if (i.d.where === "(fp)" && i.d.off2 === REGRET)
							this.#results.set(i.d.off, Math.min(this.#results.get(i.d.off) ?? LARGEST, p.off));
						else escaped = Math.min(escaped, p.off);
					} else {
						const bytes = this.#blockSize(i);
						if (bytes !== undefined) blocked.push([p.off, p.off + bytes]);
					}
				}
			}
		return disjoint(kinds, Math.min(escaped, size), blocked);
	}

	/** Bytes of the block that an instruction moves; undefined where only the run shows it. */
	#blockSize(i: Inst): number | undefined {
		if (i.m.where !== "imm") return undefined;
		if (i.m.type === "t") return this.#sizeOf(i.m.off);
		return i.m.type === "w" ? Math.max(i.m.off, 0) : undefined;
	}

	// What instructions do.

	/** Tells `v` what the instruction does, in the order in which it happens. */
	visit(i: Inst, v: Visitor): void {
		const runtime = isRuntime(i);
		for (const p of [i.s, i.m, i.d]) this.#visitRead(p, v);
		if (runtime || i.row.name === "call") v.sync();
		else if (mayLeave(i)) v.exit();
		if (i.row.name === "call" || i.row.name === "mcall") {
			const result = i.s.where === "fp" ? this.#results.get(i.s.off) : undefined;
			if (result !== undefined) v.clobber(result, LARGEST);
		}
		for (const p of [i.m, i.d]) this.#visitWrite(i, p, runtime, v);
	}

	#visitRead(p: Place, v: Visitor): void {
		if (p.where === "(fp)" || (p.where === "fp" && "r?iu".includes(p.access))) {
			const slot = this.#byOffset.get(p.off);
			if (slot !== undefined) v.use(slot);
		}
	}

	#visitWrite(i: Inst, p: Place, runtime: boolean, v: Visitor): void {
		if (p.where !== "fp") return;
		if (p.type === "z") {
			if (p === i.d) v.clobber(p.off, p.off + (this.#blockSize(i) ?? LARGEST));
			return;
		}
		if (p.access !== "w" && p.access !== "u") return;
		if (runtime) v.clobber(p.off, p.off + (widths[p.type] as number));
		else {
			const slot = this.#byOffset.get(p.off);
			if (slot !== undefined) v.def(slot);
		}
	}

	/** The slots in a range of the frame. */
	within(from: number, to: number): number[] {
		const found: number[] = [];
		this.slots.forEach((s, k) => {
			if (s.off + (widths[s.kind] as number) > from && s.off < to) found.push(k);
		});
		return found;
	}

	// Flow of data.

	#dirty(): Set<number>[] {
		const { blocks } = this.flow;
		const into: Set<number>[] = blocks.map(() => new Set());
		for (let changed = true; changed; ) {
			changed = false;
			blocks.forEach((b, k) => {
				const dirty = new Set(into[k]);
				this.#step(b, dirty, () => {});
				for (const n of b.next) for (const s of dirty) if (!into[n]?.has(s)) changed = !!into[n]?.add(s);
			});
		}
		return into;
	}

	/** Follows `dirty` through a block; `leave` is told of it wherever the function may be left. */
	#step(b: Block, dirty: Set<number>, leave: (pc: number) => void): void {
		for (let pc = b.pc; pc < b.end; pc++) this.advance(this.inst(pc), dirty, () => leave(pc));
	}

	/** Follows `dirty` through an instruction; `leave` is called where the function may be left, before slots count as written back. */
	advance(i: Inst, dirty: Set<number>, leave: () => void): void {
		this.visit(i, {
			use() {},
			exit: leave,
			sync() {
				leave();
				dirty.clear();
			},
			def: (s) => {
				if (this.writtenBack(s)) dirty.add(s);
			},
			clobber: (from, to) => {
				if (dirty.size > 0) for (const s of this.within(from, to)) dirty.delete(s);
			},
		});
	}

	#live(): Set<number>[] {
		const { blocks } = this.flow;
		const leaves = new Map<number, number[]>();
		const atEnd: Set<number>[] = [];
		blocks.forEach((b, k) => {
			const dirty = new Set(this.dirtyIn[k]);
			this.#step(b, dirty, (pc) => {
				if (dirty.size > 0) leaves.set(pc, [...dirty]);
			});
			atEnd.push(dirty);
		});
		const into: Set<number>[] = blocks.map(() => new Set());
		for (let changed = true; changed; ) {
			changed = false;
			for (let k = blocks.length - 1; k >= 0; k--) {
				const b = blocks[k] as Block;
				const live = new Set<number>();
				for (const n of b.next) {
					for (const s of into[n] as Set<number>) live.add(s);
					// A jump back may end the time slice.
					if (n <= k) for (const s of atEnd[k] as Set<number>) live.add(s);
				}
				this.#back(b, live, leaves);
				if (live.size !== (into[k] as Set<number>).size) {
					into[k] = live;
					changed = true;
				}
			}
		}
		return into;
	}

	/** Follows `live` through a block from its end. */
	#back(b: Block, live: Set<number>, leaves: ReadonlyMap<number, number[]>): void {
		for (let pc = b.end - 1; pc >= b.pc; pc--) {
			const uses: number[] = [];
			const reload = new Set<number>();
			this.visit(this.inst(pc), {
				use: (s) => uses.push(s),
				sync() {},
				exit() {},
				def: (s) => live.delete(s),
				clobber: (from, to) => {
					for (const s of this.within(from, to)) if (live.has(s)) reload.add(s);
				},
			});
			for (const s of reload) live.delete(s);
			if (reload.size > 0) this.reloads.set(pc, [...reload]);
			else this.reloads.delete(pc);
			for (const s of leaves.get(pc) ?? []) live.add(s);
			for (const s of uses) live.add(s);
		}
	}
}

/** Whether a function may be left at an instruction that is no operation of the runtime. */
function mayLeave(i: Inst): boolean {
	if (i.row.may !== "" && i.row.flow === "next") return true;
	return [i.s, i.m, i.d].some((p) => p.where === "(fp)" || p.where === "(mp)");
}

function kindOf(type: string): SlotKind {
	if (counted(type)) return "p";
	return "bhrlf".includes(type) ? (type as SlotKind) : "w";
}

/** The slots of one kind each that overlap neither each other nor what lies beyond `end` or in a block. */
function disjoint(
	kinds: ReadonlyMap<number, SlotKind | "">,
	end: number,
	blocked: readonly (readonly [number, number])[],
): Slot[] {
	const all = [...kinds].sort(([a], [b]) => a - b).map(([off, kind]) => ({ off, kind }));
	const slots: Slot[] = [];
	let taken = 0;
	all.forEach(({ off, kind }, k) => {
		const to = off + (kind === "" ? 8 : (widths[kind] as number));
		const next = all[k + 1];
		const clear = off >= taken && (next === undefined || next.off >= to) && to <= end;
		taken = Math.max(taken, to);
		if (kind === "" || !clear || blocked.some(([from, until]) => off < until && to > from)) return;
		slots.push({ off, kind });
	});
	return slots;
}
