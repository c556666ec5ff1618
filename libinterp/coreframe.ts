import { REGFRAME, REGLINK, REGMOD } from "./isa.ts";
import {
	B_REF,
	B_SIZE,
	F_FLAGS,
	H,
	HEADER,
	LINK_CODE,
	LINK_PC,
	LINK_SIZE,
	LINK_TYPE,
	M_LINKS,
	M_MP,
	M_NLINKS,
	R_EX,
	R_FP,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_SPARE,
	R_TS,
	STACK_BYTES,
	T_IMAGE,
	T_WORDS,
	X_COUNT,
	X_EX,
	X_FRAMES,
	X_SP,
	X_TS,
} from "./layout.ts";

/* The core: frames, and calls between modules. See wasmcore.ts. */

/** Times that a stack chunk is begun, a power of two. */
const OFTEN = 256;

/** Frames where a stack chunk ends. */
export const frames = `
(import $js.newframe (param i32) (result i32))
(import $js.dropframe (param i32))

(func $room (param $chunk i32) (result i32)
	(i32.sub (i32.and (i32.load ${B_SIZE} $chunk) ${~F_FLAGS}) ${HEADER}))

;; Writes a type's image from one place to another, up to its end.
(func $imprint (param $from i32) (param $to i32) (param $end i32)
	(loop $copy
		(i64.store 0 $to (i64.load 0 $from))
		(set $from (i32.add $from 8))
		(br_if $copy (i32.lt_u (tee $to (i32.add $to 8)) $end))))

;; A fresh frame of type t for which there is no room in the chunk: in the one that was given up last, if there is one. Where that happens
;; again and again, the chunk below is to end sooner, below the frame that is running: calls are made more often the deeper they are.
(func $newframe (param $t i32) (result i32)
	(local $chunk i32) (local $from i32) (local $f i32) (local $end i32) (local $n i32) (local $fp i32)
	(block $slow
		(br_if $slow (i32.eqz (tee $chunk (i32.load ${R_SPARE} 0))))
		(br_if $slow (i32.eqz (tee $from (i32.load ${T_IMAGE} $t))))
		(set $f (i32.add $chunk ${X_FRAMES}))
		(set $end (i32.add $f (i32.shl (i32.load ${T_WORDS} $t) 2)))
		(br_if $slow (i32.gt_u (i32.sub $end $chunk) (call $room $chunk)))
		(br_if $slow (i32.le_s (i32.sub $end $f) (i32.sub (i32.load ${R_TS} 0) (i32.load ${R_SP} 0))))
		(i32.store ${X_EX} $chunk (i32.load ${R_EX} 0))
		(i32.store ${X_SP} $chunk (i32.load ${R_SP} 0))
		(i32.store ${X_TS} $chunk (i32.load ${R_TS} 0))
		(i32.store ${X_COUNT} $chunk (tee $n (i32.add (i32.load ${X_COUNT} $chunk) 1)))
		(if (i32.eqz (i32.and $n ${OFTEN - 1})) (then
			(set $fp (i32.load ${R_FP} 0))
			(if (i32.and (i32.gt_u $fp (i32.load ${R_EX} 0)) (i32.lt_u $fp (i32.load ${R_SP} 0))) (then
				(i32.store ${X_TS} $chunk $fp)))))
		(i32.store ${R_EX} 0 $chunk)
		(i32.store ${R_SP} 0 $end)
		(i32.store ${R_TS} 0 (i32.add $chunk (call $room $chunk)))
		(i32.store ${R_SPARE} 0 0)
		(i32.store ${STACK_BYTES} 0 (i32.add (i32.load ${STACK_BYTES} 0) (call $room $chunk)))
		(call $imprint $from $f $end)
		(return $f))
	(call $js.newframe $t))

;; Takes the first frame of the chunk off the stack, which keeps the chunk for the next.
(func $dropframe (param $f i32) (local $chunk i32)
	(if (i32.load ${R_SPARE} 0) (then (call $js.dropframe $f) (return)))
	(set $chunk (i32.load ${R_EX} 0))
	(i32.store ${R_EX} 0 (i32.load ${X_EX} $chunk))
	(i32.store ${R_SP} 0 (i32.load ${X_SP} $chunk))
	(i32.store ${R_TS} 0 (i32.load ${X_TS} $chunk))
	(i32.store ${STACK_BYTES} 0 (i32.sub (i32.load ${STACK_BYTES} 0) (call $room $chunk)))
	(i32.store ${R_SPARE} 0 $chunk))
`;

/** Calls between modules. */
export const modules = `
(import $js.mframe (param i32 i32 i32))
(import $js.mcall (param i32 i32 i32) (result i32))

(func $mframe (param $ml i32) (param $k i32) (param $d i32)
	(local $t i32) (local $from i32) (local $f i32) (local $end i32)
	(block $slow
		(br_if $slow (i32.eq $ml ${H}))
		(br_if $slow (i32.ge_u $k (i32.load ${M_NLINKS} $ml)))
		(set $t (i32.load ${M_LINKS + LINK_TYPE} (i32.add $ml (i32.mul $k ${LINK_SIZE}))))
		(br_if $slow (i32.eqz $t))
		(br_if $slow (i32.eqz (tee $from (i32.load ${T_IMAGE} $t))))
		(set $f (i32.load ${R_SP} 0))
		(set $end (i32.add $f (i32.shl (i32.load ${T_WORDS} $t) 2)))
		(if (i32.gt_u $end (i32.load ${R_TS} 0)) (then (set $f (call $newframe $t)))
		(else
			(i32.store ${R_SP} 0 $end)
			(call $imprint $from $f $end)))
		(i32.store ${REGMOD} $f $ml)
		(i32.store ${B_REF} $ml (i32.add (i32.load ${B_REF} $ml) 1))
		(i32.store 0 $d $f)
		(return))
	(call $js.mframe $ml $k $d))

;; Calls function k of a module link in frame f, which mframe made for it; R_PC is the call. Gives the status.
(func $mcall (param $f i32) (param $k i32) (param $ml i32) (result i32) (local $link i32) (local $code i32)
	(block $slow
		(br_if $slow (i32.eq $ml ${H}))
		(br_if $slow (i32.ge_u $k (i32.load ${M_NLINKS} $ml)))
		(set $link (i32.add $ml (i32.mul $k ${LINK_SIZE})))
		(br_if $slow (i32.eqz (tee $code (i32.load ${M_LINKS + LINK_CODE} $link))))
		(br_if $slow (i32.ne (i32.load ${REGMOD} $f) $ml))
		(i32.store ${REGMOD} $f (i32.load ${R_M} 0))
		(i32.store ${REGLINK} $f (i32.add (i32.load ${R_PC} 0) 1))
		(i32.store ${REGFRAME} $f (i32.load ${R_FP} 0))
		(i32.store ${R_FP} 0 $f)
		(i32.store ${R_M} 0 $ml)
		(i32.store ${R_MP} 0 (i32.load ${M_MP} $ml))
		(i32.store ${R_PC} 0 (i32.load ${M_LINKS + LINK_PC} $link))
		(return (call_indirect $f $code)))
	(call $js.mcall $f $k $ml))
`;
