import * as arith from "./arith.ts";
import type { Machine } from "./engine.ts";
import { exCompile, fault, faults } from "./fault.ts";
import { core } from "./generated.ts";
import { LINK_CODE, LINK_SIZE, M_LINKS, R_FP, R_PC, R_STOP } from "./layout.ts";
import type { Module } from "./module.ts";
import { Body, I32, type Import, Wasm, WasmModule } from "./wasm.ts";

/** Milliseconds in which V8 is still at work on new code, and after how many of them it is left to see. */
const YOUNG = 20;
const LEAVE = 2;

/** Milliseconds until V8 may optimise the interpreter. */
const SIMPLE = 200;

/** What the runtime asks of the interpreter. */
export interface Interpreting {
	/** Carries out the instruction at R_PC, in JavaScript; gives the number of the next. */
	step(): number;
	/** Translates the instruction at R_PC, and those that follow. */
	translate(): void;
	/** Where the module of a link is translated to. */
	translation(ml: number): number;
}

/** What the runtime asks of the compiler. */
export interface Code {
	/** Runs the function that starts at R_PC in frame `f`, until it has returned or the thread stops: the status. */
	run(f: number): number;
	/** Whether there is code of the function that starts at `pc`. */
	has(m: Module, pc: number): boolean;
	/** Its place in the table, where there is code. */
	place(m: Module, pc: number): number;
}

const noCode: Code = {
	run: () => fault(exCompile),
	has: () => false,
	place: () => 0,
};

/** The runtime as code in WebAssembly sees it: the functions it imports, by name. */
export class WasmRuntime {
	readonly #machine: Machine;
	/** The compiler's part, where there is a compiler. */
	code: Code = noCode;
	/** Through which compiled functions call each other. */
	readonly table = new WebAssembly.Table({ element: "anyfunc", initial: 256 });
	/** In JavaScript. */
	readonly #known = new Map<string, unknown>();
	/** In WebAssembly, by name, once it has been made. */
	#core: Record<string, unknown> | undefined;
	/** The interpreter, and the moment from which on it is to be a better one. */
	#interpret: ((alone: number) => void) | undefined;
	#simple = 0;
	/** Moments: until when code is young; when it was left last. */
	#young = 0;
	#left = 0;

	constructor(machine: Machine, interpreting: Interpreting) {
		this.#machine = machine;
		for (const [name, fn] of Object.entries({ ...this.#own(), ...interpreting })) this.#known.set(name, fn);
		for (const [name, fn] of Object.entries(arith)) this.#known.set(`arith.${name}`, fn);
	}

	/** Runs the interpreter until R_STOP says why not to go on; `alone`: other threads too, when one waits. */
	interpret(alone: boolean): void {
		if (this.#interpret === undefined) {
			this.#simple = performance.now() + SIMPLE;
			this.#interpret = this.#make(true).interpret as (alone: number) => void;
		} else if (this.#simple !== 0 && performance.now() > this.#simple) {
			this.#simple = 0;
			this.#interpret = this.#made().interpret as (alone: number) => void;
		}
		this.#interpret(alone ? 1 : 0);
	}

	/** Runs the code at place `entry` of the table, and what there is code for after it: the status of the last, or 0. */
	go(entry: number): number {
		return (this.#made().go as (entry: number) => number)(entry);
	}

	/** Runs the function at place `entry` of the table in frame `f`: its status. */
	invoke(f: number, entry: number): number {
		return (this.#made().invoke as (f: number, entry: number) => number)(f, entry);
	}

	#made(): Record<string, unknown> {
		this.#core ??= this.#make(false);
		return this.#core;
	}

	#make(simple: boolean): Record<string, unknown> {
		const given: Record<string, unknown> = { memory: this.#machine.heap.arena.memory, table: this.table };
		const module = core(simple);
		for (const { name } of WebAssembly.Module.imports(module)) given[name] ??= this.get(name.slice("js.".length));
		return { ...new WebAssembly.Instance(module, { e: given }).exports };
	}

	/**
	 * Adds to `given` the functions imported, as those of WebAssembly: V8 makes code for each function of JavaScript that a module imports, which takes
	 * it longer than all else. So each is imported by one module only, which hands it on.
	 */
	provide(imported: readonly Import[], given: Record<string, unknown>): void {
		const core = this.#made();
		const missing = imported.filter(({ name }) => core[name] === undefined);
		if (missing.length > 0) Object.assign(core, this.#handedOn(missing));
		for (const { name } of imported) given[name] = core[name];
	}

	#handedOn(functions: readonly Import[]): Record<string, unknown> {
		const wasm = new WasmModule();
		const given: Record<string, unknown> = { memory: this.#machine.heap.arena.memory, table: this.table };
		for (const { name, params, results } of functions) {
			const c = new Body(16);
			params.forEach((_, k) => {
				c.get(k);
			});
			c.call(wasm.import(name, params, results));
			wasm.define(wasm.reserve(), wasm.type(params, results), [], c, name);
			given[name] = this.get(name);
		}
		return new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes()), { e: given }).exports;
	}

	/** The function of a name: an operation of ops.ts, a function of arith.ts, or one that only compilers need. */
	get(name: string): unknown {
		let fn = this.#known.get(name);
		if (fn === undefined) {
			const ops = this.#machine.ops as unknown as Record<string, (...args: never[]) => unknown>;
			fn = (ops[name] as (...args: never[]) => unknown).bind(ops);
			this.#known.set(name, fn);
		}
		return fn;
	}

	/** Code has been put in place: V8 makes it better while it runs. */
	fresh(): void {
		this.#young = performance.now() + YOUNG;
	}

	/** Whether a loop should be left, now and then, for the better code that there may be by now: V8 changes no code that is running. */
	#better(): boolean {
		if (this.#young === 0) return false;
		const t = performance.now();
		if (t > this.#young) this.#young = 0;
		if (t < this.#left + LEAVE) return false;
		this.#left = t;
		return true;
	}

	#own(): Record<string, unknown> {
		const { heap, frames, ops, modules } = this.#machine;
		const { i32 } = heap.arena;
		return {
			fault: (n: number) => fault(faults[n] as string),
			record: (t: number): number => heap.record(t),
			block: (bytes: number) => heap.block(bytes),
			freeblock: (p: number) => heap.pool.free(p),
			dead: (p: number) => heap.dead(p),
			dropframe: (f: number) => frames.drop(f),
			tick: (): number => (this.#machine.more() && !this.#better() ? 0 : 1),
			newframe: (t: number): number => frames.frame(t),
			mframe: (ml: number, k: number, d: number) => ops.mframe(ml, k, d),
			array: (t: number, n: number): number => heap.array(t, n),
			mcall: (f: number, k: number, ml: number): number => {
				ops.mcall(f, k, ml);
				const stop = i32[R_STOP >> 2] as number;
				if (stop !== 0) return stop;
				if (i32[R_FP >> 2] !== f) return 0;
				const pc = i32[R_PC >> 2] as number;
				const m = modules.of(ml);
				if (k >= 0 && this.code.has(m, pc))
					i32[(ml + M_LINKS + k * LINK_SIZE + LINK_CODE) >>> 2] = this.code.place(m, pc);
				return this.code.run(f);
			},
			leave: (ml: number, pc: number): number => {
				ops.leave(ml);
				i32[R_PC >> 2] = pc;
				return i32[R_STOP >> 2] as number;
			},
			absent: (f: number): number => this.code.run(f),
			// Operations that programs spend their time in: V8 calls a function of its own faster than one that is bound.
			new: (a: number, b: number) => ops.new(a, b),
			newz: (a: number, b: number) => ops.newz(a, b),
			consm: (a: number, b: number, c: number) => ops.consm(a, b, c),
			consmp: (a: number, b: number, c: number) => ops.consmp(a, b, c),
			movm: (a: number, b: number, c: number) => ops.movm(a, b, c),
			headm: (a: number, b: number, c: number) => ops.headm(a, b, c),
			addc: (a: number, b: number, c: number) => ops.addc(a, b, c),
			slicec: (a: number, b: number, c: number) => ops.slicec(a, b, c),
			slicea: (a: number, b: number, c: number) => ops.slicea(a, b, c),
			slicela: (a: number, b: number, c: number) => ops.slicela(a, b, c),
			insc: (a: number, b: number, c: number) => ops.insc(a, b, c),
			cvtca: (a: number, b: number) => ops.cvtca(a, b),
			cvtac: (a: number, b: number) => ops.cvtac(a, b),
			cvtwc: (a: number, b: number) => ops.cvtwc(a, b),
			cvtcw: (a: number, b: number) => ops.cvtcw(a, b),
			lenl: (a: number, b: number) => ops.lenl(a, b),
			send: (a: number, b: number) => ops.send(a, b),
			recv: (a: number, b: number) => ops.recv(a, b),
			alt: (a: number, b: number) => ops.alt(a, b),
			nbalt: (a: number, b: number) => ops.nbalt(a, b),
			spawn: (a: number, b: number) => ops.spawn(a, b),
			ret: () => ops.ret(),
			comparec: (a: number, b: number) => ops.comparec(a, b),
			casec: (a: number, b: number) => ops.casec(a, b),
			goto: (a: number, b: number) => ops.goto(a, b),
			equalc: (a: number, b: number): number => (ops.equalc(a, b) ? 1 : 0),
		};
	}
}

/** Writes the function that lets go a counted pointer that is not nil: one reference less, and the last one frees. */
export function defineRelease(wasm: WasmModule, fn: number, offset: number): void {
	const c = new Body(64);
	c.get(0);
	c.i32(offset);
	c.op(Wasm.i32_add);
	c.tee(1);
	c.get(1);
	c.access("i32_load", 0);
	c.i32(1);
	c.op(Wasm.i32_sub);
	c.tee(2);
	c.access("i32_store", 0);
	c.get(2);
	c.i32(0);
	c.op(Wasm.i32_le_s);
	c.if();
	c.get(0);
	c.call(wasm.import("dead", [I32], []));
	c.end();
	wasm.define(fn, wasm.type([I32], []), [I32, I32], c);
}

/**
 * The table through which functions call those that are compiled apart, or not yet: in the place of those is one that asks the
 * runtime.
 */
export class WasmTable {
	readonly table: WebAssembly.Table;
	readonly #free: number[] = [];
	readonly #absent: unknown;
	/** Place 0 is nobody's. */
	#used = 1;

	/** `absent` is called in place of a function that is not there, with R_PC set to its start. */
	constructor(memory: unknown, table: WebAssembly.Table, absent: unknown) {
		this.table = table;
		const wasm = new WasmModule();
		const c = new Body(8);
		c.get(0);
		c.call(wasm.import("absent", [I32], [I32]));
		wasm.define(wasm.reserve(), wasm.type([I32], [I32]), [], c, "absent");
		const instance = new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes()), {
			e: { memory, table: this.table, absent },
		});
		this.#absent = instance.exports.absent;
	}

	/** A place for a function, without one. */
	reserve(): number {
		const k = this.#free.pop() ?? this.#used++;
		if (k >= this.table.length) this.table.grow(this.table.length);
		this.table.set(k, this.#absent);
		return k;
	}

	set(k: number, fn: unknown): void {
		this.table.set(k, fn);
	}

	/** The function goes; its place is given to nobody else where it may still be `known`. */
	free(k: number, known: boolean): void {
		this.table.set(k, this.#absent);
		if (!known) this.#free.push(k);
	}
}
