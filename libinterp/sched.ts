import type { Chans } from "./chan.ts";
import { Exit, Fault } from "./fault.ts";
import type { Frames } from "./frame.ts";
import type { Heap } from "./heap.ts";
import {
	H,
	M_MP,
	NREGS,
	P_ALTS,
	P_LINK,
	P_PID,
	P_SIZE,
	P_STATE,
	R,
	R_M,
	R_MP,
	R_PROG,
	R_STOP,
	RUN_HEAD,
	RUN_TAIL,
	STOP_BLOCKED,
} from "./layout.ts";
import type { Completion, State } from "./prog.ts";
import { Group, Pkilled, Pnotifyleader, Pprivatemem, Ppropagate, Prestrict, Prestricted, Prog, READY } from "./prog.ts";

/** What the scheduler asks of the emulator around it. */
export interface World {
	/** The environment of a new thread, made from its parent's. */
	fork(parent: Prog | undefined, child: Prog): unknown;
	/** A thread has ended, or is broken; `reason` is "" for a plain exit. */
	ended(p: Prog, module: string, reason: string, broken: boolean): void;
	/** Something became ready while the loop slept. */
	wake(): void;
}

/**
 * The threads: made, queued, released, killed. The run queue is in the arena, so that a back end can go on with the next thread when one
 * waits.
 */
export class Sched {
	readonly #heap: Heap;
	readonly #frames: Frames;
	readonly #i32: Int32Array;
	readonly #progs = new Map<number, Prog>();
	#lastPid = 0;
	/** The thread that was found to be the running one last. */
	#found: Prog | undefined;
	#broken = 0;
	/** Threads that wait for the outside. Without any, and none ready, nothing will ever happen again. */
	outside = 0;
	/** The exception that stopped the running thread, when R_STOP is STOP_RAISED. */
	raised = "";
	chans!: Chans;
	world!: World;
	/** The name of the module that `p` is in, for messages. */
	moduleName: (p: Prog) => string = () => "";

	constructor(heap: Heap, frames: Frames) {
		this.#heap = heap;
		this.#frames = frames;
		this.#i32 = heap.arena.i32;
	}

	/** The running thread. Only while one runs. */
	get current(): Prog {
		const at = this.#i32[R_PROG >> 2] as number;
		if (this.#found?.at !== at || at === 0) this.#found = this.of(at);
		return this.#found as Prog;
	}

	/** The thread that has its record at `at`; none has it at 0. */
	of(at: number): Prog | undefined {
		return at === 0 ? undefined : this.#progs.get(this.#i32[(at + P_PID) >>> 2] as number);
	}

	#running(p: Prog): boolean {
		return this.#i32[R_PROG >> 2] === p.at;
	}

	/** The pid given last. */
	get lastPid(): number {
		return this.#lastPid;
	}

	get progs(): ReadonlyMap<number, Prog> {
		return this.#progs;
	}

	/** Whether any thread can ever run again. */
	get alive(): boolean {
		return this.#progs.size > this.#broken;
	}

	get idle(): boolean {
		return this.#i32[RUN_HEAD >> 2] === 0;
	}

	/** A new thread in module link `ml`, which is counted, ready but without a stack. */
	fork(parent: Prog | undefined, ml: number): Prog {
		if (parent !== undefined) {
			if (parent.kill !== undefined) throw new Fault(parent.kill);
			if ((parent.flags & Pkilled) !== 0 || (parent.group.flags & Pkilled) !== 0) throw new Exit();
		}
		const p = new Prog(this.#lastPid + 1, parent?.group, this.#i32, this.#heap.block(P_SIZE));
		this.#lastPid++;
		if (parent !== undefined) p.flags = parent.flags | ((parent.flags & Prestrict) !== 0 ? Prestricted : 0);
		p.env = this.world.fork(parent, p);
		this.#heap.retain(ml);
		p.setReg(R_M, ml);
		p.setReg(R_MP, this.#i32[(ml + M_MP) >>> 2] as number);
		this.#progs.set(p.pid, p);
		return p;
	}

	/** Puts a thread at the end of the run queue. */
	ready(p: Prog): void {
		this.queue(p.at);
	}

	/** Puts the thread with its record at `at` there. */
	queue(at: number): void {
		const i32 = this.#i32;
		const tail = i32[RUN_TAIL >> 2] as number;
		i32[(at + P_STATE) >>> 2] = READY;
		i32[(at + P_LINK) >>> 2] = 0;
		i32[(tail === 0 ? RUN_HEAD : tail + P_LINK) >>> 2] = at;
		i32[RUN_TAIL >> 2] = at;
		if (tail === 0) this.world.wake();
	}

	/** The running thread goes on when somebody makes it ready. */
	block(state: State): Prog {
		const p = this.current;
		p.state = state;
		return p;
	}

	/**
	 * Releases the running thread while it waits for the outside; when the promise settles it runs again, beginning with the
	 * completion. A rejection with a Fault is raised there. `cancel` ends the wait early for a kill.
	 */
	release(work: Promise<Completion>, cancel: (() => void) | undefined): void {
		const p = this.block("release");
		p.cancel = cancel;
		this.#i32[R_STOP >> 2] = STOP_BLOCKED;
		this.outside++;
		const done = (completion: Completion) => {
			this.outside--;
			p.cancel = undefined;
			if (p.state === "exiting") {
				this.#end(p, p.kill ?? "");
				return;
			}
			p.completion = completion;
			this.ready(p);
		};
		work.then(done, (e) =>
			done(() => {
				throw e;
			}),
		);
	}

	/** Takes a ready thread off the run queue, for a debugger. */
	park(p: Prog): void {
		if (p.state !== "ready") return;
		if (!this.#running(p)) this.#unqueue(p);
		p.state = "debug";
	}

	/** The next thread to run, taken off the queue with its registers loaded, or undefined. */
	next(): Prog | undefined {
		const i32 = this.#i32;
		const p = this.of(i32[RUN_HEAD >> 2] as number);
		if (p === undefined) return undefined;
		const next = i32[(p.at + P_LINK) >>> 2] as number;
		i32[RUN_HEAD >> 2] = next;
		if (next === 0) i32[RUN_TAIL >> 2] = 0;
		i32[R_PROG >> 2] = p.at;
		p.load();
		return p;
	}

	/** The running thread stops: its registers are stored, and it is queued again if it is still ready. */
	pause(): void {
		const p = this.current;
		this.#frames.trim();
		this.#i32[R_PROG >> 2] = 0;
		if (p.state === "exiting") this.#forget(p);
		else p.save();
		if (p.state === "ready") this.ready(p);
	}

	/** The running thread ends. A broken one keeps its stack, for those who want to look at it. */
	exit(p: Prog, reason: string, broken: boolean): void {
		this.#found = p;
		this.propagate(p, reason);
		const module = this.moduleName(p);
		if (broken) {
			p.state = "broken";
			this.#broken++;
		} else {
			p.state = "exiting";
			this.#frames.unwind(0);
			this.#gone(p);
		}
		this.#tell(p, reason, broken);
		this.world.ended(p, module, reason, broken);
	}

	#tell(p: Prog, reason: string, broken: boolean): void {
		const d = p.debugger;
		p.debugger = undefined;
		d?.ended(reason, broken);
	}

	#gone(p: Prog): void {
		p.group.leave(p);
		this.#progs.delete(p.pid);
	}

	/** Gives back the record of a thread that is gone and does not run. */
	#forget(p: Prog): void {
		const { pool } = this.#heap;
		const alts = this.#i32[(p.at + P_ALTS) >>> 2] as number;
		if (alts !== 0) pool.free(alts);
		pool.free(p.at);
		p.at = 0;
	}

	/** Ends a thread that does not run. */
	#end(p: Prog, reason: string): void {
		const module = this.moduleName(p);
		const i32 = this.#i32;
		const saved = i32.slice(R >> 2, (R >> 2) + NREGS);
		p.load();
		p.state = "exiting";
		this.#frames.unwind(0);
		i32.set(saved, R >> 2);
		this.#heap.release(p.exval);
		p.exval = H;
		this.#gone(p);
		this.#tell(p, reason, false);
		this.#forget(p);
		this.world.ended(p, module, reason, false);
	}

	#unqueue(p: Prog): void {
		const i32 = this.#i32;
		let before = 0;
		let at = i32[RUN_HEAD >> 2] as number;
		while (at !== 0 && at !== p.at) {
			before = at;
			at = i32[(at + P_LINK) >>> 2] as number;
		}
		if (at === 0) return;
		i32[(before === 0 ? RUN_HEAD : before + P_LINK) >>> 2] = i32[(at + P_LINK) >>> 2] as number;
		if (i32[RUN_TAIL >> 2] === at) i32[RUN_TAIL >> 2] = before;
	}

	/** Kills thread `p` for `cause`. The running thread, and one that waits for the outside, end a little later. */
	kill(p: Prog, cause: string): void {
		if (p.state === "exiting") return;
		if (this.#running(p)) {
			p.kill = "";
			p.flags |= Pkilled;
			this.#i32[R_STOP >> 2] = STOP_BLOCKED;
			return;
		}
		switch (p.state) {
			case "release":
				p.kill = cause;
				p.flags |= Pkilled;
				p.state = "exiting";
				p.cancel?.();
				return;
			case "ready":
				this.#unqueue(p);
				break;
			case "broken":
				this.#broken--;
				break;
			default:
				this.chans.forget(p.at);
		}
		this.propagate(p, "killed");
		this.#end(p, cause);
	}

	killGroup(g: Group, cause: string): void {
		g.flags |= Pkilled;
		for (const p of [...g.members]) if (!this.#running(p)) this.kill(p, cause);
		g.flags &= ~Pkilled;
	}

	/** Raises an exception in thread `p`, wherever it is. Returns whether it can be. */
	raiseIn(p: Prog, reason: string): boolean {
		switch (p.state) {
			case "exiting":
			case "broken":
			case "debug":
				return false;
			case "ready":
				break;
			case "release":
				p.kill ??= reason;
				p.cancel?.();
				return true;
			default:
				this.chans.forget(p.at);
				this.ready(p);
		}
		p.kill ??= reason;
		return true;
	}

	/** Tells the group of a thread that ends with an exception, as its leader's flags want. */
	propagate(p: Prog, reason: string): void {
		const both = Ppropagate | Pnotifyleader;
		if ((p.flags & both) === 0) return;
		if (reason === "") {
			if ((p.flags & Pkilled) === 0) return;
			reason = "killed";
		}
		const leader = p.group.leader ?? p;
		if ((leader.flags & both) === 0) return;
		for (const f of [...p.group.members]) {
			if (f === p || f === leader) continue;
			if ((leader.flags & Ppropagate) !== 0) this.raiseIn(f, reason);
			else {
				f.flags &= ~both;
				this.kill(f, "killed");
			}
		}
		if (p !== leader) this.raiseIn(leader, reason);
	}

	/** Makes `p` the leader of a new group, below the one it was in. */
	newGroup(p: Prog): void {
		if (p.group.id === p.pid) return;
		p.flags &= ~(Ppropagate | Pnotifyleader);
		const parent = p.group;
		const g = new Group(p.pid, parent);
		g.flags = parent.flags & Pprivatemem;
		g.members.add(p);
		p.group = g;
		parent.leave(p);
	}

	/** Register of a thread, running or not. */
	reg(p: Prog, reg: number): number {
		return this.#running(p) ? (this.#i32[reg >> 2] as number) : p.reg(reg);
	}
}
