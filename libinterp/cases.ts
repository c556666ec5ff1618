import { type Form, SLOT, set } from "./forms.ts";
import { REGFRAME, REGLINK, REGMOD, REGTYP } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	B_REF,
	H,
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
	T_IMAGE,
	T_NP,
	T_SIZE,
	T_WORDS,
	X_FRAMES,
} from "./layout.ts";

/*
 * What the cases of the interpreter do, where that is no expression of the instruction table. In $p is the place of the instruction, in $fp, $mp, $link and $code are
 * frame, module data, module link and translation, in $ic what is left of the time slice; $v, $at, $n, $t, $q are free.
 * A case ends with a jump: to $next (the instruction at $p), $jump (where the instruction says), $goto (instruction $n), $put and $keep (store the
 * counted pointer $v at $at), $slow (leave it to `step`), $nil or $bounds (faults), $out (the thread stops, at $p).
 */

export const NEXT = `(set $p (i32.add $p ${SLOT})) (br $next)`;
/** Goes to the instruction at $p after a jump, which counts. */
export const COUNTED = "(br_if $next (i32.gt_s (tee $ic (i32.sub $ic 1)) 0)) (br $out)";
/** The number of the instruction at $p. */
const PC = "(i32.shr_u (i32.sub $p $code) 4)";
/** The registers as the runtime wants them: R_PC is the instruction. */
export const SAVE = `(i32.store ${R_PC} 0 ${PC}) (i32.store ${R_IC} 0 $ic)`;

/** Makes $v the running frame, which comes back here. */
const ENTER_FRAME = `
		(i32.store ${REGLINK} $v (i32.add ${PC} 1))
		(i32.store ${REGFRAME} $v $fp)
		(i32.store ${R_FP} 0 (tee $fp $v))`;
/** Finds the translation $q of module link $t; not where another engine runs it, or nobody has yet. */
const TRANSLATED = `
		(br_if $slow (i32.eqz (tee $q (i32.load ${M_CODE} $t))))
		(br_if $slow (i32.ne (i32.load ${M_ENGINE} $t) (i32.load ${M_ENGINE} $link)))`;
/** Makes $t, with its translation $q, the running module. */
const ENTER_MODULE = `
		(i32.store ${R_M} 0 (tee $link $t))
		(i32.store ${R_MP} 0 (tee $mp (i32.load ${M_MP} $t)))
		(set $code $q)`;

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
export const bodies: Readonly<Record<string, (f: Form) => string>> = {
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
	alt: stopping((f) => `(call $alt ${f.s.address} ${f.d.address})`),
	nbalt: stopping((f) => `(call $nbalt ${f.s.address} ${f.d.address})`),
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
		${ENTER_FRAME}
		(br $jump)`,
	mframe: core((f) => `(call $mframe ${f.s.value} ${f.m.value} ${f.d.address})`),
	// Of a module that this engine runs, and has run, in a frame made for it.
	mcall: (f) => `
		(br_if $slow (i32.eq (tee $t ${f.d.value}) ${H}))
		(br_if $slow (i32.ge_u (tee $n ${f.m.value}) (i32.load ${M_NLINKS} $t)))
		${TRANSLATED}
		(set $v ${f.s.value})
		(br_if $slow (i32.ne (i32.load ${REGMOD} $v) $t))
		(i32.store ${REGMOD} $v $link)
		${ENTER_FRAME}
		${ENTER_MODULE}
		(set $n (i32.load ${M_LINKS + LINK_PC} (i32.add $t (i32.mul $n ${LINK_SIZE}))))
		(br $goto)`,
	ret: () => `
		(br_if $slow (i32.eqz (tee $v (i32.load ${REGFRAME} $fp))))
		(set $t (i32.load ${REGMOD} $fp))
		(if $t (then
			${TRANSLATED}
			(br_if $slow (i32.le_s (tee $n (i32.sub (i32.load ${B_REF} $link) 1)) 0))
			(i32.store ${B_REF} $link $n)
			${ENTER_MODULE}))
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
