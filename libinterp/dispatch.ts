import { FAULT_BOUNDS, FAULT_NIL, FAULT_OP, FAULT_ZDIV } from "./fault.ts";
import { hotForms } from "./hot.ts";
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
	isa,
	midMode,
	opcode,
	REGFRAME,
	REGLINK,
	REGMOD,
	REGTYP,
	type Row,
	srcMode,
} from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	B_REF,
	H,
	IMM_D,
	IMM_M,
	IMM_S,
	L_DATA,
	L_TAIL,
	LINK_PC,
	LINK_SIZE,
	M_CODE,
	M_ENGINE,
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
	R_STOP,
	R_TS,
	S_CAP,
	S_DATA,
	S_LEN,
	S_WIDE,
	STOP_ENTER,
	STOP_SLICE,
	T_IMAGE,
	T_NP,
	T_SIZE,
	T_WORDS,
	X_FRAMES,
} from "./layout.ts";
import { I32, I64 } from "./wasm.ts";
import { emitExpr, type Operands } from "./wasmexpr.ts";
import type { Hook } from "./wat.ts";

/*
 * The interpreter, in WebAssembly: V8 translates it in a millisecond and never has to give up what it has made of it. It is one function, a loop
 * around a jump table with a case for each form in hot.ts (what the operands are is known), and one for each opcode besides, whose
 * operands are first turned into addresses. What is left of the opcodes is done by `step` (step.ts), in JavaScript.
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

/** Cases that are no instructions: not translated yet; an instruction for `step`; where compiled code may go on. */
export const UNKNOWN = 0;
export const STEP = 1;
export const ENTER = 2;
const FIRST = 3;

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

interface Form {
	readonly s: Side;
	readonly m: Side;
	readonly d: Side;
}

const absent: Side = { before: "", address: "0", value: "0", view: wordView };

function side(operand: string, address: string, before = ""): Side {
	const view = views[operand[1] as string] ?? wordView;
	return { before, address, value: view.load(address), view };
}

const set = ({ view, address }: Side, value: string): string => view.store(address, value);

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

function hotForm(row: Row, add: number): Form {
	const s = hotSide(row.s, srcMode(add), O_S, "$sa");
	const d = hotSide(row.d, dstMode(add), O_D, "$da");
	const mid = midMode(add);
	// The destination stands in for a middle operand that is not there.
	if (mid === AXNON) return { s, m: { ...hotSide(row.m, dstMode(add), O_D, "$da"), before: "" }, d };
	return { s, m: hotSide(row.m, mid === AXIMM ? AIMM : mid === AXINF ? AFP : AMP, O_M, "$ma"), d };
}

/** The operands of a case by opcode: their addresses are found first. */
function anyForm(row: Row): Form {
	const modes = `(i32.load8_u ${O_MODES} $p)`;
	const find = (operand: string, local: string, mode: string, slot: number, imm: number): Side => {
		if (operand === "" || operand === "io") return absent;
		const address = `(call $operand ${mode} (i32.load ${slot} $p) ${imm} $fp $mp)`;
		return side(operand, local, `(br_if $nil (i32.eq (tee ${local} ${address}) ${H}))`);
	};
	const s = find(row.s, "$sa", `(i32.and (i32.shr_u ${modes} 3) 7)`, O_S, IMM_S);
	const d = find(row.d, "$da", `(i32.and ${modes} 7)`, O_D, IMM_D);
	if (row.m === "") return { s, m: absent, d };
	const own = `(set $ma (call $operand (call $middle ${modes}) (i32.load ${O_M} $p) ${IMM_M} $fp $mp))`;
	const before = `(if (i32.and ${modes} ${ARM}) (then ${own}) (else (set $ma $da)))`;
	return { s, m: side(row.m, "$ma", before), d };
}

const NEXT = `(set $p (i32.add $p ${SLOT})) (br $next)`;
/** The registers as the runtime wants them: R_PC is the instruction. */
const SAVE = `(i32.store ${R_PC} 0 (i32.shr_u (i32.sub $p $code) 4)) (i32.store ${R_IC} 0 $ic)`;

/** Stores a counted pointer: one that is counted already, or once more. */
const put = (f: Form, value: string): string => `(set $v ${value}) (set $at ${f.d.address}) (br $put)`;
const keep = (f: Form, value: string): string => `(set $v ${value}) (set $at ${f.d.address}) (br $keep)`;

/** The list cell that s is, in $v. */
const cell = (f: Form): string => `(br_if $nil (i32.eq (tee $v ${f.s.value}) ${H}))`;
const ITEM = `(i32.add $v ${L_DATA})`;
const head = (f: Form): string => `${cell(f)} ${set(f.d, f.d.view.load(ITEM))} ${NEXT}`;

/** The address of an element, of a size in bytes. */
const element = (size: string) => (f: Form) =>
	`
	(br_if $bounds (i32.eq (tee $v ${f.s.value}) ${H}))
	(br_if $bounds (i32.ge_u (tee $n ${f.d.value}) (i32.load ${A_LEN} $v)))
	${set(f.m, `(i32.add (i32.load ${A_DATA} $v) (i32.mul $n ${size}))`)} ${NEXT}`;

const length = (off: number) => (f: Form) =>
	`
	(set $n 0)
	(if (i32.ne (tee $v ${f.s.value}) ${H}) (then (set $n (i32.load ${off} $v))))
	${set(f.d, "$n")} ${NEXT}`;

/** What the core does, which may fault or allocate. */
const core = (text: (f: Form) => string) => (f: Form) => `${SAVE} ${text(f)} ${NEXT}`;
/** The same for what may stop the thread after it. */
const stopping = (text: (f: Form) => string) => (f: Form) =>
	`
	${SAVE} ${text(f)} (set $p (i32.add $p ${SLOT})) (br_if $out (i32.load ${R_STOP} 0)) (br $next)`;

/** A jump that depends on two strings. */
const strings = (test: (a: string, b: string) => string) => (f: Form) =>
	`
	${SAVE} (br_if $jump ${test(f.s.value, f.m.value)}) ${NEXT}`;
const compared = (order: string) => strings((a, b) => `(i32.${order} (call $comparec ${a} ${b}) 0)`);

const cons = (kind: string) => core((f) => `(call $cons${kind} ${f.s.value} ${f.d.address})`);

/** Copies bytes whose number m has. */
const bytes = (f: Form, from: string): string => `
	(br_if $slow (i32.lt_s (tee $n ${f.m.value}) 0))
	(memory.copy ${f.d.address} ${from} $n) ${NEXT}`;

/** The operations that are no expressions: their usual cases. Those that are missing, and what is not usual, are for `step`. */
const bodies: Readonly<Record<string, (f: Form) => string>> = {
	nop: () => NEXT,
	jmp: () => "(br $jump)",
	goto: (f) => `${SAVE} (set $n (i32.load 0 (i32.add ${f.d.address} (i32.shl ${f.s.value} 2)))) (br $goto)`,
	// A table of n entries of three words (low, high, target), low <= v < high, sorted, and the target for no match.
	case: (f) => `
		(set $v ${f.s.value})
		(set $at ${f.d.address})
		(set $q 0)
		(set $n (i32.load 0 $at))
		(loop $half (if (i32.lt_u $q $n) (then
			(set $t (i32.shr_u (i32.add $q $n) 1))
			(set $da (i32.add $at (i32.mul $t 12)))
			(if (i32.lt_s $v (i32.load 4 $da)) (then (set $n $t) (br $half)))
			(if (i32.ge_s $v (i32.load 8 $da)) (then (set $q (i32.add $t 1)) (br $half)))
			(set $n (i32.load 12 $da))
			(br $goto))))
		(set $n (i32.load 4 (i32.add $at (i32.mul (i32.load 0 $at) 12))))
		(br $goto)`,
	movp: (f) => keep(f, f.s.value),
	headp: (f) => `${cell(f)} ${keep(f, `(i32.load 0 ${ITEM})`)}`,
	tail: (f) => `${cell(f)} ${keep(f, `(i32.load ${L_TAIL} $v)`)}`,
	headb: head,
	headw: head,
	headf: head,
	headl: head,
	headm: (f) => `${cell(f)} ${bytes(f, ITEM)}`,
	headmp: (f) => `${cell(f)} ${core(() => `(call $move ${ITEM} ${f.d.address} ${f.m.value})`)(f)}`,
	movm: (f) => bytes(f, f.s.address),
	movmp: core((f) => `(call $move ${f.s.address} ${f.d.address} ${f.m.value})`),
	lea: (f) => `${set(f.d, f.s.address)} ${NEXT}`,
	indb: element("1"),
	indw: element("4"),
	indf: element("8"),
	indl: element("8"),
	indx: element(`(i32.load ${T_SIZE} (i32.load ${A_TYPE} $v))`),
	lena: length(A_LEN),
	lenc: length(S_LEN),
	lenl: (f) => `
		(set $n 0)
		(set $v ${f.s.value})
		(block $end (loop $more
			(br_if $end (i32.eq $v ${H}))
			(set $v (i32.load ${L_TAIL} $v))
			(set $n (i32.add $n 1))
			(br $more)))
		${set(f.d, "$n")} ${NEXT}`,
	indc: (f) => `
		${cell(f)}
		(br_if $bounds (i32.ge_u (tee $n ${f.m.value}) (i32.load ${S_LEN} $v)))
		(if (i32.and (i32.load ${S_CAP} $v) ${S_WIDE})
			(then (set $n (i32.load ${S_DATA} (i32.add $v (i32.shl $n 2)))))
			(else (set $n (i32.load8_u ${S_DATA} (i32.add $v $n)))))
		${set(f.d, "$n")} ${NEXT}`,
	addc: core((f) => `(call $addc ${f.s.value} ${f.m.address} ${f.d.address})`),
	insc: core((f) => `(call $insc ${f.s.value} ${f.m.value} ${f.d.address})`),
	slicec: core((f) => `(call $slicec ${f.s.value} ${f.m.value} ${f.d.address})`),
	beqc: strings((a, b) => `(call $equalc ${a} ${b})`),
	bnec: strings((a, b) => `(i32.eqz (call $equalc ${a} ${b}))`),
	bltc: compared("lt_s"),
	blec: compared("le_s"),
	bgtc: compared("gt_s"),
	bgec: compared("ge_s"),
	consb: cons("b"),
	consw: cons("w"),
	consp: cons("p"),
	consl: cons("l"),
	consf: cons("f"),
	new: (f) => `${SAVE} ${put(f, `(call $record ${f.s.value})`)}`,
	newa: (f) => `${SAVE} ${put(f, `(call $array ${f.m.value} ${f.s.value})`)}`,
	send: stopping((f) => `(call $send ${f.s.address} ${f.d.value})`),
	recv: stopping((f) => `(call $recv ${f.s.value} ${f.d.address})`),
	frame: (f) => `
		(set $t ${f.s.value})
		(set $v (i32.load ${R_SP} 0))
		(set $q (i32.load ${T_IMAGE} $t))
		(set $at (i32.add $v (i32.shl (i32.load ${T_WORDS} $t) 2)))
		(if (i32.or (i32.eqz $q) (i32.gt_u $at (i32.load ${R_TS} 0))) (then ${SAVE} (set $v (call $newframe $t)))
		(else
			(i32.store ${R_SP} 0 $at)
			(set $n $v)
			(loop $copy
				(i64.store 0 $n (i64.load 0 $q))
				(set $q (i32.add $q 8))
				(br_if $copy (i32.lt_u (tee $n (i32.add $n 8)) $at)))))
		${set(f.d, "$v")} ${NEXT}`,
	call: (f) => `
		(set $v ${f.s.value})
		(i32.store ${REGLINK} $v (i32.add (i32.shr_u (i32.sub $p $code) 4) 1))
		(i32.store ${REGFRAME} $v $fp)
		(i32.store ${R_FP} 0 (tee $fp $v))
		(br $jump)`,
	mframe: core((f) => `(call $mframe ${f.s.value} ${f.m.value} ${f.d.address})`),
	// Of a module that this engine runs, and has run, in a frame made for it.
	mcall: (f) => `
		(br_if $slow (i32.eq (tee $t ${f.d.value}) ${H}))
		(br_if $slow (i32.ge_u (tee $n ${f.m.value}) (i32.load ${M_NLINKS} $t)))
		(br_if $slow (i32.eqz (tee $q (i32.load ${M_CODE} $t))))
		(br_if $slow (i32.ne (i32.load ${M_ENGINE} $t) (i32.load ${M_ENGINE} $link)))
		(set $v ${f.s.value})
		(br_if $slow (i32.ne (i32.load ${REGMOD} $v) $t))
		(i32.store ${REGMOD} $v $link)
		(i32.store ${REGLINK} $v (i32.add (i32.shr_u (i32.sub $p $code) 4) 1))
		(i32.store ${REGFRAME} $v $fp)
		(i32.store ${R_FP} 0 (tee $fp $v))
		(i32.store ${R_M} 0 (tee $link $t))
		(i32.store ${R_MP} 0 (tee $mp (i32.load ${M_MP} $t)))
		(set $code $q)
		(set $n (i32.load ${M_LINKS + LINK_PC} (i32.add $t (i32.mul $n ${LINK_SIZE}))))
		(br $goto)`,
	ret: () => `
		(br_if $slow (i32.eqz (tee $v (i32.load ${REGFRAME} $fp))))
		(set $t (i32.load ${REGMOD} $fp))
		(if $t (then
			(br_if $slow (i32.eqz (tee $q (i32.load ${M_CODE} $t))))
			(br_if $slow (i32.ne (i32.load ${M_ENGINE} $t) (i32.load ${M_ENGINE} $link)))
			(br_if $slow (i32.le_s (tee $n (i32.sub (i32.load ${B_REF} $link) 1)) 0))
			(i32.store ${B_REF} $link $n)
			(i32.store ${R_M} 0 (tee $link $t))
			(i32.store ${R_MP} 0 (tee $mp (i32.load ${M_MP} $t)))
			(set $code $q)))
		(i32.store ${R_FP} 0 $v)
		(set $p (i32.add $code (i32.shl (i32.load ${REGLINK} $fp) 4)))
		(set $t (i32.load ${REGTYP} $fp))
		(if (i32.load ${T_NP} $t) (then (call $releaseall $t $fp)))
		(if (i32.eq (i32.sub $fp ${X_FRAMES}) (i32.load ${R_EX} 0))
			(then (call $dropframe $fp))
			(else (i32.store ${R_SP} 0 $fp)))
		(set $fp $v)
		(br $next)`,
};

/** Whether opcode cases and forms of it can be made: else `step` has to do it. */
function known({ name, meaning }: Row): boolean {
	if (meaning === undefined) return bodies[name] !== undefined;
	const [op] = meaning[1];
	return op !== "pure";
}

/** Case numbers: of the hot forms by opcode * 256 + address modes, and of opcodes. */
export const hotCases: ReadonlyMap<number, number> = numberForms();
export const anyCases: ReadonlyMap<number, number> = new Map(
	isa.filter(known).map(({ op }, k) => [op, FIRST + hotCases.size + k]),
);

function numberForms(): Map<number, number> {
	const cases = new Map<number, number>();
	for (const [name, forms] of Object.entries(hotForms))
		for (const form of forms.split(" ")) {
			const [s, m, d] = form.split(",") as [string, string, string];
			cases.set(formOf(name, s, m, d), FIRST + cases.size);
		}
	return cases;
}

/** The text of a case; what is an expression is written by the hook `name`. */
function caseText(row: Row, f: Form, name: string, hooks: Record<string, Hook>): string {
	const before = `${f.s.before} ${f.d.before} ${f.m.before}`;
	const { meaning } = row;
	if (meaning === undefined) return `${before} ${(bodies[row.name] as (f: Form) => string)(f)}`;
	hooks[name] = (c, at) => {
		const operands: Operands = {
			push: (operand) => at.emit(f[operand].value),
			constant: () => undefined,
			temporary: (type, n) => at.local(`$${type === I32 ? "w" : type === I64 ? "l" : "f"}${n}`),
			zdivIf: () => c.brIf(at.label("$zdiv")),
			pure: (fn) => {
				throw new Error(`${fn} is no case`);
			},
		};
		emitExpr(c, meaning[1], operands);
	};
	if (meaning[0] === "if") return `${before} (br_if $jump (${name})) ${NEXT}`;
	return `${before} ${set(f.d, `(${name})`)} ${NEXT}`;
}

/** The interpreter: text for the assembler, with what its hooks write. */
export function interpreterText(): { text: string; hooks: Readonly<Record<string, Hook>> } {
	const hooks: Record<string, Hook> = {};
	const cases: string[] = [
		`${SAVE} (call $js.translate) (br $next)`,
		"(br $slow)",
		`(if (i32.ne $p $start) (then (i32.store ${R_STOP} 0 ${STOP_ENTER}) (br $out))) (set $start 0) (br $slow)`,
	];
	for (const [key, n] of hotCases) {
		const row = isa[key >> 8] as Row;
		cases[n] = caseText(row, hotForm(row, key & 255), `@${n}`, hooks);
	}
	for (const [op, n] of anyCases) {
		const row = isa[op] as Row;
		cases[n] = caseText(row, anyForm(row), `@${n}`, hooks);
	}
	const labels = cases.map((_, n) => `$c${n}`);
	let dispatch = `(br_table ${labels.join(" ")} $slow (i32.load16_u 0 $p))`;
	cases.forEach((text, n) => {
		dispatch = `(block $c${n} ${dispatch}) ${text}`;
	});
	const locals = ["sa", "ma", "da", "v", "at", "n", "t", "q", "w0", "w1"]
		.map((name) => `(local $${name} i32)`)
		.join(" ");
	const text = `
(import $js.step (result i32))
(import $js.translate)
(import $js.translation (param i32) (result i32))
(import $js.fault (param i32))

;; The address of an operand, in a mode of s and d, or nil where it lies behind nil. An immediate is written to imm first.
(func $operand (param $mode i32) (param $x i32) (param $imm i32) (param $fp i32) (param $mp i32) (result i32) (local $base i32)
	(if (i32.eq $mode ${AIMM}) (then
		(i32.store 0 $imm $x)
		(i32.store 4 $imm (i32.shr_s $x 31))
		(return $imm)))
	(if (i32.eq $mode ${AXXX}) (then (return $x)))
	(set $base (select $fp $mp (i32.and $mode ${AFP})))
	(if (i32.eqz (i32.and $mode ${AIND})) (then (return (i32.add $base $x))))
	(set $base (i32.load 0 (i32.add $base (i32.and $x 65535))))
	(if (i32.eq $base ${H}) (then (return ${H})))
	(i32.add $base (i32.shr_u $x 16)))

;; The mode of the middle operand, as one of s and d.
(func $middle (param $modes i32) (result i32)
	(set $modes (i32.and $modes ${ARM}))
	(if (i32.eq $modes ${AXIMM}) (then (return ${AIMM})))
	(select ${AFP} ${AMP} (i32.eq $modes ${AXINF})))

;; Where the translation of a link's module is.
(func $codeof (param $ml i32) (result i32) (local $code i32)
	(if (i32.eqz (tee $code (i32.load ${M_CODE} $ml))) (then (set $code (call $js.translation $ml))))
	$code)

;; Runs the thread until R_STOP says why not to go on.
(func $interpret
	(local $p i32) (local $fp i32) (local $mp i32) (local $link i32) (local $code i32) (local $ic i32) (local $start i32)
	${locals} (local $l0 i64) (local $l1 i64) (local $f0 f64)
	(i32.store ${R_STOP} 0 0)
	(set $link (i32.load ${R_M} 0))
	(set $code (call $codeof $link))
	(set $fp (i32.load ${R_FP} 0))
	(set $mp (i32.load ${R_MP} 0))
	(set $ic (i32.load ${R_IC} 0))
	(set $p (tee $start (i32.add $code (i32.shl (i32.load ${R_PC} 0) 4))))
	(block $halt (block $out (loop $next
		(block $zdiv (block $bounds (block $nil
			(block $jump (block $goto
				(block $put (block $keep
					(block $slow
						${dispatch})
					;; An instruction in JavaScript: it may do anything.
					${SAVE}
					(i32.store ${R_PC} 0 (call $js.step))
					(br_if $halt (i32.load ${R_STOP} 0))
					(set $fp (i32.load ${R_FP} 0))
					(if (i32.ne $link (i32.load ${R_M} 0)) (then
						(set $link (i32.load ${R_M} 0))
						(set $code (call $codeof $link))
						(set $mp (i32.load ${R_MP} 0))))
					(set $p (i32.add $code (i32.shl (i32.load ${R_PC} 0) 4)))
					(br_if $next (i32.gt_s (tee $ic (i32.sub $ic 1)) 0))
					(br $out))
				;; Stores $v, counted once more.
				(if (i32.ne $v ${H}) (then (i32.store ${B_REF} $v (i32.add (i32.load ${B_REF} $v) 1)))))
				;; Stores $v in place of what is there.
				(set $t (i32.load 0 $at))
				(i32.store 0 $at $v)
				(if (i32.ne $t ${H}) (then
					(i32.store ${B_REF} $t (tee $n (i32.sub (i32.load ${B_REF} $t) 1)))
					(if (i32.le_s $n 0) (then (call $dead $t)))))
				${NEXT})
			;; To instruction $n, which a program may have written.
			(if (i32.ge_u $n (i32.load ${O_NPROG} $code)) (then
				${SAVE} (call $js.fault ${FAULT_OP})))
			(set $p (i32.add $code (i32.shl $n 4)))
			(br_if $next (i32.gt_s (tee $ic (i32.sub $ic 1)) 0))
			(br $out))
			;; To where the instruction says.
			(set $p (i32.load ${O_D} $p))
			(br_if $next (i32.gt_s (tee $ic (i32.sub $ic 1)) 0))
			(br $out))
		;; Faults.
		${SAVE} (call $js.fault ${FAULT_NIL}) (unreachable))
		${SAVE} (call $js.fault ${FAULT_BOUNDS}) (unreachable))
		${SAVE} (call $js.fault ${FAULT_ZDIV}) (unreachable)))
	(i32.store ${R_PC} 0 (i32.shr_u (i32.sub $p $code) 4))
	(i32.store ${R_IC} 0 $ic)
	(if (i32.eqz (i32.load ${R_STOP} 0)) (then (i32.store ${R_STOP} 0 ${STOP_SLICE})))))
`;
	return { text, hooks };
}
