import { type Flow, flowFrom } from "./cfg.ts";
import type { Compiling, Engine, Machine, Report } from "./engine.ts";
import { exBounds, exNilref, exOp, exZdiv, fault } from "./fault.ts";
import { DONTCOMPILE, opcode, REGLINK } from "./isa.ts";
import {
	B_REF,
	R_DEEP,
	R_FP,
	R_IC,
	R_M,
	R_PC,
	R_STOP,
	STACK_BYTES,
	STOP_ENTER,
	STOP_SLICE,
	T_MAP,
	T_NP,
	T_SIZE,
} from "./layout.ts";
import type { Module } from "./module.ts";
import { type Functions, I_D, I_OP, INST_WORDS } from "./object.ts";
import { Slots } from "./slots.ts";
import { I32, WasmModule } from "./wasm.ts";
import { AGAIN, FAULT_BOUNDS, FAULT_NIL, FAULT_OP, FAULT_ZDIV, FunctionCode, type Unit } from "./wasmfn.ts";
import { type Listed, listing } from "./wasmlist.ts";
import { defineRelease, type Entry, WasmRuntime, WasmTable } from "./wasmrun.ts";
import type { Interpreter } from "./xec.ts";

/** The interpreter runs so many jumps at a time; then the function that it is in is counted as seen at work. */
const PART = 1024;
/** Times that a function is seen at work before it is compiled, and once more for so many instructions. */
const SEEN = 2;
const SIZE = 200;
/** Times that compiled code calls a function, and once more for each of its instructions, before that is compiled. */
const CALLS = 30;
/**
 * Times that threads go on at an instruction, and once more for each instruction of the function, before there is code to go on
 * with there; and how many such places a function may have.
 */
const RESUMES = 50;
const PLACES = 6;
/** A function is compiled with those it calls that have been seen at work too or are small, up to so many instructions. */
const UNIT = 600;
const SMALL = 40;
/** Bytes by which a thread's stack may grow on one stack of the host. */
const DEEP = 96 * 1024;
/** Larger functions are left to the interpreter. */
const MAXBLOCKS = 4000;

type Start = Functions["list"][number];

/** What there is of a module that is, or may be, compiled. */
interface Compiled {
	/** By pc: code to go on with there. */
	readonly entries: Map<number, Entry>;
	/** By pc of a function: its place in the table. */
	readonly places: Map<number, number>;
	/** By pc: how often threads went on there without code. */
	readonly resumes: Map<number, number>;
	/** By number of a function: its instructions; how often it was seen at work; places inside that there is code to go on with. */
	readonly sizes: Int32Array;
	readonly seen: Int32Array;
	readonly inside: Uint8Array;
}

/** Statuses that are faults. */
const faults: Readonly<Record<number, string>> = {
	[FAULT_NIL]: exNilref,
	[FAULT_BOUNDS]: exBounds,
	[FAULT_ZDIV]: exZdiv,
	[FAULT_OP]: exOp,
};

const CALL = opcode("call");

/**
 * The compiler to WebAssembly. Functions are interpreted until they have been seen at work, then compiled together with those they call. Where a
 * thread goes on in the middle of a function, it is interpreted up to the next place that there is code for, or, where this happens
 * often, code is made for what can be reached from there.
 */
export class CompWasm implements Engine {
	readonly name = "wasm";
	readonly about = "compiler to WebAssembly";
	readonly #machine: Machine;
	readonly #interpreter: Interpreter;
	readonly #how: Compiling;
	readonly #runtime: WasmRuntime;
	readonly #table: WasmTable;

	constructor(machine: Machine, interpreter: Interpreter, how: Compiling) {
		this.#machine = machine;
		this.#interpreter = interpreter;
		this.#how = how;
		this.#runtime = new WasmRuntime(machine, {
			entry: (m, pc) => this.#called(m, pc),
			place: (m, pc) => this.#place(m.jit as Compiled, pc),
		});
		const { arena } = machine.heap;
		this.#table = new WasmTable(arena.memory, this.#runtime.get("absent"));
	}

	compile(m: Module): boolean {
		if (m.functions === undefined || (m.flags & DONTCOMPILE) !== 0) return true;
		const compiled: Compiled = {
			entries: new Map(),
			places: new Map(),
			resumes: new Map(),
			sizes: sizesOf(m.functions),
			seen: new Int32Array(m.functions.list.length),
			inside: new Uint8Array(m.functions.list.length),
		};
		m.jit = compiled;
		if (this.#how.eager) this.#translate(m, compiled, m.functions.list);
		return true;
	}

	release(m: Module): void {
		// Where the module goes on with other functions, links to it may have places still.
		for (const place of (m.jit as Compiled | undefined)?.places.values() ?? []) this.#table.free(place, m.ref > 0);
		m.jit = undefined;
		this.#interpreter.release(m);
	}

	run(): void {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		for (;;) {
			const m = modules.of(i32[R_M >> 2] as number);
			const compiled = m.jit as Compiled | undefined;
			const pc = i32[R_PC >> 2] as number;
			const entry = compiled === undefined ? undefined : (compiled.entries.get(pc) ?? this.#resume(m, compiled, pc));
			if (entry === undefined) {
				this.#interpret();
				if (i32[R_STOP >> 2] !== STOP_ENTER) return;
				continue;
			}
			const status = this.#enter(entry);
			if (status === 0 || status === AGAIN) continue;
			const reason = faults[status];
			if (reason !== undefined) fault(reason);
			i32[R_STOP >> 2] = status;
			return;
		}
	}

	/** Runs compiled code, and what it calls, from R_PC on. Returned from, its caller goes on after the call. */
	#enter(entry: Entry): number {
		const { i32 } = this.#machine.heap.arena;
		const fp = i32[R_FP >> 2] as number;
		const link = i32[(fp + REGLINK) >>> 2] as number;
		i32[R_STOP >> 2] = 0;
		i32[R_DEEP >> 2] = (i32[STACK_BYTES >> 2] as number) + DEEP;
		const status = entry(fp);
		if (status === 0) i32[R_PC >> 2] = link;
		return status;
	}

	/** Interprets, some jumps at a time, until there is code to go on with or another reason to stop. */
	#interpret(): void {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		for (;;) {
			const all = i32[R_IC >> 2] as number;
			const part = Math.min(all, PART);
			i32[R_IC >> 2] = part;
			try {
				this.#interpreter.run();
			} finally {
				i32[R_IC >> 2] = all - part + (i32[R_IC >> 2] as number);
			}
			if (i32[R_STOP >> 2] !== STOP_SLICE) return;
			const m = modules.of(i32[R_M >> 2] as number);
			const pc = i32[R_PC >> 2] as number;
			this.#saw(m, pc);
			if (all > part) {
				if (!this.#inside(m, pc)) continue;
				i32[R_STOP >> 2] = STOP_ENTER;
			}
			return;
		}
	}

	/** Counts the function at `pc` as seen at work, and compiles it when it is seen often. */
	#saw(m: Module, pc: number): void {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return;
		const functions = m.functions as Functions;
		const n = (functions.owner[pc] as number) - 1;
		if (n < 0) return;
		const seen = (compiled.seen[n] as number) + 1;
		compiled.seen[n] = seen;
		if (seen === SEEN + Math.floor((compiled.sizes[n] as number) / SIZE))
			this.#compileFrom(m, compiled, functions.list[n] as Start);
	}

	/** The code of the function at `pc`, called from compiled code: it is worth compiling when that has happened often. */
	#called(m: Module, pc: number): Entry | undefined {
		const compiled = m.jit as Compiled | undefined;
		const known = compiled?.entries.get(pc);
		if (compiled === undefined || known !== undefined) return known;
		const functions = m.functions as Functions;
		const k = (functions.owner[pc] as number) - 1;
		const start = functions.list[k];
		if (start?.pc !== pc) return undefined;
		const n = (compiled.resumes.get(pc) ?? 0) + 1;
		compiled.resumes.set(pc, n);
		if (!this.#how.eager && n <= CALLS + (compiled.sizes[k] as number)) return undefined;
		this.#compileFrom(m, compiled, start);
		return compiled.entries.get(pc);
	}

	/** Whether there is code for `pc`, where a thread has been interpreted for a while: a function that is compiled gets it. */
	#inside(m: Module, pc: number): boolean {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return false;
		if (compiled.entries.has(pc)) return true;
		const functions = m.functions as Functions;
		const k = (functions.owner[pc] as number) - 1;
		const owner = functions.list[k];
		if (owner === undefined || !compiled.entries.has(owner.pc)) return false;
		return this.#goOn(m, compiled, k, pc) !== undefined;
	}

	/** Makes code to go on with at `pc`, in function k, unless there are many such places in it. */
	#goOn(m: Module, compiled: Compiled, k: number, pc: number): Entry | undefined {
		if (!this.#how.eager && (compiled.inside[k] as number) >= PLACES) return undefined;
		compiled.inside[k] = (compiled.inside[k] as number) + 1;
		const { type } = (m.functions as Functions).list[k] as Start;
		this.#translate(m, compiled, [{ pc, type }]);
		return compiled.entries.get(pc);
	}

	/** Code to go on with at `pc`, where threads have done so often. */
	#resume(m: Module, compiled: Compiled, pc: number): Entry | undefined {
		const n = (compiled.resumes.get(pc) ?? 0) + 1;
		compiled.resumes.set(pc, n);
		const functions = m.functions as Functions;
		const k = (functions.owner[pc] as number) - 1;
		if (k < 0) return undefined;
		if (n !== (this.#how.eager ? 1 : RESUMES + (compiled.sizes[k] as number))) return undefined;
		return this.#goOn(m, compiled, k, pc);
	}

	/** Compiles a function and those it calls, nearest first, as far as they are not. */
	#compileFrom(m: Module, compiled: Compiled, first: Start): void {
		const functions = m.functions as Functions;
		const worth = (f: Start | undefined): f is Start => {
			if (f === undefined) return false;
			const k = (functions.owner[f.pc] as number) - 1;
			return (compiled.sizes[k] as number) <= SMALL || (compiled.seen[k] as number) > 0;
		};
		const byPc = new Map(functions.list.map((f) => [f.pc, f]));
		const chosen = new Set<Start>();
		const todo = [first];
		let instructions = 0;
		for (let f = todo.shift(); f !== undefined && instructions < UNIT; f = todo.shift()) {
			if (chosen.has(f) || compiled.entries.has(f.pc)) continue;
			chosen.add(f);
			for (const b of this.#flow(m, f.pc).blocks) {
				instructions += b.end - b.pc;
				for (let pc = b.pc; pc < b.end; pc++) {
					if (m.code[pc * INST_WORDS + I_OP] !== CALL) continue;
					const callee = byPc.get(m.code[pc * INST_WORDS + I_D] as number);
					if (worth(callee)) todo.push(callee);
				}
			}
		}
		if (chosen.size > 0) this.#translate(m, compiled, [...chosen]);
	}

	#flow(m: Module, pc: number): Flow {
		return flowFrom({ code: m.code, targets: (at) => m.functions?.targets.get(at) ?? [] }, pc);
	}

	/** Makes code that starts at each of `starts`, and adds it to the entries. */
	#translate(m: Module, compiled: Compiled, starts: readonly Start[]): void {
		const began = performance.now();
		const { arena } = this.#machine.heap;
		const wasm = new WasmModule();
		const type = wasm.type([I32], [I32]);
		const word = (at: number): number => arena.i32[at >>> 2] as number;
		const functions = starts
			.map((start) => ({ start, flow: this.#flow(m, start.pc), fn: 0 }))
			.filter(({ flow }) => flow.reducible && flow.blocks.length <= MAXBLOCKS);
		if (functions.length === 0) return;
		const release = wasm.reserve();
		const own = new Map<number, number>();
		for (const f of functions) {
			f.fn = wasm.reserve();
			own.set(f.start.pc, f.fn);
		}
		const unit: Unit = {
			wasm,
			release,
			word,
			targets: (pc) => m.functions?.targets.get(pc) ?? [],
			data: m.origmp,
			type: (k) => m.types[k] as number,
			runtime: (name, params, results) => wasm.import(name, params, results),
			call: (c, pc) => {
				const fn = own.get(pc);
				if (fn !== undefined) {
					c.callOwn(fn);
					return;
				}
				c.i32(0);
				c.i32(pc);
				c.access("i32_store", R_PC);
				c.i32(this.#place(compiled, pc));
				c.callIndirect(type);
			},
		};
		const made: Listed[] = [];
		for (const { start, flow, fn } of functions) {
			const t = m.types[start.type] as number;
			const sizeOf = (n: number) => word((m.types[n] as number) + T_SIZE);
			const slots = new Slots(m.code, flow, word(t + T_SIZE), pointers(word, t), sizeOf);
			const code = new FunctionCode(unit, slots, t);
			const body = code.compile();
			wasm.define(fn, type, code.locals, body, String(start.pc));
			made.push({ pc: start.pc, instructions: slots.count, body, marks: code.marks });
		}
		defineRelease(wasm, release, B_REF);
		const exports = this.#instantiate(wasm);
		for (const pc of own.keys()) {
			const entry = exports[String(pc)] as Entry;
			compiled.entries.set(pc, entry);
			const place = compiled.places.get(pc);
			if (place !== undefined) this.#table.set(place, entry);
			this.#interpreter.enter(m, pc);
		}
		this.#how.report?.(this.#report(m, wasm, made, performance.now() - began));
	}

	#report(module: Module, wasm: WasmModule, made: readonly Listed[], ms: number): Report {
		const names = wasm.imported.map(({ name }) => name);
		return {
			module,
			functions: made.map(({ pc, instructions, body }) => ({ pc, instructions, bytes: body.length })),
			bytes: wasm.size,
			ms,
			listing: (k) =>
				listing(module.code, made[k] as Listed, (n) => names[n] ?? String(made[n - names.length - 1]?.pc ?? "release")),
		};
	}

	/** The place in the table of the function that starts at `pc`. */
	#place(compiled: Compiled, pc: number): number {
		let place = compiled.places.get(pc);
		if (place === undefined) {
			place = this.#table.reserve();
			compiled.places.set(pc, place);
			const entry = compiled.entries.get(pc);
			if (entry !== undefined) this.#table.set(place, entry);
		}
		return place;
	}

	#instantiate(wasm: WasmModule): Record<string, unknown> {
		this.#runtime.makeCore(this.#table.table);
		const given: Record<string, unknown> = { memory: this.#machine.heap.arena.memory, table: this.#table.table };
		this.#runtime.provide(wasm.imported, given);
		return new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes()), { e: given }).exports;
	}
}

/** By number of a function, its instructions. */
function sizesOf(functions: Functions): Int32Array {
	const sizes = new Int32Array(functions.list.length);
	for (const k of functions.owner) if (k > 0) sizes[k - 1] = (sizes[k - 1] as number) + 1;
	return sizes;
}

/** Whether words of a thing of type `t` are pointers, by offset. */
function pointers(word: (at: number) => number, t: number): (off: number) => boolean {
	const bytes = word(t + T_NP);
	return (off) => {
		const w = off >> 2;
		if (off % 4 !== 0 || w >> 3 >= bytes) return false;
		const at = t + T_MAP + (w >> 3);
		return ((word(at & ~3) >>> ((at & 3) * 8)) & (0x80 >> (w & 7))) !== 0;
	};
}
