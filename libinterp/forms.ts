import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARM,
	AXIMM,
	AXINF,
	AXINM,
	AXNON,
	AXXX,
	dstMode,
	midMode,
	opcode,
	type Row,
	srcMode,
} from "./isa.ts";
import { H, IMM_D, IMM_M, IMM_S } from "./layout.ts";

/*
 * The operands of an instruction in the interpreter: how a translation has them, and the text that gets at them.
 *
 * A module is translated as it runs, into a block of the arena, 16 bytes an instruction:
 *
 *   0 case number (16 bits)    2 address modes, for the cases by opcode    4 s    8 m    12 d
 *
 * An operand is its offset; two offsets of 16 bits, the first of them low, where it is doubly indirect; an immediate value; the address of
 * a type, or of an immediate that has to have one; or the address of the instruction to jump to.
 */
export const SLOT = 16;
/** In a slot before the first one: how many there are. */
export const O_NPROG = -SLOT;
export const O_MODES = 2;
export const O_S = 4;
export const O_M = 8;
export const O_D = 12;

const sides: Readonly<Record<string, number>> = {
	mp: AMP,
	fp: AFP,
	$: AIMM,
	"-": AXXX,
	"(mp)": AIND | AMP,
	"(fp)": AIND | AFP,
};
const middles: Readonly<Record<string, number>> = { "-": AXNON, $: AXIMM, fp: AXINF, mp: AXINM };

/** The number of a form: opcode * 256 + address modes, which hot.ts has by name. */
export function formOf(name: string, s: string, m: string, d: string): number {
	return opcode(name) * 256 + (((sides[s] as number) << 3) | (middles[m] as number) | (sides[d] as number));
}

/** What memory holds of a value, by the type letter of its operand. */
interface View {
	load(address: string): string;
	store(address: string, value: string): string;
}

function plainView(access: string, narrow = ""): View {
	return {
		load: (a) => `(${access}.load${narrow && `${narrow}_${narrow === "8" ? "u" : "s"}`} 0 ${a})`,
		store: (a, v) => `(${access}.store${narrow} 0 ${a} ${v})`,
	};
}

const views: Readonly<Record<string, View>> = {
	b: plainView("i32", "8"),
	h: plainView("i32", "16"),
	r: {
		load: (a) => `(f64.promote_f32 (f32.load 0 ${a}))`,
		store: (a, v) => `(f32.store 0 ${a} (f32.demote_f64 ${v}))`,
	},
	l: plainView("i64"),
	f: plainView("f64"),
};
const wordView = plainView("i32");

/** An operand in the text of a case: what is to be done first, its address, its value, and how it is accessed. */
interface Side {
	readonly before: string;
	readonly address: string;
	readonly value: string;
	readonly view: View;
}

export interface Form {
	readonly s: Side;
	readonly m: Side;
	readonly d: Side;
}

const absent: Side = { before: "", address: "0", value: "0", view: wordView };

function side(operand: string, address: string, before = ""): Side {
	const view = views[operand[1] as string] ?? wordView;
	return { before, address, value: view.load(address), view };
}

export const set = ({ view, address }: Side, value: string): string => view.store(address, value);

/** The mode that a source or destination would have which lies where a middle operand does. */
export const middleAsSide = (mid: number): number =>
	mid === AXNON ? AXXX : mid === AXIMM ? AIMM : mid === AXINF ? AFP : AMP;

/** An operand of a hot form: `local` keeps the pointer that it lies behind. */
function hotSide(operand: string, mode: number, slot: number, local: string): Side {
	if (operand === "" || mode === AXXX) return absent;
	if (mode === AIMM) {
		const value = `(i32.load ${slot} $p)`;
		return { ...absent, address: value, value };
	}
	const base = (mode & ~AIND) === AFP ? "$fp" : "$mp";
	if ((mode & AIND) === 0) return side(operand, `(i32.add ${base} (i32.load ${slot} $p))`);
	const before = `(br_if $nil (i32.eq (tee ${local} (i32.load 0 (i32.add ${base} (i32.load16_u ${slot} $p)))) ${H}))`;
	return side(operand, `(i32.add ${local} (i32.load16_u ${slot + 2} $p))`, before);
}

export function hotForm(row: Row, add: number): Form {
	const s = hotSide(row.s, srcMode(add), O_S, "$sa");
	const d = hotSide(row.d, dstMode(add), O_D, "$da");
	const mid = midMode(add);
	// The destination stands in for a middle operand that is not there.
	if (mid === AXNON) return { s, m: { ...hotSide(row.m, dstMode(add), O_D, "$da"), before: "" }, d };
	return { s, m: hotSide(row.m, middleAsSide(mid), O_M, "$ma"), d };
}

/** The operands of a case by opcode: their addresses are found first. */
export function anyForm(row: Row): Form {
	const modes = `(i32.load8_u ${O_MODES} $p)`;
	const place = (mode: string, slot: number, imm: number): string =>
		`(call $operand ${mode} (i32.load ${slot} $p) ${imm} $fp $mp)`;
	const find = (operand: string, local: string, mode: string, slot: number, imm: number): Side => {
		if (operand === "" || operand === "io") return absent;
		return side(operand, local, `(br_if $nil (i32.eq (tee ${local} ${place(mode, slot, imm)}) ${H}))`);
	};
	const s = find(row.s, "$sa", `(i32.and (i32.shr_u ${modes} 3) 7)`, O_S, IMM_S);
	const d = find(row.d, "$da", `(i32.and ${modes} 7)`, O_D, IMM_D);
	if (row.m === "") return { s, m: absent, d };
	const own = `(set $ma ${place(`(call $middle ${modes})`, O_M, IMM_M)})`;
	const before = `(if (i32.and ${modes} ${ARM}) (then ${own}) (else (set $ma $da)))`;
	return { s, m: side(row.m, "$ma", before), d };
}
