import { FAULT_OP, FAULT_ZDIV } from "./fault.ts";
import { caseRanges, placesOf } from "./fixed.ts";
import type { Expr } from "./isa.ts";
import { A_LEN, L_DATA, L_TAIL, S_LEN, STOP_ENDED } from "./layout.ts";
import type { Inst } from "./operand.ts";
import { isRuntime } from "./slots.ts";
import { I32, Wasm } from "./wasm.ts";
import { call, deep, farCall, frame, pushStop } from "./wasmcall.ts";
import { array, character, copy, counted, element, head, length, move, record } from "./wasmdata.ts";
import { emitExpr } from "./wasmexpr.ts";
import { type FunctionCode, valueType } from "./wasmfn.ts";

/** Writes the code of an instruction of block `k`. */
export function emitInst(f: FunctionCode, i: Inst, k: number): void {
	const { row } = i;
	if (row.meaning !== undefined) {
		if (isRuntime(i)) f.sync();
		if (row.meaning[0] === "set") {
			const value = row.meaning[1];
			f.store(i.d, () => expression(f, i, value));
		} else {
			expression(f, i, row.meaning[1]);
			branch(f, i, k);
		}
		return;
	}
	const inline = isRuntime(i) ? undefined : inlines[row.name];
	if (inline !== undefined) inline(f, i, k);
	else runtime(f, i, k);
}

function expression(f: FunctionCode, i: Inst, e: Expr): void {
	const { c } = f;
	emitExpr(c, e, {
		push: (operand) => f.pushValue(i[operand]),
		constant: (operand) => (i[operand].where === "imm" ? i[operand].off : undefined),
		temporary: (type, n) => f.temporary(type, n),
		zdivIf: () => f.leaveIf(FAULT_ZDIV),
		pure: (name, type, args) => {
			const t = valueType(type);
			const params = Array.from({ length: args }, (_, n) => (n === 0 ? t : I32));
			c.call(f.unit.runtime(`arith.${name}`, params, [t]));
		},
	});
}

/** Jumps to the target if the condition on the stack is not 0, else goes on. */
function branch(f: FunctionCode, i: Inst, k: number): void {
	f.jumpIf(k, f.target(k, i.d.off));
	f.jump(k, f.target(k, i.pc + 1));
}

/** An operation of the runtime. */
function runtime(f: FunctionCode, i: Inst, k: number): void {
	const { c } = f;
	const { row } = i;
	f.sync();
	switch (row.flow) {
		case "branch": {
			stringBranch(f, i);
			branch(f, i, k);
			return;
		}
		case "table":
			f.callRuntime(i, [I32]);
			dispatch(f, i.pc, k);
			return;
		case "stop":
			f.callRuntime(i, []);
			pushStop(f);
			c.return();
			return;
	}
	if (row.name === "mcall") {
		farCall(f, i);
		return;
	}
	const fast = fasts[row.name];
	if (fast !== undefined) {
		fast(f, i);
		f.reload();
		return;
	}
	f.callRuntime(i, []);
	if (row.may.includes("b")) {
		f.reload();
		f.returnIfStopped(i.pc + 1);
		return;
	}
	f.reload();
	if (row.name === "mframe") deep(f, i.pc + 1);
}

/** beqc and its like: the same string is equal, else the runtime compares. */
function stringBranch(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const kind = i.row.name.slice(1, 3);
	f.pushValue(i.s);
	f.pushValue(i.m);
	if (kind === "eq" || kind === "ne") {
		c.call(f.unit.runtime("equalc", [I32, I32], [I32]));
		if (kind === "ne") c.op(Wasm.i32_eqz);
		return;
	}
	c.call(f.unit.runtime("comparec", [I32, I32], [I32]));
	c.i32(0);
	c.op({ lt: Wasm.i32_lt_s, le: Wasm.i32_le_s, gt: Wasm.i32_gt_s, ge: Wasm.i32_ge_s }[kind as "lt"]);
}

/** Goes on at the pc on the stack, which the table of the jump at `pc` has. */
function dispatch(f: FunctionCode, pc: number, k: number): void {
	const { c } = f;
	const at = f.temporary(I32, 0);
	c.set(at);
	const targets = placesOf(f.unit.targets(pc));
	choose(f, targets, (t) => {
		c.get(at);
		c.i32(t);
		c.op(Wasm.i32_lt_s);
	}, (t) => f.jump(k, f.target(k, t))); // biome-ignore format: two functions
}

/** Finds by halves which of `keys`, sorted, is meant. `below` pushes whether it is one before a key. */
function choose<T>(f: FunctionCode, keys: readonly T[], below: (key: T) => void, found: (key: T) => void): void {
	if (keys.length === 1) {
		found(keys[0] as T);
		return;
	}
	const half = keys.length >> 1;
	const dirty = f.dirty.clone();
	below(keys[half] as T);
	f.c.if();
	choose(f, keys.slice(0, half), below, found);
	f.c.end();
	f.dirty = dirty;
	f.nonNil = new Set();
	choose(f, keys.slice(half), below, found);
}

/** A case on words: its table, which no instruction may change, becomes comparisons or a table of jumps. */
function caseWord(f: FunctionCode, i: Inst, k: number): void {
	const { c, unit } = f;
	const ranges = caseRanges(unit.word, unit.data + i.d.off);
	const v = f.temporary(I32, 0);
	f.pushValue(i.s);
	c.set(v);
	choose(f, ranges, (r) => {
		c.get(v);
		c.i32(r.low);
		c.op(Wasm.i32_lt_s);
	}, (r) => {
		if (r.pc < 0) f.leave(FAULT_OP);
		else f.jump(k, f.target(k, r.pc));
	}); // biome-ignore format: two functions
}

type Inline = (f: FunctionCode, i: Inst, k: number) => void;

/** The operations that are carried out here. */
const inlines: Readonly<Record<string, Inline>> = {
	nop() {},
	eclr() {},
	runt() {},
	jmp: (f, i, k) => f.jump(k, f.target(k, i.d.off)),
	movpc: (f, i) => f.store(i.d, () => f.c.i32(i.s.off)),
	case: caseWord,
	exit: (f) => f.leave(STOP_ENDED),
	movp(f, i) {
		const t = f.temporary(I32, 0);
		f.pushValue(i.s);
		f.c.set(t);
		f.storeCounted(i.d, t, i.s.where === "imm");
	},
	headp: (f, i) => counted(f, i, L_DATA),
	tail: (f, i) => counted(f, i, L_TAIL),
	headb: (f, i) => head(f, i),
	headw: (f, i) => head(f, i),
	headl: (f, i) => head(f, i),
	headf: (f, i) => head(f, i),
	lea: (f, i) => f.store(i.d, () => f.pushAddress(i.s)),
	indb: (f, i, k) => element(f, i, k, 0),
	indw: (f, i, k) => element(f, i, k, 2),
	indl: (f, i, k) => element(f, i, k, 3),
	indf: (f, i, k) => element(f, i, k, 3),
	indx: (f, i, k) => element(f, i, k, -1),
	lena: (f, i, k) => length(f, i, A_LEN, k),
	lenc: (f, i, k) => length(f, i, S_LEN, k),
	indc: character,
	frame,
	call,
	ret: (f) => f.return(),
};

/** Operations of the runtime that know more when they are compiled: all is in memory before, and loaded again after. */
const fasts: Readonly<Record<string, (f: FunctionCode, i: Inst) => void>> = {
	new: record,
	newz: record,
	newa: array,
	newaz: array,
	movmp: move,
	headmp: move,
	movm: copy,
	headm: copy,
};
