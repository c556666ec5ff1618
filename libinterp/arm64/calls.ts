/** Frames, calls and returns, as native code. */
import { isPointer } from "../fixed.ts";
import { REGLINK, REGMOD, REGTYP } from "../isa.ts";
import { R_SP, R_TS, T_SIZE, T_WORDS } from "../layout.ts";
import type { Inst } from "../operand.ts";
import { EQ, HI, NE } from "./code.ts";
import { clear } from "./data.ts";
import type { FunctionCode } from "./fn.ts";
import { ARENA, DEST, FP, FRAME, KNOWN, LOWEST, T0, T1, T2, T3, X0, ZERO } from "./registers.ts";
import { dispatch } from "./stubs.ts";

/** Larger frames, in words, are filled by a routine. */
const MAXFILL = 24;
/** Frames with more pointers have them let go by a routine. */
const MAXRELEASE = 6;

/** Returns to so many places in the function itself are jumps, which processors foresee better than those by a table. */
const MAXDIRECT = 3;

/** A pending frame. */
export function frame(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	const t = unit.type(i.s.off);
	const words = unit.word(t + T_WORDS);
	f.checkBase(i.d);
	const done = c.label();
	// What the slot had does not matter any more, whatever happens.
	const q = words > MAXFILL ? T0 : (f.registerOf(i.d) ?? T0);
	const made = () => {
		c.word(T0, t);
		f.call(words > MAXFILL ? "frame" : "newframe");
	};
	if (words > MAXFILL) {
		f.syncAt();
		made();
	} else {
		const slow = f.later(() => {
			f.syncAt();
			made();
			c.address(KNOWN, T0);
			if (q !== T0) c.op("movw", q, T0);
			c.to("b", done);
		});
		c.load("w", q, { base: ARENA, off: R_SP });
		c.load("w", T2, { base: ARENA, off: R_TS });
		c.plus(T1, q, words * 4);
		c.op("cmpw", T1, T2);
		c.to("bcond", slow, HI);
		c.store("w", T1, { base: ARENA, off: R_SP });
		c.address(KNOWN, q);
		c.word(T2, t);
		c.op("stpw", ZERO, T2, KNOWN, REGMOD);
		clear(f, t, REGTYP / 4 + 1, words, KNOWN);
	}
	c.here(done);
	f.set(i.d, T1, DEST, () => q);
	if (words <= MAXFILL) f.know(i.d);
	const slot = f.slotOf(i.d);
	if (slot !== undefined) f.nonNil.add(slot);
}

/** Calls a function of the module. */
export function call(f: FunctionCode, i: Inst): void {
	const { c } = f;
	const q = f.value(i.s, T0);
	const at = f.knownAt(i.s, q, X0);
	f.sync();
	c.word(T1, i.pc + 1);
	c.op("stpw", T1, FRAME, at, REGLINK);
	c.op("movx", FP, at);
	c.op("movw", FRAME, q);
	const own = f.unit.own(i.d.off);
	if (own !== undefined) c.to("b", own);
	else {
		c.word(T0, i.d.off);
		dispatch(c);
	}
	f.ends();
}

/** Calls a function of another module. */
export function farCall(f: FunctionCode, i: Inst): void {
	const { c, unit } = f;
	f.sync();
	f.valueTo(i.s, T0);
	f.valueTo(i.d, T1);
	f.valueTo(i.m, T2);
	c.word(T3, i.pc);
	c.to("b", unit.outside(unit.stubs.mcall));
	f.ends();
}

/** A pending frame for a function of another module. */
export function farFrame(f: FunctionCode, i: Inst): void {
	f.syncAt();
	f.valueTo(i.s, T0);
	f.valueTo(i.m, T1);
	f.addressTo(i.d, T2);
	f.call("mframe");
	f.reload();
}

/** Lets go the frame's pointers, and goes back to the caller. */
export function ret(f: FunctionCode, i: Inst): void {
	f.return(() => returns(f, i.pc));
}

function returns(f: FunctionCode, pc: number): void {
	const { c, unit } = f;
	const t = unit.type(f.frameType);
	const pointers: number[] = [];
	for (let w = 0; w * 4 < unit.word(t + T_SIZE); w++) if (isPointer(unit.word, t, w)) pointers.push(w * 4);
	const other = f.later(() => {
		c.word(T0, pc);
		c.to("b", unit.outside(unit.stubs.ret));
	});
	c.load("w", T0, { base: FP, off: REGMOD });
	// Equal where the frame is not the first of its chunk, and the caller is of this module.
	c.op("cmpx", FP, LOWEST);
	c.op("ccmpwi", T0, 0, 0, NE);
	c.to("bcond", other, NE);
	if (pointers.length > MAXRELEASE) {
		c.word(T0, t);
		c.op("movw", T1, FRAME);
		f.call("releaseall");
	} else
		for (const off of pointers) {
			c.load("w", T0, { base: FP, off });
			f.call("letgo");
		}
	c.store("w", FRAME, { base: ARENA, off: R_SP });
	c.op("ldpw", T0, FRAME, FP, REGLINK);
	c.address(FP, FRAME);
	for (const site of f.ownReturns().slice(0, MAXDIRECT)) {
		c.compare(T0, site);
		c.to("bcond", f.entryAt(site), EQ);
	}
	dispatch(c);
}
