import { RANDOM } from "./alt.ts";
import { REGLINK } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	ALT_CHAN,
	ALT_ENTRIES,
	ALT_NRECV,
	ALT_NSEND,
	ALT_PTR,
	ALT_SIZE,
	B_TYPE,
	C_BUF,
	C_COUNT,
	C_FRONT,
	C_MID,
	C_MOVER,
	C_RECEIVERS,
	C_SENDERS,
	H,
	K_CHAN,
	M_ENTRIES,
	MOVE_F,
	MOVE_L,
	MOVE_M,
	MOVE_MP,
	MOVE_P,
	MOVE_W,
	NREGS,
	P_ALTS,
	P_ALTTO,
	P_ATTEND,
	P_INALT,
	P_LINK,
	P_NALTS,
	P_REGS,
	P_STATE,
	P_WAITER,
	R,
	R_DEEP,
	R_FP,
	R_IC,
	R_M,
	R_PC,
	R_PROG,
	R_RANDOM,
	R_STOP,
	R_TURNS,
	RUN_HEAD,
	RUN_TAIL,
	STACK_BYTES,
	STOP_AGAIN,
	STOP_BLOCKED,
	T_KIND,
	T_NP,
	T_SIZE,
	W_AT,
	W_CHOICE,
	W_ELEMENT,
	W_INDEX,
	W_NEXT,
	W_PREV,
	W_PROG,
	W_QUEUE,
	W_SIZE,
} from "./layout.ts";
import { QUANTUM, READY, STATES } from "./prog.ts";

/*
 * The core: channels and threads. What chan.ts, alt.ts, queue.ts and sched.ts do, for threads whose partners are threads too. Threads that wait for each
 * other go on without JavaScript. See wasmcore.ts.
 */

/** Bytes by which a thread's stack may grow on one stack of the host. */
const DEEP = 96 * 1024;

const queues = `
;; Puts waiter w at the end of queue q.
(func $enqueue (param $q i32) (param $w i32) (local $first i32) (local $last i32)
	(if (tee $first (i32.load 0 $q)) (then (set $last (i32.load ${W_PREV} $first)))
	(else
		(set $first $w)
		(set $last $w)
		(i32.store 0 $q $w)))
	(i32.store ${W_NEXT} $last $w)
	(i32.store ${W_PREV} $w $last)
	(i32.store ${W_NEXT} $w $first)
	(i32.store ${W_PREV} $first $w)
	(i32.store ${W_QUEUE} $w $q))

;; Takes waiter w out of the queue that it is in, if it is in one.
(func $dequeue (param $w i32) (local $q i32) (local $next i32) (local $prev i32)
	(if (i32.eqz (tee $q (i32.load ${W_QUEUE} $w))) (then (return)))
	(set $next (i32.load ${W_NEXT} $w))
	(set $prev (i32.load ${W_PREV} $w))
	(i32.store ${W_NEXT} $prev $next)
	(i32.store ${W_PREV} $next $prev)
	(if (i32.eq (i32.load 0 $q) $w) (then
		(if (i32.eq $next $w) (then (set $next 0)))
		(i32.store 0 $q $next)))
	(i32.store ${W_QUEUE} $w 0))

;; Puts thread p at the end of the run queue.
(func $queue (param $p i32) (local $tail i32)
	(set $tail (i32.load ${RUN_TAIL} 0))
	(i32.store ${P_STATE} $p ${READY})
	(i32.store ${P_LINK} $p 0)
	(if $tail (then (i32.store ${P_LINK} $tail $p)) (else (i32.store ${RUN_HEAD} 0 $p)))
	(i32.store ${RUN_TAIL} 0 $p))

;; The partner w, a thread, has been found: it waits no more. Where its item is or goes.
(func $meet (param $w i32) (result i32) (local $p i32) (local $at i32) (local $alt i32) (local $end i32)
	(set $at (i32.load ${W_AT} $w))
	(if (i32.lt_s (i32.load ${W_CHOICE} $w) 0) (then (call $dequeue $w) (return $at)))
	(set $p (i32.load ${W_PROG} $w))
	(set $alt (i32.load ${P_ALTS} $p))
	(set $end (i32.add $alt (i32.mul (i32.load ${P_INALT} $p) ${W_SIZE})))
	(block $done (loop $each
		(br_if $done (i32.ge_u $alt $end))
		(call $dequeue $alt)
		(set $alt (i32.add $alt ${W_SIZE}))
		(br $each)))
	(i32.store ${P_INALT} $p 0)
	(i32.store 0 (i32.load ${P_ALTTO} $p) (i32.load ${W_CHOICE} $w))
	(if (i32.lt_s (i32.load ${W_ELEMENT} $w) 0) (then (return $at)))
	(i32.store 0 (i32.load ${W_INDEX} $w) (i32.load ${W_ELEMENT} $w))
	$at)

;; The running thread waits in queue q, with the item at s or a place for it.
(func $wait (param $q i32) (param $at i32) (param $state i32) (local $p i32)
	(set $p (i32.load ${R_PROG} 0))
	(i32.store ${P_STATE} $p $state)
	(i32.store ${P_WAITER + W_AT} $p $at)
	(call $enqueue $q (i32.add $p ${P_WAITER}))
	(i32.store ${R_STOP} 0 ${STOP_BLOCKED}))
`;

const buffers = `
;; Moves an item of the kind that channel c carries from s to d.
(func $carry (param $c i32) (param $s i32) (param $d i32) (local $mover i32)
	(set $mover (i32.load ${C_MOVER} $c))
	(if (i32.eq $mover ${MOVE_W}) (then (i32.store 0 $d (i32.load 0 $s)) (return)))
	(if (i32.eq $mover ${MOVE_P}) (then
		(call $retain (i32.load 0 $s))
		(call $put $d (i32.load 0 $s))
		(return)))
	(if (i32.eq $mover ${MOVE_MP}) (then (call $move $s $d (i32.load ${C_MID} $c)) (return)))
	(if (i32.eq $mover ${MOVE_M}) (then (call $copy $d $s (i32.load ${C_MID} $c)) (return)))
	(if (i32.or (i32.eq $mover ${MOVE_L}) (i32.eq $mover ${MOVE_F})) (then (i64.store 0 $d (i64.load 0 $s)) (return)))
	(i32.store8 0 $d (i32.load8_u 0 $s)))

;; Where item k of the buffer of channel c is, counted from the front.
(func $place (param $c i32) (param $k i32) (result i32) (local $buf i32)
	(set $buf (i32.load ${C_BUF} $c))
	(set $k (i32.add $k (i32.load ${C_FRONT} $c)))
	(if (i32.ge_u $k (i32.load ${A_LEN} $buf)) (then (set $k (i32.sub $k (i32.load ${A_LEN} $buf)))))
	(i32.add (i32.load ${A_DATA} $buf) (i32.mul $k (i32.load ${T_SIZE} (i32.load ${A_TYPE} $buf)))))

;; Puts the item at s into the buffer of channel c; 0 where there is none, or no room.
(func $putitem (param $c i32) (param $s i32) (result i32) (local $n i32) (local $buf i32)
	(set $buf (i32.load ${C_BUF} $c))
	(if (i32.eq $buf ${H}) (then (return 0)))
	(set $n (i32.load ${C_COUNT} $c))
	(if (i32.ge_u $n (i32.load ${A_LEN} $buf)) (then (return 0)))
	(if (i32.eq (i32.load ${C_MOVER} $c) ${MOVE_W})
		(then (i32.store 0 (call $place $c $n) (i32.load 0 $s)))
		(else (call $carry $c $s (call $place $c $n))))
	(i32.store ${C_COUNT} $c (i32.add $n 1))
	1)

;; Takes the first item of the buffer, where there is one, to d.
(func $getitem (param $c i32) (param $d i32) (local $at i32) (local $t i32) (local $n i32)
	(set $at (call $place $c 0))
	(set $n (i32.add (i32.load ${C_FRONT} $c) 1))
	(i32.store ${C_FRONT} $c (i32.mul $n (i32.ne $n (i32.load ${A_LEN} (i32.load ${C_BUF} $c)))))
	(i32.store ${C_COUNT} $c (i32.sub (i32.load ${C_COUNT} $c) 1))
	(if (i32.eq (i32.load ${C_MOVER} $c) ${MOVE_W}) (then (i32.store 0 $d (i32.load 0 $at)) (return)))
	(if (i32.eq (i32.load ${C_MOVER} $c) ${MOVE_P}) (then
		(set $n (i32.load 0 $at))
		(i32.store 0 $at ${H})
		(call $put $d $n)
		(return)))
	(call $carry $c $at $d)
	(set $t (i32.load ${A_TYPE} (i32.load ${C_BUF} $c)))
	(if (i32.load ${T_NP} $t) (then
		(call $releaseall $t $at)
		(call $nilall $t $at))))
`;

const operations = `
(import $js.send (param i32 i32))
(import $js.recv (param i32 i32))

(func $send (param $s i32) (param $c i32) (local $w i32) (local $p i32)
	(block $slow
		(br_if $slow (i32.eq $c ${H}))
		(if (tee $w (i32.load ${C_RECEIVERS} $c)) (then
			(br_if $slow (i32.eqz (tee $p (i32.load ${W_PROG} $w))))
			(call $carry $c $s (call $meet $w))
			(call $queue $p)
			(return)))
		(if (call $putitem $c $s) (then (return)))
		(call $wait (i32.add $c ${C_SENDERS}) $s ${STATES.indexOf("send")})
		(return))
	(call $js.send $s $c))

(func $recv (param $c i32) (param $d i32) (local $w i32) (local $p i32)
	(block $slow
		(br_if $slow (i32.eq $c ${H}))
		(if (tee $w (i32.load ${C_SENDERS} $c)) (then
			(br_if $slow (i32.eqz (tee $p (i32.load ${W_PROG} $w))))
			;; A full buffer: its first item goes out, the sender's goes in at the end.
			(if (i32.load ${C_COUNT} $c)
				(then (call $getitem $c $d) (set $w (call $putitem $c (call $meet $w))))
				(else (call $carry $c (call $meet $w) $d)))
			(call $queue $p)
			(return)))
		(if (i32.load ${C_COUNT} $c) (then (call $getitem $c $d) (return)))
		(call $wait (i32.add $c ${C_RECEIVERS}) $d ${STATES.indexOf("recv")})
		(return))
	(call $js.recv $c $d))
`;

/** Does `body` for each entry of the alt table: it is $at, number $k, on channel $c; $send says which way. */
const eachEntry = (body: string) => `
	(set $k 0)
	(set $at (i32.add $table ${ALT_ENTRIES}))
	(block $all (loop $each
		(br_if $all (i32.ge_u $k $n))
		(set $c (i32.load ${ALT_CHAN} $at))
		(set $send (i32.lt_u $k (i32.load ${ALT_NSEND} $table)))
		${body}
		(set $at (i32.add $at ${ALT_SIZE}))
		(set $k (i32.add $k 1))
		(br $each)))`;

const alts = `
(import $js.alt (param i32 i32))
(import $js.nbalt (param i32 i32))

;; Whether channel c is ready for who wants to send, or to receive.
(func $able (param $c i32) (param $send i32) (result i32) (local $buf i32)
	(if (i32.load 0 (i32.add $c (select ${C_RECEIVERS} ${C_SENDERS} $send))) (then (return 1)))
	(if (i32.eqz $send) (then (return (i32.ne (i32.load ${C_COUNT} $c) 0))))
	(set $buf (i32.load ${C_BUF} $c))
	(if (i32.eq $buf ${H}) (then (return 0)))
	(i32.lt_u (i32.load ${C_COUNT} $c) (i32.load ${A_LEN} $buf)))

;; Whether two of the n entries of an alt table, of which the first are sends, are of the same channel, one a send and one a receive.
(func $clash (param $table i32) (param $n i32) (result i32) (local $s i32) (local $r i32) (local $first i32) (local $end i32)
	(set $s (i32.add $table ${ALT_ENTRIES}))
	(set $first (i32.add $s (i32.mul (i32.load ${ALT_NSEND} $table) ${ALT_SIZE})))
	(set $end (i32.add $s (i32.mul $n ${ALT_SIZE})))
	(block $done (loop $sends
		(br_if $done (i32.ge_u $s $first))
		(set $r $first)
		(block $next (loop $receives
			(br_if $next (i32.ge_u $r $end))
			(if (i32.eq (i32.load ${ALT_CHAN} $s) (i32.load ${ALT_CHAN} $r)) (then (return 1)))
			(set $r (i32.add $r ${ALT_SIZE}))
			(br $receives)))
		(set $s (i32.add $s ${ALT_SIZE}))
		(br $sends)))
	0)

;; Carries out one of the communications that are ready. 1: done; 0: none is; -1: leave it to JavaScript, as one is on an array, or on nil.
(func $choose (param $table i32) (param $n i32) (param $to i32) (result i32)
	(local $k i32) (local $at i32) (local $c i32) (local $send i32) (local $ready i32)
	${eachEntry(`
		(if (i32.eq $c ${H}) (then (return -1)))
		(if (i32.ne (i32.load ${T_KIND} (i32.load ${B_TYPE} $c)) ${K_CHAN}) (then (return -1)))
		(set $ready (i32.add $ready (call $able $c $send)))`)}
	(if (i32.eqz $ready) (then (return 0)))
	(i32.store ${R_RANDOM} 0 (i32.add (i32.mul (i32.load ${R_RANDOM} 0) ${RANDOM.times}) ${RANDOM.plus}))
	(set $ready (i32.rem_u (i32.shr_u (i32.load ${R_RANDOM} 0) ${RANDOM.shift}) $ready))
	${eachEntry(`
		(if (call $able $c $send) (then
			(if (i32.eqz $ready) (then
				(i32.store 0 $to $k)
				(if $send
					(then (call $send (i32.load ${ALT_PTR} $at) $c))
					(else (call $recv $c (i32.load ${ALT_PTR} $at))))
				(return 1)))
			(set $ready (i32.sub $ready 1))))`)}
	(unreachable))

(func $entries (param $table i32) (result i32)
	(i32.add (i32.load ${ALT_NSEND} $table) (i32.load ${ALT_NRECV} $table)))

(func $alt (param $table i32) (param $to i32)
	(local $k i32) (local $at i32) (local $c i32) (local $send i32) (local $n i32) (local $p i32) (local $w i32)
	(block $slow
		(set $n (call $entries $table))
		(br_if $slow (call $clash $table $n))
		(set $k (call $choose $table $n $to))
		(br_if $slow (i32.lt_s $k 0))
		(if $k (then (return)))
		(set $p (i32.load ${R_PROG} 0))
		(br_if $slow (i32.lt_u (i32.load ${P_NALTS} $p) $n))
		(set $w (i32.load ${P_ALTS} $p))
		(i32.store ${P_STATE} $p ${STATES.indexOf("alt")})
		(i32.store ${P_INALT} $p $n)
		(i32.store ${P_ALTTO} $p $to)
		${eachEntry(`
			(i32.store ${W_CHOICE} $w $k)
			(i32.store ${W_ELEMENT} $w -1)
			(i32.store ${W_AT} $w (i32.load ${ALT_PTR} $at))
			(call $enqueue (i32.add $c (select ${C_SENDERS} ${C_RECEIVERS} $send)) $w)
			(set $w (i32.add $w ${W_SIZE}))`)}
		(i32.store ${R_STOP} 0 ${STOP_BLOCKED})
		(return))
	(call $js.alt $table $to))

(func $nbalt (param $table i32) (param $to i32) (local $k i32) (local $n i32)
	(block $slow
		(set $n (call $entries $table))
		(br_if $slow (call $clash $table $n))
		(set $k (call $choose $table $n $to))
		(br_if $slow (i32.lt_s $k 0))
		(if $k (then (return)))
		(i32.store 0 $to $n)
		(return))
	(call $js.nbalt $table $to))
`;

/** Copies the registers of a thread. */
const registers = (to: string, from: string) =>
	Array.from({ length: NREGS }, (_, k) => `(i32.store ${4 * k} ${to} (i32.load ${4 * k} ${from}))`).join(" ");

const threads = `
;; The running thread waits: goes on with the next in the run queue, if it is one that only has to go on. Gives whether that is so.
(func $switch (result i32) (local $p i32) (local $q i32)
	(if (i32.eqz (tee $p (i32.load ${RUN_HEAD} 0))) (then (return 0)))
	(if (i32.load ${P_ATTEND} $p) (then (return 0)))
	(if (i32.le_s (i32.load ${R_TURNS} 0) 0) (then (return 0)))
	(set $q (i32.load ${R_PROG} 0))
	(if (i32.eq (i32.load ${P_STATE} $q) ${READY}) (then (return 0)))
	(i32.store ${R_TURNS} 0 (i32.sub (i32.load ${R_TURNS} 0) 1))
	(i32.store ${RUN_HEAD} 0 (i32.load ${P_LINK} $p))
	(if (i32.eqz (i32.load ${P_LINK} $p)) (then (i32.store ${RUN_TAIL} 0 0)))
	(set $q (i32.add $q ${P_REGS}))
	${registers("$q", `${R}`)}
	(i32.store ${R_PROG} 0 $p)
	(set $p (i32.add $p ${P_REGS}))
	${registers(`${R}`, "$p")}
	(i32.store ${R_IC} 0 ${QUANTUM})
	(i32.store ${R_STOP} 0 0)
	1)

;; Calls the compiled function at place k of the table in frame f. Gives the status.
(func $invoke (param $f i32) (param $k i32) (result i32)
	(call_indirect $f $k))

;; Runs the compiled code at place k of the table, which is that for R_PC, and what there is code for after it. Gives the status of the last, or 0 where
;; there is no code to go on with.
(func $go (param $k i32) (result i32) (local $fp i32) (local $link i32) (local $status i32) (local $entries i32)
	(loop $again
		(set $fp (i32.load ${R_FP} 0))
		(set $link (i32.load ${REGLINK} $fp))
		(i32.store ${R_STOP} 0 0)
		(i32.store ${R_DEEP} 0 (i32.add (i32.load ${STACK_BYTES} 0) ${DEEP}))
		(if (tee $status (call_indirect $fp $k)) (then
			(if (i32.eq $status ${STOP_BLOCKED}) (then
				(i32.store ${R_STOP} 0 $status)
				(if (i32.eqz (call $switch)) (then (return $status))))
			(else (if (i32.ne $status ${STOP_AGAIN}) (then (return $status))))))
		(else (i32.store ${R_PC} 0 $link)))
		(if (i32.eqz (tee $entries (i32.load ${M_ENTRIES} (i32.load ${R_M} 0)))) (then (return 0)))
		(set $k (i32.load 0 (i32.add $entries (i32.shl (i32.load ${R_PC} 0) 2))))
		(br_if $again $k))
	0)
`;

/** Channels and threads. */
export const channels = queues + buffers + operations + alts + threads;
