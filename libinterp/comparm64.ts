import { listing } from "./arm64/list.ts";
import { CodePool } from "./arm64/pool.ts";
import { PUNT, TICK } from "./arm64/registers.ts";
import { makeStubs, type Stubs } from "./arm64/stubs.ts";
import { compileUnit, type Made, type Start } from "./arm64/unit.ts";
import type { Compiling, Engine, Machine, Report } from "./engine.ts";
import { fault, faults } from "./fault.ts";
import { DONTCOMPILE } from "./isa.ts";
import { B_REF, M_ENTRIES, R_DEAD, R_LOOSE, R_M, R_PC, R_STOP, STOP_AGAIN, STOP_ENTER, STOP_SLICE } from "./layout.ts";
import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import { ownerOf, Parts, sizesOf } from "./parts.ts";
import type { Interpreter } from "./xec.ts";

/** When functions are compiled: when the interpreter has spent about as much time on one as a compilation would take. */
interface Patience {
	/** After so many jumps the function that the interpreter is in is counted as seen at work. */
	readonly part: number;
	/** Times that a function of some instructions is seen at work, or called by native code, before it is compiled. */
	seen(instructions: number): number;
	calls(instructions: number): number;
}
const patient: Patience = { part: 1024, seen: (n) => 1 + Math.floor(n / 100), calls: (n) => 20 + n };
const hasty: Patience = { part: 3, seen: () => 1, calls: () => 2 };
/** Places in the middle of a function, that its own code does not lead to, get code after so many threads went on there. */
const RESUMES = 10;

/** What there is of a module that is, or may be, compiled. */
interface Compiled {
	/** Address of the table of entries: a word an instruction. 0 where native code cannot run. */
	readonly table: number;
	/** By number of a function: its instructions; how often it was seen at work. */
	readonly sizes: Int32Array;
	readonly seen: Int32Array;
	/** By instruction: how often native code, or a thread, wanted to go on there in vain; -1 where there can be no code. */
	readonly wanted: Int32Array;
	/** Where its code is. */
	readonly code: { readonly at: number; readonly bytes: number }[];
}

/**
 * The compiler to native code of Arm64. Functions are interpreted until they have been seen at work. Native code keeps frames as the interpreter does, and never
 * calls JavaScript: it is left with a reason, and entered again at the next instruction by the module's table of entries.
 */
export class CompArm64 implements Engine {
	readonly name = "arm64";
	readonly about = "compiler to native code of Arm64";
	readonly #machine: Machine;
	readonly #interpreter: Interpreter;
	readonly #how: Compiling;
	readonly #patience: Patience;
	readonly #pool: CodePool | undefined;
	#stubs: Stubs | undefined;
	#enter: ((arena: number) => number) | undefined;
	readonly #arena: number;
	readonly #parts: Parts;
	/** How often native code was left for each reason: an instruction each, where it is PUNT. */
	readonly left = new Map<number, number>();

	/** Without a host for native code it compiles and lists, and everything is interpreted. */
	constructor(machine: Machine, interpreter: Interpreter, how: Compiling) {
		this.#machine = machine;
		this.#interpreter = interpreter;
		this.#how = how;
		this.#patience = how.hasty ? hasty : patient;
		this.#parts = new Parts(machine, interpreter, this.#patience.part, (m, pc) => this.#saw(m, pc));
		const { native } = how;
		this.#pool = native === undefined ? undefined : new CodePool(native);
		this.#arena = native?.addressOf(machine.heap.arena.memory.buffer) ?? 0;
	}

	/** What all code shares, put in place when it is first wanted. */
	get #shared(): Stubs {
		if (this.#stubs === undefined) {
			const base = this.#pool?.base ?? 0;
			this.#stubs = makeStubs(base);
			const { words } = this.#stubs.code;
			this.#pool?.write(this.#pool.take(words.byteLength), words);
			this.#enter = this.#how.native?.entry(base + this.#stubs.enter);
		}
		return this.#stubs;
	}

	compile(m: Module): boolean {
		if (m.functions === undefined || (m.flags & DONTCOMPILE) !== 0) return true;
		const { list } = m.functions;
		m.jit = {
			table: (m.jit as Compiled | undefined)?.table ?? this.#table(m),
			sizes: sizesOf(m.functions),
			seen: new Int32Array(list.length),
			wanted: new Int32Array(m.nprog),
			code: [],
		} satisfies Compiled;
		if (!this.#how.eager) return true;
		try {
			this.#translate(m, m.jit as Compiled, list);
		} catch (e) {
			this.#forget(m, false);
			throw e;
		}
		return true;
	}

	/** A table without entries. Faults when there is no room. */
	#table(m: Module): number {
		if (this.#pool === undefined) return 0;
		const { heap } = this.#machine;
		const bytes = m.nprog * 4;
		const table = heap.block(bytes);
		heap.arena.u8.fill(0, table >>> 0, (table >>> 0) + bytes);
		return table;
	}

	release(m: Module): void {
		this.#forget(m, m.ref > 0);
		this.#interpreter.release(m);
	}

	/** What was made for a module goes; the table stays where links to the module know its place. */
	#forget(m: Module, known: boolean): void {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return;
		for (const { at, bytes } of compiled.code) this.#pool?.give(at, bytes);
		compiled.code.length = 0;
		const { pool, arena } = this.#machine.heap;
		if (compiled.table === 0) return;
		if (known) arena.u8.fill(0, compiled.table >>> 0, (compiled.table >>> 0) + m.nprog * 4);
		else {
			pool.free(compiled.table);
			m.jit = undefined;
		}
	}

	run(): void {
		const { modules, heap } = this.#machine;
		const { i32 } = heap.arena;
		for (;;) {
			const ml = i32[R_M >> 2] as number;
			const m = modules.of(ml);
			const pc = i32[R_PC >> 2] as number;
			if (this.#ready(m, ml, pc)) {
				if (this.#stops(this.#native())) return;
			} else {
				while (this.#parts.run());
				if (i32[R_STOP >> 2] !== STOP_ENTER) return;
			}
		}
	}

	/** Whether there is code to go on with. */
	#ready(m: Module, ml: number, pc: number): boolean {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined || this.#pool === undefined) return false;
		const { i32 } = this.#machine.heap.arena;
		if (!this.#made(compiled, pc)) {
			this.#want(m, compiled, pc);
			if (!this.#made(compiled, pc)) return false;
		}
		i32[(ml + M_ENTRIES) >>> 2] = compiled.table;
		return true;
	}

	/** Runs native code until it is left: the reason. */
	#native(): number {
		const { i32 } = this.#machine.heap.arena;
		i32[R_STOP >> 2] = 0;
		const reason = (this.#enter as (arena: number) => number)(this.#arena);
		if (i32[R_DEAD >> 2] !== 0 || i32[R_LOOSE >> 2] !== 0) this.#free();
		this.left.set(reason, (this.left.get(reason) ?? 0) + 1);
		return reason;
	}

	/** Frees what native code has left for that. */
	#free(): void {
		const { heap } = this.#machine;
		const { i32 } = heap.arena;
		const each = (list: number, free: (p: number) => void) => {
			for (let p = i32[list >> 2] as number; p !== 0; p = i32[list >> 2] as number) {
				i32[list >> 2] = i32[(p + B_REF) >>> 2] as number;
				free(p);
			}
		};
		each(R_DEAD, (p) => heap.dead(p));
		each(R_LOOSE, (p) => heap.pool.free(p));
	}

	/** Native code was left for a reason: whether the thread stops. */
	#stops(reason: number): boolean {
		const { i32 } = this.#machine.heap.arena;
		switch (reason) {
			case STOP_AGAIN:
				return false;
			case PUNT:
				this.#interpreter.step();
				return i32[R_STOP >> 2] !== 0;
			case TICK:
				if (this.#machine.more()) return false;
				i32[R_STOP >> 2] = STOP_SLICE;
				return true;
		}
		const what = faults[reason];
		if (what !== undefined) fault(what);
		i32[R_STOP >> 2] = reason;
		return true;
	}

	/** Counts the function at `pc` as seen at work, and compiles it when it is seen often. */
	#saw(m: Module, pc: number): void {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return;
		const k = ownerOf(m, pc);
		if (k < 0) return;
		const seen = (compiled.seen[k] as number) + 1;
		compiled.seen[k] = seen;
		if (seen >= this.#patience.seen(compiled.sizes[k] as number)) this.#make(m, compiled, k);
	}

	/** There is no code to go on with at `pc`: it is made when that happens often. */
	#want(m: Module, compiled: Compiled, pc: number): void {
		const n = compiled.wanted[pc] as number;
		if (n < 0) return;
		compiled.wanted[pc] = n + 1;
		const k = ownerOf(m, pc);
		const start = (m.functions as Functions).list[k];
		if (start === undefined) return;
		if (start.pc === pc) {
			if (n + 1 >= this.#patience.calls(compiled.sizes[k] as number) || this.#how.eager) this.#make(m, compiled, k);
		} else if (this.#made(compiled, start.pc) && (n + 1 >= RESUMES || this.#how.eager || this.#how.hasty)) {
			compiled.wanted[pc] = -1;
			this.#translate(m, compiled, [{ pc, type: start.type }]);
		}
	}

	/** Whether native code can go on at `pc`. */
	#made(compiled: Compiled, pc: number): boolean {
		return this.#machine.heap.arena.i32[(compiled.table + 4 * pc) >>> 2] !== 0;
	}

	/** Sees to it that there is code of function k. */
	#make(m: Module, compiled: Compiled, k: number): void {
		const start = (m.functions as Functions).list[k] as Start;
		if (this.#made(compiled, start.pc) || (compiled.wanted[start.pc] as number) < 0) return;
		compiled.wanted[start.pc] = -1;
		this.#translate(m, compiled, [start]);
	}

	/** Makes code that starts at each of `starts`, and puts it in place. */
	#translate(m: Module, compiled: Compiled, starts: readonly Start[]): void {
		const began = performance.now();
		const pool = this.#pool;
		const made = compileUnit(this.#machine, m, starts, {
			stubs: this.#shared,
			place: (bytes) => pool?.take(bytes) ?? 0,
			listed: this.#how.report !== undefined,
			registers: this.#how.registers ?? Number.POSITIVE_INFINITY,
		});
		if (pool !== undefined) {
			const { words, start } = made.code;
			compiled.code.push({ at: start, bytes: words.byteLength });
			pool.write(start, words);
			this.#install(m, compiled, made);
		}
		this.#how.report?.(report(m, made, performance.now() - began));
	}

	#install(m: Module, compiled: Compiled, made: Made): void {
		const { i32 } = this.#machine.heap.arena;
		for (const [pc, place] of made.entries) {
			const at = (compiled.table + 4 * pc) >>> 2;
			if (i32[at] !== 0) continue;
			i32[at] = place;
			this.#interpreter.enter(m, pc);
		}
	}
}

function report(module: Module, { code, listed, refused }: Made, ms: number): Report {
	return {
		module,
		functions: listed.map(({ pc, instructions, from, to }) => ({ pc, instructions, bytes: to - from })),
		bytes: code.words.byteLength,
		refused,
		ms,
		listing: (k) => listing(module.code, code, listed[k] as (typeof listed)[number]),
	};
}
