/**
 * The Dis instruction set: one row per opcode. The interpreter, the JIT back ends, the verifier, the disassembler,
 * the assembler, the compiler and the per-opcode tests are all derived from these rows; what one opcode does is
 * said here and nowhere else.
 *
 * Source of the facts: Inferno's include/isa.h and dis(6).
 */

/**
 * What an operand is to an opcode: an access letter followed by a type letter.
 *
 * Access: `r` read, `?` read, but 0 where the middle operand is absent, `w` written, `u` read and written, `a` only its address is used,
 * `i` an immediate (or word) naming something: a type, a link, a jump target.
 *
 * Types: `b` byte, `w` word, `l` big, `f` real, `h` 16-bit integer, `r` 32-bit real, `p` any counted pointer,
 * `c` string, `a` array, `s` list, `q` channel, `m` module link, `x` an uncounted address (frame or interior pointer),
 * `z` a block whose size or type another operand gives, `t` type index, `k` link index, `n` import-table index,
 * `o` code address, `j` jump table.
 */
export type Access = "r" | "?" | "w" | "u" | "a" | "i";
export type Ty =
	| "b"
	| "w"
	| "l"
	| "f"
	| "h"
	| "r"
	| "p"
	| "c"
	| "a"
	| "s"
	| "q"
	| "m"
	| "x"
	| "z"
	| "t"
	| "k"
	| "n"
	| "o"
	| "j";
export type Operand = `${Access}${Ty}` | "";

/** What an instruction does to the flow of control. */
export type Flow = "next" | "branch" | "jump" | "table" | "call" | "ret" | "spawn" | "stop";

/** Number classes of meaning expressions: 32-bit word, 64-bit big, IEEE double. */
export type Num = "w" | "l" | "f";
export type Arith = "add" | "sub" | "mul" | "div" | "mod" | "and" | "or" | "xor" | "shl" | "shr" | "lsr";
export type Compare = "eq" | "ne" | "lt" | "le" | "gt" | "ge";
export type Convert = "wl" | "lw" | "wf" | "lf" | "fw" | "fl";

/**
 * The meaning of a simple opcode, over the values of its operands `s`, `m` (and `d` where it is read). Operands of
 * type `b` and `h` are loaded as words (`b` zero-extended, `h` sign-extended) and truncated when stored; `r` is a double once loaded.
 *
 * - Words and bigs wrap. `div` and `mod` truncate toward zero, fault with "zero divide", and wrap at MIN / -1.
 * - Shift counts are words and are taken modulo the width of the value.
 * - `fw` and `fl` round half away from zero and saturate; NaN gives the least value.
 * - `pure` calls a function of the same name in arith.ts: its arguments are the listed expressions.
 */
export type Expr =
	| "s"
	| "m"
	| "d"
	| readonly [Arith, Num, Expr, Expr]
	| readonly [Compare, Num, Expr, Expr]
	| readonly ["neg", "f", Expr]
	| readonly ["cvt", Convert, Expr]
	| readonly ["pure", string, Num, ...Expr[]];

/** `set`: d = value. `if`: jump to d when the value is not zero. */
export type Meaning = readonly ["set", Expr] | readonly ["if", Expr];

export interface Row {
	readonly op: number;
	readonly name: string;
	readonly s: Operand;
	readonly m: Operand;
	readonly d: Operand;
	readonly flow: Flow;
	/** f: may fault, a: allocates or frees (and so may run out of memory), b: may block the thread, s: may switch frame or module. */
	readonly may: string;
	/** Present for the simple opcodes; the others are functions of the runtime with the opcode's name. */
	readonly meaning: Meaning | undefined;
}

const rows: Row[] = [];

function row(name: string, s: Operand, m: Operand, d: Operand, may = "", flow: Flow = "next", meaning?: Meaning): void {
	rows.push({ op: rows.length, name, s, m, d, flow, may, meaning });
}

/** A row whose whole effect is d = value. */
function set(name: string, s: Operand, m: Operand, d: Operand, value: Expr, may = ""): void {
	row(name, s, m, d, may, "next", ["set", value]);
}

function arith(name: string, op: Arith, type: "b" | Num, may = "", count: "b" | Num = type): void {
	const num: Num = type === "b" ? "w" : type;
	set(name, `r${count}`, `r${type}`, `w${type}`, [op, num, "m", "s"], may);
}

function branches(type: "b" | Num): void {
	const num: Num = type === "b" ? "w" : type;
	for (const cmp of ["eq", "ne", "lt", "le", "gt", "ge"] as const) branch(cmp, type, num);
}

function branch(cmp: Compare, type: "b" | Num, num: Num): void {
	row(`b${cmp}${type}`, `r${type}`, `r${type}`, "io", "", "branch", ["if", [cmp, num, "s", "m"]]);
}

function heads(): void {
	row("headb", "rs", "", "wb", "f");
	row("headw", "rs", "", "ww", "f");
	row("headp", "rs", "", "up", "fa");
	row("headf", "rs", "", "wf", "f");
	row("headm", "rs", "iw", "az", "f");
	row("headmp", "rs", "it", "az", "fa");
}

// The order of the rows is the numbering: it is that of include/isa.h.
row("nop", "", "", "");
row("alt", "az", "", "ww", "fabs");
row("nbalt", "az", "", "ww", "fabs");
row("goto", "rw", "", "aj", "f", "table");
row("call", "rx", "", "io", "fs", "call");
row("frame", "it", "", "wx", "fa");
row("spawn", "rx", "", "io", "fas", "spawn");
row("runt", "", "", "");
row("load", "rc", "in", "um", "fabs");
row("mcall", "rx", "ik", "rm", "fabs", "call");
row("mspawn", "rx", "ik", "rm", "fas", "spawn");
row("mframe", "rm", "ik", "wx", "fa");
row("ret", "", "", "", "as", "ret");
row("jmp", "", "", "io", "", "jump");
row("case", "rw", "", "aj", "f", "table");
row("exit", "", "", "", "s", "stop");
row("new", "it", "", "up", "fa");
row("newa", "rw", "it", "ua", "fa");
row("newcb", "", "?w", "uq", "fa");
row("newcw", "", "?w", "uq", "fa");
row("newcf", "", "?w", "uq", "fa");
row("newcp", "", "?w", "uq", "fa");
row("newcm", "iw", "?w", "uq", "fa");
row("newcmp", "it", "?w", "uq", "fa");
row("send", "az", "", "rq", "fabs");
row("recv", "rq", "", "az", "fabs");
row("consb", "rb", "", "us", "fa");
row("consw", "rw", "", "us", "fa");
row("consp", "rp", "", "us", "fa");
row("consf", "rf", "", "us", "fa");
row("consm", "az", "iw", "us", "fa");
row("consmp", "az", "it", "us", "fa");
heads();
row("tail", "rs", "", "us", "fa");
row("lea", "az", "", "wx");
row("indx", "ra", "wx", "rw", "f");
row("movp", "rp", "", "up", "fa");
row("movm", "az", "iw", "az", "f");
row("movmp", "az", "it", "az", "fa");
set("movb", "rb", "", "wb", "s");
set("movw", "rw", "", "ww", "s");
set("movf", "rf", "", "wf", "s");
set("cvtbw", "rb", "", "ww", "s");
set("cvtwb", "rw", "", "wb", "s");
set("cvtfw", "rf", "", "ww", ["cvt", "fw", "s"]);
set("cvtwf", "rw", "", "wf", ["cvt", "wf", "s"]);
row("cvtca", "rc", "", "ua", "fa");
row("cvtac", "ra", "", "uc", "fa");
row("cvtwc", "rw", "", "uc", "fa");
row("cvtcw", "rc", "", "ww");
row("cvtfc", "rf", "", "uc", "fa");
row("cvtcf", "rc", "", "wf");
arith("addb", "add", "b");
arith("addw", "add", "w");
arith("addf", "add", "f");
arith("subb", "sub", "b");
arith("subw", "sub", "w");
arith("subf", "sub", "f");
arith("mulb", "mul", "b");
arith("mulw", "mul", "w");
arith("mulf", "mul", "f");
arith("divb", "div", "b", "f");
arith("divw", "div", "w", "f");
arith("divf", "div", "f");
arith("modw", "mod", "w", "f");
arith("modb", "mod", "b", "f");
arith("andb", "and", "b");
arith("andw", "and", "w");
arith("orb", "or", "b");
arith("orw", "or", "w");
arith("xorb", "xor", "b");
arith("xorw", "xor", "w");
arith("shlb", "shl", "b", "", "w");
arith("shlw", "shl", "w");
arith("shrb", "shr", "b", "", "w");
arith("shrw", "shr", "w");
row("insc", "rw", "rw", "uc", "fa");
row("indc", "rc", "rw", "ww", "f");
// m is an address: where it is d itself, the string there may be extended in place.
row("addc", "rc", "ac", "uc", "fa");
row("lenc", "rc", "", "ww");
row("lena", "ra", "", "ww");
row("lenl", "rs", "", "ww");
branches("b");
branches("w");
branches("f");
for (const cmp of ["eq", "ne", "lt", "le", "gt", "ge"]) row(`b${cmp}c`, "rc", "rc", "io", "", "branch");
row("slicea", "rw", "rw", "ua", "fa");
row("slicela", "ra", "rw", "ra", "fa");
row("slicec", "rw", "rw", "uc", "fa");
row("indw", "ra", "wx", "rw", "f");
row("indf", "ra", "wx", "rw", "f");
row("indb", "ra", "wx", "rw", "f");
set("negf", "rf", "", "wf", ["neg", "f", "s"]);
set("movl", "rl", "", "wl", "s");
arith("addl", "add", "l");
arith("subl", "sub", "l");
arith("divl", "div", "l", "f");
arith("modl", "mod", "l", "f");
arith("mull", "mul", "l");
arith("andl", "and", "l");
arith("orl", "or", "l");
arith("xorl", "xor", "l");
arith("shll", "shl", "l", "", "w");
arith("shrl", "shr", "l", "", "w");
branch("ne", "l", "l");
branch("lt", "l", "l");
branch("le", "l", "l");
branch("gt", "l", "l");
branch("ge", "l", "l");
branch("eq", "l", "l");
set("cvtlf", "rl", "", "wf", ["cvt", "lf", "s"]);
set("cvtfl", "rf", "", "wl", ["cvt", "fl", "s"]);
set("cvtlw", "rl", "", "ww", ["cvt", "lw", "s"]);
set("cvtwl", "rw", "", "wl", ["cvt", "wl", "s"]);
row("cvtlc", "rl", "", "uc", "fa");
row("cvtcl", "rc", "", "wl");
row("headl", "rs", "", "wl", "f");
row("consl", "rl", "", "us", "fa");
row("newcl", "", "?w", "uq", "fa");
row("casec", "rc", "", "aj", "f", "table");
row("indl", "ra", "wx", "rw", "f");
row("movpc", "io", "", "ww");
row("tcmp", "rp", "", "rp", "f");
row("mnewz", "rm", "it", "up", "fa");
set("cvtrf", "rr", "", "wf", "s");
set("cvtfr", "rf", "", "wr", "s");
set("cvtws", "rw", "", "wh", "s");
set("cvtsw", "rh", "", "ww", "s");
arith("lsrw", "lsr", "w");
arith("lsrl", "lsr", "l", "", "w");
row("eclr", "", "", "");
row("newz", "it", "", "up", "fa");
row("newaz", "rw", "it", "ua", "fa");
row("raise", "rp", "", "", "fas", "stop");
row("casel", "rl", "", "aj", "f", "table");
// Fixed point: the scale is in the temporaries at 28(fp) (and 20(fp) where a divisor is needed).
row("mulx", "rw", "rw", "ww", "f");
row("divx", "rw", "rw", "ww", "f");
row("cvtxx", "rw", "rw", "ww", "f");
row("mulx0", "rw", "rw", "ww", "f");
row("divx0", "rw", "rw", "ww", "f");
row("cvtxx0", "rw", "rw", "ww", "f");
row("mulx1", "rw", "rw", "ww", "f");
row("divx1", "rw", "rw", "ww", "f");
row("cvtxx1", "rw", "rw", "ww", "f");
set("cvtfx", "rf", "rf", "ww", ["cvt", "fw", ["mul", "f", "s", "m"]]);
set("cvtxf", "rw", "rf", "wf", ["mul", "f", ["cvt", "wf", "s"], "m"]);
set("expw", "rw", "rw", "ww", ["pure", "expw", "w", "m", "s"], "f");
set("expl", "rw", "rl", "wl", ["pure", "expl", "l", "m", "s"], "f");
set("expf", "rw", "rf", "wf", ["pure", "expf", "f", "m", "s"]);
row("self", "", "", "um", "a");

/** Indexed by opcode. */
export const isa: readonly Row[] = rows;

/** Number of opcodes; any other opcode byte is an illegal dis instruction. */
export const MAXDIS: number = isa.length;

/** Opcode by mnemonic: `Op.movw`. For tables built once, never for dispatch in a hot loop. */
export const Op: Readonly<Record<string, number>> = Object.fromEntries(rows.map((r) => [r.name, r.op]));

/** The opcode of a mnemonic. Throws if there is none: the mistake is the program's, not the user's. */
export function opcode(name: string): number {
	const op = Op[name];
	if (op === undefined) throw new Error(`no opcode ${name}`);
	return op;
}

// The address-mode byte that follows each opcode: mid operand in bits 6-7, source in bits 3-5, destination in bits 0-2.

/** Source and destination modes: offset(mp), offset(fp), $immediate, none, offset(offset(mp)), offset(offset(fp)). */
export const AMP = 0;
export const AFP = 1;
export const AIMM = 2;
export const AXXX = 3;
export const AIND = 4;
export const AMASK = 7;

/** Middle modes: none (the destination stands in), $immediate, offset(fp), offset(mp). */
export const ARM = 0xc0;
export const AXNON = 0x00;
export const AXIMM = 0x40;
export const AXINF = 0x80;
export const AXINM = 0xc0;

export const srcMode = (add: number): number => (add >> 3) & AMASK;
export const dstMode = (add: number): number => add & AMASK;
export const midMode = (add: number): number => add & ARM;

/** Magic numbers of an object file: plain, and with a signature block. */
export const XMAGIC = 819248;
export const SMAGIC = 923426;

/** Runtime flags in the header of an object file. */
export const MUSTCOMPILE = 1 << 0;
export const DONTCOMPILE = 1 << 1;
export const SHAREMP = 1 << 2;
export const DYNMOD = 1 << 3;
export const HASLDT0 = 1 << 4;
export const HASEXCEPT = 1 << 5;
export const HASLDT = 1 << 6;

/** Kinds of items in the data section. */
export const DEFZ = 0;
export const DEFB = 1;
export const DEFW = 2;
export const DEFS = 3;
export const DEFF = 4;
export const DEFA = 5;
export const DIND = 6;
export const DAPOP = 7;
export const DEFL = 8;

/** How deep DIND may nest. */
export const DADEPTH = 4;

/** Offsets in a frame of its five header words (lr, fp, mr, t, return value pointer) and of what follows. */
export const REGLINK = 0;
export const REGFRAME = 4;
export const REGMOD = 8;
export const REGTYP = 12;
export const REGRET = 16;
export const STEMP = 20;
export const RTEMP = 24;
export const DTEMP = 28;
/** The first argument, and the size of the smallest frame. */
export const ARGS = 32;

export const IBY2WD = 4;
export const IBY2FT = 8;
export const IBY2LG = 8;
