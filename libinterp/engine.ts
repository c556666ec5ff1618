import type { Native } from "./arm64/native.ts";
import type { Chans } from "./chan.ts";
import type { Frames } from "./frame.ts";
import type { Heap } from "./heap.ts";
import type { Module, Modules } from "./module.ts";
import type { Ops } from "./ops.ts";
import type { Sched } from "./sched.ts";
import type { Strings } from "./strings.ts";

/**
 * A back end. It runs the thread whose registers are in the arena, from R_PC in the module R_M, until R_STOP says
 * why not to go on: blocked, ended, slice over, or the thread has entered a module that another back end runs. A thread may go on
 * in another back end at any instruction, so at every stop the registers and frames in the arena are complete. Faults are
 * thrown, with R_PC at the instruction.
 */
export interface Engine {
	/** As the --jit option and /dev/jit name it. */
	readonly name: string;
	/** What it is, in a few words. */
	readonly about: string;
	/** Prepares a module. False: this back end cannot run it. */
	compile(m: Module): boolean;
	/** Runs the current thread until it stops. */
	run(): void;
	/** The module is unloaded: frees what was made for it. */
	release(m: Module): void;
	/** Gives what is worth keeping of the loaded modules to the store, before the machine goes. */
	save?(): void;
}

/** What a compiler has made: functions of a module, or what can be reached from an instruction in the middle of one. */
export interface Report {
	readonly module: Module;
	readonly functions: readonly { readonly pc: number; readonly instructions: number; readonly bytes: number }[];
	/** Where functions begin that are left to the interpreter: they are too large. */
	readonly refused: readonly number[];
	/** Bytes of code in all, what is around the functions included; milliseconds that it took. */
	readonly bytes: number;
	readonly ms: number;
	/** Function `k` of them: source and code, side by side. */
	listing(k: number): string;
}

/** Where compiled code is kept from run to run. */
export interface CodeStore {
	/** A name for what is made of these bytes, which no others have. */
	digest(bytes: Uint8Array): string;
	/** What was kept under a name. */
	read(name: string): Uint8Array | undefined;
	/** Keeps bytes under a name. */
	write(name: string, bytes: Uint8Array): void;
}

/** How a compiler is to work. */
export interface Compiling {
	/** Compile each module whole, before it runs. Without a compiler: use the interpreter proper from the first instruction. */
	readonly eager: boolean;
	/** Compile at the least sign of work, so that compiled and interpreted functions call each other all the time: for tests. */
	readonly hasty?: boolean;
	/** Where code is kept. */
	readonly store?: CodeStore;
	/** What runs native code here, if anything does. */
	readonly native?: Native;
	/** Slots that native code keeps in registers, at most: for measurements. */
	readonly registers?: number;
	/** Is told what has been compiled. */
	readonly report?: (r: Report) => void;
}

/** The back end that can run any module, and a single instruction of it. */
export interface Stepper extends Engine {
	/** Carries out the one instruction at R_PC, and moves on. */
	step(): void;
}

/** Makers of back ends, in the order that Vm wants them: the first one's can run any module, the last one's is preferred. */
export type Engines = readonly [(m: Machine) => Stepper, ...((m: Machine) => Engine)[]];

/** The parts of a machine, as back ends and builtin modules see them. */
export interface Machine {
	readonly heap: Heap;
	readonly strings: Strings;
	readonly frames: Frames;
	readonly modules: Modules;
	readonly sched: Sched;
	readonly chans: Chans;
	readonly ops: Ops;
	/** The running thread's time slice is over: refills R_IC if it may go on all the same, because nobody has waited for long. */
	more(): boolean;
}
