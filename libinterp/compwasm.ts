import type { Compiling, Engine, Machine, Report } from "./engine.ts";
import { fault, faults } from "./fault.ts";
import { DONTCOMPILE, opcode, REGFRAME, REGLINK, REGMOD } from "./isa.ts";
import { M_ENTRIES, R_FP, R_M, R_PC, R_STOP, STOP_AGAIN, STOP_ENTER } from "./layout.ts";
import type { Module } from "./module.ts";
import { type Functions, I_D, I_OP, INST_WORDS } from "./object.ts";
import { ownerOf, Parts, sizesOf } from "./parts.ts";
import type { ConstantKind } from "./wasmfn.ts";
import { pack, unpack } from "./wasmkept.ts";
import { type Listed, listing } from "./wasmlist.ts";
import { type WasmRuntime, WasmTable } from "./wasmrun.ts";
import { type CodeUnit, compileUnit, flowOf, type Made, moduleOf, placeToGoOn, type Start } from "./wasmunit.ts";
import type { Interpreter } from "./xec.ts";

/** When functions are compiled: when the interpreter has spent about as much time on one as a compilation would take. */
interface Patience {
	/** After so many jumps the function that the interpreter is in is counted as seen at work. */
	readonly part: number;
	/** Times that a function of some instructions is seen at work before it is compiled. */
	seen(instructions: number): number;
	/** Times that compiled code calls it before. */
	calls(instructions: number): number;
	/** Times that threads go on at an instruction of it before there is code to go on with there. */
	resumes(instructions: number): number;
	/** Places of a function that there may be code to go on with. */
	readonly places: number;
	/** How much sooner a function is compiled of which there is code from another run: V8 still has to compile that. */
	readonly sooner: number;
}
const patient: Patience = {
	part: 1024,
	seen: (n) => 10 + Math.floor(n / 4),
	calls: (n) => 100 + 5 * n,
	resumes: (n) => 200 + 10 * n,
	places: 6,
	sooner: 100,
};
const hasty: Patience = { ...patient, part: 3, seen: () => 1, calls: () => 1, resumes: () => 2 };
const eager: Patience = { ...patient, calls: () => 0, resumes: () => 1, places: Number.POSITIVE_INFINITY };
/** Modules whose code is remembered when they have gone. */
const RECENT = 64;
/** A function is compiled with those it calls that have been seen at work too or are small, up to so many instructions. */
const UNIT = 600;
const SMALL = 40;
/** Functions that may be interpreted so, one within the other, on one stack of the host. */
const NESTED = 20;
/** Not the place of a frame, or of an instruction. */
const NOWHERE = -1;
/** What there is of a module that is, or may be, compiled. */
interface Compiled {
	/** By pc, its place in the table: of functions, and of those instructions inside that there is code to go on with. */
	readonly places: Map<number, number>;
	/** By pc: how often threads went on there without code. */
	readonly resumes: Int32Array;
	/** By number of a function: its instructions; how often it was seen at work; places inside that there is code to go on with, and that there was in another run. */
	readonly sizes: Int32Array;
	readonly seen: Int32Array;
	readonly inside: Uint8Array;
	readonly keptInside: Uint8Array;
	/** All code made, here or in another run, and whether some of it is not kept yet. */
	readonly units: CodeUnit[];
	changed: boolean;
	/** By pc: code from another run that is not in place. */
	readonly kept: Map<number, CodeUnit>;
	fetched: boolean;
}

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
	readonly #patience: Patience;
	readonly #runtime: WasmRuntime;
	readonly #table: WasmTable;
	/** Functions interpreted for compiled code that has called them, one within the other. */
	#nested = 0;
	readonly #parts: Parts;
	/** Code of the modules used last, by digest: one that comes back, as commands do, has it at once. */
	readonly #recent = new Map<string, readonly CodeUnit[]>();

	constructor(machine: Machine, interpreter: Interpreter, how: Compiling) {
		this.#machine = machine;
		this.#interpreter = interpreter;
		this.#how = how;
		this.#patience = how.eager ? eager : how.hasty ? hasty : patient;
		this.#parts = new Parts(machine, interpreter, this.#patience.part, (m, pc) => this.#saw(m, pc));
		this.#runtime = interpreter.runtime;
		this.#runtime.code = {
			run: (f) => this.#callee(f),
			has: (m, pc) => this.#entry(m, pc) !== 0,
			place: (m, pc) => this.#place(m.jit as Compiled, pc),
		};
		this.#table = new WasmTable(machine.heap.arena.memory, this.#runtime.table, this.#runtime.get("absent"));
	}

	compile(m: Module): boolean {
		if (m.functions === undefined || (m.flags & DONTCOMPILE) !== 0) return true;
		const compiled: Compiled = {
			places: new Map(),
			resumes: new Int32Array(m.nprog),
			sizes: sizesOf(m.functions),
			seen: new Int32Array(m.functions.list.length),
			inside: new Uint8Array(m.functions.list.length),
			keptInside: new Uint8Array(m.functions.list.length),
			units: [],
			changed: false,
			kept: new Map(),
			fetched: false,
		};
		m.jit = compiled;
		if (this.#how.eager) {
			this.#fetch(m, compiled);
			if (compiled.kept.size === 0) this.#translate(m, compiled, m.functions.list);
			else for (const unit of compiled.units) this.#install(m, compiled, unit);
		}
		return true;
	}

	/** Gets the code that was kept of the module in an earlier run, when it is first seen at work. */
	#fetch(m: Module, compiled: Compiled): void {
		compiled.fetched = true;
		if (m.digest === undefined) return;
		const digest = m.digest();
		const packed = this.#recent.has(digest) ? undefined : this.#how.store?.read(digest);
		const units = packed === undefined ? this.#recent.get(digest) : unpack(packed, m);
		if (units === undefined) return;
		this.#remember(digest, units);
		for (const unit of units) {
			compiled.units.push(unit);
			for (const { pc } of unit.starts) this.#keep(m, compiled, pc, unit);
		}
	}

	/** There is code from another run that starts at `pc`. */
	#keep(m: Module, compiled: Compiled, pc: number, unit: CodeUnit): void {
		compiled.kept.set(pc, unit);
		const k = ownerOf(m, pc);
		if ((m.functions as Functions).list[k]?.pc !== pc) compiled.keptInside[k] = 1;
	}

	release(m: Module): void {
		this.#save(m);
		// Where the module goes on with other functions, links to it may have places still.
		for (const place of (m.jit as Compiled | undefined)?.places.values() ?? []) this.#table.free(place, m.ref > 0);
		m.jit = undefined;
		this.#close(m);
		this.#interpreter.release(m);
	}

	run(): void {
		while (this.#until(NOWHERE, NOWHERE) === STOP_AGAIN);
	}

	/**
	 * Runs the thread until it goes on in frame `fp` at `pc`: 0; or until it stops: the reason, also in R_STOP. STOP_AGAIN, where code that compiled
	 * code has called gives up the host's stack: it goes on when that is empty.
	 */
	#until(fp: number, pc: number): number {
		const { i32 } = this.#machine.heap.arena;
		for (;;) {
			if (i32[R_FP >> 2] === fp && i32[R_PC >> 2] === pc) {
				i32[R_STOP >> 2] = 0;
				return 0;
			}
			const status = this.#part();
			if (status === STOP_AGAIN && this.#nested > 0) return STOP_AGAIN;
			if (status !== 0 && status !== STOP_AGAIN) return status;
		}
	}

	/** Runs the thread for a while, in one way or the other: the status. */
	#part(): number {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		const m = modules.of(i32[R_M >> 2] as number);
		const compiled = m.jit as Compiled | undefined;
		const pc = i32[R_PC >> 2] as number;
		const entry = compiled === undefined ? 0 : this.#entry(m, pc) || this.#resume(m, compiled, pc);
		if (entry === 0) {
			this.#interpret();
			const stop = i32[R_STOP >> 2] as number;
			return stop === STOP_ENTER ? 0 : stop;
		}
		i32[((i32[R_M >> 2] as number) + M_ENTRIES) >>> 2] = m.entries;
		const status = this.#nested === 0 ? this.#runtime.go(entry) : this.#enter(entry);
		if (status === 0 || status === STOP_AGAIN) return status;
		const reason = faults[status];
		if (reason !== undefined) fault(reason);
		i32[R_STOP >> 2] = status;
		return status;
	}

	/** Runs the function that compiled code calls in frame `f`, and that starts at R_PC, until it has returned: 0. Else why that is not so. */
	#callee(f: number): number {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		const ml = i32[R_M >> 2] as number;
		const entry = this.#called(modules.of(ml), i32[R_PC >> 2] as number);
		if (entry !== 0) return this.#runtime.invoke(f, entry);
		if (this.#nested >= NESTED) return STOP_AGAIN;
		const link = i32[(f + REGLINK) >>> 2] as number;
		// The interpreter stops where the caller goes on.
		this.#interpreter.enter(modules.of((i32[(f + REGMOD) >>> 2] as number) || ml), link);
		this.#nested++;
		try {
			return this.#until(i32[(f + REGFRAME) >>> 2] as number, link);
		} finally {
			this.#nested--;
		}
	}

	/** Runs compiled code, and what it calls, from R_PC on, within a call. Returned from, its caller goes on after the call. */
	#enter(entry: number): number {
		const { i32 } = this.#machine.heap.arena;
		const fp = i32[R_FP >> 2] as number;
		const link = i32[(fp + REGLINK) >>> 2] as number;
		i32[R_STOP >> 2] = 0;
		const status = this.#runtime.invoke(fp, entry);
		if (status === 0) i32[R_PC >> 2] = link;
		return status;
	}

	/** Interprets until there is code to go on with or another reason to stop. */
	#interpret(): void {
		const { modules } = this.#machine;
		const { i32 } = this.#machine.heap.arena;
		while (this.#parts.run()) {
			if (!this.#inside(modules.of(i32[R_M >> 2] as number), i32[R_PC >> 2] as number)) continue;
			i32[R_STOP >> 2] = STOP_ENTER;
			return;
		}
	}

	/** Counts the function at `pc` as seen at work, and compiles it when it is seen often. */
	#saw(m: Module, pc: number): void {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return;
		if (!compiled.fetched) this.#fetch(m, compiled);
		const k = ownerOf(m, pc);
		if (k < 0) return;
		const seen = (compiled.seen[k] as number) + 1;
		compiled.seen[k] = seen;
		const start = (m.functions as Functions).list[k] as Start;
		if (this.#due(seen, this.#enough(compiled, k), compiled.kept.has(start.pc))) this.#make(m, compiled, start);
	}

	/** Whether what has happened `n` times is reason to compile, once, or to put kept code in place. */
	#due(n: number, enough: number, kept: boolean): boolean {
		return kept ? n >= this.#sooner(enough) : n === enough;
	}

	/** Times that function `k` is to be seen at work before it is compiled. */
	#enough(compiled: Compiled, k: number): number {
		return this.#patience.seen(compiled.sizes[k] as number);
	}

	/** How many of n times are enough where there is code from another run. */
	#sooner(n: number): number {
		return Math.ceil(n / this.#patience.sooner);
	}

	/** The code of the function at `pc`, called from compiled code: it is worth compiling when that has happened often. */
	#called(m: Module, pc: number): number {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return 0;
		if (!compiled.fetched) this.#fetch(m, compiled);
		const known = this.#entry(m, pc);
		if (known !== 0) return known;
		const k = ownerOf(m, pc);
		const start = (m.functions as Functions).list[k];
		if (start?.pc !== pc) return 0;
		const n = (compiled.resumes[pc] as number) + 1;
		compiled.resumes[pc] = n;
		const calls = this.#patience.calls(compiled.sizes[k] as number);
		if (!this.#due(n - 1, calls, compiled.kept.has(pc))) return 0;
		this.#make(m, compiled, start);
		return this.#entry(m, pc);
	}

	/** Whether there is code for `pc`, where a thread has been interpreted for a while: a function that is compiled gets it if that happens again and again. */
	#inside(m: Module, pc: number): boolean {
		const compiled = m.jit as Compiled | undefined;
		if (compiled === undefined) return false;
		if (this.#entry(m, pc) !== 0) return true;
		const k = ownerOf(m, pc);
		const owner = (m.functions as Functions).list[k];
		if (owner === undefined || this.#entry(m, owner.pc) === 0) return false;
		const enough = 2 * this.#enough(compiled, k);
		if ((compiled.seen[k] as number) < (compiled.keptInside[k] === 1 ? this.#sooner(enough) : enough)) return false;
		return this.#goOn(m, compiled, k, pc) !== 0;
	}

	/** Makes code to go on with at `pc`, or soon after, in function k, unless there are many such places in it. Gives the code at `pc`. */
	#goOn(m: Module, compiled: Compiled, k: number, pc: number): number {
		if ((compiled.inside[k] as number) >= this.#patience.places) return 0;
		compiled.inside[k] = (compiled.inside[k] as number) + 1;
		const owner = (m.functions as Functions).list[k] as Start;
		this.#make(m, compiled, { pc: placeToGoOn(m, owner, pc), type: owner.type });
		return this.#entry(m, pc);
	}

	/** Code to go on with at `pc`, where threads have done so often. */
	#resume(m: Module, compiled: Compiled, pc: number): number {
		const n = (compiled.resumes[pc] as number) + 1;
		compiled.resumes[pc] = n;
		const k = ownerOf(m, pc);
		if (k < 0) return 0;
		const resumes = this.#patience.resumes(compiled.sizes[k] as number);
		if (!this.#due(n, resumes, compiled.kept.has(pc))) return 0;
		return this.#goOn(m, compiled, k, pc);
	}

	/** Sees to it that there is code that starts there. */
	#make(m: Module, compiled: Compiled, start: Start): void {
		if (this.#entry(m, start.pc) !== 0) return;
		const kept = compiled.kept.get(start.pc);
		if (kept !== undefined) this.#install(m, compiled, kept);
		else this.#translate(m, compiled, this.#withCallees(m, compiled, start));
	}

	/**
	 * What is to be compiled together with `first`, so that it is called directly: what it calls, and they call, nearest first. Small functions
	 * are worth being compiled again for that.
	 */
	#withCallees(m: Module, compiled: Compiled, first: Start): Start[] {
		const functions = m.functions as Functions;
		const worth = (f: Start): boolean => {
			const k = ownerOf(m, f.pc);
			if ((compiled.sizes[k] as number) <= SMALL) return true;
			return (compiled.seen[k] as number) > 0 && this.#entry(m, f.pc) === 0;
		};
		const byPc = new Map(functions.list.map((f) => [f.pc, f]));
		const chosen = new Set<Start>();
		const todo = [byPc.get(first.pc) ?? first];
		let instructions = 0;
		for (let f = todo.shift(); f !== undefined && instructions < UNIT; f = todo.shift()) {
			if (chosen.has(f)) continue;
			chosen.add(f);
			for (const b of flowOf(m, f.pc).blocks) {
				instructions += b.end - b.pc;
				for (let pc = b.pc; pc < b.end; pc++) {
					if (m.code[pc * INST_WORDS + I_OP] !== CALL) continue;
					const callee = byPc.get(m.code[pc * INST_WORDS + I_D] as number);
					if (callee !== undefined && worth(callee)) todo.push(callee);
				}
			}
		}
		return [...chosen];
	}

	/** Makes code that starts at each of `starts`, and adds it to the entries. */
	#translate(m: Module, compiled: Compiled, starts: readonly Start[]): void {
		const began = performance.now();
		const made = compileUnit(this.#machine, m, starts);
		if (made.unit !== undefined) {
			compiled.units.push(made.unit);
			compiled.changed = true;
			this.#install(m, compiled, made.unit);
		}
		this.#how.report?.(report(m, made, performance.now() - began));
	}

	save(): void {
		for (const m of this.#machine.modules.loaded) this.#save(m);
	}

	/** Has the module's code kept, where there is more than there was. */
	#save(m: Module): void {
		const compiled = m.jit as Compiled | undefined;
		const { store } = this.#how;
		if (compiled === undefined || !compiled.changed || store === undefined || m.digest === undefined) return;
		compiled.changed = false;
		this.#remember(m.digest(), compiled.units);
		store.write(m.digest(), pack(compiled.units));
	}

	#remember(digest: string, units: readonly CodeUnit[]): void {
		this.#recent.delete(digest);
		this.#recent.set(digest, units);
		if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value as string);
	}

	/** Puts code in place: its functions become entries. */
	#install(m: Module, compiled: Compiled, unit: CodeUnit): void {
		this.#open(m);
		const given: Record<string, unknown> = { memory: this.#machine.heap.arena.memory, table: this.#table.table };
		this.#runtime.provide(unit.imports, given);
		for (const name of unit.globals) given[name] = this.#constant(m, compiled, name);
		const { exports } = new WebAssembly.Instance(moduleOf(unit), { e: given });
		this.#runtime.fresh();
		for (const { pc } of unit.starts) {
			const place = this.#place(compiled, pc);
			this.#table.set(place, exports[String(pc)]);
			this.#machine.heap.arena.i32[(m.entries >>> 2) + pc] = place;
			compiled.kept.delete(pc);
			this.#interpreter.enter(m, pc);
		}
	}

	/** The place in the table of the code to go on with at `pc`, or 0. */
	#entry(m: Module, pc: number): number {
		return m.entries === 0 ? 0 : (this.#machine.heap.arena.i32[(m.entries >>> 2) + pc] as number);
	}

	/** Makes the module's list of entries, with nothing in it. Faults when there is no room. */
	#open(m: Module): void {
		if (m.entries !== 0) return;
		const { heap } = this.#machine;
		const entries = heap.block(4 * m.nprog + 4);
		heap.arena.i32.fill(0, entries >>> 2, (entries >>> 2) + m.nprog + 1);
		m.entries = entries;
	}

	/** Empties it. Where the module goes on with other functions, links to it know where it is. */
	#close(m: Module): void {
		if (m.entries === 0) return;
		const { pool, arena } = this.#machine.heap;
		if (m.ref > 0) arena.i32.fill(0, m.entries >>> 2, (m.entries >>> 2) + m.nprog + 1);
		else {
			pool.free(m.entries);
			m.entries = 0;
		}
	}

	/** What a global of a unit is for a module that is loaded. */
	#constant(m: Module, compiled: Compiled, name: string): number {
		const [kind, text] = name.split(" ") as [ConstantKind, string];
		const n = Number(text);
		if (kind === "type") return m.types[n] as number;
		return kind === "place" ? this.#place(compiled, n) : m.immediates + n;
	}

	/** The place in the table of the function that starts at `pc`. */
	#place(compiled: Compiled, pc: number): number {
		let place = compiled.places.get(pc);
		if (place === undefined) {
			place = this.#table.reserve();
			compiled.places.set(pc, place);
		}
		return place;
	}
}

function report(module: Module, { unit, listed, refused }: Made, ms: number): Report {
	const imports = unit?.imports ?? [];
	const name = (n: number) => imports[n]?.name ?? String(listed[n - imports.length - 1]?.pc ?? "release");
	return {
		module,
		functions: listed.map(({ pc, instructions, body }) => ({ pc, instructions, bytes: body.length })),
		bytes: unit?.bytes.length ?? 0,
		refused,
		ms,
		listing: (k) => listing(module.code, listed[k] as Listed, name),
	};
}
