import { B_REF, H, HEADER, LEAST, MAXSMALL, S_CAP, S_DATA, S_LEN, S_WIDE, TYPE_STRING } from "./layout.ts";

/* The core: strings. See wasmcore.ts. */

/** Strings of bytes. */
export const strings = `
(import $js.equalc (param i32 i32) (result i32))
(import $js.comparec (param i32 i32) (result i32))
(import $js.casec (param i32 i32) (result i32))
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

;; The target for string v in a table: its number of entries, entries of three words (low, high or nil, target), the target for others.
(func $casec (param $v i32) (param $table i32) (result i32) (local $low i32) (local $high i32) (local $mid i32) (local $entry i32) (local $r i32) (local $pc i32)
	(set $high (i32.load 0 $table))
	(set $pc (i32.load 4 (i32.add $table (i32.mul $high 12))))
	(block $found (loop $next
		(br_if $found (i32.ge_u $low $high))
		(set $mid (i32.shr_u (i32.add $low $high) 1))
		(set $entry (i32.add $table (i32.mul $mid 12)))
		(set $r (call $comparec $v (i32.load 4 $entry)))
		(if (i32.lt_s $r 0) (then (set $high $mid) (br $next)))
		(if (i32.and (i32.ne $r 0) (i32.ne (i32.load 8 $entry) ${H}))
			(then (set $r (i32.gt_s (call $comparec $v (i32.load 8 $entry)) 0))))
		(if (i32.eqz $r) (then (set $pc (i32.load 12 $entry)) (br $found)))
		(set $low (i32.add $mid 1))
		(br $next)))
	(if (i32.lt_s $pc 0) (then (return (call $js.casec $v $table))))
	$pc)

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
	(if (i32.lt_u $size ${LEAST}) (then (set $size ${LEAST})))
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
