import { flowFrom } from "../cfg.ts";
import type { Machine } from "../engine.ts";
import { isPointer } from "../fixed.ts";
import { isa } from "../isa.ts";
import { T_SIZE } from "../layout.ts";
import type { Module } from "../module.ts";
import { type Functions, I_OP, INST_WORDS } from "../object.ts";
import { Slots } from "../slots.ts";
import type { Assembled, Label } from "./asm.ts";
import { assign, mostUsed } from "./assign.ts";
import { Code } from "./code.ts";
import { FunctionCode, goesOnElsewhere, type Mark } from "./fn.ts";
import type { Unit } from "./operands.ts";
import { neverFalls } from "./ops.ts";
import { T0 } from "./registers.ts";
import { dispatch, type Stubs } from "./stubs.ts";

/** Larger functions are left to the interpreter. */
const MAXBLOCKS = 20_000;

/** Where code starts: a function, or an instruction of one, and the number of the type of its frames. */
export type Start = Functions["list"][number];

/** A function as it was compiled: its words are those from `from` to `to`, in bytes. */
export interface Listed {
	readonly pc: number;
	readonly instructions: number;
	readonly marks: readonly Mark[];
	readonly from: number;
	readonly to: number;
}

/** The same before it has a place. */
interface Function extends Omit<Listed, "from" | "to"> {
	readonly entries: ReadonlyMap<number, Label>;
	readonly from: Label;
	readonly to: Label;
}

/** What became of functions. */
export interface Made {
	readonly code: Assembled;
	/** Where native code can go on, by instruction: bytes from where code is counted from. */
	readonly entries: readonly (readonly [pc: number, place: number])[];
	readonly listed: readonly Listed[];
	readonly refused: readonly number[];
}

/** How code is made. */
export interface Making {
	readonly stubs: Stubs;
	/** Room for so many bytes. */
	place(bytes: number): number;
	/** Whether somebody wants to see it. */
	readonly listed: boolean;
	/** Slots in registers, at most. */
	readonly registers: number;
}

/** Makes code of functions of a module that starts at each of `starts`. */
export function compileUnit(machine: Machine, m: Module, starts: readonly Start[], making: Making): Made {
	const { i32 } = machine.heap.arena;
	const c = new Code();
	const own = new Map<number, Label>(starts.map(({ pc }) => [pc, c.label()]));
	const outside = new Map<number, Label>();
	const unit: Unit = {
		c,
		stubs: making.stubs,
		outside: (place) => {
			let label = outside.get(place);
			if (label === undefined) {
				label = c.outside(place);
				outside.set(place, label);
			}
			return label;
		},
		own: (pc) => own.get(pc),
		type: (k) => m.types[k] as number,
		word: (at) => i32[at >>> 2] as number,
		data: m.origmp,
		targets: (pc) => m.functions?.targets.get(pc) ?? [],
		listed: making.listed,
		handlers: handlersOf(m),
	};
	const refused: number[] = [];
	const functions: Function[] = [];
	for (const { pc, type } of starts) {
		const f = functionOf(unit, m, pc, type, making.registers);
		const from = c.mark();
		if (f === undefined) {
			refused.push(pc);
			elsewhere(c, own.get(pc) as Label, pc);
			continue;
		}
		f.compile();
		const { entries, marks } = f;
		functions.push({ pc, instructions: f.slots.count, entries, marks, from, to: c.mark() });
	}
	const code = c.assemble(making.place);
	return {
		code,
		refused,
		entries: functions.flatMap((f) => [...f.entries].map(([pc, l]) => [pc, code.start + code.place(l)] as const)),
		listed: functions.map((f) => ({ ...f, from: code.place(f.from), to: code.place(f.to) })),
	};
}

/** Where calls lead of a function that has no code: the table knows how to go on. */
function elsewhere(c: Code, start: Label, pc: number): void {
	c.here(start);
	c.word(T0, pc);
	dispatch(c);
}

/** By opcode: whether an instruction ends a block, as there is to be an entry behind it. */
const apart: readonly boolean[] = isa.map((row) => goesOnElsewhere({ row }));

/** A function before its code is written; undefined where it is too large. */
function functionOf(unit: Unit, m: Module, pc: number, type: number, registers: number): FunctionCode | undefined {
	const source = { code: m.code, targets: (at: number) => m.functions?.targets.get(at) ?? [] };
	const flow = flowFrom(source, pc, (at) => apart[m.code[at * INST_WORDS + I_OP] as number] === true);
	if (flow.blocks.length > MAXBLOCKS) return undefined;
	const sizeOf = (n: number) => unit.word((m.types[n] as number) + T_SIZE);
	const pointer = (off: number) => off % 4 === 0 && isPointer(unit.word, m.types[type] as number, off >> 2);
	const slots = new Slots(
		m.code,
		flow,
		sizeOf(type),
		pointer,
		sizeOf,
		(all, s) => mostUsed(all, s, registers),
		neverFalls,
	);
	return new FunctionCode(unit, slots, assign(slots), type, unit.own(pc));
}

/** The instructions that exceptions lead to. */
function handlersOf(m: Module): ReadonlySet<number> {
	return new Set(m.handlers.flatMap((h) => h.cases.map((e) => e.pc)));
}
