import { faults } from "../fault.ts";
import { REGFRAME, REGLINK, REGMOD, REGTYP } from "../isa.ts";
import {
	B_REF,
	LINK_PC,
	LINK_SIZE,
	M_ENTRIES,
	M_LINKS,
	M_MP,
	M_NLINKS,
	R_EX,
	R_FP,
	R_IC,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_SPARE,
	STOP_AGAIN,
	X_FRAMES,
} from "../layout.ts";
import type { Assembled, Label } from "./asm.ts";
import { Code, HS, LE, NE } from "./code.ts";
import {
	ARENA,
	CODE,
	COUNT,
	ENTRIES,
	FP,
	FRAME,
	LOWEST,
	MP,
	PUNT,
	SP,
	STACK,
	T0,
	T1,
	T2,
	T3,
	T4,
	T5,
	TICK,
	X0,
	X1,
} from "./registers.ts";
import { type Routine, routines } from "./routines.ts";

/** What all code shares, at the start of the pool. Place 0 is where a table leads to that has no entry: native code is left to go on in another way. */
export interface Stubs {
	readonly code: Assembled;
	/** The way in, for the host. */
	readonly enter: number;
	/** Where native code is left for a reason, with the number of the instruction in x9. */
	readonly leave: Readonly<Record<number, number>>;
	/** A call through a module link: frame, link, number of the function and of the instruction in x9 to x12. */
	readonly mcall: number;
	/** A return to another module, or from the first frame of a stack chunk: of the instruction in x9. */
	readonly ret: number;
	/** Functions of the runtime: arguments from x9 on; all other registers but those for the moment are kept. */
	readonly routine: Readonly<Record<Routine, number>>;
}

/** Reasons to leave at which nothing is to be done but to say so. */
const plain = [STOP_AGAIN, PUNT, TICK, 2, ...Object.keys(faults).map(Number)];

const saved = [19, 21, 23, 25, 27, 29];
const savedReals = [8, 10, 12, 14];

/** Goes on at the instruction in T0 of the module whose table is at hand. */
export function dispatch(c: Code): void {
	c.op("ldrwth", T1, ENTRIES, T0);
	c.op("addxword", T1, CODE, T1);
	c.op("br", T1);
}

/** The frame at the word in FRAME is the running one. */
function running(c: Code): void {
	c.address(FP, FRAME);
}

/** The stack has another chunk on top. */
export function newChunk(c: Code): void {
	c.load("w", X0, { base: ARENA, off: R_EX });
	c.address(LOWEST, X0);
	c.op("addxi", LOWEST, LOWEST, X_FRAMES);
}

/** Jumps where the frame is not the first of its stack chunk. One without a caller is. */
export function ifInside(c: Code, label: Label): void {
	c.op("cmpx", FP, LOWEST);
	c.to("bcond", label, NE);
}

/** The stubs, for code that is counted from address `base`. */
export function makeStubs(base: number): Stubs {
	const c = new Code();
	const exit = c.label();
	const leave: Record<number, Label> = {};
	for (const reason of plain) {
		leave[reason] = c.mark();
		c.op("movz", T1, reason);
		c.to("b", exit);
	}
	c.here(exit);
	exits(c);
	const enter = c.mark();
	enters(c, base);
	const bail = c.mark();
	c.op("addxi", SP, STACK, 0);
	c.load("w", T0, { base: ARENA, off: R_PC });
	c.to("b", leave[PUNT] as Label);
	const mcall = c.mark();
	calls(c, leave[PUNT] as Label);
	const made = routines(c, bail);
	const ret = c.mark();
	returns(c, leave[PUNT] as Label, made);
	const code = c.assemble();
	const places = (labels: Readonly<Record<string, Label>>) =>
		Object.fromEntries(Object.entries(labels).map(([name, label]) => [name, code.place(label)]));
	return {
		code,
		enter: code.place(enter),
		leave: places(leave as Record<string, Label>),
		mcall: code.place(mcall),
		ret: code.place(ret),
		routine: places(made) as Record<Routine, number>,
	};
}

/** Back to the host: the instruction to go on at is in T0, the reason in T1. */
function exits(c: Code): void {
	c.store("w", T0, { base: ARENA, off: R_PC });
	c.store("w", FRAME, { base: ARENA, off: R_FP });
	c.store("w", COUNT, { base: ARENA, off: R_IC });
	c.op("movw", 0, T1);
	savedReals.forEach((r, k) => {
		c.op("ldpd", r, r + 1, SP, (saved.length + k) * 16);
	});
	saved.slice(1).forEach((r, k) => {
		c.op("ldpx", r, r + 1, SP, (k + 1) * 16);
	});
	c.op("popx", saved[0] as number, (saved[0] as number) + 1, SP, (saved.length + savedReals.length) * 16);
	c.op("ret");
}

function enters(c: Code, base: number): void {
	c.op("pushx", saved[0] as number, (saved[0] as number) + 1, SP, -(saved.length + savedReals.length) * 16);
	saved.slice(1).forEach((r, k) => {
		c.op("stpx", r, r + 1, SP, (k + 1) * 16);
	});
	savedReals.forEach((r, k) => {
		c.op("stpd", r, r + 1, SP, (saved.length + k) * 16);
	});
	c.op("movx", ARENA, 0);
	c.op("addxi", STACK, SP, 0);
	c.literal(CODE, BigInt(base), "x");
	c.load("w", COUNT, { base: ARENA, off: R_IC });
	newChunk(c);
	c.load("w", FRAME, { base: ARENA, off: R_FP });
	running(c);
	c.load("w", T0, { base: ARENA, off: R_MP });
	c.address(MP, T0);
	c.load("w", T0, { base: ARENA, off: R_M });
	c.address(T0, T0);
	c.load("w", T0, { base: T0, off: M_ENTRIES });
	c.address(ENTRIES, T0);
	c.load("w", T0, { base: ARENA, off: R_PC });
	dispatch(c);
}

/** The module link at address `link` (its word in `word`), with entries at `entries`, becomes the current one. */
function module(c: Code, word: number, link: number, entries: number): void {
	c.store("w", word, { base: ARENA, off: R_M });
	c.load("w", X1, { base: link, off: M_MP });
	c.store("w", X1, { base: ARENA, off: R_MP });
	c.address(MP, X1);
	c.address(ENTRIES, entries);
}

/** Calls function T2 of link T1 in frame T0, from instruction T3; what is unusual is left to the runtime, before anything has been changed. */
function calls(c: Code, punt: Label): void {
	const slow = c.label();
	c.ifNil(T1, slow);
	c.address(X0, T1);
	c.load("w", X1, { base: X0, off: M_NLINKS });
	c.op("cmpw", T2, X1);
	c.to("bcond", slow, HS);
	c.load("w", T5, { base: X0, off: M_ENTRIES });
	c.to("cbzw", slow, T5);
	c.address(T4, T0);
	c.load("w", X1, { base: T4, off: REGMOD });
	c.op("cmpw", X1, T1);
	c.to("bcond", slow, NE);
	c.load("w", X1, { base: ARENA, off: R_M });
	c.store("w", X1, { base: T4, off: REGMOD });
	c.op("addwi", T3, T3, 1);
	c.store("w", T3, { base: T4, off: REGLINK });
	c.store("w", FRAME, { base: T4, off: REGFRAME });
	c.op("movx", FP, T4);
	c.op("movw", FRAME, T0);
	module(c, T1, X0, T5);
	c.word(X1, LINK_SIZE);
	c.op("maddw", T2, T2, X1, T1);
	c.address(T2, T2);
	c.load("w", T0, { base: T2, off: M_LINKS + LINK_PC });
	dispatch(c);
	c.here(slow);
	c.op("movw", T0, T3);
	c.to("b", punt);
}

/** Returns in any way from the instruction in T0; what is more unusual still is left to the runtime, before anything has been changed. */
function returns(c: Code, punt: Label, made: Readonly<Record<Routine, Label>>): void {
	const here = c.label();
	const inside = c.label();
	const middle = c.label();
	const dropped = c.label();
	const near = c.label();
	c.op("ldpw", T3, T4, FP, REGFRAME);
	c.to("cbzw", punt, T3);
	c.to("cbzw", here, T4);
	c.address(X0, T4);
	c.load("w", X1, { base: X0, off: M_ENTRIES });
	c.to("cbzw", punt, X1);
	c.load("w", X1, { base: ARENA, off: R_M });
	c.address(X0, X1);
	c.load("w", X1, { base: X0, off: B_REF });
	c.op("cmpwi", X1, 1);
	c.to("bcond", punt, LE);
	c.here(here);
	ifInside(c, inside);
	c.load("w", X1, { base: ARENA, off: R_SPARE });
	c.to("cbnzw", punt, X1);
	c.here(inside);
	c.load("w", T0, { base: FP, off: REGTYP });
	c.op("movw", T1, FRAME);
	c.to("bl", made.releaseall);
	ifInside(c, middle);
	c.op("movw", T0, FRAME);
	c.to("bl", made.dropframe);
	newChunk(c);
	c.to("b", dropped);
	c.here(middle);
	c.store("w", FRAME, { base: ARENA, off: R_SP });
	c.here(dropped);
	c.load("w", T4, { base: FP, off: REGMOD });
	c.op("ldpw", T0, FRAME, FP, REGLINK);
	running(c);
	c.to("cbzw", near, T4);
	c.load("w", X1, { base: ARENA, off: R_M });
	c.address(X0, X1);
	c.load("w", X1, { base: X0, off: B_REF });
	c.op("subwi", X1, X1, 1);
	c.store("w", X1, { base: X0, off: B_REF });
	c.address(X0, T4);
	c.load("w", T5, { base: X0, off: M_ENTRIES });
	module(c, T4, X0, T5);
	c.here(near);
	dispatch(c);
}
