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
	LEAST,
	MAXSMALL,
	T_KIND,
	T_MAP,
	T_NP,
	T_REF,
	T_SIZE,
	TYPE_ARRAY,
	TYPE_LIST,
	TYPE_PTR,
} from "./layout.ts";

/* The core: memory, objects and lists. See wasmcore.ts. */

/** Does `body` for each pointer, at $at, of the thing of type $t at $row. */
export const eachPointer = (body: string) => `
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
export const MAPPED = "(local $map i32) (local $mapend i32) (local $bits i32) (local $at i32)";

/** Memory: the pool's small blocks, and the end of objects. */
export const memory = `
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
export const objects = `
(import $js.array (param i32 i32) (result i32))
(import $js.record (param i32) (result i32))

;; A fresh adt of type t.
(func $record (param $t i32) (result i32) (local $size i32) (local $p i32) (local $end i32) (local $row i32) ${MAPPED}
	(set $size (i32.and (i32.add (i32.load ${T_SIZE} $t) ${HEADER + 15}) -16))
	(if (i32.lt_u $size ${LEAST}) (then (set $size ${LEAST})))
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

/** Bytes with its header of a block for so many. */
const block = (bytes: number) => Math.max(LEAST, (bytes + HEADER + 15) & ~15);

export const cons = () => {
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

/** Bytes of the block, header included, for an object of so many; undefined where it is not small. */
export function smallBlock(bytes: number): number | undefined {
	const size = block(bytes);
	return size <= MAXSMALL ? size : undefined;
}
