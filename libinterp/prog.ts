import type { Debugger } from "./debug.ts";
import {
	H,
	NREGS,
	P_ATTEND,
	P_PID,
	P_REGS,
	P_SIZE,
	P_STATE,
	P_WAITER,
	R,
	W_CHOICE,
	W_ELEMENT,
	W_PROG,
} from "./layout.ts";

/** What a thread may be doing, by the number in its record; the names are those /prog shows. */
export const STATES = ["ready", "alt", "send", "recv", "debug", "release", "exiting", "broken"] as const;
export type State = (typeof STATES)[number];

export const READY = STATES.indexOf("ready");
const EXITING = STATES.indexOf("exiting");

/** Taken jumps and calls in a time slice. */
export const QUANTUM = 8192;

// Flags of threads and groups.
export const Ppropagate = 1 << 0; // exceptions go to the whole group
export const Pnotifyleader = 1 << 1; // exceptions go to the leader of the group
export const Prestrict = 1 << 2;
export const Prestricted = 1 << 3;
export const Pkilled = 1 << 4;
export const Pprivatemem = 1 << 5;

/** Finishes on the thread what a builtin function waited for: stores results, or throws a Fault. */
export type Completion = () => void;

/**
 * A thread. What back ends need of it is in its record in the arena (P_...), so that they can go on with another thread by themselves; what only
 * the emulator needs is here.
 */
export class Prog {
	readonly pid: number;
	readonly #i32: Int32Array;
	/** Address of its record; 0 when it is gone. */
	at: number;
	flags = 0;
	group: Group;
	/** The value of a `raise` on its way to the handler, or H. */
	exval = H;
	/** The last exception handled: pc, module, text, as /prog/n/exception gives it. */
	exstr = "";
	/** What the emulator keeps with it: namespace, files, user. */
	env: unknown = undefined;
	/** Ends early what it waits for while released. */
	cancel: (() => void) | undefined = undefined;
	/** Its debugger has been told that it waits on a channel. */
	blocked = false;
	/** Milliseconds it has run. */
	ticks = 0;
	#kill: string | undefined = undefined;
	#completion: Completion | undefined = undefined;
	#debugger: Debugger | undefined = undefined;

	/** `at`: P_SIZE bytes of the arena for its record. */
	constructor(pid: number, group: Group | undefined, i32: Int32Array, at: number) {
		this.pid = pid;
		this.#i32 = i32;
		this.at = at;
		i32.fill(0, at >>> 2, (at + P_SIZE) >>> 2);
		i32[(at + P_PID) >>> 2] = pid;
		i32[(at + P_WAITER + W_PROG) >>> 2] = at;
		i32[(at + P_WAITER + W_CHOICE) >>> 2] = -1;
		i32[(at + P_WAITER + W_ELEMENT) >>> 2] = -1;
		this.group = group ?? new Group(pid, undefined);
		this.group.members.add(this);
	}

	get state(): State {
		return STATES[this.at === 0 ? EXITING : (this.#i32[(this.at + P_STATE) >>> 2] as number)] as State;
	}

	set state(state: State) {
		this.#i32[(this.at + P_STATE) >>> 2] = STATES.indexOf(state);
	}

	/** The exception that it is to raise when it runs next. "" ends it. */
	get kill(): string | undefined {
		return this.#kill;
	}

	set kill(reason: string | undefined) {
		this.#kill = reason;
		this.#attend();
	}

	/** What is to be done when it runs again, after it was released. */
	get completion(): Completion | undefined {
		return this.#completion;
	}

	set completion(completion: Completion | undefined) {
		this.#completion = completion;
		this.#attend();
	}

	/** Who debugs it. */
	get debugger(): Debugger | undefined {
		return this.#debugger;
	}

	set debugger(d: Debugger | undefined) {
		this.#debugger = d;
		this.#attend();
	}

	#attend(): void {
		if (this.at === 0) return;
		const some = this.#kill !== undefined || this.#completion !== undefined || this.#debugger !== undefined;
		this.#i32[(this.at + P_ATTEND) >>> 2] = some ? 1 : 0;
	}

	/** A register, by its place in the register file, of a thread that does not run. */
	reg(reg: number): number {
		return this.#i32[saved(this.at, reg) >>> 2] as number;
	}

	setReg(reg: number, value: number): void {
		this.#i32[saved(this.at, reg) >>> 2] = value;
	}

	/** Takes the registers of the running thread. */
	save(): void {
		this.#i32.copyWithin((this.at + P_REGS) >>> 2, R >> 2, (R >> 2) + NREGS);
	}

	/** Makes its registers those of the running thread. */
	load(): void {
		this.#i32.copyWithin(R >> 2, (this.at + P_REGS) >>> 2, ((this.at + P_REGS) >>> 2) + NREGS);
	}
}

/** Where a register is saved in the record at `at`. */
export function saved(at: number, reg: number): number {
	return at + P_REGS + reg - R;
}

/** A process group: its leader is the member whose pid is the group's id, while it lives. */
export class Group {
	readonly id: number;
	flags = 0;
	parent: Group | undefined;
	readonly children = new Set<Group>();
	/** In the order they joined. */
	readonly members = new Set<Prog>();

	constructor(id: number, parent: Group | undefined) {
		this.id = id;
		this.parent = parent;
		parent?.children.add(this);
	}

	get leader(): Prog | undefined {
		for (const p of this.members) if (p.pid === this.id) return p;
		return undefined;
	}

	/** Takes a member out. Groups left empty give their subgroups to their parents. */
	leave(p: Prog): void {
		this.members.delete(p);
		for (let g: Group | undefined = this; g !== undefined && g.members.size === 0; g = g.parent) {
			g.parent?.children.delete(g);
			for (const child of g.children) {
				child.parent = g.parent;
				g.parent?.children.add(child);
			}
			g.children.clear();
		}
	}
}
