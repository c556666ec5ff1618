import { bodies, COUNTED, NEXT, SAVE } from "./cases.ts";
import { FAULT_BOUNDS, FAULT_NIL, FAULT_OP, FAULT_ZDIV } from "./fault.ts";
import { anyForm, type Form, formOf, hotForm, O_D, O_NPROG, set } from "./forms.ts";
import { hotForms } from "./hot.ts";
import { AFP, AIMM, AIND, AMP, ARM, AXIMM, AXINF, AXXX, isa, type Row } from "./isa.ts";
import {
	B_REF,
	H,
	M_CODE,
	M_ENGINE,
	R_FP,
	R_IC,
	R_M,
	R_MP,
	R_PC,
	R_STOP,
	STOP_BLOCKED,
	STOP_ENTER,
	STOP_SLICE,
	STOP_SWITCH,
} from "./layout.ts";
import { I32, I64 } from "./wasm.ts";
import { emitExpr, type Operands } from "./wasmexpr.ts";
import type { Hook } from "./wat.ts";

/*
 * The interpreter, in WebAssembly: V8 translates it in two milliseconds and never has to give up what it has made of it. It is one function, a loop
 * around a jump table with a case for each form in hot.ts (what the operands are is known), and one for each opcode besides, whose
 * operands are first turned into addresses. What is left of the opcodes is done by `step` (step.ts), in JavaScript.
 */

/** Cases that are no instructions: not translated yet; an instruction for `step`; where compiled code may go on. */
export const UNKNOWN = 0;
export const STEP = 1;
export const ENTER = 2;
const FIRST = 3;

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

;; Runs the thread until R_STOP says why not to go on; where it waits, and the interpreter is not there for a compiler, the next ones too.
(func $interpret (param $alone i32)
	(local $p i32) (local $fp i32) (local $mp i32) (local $link i32) (local $code i32) (local $ic i32) (local $start i32)
	${locals} (local $l0 i64) (local $l1 i64) (local $f0 f64)
	(loop $thread
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
					${COUNTED})
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
			${COUNTED})
			;; To where the instruction says.
			(set $p (i32.load ${O_D} $p))
			${COUNTED})
		;; Faults.
		${SAVE} (call $js.fault ${FAULT_NIL}) (unreachable))
		${SAVE} (call $js.fault ${FAULT_BOUNDS}) (unreachable))
		${SAVE} (call $js.fault ${FAULT_ZDIV}) (unreachable)))
	${SAVE}
	(if (i32.eqz (i32.load ${R_STOP} 0)) (then (i32.store ${R_STOP} 0 ${STOP_SLICE}))))
	(if (i32.and $alone (i32.eq (i32.load ${R_STOP} 0) ${STOP_BLOCKED})) (then
		(if (call $switch) (then
			(br_if $thread (i32.eq (i32.load ${M_ENGINE} (i32.load ${R_M} 0)) (i32.load ${M_ENGINE} $link)))
			(i32.store ${R_STOP} 0 ${STOP_SWITCH})))))))
`;
	return { text, hooks };
}
