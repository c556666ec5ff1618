/**
 * What passes over code know of the frame: its variables, and what each instruction does to them. A variable is a slot
 * of the frame that holds one number or pointer, and that instructions only read and write as a whole. What the
 * address of is taken is none, except that a call may be given the address of a variable for its result.
 */
import { ARGS, isa, type Operand as Role } from "../../libinterp/isa.ts";
import type { Code, Inst, Operand } from "../inst.ts";

/** A slot as the frame hands it out. */
export interface FrameSlot {
	readonly offset: number;
	readonly size: number;
	/** How many pointers it has. */
	readonly pointers: number;
}

const rows = new Map(isa.map((row) => [row.name, row]));

export const rowOf = (inst: Inst): (typeof isa)[number] => rows.get(inst.op) as (typeof isa)[number];

/** Bytes by the type letter of an operand; what is not here is a pointer or a word. */
const sizes: Readonly<Record<string, number>> = { b: 1, h: 2, l: 8, f: 8 };
export const sizeOfLetter = (letter: string): number => sizes[letter] ?? 4;

/** Operations that start from what their destination holds. */
const inputs: ReadonlySet<string> = new Set(
	isa.map((row) => row.name).filter((name) => /^(cons|slice|insc)/.test(name)),
);

/** Whether the destination is also an operand. */
export function readsDestination(inst: Inst): boolean {
	if (inputs.has(inst.op)) return true;
	const row = rowOf(inst);
	return inst.m.mode === "none" && (row.m.startsWith("r") || row.m.startsWith("ac"));
}

/** Other threads or functions may run before the next instruction does. */
export function lets(inst: Inst): boolean {
	const { flow, may } = rowOf(inst);
	return flow === "call" || flow === "spawn" || may.includes("b");
}

/** Whether it is the address for the result of the call that is the next instruction. */
export function isResultAddress(inst: Inst, next: Inst | undefined): boolean {
	return inst.op === "lea" && inst.s.mode === "fp" && (next?.op === "call" || next?.op === "mcall");
}

export interface Accesses {
	readonly uses: readonly number[];
	readonly defs: readonly number[];
}

/** What is in the frame, or reached through it; calls are, by the frame that they enter. */
const inFrame = ({ mode }: Operand): boolean => mode === "fp" || mode === "fpind";

const NOTHING: Accesses = { uses: [], defs: [] };

export class Variables {
	/** Number of a variable by its offset, undefined for what is none. */
	private readonly numbers = new Map<number, number>();
	private readonly sizes: number[] = [];
	/** By number: whether it holds a pointer. */
	readonly pointers: boolean[] = [];
	/** By number: its offset. */
	readonly offsets: number[] = [];
	/** Those of the arguments: only they hold something when the function begins. */
	readonly arguments: number[] = [];

	constructor(code: Code, slots: readonly FrameSlot[], argsEnd: number) {
		const escaped = this.escaped(code, slots);
		for (const slot of slots) {
			const whole = slot.size === 4 || (slot.pointers === 0 && (slot.size === 8 || slot.size === 1));
			if (!whole || escaped.has(slot.offset) || slot.offset < ARGS) continue;
			const n = this.offsets.push(slot.offset) - 1;
			this.numbers.set(slot.offset, n);
			this.sizes.push(slot.size);
			this.pointers.push(slot.pointers > 0);
			if (slot.offset < argsEnd) this.arguments.push(n);
		}
	}

	get count(): number {
		return this.offsets.length;
	}

	/** The variable that an operand names as a whole, -1 if it names none. */
	of(o: Operand): number {
		return o.mode === "fp" ? (this.numbers.get(o.off) ?? -1) : -1;
	}

	/** The variable an operand goes through, -1 if there is none. */
	base(o: Operand): number {
		return o.mode === "fpind" ? (this.numbers.get(o.off) ?? -1) : -1;
	}

	/** Offsets of the slots that are used otherwise than as variables. */
	private escaped(code: Code, slots: readonly FrameSlot[]): Set<number> {
		const byOffset = new Map(slots.map((s) => [s.offset, s]));
		const escaped = new Set<number>(code.handlers.map((h) => h.eoff));
		const check = (o: Operand, role: Role, wanted: boolean): void => {
			if (o.mode !== "fp" || role === "") return;
			const slot = byOffset.get(o.off);
			if (slot === undefined) escapes(o.off);
			else if (!wanted || (role[1] !== "z" && sizeOfLetter(role[1] as string) !== slot.size)) escaped.add(slot.offset);
		};
		const escapes = (offset: number): void => {
			const slot = slots.find((s) => s.offset <= offset && offset < s.offset + s.size);
			if (slot !== undefined) escaped.add(slot.offset);
		};
		for (const [i, inst] of code.insts.entries()) {
			const row = rowOf(inst);
			const result = isResultAddress(inst, code.insts[i + 1]);
			const block = inst.op === "send" || inst.op === "recv" || inst.op === "addc" || result;
			check(inst.s, row.s, !row.s.startsWith("a") || block);
			check(inst.m, row.m, !row.m.startsWith("a") || block);
			check(inst.d, row.d, !row.d.startsWith("a") || block);
		}
		return escaped;
	}

	/** What an instruction reads and writes; for a call, also the result it was given the address for just before. */
	accesses(inst: Inst, before: Inst | undefined): Accesses {
		const { s, m, d } = inst;
		if (!inFrame(s) && !inFrame(m) && !inFrame(d)) return NOTHING;
		const uses: number[] = [];
		const defs: number[] = [];
		const through = (o: Operand): void => {
			const base = this.base(o);
			if (base >= 0) uses.push(base);
		};
		through(s);
		through(d);
		if (inst.op === "lea") {
			// Its variable is written by the call; if there is none it is no variable.
			if (this.of(d) >= 0) defs.push(this.of(d));
			return { uses, defs };
		}
		const row = rowOf(inst);
		const access = (o: Operand, role: Role, write: boolean): void => {
			const v = this.of(o);
			if (v >= 0) (write || role.startsWith("w") || role.startsWith("u") ? defs : uses).push(v);
		};
		access(s, row.s, false);
		access(m, row.m, false);
		access(d, row.d, inst.op === "recv");
		if (readsDestination(inst) && this.of(d) >= 0) uses.push(this.of(d));
		if ((inst.op === "call" || inst.op === "mcall") && before?.op === "lea" && this.of(before.s) >= 0) {
			defs.push(this.of(before.s));
		}
		return { uses, defs };
	}
}
