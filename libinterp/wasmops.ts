import type { Expr } from "./isa.ts";
import { REGFRAME, REGLINK, REGMOD, REGTYP } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	B_REF,
	H,
	L_DATA,
	L_TAIL,
	LINK_CODE,
	LINK_PC,
	LINK_SIZE,
	M_ENGINE,
	M_LINKS,
	M_MP,
	M_NLINKS,
	R_DEEP,
	R_EX,
	R_FP,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_STOP,
	R_TS,
	S_CAP,
	S_DATA,
	S_LEN,
	STACK_BYTES,
	STOP_ENDED,
	T_MAP,
	T_NP,
	T_SIZE,
	T_WORDS,
	X_FRAMES,
} from "./layout.ts";
import type { Inst, Place } from "./operand.ts";
import { isRuntime } from "./slots.ts";
import { I32, Wasm } from "./wasm.ts";
import { smallBlock } from "./wasmcore.ts";
import { emitExpr } from "./wasmexpr.ts";
import { AGAIN, FAULT_BOUNDS, FAULT_NIL, FAULT_OP, FAULT_ZDIV, type FunctionCode, valueType } from "./wasmfn.ts";

/** Frames of more words are filled by a loop of the runtime's. */
const MAXFILL = 48;
/** Adts of more words, or more pointers, are copied by a loop. */
const MAXMOVE = 12;
const MAXMOVED = 4;
/** First of the temporaries for the pointers of one that is copied here. */
const MOVED = 8;
/** More bytes are copied by the runtime. */
const MAXCOPY = 48;
/** Frames with more pointers have them let go by the runtime. */
const MAXRELEASE = 16;

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

function pushStop(f: FunctionCode): void {
	f.c.i32(0);
	f.c.access("i32_load", R_STOP);
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
	const targets = [...new Set(f.unit.targets(pc))].filter((t) => t >= 0).sort((a, b) => a - b);
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
	const table = unit.data + i.d.off;
	const n = unit.word(table);
	const ranges: { low: number; pc: number }[] = [];
	const otherwise = unit.word(table + 4 + 12 * n);
	let end = -(2 ** 31);
	for (let e = 0; e < n; e++) {
		const low = unit.word(table + 4 + 12 * e);
		const high = unit.word(table + 8 + 12 * e);
		if (low < end || high <= low) continue; // never found by halving either
		if (low > end) ranges.push({ low: end, pc: otherwise });
		ranges.push({ low, pc: unit.word(table + 12 + 12 * e) });
		end = high;
	}
	ranges.push({ low: end, pc: otherwise });
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
	lena: (f, i) => length(f, i, A_LEN),
	lenc: (f, i) => length(f, i, S_LEN),
	indc: character,
	frame,
	call,
	ret: (f) => f.return(),
};

/** Pushes a pointer, which leaves with a fault where it is nil. */
function pushNonNil(f: FunctionCode, p: Place, fault: number): void {
	const { c } = f;
	const slot = f.slotOf(p);
	f.pushValue(p);
	if (slot !== undefined && f.nonNil.has(slot)) return;
	const t = f.temporary(I32, 1);
	c.tee(t);
	c.i32(H);
	c.op(Wasm.i32_eq);
	f.leaveIf(fault);
	if (slot !== undefined) f.nonNil.add(slot);
	c.get(t);
}

function counted(f: FunctionCode, i: Inst, off: number): void {
	const t = f.temporary(I32, 0);
	pushNonNil(f, i.s, FAULT_NIL);
	f.c.access("i32_load", off);
	f.c.set(t);
	f.storeCounted(i.d, t, false);
}

function head(f: FunctionCode, i: Inst): void {
	f.store(i.d, () => {
		pushNonNil(f, i.s, FAULT_NIL);
		f.c.access(({ b: "i32_load8_u", l: "i64_load", f: "f64_load" } as const)[i.d.type as "b"] ?? "i32_load", L_DATA);
	});
}

function length(f: FunctionCode, i: Inst, off: number): void {
	const { c } = f;
	const t = f.temporary(I32, 0);
	const n = f.temporary(I32, 2);
	f.pushValue(i.s);
	c.set(t);
	c.i32(0);
	c.set(n);
	c.get(t);
	c.i32(H);
	c.op(Wasm.i32_ne);
	c.if();
	c.get(t);
	c.access("i32_load", off);
	c.set(n);
	c.end();
	f.store(i.d, () => c.get(n));
}

/** The address of an element, of 2**shift bytes or (-1) as large as the array's type says. */
function element(f: FunctionCode, i: Inst, k: number, shift: number): void {
	const { c } = f;
	const a = f.temporary(I32, 2);
	const n = f.temporary(I32, 3);
	const kept = f.keptArray(i.s, k);
	if (kept === undefined) {
		pushNonNil(f, i.s, FAULT_BOUNDS);
		c.set(a);
	}
	f.pushValue(i.d);
	c.tee(n);
	if (kept === undefined) {
		c.get(a);
		c.access("i32_load", A_LEN);
	} else c.get(kept.length);
	c.op(Wasm.i32_ge_u);
	f.leaveIf(FAULT_BOUNDS);
	f.store(i.m, () => {
		if (kept === undefined) {
			c.get(a);
			c.access("i32_load", A_DATA);
		} else c.get(kept.data);
		c.get(n);
		if (shift > 0) {
			c.i32(shift);
			c.op(Wasm.i32_shl);
		} else if (shift < 0) {
			if (kept === undefined) c.get(a);
			else f.pushValue(i.s);
			c.access("i32_load", A_TYPE);
			c.access("i32_load", T_SIZE);
			c.op(Wasm.i32_mul);
		}
		c.op(Wasm.i32_add);
	});
	const slot = f.slotOf(i.m);
	if (slot !== undefined) f.nonNil.add(slot);
}

function character(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const s = f.temporary(I32, 2);
	const n = f.temporary(I32, 3);
	pushNonNil(f, i.s, FAULT_NIL);
	c.set(s);
	f.pushValue(i.m);
	c.tee(n);
	c.get(s);
	c.access("i32_load", S_LEN);
	c.op(Wasm.i32_ge_u);
	f.leaveIf(FAULT_BOUNDS);
	c.get(s);
	c.access("i32_load", S_CAP);
	c.i32(1);
	c.op(Wasm.i32_and);
	c.if();
	c.get(s);
	c.get(n);
	c.i32(2);
	c.op(Wasm.i32_shl);
	c.op(Wasm.i32_add);
	c.access("i32_load", S_DATA);
	c.set(n);
	c.else();
	c.get(s);
	c.get(n);
	c.op(Wasm.i32_add);
	c.access("i32_load8_u", S_DATA);
	c.set(n);
	c.end();
	f.store(i.d, () => c.get(n));
}

// Frames and calls.

/** Leaves, to go on at `pc`, where the thread's stack has grown so far that the host's may not hold what calls are to come. */
function deep(f: FunctionCode, pc: number): void {
	f.c.i32(0);
	f.c.access("i32_load", STACK_BYTES);
	f.c.i32(0);
	f.c.access("i32_load", R_DEEP);
	f.c.op(Wasm.i32_gt_u);
	f.leaveIf(AGAIN, pc);
}

function frame(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const words = unit.word(t + T_WORDS);
	const q = f.temporary(I32, 0);
	const slow = () => {
		f.flush();
		c.relocated("type", i.s.off);
		c.call(unit.runtime("newframe", [I32], [I32]));
		c.set(q);
	};
	const done = () => f.store(i.d, () => c.get(q));
	if (words > MAXFILL) {
		slow();
		done();
		deep(f, i.pc + 1);
		return;
	}
	const top = f.temporary(I32, 1);
	c.i32(0);
	c.access("i32_load", R_SP);
	c.tee(q);
	c.i32(words * 4);
	c.op(Wasm.i32_add);
	c.tee(top);
	c.i32(0);
	c.access("i32_load", R_TS);
	c.op(Wasm.i32_gt_u);
	c.if();
	const dirty = f.dirty.clone();
	const nonNil = new Set(f.nonNil);
	slow();
	done();
	deep(f, i.pc + 1);
	f.dirty = dirty;
	f.nonNil = nonNil;
	c.else();
	c.i32(0);
	c.get(top);
	c.access("i32_store", R_SP);
	fill(f, i.s.off, words, q);
	done();
	c.end();
	const slot = f.slotOf(i.d);
	if (slot !== undefined) f.nonNil.add(slot);
}

/** Whether word `w` of type `t` is a pointer. */
function isPointer(f: FunctionCode, t: number, w: number): boolean {
	if (w >> 3 >= f.unit.word(t + T_NP)) return false;
	const at = t + T_MAP + (w >> 3);
	return ((f.unit.word(at & ~3) >>> ((at & 3) * 8)) & (0x80 >> (w & 7))) !== 0;
}

/** A fresh frame of type `k` at local `q`: all but the two words that the call sets. */
function fill(f: FunctionCode, k: number, words: number, q: number): void {
	const { c } = f;
	c.get(q);
	c.i32(0);
	c.access("i32_store", REGMOD);
	c.get(q);
	c.relocated("type", k);
	c.access("i32_store", REGTYP);
	clear(f, f.unit.type(k), REGTYP / 4 + 1, words, q);
}

/** Fills words of a thing of type `t` at local `q` with nil where they are pointers, else with zeros. */
function clear(f: FunctionCode, t: number, from: number, to: number, q: number): void {
	const { c } = f;
	for (let w = from; w < to; w += 2) {
		const word = (n: number) => BigInt.asUintN(32, BigInt(isPointer(f, t, n) ? H : 0));
		c.get(q);
		c.i64(BigInt.asIntN(64, (word(w + 1) << 32n) | word(w)));
		c.access("i64_store", w * 4);
	}
}

function call(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const q = f.temporary(I32, 0);
	f.pushValue(i.s);
	c.set(q);
	f.sync();
	c.get(q);
	c.i32(i.pc + 1);
	c.access("i32_store", REGLINK);
	c.get(q);
	f.pushFp();
	c.access("i32_store", REGFRAME);
	c.i32(0);
	c.get(q);
	c.access("i32_store", R_FP);
	c.get(q);
	f.unit.call(c, i.d.off);
	passOn(f);
	f.reloadCount();
	f.reload();
}

/** Returns the status on the stack if it is not 0. */
function passOn(f: FunctionCode): void {
	const { c } = f;
	const status = f.temporary(I32, 1);
	c.tee(status);
	c.if();
	c.get(status);
	c.return();
	c.end();
}

/** A call through a module link: the runtime enters the module, and says how to go on. */
function farCall(f: FunctionCode, i: Inst): void {
	if (i.m.where === "imm" && i.m.off >= 0) linked(f, i);
	else f.callRuntime(i, [I32]);
	passOn(f);
	f.reloadCount();
	f.reload();
}

/** A fresh adt, made here where it is small: all but nil pointers are zeros. */
function record(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const bytes = unit.word(t + T_SIZE);
	const size = smallBlock(bytes);
	if (size === undefined || bytes > MAXFILL * 4) f.callRuntime(i, []);
	else {
		const p = f.temporary(I32, 0);
		c.relocated("type", i.s.off);
		c.i32(size);
		c.call(unit.runtime("object", [I32, I32], [I32]));
		c.set(p);
		clear(f, t, 0, bytes / 4, p);
		f.storeCounted(i.d, p, false, true);
	}
}

/** A fresh array. */
function array(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const p = f.temporary(I32, 0);
	c.relocated("type", i.m.off);
	f.pushValue(i.s);
	c.call(f.unit.runtime("array", [I32, I32], [I32]));
	c.set(p);
	f.storeCounted(i.d, p, false, true);
}

/** Copies an adt with pointers. */
function move(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const t = f.unit.type(i.m.off);
	if (i.row.name === "headmp") {
		pushNonNil(f, i.s, FAULT_NIL);
		c.i32(L_DATA);
		c.op(Wasm.i32_add);
	} else f.pushAddress(i.s);
	const words = f.unit.word(t + T_SIZE) >> 2;
	const pointers = Array.from({ length: words }, (_, w) => w).filter((w) => isPointer(f, t, w));
	if (words * 4 !== f.unit.word(t + T_SIZE) || words > MAXMOVE || pointers.length > MAXMOVED) {
		f.pushAddress(i.d);
		c.relocated("type", i.m.off);
		c.call(f.unit.runtime("move", [I32, I32, I32], []));
		return;
	}
	const from = f.temporary(I32, 0);
	const to = f.temporary(I32, 1);
	c.set(from);
	f.pushAddress(i.d);
	c.set(to);
	// What is let go last may hold the source.
	for (let w = 0; w < words; w++) {
		if (pointers.includes(w)) continue;
		c.get(to);
		c.get(from);
		c.access("i32_load", w * 4);
		c.access("i32_store", w * 4);
	}
	pointers.forEach((w, n) => {
		c.get(from);
		c.access("i32_load", w * 4);
		c.set(f.temporary(I32, MOVED + n));
		f.retain(f.temporary(I32, MOVED + n));
	});
	pointers.forEach((w, n) => {
		f.replace(to, w * 4, f.temporary(I32, MOVED + n));
	});
}

/** Copies bytes: a few by loads, which are all done before the stores, as the places may overlap. */
function copy(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const n = i.m.off;
	if (i.m.where !== "imm" || n < 0 || n > MAXCOPY) {
		f.callRuntime(i, []);
		return;
	}
	const from = f.temporary(I32, 0);
	const to = f.temporary(I32, 1);
	if (i.row.name === "headm") {
		pushNonNil(f, i.s, FAULT_NIL);
		c.i32(L_DATA);
		c.op(Wasm.i32_add);
	} else f.pushAddress(i.s);
	c.set(from);
	f.pushAddress(i.d);
	c.set(to);
	const parts: [number, "i64" | "i32" | "b"][] = [];
	let at = 0;
	for (; at + 8 <= n; at += 8) parts.push([at, "i64"]);
	if (at + 4 <= n) {
		parts.push([at, "i32"]);
		at += 4;
	}
	for (; at < n; at++) parts.push([at, "b"]);
	for (const [off, kind] of parts) {
		c.get(to);
		c.get(from);
		c.access(({ i64: "i64_load", i32: "i32_load", b: "i32_load8_u" } as const)[kind], off);
	}
	for (const [off, kind] of parts.reverse())
		c.access(({ i64: "i64_store", i32: "i32_store", b: "i32_store8" } as const)[kind], off);
}

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

/** A call through a known link: straight to the function if that is compiled, and the frame was made for the module. */
function linked(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const q = f.temporary(I32, 0);
	const ml = f.temporary(I32, 1);
	const code = f.temporary(I32, 2);
	const k = i.m.off;
	const link = M_LINKS + k * LINK_SIZE;
	f.pushValue(i.s);
	c.set(q);
	f.pushValue(i.d);
	c.set(ml);
	const done = c.block();
	const slow = c.block();
	c.get(ml);
	c.i32(H);
	c.op(Wasm.i32_eq);
	c.brIf(slow);
	c.get(ml);
	c.access("i32_load", M_NLINKS);
	c.i32(k);
	c.op(Wasm.i32_le_u);
	c.brIf(slow);
	c.get(ml);
	c.access("i32_load", link + LINK_CODE);
	c.tee(code);
	c.op(Wasm.i32_eqz);
	c.brIf(slow);
	c.get(q);
	c.access("i32_load", REGMOD);
	c.get(ml);
	c.op(Wasm.i32_ne);
	c.brIf(slow);
	c.get(q);
	c.i32(0);
	c.access("i32_load", R_M);
	c.access("i32_store", REGMOD);
	c.get(q);
	c.i32(i.pc + 1);
	c.access("i32_store", REGLINK);
	c.get(q);
	f.pushFp();
	c.access("i32_store", REGFRAME);
	c.i32(0);
	c.get(q);
	c.access("i32_store", R_FP);
	c.i32(0);
	c.get(ml);
	c.access("i32_store", R_M);
	c.i32(0);
	c.get(ml);
	c.access("i32_load", M_MP);
	c.access("i32_store", R_MP);
	c.i32(0);
	c.get(ml);
	c.access("i32_load", link + LINK_PC);
	c.access("i32_store", R_PC);
	c.get(q);
	c.get(code);
	c.callIndirect(unit.wasm.type([I32], [I32]));
	c.set(code);
	c.br(done);
	c.end();
	c.get(q);
	c.i32(k);
	c.get(ml);
	c.call(unit.runtime("mcall", [I32, I32, I32], [I32]));
	c.set(code);
	c.end();
	c.get(code);
}

/** Lets go the frame's pointers, and goes back to the caller. */
export function emitReturn(f: FunctionCode): void {
	const { c, unit } = f;
	const t = unit.type(f.frameType);
	const caller = f.temporary(I32, 0);
	const p = f.temporary(I32, 1);
	const module = f.temporary(I32, 2);
	const link = f.temporary(I32, 3);
	const pointers: number[] = [];
	for (let w = 0; w < unit.word(t + T_WORDS); w++) if (isPointer(f, t, w)) pointers.push(w * 4);
	f.pushFp();
	c.access("i32_load", REGFRAME);
	c.tee(caller);
	c.op(Wasm.i32_eqz);
	c.if();
	f.flushCount();
	c.call(unit.runtime("ret", [], []));
	pushStop(f);
	c.return();
	c.end();
	c.i32(0);
	c.get(caller);
	c.access("i32_store", R_FP);
	f.pushFp();
	c.access("i32_load", REGMOD);
	c.set(module);
	f.pushFp();
	c.access("i32_load", REGLINK);
	c.set(link);
	if (pointers.length > MAXRELEASE) {
		c.relocated("type", f.frameType);
		f.pushFp();
		c.call(unit.runtime("releaseall", [I32, I32], []));
	} else
		for (const off of pointers) {
			f.pushFp();
			c.access("i32_load", off);
			c.tee(p);
			c.i32(H);
			c.op(Wasm.i32_ne);
			c.if();
			c.get(p);
			c.callOwn(unit.release);
			c.end();
		}
	f.flushCount();
	f.pushFp();
	c.i32(X_FRAMES);
	c.op(Wasm.i32_sub);
	c.i32(0);
	c.access("i32_load", R_EX);
	c.op(Wasm.i32_eq);
	c.if();
	f.pushFp();
	c.call(unit.runtime("dropframe", [I32], []));
	c.else();
	c.i32(0);
	f.pushFp();
	c.access("i32_store", R_SP);
	c.end();
	c.get(module);
	c.if();
	leave(f, module, link);
	c.end();
	c.i32(0);
	c.return();
}

/** Goes back to the module in a local, at the pc in another; returns with a status if that is not done here. */
function leave(f: FunctionCode, module: number, link: number): void {
	const { c } = f;
	const old = f.temporary(I32, 0);
	const count = f.temporary(I32, 1);
	c.i32(0);
	c.access("i32_load", R_M);
	c.tee(old);
	c.i32(B_REF);
	c.op(Wasm.i32_add);
	c.access("i32_load", 0);
	c.i32(1);
	c.op(Wasm.i32_sub);
	c.tee(count);
	c.i32(0);
	c.op(Wasm.i32_le_s);
	c.get(old);
	c.access("i32_load", M_ENGINE);
	c.get(module);
	c.access("i32_load", M_ENGINE);
	c.op(Wasm.i32_ne);
	c.op(Wasm.i32_or);
	c.if();
	c.get(module);
	c.get(link);
	c.call(f.unit.runtime("leave", [I32, I32], [I32]));
	c.return();
	c.end();
	c.get(old);
	c.i32(B_REF);
	c.op(Wasm.i32_add);
	c.get(count);
	c.access("i32_store", 0);
	c.i32(0);
	c.get(module);
	c.access("i32_store", R_M);
	c.i32(0);
	c.get(module);
	c.access("i32_load", M_MP);
	c.access("i32_store", R_MP);
}
