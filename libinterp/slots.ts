import { Bits } from "./bits.ts";
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

const LARGEST = 1 << 30;

/*
 * What an instruction does to the slots, in the order in which it happens: it reads up to three; it may leave the function, or is a sync;
 * it writes up to two; memory in a range of the frame changes. Slots are numbers, -1 for none.
 */
const USE = 0;
const LEAVES = 3;
const DEF = 4;
const FROM = 6;
const TO = 7;
const EFFECT = 8;
const EXIT = 1;
const SYNC = 2;
/** A sync, after which there is nothing in registers. */
const LOST = 3;

/** Operations that a compiler carries out itself, though they are no expressions. */
export const inlined: ReadonlySet<string> = new Set(
	`nop eclr runt jmp movp headb headw headl headf headp tail lea indx indw indb indf indl lena lenc indc
	frame case movpc ret exit`.split(/\s+/),
);

/** Whether the instruction is an operation of the runtime to a compiler: all is in memory before, what it wrote is loaded after. */
export function isRuntime(i: Pick<Inst, "row">): boolean {
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
	readonly #lost: (i: Inst) => boolean;
	/** By block: slots that may differ from memory at its start. */
	readonly dirtyIn: readonly Bits[];
	/** By block: slots whose value may be used after its start. */
	readonly liveIn: readonly Bits[];
	/** By the block that a loop begins with: slots with arrays that the loop indexes and does not change, and no loop around it either. */
	readonly arrays: ReadonlyMap<number, readonly number[]>;
	/** By pc of a call or an operation: slots that are to be loaded again after it. */
	readonly reloads = new Map<number, readonly number[]>();

	/**
	 * `pointer` says whether the word at an offset of the frame is a counted pointer; `size` is the frame's. `keep` picks the slots that there are
	 * registers for; `lost` says which syncs nothing in registers survives.
	 */
	constructor(
		code: Int32Array,
		flow: Flow,
		size: number,
		pointer: (off: number) => boolean,
		sizeOf: (type: number) => number,
		keep: (slots: readonly Slot[], s: Slots) => readonly Slot[] = (slots) => slots,
		lost: (i: Inst) => boolean = () => false,
	) {
		this.#lost = lost;
		this.flow = flow;
		for (const b of flow.blocks) for (let pc = b.pc; pc < b.end; pc++) this.#insts.set(pc, decode(code, pc));
		this.#sizeOf = sizeOf;
		this.slots = keep(this.#choose(size, pointer), this);
		this.slots.forEach((s, k) => {
			this.#byOffset.set(s.off, k);
		});
		const effects = this.#effects();
		this.arrays = this.#arrays(effects);
		this.dirtyIn = this.#dirty(effects);
		this.liveIn = this.#live(effects);
	}

	/** Instructions of the function. */
	get count(): number {
		return this.#insts.size;
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
		const kinds = new Map<number, Seen>();
		let escaped = LARGEST;
		const blocked: [number, number][] = [];
		const note = (off: number, kind: SlotKind) => {
			const known = kinds.get(off);
			const width = Math.max(known?.width ?? 0, widths[kind] as number);
			kinds.set(off, { kind: known === undefined || known.kind === kind ? kind : "", width });
		};
		for (const b of this.flow.blocks)
			for (let pc = b.pc; pc < b.end; pc++) {
				const i = this.inst(pc);
				for (const p of [i.s, i.m, i.d]) {
					if (p.where === "(fp)") note(p.off, pointer(p.off) ? "p" : "w");
					if (p.where !== "fp" || p.type === "j") continue;
					// A pointer may be compared with nil, as a word.
					if (p.type === "w" && p.access === "r" && pointer(p.off)) note(p.off, "p");
					else if (p.type !== "z") note(p.off, kindOf(p.type));
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

	// What instructions do: EFFECT words each, in the order in which they happen.

	/** Effects of all instructions, by block. */
	#effects(): Int32Array[] {
		return this.flow.blocks.map((b) => {
			const e = new Int32Array((b.end - b.pc) * EFFECT);
			for (let pc = b.pc; pc < b.end; pc++) this.#effect(this.inst(pc), e, (pc - b.pc) * EFFECT);
			return e;
		});
	}

	#effect(i: Inst, e: Int32Array, at: number): void {
		const runtime = isRuntime(i);
		const calls = i.row.name === "call" || i.row.name === "mcall";
		e[at + LEAVES] = runtime || i.row.name === "call" ? SYNC : mayLeave(i) ? EXIT : 0;
		if (e[at + LEAVES] === SYNC && this.#lost(i)) e[at + LEAVES] = LOST;
		e[at + USE] = this.#read(i.s);
		e[at + USE + 1] = this.#read(i.m);
		e[at + USE + 2] = this.#read(i.d);
		e[at + DEF] = runtime ? -1 : this.#written(i.m);
		e[at + DEF + 1] = runtime ? -1 : this.#written(i.d);
		if (calls) this.#clobber(e, at, i.s.where === "fp" ? (this.#results.get(i.s.off) ?? LARGEST) : LARGEST, LARGEST);
		for (const p of [i.m, i.d]) {
			if (p.where !== "fp") continue;
			if (p.type === "z") {
				if (p === i.d) this.#clobber(e, at, p.off, p.off + (this.#blockSize(i) ?? LARGEST));
			} else if (runtime && (p.access === "w" || p.access === "u"))
				this.#clobber(e, at, p.off, p.off + (widths[p.type] as number));
		}
	}

	/** Memory at these offsets of the frame changes. */
	#clobber(e: Int32Array, at: number, from: number, to: number): void {
		if (from >= to) return;
		const known = e[at + TO] as number;
		e[at + FROM] = known === 0 ? from : Math.min(e[at + FROM] as number, from);
		e[at + TO] = Math.max(known, to);
	}

	/** The slot that an operand reads, or -1. */
	#read(p: Place): number {
		if (p.where === "(fp)" || (p.where === "fp" && "r?iu".includes(p.access))) return this.at(p.off) ?? -1;
		return -1;
	}

	#written(p: Place): number {
		if (p.where !== "fp" || (p.access !== "w" && p.access !== "u")) return -1;
		return this.at(p.off) ?? -1;
	}

	/** The slots in a range of the frame. */
	within(from: number, to: number): number[] {
		const found: number[] = [];
		for (let k = 0; k < this.slots.length; k++) {
			const s = this.slots[k] as Slot;
			if (s.off >= to) break;
			if (s.off + (widths[s.kind] as number) > from) found.push(k);
		}
		return found;
	}

	#arrays(effects: readonly Int32Array[]): Map<number, number[]> {
		const found = new Map<number, number[]>();
		// Outer loops come first: they begin with blocks of lower numbers, or have more blocks.
		const loops = [...this.flow.loops].sort(([a, x], [b, y]) => a - b || y.size - x.size);
		for (const [head, body] of loops) {
			const changed = new Bits(this.slots.length);
			const indexed = new Set<number>();
			for (const k of body) {
				const e = effects[k] as Int32Array;
				const { pc } = this.flow.blocks[k] as Block;
				for (let at = 0; at < e.length; at += EFFECT) {
					for (let d = DEF; d < DEF + 2; d++) if ((e[at + d] as number) >= 0) changed.add(e[at + d] as number);
					if (e[at + TO] !== 0)
						for (const s of this.within(e[at + FROM] as number, e[at + TO] as number)) changed.add(s);
					const i = this.inst(pc + at / EFFECT);
					const slot = e[at + USE] as number;
					if (i.row.s === "ra" && i.row.m === "wx" && i.s.where === "fp" && slot >= 0) indexed.add(slot);
				}
			}
			const kept = [...indexed].filter((s) => !changed.has(s) && !this.#keptAround(found, head, s));
			if (kept.length > 0) found.set(head, kept);
		}
		return found;
	}

	/** Whether a loop around block k has the array in slot s already. */
	#keptAround(found: ReadonlyMap<number, readonly number[]>, k: number, s: number): boolean {
		for (const [head, kept] of found) if (kept.includes(s) && this.flow.loops.get(head)?.has(k)) return true;
		return false;
	}

	// Flow of data.

	#bits(): Bits[] {
		return this.flow.blocks.map(() => new Bits(this.slots.length));
	}

	#dirty(effects: readonly Int32Array[]): Bits[] {
		const { blocks } = this.flow;
		const into = this.#bits();
		const made = this.#bits();
		const gone = this.#bits();
		blocks.forEach((_, k) => {
			const set = made[k] as Bits;
			const unset = gone[k] as Bits;
			const e = effects[k] as Int32Array;
			for (let at = 0; at < e.length; at += EFFECT) {
				if ((e[at + LEAVES] as number) >= SYNC) {
					set.clear();
					unset.fill();
				}
				if (e[at + TO] !== 0)
					for (const s of this.within(e[at + FROM] as number, e[at + TO] as number)) {
						set.delete(s);
						unset.add(s);
					}
				for (let d = DEF; d < DEF + 2; d++) {
					const s = e[at + d] as number;
					if (s >= 0 && this.writtenBack(s)) set.add(s);
				}
			}
		});
		for (let changed = true; changed; ) {
			changed = false;
			blocks.forEach((b, k) => {
				for (const n of b.next) {
					if ((into[n] as Bits).join(made[k] as Bits)) changed = true;
					if ((into[n] as Bits).joinWithout(into[k] as Bits, gone[k] as Bits)) changed = true;
				}
			});
		}
		return into;
	}

	#live(effects: readonly Int32Array[]): Bits[] {
		const { blocks } = this.flow;
		const into = this.#bits();
		const defined = this.#bits();
		const atEnd = this.#bits();
		blocks.forEach((b, k) => {
			const dirty = this.dirtyIn[k]?.clone() as Bits;
			this.#exposed(effects[k] as Int32Array, dirty, into[k] as Bits, defined[k] as Bits);
			// A jump back may end the time slice.
			if (b.next.some((n) => n <= k)) (atEnd[k] as Bits).copy(dirty);
			(into[k] as Bits).joinWithout(atEnd[k] as Bits, defined[k] as Bits);
		});
		for (let changed = true; changed; ) {
			changed = false;
			for (let k = blocks.length - 1; k >= 0; k--)
				for (const n of (blocks[k] as Block).next)
					if ((into[k] as Bits).joinWithout(into[n] as Bits, defined[k] as Bits)) changed = true;
		}
		blocks.forEach((b, k) => {
			const e = effects[k] as Int32Array;
			if (!e.some((to, at) => at % EFFECT === TO && to !== 0)) return;
			const live = (atEnd[k] as Bits).clone();
			for (const n of b.next) live.join(into[n] as Bits);
			this.#reloads(b, e, this.dirtyIn[k] as Bits, live);
		});
		return into;
	}

	/** The slots whose values at the start of a block matter in it, and those it defines; follows `dirty`. */
	#exposed(e: Int32Array, dirty: Bits, used: Bits, defined: Bits): void {
		for (let at = 0; at < e.length; at += EFFECT) {
			for (let u = USE; u < USE + 3; u++) {
				const s = e[at + u] as number;
				if (s >= 0 && !defined.has(s)) used.add(s);
			}
			if (e[at + LEAVES] !== 0) used.joinWithout(dirty, defined);
			if ((e[at + LEAVES] as number) >= SYNC) dirty.clear();
			if (e[at + TO] !== 0)
				for (const s of this.within(e[at + FROM] as number, e[at + TO] as number)) {
					dirty.delete(s);
					defined.add(s);
				}
			for (let d = DEF; d < DEF + 2; d++) {
				const s = e[at + d] as number;
				if (s < 0) continue;
				defined.add(s);
				if (this.writtenBack(s)) dirty.add(s);
			}
			if (e[at + LEAVES] === LOST) defined.fill();
		}
	}

	/** Notes which slots are to be loaded again where memory changes, going through a block from its end, where `live` are. */
	#reloads(b: Block, e: Int32Array, dirtyIn: Bits, live: Bits): void {
		const dirty: Bits[] = [];
		const now = dirtyIn.clone();
		for (let at = 0; at < e.length; at += EFFECT) {
			dirty.push(now.clone());
			this.#exposed(e.subarray(at, at + EFFECT), now, new Bits(this.slots.length), new Bits(this.slots.length));
		}
		for (let at = e.length - EFFECT; at >= 0; at -= EFFECT) {
			if (e[at + LEAVES] === LOST) live.clear();
			for (let d = DEF; d < DEF + 2; d++) if ((e[at + d] as number) >= 0) live.delete(e[at + d] as number);
			if (e[at + TO] !== 0) {
				const reload = this.within(e[at + FROM] as number, e[at + TO] as number).filter((s) => live.has(s));
				if (reload.length > 0) this.reloads.set(b.pc + at / EFFECT, reload);
				for (const s of reload) live.delete(s);
			}
			if (e[at + LEAVES] !== 0) live.join(dirty[at / EFFECT] as Bits);
			for (let u = USE; u < USE + 3; u++) if ((e[at + u] as number) >= 0) live.add(e[at + u] as number);
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

/** How a place of the frame is accessed: always as this kind, or "" for several; and the bytes of the widest access. */
interface Seen {
	readonly kind: SlotKind | "";
	readonly width: number;
}

/** The slots of one kind each that overlap neither each other nor what lies beyond `end` or in a block. */
function disjoint(
	kinds: ReadonlyMap<number, Seen>,
	end: number,
	blocked: readonly (readonly [number, number])[],
): Slot[] {
	const all = [...kinds].sort(([a], [b]) => a - b).map(([off, seen]) => ({ off, ...seen }));
	const slots: Slot[] = [];
	let taken = 0;
	all.forEach(({ off, kind, width }, k) => {
		const to = off + width;
		const next = all[k + 1];
		const clear = off >= taken && (next === undefined || next.off >= to) && to <= end;
		taken = Math.max(taken, to);
		if (kind === "" || !clear || blocked.some(([from, until]) => off < until && to > from)) return;
		slots.push({ off, kind });
	});
	return slots;
}
