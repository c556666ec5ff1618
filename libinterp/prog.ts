import type { Waiter } from "./chan.ts";
import type { Debugger } from "./debug.ts";
import { H, NREGS } from "./layout.ts";

/** What a thread is doing; the names are those /prog shows. */
export type State = "alt" | "send" | "recv" | "debug" | "ready" | "release" | "exiting" | "broken";

// Flags of threads and groups.
export const Ppropagate = 1 << 0; // exceptions go to the whole group
export const Pnotifyleader = 1 << 1; // exceptions go to the leader of the group
export const Prestrict = 1 << 2;
export const Prestricted = 1 << 3;
export const Pkilled = 1 << 4;
export const Pprivatemem = 1 << 5;

/** Finishes on the thread what a builtin function waited for: stores results, or throws a Fault. */
export type Completion = () => void;

/** A thread. Its registers are here while it does not run, in the arena while it does. */
export class Prog {
	readonly pid: number;
	/** The registers from R_PC on, NREGS of them. */
	readonly regs = new Int32Array(NREGS);
	state: State = "ready";
	/** The exception that it is to raise when it runs next. "" ends it. */
	kill: string | undefined = undefined;
	flags = 0;
	group: Group;
	/** The value of a `raise` on its way to the handler, or H. */
	exval = H;
	/** The last exception handled: pc, module, text, as /prog/n/exception gives it. */
	exstr = "";
	/** What the emulator keeps with it: namespace, files, user. */
	env: unknown = undefined;
	/** With which it waits to send or receive, from the first time on; and in an alt: the first `inAlt` do. */
	waiter: Waiter | undefined = undefined;
	readonly alts: Waiter[] = [];
	inAlt = 0;
	/** Where alt stores the index of the choice. */
	altTo = 0;
	/** What is to be done when it runs again, after it was released. */
	completion: Completion | undefined = undefined;
	/** Ends early what it waits for while released. */
	cancel: (() => void) | undefined = undefined;
	/** Who debugs it. */
	debugger: Debugger | undefined = undefined;
	/** Its debugger has been told that it waits on a channel. */
	blocked = false;
	/** Next in the run queue. */
	link: Prog | undefined = undefined;
	/** Milliseconds it has run. */
	ticks = 0;

	constructor(pid: number, group: Group | undefined) {
		this.pid = pid;
		this.group = group ?? new Group(pid, undefined);
		this.group.members.add(this);
	}
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
