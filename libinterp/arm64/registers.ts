/*
 * What registers hold while native code runs. Offsets, sizes and constants are those of layout.ts, which nothing here repeats.
 *
 *	x0-x8, x19, x20	slots of the frame
 *	x9-x17		for the moment; arguments of routines from x9 on, and their result in x9
 *	x21, x22	the address of where the first frame of the stack chunk lies; the frame, as a word
 *	x23		the stack pointer, outside routines
 *	x24		where code is counted from
 *	x25		what is left of the time slice
 *	x26, x27	addresses of the module's data and of the frame
 *	x28		the arena's address
 *	x29		the address of the current module's table of entries: for each instruction, a word that says where its code is, or 0
 *	d0-d7		for the moment
 *	d8-d31		slots of the frame
 *
 * Addresses in Dis are words of 32 bits, which count from x28. Memory holds R_M, R_MP, R_SP, R_TS and R_EX at all times; R_PC, R_FP and R_IC
 * when native code has been left. A jump through the table has the number of the instruction in x9.
 */
export const LOWEST = 21;
export const FRAME = 22;
export const STACK = 23;
export const CODE = 24;
export const COUNT = 25;
export const MP = 26;
export const FP = 27;
export const ARENA = 28;
export const ENTRIES = 29;
export const RETURN = 30;
/** Zero, or the stack pointer, as the instruction has it. */
export const ZERO = 31;
export const SP = 31;

/** For the moment: the first few for values, then an address that is kept for a while, that of a destination, and two for what is in between. */
export const T0 = 9;
export const T1 = 10;
export const T2 = 11;
export const T3 = 12;
export const T4 = 13;
export const T5 = 14;
export const KNOWN = T5;
export const DEST = 15;
export const X0 = 16;
export const X1 = 17;

export const slotRegisters: readonly number[] = [0, 1, 2, 3, 4, 5, 6, 7, 8, 19, 20];
export const slotReals: readonly number[] = Array.from({ length: 24 }, (_, k) => 8 + k);

/** Why native code was left, beyond the STOP_ reasons, AGAIN and faults: an instruction that is to be carried out elsewhere; the time slice may be over. */
export const PUNT = 16;
export const TICK = 17;
