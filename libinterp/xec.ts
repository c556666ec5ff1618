import * as arith from "./arith.ts";
import { ADD, CASE, D, D2, ENTER, hotCases, M, OP, S, S2, view } from "./dispatch.ts";
import type { Machine, Stepper } from "./engine.ts";
import { exBounds, exNilref, exOp, exZdiv, fault } from "./fault.ts";
import { type Generated, interpreter } from "./generated.ts";
import { AFP, AIMM, AIND, AMP, AXIMM, AXINF, AXNON, dstMode, isa, midMode, type Row, srcMode } from "./isa.ts";
import { R_IC, R_M, R_PC, R_STOP, STOP_SLICE } from "./layout.ts";
import type { Module } from "./module.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS } from "./object.ts";

/** Called for each instruction when tracing, with the registers as they are before it. */
export type Trace = (m: Module, pc: number) => void;

/** The interpreter as a back end. */
export class Interpreter implements Stepper {
	readonly name = "interp";
	readonly about = "interpreter";
	readonly #machine: Machine;
	readonly #trace: Trace | undefined;
	#generated: Generated | undefined;
	/** Translations without hot forms, for single steps. */
	readonly #plain = new WeakMap<Module, Int32Array>();

	constructor(machine: Machine, trace?: Trace) {
		this.#machine = machine;
		this.#trace = trace;
	}

	/** Any module will do: it is translated when it first runs. */
	compile(): boolean {
		return true;
	}

	/** Drops the translation. */
	release(m: Module): void {
		m.compiled = undefined;
	}

	run(): void {
		if (this.#trace !== undefined) this.#runTraced(this.#trace);
		else this.#code().run();
	}

	/** Carries out the one instruction at R_PC, and moves on. For tracing and for debuggers. */
	step(): void {
		const { i32 } = this.#machine.heap.arena;
		const m = this.#machine.modules.of(i32[R_M >> 2] as number);
		let code = this.#plain.get(m);
		if (code === undefined) {
			code = translate(m, false);
			this.#plain.set(m, code);
		}
		i32[R_PC >> 2] = this.#code().step(code, (i32[R_PC >> 2] as number) << 3) >> 3;
	}

	#runTraced(trace: Trace): void {
		const { i32 } = this.#machine.heap.arena;
		i32[R_STOP >> 2] = 0;
		while (i32[R_STOP >> 2] === 0) {
			trace(this.#machine.modules.of(i32[R_M >> 2] as number), i32[R_PC >> 2] as number);
			this.step();
			const left = (i32[R_IC >> 2] as number) - 1;
			i32[R_IC >> 2] = left;
			if (left <= 0 && i32[R_STOP >> 2] === 0) i32[R_STOP >> 2] = STOP_SLICE;
		}
	}

	/** From now on, `run` stops with STOP_ENTER when it comes to `pc`, unless it starts there. */
	enter(m: Module, pc: number): void {
		m.compiled ??= translate(m, true);
		const to = m.compiled as Int32Array;
		const k = pc * INST_WORDS;
		if (to[k + CASE] === ENTER) return;
		plain(m.code, to, k);
		to[k + CASE] = ENTER;
	}

	readonly #codeOf = (link: number): Int32Array => {
		const m = this.#machine.modules.of(link);
		m.compiled ??= translate(m, true);
		return m.compiled as Int32Array;
	};

	#code(): Generated {
		this.#generated ??= this.#generate();
		return this.#generated;
	}

	#generate(): Generated {
		const { heap, frames, ops } = this.#machine;
		const { i32, i16, u8, f32, f64, i64 } = heap.arena;
		return interpreter({
			words: i32,
			bytes: u8,
			reals: f64,
			bigs: i64,
			H16: i16,
			F32: f32,
			heap,
			frames,
			ops,
			arith,
			codeOf: this.#codeOf,
			bounds: () => fault(exBounds),
			zdiv: () => fault(exZdiv),
			illegal: () => fault(exOp),
			nilref: () => fault(exNilref),
		});
	}
}

/** The words of a module for this interpreter; all for `step` unless `hot`. */
function translate(m: Module, hot: boolean): Int32Array {
	const from = m.code;
	const to = new Int32Array(from.length);
	for (let k = 0; k < from.length; k += INST_WORDS) {
		plain(from, to, k);
		const op = from[k + I_OP] as number;
		const add = from[k + I_ADD] as number;
		const n = hot ? hotCases.get(op * 256 + add) : undefined;
		if (n === undefined) continue;
		to[k + CASE] = n;
		scale(m, to, k, isa[op] as Row, add);
	}
	return to;
}

/** The instruction at word `k` as `step` wants it. */
function plain(from: Int32Array, to: Int32Array, k: number): void {
	to[k + CASE] = hotCases.size;
	to[k + OP] = from[k + I_OP] as number;
	to[k + ADD] = from[k + I_ADD] as number;
	to[k + S] = from[k + I_S] as number;
	to[k + S2] = from[k + I_S2] as number;
	to[k + M] = from[k + I_M] as number;
	to[k + D] = from[k + I_D] as number;
	to[k + D2] = from[k + I_D2] as number;
}

/** Turns the operands of an instruction of a hot form into what its case wants. */
function scale(m: Module, to: Int32Array, k: number, row: Row, add: number): void {
	const mid = midMode(add);
	scaleSide(m, to, k + S, row.s, srcMode(add));
	scaleSide(m, to, k + D, row.d, dstMode(add));
	if (mid !== AXNON) scaleSide(m, to, k + M, row.m, mid === AXIMM ? AIMM : mid === AXINF ? AFP : AMP);
}

function scaleSide(m: Module, to: Int32Array, at: number, operand: string, mode: number): void {
	const x = to[at] as number;
	if (mode === AIMM) {
		if (operand[1] === "o") to[at] = x << 3;
		else if (operand === "it") to[at] = m.types[x] as number;
		else if (operand[1] === "b") to[at] = x & 0xff;
	} else if ((mode & AIND) !== 0 || view(operand).shift !== 0) to[at] = x >> 2;
}
