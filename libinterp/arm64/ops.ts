import { FAULT_OP } from "../fault.ts";
import { caseRanges, placesOf, type Range } from "../fixed.ts";
import { A_LEN, L_DATA, L_TAIL, S_LEN, STOP_ENDED } from "../layout.ts";
import type { Inst } from "../operand.ts";
import { isRuntime } from "../slots.ts";
import { call, farCall, farFrame, frame, ret } from "./calls.ts";
import { GE, GT, HS, LE, LT } from "./code.ts";
import { array, character, cons, copy, counted, element, head, length, move, record } from "./data.ts";
import { Meaning } from "./expr.ts";
import type { FunctionCode } from "./fn.ts";
import { DEST, PUNT, T0, T1, T3 } from "./registers.ts";
import type { Routine } from "./routines.ts";

/** Writes the code of an instruction. */
export function emitInst(f: FunctionCode, i: Inst): void {
	const { row } = i;
	if (row.meaning === undefined || isRuntime(i)) {
		(isRuntime(i) ? (runtime[row.name] ?? punt) : (inlines[row.name] ?? punt))(f, i);
		return;
	}
	const meaning = new Meaning(f, i);
	if (row.meaning[0] === "set") {
		const value = row.meaning[1];
		const real = i.d.type === "f" || i.d.type === "r";
		f.set(i.d, real ? 0 : T0, DEST, (to) => meaning.value(value, 0, to));
		return;
	}
	const test = row.meaning[1];
	if (typeof test === "string" || !isComparison(test)) throw new Error(`${row.name} is no comparison`);
	const [cmp, type, x, y] = test;
	f.branch(meaning.condition(cmp, type, x, y), f.target(i.d.off), f.target(i.pc + 1));
}

function isComparison(e: readonly unknown[]): e is readonly ["eq", "w", "s", "m"] {
	return ["eq", "ne", "lt", "le", "gt", "ge"].includes(e[0] as string);
}

type Emit = (f: FunctionCode, i: Inst) => void;

/** Carried out by the runtime, in JavaScript. */
const punt: Emit = (f) => f.punt();

/** A case on words: its table, which no instruction may change, becomes comparisons. */
function caseWord(f: FunctionCode, i: Inst): void {
	const { unit } = f;
	choose(f, f.value(i.s, T0), caseRanges(unit.word, unit.data + i.d.off));
}

/** Finds by halves which of the ranges, which begin at `low` each, a register is in. */
function choose(f: FunctionCode, v: number, ranges: readonly Range[]): void {
	if (ranges.length === 1) {
		const { pc } = ranges[0] as Range;
		if (pc < 0) f.leave(FAULT_OP);
		else f.jump(f.target(pc), false);
		return;
	}
	const half = ranges.length >> 1;
	const below = f.c.label();
	f.c.compare(v, (ranges[half] as Range).low);
	f.c.to("bcond", below, LT);
	choose(f, v, ranges.slice(half));
	f.c.here(below);
	choose(f, v, ranges.slice(0, half));
}

/** A case on strings. */
function caseString(f: FunctionCode, i: Inst): void {
	f.syncAt();
	f.valueTo(i.s, T0);
	f.addressTo(i.d, T1);
	f.call("casec");
	const targets = placesOf(f.unit.targets(i.pc));
	if (targets.length === 0) f.punt();
	else
		choose(
			f,
			T0,
			targets.map((pc) => ({ low: pc, pc })),
		);
}

/** A jump by a table, which no instruction may change; an index beyond it is looked at elsewhere. */
function jumpTable(f: FunctionCode, i: Inst): void {
	const targets = f.unit.targets(i.pc);
	f.sync();
	const v = f.value(i.s, T0);
	f.c.compare(v, targets.length);
	f.c.to("bcond", f.leaving(PUNT), HS);
	const ranges = targets.map((pc, low): Range => ({ low, pc }));
	choose(
		f,
		v,
		ranges.filter(({ low, pc }) => low === 0 || targets[low - 1] !== pc),
	);
}

/** beqc and its like. */
function stringBranch(f: FunctionCode, i: Inst): void {
	const kind = i.row.name.slice(1, 3);
	f.syncAt();
	f.valueTo(i.s, T0);
	f.valueTo(i.m, T1);
	const yes = f.target(i.d.off);
	const no = f.target(i.pc + 1);
	if (kind === "eq" || kind === "ne") {
		f.call("equalc");
		f.branch([kind === "eq" ? "cbnzw" : "cbzw", T0], yes, no);
		return;
	}
	f.call("comparec");
	f.c.compare(T0, 0);
	f.branch(["bcond", { lt: LT, le: LE, gt: GT, ge: GE }[kind as "lt"]], yes, no);
}

/** An operation that is a routine with the same operands, in the order of the instruction: values that are read, addresses of others. */
function routine(name: Routine): Emit {
	return (f, i) => {
		f.syncAt();
		let t = T0;
		for (const p of [i.s, i.m, i.d]) {
			if (p.access === "") continue;
			if ("r?i".includes(p.access)) f.valueTo(p, t);
			else f.addressTo(p, t);
			t++;
		}
		f.call(name);
		f.reload();
	};
}

/** Whether native code never goes on with what follows an instruction but by an entry. */
export function neverFalls(i: Inst): boolean {
	const { name } = i.row;
	return name === "call" || name === "mcall" || (isRuntime(i) && runtime[name] === undefined);
}

/** The operations that are carried out here, with slots in registers. */
const inlines: Readonly<Record<string, Emit>> = {
	nop() {},
	eclr() {},
	runt() {},
	jmp: (f, i) => f.jump(f.target(i.d.off)),
	movpc: (f, i) =>
		f.set(i.d, T0, DEST, (to) => {
			f.c.word(to, i.s.off);
			return to;
		}),
	case: caseWord,
	exit: (f) => f.leave(STOP_ENDED),
	movp(f, i) {
		const v = f.value(i.s, T1);
		f.storeCounted(i.d, v, DEST, i.s.where !== "imm");
	},
	headp: (f, i) => counted(f, i, L_DATA),
	tail: (f, i) => counted(f, i, L_TAIL),
	headb: head,
	headw: head,
	headl: head,
	headf: head,
	lea: (f, i) =>
		f.set(i.d, T0, DEST, () => {
			f.addressTo(i.s, T1);
			return T1;
		}),
	indb: (f, i) => element(f, i, 0),
	indw: (f, i) => element(f, i, 2),
	indl: (f, i) => element(f, i, 3),
	indf: (f, i) => element(f, i, 3),
	indx: (f, i) => element(f, i, -1),
	lena: (f, i) => length(f, i, A_LEN),
	lenc: (f, i) => length(f, i, S_LEN),
	indc: character,
	frame,
	call,
	ret,
};

/** Operations of the runtime: memory is right before, and loaded again after. */
const runtime: Readonly<Record<string, Emit>> = {
	mcall: farCall,
	mframe: farFrame,
	new: record,
	newz: record,
	newa: array,
	newaz: array,
	movm: copy,
	headm: copy,
	movmp: move,
	headmp: move,
	consb: cons("consb"),
	consw: cons("consw"),
	consl: cons("consl"),
	consf: cons("consf"),
	consp: cons("consp"),
	lenl(f, i) {
		f.syncAt();
		f.valueTo(i.s, T0);
		f.checkBase(i.d);
		f.call("lenl");
		f.c.op("movw", T3, T0);
		// The operand is looked at again: nothing has changed.
		f.c.store("w", T3, f.ref(i.d, DEST));
		f.reload();
	},
	casec: caseString,
	goto: jumpTable,
	addc: routine("addc"),
	slicec: routine("slicec"),
	insc: routine("insc"),
	send: routine("send"),
	recv: routine("recv"),
	...Object.fromEntries(["eq", "ne", "lt", "le", "gt", "ge"].map((cmp) => [`b${cmp}c`, stringBranch])),
};
