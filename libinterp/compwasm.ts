import * as arith from "./arith.ts";
import { flowFrom } from "./cfg.ts";
import type { Engine, Machine } from "./engine.ts";
import { exBounds, exNilref, exOp, exZdiv, fault } from "./fault.ts";
import { DONTCOMPILE, REGLINK } from "./isa.ts";
import { R_DEEP, R_FP, R_IC, R_M, R_PC, R_STOP, STOP_ENTER, STOP_SLICE, T_MAP, T_NP, T_SIZE } from "./layout.ts";
import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import { Slots } from "./slots.ts";
import { Body, I32, type ValueType, WasmModule } from "./wasm.ts";
import { AGAIN, FAULT_BOUNDS, FAULT_NIL, FAULT_OP, FAULT_ZDIV, FunctionCode, type Unit } from "./wasmfn.ts";
import type { Interpreter } from "./xec.ts";

/** Taken jumps that a module is interpreted for before it is compiled. */
const HOT = 8192;
/** The interpreter runs so many at a time while there is something that may become worth compiling. */
const PART = 4096;
/** Times that threads go on at an instruction before there is code to go on with there. */
const RESUMES = 2;
/** Bytes by which a thread's stack may grow on one stack of the host. */
const DEEP = 96 * 1024;
/** Larger functions are left to the interpreter. */
const MAXBLOCKS = 4000;

type Entry = (fp: number) => number;

/** What there is of a module that has been compiled. */
interface Compiled {
	/** By pc: code to go on with there. */
	readonly entries: Map<number, Entry>;
	/** By pc: how often threads went on there without. */
	readonly resumes: Map<number, number>;
}

/** Statuses that are faults. */
const faults: Readonly<Record<number, string>> = {
	[FAULT_NIL]: exNilref,
	[FAULT_BOUNDS]: exBounds,
	[FAULT_ZDIV]: exZdiv,
	[FAULT_OP]: exOp,
};

/**
 * The compiler to WebAssembly. A module is interpreted until that has taken some time, then compiled as a whole. Where a
 * thread goes on in the middle of a function, it is interpreted up to the next place that there is code for, or, where this happens
 * often, code is made for what can be reached from there.
 */
export class CompWasm implements Engine {
	readonly name = "wasm";
	readonly about = "compiler to WebAssembly";
	readonly #machine: Machine;
	readonly #interpreter: Interpreter;
	readonly #eager: boolean;
	readonly #imports: Record<string, unknown>;
	readonly #heat = new WeakMap<Module, number>();

	/** `eager`: compiles each module before it runs. */
	constructor(machine: Machine, interpreter: Interpreter, eager = false) {
		this.#machine = machine;
		this.#interpreter = interpreter;
		this.#eager = eager;
		this.#imports = this.#runtime();
	}

	compile(m: Module): boolean {
		if (this.#eager) this.#build(m);
		return true;
	}

	release(m: Module): void {
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
		const { frames, heap } = this.#machine;
		const { i32 } = heap.arena;
		const fp = i32[R_FP >> 2] as number;
		const link = i32[(fp + REGLINK) >>> 2] as number;
		i32[R_STOP >> 2] = 0;
		this.#base = frames.bytes;
		const status = entry(fp);
		if (status === 0) i32[R_PC >> 2] = link;
		return status;
	}

	/** Bytes of stack when the host's stack was last empty. */
	#base = 0;

	/** Interprets, some jumps at a time, until there is code to go on with or another reason to stop. */
	#interpret(): void {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		for (;;) {
			const all = i32[R_IC >> 2] as number;
			const part = Math.min(all, PART);
			i32[R_IC >> 2] = part;
			let left = part;
			try {
				this.#interpreter.run();
			} finally {
				left = i32[R_IC >> 2] as number;
				i32[R_IC >> 2] = all - (part - left);
			}
			this.#warm(modules.of(i32[R_M >> 2] as number), part - left);
			if (i32[R_STOP >> 2] !== STOP_SLICE || all <= part) return;
			if (modules.of(i32[R_M >> 2] as number).jit !== undefined) {
				i32[R_STOP >> 2] = STOP_ENTER;
				return;
			}
		}
	}

	#warm(m: Module, jumps: number): void {
		if (m.jit !== undefined || m.builtin) return;
		const heat = (this.#heat.get(m) ?? 0) + jumps;
		this.#heat.set(m, heat);
		if (heat >= HOT) this.#build(m);
	}

	/** Code to go on with at `pc`, where threads have done so often. */
	#resume(m: Module, compiled: Compiled, pc: number): Entry | undefined {
		const n = (compiled.resumes.get(pc) ?? 0) + 1;
		compiled.resumes.set(pc, n);
		if (n !== (this.#eager ? 1 : RESUMES)) return undefined;
		const functions = m.functions as Functions;
		const owner = functions.list[(functions.owner[pc] as number) - 1];
		if (owner === undefined) return undefined;
		return this.#translate(m, compiled, [{ pc, type: owner.type }]);
	}

	/** Compiles all functions of a module. */
	#build(m: Module): void {
		if (m.functions === undefined || (m.flags & DONTCOMPILE) !== 0) return;
		const compiled: Compiled = { entries: new Map(), resumes: new Map() };
		m.jit = compiled;
		this.#translate(m, compiled, m.functions.list);
	}

	/** Makes code that starts at each of `starts`, which are added to the entries. Gives that of the first, if there is any. */
	#translate(m: Module, compiled: Compiled, starts: Functions["list"]): Entry | undefined {
		const { arena } = this.#machine.heap;
		const wasm = new WasmModule(arena.size / 65536);
		const own = new Map<number, number>();
		const release = wasm.reserve();
		const type = wasm.type([I32], [I32]);
		const targets = (pc: number) => (m.functions as Functions).targets.get(pc) ?? [];
		const flows = starts.map(({ pc }) => flowFrom({ code: m.code, targets }, pc));
		starts.forEach(({ pc }, k) => {
			const flow = flows[k] as (typeof flows)[0];
			if (flow.reducible && flow.blocks.length <= MAXBLOCKS) own.set(pc, wasm.reserve());
		});
		const word = (at: number): number => arena.i32[at >>> 2] as number;
		const unit: Unit = {
			wasm,
			release,
			word,
			targets,
			data: m.origmp,
			type: (k) => m.types[k] as number,
			runtime: (name, params, results) => wasm.import(name, params, results),
			call: (c, pc) => {
				const fn = own.get(pc);
				if (fn !== undefined) c.callOwn(fn);
				else if (compiled.entries.has(pc)) c.call(wasm.import(`entry ${pc}`, [I32], [I32]));
				else return false;
				return true;
			},
		};
		starts.forEach((start, k) => {
			const fn = own.get(start.pc);
			if (fn === undefined) return;
			const t = m.types[start.type] as number;
			const slots = new Slots(m.code, flows[k] as (typeof flows)[0], word(t + T_SIZE), pointers(word, t), (n) =>
				word((m.types[n] as number) + T_SIZE),
			);
			const code = new FunctionCode(unit, slots, t);
			const body = code.compile();
			wasm.define(fn, type, code.locals, body, String(start.pc));
		});
		this.#defineRelease(wasm, release);
		const exports = this.#instantiate(wasm, compiled);
		for (const pc of own.keys()) {
			compiled.entries.set(pc, exports[String(pc)] as Entry);
			this.#interpreter.enter(m, pc);
		}
		return compiled.entries.get(starts[0]?.pc as number);
	}

	#instantiate(wasm: WasmModule, compiled: Compiled): Record<string, unknown> {
		const given: Record<string, unknown> = { memory: this.#machine.heap.arena.memory };
		const module = new WebAssembly.Module(wasm.bytes());
		for (const name of wasm.imports)
			given[name] = name.startsWith("entry ") ? compiled.entries.get(Number(name.slice(6))) : this.#imports[name];
		return new WebAssembly.Instance(module, { e: given }).exports;
	}

	/** One reference less to a counted pointer that is not nil; the last one lets it go. */
	#defineRelease(wasm: WasmModule, fn: number): void {
		const c = new Body(64);
		c.get(0);
		c.i32(-8);
		c.op(0x6a);
		c.tee(1);
		c.get(1);
		c.access("i32_load", 0);
		c.i32(1);
		c.op(0x6b);
		c.tee(2);
		c.access("i32_store", 0);
		c.get(2);
		c.i32(0);
		c.op(0x4c);
		c.if();
		c.get(0);
		c.call(wasm.import("dead", [I32], []));
		c.end();
		const locals: ValueType[] = [I32, I32];
		wasm.define(fn, wasm.type([I32], []), locals, c);
	}

	/** The operations of the runtime, as compiled code calls them. */
	#runtime(): Record<string, unknown> {
		const { heap, frames, ops, modules } = this.#machine;
		const { i32 } = heap.arena;
		const deep = () => {
			i32[R_DEEP >> 2] = frames.bytes - this.#base > DEEP ? 1 : 0;
		};
		const own: Record<string, unknown> = {
			dead: (p: number) => heap.dead(p),
			releaseall: (t: number, f: number) => heap.releaseAll(t, f),
			dropframe: (f: number) => frames.drop(f),
			newframe: (t: number) => {
				const f = frames.frame(t);
				deep();
				return f;
			},
			mframe: (ml: number, k: number, d: number) => {
				ops.mframe(ml, k, d);
				deep();
			},
			mcall: (f: number, k: number, ml: number): number => {
				ops.mcall(f, k, ml);
				const stop = i32[R_STOP >> 2] as number;
				if (stop !== 0) return stop;
				if (i32[R_FP >> 2] !== f) return 0;
				const m = modules.of(i32[R_M >> 2] as number);
				const entry = (m.jit as Compiled | undefined)?.entries.get(i32[R_PC >> 2] as number);
				return entry === undefined ? AGAIN : entry(f);
			},
		};
		for (const [name, fn] of Object.entries(arith)) own[`arith.${name}`] = fn;
		return new Proxy(own, {
			get: (known, name: string) => {
				known[name] ??= (ops as unknown as Record<string, (...args: never[]) => unknown>)[name]?.bind(ops);
				return known[name];
			},
		});
	}
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
