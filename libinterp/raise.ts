import type { Frames } from "./frame.ts";
import type { Heap } from "./heap.ts";
import { REGFRAME, REGLINK, REGMOD } from "./isa.ts";
import { H, R_FP, R_M, R_PC } from "./layout.ts";
import type { Module, Modules } from "./module.ts";
import type { Prog } from "./prog.ts";
import type { Strings } from "./strings.ts";

/** Exceptions: finds the handler in the running thread's stack, and makes it run. */
export class Raise {
	readonly #heap: Heap;
	readonly #frames: Frames;
	readonly #strings: Strings;
	readonly #modules: Modules;

	constructor(heap: Heap, frames: Frames, strings: Strings, modules: Modules) {
		this.#heap = heap;
		this.#frames = frames;
		this.#strings = strings;
		this.#modules = modules;
	}

	/**
	 * The running thread raises `reason`, with the value p.exval if that is not nil, at the instruction R_PC. If some frame
	 * has a handler, unwinds to it, stores the exception there, sets R_PC to the handler and returns true.
	 *
	 * A declared exception is known by its value only in the function that raised it and its caller's handlers that name it; a
	 * frame further out sees the string.
	 */
	handle(p: Prog, reason: string): boolean {
		if (reason === "") return false;
		const i32 = this.#heap.arena.i32;
		const running = i32[R_FP >> 2] as number;
		let byName = p.exval === H || this.#heap.typeOf(p.exval) === this.#heap.types.string;
		let ml = i32[R_M >> 2] as number;
		let pc = i32[R_PC >> 2] as number;
		for (let fp = running; fp !== 0; ) {
			const m = this.#modules.of(ml);
			const found = find(m, pc, reason, byName);
			if (found !== undefined) {
				this.#note(p, reason);
				this.#enter(p, reason, fp, m, found);
				return true;
			}
			if (!byName && fp !== running) {
				this.#nameOnly(p);
				byName = true;
				continue;
			}
			const caller = i32[(fp + REGMOD) >>> 2] as number;
			if (caller !== 0) ml = caller;
			pc = (i32[(fp + REGLINK) >>> 2] as number) - 1;
			fp = i32[(fp + REGFRAME) >>> 2] as number;
		}
		this.#heap.release(p.exval);
		p.exval = H;
		return false;
	}

	/** The value of the exception becomes the string that is its first word. */
	#nameOnly(p: Prog): void {
		const name = this.#heap.arena.i32[p.exval >>> 2] as number;
		this.#heap.retain(name);
		this.#heap.release(p.exval);
		p.exval = name;
	}

	#note(p: Prog, reason: string): void {
		const i32 = this.#heap.arena.i32;
		const name = this.#modules.of(i32[R_M >> 2] as number).name;
		p.exstr = `${i32[R_PC >> 2] as number} ${name} ${reason}`;
	}

	#enter(p: Prog, reason: string, fp: number, m: Module, found: Found): void {
		const i32 = this.#heap.arena.i32;
		this.#frames.unwind(fp);
		const { handler, pc } = found;
		if (handler.type >= 0) {
			const t = m.types[handler.type] as number;
			this.#heap.releaseAll(t, fp);
			this.#heap.types.init(t, fp);
		}
		let value = p.exval;
		p.exval = H;
		if (value === H) value = this.#strings.make(reason);
		this.#heap.store(fp + handler.eoff, value);
		i32[R_PC >> 2] = pc;
		p.kill = undefined;
	}
}

interface Found {
	readonly handler: Module["handlers"][number];
	readonly pc: number;
}

/** The handler around `pc` that takes the exception: the first with a case that matches, or a wildcard. */
function find(m: Module, pc: number, reason: string, byName: boolean): Found | undefined {
	for (const handler of m.handlers) {
		if (pc < handler.pc1 || pc >= handler.pc2) continue;
		for (const [k, c] of handler.cases.entries()) {
			if (c.name === null) {
				if (c.pc >= 0) return { handler, pc: c.pc };
			} else if (k < handler.ne !== byName && matches(c.name, reason)) return { handler, pc: c.pc };
		}
	}
	return undefined;
}

/** Whether a case takes an exception: equal, or equal up to a final star. */
function matches(pattern: string, reason: string): boolean {
	return pattern === reason || (pattern.endsWith("*") && reason.startsWith(pattern.slice(0, -1)));
}
