import type { Machine, Stepper } from "./engine.ts";
import { opcode, REGFRAME } from "./isa.ts";
import { H, R_FP, R_M, R_MP, R_PC, R_STOP, STOP_ENDED, STOP_RAISED, STOP_SWITCH } from "./layout.ts";
import type { Module } from "./module.ts";
import { I_OP, INST_WORDS } from "./object.ts";
import { decode, type Place } from "./operand.ts";
import type { Prog } from "./prog.ts";

/** Instructions that a debugged thread runs before the others get a turn. */
const PART = 2048;

const LOAD = opcode("load");
const RET = opcode("ret");

/**
 * Who debugs a thread. The thread runs instruction by instruction in the interpreter, whatever its modules are compiled to, and is parked (it
 * leaves the run queue, in the state "debug") when the debugger has had enough.
 */
export interface Debugger {
	/** Instructions that the thread may still run. */
	steps: number;
	/** It is parked after a return that leaves no more frames than this on its stack. */
	depth: number;
	/** It is to be parked before its next instruction. */
	readonly stop: boolean;
	/** Whether it is to be parked before this instruction, once it has moved. */
	breakpoint(m: Module, pc: number): boolean;
	/** It loads a module, has made a thread, blocks on a channel, or goes on. */
	event(text: string): void;
	/** It is parked; `why` is "" when the steps are over. */
	parked(why: string): void;
	/** It is gone or broken, and debugged no more. */
	ended(reason: string, broken: boolean): void;
}

/** How a thread stopped within its turn: for ever, by an exception, or in some other way that the scheduler knows. */
export type Stopped = "ended" | "raised" | "paused";

/** Frames on a stack whose last frame is `fp`. */
export function depth(i32: Int32Array, fp: number): number {
	let n = 0;
	for (; fp !== 0; fp = i32[(fp + REGFRAME) >>> 2] as number) n++;
	return n;
}

/** Address of an operand that is not immediate. */
export function address(i32: Int32Array, { where, off, off2 }: Place, fp: number, mp: number): number {
	const base = (where.includes("mp") ? mp : fp) + off;
	return where.startsWith("(") ? (i32[base >>> 2] as number) + off2 : base;
}

/** Runs threads that are debugged. */
export class Stepping {
	readonly #i32: Int32Array;
	readonly #machine: Machine;
	readonly #stepper: Stepper;

	constructor(machine: Machine, stepper: Stepper) {
		this.#i32 = machine.heap.arena.i32;
		this.#machine = machine;
		this.#stepper = stepper;
	}

	/** The running thread, which waited on a channel, goes on. */
	resumed(p: Prog, d: Debugger): void {
		if (!p.blocked) return;
		p.blocked = false;
		d.event("run");
	}

	/** Gives the running thread its turn. What a step throws comes out, and the turn may be taken up again. */
	run(p: Prog, d: Debugger): Stopped {
		for (let n = 0; n < PART; n++) {
			const why = d.stop ? "stopped" : d.steps <= 0 ? "" : undefined;
			if (why !== undefined) return this.#park(p, d, why);
			const stop = this.#step(d);
			if (stop === STOP_ENDED) return "ended";
			if (stop === STOP_RAISED) return "raised";
			if (stop !== 0 && stop !== STOP_SWITCH) {
				if (p.state === "send" || p.state === "recv" || p.state === "alt") {
					p.blocked = true;
					d.event(p.state);
				}
				return "paused";
			}
			const m = this.#machine.modules.of(this.#i32[R_M >> 2] as number);
			if (d.breakpoint(m, this.#i32[R_PC >> 2] as number)) return this.#park(p, d, "breakpoint");
		}
		return "paused";
	}

	#park(p: Prog, d: Debugger, why: string): Stopped {
		p.state = "debug";
		d.parked(why);
		return "paused";
	}

	/** One instruction, with the news of it. Returns the reason to stop, or 0. */
	#step(d: Debugger): number {
		const i32 = this.#i32;
		const { sched, modules } = this.#machine;
		const { code } = modules.of(i32[R_M >> 2] as number);
		const pc = i32[R_PC >> 2] as number;
		const op = code[pc * INST_WORDS + I_OP];
		const last = sched.lastPid;
		d.steps--;
		i32[R_STOP >> 2] = 0;
		this.#stepper.step();
		if (sched.lastPid !== last) this.#born(d, sched.lastPid);
		if (op === LOAD) d.event(`load ${this.#string(decode(code, pc).s)}`);
		const stop = i32[R_STOP >> 2] as number;
		if (op === RET && stop !== STOP_ENDED && this.#shallow(d)) d.steps = 0;
		return stop;
	}

	#shallow(d: Debugger): boolean {
		return d.depth === Number.POSITIVE_INFINITY || depth(this.#i32, this.#i32[R_FP >> 2] as number) <= d.depth;
	}

	/** A debugged thread's child waits for a debugger of its own. */
	#born(d: Debugger, pid: number): void {
		const child = this.#machine.sched.progs.get(pid);
		if (child === undefined) return;
		this.#machine.sched.park(child);
		d.event(`new ${pid}`);
	}

	/** The string that is a source operand. */
	#string(place: Place): string {
		const i32 = this.#i32;
		const s = i32[address(i32, place, i32[R_FP >> 2] as number, i32[R_MP >> 2] as number) >>> 2] as number;
		return s === H ? "" : this.#machine.strings.text(s);
	}
}
