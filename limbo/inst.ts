/** Instructions as they are generated: operands, labels and places still symbolic. */
import { type Choice, placesOf } from "./choice.ts";
import type { Span } from "./source.ts";
import type { Decl } from "./types.ts";

/** A place in the code of a function. */
export interface Label {
	/** Number of the instruction it is before, -1 until it is placed. */
	at: number;
}

/**
 * `fp` and `mp`: at `off` in frame or module data. `fpind` and `mpind`: at `off2` from the pointer that lies there.
 * `imm`: the number `off`. `pc` and `frame`: where a function begins, and the type of its frame, known later.
 */
export interface Operand {
	readonly mode: "none" | "imm" | "fp" | "mp" | "fpind" | "mpind" | "pc" | "frame";
	readonly off: number;
	readonly off2: number;
	readonly fn?: Decl;
	/** A compiler's temporary: nothing in the program can refer to it. */
	readonly temp?: boolean;
	/** Reached through a temporary that nothing else uses. */
	readonly chain?: boolean;
}

export const NONE: Operand = { mode: "none", off: 0, off2: 0 };
export const imm = (value: number): Operand => ({ mode: "imm", off: value, off2: 0 });
export const fp = (off: number): Operand => ({ mode: "fp", off, off2: 0 });
export const mp = (off: number): Operand => ({ mode: "mp", off, off2: 0 });
export const fpind = (off: number, off2: number): Operand => ({ mode: "fpind", off, off2 });

export function sameOperand(a: Operand, b: Operand): boolean {
	return a.mode === b.mode && a.off === b.off && a.off2 === b.off2 && a.fn === b.fn;
}

/** Whether it may be a middle operand. */
export function isDirect(o: Operand): boolean {
	return o.mode === "imm" || o.mode === "fp" || o.mode === "mp";
}

/** The place some bytes further on. */
export function shifted(o: Operand, by: number): Operand {
	if (o.mode === "fpind" || o.mode === "mpind") return { ...o, off2: o.off2 + by };
	return { ...o, off: o.off + by };
}

/** What a pointer held at a place points at; undefined if the place is itself reached through a pointer. */
export function through(o: Operand, off2: number): Operand | undefined {
	if (o.mode === "fp") return { mode: "fpind", off: o.off, off2 };
	return o.mode === "mp" ? { mode: "mpind", off: o.off, off2 } : undefined;
}

/** The text an instruction comes from, and the number of the statement. */
export interface Origin {
	readonly span: Span;
	readonly stmt: number;
}

export interface Inst {
	op: string;
	s: Operand;
	m: Operand;
	d: Operand;
	/** Where a branch goes. */
	target: Label | undefined;
	/** The places a goto may go to, by number; its table is made when all is known. */
	table: Label[] | undefined;
	/** What a case chooses between; its table, too. */
	choice: Choice | undefined;
	readonly origin: Origin;
}

export interface HandlerCode {
	from: Label;
	to: Label;
	/** Frame offset of the exception. */
	eoff: number;
	ne: number;
	/** Frame offsets of the pointers to be freed. */
	frees: number[];
	cases: { name: string; label: Label }[];
	any: Label | undefined;
}

/** What control does not go on after. */
export const ends: ReadonlySet<string> = new Set(["jmp", "ret", "exit", "raise", "goto", "case", "casel", "casec"]);

/** The places that its table leads to. */
export function tablePlaces({ table, choice }: Inst): readonly Label[] {
	return table ?? (choice === undefined ? [] : placesOf(choice));
}

/** The code of one function. */
export class Code {
	insts: Inst[] = [];
	readonly labels: Label[] = [];
	readonly handlers: HandlerCode[] = [];

	emit(origin: Origin, op: string, s: Operand = NONE, m: Operand = NONE, d: Operand = NONE): Inst {
		const inst = { op, s, m, d, target: undefined, table: undefined, choice: undefined, origin };
		this.insts.push(inst);
		return inst;
	}

	label(): Label {
		const label = { at: -1 };
		this.labels.push(label);
		return label;
	}

	/** Puts others in the place of an instruction: labels before it are before the first of them. */
	replace(at: number, by: readonly Inst[]): void {
		this.insts.splice(at, 1, ...by);
		for (const label of this.labels) if (label.at > at) label.at += by.length - 1;
	}

	/** A label before an instruction that is there. */
	labelAt(at: number): Label {
		const label = this.label();
		label.at = at;
		return label;
	}

	/** Puts a label before the next instruction. */
	place(label: Label): void {
		label.at = this.insts.length;
	}

	here(): Label {
		const label = this.label();
		this.place(label);
		return label;
	}

	jump(origin: Origin, target: Label): void {
		this.emit(origin, "jmp").target = target;
	}

	/** Drops what cannot be reached, and jumps to the next instruction. Returns whether the last instruction could be reached. */
	tidy(): boolean {
		const reached = this.reach();
		const atEnd = reached[this.insts.length - 1] === true;
		this.compact((i) => reached[i] === true);
		this.compact((i) => !this.goesNowhere(i));
		return atEnd;
	}

	/** Takes out what passes have made nothing of. */
	dropNops(): void {
		this.compact((i) => this.insts[i]?.op !== "nop");
	}

	private reach(): boolean[] {
		const reached: boolean[] = new Array<boolean>(this.insts.length).fill(false);
		const work = [0];
		const visit = (label: Label | undefined): void => {
			if (label) work.push(label.at);
		};
		for (let more = true; more; ) {
			for (let i = work.pop(); i !== undefined; i = work.pop()) this.follow(i, reached, visit);
			more = false;
			for (const h of this.handlers) {
				const first = h.any ?? h.cases[0]?.label;
				if (first === undefined || reached[first.at] === true) continue;
				if (!reached.slice(h.from.at, h.to.at).includes(true)) continue;
				for (const c of h.cases) visit(c.label);
				visit(h.any);
				more = true;
			}
		}
		return reached;
	}

	private follow(start: number, reached: boolean[], visit: (label: Label | undefined) => void): void {
		for (let i = start; i < this.insts.length && reached[i] === false; i++) {
			const inst = this.insts[i] as Inst;
			reached[i] = true;
			visit(inst.target);
			for (const label of tablePlaces(inst)) visit(label);
			if (ends.has(inst.op)) return;
		}
	}

	private goesNowhere(i: number): boolean {
		const inst = this.insts[i] as Inst;
		return inst.op === "jmp" && inst.target?.at === i + 1;
	}

	private compact(keep: (i: number) => boolean): void {
		if (this.insts.every((_, i) => keep(i))) return;
		const moved: number[] = [];
		const kept: Inst[] = [];
		for (const [i, inst] of this.insts.entries()) {
			moved.push(kept.length);
			if (keep(i)) kept.push(inst);
		}
		moved.push(kept.length);
		for (const label of this.labels) if (label.at >= 0) label.at = moved[label.at] as number;
		this.insts = kept;
	}
}

/** Code as text, for debugging: symbolic where places are not known yet. */
export function codeText(code: Code): string {
	return code.insts
		.map(({ op, s, m, d, target }, i) => {
			const shown = [s, m, d].map(operandText).filter((text) => text !== "");
			if (target !== undefined) shown.push(`$${target.at}`);
			return `${i}\t${op}\t${shown.join(",")}\n`;
		})
		.join("");
}

function operandText(o: Operand): string {
	switch (o.mode) {
		case "none":
			return "";
		case "imm":
			return `$${o.off}`;
		case "fp":
		case "mp":
			return `${o.off}(${o.mode})`;
		case "fpind":
		case "mpind":
			return `${o.off2}(${o.off}(${o.mode.slice(0, 2)}))`;
		default:
			return `${o.mode} of ${o.fn?.name}`;
	}
}
