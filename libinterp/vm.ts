import { Arena } from "./arena.ts";
import { Chans } from "./chan.ts";
import { type Debugger, Stepping } from "./debug.ts";
import type { Engine, Engines, Machine, Stepper } from "./engine.ts";
import { Exit, exCompile, exHeap, Fault, fault } from "./fault.ts";
import { Frames } from "./frame.ts";
import { Heap } from "./heap.ts";
import { DONTCOMPILE, MUSTCOMPILE } from "./isa.ts";
import { H, M_ENGINE, R_FP, R_IC, R_M, R_PC, R_STOP, R_TURNS, STOP_ENDED, STOP_RAISED, STOP_SWITCH } from "./layout.ts";
import { type Module, Modules, type Stamp } from "./module.ts";
import { ObjectError, type ObjectFile, parseObject } from "./object.ts";
import { type BuiltinFn, type Loader, Ops } from "./ops.ts";
import { Pkilled, type Prog, QUANTUM } from "./prog.ts";
import { Raise } from "./raise.ts";
import { Sched, type World } from "./sched.ts";
import { Strings } from "./strings.ts";
import { verify } from "./verify.ts";

/** Milliseconds that a thread may run while others are ready, in an engine that asks for more than a time slice. */
const SLICE = 0.3;

/** Object files that are kept for modules that come back. */
const RECENT = 64;

/** Slices between two looks at the clock. */
const TURNS = 64;

/** A function of a builtin module, and what it must look like to those who link to it. */
export interface BuiltinRow {
	readonly name: string;
	/** Hash of its type. */
	readonly sig: number;
	/** Its frame: bytes, and map. */
	readonly frame: number;
	readonly map: readonly number[];
	readonly fn: BuiltinFn;
}

/** Builtin modules by path ("$Sys"): made when first loaded. */
export type Builtins = Readonly<Record<string, (vm: Vm) => readonly BuiltinRow[]>>;

/** A verified object file. */
interface Recent {
	readonly stamp: Stamp;
	readonly object: ObjectFile;
	readonly digest: (() => string) | undefined;
}

/** A module file as the emulator finds it: its stamp, and its bytes unless the stamp is the one asked about. */
export interface ModuleFile {
	readonly stamp: Stamp;
	readonly bytes: Uint8Array | undefined;
}

/** What a machine needs from the emulator around it. */
export interface Host extends World {
	/** Finds the module file at `path` in the name space of the running thread. Throws a Fault with the reason. */
	moduleFile(path: string, have: Stamp | undefined): ModuleFile | Promise<ModuleFile>;
	/** Milliseconds since some moment. */
	now(): number;
	/** A name for bytes that no others have; there only where compiled code is kept, under such names. */
	readonly digest?: ((bytes: Uint8Array) => string) | undefined;
	/** Leaves `reason` as the error string of the running thread. */
	setError(reason: string): void;
}

/**
 * A Dis machine. It knows nothing of files or terminals: `host` does. `slice` runs one thread for one time slice; whoever
 * owns the machine calls it while threads are ready.
 */
export class Vm implements Machine, Loader {
	readonly heap: Heap;
	readonly strings: Strings;
	readonly frames: Frames;
	readonly modules: Modules;
	readonly sched: Sched;
	readonly chans: Chans;
	readonly ops: Ops;
	readonly #raise: Raise;
	readonly #host: Host;
	readonly #builtins: Builtins;
	/** Moment, by the host's clock, at which whoever calls `slice` wants to be back. */
	until = 0;
	/** When the running thread has had its time, and for which turn that holds. */
	#sliceEnd = 0;
	#turn = 0;
	/** The object files used last, by path: a module that comes back, as commands do, need not be verified again. */
	readonly #recent = new Map<string, Recent>();
	#sampled = 0;
	readonly #functions = new Map<Module, readonly BuiltinRow[]>();
	/** Back ends by number; module links hold the number. The first is the one that can run anything. */
	readonly #engines: Engine[] = [];
	#stepping: Stepping | undefined;
	/** Number of the back end that new modules are given to. */
	#preferred = 0;

	/** `size` of the arena in bytes. */
	constructor(size: number, host: Host, builtins: Builtins, engines: Engines) {
		this.#host = host;
		this.#builtins = builtins;
		this.heap = new Heap(new Arena(size));
		this.strings = new Strings(this.heap);
		this.frames = new Frames(this.heap);
		this.modules = new Modules(this.heap, this.strings);
		this.sched = new Sched(this.heap, this.frames);
		this.sched.world = host;
		this.sched.moduleName = (p) => this.#nameOf(this.sched.reg(p, R_M));
		this.chans = new Chans(this.heap, this.sched);
		this.sched.chans = this.chans;
		this.ops = new Ops(this.heap, this.strings, this.frames, this.modules, this.sched, this.chans, this);
		this.#raise = new Raise(this.heap, this.frames, this.strings, this.modules);
		this.modules.onUnload = (m) => this.#engines[m.engine]?.release(m);
		this.modules.onLoad = (m) => this.#choose(m);
		for (const make of engines) this.#engines.push(make(this));
		this.#preferred = this.#engines.length - 1;
	}

	get engines(): readonly Engine[] {
		return this.#engines;
	}

	#nameOf(ml: number): string {
		return ml === H || ml === 0 ? "" : this.modules.of(ml).name;
	}

	/** Gives a new module to a back end. Faults when it wants compiling and none can. */
	#choose(m: Module): void {
		m.engine = (m.flags & DONTCOMPILE) !== 0 ? 0 : this.#preferred;
		if (m.engine !== 0 && !(this.#engines[m.engine] as Engine).compile(m)) m.engine = 0;
		if (m.engine === 0 && (m.flags & MUSTCOMPILE) !== 0 && this.#preferred !== 0) fault(exCompile);
	}

	// Loader, for the operations.

	/** The module at `path` with a reference for the caller; undefined with the reason in the error string. */
	load(path: string): Module | undefined | Promise<() => Module | undefined> {
		const have = path.startsWith("$") ? this.builtinModule(path) : this.modules.lookup(path);
		if (path.startsWith("$")) {
			if (have !== undefined) have.ref++;
			else this.failed("module not built-in");
			return have;
		}
		try {
			const file = this.#host.moduleFile(path, have?.stamp ?? this.#recent.get(path)?.stamp);
			if (!(file instanceof Promise)) return this.fromFile(path, file);
			return file.then(
				(f) => () => this.fromFile(path, f),
				(e) => () => this.#cannot(e),
			);
		} catch (e) {
			return this.#cannot(e);
		}
	}

	#cannot(e: unknown): undefined {
		if (!(e instanceof Fault) && !(e instanceof ObjectError)) throw e;
		this.failed(e instanceof Fault ? e.reason : e.message);
	}

	failed(reason: string): void {
		this.#host.setError(reason);
	}

	/** The module for a file found by the host, with a reference for the caller. */
	fromFile(path: string, file: ModuleFile): Module | undefined {
		const have = this.modules.lookup(path);
		if (have !== undefined && have.stamp === file.stamp) {
			have.ref++;
			return have;
		}
		const recent = this.#recent.get(path);
		try {
			if (recent !== undefined && file.bytes === undefined && recent.stamp === file.stamp)
				return this.#make(path, recent);
			return this.fromBytes(path, file);
		} catch (e) {
			return this.#cannot(e);
		}
	}

	/** A new module, with a reference for the caller. Throws a Fault or an ObjectError when the bytes will not do. */
	fromBytes(path: string, file: ModuleFile): Module {
		if (file.bytes === undefined) throw new Fault("module changed while it was loaded");
		const object = parseObject(file.bytes);
		verify(object);
		this.#recent.delete(path);
		const recent = { stamp: file.stamp, object, digest: this.#digest(file.bytes) };
		this.#recent.set(path, recent);
		if (this.#recent.size > RECENT) this.#recent.delete(this.#recent.keys().next().value as string);
		return this.#make(path, recent);
	}

	#digest(bytes: Uint8Array): (() => string) | undefined {
		const host = this.#host;
		if (host.digest === undefined) return undefined;
		let digest: string | undefined;
		return () => {
			digest ??= host.digest?.(bytes) ?? "";
			return digest;
		};
	}

	/** A module of its own: it writes to its code where its immediates are. */
	#make(path: string, { object, stamp, digest }: Recent): Module {
		return this.modules.make(path, { ...object, code: object.code.slice() }, stamp, digest);
	}

	/** The builtin module at `path`, made when it is first asked for. */
	builtinModule(path: string): Module | undefined {
		const have = this.modules.lookup(path);
		if (have !== undefined) return have;
		const make = this.#builtins[path];
		if (make === undefined) return undefined;
		const rows = make(this);
		const m = this.modules.builtin(
			path,
			rows.map((r) => ({ name: r.name, sig: r.sig, frame: r.frame, map: Uint8Array.from(r.map) })),
		);
		this.#functions.set(m, rows);
		return m;
	}

	builtin(m: Module, pc: number): BuiltinFn {
		return (this.#functions.get(m) as readonly BuiltinRow[])[pc]?.fn ?? fault("invalid mframe");
	}

	/** A first thread, without a parent, about to enter `m` at its entry point. Takes over the reference to the module. */
	start(m: Module): Prog {
		if (m.entry < 0) fault("no entry point");
		const ml = this.modules.link(m, []);
		const p = this.sched.fork(undefined, ml);
		this.heap.release(ml);
		const { i32 } = this.heap.arena;
		i32.fill(0, R_PC >> 2, R_IC >> 2);
		const f = this.frames.frame(m.types[m.entryType] as number);
		p.setReg(R_PC, m.entry);
		this.frames.detach(f, p.at);
		this.sched.ready(p);
		return p;
	}

	more(): boolean {
		const t = this.#host.now();
		const turn = this.heap.arena.i32[R_TURNS >> 2] as number;
		if (turn !== this.#turn) {
			this.#turn = turn;
			this.#sliceEnd = t + SLICE;
		}
		if (t >= this.until || (!this.sched.idle && t >= this.#sliceEnd)) return false;
		this.heap.arena.i32[R_IC >> 2] = QUANTUM;
		return true;
	}

	/** The time of the last look at the clock, which is looked at after some slices only: what passed counts for the thread that ran. */
	get time(): number {
		return this.#sampled;
	}

	/** Call when threads begin to run after a pause. Sets until when. */
	begin(burst: number): void {
		this.#sampled = this.#host.now();
		this.until = this.#sampled + burst;
	}

	/** Runs the next ready thread for a slice, and perhaps others after it. False when there is none. */
	slice(): boolean {
		const p = this.sched.next();
		if (p === undefined) return false;
		const { i32 } = this.heap.arena;
		i32[R_IC >> 2] = QUANTUM;
		this.#turn = -1;
		if (this.#begin(p)) {
			if (p.debugger === undefined) this.#run();
			else this.#debug(p, p.debugger);
		}
		const turns = i32[R_TURNS >> 2] as number;
		if (turns <= 0 || (i32[R_IC >> 2] as number) <= 0) this.#sample();
		else i32[R_TURNS >> 2] = turns - 1;
		this.sched.pause();
		return true;
	}

	#sample(): void {
		const t = this.#host.now();
		this.sched.current.ticks += t - this.#sampled;
		this.#sampled = t;
		this.heap.arena.i32[R_TURNS >> 2] = TURNS;
	}

	/** What the thread was released for is completed, and what was done to it meanwhile takes effect. False when that ended it. */
	#begin(p: Prog): boolean {
		const { i32 } = this.heap.arena;
		const completion = p.completion;
		p.completion = undefined;
		try {
			i32[R_STOP >> 2] = 0;
			completion?.();
			if (p.kill !== undefined) {
				const kill = p.kill;
				p.kill = undefined;
				throw new Fault(kill);
			}
			return true;
		} catch (e) {
			i32[R_PC >> 2] = Math.max(0, (i32[R_PC >> 2] as number) - 1);
			return this.#caught(p, e);
		}
	}

	/** Runs the thread, which need not be the same all the time, until it stops. */
	#run(): void {
		const { i32 } = this.heap.arena;
		for (;;) {
			try {
				const ml = i32[R_M >> 2] as number;
				(this.#engines[i32[(ml + M_ENGINE) >>> 2] as number] as Engine).run();
				const stop = i32[R_STOP >> 2];
				if (stop === STOP_ENDED) {
					this.#ends(this.sched.current, "");
					return;
				}
				if (stop === STOP_RAISED) {
					if (!this.#raises(this.sched.current, this.sched.raised)) return;
				} else if (stop !== STOP_SWITCH) return;
			} catch (e) {
				if (!this.#caught(this.sched.current, e)) return;
			}
		}
	}

	#debug(p: Prog, d: Debugger): void {
		this.#stepping ??= new Stepping(this, this.#engines[0] as Stepper);
		this.#stepping.resumed(p, d);
		for (;;) {
			try {
				const stopped = this.#stepping.run(p, d);
				if (stopped === "ended") this.#ends(p, "");
				if (stopped !== "raised" || !this.#raises(p, this.sched.raised)) return;
			} catch (e) {
				if (!this.#caught(p, e)) return;
			}
		}
	}

	/** Handles what was thrown while `p` ran. False when it ended the thread. */
	#caught(p: Prog, e: unknown): boolean {
		return this.#raises(p, reasonOf(e));
	}

	#raises(p: Prog, reason: string): boolean {
		if (this.#raise.handle(p, reason)) return true;
		this.#ends(p, reason);
		return false;
	}

	#ends(p: Prog, reason: string): void {
		const plain = reason === "" || reason === "interrupted" || reason.startsWith("fail:");
		this.sched.exit(p, reason === "" && (p.flags & Pkilled) !== 0 ? "killed" : reason, !plain);
	}

	/** FP of the running thread, for traces. */
	get fp(): number {
		return this.heap.arena.i32[R_FP >> 2] as number;
	}
}

/**
 * The exception a program sees for what was thrown. A JavaScript error is either the host's want of memory or stack, or damage
 * that a program did to its own arena; it ends as a fault of the program.
 */
function reasonOf(e: unknown): string {
	if (e instanceof Exit) return "";
	if (e instanceof Fault) return e.reason;
	if (e instanceof RangeError && /call stack|allocation|length/i.test(e.message)) return exHeap;
	return `machine check: ${e instanceof Error ? e.message : String(e)}`;
}
