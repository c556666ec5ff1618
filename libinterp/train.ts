import { formOf } from "./dispatch.ts";
import type { Machine } from "./engine.ts";
import { hotForms } from "./hot.ts";
import { DEFS, DTEMP, isa, opcode, REGFRAME, type Row, STEMP, XMAGIC } from "./isa.ts";
import { M_MP, NREGS, R, R_FP, R_IC, R_M, R_MP, R_PC, R_STOP, STOP_ENDED } from "./layout.ts";
import { I_ADD, I_OP, INST_WORDS, type ObjectFile } from "./object.ts";
import { counted } from "./operand.ts";

/*
 * A program that does everything once. V8 optimises the interpreter for what it has seen; what it has not seen makes it throw the
 * whole function away, and begin anew. So before it gets to optimise, the interpreter is shown each instruction in each form of hot.ts,
 * branches both ways, stores over nil and over pointers, sums that overflow, and for `step` the simple instructions in forms that
 * are not hot. The program is derived from the tables.
 *
 * One type describes the frame, the module data and a record: cells at the same places in all three, so that an operand
 * is a cell, however it is addressed.
 */

/** Cells by what they hold; a second one for the other operand. */
const cells = {
	w: 32,
	w2: 36,
	b: 40,
	b2: 41,
	h: 44,
	index: 48,
	l: 56,
	l2: 64,
	f: 72,
	f2: 80,
	r: 88,
	c: 92,
	c2: 96,
	a: 100,
	s: 104,
	record: 108,
	nil: 112,
	// Destinations.
	x: 116,
	dw: 120,
	db: 124,
	dl: 128,
	df: 136,
	dp: 144,
	dc: 148,
	ds: 152,
	da: 156,
	dq: 160,
	dm: 164,
	turn: 168,
} as const;
const SIZE = 176;
const pointers = [
	cells.c,
	cells.c2,
	cells.a,
	cells.s,
	cells.record,
	cells.nil,
	cells.dp,
	cells.dc,
	cells.ds,
	cells.da,
	cells.dq,
	cells.dm,
];
const CELLS = 0; // the type
const WORDS = 1; // of elements of arrays
const LARGE = 0x7fffffff;

type Base = "fp" | "mp" | "(fp)" | "(mp)";

/** An operand: a mode as in hot.ts, and what is there. */
interface Operand {
	readonly mode: string;
	readonly at: number;
}

class Program {
	readonly #words: number[] = [];

	get pc(): number {
		return this.#words.length / INST_WORDS;
	}

	inst(name: string, s?: Operand, m?: Operand, d?: Operand): void {
		const add = formOf(name, s?.mode ?? "-", m?.mode ?? "-", d?.mode ?? "-") & 255;
		const pair = (o: Operand | undefined) => (o?.mode.startsWith("(") ? [cells.record, o.at] : [o?.at ?? 0, 0]);
		this.#words.push(opcode(name), add, ...pair(s), m?.at ?? 0, ...pair(d), 0);
	}

	get code(): Int32Array {
		return Int32Array.from(this.#words);
	}
}

const immediate = (n: number): Operand => ({ mode: "$", at: n });
const cell = (mode: string, at: number): Operand => ({ mode, at });

/** Fills the cells at `base`, those of the record last. */
function fill(p: Program, base: Base): void {
	const to = (at: number) => cell(base, at);
	p.inst("movw", immediate(1), undefined, to(cells.index));
	p.inst("cvtwl", immediate(7), undefined, to(cells.l));
	p.inst("cvtwl", immediate(9), undefined, to(cells.l2));
	p.inst("cvtwf", immediate(3), undefined, to(cells.f));
	p.inst("cvtwf", immediate(4), undefined, to(cells.f2));
	p.inst("cvtfr", to(cells.f), undefined, to(cells.r));
	p.inst("cvtwb", immediate(2), undefined, to(cells.b));
	p.inst("cvtwb", immediate(3), undefined, to(cells.b2));
	p.inst("newa", immediate(8), immediate(WORDS), to(cells.a));
	if (base !== "mp") {
		p.inst("movp", cell("mp", cells.c), undefined, to(cells.c));
		p.inst("movp", cell("mp", cells.c2), undefined, to(cells.c2));
	}
	for (let k = 0; k < 3; k++) p.inst("consp", cell("mp", cells.c), undefined, to(cells.s));
}

function numbers(p: Program, w: number, w2: number): void {
	for (const base of ["mp", "(mp)", "fp", "(fp)"]) {
		p.inst("movw", immediate(w), undefined, cell(base, cells.w));
		p.inst("movw", immediate(w2), undefined, cell(base, cells.w2));
	}
}

/** The cell for an operand; `second` where another value is wanted. */
function operand(row: Row, which: "s" | "m" | "d", mode: string, second: boolean): Operand | undefined {
	const spec = row[which];
	if (mode === "-") return undefined;
	const [access, type] = [spec[0] as string, spec[1] as string];
	if (mode === "$") return immediate(type === "t" ? CELLS : second ? 2 : 1);
	const index = row.name.startsWith("ind") && (which === "d" || row.name === "indc");
	if (type === "w" && access !== "w")
		return cell(mode, index && which !== "s" ? cells.index : second ? cells.w2 : cells.w);
	const sources: Record<string, number> = {
		b: second ? cells.b2 : cells.b,
		l: second ? cells.l2 : cells.l,
		f: second ? cells.f2 : cells.f,
		c: second ? cells.c2 : cells.c,
		p: second ? cells.nil : cells.c,
		h: cells.h,
		r: cells.r,
		a: cells.a,
		s: cells.s,
		x: cells.x,
		z: cells.w,
	};
	const destinations: Record<string, number> = {
		b: cells.db,
		w: cells.dw,
		x: cells.x,
		h: cells.h,
		r: cells.r,
		l: cells.dl,
		f: cells.df,
		p: cells.dp,
		c: cells.dc,
		s: cells.ds,
		a: cells.da,
		q: cells.dq,
		m: cells.dm,
	};
	return cell(mode, ("wu".includes(access) ? destinations : sources)[type] ?? cells.dw);
}

/** Calls so deep that the stack needs more room. */
function calls(p: Program): void {
	const depth = 12;
	const end = p.pc + 3 * depth;
	for (let k = 0; k < depth; k++) {
		p.inst("frame", immediate(CELLS), undefined, cell("fp", cells.x));
		p.inst("call", cell("fp", cells.x), undefined, immediate(k === depth - 1 ? end - 1 : p.pc + 2));
		if (k === 0) p.inst("jmp", undefined, undefined, immediate(end));
		else p.inst("ret");
	}
}

/** What needs other threads, modules or messages, or is shown otherwise. */
const hidden = new Set(
	"alt nbalt call frame spawn load mcall mspawn mframe send recv tcmp mnewz goto case casec casel exit ret raise self".split(
		" ",
	),
);

/** An operation of the runtime, with numbers that do no harm. */
function showRuntime(p: Program, row: Row): void {
	const of = (which: "s" | "m" | "d", n: number): Operand | undefined => {
		const [access, type] = [row[which][0], row[which][1] as string];
		if (access === undefined || access === "?") return undefined;
		if (type === "t") return immediate(WORDS);
		if (type === "o") return immediate(p.pc + 1);
		if (access === "i") return immediate(4);
		if (access === "r" && type === "w") return immediate(n);
		return operand(row, which, which === "m" ? "mp" : "(mp)", false);
	};
	if (row.name === "slicea") p.inst("newa", immediate(8), immediate(WORDS), cell("(mp)", cells.da));
	if (row.name === "slicec" || row.name === "insc")
		p.inst("movp", cell("mp", cells.c), undefined, cell("(mp)", cells.dc));
	if (row.name === "slicela") p.inst(row.name, cell("(mp)", cells.a), immediate(0), cell("(mp)", cells.a));
	else p.inst(row.name, of("s", 1), row.name === "addc" ? undefined : of("m", 2), of("d", 1));
}

/** One form of an instruction, as often as it has something else to do. */
function show(p: Program, row: Row, s: string, m: string, d: string): void {
	if (row.name === "frame" || row.name === "ret") return; // shown with calls
	if (row.name === "call") {
		calls(p);
		return;
	}
	const turns = row.flow === "branch" ? [[false, false], [false, true], [true, false]] : [[false, false], [true, true]]; // biome-ignore format: pairs
	for (const [one, two] of turns) {
		const target = row.d === "io" ? immediate(p.pc + 1) : undefined;
		p.inst(
			row.name,
			operand(row, "s", s, one as boolean),
			operand(row, "m", m, two as boolean),
			target ?? operand(row, "d", d, false),
		);
		if (row.d[0] === "u" && counted(row.d[1] as string))
			p.inst(row.name, operand(row, "s", s, false), operand(row, "m", m, false), operand(row, "d", d, false));
	}
}

/** The program, for the hot forms that `wanted` accepts: opcode * 256 + address modes. */
export function training(wanted: (form: number) => boolean = () => true): ObjectFile {
	const p = new Program();
	p.inst("new", immediate(CELLS), undefined, cell("mp", cells.record));
	p.inst("new", immediate(CELLS), undefined, cell("fp", cells.record));
	for (const base of ["mp", "(mp)", "fp", "(fp)"] as const) fill(p, base);
	numbers(p, 1, 2);
	for (const at of [STEMP, DTEMP]) p.inst("movw", immediate(1), undefined, cell("fp", at));
	p.inst("movw", immediate(2), undefined, cell("fp", cells.turn));
	const body = p.pc;
	for (const [name, forms] of Object.entries(hotForms))
		for (const form of forms.split(" ")) {
			const [s, m, d] = form.split(",") as [string, string, string];
			if (wanted(formOf(name, s, m, d))) show(p, isa[opcode(name)] as Row, s, m, d);
		}
	for (const row of isa)
		if (row.meaning !== undefined) show(p, row, "(mp)", row.m === "" ? "-" : "mp", row.d === "io" ? "$" : "(mp)");
	for (const row of isa) if (row.meaning === undefined && !hidden.has(row.name)) showRuntime(p, row);
	// The other turn: numbers so large that their sums are none that V8 holds as small integers.
	numbers(p, LARGE, -LARGE);
	p.inst("addw", cell("mp", cells.w), undefined, cell("fp", cells.dw));
	p.inst("subw", immediate(1), undefined, cell("fp", cells.turn));
	p.inst("bnew", cell("fp", cells.turn), immediate(0), immediate(body));
	p.inst("ret");
	return {
		magic: XMAGIC,
		signature: undefined,
		flags: 0,
		stackExtent: 0,
		code: p.code,
		nprog: p.pc,
		dataSize: SIZE,
		types: [
			{ size: SIZE, map: map(pointers) },
			{ size: 4, map: new Uint8Array(0) },
		],
		data: [
			{ kind: DEFS, offset: cells.c, bytes: new TextEncoder().encode("narrow") },
			{ kind: DEFS, offset: cells.c2, bytes: new TextEncoder().encode("wide \u2260 narrow") },
		],
		name: "training",
		exports: [],
		entry: 0,
		entryType: CELLS,
		imports: [],
		handlers: [],
		sourcePath: "",
	};
}

function map(offsets: readonly number[]): Uint8Array {
	const bytes = new Uint8Array(Math.ceil(SIZE / 32));
	for (const off of offsets) {
		const w = off >> 2;
		bytes[w >> 3] = (bytes[w >> 3] as number) | (0x80 >> (w & 7));
	}
	return bytes;
}

/**
 * Has `run` carry out the program, on a stack of its own, while no thread runs: the forms that loaded modules have, as those that nobody
 * uses would only make what V8 does of the rest worse; or `everything`. The heap is afterwards as it was. False if it did
 * not come to its end.
 */
export function train(machine: Machine, run: () => void, everything = false): boolean {
	const { heap, frames, modules } = machine;
	const { i32 } = heap.arena;
	const saved = i32.slice(R >> 2, R_STOP / 4 + 1);
	const used = new Set<number>();
	for (const { code } of modules.loaded)
		for (let at = 0; at < code.length; at += INST_WORDS)
			used.add((code[at + I_OP] as number) * 256 + (code[at + I_ADD] as number));
	const m = modules.make("", training(everything ? undefined : (form) => used.has(form)), "");
	i32.fill(0, R >> 2, (R >> 2) + NREGS);
	const ml = modules.link(m, []);
	i32[R_M >> 2] = ml;
	i32[R_MP >> 2] = i32[(ml + M_MP) >>> 2] as number;
	i32[R_PC >> 2] = 0;
	i32[R_IC >> 2] = 1 << 20;
	const f = frames.frame(m.types[CELLS] as number);
	i32[(f + REGFRAME) >>> 2] = 0;
	i32[R_FP >> 2] = f;
	try {
		run();
		return i32[R_STOP >> 2] === STOP_ENDED;
	} catch {
		return false;
	} finally {
		frames.unwind(0);
		i32.set(saved, R >> 2);
	}
}
