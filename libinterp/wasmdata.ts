/** Access to arrays, lists and strings, and the making and copying of objects, as code of WebAssembly. */

import { smallBlock } from "./coreheap.ts";
import { FAULT_BOUNDS, FAULT_NIL } from "./fault.ts";
import { isPointer } from "./fixed.ts";
import { A_DATA, A_LEN, A_TYPE, H, L_DATA, S_CAP, S_DATA, S_LEN, T_SIZE } from "./layout.ts";
import type { Inst, Place } from "./operand.ts";
import { I32, Wasm } from "./wasm.ts";
import type { FunctionCode } from "./wasmfn.ts";

/** Frames of more words are filled by a loop of the runtime's. */
export const MAXFILL = 48;
/** Adts of more words, or more pointers, are copied by a loop. */
const MAXMOVE = 12;
const MAXMOVED = 4;

/** First of the temporaries for the pointers of one that is copied here. */
const MOVED = 8;
/** More bytes are copied by the runtime. */
const MAXCOPY = 48;

/** Pushes a pointer, which leaves with a fault where it is nil. */
export function pushNonNil(f: FunctionCode, p: Place, fault: number): void {
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

/** Leaves with a fault where an operand lies behind nil, before anything else can go wrong or is made that is to be stored there. */
function checkBase(f: FunctionCode, p: Place): void {
	if (p.where !== "(fp)" && p.where !== "(mp)") return;
	f.pushBase(p);
	f.c.op(Wasm.drop);
}

export function counted(f: FunctionCode, i: Inst, off: number): void {
	const t = f.temporary(I32, 0);
	pushNonNil(f, i.s, FAULT_NIL);
	f.c.access("i32_load", off);
	f.c.set(t);
	f.storeCounted(i.d, t, false);
}

export function head(f: FunctionCode, i: Inst): void {
	f.store(i.d, () => {
		pushNonNil(f, i.s, FAULT_NIL);
		f.c.access(({ b: "i32_load8_u", l: "i64_load", f: "f64_load" } as const)[i.d.type as "b"] ?? "i32_load", L_DATA);
	});
}

export function length(f: FunctionCode, i: Inst, off: number, k: number): void {
	const { c } = f;
	const kept = f.keptArray(i.s, k);
	if (kept !== undefined) {
		f.store(i.d, () => c.get(kept.length));
		return;
	}
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
export function element(f: FunctionCode, i: Inst, k: number, shift: number): void {
	const { c } = f;
	const a = f.temporary(I32, 2);
	const n = f.temporary(I32, 3);
	const kept = f.keptArray(i.s, k);
	checkBase(f, i.d);
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

export function character(f: FunctionCode, i: Inst): void {
	const { c } = f;
	checkBase(f, i.d);
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

/** Fills words of a thing of type `t` at local `q` with nil where they are pointers, else with zeros. */
export function clear(f: FunctionCode, t: number, from: number, to: number, q: number): void {
	const { c } = f;
	for (let w = from; w < to; w += 2) {
		const word = (n: number) => BigInt.asUintN(32, BigInt(isPointer(f.unit.word, t, n) ? H : 0));
		c.get(q);
		c.i64(BigInt.asIntN(64, (word(w + 1) << 32n) | word(w)));
		c.access("i64_store", w * 4);
	}
}

/** A fresh adt, made here where it is small: all but nil pointers are zeros. */
export function record(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const bytes = unit.word(t + T_SIZE);
	const size = smallBlock(bytes);
	if (size === undefined || bytes > MAXFILL * 4) f.callRuntime(i, []);
	else {
		const p = f.temporary(I32, 0);
		checkBase(f, i.d);
		f.constant("type", i.s.off);
		c.i32(size);
		c.call(unit.runtime("object", [I32, I32], [I32]));
		c.set(p);
		clear(f, t, 0, bytes / 4, p);
		f.storeCounted(i.d, p, false, true);
	}
}

/** A fresh array. */
export function array(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const p = f.temporary(I32, 0);
	checkBase(f, i.d);
	f.constant("type", i.m.off);
	f.pushValue(i.s);
	c.call(f.unit.runtime("array", [I32, I32], [I32]));
	c.set(p);
	f.storeCounted(i.d, p, false, true);
}

/** Copies an adt with pointers. */
export function move(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const t = f.unit.type(i.m.off);
	if (i.row.name === "headmp") {
		pushNonNil(f, i.s, FAULT_NIL);
		c.i32(L_DATA);
		c.op(Wasm.i32_add);
	} else f.pushAddress(i.s);
	const words = f.unit.word(t + T_SIZE) >> 2;
	const all = Array.from({ length: words }, (_, w) => w);
	const pointers = all.filter((w) => isPointer(f.unit.word, t, w));
	if (words * 4 !== f.unit.word(t + T_SIZE) || words > MAXMOVE || pointers.length > MAXMOVED) {
		f.pushAddress(i.d);
		f.constant("type", i.m.off);
		c.call(f.unit.runtime("move", [I32, I32, I32], []));
		return;
	}
	const from = f.temporary(I32, 0);
	const to = f.temporary(I32, 1);
	c.set(from);
	f.pushAddress(i.d);
	c.set(to);
	// All is loaded before anything is stored, as the places may overlap; what is let go last may hold the source.
	const plain = all.filter((w) => !pointers.includes(w));
	for (const w of plain) {
		c.get(to);
		c.get(from);
		c.access("i32_load", w * 4);
	}
	pointers.forEach((w, n) => {
		c.get(from);
		c.access("i32_load", w * 4);
		c.set(f.temporary(I32, MOVED + n));
	});
	for (const w of plain.reverse()) c.access("i32_store", w * 4);
	pointers.forEach((_, n) => {
		f.retain(f.temporary(I32, MOVED + n));
	});
	pointers.forEach((w, n) => {
		f.replace(to, w * 4, f.temporary(I32, MOVED + n));
	});
}

/** Copies bytes: a few by loads, which are all done before the stores, as the places may overlap. */
export function copy(f: FunctionCode, i: Inst): void {
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
