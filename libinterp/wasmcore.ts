import { interpreterText } from "./dispatch.ts";
import { REGFRAME, REGLINK, REGMOD } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_ROOT,
	A_SIZE,
	A_TYPE,
	B_REF,
	B_SIZE,
	B_TYPE,
	BINS,
	F_BIN,
	F_FLAGS,
	H,
	HEADER,
	HEAP_USED,
	K_ARRAY,
	K_LIST,
	K_PLAIN,
	K_STRING,
	L_DATA,
	L_TAIL,
	L_TYPE,
	LINK_CODE,
	LINK_PC,
	LINK_SIZE,
	LINK_TYPE,
	M_LINKS,
	M_MP,
	M_NLINKS,
	MAXSMALL,
	R_EX,
	R_FP,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_SPARE,
	R_TS,
	S_CAP,
	S_DATA,
	S_LEN,
	S_WIDE,
	STACK_BYTES,
	T_IMAGE,
	T_KIND,
	T_MAP,
	T_NP,
	T_REF,
	T_SIZE,
	T_WORDS,
	TYPE_ARRAY,
	TYPE_LIST,
	TYPE_PTR,
	TYPE_STRING,
	X_COUNT,
	X_EX,
	X_FRAMES,
	X_SP,
	X_TS,
} from "./layout.ts";
import { WasmModule } from "./wasm.ts";
import { channelsText } from "./wasmchan.ts";
import { assemble } from "./wat.ts";

/*
 * The runtime's fast paths in WebAssembly, for compiled code to call without JavaScript in between. Each function has the name, the
 * operands and the meaning of the function of ops.ts or heap.ts that it stands for, and calls that one, imported as js.name, where its
 * own case does not hold. Nothing here may fault: that is left to JavaScript, before anything has been changed.
 */

/** Does `body` for each pointer, at $at, of the thing of type $t at $row. */
const eachPointer = (body: string) => `
	(set $map $t)
	(set $mapend (i32.add $t (i32.load ${T_NP} $t)))
	(block $done (loop $bytes
		(br_if $done (i32.ge_u $map $mapend))
		(set $bits (i32.load8_u ${T_MAP} $map))
		(set $at $row)
		(block $next (loop $words
			(br_if $next (i32.eqz $bits))
			(if (i32.and $bits 128) (then ${body}))
			(set $at (i32.add $at 4))
			(set $bits (i32.and (i32.shl $bits 1) 255))
			(br $words)))
		(set $row (i32.add $row 32))
		(set $map (i32.add $map 1))
		(br $bytes)))`;
/** The locals that this takes; $row is one too where it is no parameter. */
const MAPPED = "(local $map i32) (local $mapend i32) (local $bits i32) (local $at i32)";

/** Memory: the pool's small blocks, and the end of objects. */
const memory = `
(import $js.block (param i32) (result i32))
(import $js.dead (param i32))
(import $js.freeblock (param i32))

;; A block of so many bytes with its header, at most MAXSMALL, counted once and without a type.
(func $alloc (param $size i32) (result i32) (local $p i32)
	(set $p (i32.load ${BINS} (i32.shr_u $size 2)))
	(if (i32.eqz $p) (then (return (call $js.block (i32.sub $size ${HEADER})))))
	(i32.store ${BINS} (i32.shr_u $size 2) (i32.load 0 $p))
	(i32.store ${B_SIZE} $p $size)
	(i32.store ${B_REF} $p 1)
	(i32.store ${HEAP_USED} 0 (i32.add (i32.load ${HEAP_USED} 0) $size))
	$p)

(func $free (param $p i32) (local $size i32)
	(set $size (i32.and (i32.load ${B_SIZE} $p) ${~F_FLAGS}))
	(if (i32.gt_u $size ${MAXSMALL}) (then (call $js.freeblock $p) (return)))
	(i32.store ${HEAP_USED} 0 (i32.sub (i32.load ${HEAP_USED} 0) $size))
	(i32.store 0 $p (i32.load ${BINS} (i32.shr_u $size 2)))
	(i32.store ${BINS} (i32.shr_u $size 2) $p)
	(i32.store ${B_SIZE} $p (i32.or $size ${F_BIN})))

;; An object of a type: a small block, and one more holder of the type.
(func $object (param $t i32) (param $size i32) (result i32) (local $p i32)
	(set $p (call $alloc $size))
	(i32.store ${B_TYPE} $p $t)
	(i32.store ${T_REF} $t (i32.add (i32.load ${T_REF} $t) 1))
	$p)

(func $untype (param $t i32) (local $n i32)
	(set $n (i32.sub (i32.load ${T_REF} $t) 1))
	(i32.store ${T_REF} $t $n)
	(if (i32.eqz $n) (then (call $js.freeblock $t))))

;; One reference less. Objects that nobody refers to any more are chained through their counts.
(func $unref (param $p i32) (param $chain i32) (result i32) (local $n i32)
	(set $n (i32.sub (i32.load ${B_REF} $p) 1))
	(i32.store ${B_REF} $p $n)
	(if (i32.gt_s $n 0) (then (return $chain)))
	(i32.store ${B_REF} $p $chain)
	$p)

;; As unref, for each pointer in the thing of type t at p.
(func $unrefall (param $t i32) (param $row i32) (param $chain i32) (result i32) (local $q i32) ${MAPPED}
	${eachPointer(`
		(set $q (i32.load 0 $at))
		(if (i32.ne $q ${H}) (then (set $chain (call $unref $q $chain))))`)}
	$chain)

;; The object at p has no references any more.
(func $dead (param $p i32)
	(i32.store ${B_REF} $p 0)
	(call $bury $p))

;; Frees the objects of a chain, and what nobody refers to then.
(func $bury (param $chain i32) (local $p i32) (local $t i32) (local $kind i32) (local $et i32) (local $q i32) (local $n i32)
	(loop $again
		(set $p $chain)
		(set $chain (i32.load ${B_REF} $p))
		(set $t (i32.load ${B_TYPE} $p))
		(set $kind (i32.load ${T_KIND} $t))
		(block $mine
			(block $other
				(if (i32.eq $kind ${K_PLAIN}) (then
					(if (i32.load ${T_NP} $t) (then (set $chain (call $unrefall $t $p $chain))))
					(br $mine)))
				(br_if $mine (i32.eq $kind ${K_STRING}))
				(if (i32.eq $kind ${K_LIST}) (then
					(set $et (i32.load ${L_TYPE} $p))
					(set $q (i32.load ${L_TAIL} $p))
					(if (i32.ne $q ${H}) (then (set $chain (call $unref $q $chain))))
					(if $et (then
						(set $chain (call $unrefall $et (i32.add $p ${L_DATA}) $chain))
						(call $untype $et)))
					(br $mine)))
				(br_if $other (i32.ne $kind ${K_ARRAY}))
				(set $et (i32.load ${A_TYPE} $p))
				(set $q (i32.load ${A_ROOT} $p))
				(if (i32.ne $q ${H}) (then (set $chain (call $unref $q $chain)))
				(else (if (i32.load ${T_NP} $et) (then
					(set $n (i32.load ${A_LEN} $p))
					(set $q (i32.load ${A_DATA} $p))
					(block $done (loop $elements
						(br_if $done (i32.eqz $n))
						(set $chain (call $unrefall $et $q $chain))
						(set $q (i32.add $q (i32.load ${T_SIZE} $et)))
						(set $n (i32.sub $n 1))
						(br $elements)))))))
				(call $untype $et)
				(br $mine))
			(set $t 0)
			(call $js.dead $p))
		(if $t (then (call $free $p) (call $untype $t)))
		(br_if $again $chain)))

;; Lets go what the thing of type t at p refers to.
(func $releaseall (param $t i32) (param $p i32)
	(if (tee $p (call $unrefall $t $p 0)) (then (call $bury $p))))

(func $release (param $p i32) (local $n i32)
	(set $n (i32.sub (i32.load ${B_REF} $p) 1))
	(i32.store ${B_REF} $p $n)
	(if (i32.le_s $n 0) (then (call $dead $p))))

;; Makes the pointers in the thing of type t at row nil.
(func $nilall (param $t i32) (param $row i32) ${MAPPED}
	${eachPointer(`(i32.store 0 $at ${H})`)})

(func $retain (param $p i32)
	(if (i32.ne $p ${H}) (then (i32.store ${B_REF} $p (i32.add (i32.load ${B_REF} $p) 1)))))

;; Stores a counted pointer, whose count it takes over.
(func $put (param $at i32) (param $p i32) (local $old i32)
	(set $old (i32.load 0 $at))
	(i32.store 0 $at $p)
	(if (i32.ne $old ${H}) (then (call $release $old))))
`;

/** Adts and arrays. */
const objects = `
(import $js.array (param i32 i32) (result i32))
(import $js.record (param i32) (result i32))

;; A fresh adt of type t.
(func $record (param $t i32) (result i32) (local $size i32) (local $p i32) (local $end i32) (local $row i32) ${MAPPED}
	(set $size (i32.and (i32.add (i32.load ${T_SIZE} $t) ${HEADER + 15}) -16))
	(if (i32.lt_u $size 32) (then (set $size 32)))
	(if (i32.gt_u $size ${MAXSMALL}) (then (return (call $js.record $t))))
	(set $p (call $object $t $size))
	(set $at $p)
	(set $end (i32.sub (i32.add $p $size) ${HEADER}))
	(loop $clear
		(i64.store 0 $at (i64.const 0))
		(br_if $clear (i32.lt_u (tee $at (i32.add $at 8)) $end)))
	(call $nilall $t $p)
	$p)

;; A fresh array of n things of type t: without pointers, or of single ones.
(func $array (param $t i32) (param $n i32) (result i32) (local $bytes i32) (local $size i32) (local $a i32) (local $at i32) (local $end i32) (local $v i64)
	(block $slow
		(br_if $slow (i32.or (i32.gt_u $n ${MAXSMALL}) (i32.gt_u (i32.load ${T_SIZE} $t) ${MAXSMALL})))
		(set $bytes (i32.mul $n (i32.load ${T_SIZE} $t)))
		(set $size (i32.and (i32.add $bytes ${A_SIZE + HEADER + 15}) -16))
		(br_if $slow (i32.gt_u $size ${MAXSMALL}))
		(if (i32.load ${T_NP} $t) (then
			(br_if $slow (i32.ne $t (i32.load ${TYPE_PTR} 0)))
			(set $v (i64.const -1))))
		(set $a (call $object (i32.load ${TYPE_ARRAY} 0) $size))
		(i32.store ${T_REF} $t (i32.add (i32.load ${T_REF} $t) 1))
		(i32.store ${A_LEN} $a $n)
		(i32.store ${A_TYPE} $a $t)
		(i32.store ${A_ROOT} $a ${H})
		(set $at (i32.add $a ${A_SIZE}))
		(i32.store ${A_DATA} $a $at)
		(set $end (i32.add $at $bytes))
		(block $done (loop $fill
			(br_if $done (i32.ge_u $at $end))
			(i64.store 0 $at $v)
			(set $at (i32.add $at 8))
			(br $fill)))
		(return $a))
	(call $js.array $t $n))

;; Copies the thing of type t at s to d, where there is one too. The places may overlap; what goes may hold the source.
(func $move (param $s i32) (param $d i32) (param $t i32) (local $chain i32) (local $row i32) ${MAPPED}
	(set $row $s)
	${eachPointer("(call $retain (i32.load 0 $at))")}
	(set $chain (call $unrefall $t $d 0))
	(call $copy $d $s (i32.load ${T_SIZE} $t))
	(if $chain (then (call $bury $chain))))
`;

/** Times that a stack chunk is begun, a power of two. */
const OFTEN = 256;

/** Frames where a stack chunk ends. */
const frames = `
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

/** Bytes with its header of a block for so many. */
const block = (bytes: number) => Math.max(32, (bytes + HEADER + 15) & ~15);

const cons = () => {
	const small = block(L_DATA + 4);
	const large = block(L_DATA + 8);
	const cell = (name: string, type: string, size: number, store: string, elements = "0") => `
(func $${name} (param $v ${type}) (param $d i32) (local $l i32)
	(set $l (call $object (i32.load ${TYPE_LIST} 0) ${size}))
	(i32.store ${L_TAIL} $l (i32.load 0 $d))
	(i32.store ${L_TYPE} $l ${elements})
	(${store} ${L_DATA} $l $v)
	(i32.store 0 $d $l))`;
	return `
${cell("consb", "i32", small, "i32.store")}
${cell("consw", "i32", small, "i32.store")}
${cell("consl", "i64", large, "i64.store")}
${cell("consf", "f64", large, "f64.store")}
(func $consp (param $v i32) (param $d i32) (local $t i32)
	(call $conspointer $v $d)
	(call $retain $v)
	(set $t (i32.load ${TYPE_PTR} 0))
	(i32.store ${T_REF} $t (i32.add (i32.load ${T_REF} $t) 1)))
${cell("conspointer", "i32", small, "i32.store", `(i32.load ${TYPE_PTR} 0)`)}
`;
};

/** Calls between modules. */
const modules = `
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

const strings = `
(import $js.equalc (param i32 i32) (result i32))
(import $js.comparec (param i32 i32) (result i32))
(import $js.addc (param i32 i32 i32))
(import $js.slicec (param i32 i32 i32))
(import $js.insc (param i32 i32 i32))

(func $equalc (param $a i32) (param $b i32) (result i32) (local $n i32)
	(if (i32.eq $a $b) (then (return 1)))
	(block $narrow (block $slow
		(br_if $slow (i32.or (i32.eq $a ${H}) (i32.eq $b ${H})))
		(br_if $narrow (i32.eqz (i32.and (i32.or (i32.load ${S_CAP} $a) (i32.load ${S_CAP} $b)) ${S_WIDE}))))
		(return (call $js.equalc $a $b)))
	(set $n (i32.load ${S_LEN} $a))
	(if (i32.ne $n (i32.load ${S_LEN} $b)) (then (return 0)))
	(block $rest (loop $eight
		(br_if $rest (i32.lt_s $n 8))
		(if (i64.ne (i64.load ${S_DATA} $a) (i64.load ${S_DATA} $b)) (then (return 0)))
		(set $a (i32.add $a 8))
		(set $b (i32.add $b 8))
		(set $n (i32.sub $n 8))
		(br $eight)))
	(block $done (loop $one
		(br_if $done (i32.eqz $n))
		(if (i32.ne (i32.load8_u ${S_DATA} $a) (i32.load8_u ${S_DATA} $b)) (then (return 0)))
		(set $a (i32.add $a 1))
		(set $b (i32.add $b 1))
		(set $n (i32.sub $n 1))
		(br $one)))
	1)

(func $comparec (param $a i32) (param $b i32) (result i32) (local $n i32) (local $rest i32) (local $d i32)
	(block $slow
		(br_if $slow (i32.or (i32.eq $a ${H}) (i32.eq $b ${H})))
		(br_if $slow (i32.and (i32.or (i32.load ${S_CAP} $a) (i32.load ${S_CAP} $b)) ${S_WIDE}))
		(set $n (i32.load ${S_LEN} $a))
		(set $rest (i32.sub $n (i32.load ${S_LEN} $b)))
		(if (i32.gt_s $rest 0) (then (set $n (i32.sub $n $rest))))
		(block $done (loop $one
			(br_if $done (i32.eqz $n))
			(set $d (i32.sub (i32.load8_u ${S_DATA} $a) (i32.load8_u ${S_DATA} $b)))
			(if $d (then (return $d)))
			(set $a (i32.add $a 1))
			(set $b (i32.add $b 1))
			(set $n (i32.sub $n 1))
			(br $one)))
		(return $rest))
	(call $js.comparec $a $b))

;; Copies n bytes; the places may overlap.
(func $copy (param $to i32) (param $from i32) (param $n i32)
	(if (i32.or (i32.gt_u $n 32) (i32.lt_u (i32.sub $to $from) $n)) (then (memory.copy $to $from $n) (return)))
	(block $rest (loop $eight
		(br_if $rest (i32.lt_u $n 8))
		(i64.store 0 $to (i64.load 0 $from))
		(set $to (i32.add $to 8))
		(set $from (i32.add $from 8))
		(set $n (i32.sub $n 8))
		(br $eight)))
	(block $done (loop $one
		(br_if $done (i32.eqz $n))
		(i32.store8 0 $to (i32.load8_u 0 $from))
		(set $to (i32.add $to 1))
		(set $from (i32.add $from 1))
		(set $n (i32.sub $n 1))
		(br $one))))

;; A string of n bytes with room for so many; 0 where that is no small block.
(func $string (param $n i32) (param $room i32) (result i32) (local $size i32) (local $s i32)
	(set $size (i32.and (i32.add $room ${S_DATA + HEADER + 15}) -16))
	(if (i32.gt_u $size ${MAXSMALL}) (then (return 0)))
	(if (i32.lt_u $size 32) (then (set $size 32)))
	(set $s (call $object (i32.load ${TYPE_STRING} 0) $size))
	(i32.store ${S_LEN} $s $n)
	(i32.store ${S_CAP} $s (i32.sub $size ${HEADER + S_DATA}))
	$s)

(func $addc (param $b i32) (param $m i32) (param $d i32) (local $a i32) (local $na i32) (local $nb i32) (local $n i32) (local $r i32)
	(block $slow
		(set $a (i32.load 0 $m))
		(br_if $slow (i32.or (i32.eq $a ${H}) (i32.eq $b ${H})))
		(br_if $slow (i32.and (i32.or (i32.load ${S_CAP} $a) (i32.load ${S_CAP} $b)) ${S_WIDE}))
		(set $na (i32.load ${S_LEN} $a))
		(set $nb (i32.load ${S_LEN} $b))
		(set $n (i32.add $na $nb))
		(if (i32.eq $m $d) (then
			(if (i32.and (i32.eq (i32.load ${B_REF} $a) 1) (i32.le_u $n (i32.load ${S_CAP} $a))) (then
				(i32.store ${S_LEN} $a $n)
				(if (i32.eq $nb 1) (then (i32.store8 ${S_DATA} (i32.add $a $na) (i32.load8_u ${S_DATA} $b)))
				(else (call $copy (i32.add (i32.add $a $na) ${S_DATA}) (i32.add $b ${S_DATA}) $nb)))
				(return)))
			(set $r (call $string $n (i32.add $n (i32.shr_u $n 1)))))
		(else (set $r (call $string $n $n))))
		(br_if $slow (i32.eqz $r))
		(call $copy (i32.add $r ${S_DATA}) (i32.add $a ${S_DATA}) $na)
		(call $copy (i32.add (i32.add $r $na) ${S_DATA}) (i32.add $b ${S_DATA}) $nb)
		(call $put $d $r)
		(return))
	(call $js.addc $b $m $d))

(func $slicec (param $from i32) (param $to i32) (param $d i32) (local $s i32) (local $n i32) (local $r i32)
	(block $slow
		(set $s (i32.load 0 $d))
		(set $n (i32.sub $to $from))
		(br_if $slow (i32.eq $s ${H}))
		(br_if $slow (i32.and (i32.load ${S_CAP} $s) ${S_WIDE}))
		(br_if $slow (i32.gt_u $to (i32.load ${S_LEN} $s)))
		(br_if $slow (i32.ge_u $from $to))
		(br_if $slow (i32.eqz (tee $r (call $string $n $n))))
		(call $copy (i32.add $r ${S_DATA}) (i32.add (i32.add $s $from) ${S_DATA}) $n)
		(call $put $d $r)
		(return))
	(call $js.slicec $from $to $d))

(func $insc (param $c i32) (param $i i32) (param $d i32) (local $s i32) (local $n i32)
	(block $slow
		(set $s (i32.load 0 $d))
		(br_if $slow (i32.eq $s ${H}))
		(br_if $slow (i32.ge_u $c 128))
		(br_if $slow (i32.and (i32.load ${S_CAP} $s) ${S_WIDE}))
		(br_if $slow (i32.ne (i32.load ${B_REF} $s) 1))
		(set $n (i32.load ${S_LEN} $s))
		(br_if $slow (i32.gt_u $i $n))
		(if (i32.eq $i $n) (then
			(br_if $slow (i32.ge_u $n (i32.load ${S_CAP} $s)))
			(i32.store ${S_LEN} $s (i32.add $n 1))))
		(i32.store8 ${S_DATA} (i32.add $s $i) $c)
		(return))
	(call $js.insc $c $i $d))
`;

/** The functions of the core, the interpreter among them, as a module to be given what it imports as js.name. The `simple` one has other bytes. */
export function coreBytes(simple = false): Uint8Array {
	const wasm = new WasmModule();
	const { text, hooks } = interpreterText();
	assemble(wasm, memory + objects + frames + cons() + modules + strings + channelsText() + text, hooks);
	if (simple) wasm.comment("simple");
	return wasm.bytes();
}

/** Bytes of the block, header included, for an object of so many; undefined where it is not small. */
export function smallBlock(bytes: number): number | undefined {
	const size = block(bytes);
	return size <= MAXSMALL ? size : undefined;
}
