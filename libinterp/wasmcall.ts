/** Frames, calls and returns, as code of WebAssembly. */
import { isPointer } from "./fixed.ts";
import { REGFRAME, REGLINK, REGMOD, REGTYP } from "./isa.ts";
import {
	B_REF,
	H,
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
	STACK_BYTES,
	STOP_AGAIN,
	T_WORDS,
	X_FRAMES,
} from "./layout.ts";
import type { Inst } from "./operand.ts";
import { I32, Wasm } from "./wasm.ts";
import { clear, MAXFILL } from "./wasmdata.ts";
import type { FunctionCode } from "./wasmfn.ts";

/** Frames with more pointers have them let go by the runtime. */
const MAXRELEASE = 16;

export function pushStop(f: FunctionCode): void {
	f.c.i32(0);
	f.c.access("i32_load", R_STOP);
}

/** Leaves, to go on at `pc`, where the thread's stack has grown so far that the host's may not hold what calls are to come. */
export function deep(f: FunctionCode, pc: number): void {
	f.c.i32(0);
	f.c.access("i32_load", STACK_BYTES);
	f.c.i32(0);
	f.c.access("i32_load", R_DEEP);
	f.c.op(Wasm.i32_gt_u);
	f.leaveIf(STOP_AGAIN, pc);
}

export function frame(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const words = unit.word(t + T_WORDS);
	const q = f.temporary(I32, 0);
	const slow = () => {
		f.flush();
		f.constant("type", i.s.off);
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

/** A fresh frame of type `k` at local `q`: all but the two words that the call sets. */
function fill(f: FunctionCode, k: number, words: number, q: number): void {
	const { c } = f;
	c.get(q);
	c.i32(0);
	c.access("i32_store", REGMOD);
	c.get(q);
	f.constant("type", k);
	c.access("i32_store", REGTYP);
	clear(f, f.unit.type(k), REGTYP / 4 + 1, words, q);
}

/** The pending frame in local `q` becomes the running one, which returns to `pc` here. */
function enter(f: FunctionCode, q: number, pc: number): void {
	const { c } = f;
	c.get(q);
	c.i32(pc);
	c.access("i32_store", REGLINK);
	c.get(q);
	f.pushFp();
	c.access("i32_store", REGFRAME);
	c.i32(0);
	c.get(q);
	c.access("i32_store", R_FP);
}

/** The module link in local `ml` becomes the current one. */
function enterModule(f: FunctionCode, ml: number): void {
	const { c } = f;
	c.i32(0);
	c.get(ml);
	c.access("i32_store", R_M);
	c.i32(0);
	c.get(ml);
	c.access("i32_load", M_MP);
	c.access("i32_store", R_MP);
}

export function call(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const q = f.temporary(I32, 0);
	f.pushValue(i.s);
	c.set(q);
	f.sync();
	enter(f, q, i.pc + 1);
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
export function farCall(f: FunctionCode, i: Inst): void {
	if (i.m.where === "imm" && i.m.off >= 0) linked(f, i);
	else f.callRuntime(i, [I32]);
	passOn(f);
	f.reloadCount();
	f.reload();
}

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
	enter(f, q, i.pc + 1);
	enterModule(f, ml);
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
	for (let w = 0; w < unit.word(t + T_WORDS); w++) if (isPointer(unit.word, t, w)) pointers.push(w * 4);
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
		f.constant("type", f.frameType);
		f.pushFp();
		c.call(unit.runtime("releaseall", [I32, I32], []));
	} else
		for (const off of pointers) {
			f.pushFp();
			c.access("i32_load", off);
			c.tee(p);
			f.letGo(p);
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
	enterModule(f, module);
}
