/** Access to arrays, lists and strings, and the making and copying of objects, as native code. */

import { smallBlock } from "../coreheap.ts";
import { FAULT_BOUNDS, FAULT_NIL } from "../fault.ts";
import { isPointer } from "../fixed.ts";
import { A_DATA, A_LEN, A_TYPE, H, L_DATA, S_CAP, S_DATA, S_LEN, S_WIDE, T_SIZE } from "../layout.ts";
import type { Inst, Place } from "../operand.ts";
import { HS } from "./code.ts";
import type { FunctionCode, Kept } from "./fn.ts";
import { DEST, T0, T1, T2, T3, T4, X0, ZERO } from "./registers.ts";
import type { Routine } from "./routines.ts";

/** Adts of more bytes are made, and copied, by the runtime. */
const MAXFILL = 192;
const MAXCOPY = 64;

/** A pointer in a register, its own or `t`; leaves with a fault where it is nil. */
export function nonNil(f: FunctionCode, p: Place, t: number, fault: number): number {
	const r = f.value(p, t);
	const slot = f.slotOf(p);
	if (slot !== undefined && f.nonNil.has(slot)) return r;
	f.c.ifNil(r, f.leaving(fault));
	if (slot !== undefined) f.nonNil.add(slot);
	return r;
}

/** headp, tail: a pointer at an offset. */
export function counted(f: FunctionCode, i: Inst, off: number): void {
	const { c } = f;
	f.checkBase(i.d);
	c.load("w", T1, f.at(nonNil(f, i.s, T1, FAULT_NIL), off, X0));
	f.storeCounted(i.d, T1, DEST, true);
}

export function head(f: FunctionCode, i: Inst): void {
	const { c } = f;
	f.set(i.d, i.d.type === "f" ? 0 : T0, DEST, (to) => {
		c.address(X0, nonNil(f, i.s, T0, FAULT_NIL));
		c.load(i.d.type, to, { base: X0, off: L_DATA });
		return to;
	});
}

/** Of an array or a string; of nil 0. */
export function length(f: FunctionCode, i: Inst, off: number): void {
	const { c } = f;
	const kept = f.keptArray(i.s);
	if (kept !== undefined) {
		f.set(i.d, T1, DEST, () => kept.length);
		return;
	}
	f.set(i.d, T1, DEST, () => {
		const nil = c.label();
		const p = f.value(i.s, T0);
		c.op("addwi", T1, p, 1);
		c.to("cbzw", nil, T1);
		c.load("w", T1, f.at(p, off, X0));
		c.here(nil);
		return T1;
	});
}

/** The address of an element, of 2**shift bytes or (-1) as large as the array's type says. */
export function element(f: FunctionCode, i: Inst, shift: number): void {
	const { c } = f;
	const kept = f.keptArray(i.s);
	if (kept !== undefined && shift >= 0) {
		keptElement(f, i, shift, kept);
		return;
	}
	f.checkBase(i.s);
	const n = f.value(i.d, T1);
	const a = nonNil(f, i.s, T0, FAULT_BOUNDS);
	c.address(T2, a);
	c.load("w", T3, { base: T2, off: A_LEN });
	c.op("cmpw", n, T3);
	c.to("bcond", f.leaving(FAULT_BOUNDS), HS);
	f.set(i.m, T4, DEST, (to) => {
		c.load("w", T3, { base: T2, off: A_DATA });
		if (shift >= 0) c.op("addwshift", to, T3, n, shift);
		else {
			c.load("w", X0, { base: T2, off: A_TYPE });
			c.load("w", X0, f.at(X0, T_SIZE, X0));
			c.op("maddw", to, n, X0, T3);
		}
		return to;
	});
	f.pointerIn(i.m, T4);
}

function keptElement(f: FunctionCode, i: Inst, shift: number, { length, data }: Kept): void {
	const { c } = f;
	const n = f.value(i.d, T1);
	c.op("cmpw", n, length);
	c.to("bcond", f.leaving(FAULT_BOUNDS), HS);
	f.set(i.m, T4, DEST, (to) => {
		c.op("addwshift", to, data, n, shift);
		return to;
	});
	f.pointerIn(i.m, T4);
}

export function character(f: FunctionCode, i: Inst): void {
	const { c } = f;
	f.checkBase(i.d);
	const s = nonNil(f, i.s, T0, FAULT_NIL);
	const n = f.value(i.m, T1);
	c.address(T2, s);
	c.load("w", T3, { base: T2, off: S_LEN });
	c.op("cmpw", n, T3);
	c.to("bcond", f.leaving(FAULT_BOUNDS), HS);
	f.set(i.d, T4, DEST, (to) => {
		const wide = c.label();
		const done = c.label();
		c.load("w", T3, { base: T2, off: S_CAP });
		c.op("addxi", T2, T2, S_DATA);
		c.to("tbnz", wide, T3, Math.log2(S_WIDE));
		c.op("ldrbat", T3, T2, n);
		c.to("b", done);
		c.here(wide);
		c.op("ldrwth", T3, T2, n);
		c.here(done);
		c.op("movw", to, T3);
		return to;
	});
}

/** Fills words of a thing of type `t`, at the address in a register, with nil where they are pointers, else with zeros. May use X0 and X1. */
export function clear(f: FunctionCode, t: number, from: number, to: number, at: number): void {
	const { c } = f;
	const pointer = (w: number) => isPointer(f.unit.word, t, w);
	const all = Array.from({ length: to - from }, (_, k) => from + k);
	if (all.some(pointer)) c.word(X0, H);
	const of = (w: number) => (pointer(w) ? X0 : ZERO);
	for (let w = from; w < to; ) {
		const pairs = w + 4 <= to && !all.slice(w - from, w - from + 4).some(pointer);
		if (pairs && w * 4 <= 504 && (w & 1) === 0) {
			c.op("stpx", ZERO, ZERO, at, w * 4);
			w += 4;
		} else if (w + 2 <= to && w * 4 <= 252) {
			c.op("stpw", of(w), of(w + 1), at, w * 4);
			w += 2;
		} else {
			c.store("w", of(w), { base: at, off: w * 4 });
			w++;
		}
	}
}

/** A fresh adt, filled here where it is small. */
export function record(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const bytes = unit.word(t + T_SIZE);
	const size = smallBlock(bytes);
	if (size === undefined || bytes > MAXFILL) {
		f.punt();
		return;
	}
	f.syncAt();
	f.checkBase(i.d);
	c.word(T0, t);
	c.word(T1, size);
	f.call("object");
	c.address(T1, T0);
	clear(f, t, 0, Math.ceil(bytes / 8) * 2, T1);
	c.op("movw", T2, T0);
	f.storeCounted(i.d, T2, DEST);
	f.reload();
}

/** A fresh array. */
export function array(f: FunctionCode, i: Inst): void {
	const { c } = f;
	f.syncAt();
	f.checkBase(i.d);
	f.valueTo(i.s, T1);
	c.word(T0, f.unit.type(i.m.off));
	f.call("array");
	c.op("movw", T2, T0);
	f.storeCounted(i.d, T2, DEST);
	f.reload();
}

/** A fresh list cell in front of a list. */
export function cons(name: Routine): (f: FunctionCode, i: Inst) => void {
	return (f, i) => {
		f.syncAt();
		if (i.s.type === "f") f.bits(i.s);
		else f.valueTo(i.s, T0);
		f.addressTo(i.d, T1);
		f.call(name);
		f.reload();
	};
}

/** The address of a block that is read, in the data of a list cell where the instruction is about one, in register `t`. */
function blockTo(f: FunctionCode, i: Inst, t: number): void {
	if (!i.row.name.startsWith("head")) f.addressTo(i.s, t);
	else f.c.plus(t, nonNil(f, i.s, t, FAULT_NIL), L_DATA);
}

/** Copies an adt with pointers. */
export function move(f: FunctionCode, i: Inst): void {
	f.syncAt();
	blockTo(f, i, T0);
	f.addressTo(i.d, T1);
	f.c.word(T2, f.unit.type(i.m.off));
	f.call("move");
	f.reload();
}

/** Copies bytes: all are loaded before any is stored, as the places may overlap; so there are no more than registers hold. */
export function copy(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const n = i.m.off;
	if (i.m.where !== "imm" || n < 0 || n > MAXCOPY || n % 4 !== 0) {
		f.punt();
		return;
	}
	f.sync();
	blockTo(f, i, T0);
	f.addressTo(i.d, T1);
	c.address(T0, T0);
	c.address(T1, T1);
	// Registers of reals hold eight bytes each.
	const parts: [number, "f" | "w"][] = [];
	let at = 0;
	for (; at + 8 <= n; at += 8) parts.push([at, "f"]);
	if (at < n) parts.push([at, "w"]);
	parts.forEach(([off, type], k) => {
		c.load(type, type === "w" ? T2 : k, { base: T0, off });
	});
	parts.forEach(([off, type], k) => {
		c.store(type, type === "w" ? T2 : k, { base: T1, off });
	});
	f.reload();
}
