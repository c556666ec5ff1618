import * as arith from "./arith.ts";
import { anyCases, ENTER, hotCases, STEP, UNKNOWN } from "./dispatch.ts";
import type { Machine, Stepper } from "./engine.ts";
import { exNilref, exOp, exZdiv, fault } from "./fault.ts";
import { middleAsSide, O_D, O_M, O_MODES, O_NPROG, O_S, SLOT } from "./forms.ts";
import { type Step, stepper } from "./generated.ts";
import { AIMM, AIND, AMASK, AXXX, dstMode, isa, midMode, type Row, srcMode } from "./isa.ts";
import { M_CODE, R_IC, R_M, R_PC, R_STOP, STOP_SLICE } from "./layout.ts";
import type { Module } from "./module.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS } from "./object.ts";
import { WasmRuntime } from "./wasmrun.ts";

/** Called for each instruction when tracing, with the registers as they are before it. */
export type Trace = (m: Module, pc: number) => void;

/** Offsets of doubly indirect operands have to be smaller in a translation. */
const NARROW = 1 << 16;

/** The interpreter as a back end: what is in JavaScript of it. */
export class Interpreter implements Stepper {
	readonly name = "interp";
	readonly about = "interpreter";
	/** What code in WebAssembly calls. */
	readonly runtime: WasmRuntime;
	readonly #machine: Machine;
	readonly #trace: Trace | undefined;
	readonly #step: Step;
	/** Instructions still to be run one by one. */
	#few: number;

	/** `few`: instructions that are run one by one at first. A program that has no more is done by the time that V8 would have translated the interpreter. */
	constructor(machine: Machine, few: number, trace?: Trace) {
		this.#machine = machine;
		this.#few = few;
		this.#trace = trace;
		const { heap, ops } = machine;
		const { i32, i16, u8, f32, f64, i64 } = heap.arena;
		this.#step = stepper({
			words: i32,
			bytes: u8,
			reals: f64,
			bigs: i64,
			H16: i16,
			F32: f32,
			ops,
			arith,
			zdiv: () => fault(exZdiv),
			illegal: () => fault(exOp),
			nilref: () => fault(exNilref),
		});
		this.runtime = new WasmRuntime(machine, {
			step: () => this.#step(machine.modules.of(i32[R_M >> 2] as number).code, i32[R_PC >> 2] as number),
			translate: () => this.#translate(machine.modules.of(i32[R_M >> 2] as number), i32[R_PC >> 2] as number),
			translation: (ml: number) => this.#translation(ml),
		});
	}

	/** Any module will do: it is translated as it runs. */
	compile(): boolean {
		return true;
	}

	/** Drops the translation. Where the module goes on with other functions, links to it know the place. */
	release(m: Module): void {
		if (m.translation === 0) return;
		const { pool, arena } = this.#machine.heap;
		if (m.ref > 0) arena.u8.fill(0, m.translation >>> 0, (m.translation >>> 0) + m.nprog * SLOT);
		else {
			pool.free(m.translation - SLOT);
			m.translation = 0;
		}
	}

	/** `alone`: other threads too, when one waits. A compiler that has it run a part wants to see to that itself. */
	run(alone = true): void {
		if (this.#trace !== undefined) this.#runStepping(Number.POSITIVE_INFINITY);
		else if (this.#few > 0) this.#few -= this.#runStepping(this.#few);
		else this.runtime.interpret(alone);
	}

	/** Carries out the one instruction at R_PC, and moves on. For tracing and for debuggers. */
	step(): void {
		const { i32 } = this.#machine.heap.arena;
		const m = this.#machine.modules.of(i32[R_M >> 2] as number);
		const pc = i32[R_PC >> 2] as number;
		this.#trace?.(m, pc);
		i32[R_PC >> 2] = this.#step(m.code, pc);
	}

	/** Runs at most so many instructions one by one: their number. A jump costs a unit of the time slice here too. */
	#runStepping(most: number): number {
		const { i32 } = this.#machine.heap.arena;
		let n = 0;
		i32[R_STOP >> 2] = 0;
		while (i32[R_STOP >> 2] === 0 && n < most) {
			n++;
			const pc = i32[R_PC >> 2] as number;
			this.step();
			if (i32[R_PC >> 2] === pc + 1) continue;
			const left = (i32[R_IC >> 2] as number) - 1;
			i32[R_IC >> 2] = left;
			if (left <= 0) break;
		}
		if (i32[R_STOP >> 2] === 0) i32[R_STOP >> 2] = STOP_SLICE;
		return n;
	}

	/** From now on, `run` stops with STOP_ENTER when it comes to `pc`, unless it starts there. */
	enter(m: Module, pc: number): void {
		this.#few = 0;
		this.#machine.heap.arena.i32[(this.#place(m) + pc * SLOT) >>> 2] = ENTER;
	}

	/** Where the module of a link is translated to. */
	#translation(ml: number): number {
		const { heap, modules } = this.#machine;
		const place = this.#place(modules.of(ml));
		heap.arena.i32[(ml + M_CODE) >>> 2] = place;
		return place;
	}

	/** Where a module is translated to: all of it is unknown at first. Faults when there is no room. */
	#place(m: Module): number {
		if (m.translation === 0) {
			const { heap } = this.#machine;
			const bytes = m.nprog * SLOT;
			const place = heap.block(SLOT + bytes) + SLOT;
			heap.arena.u8.fill(0, place >>> 0, (place >>> 0) + bytes);
			heap.arena.i32[(place + O_NPROG) >>> 2] = m.nprog;
			m.translation = place;
		}
		return m.translation;
	}

	/** Translates from `pc` to where the flow of control ends, or to what is known. */
	#translate(m: Module, pc: number): void {
		const { i32 } = this.#machine.heap.arena;
		if (pc >= m.nprog) fault(exOp);
		const { code } = m;
		for (let at = m.translation + pc * SLOT; pc < m.nprog && i32[at >>> 2] === UNKNOWN; pc++, at += SLOT) {
			this.#instruction(m, pc * INST_WORDS, at >>> 2);
			const { flow } = isa[code[pc * INST_WORDS + I_OP] as number] as Row;
			if (flow === "jump" || flow === "ret" || flow === "stop" || flow === "table") return;
		}
	}

	/** Translates the instruction at word `k` of the module's code, to word `to` of the arena. */
	#instruction(m: Module, k: number, to: number): void {
		const { i32 } = this.#machine.heap.arena;
		const { code } = m;
		const row = isa[code[k + I_OP] as number] as Row;
		const modes = code[k + I_ADD] as number;
		const s = this.#operand(m, row.s, srcMode(modes), code[k + I_S] as number, code[k + I_S2] as number);
		const d = this.#operand(m, row.d, dstMode(modes), code[k + I_D] as number, code[k + I_D2] as number);
		const middle = this.#operand(m, row.m, middleAsSide(midMode(modes)), code[k + I_M] as number, 0);
		const hot = hotCases.get(row.op * 256 + modes);
		const n = hot ?? anyCases.get(row.op);
		if (n === undefined || s === undefined || d === undefined || middle === undefined) {
			i32[to] = STEP;
			return;
		}
		// An immediate that has an address is given by it.
		const known = row.s[0] === "a" && srcMode(modes) === AIMM ? (modes & ~(AMASK << 3)) | (AXXX << 3) : modes;
		i32[to] = n | (known << (O_MODES * 8));
		i32[to + O_S / 4] = s;
		i32[to + O_M / 4] = middle;
		i32[to + O_D / 4] = d;
	}

	/** The word for an operand; undefined where no case will do. */
	#operand(m: Module, operand: string, mode: number, x: number, x2: number): number | undefined {
		if (operand === "" || mode === AXXX) return 0;
		if (mode !== AIMM) {
			if (operand === "it" || operand === "io") return undefined;
			if ((mode & AIND) === 0) return x;
			return x >>> 0 < NARROW && x2 >>> 0 < NARROW ? x | (x2 << 16) : undefined;
		}
		if (operand[1] === "o") return m.translation + x * SLOT;
		if (operand === "it") return m.types[x];
		if (operand[0] === "a" && x2 !== 0) return x2;
		return operand[1] === "b" ? x & 0xff : x;
	}
}
