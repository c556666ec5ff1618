import { type Debugger, depth } from "../libinterp/debug.ts";
import { R_FP } from "../libinterp/layout.ts";
import type { Module } from "../libinterp/module.ts";
import type { Prog } from "../libinterp/prog.ts";
import type { Vm } from "../libinterp/vm.ts";
import { parseCommand } from "./cmd.ts";
import type { Awaitable, Waiter } from "./dev.ts";
import { Ebadctl, Eintr, KernelError } from "./error.ts";
import { WaitQueue } from "./pgrp.ts";

interface Breakpoint {
	readonly path: string;
	readonly pc: number;
}

/** Messages but for `step`, and how many words they have. */
const commands = { toret: 1, cont: 1, start: 1, stop: 1, unstop: 1, maim: 1, bpt: 4 };

/** Steps: as many as there are. */
const everything = Number.POSITIVE_INFINITY;
/** Depths: any return ends the steps, or none does. */
const anyDepth = Number.POSITIVE_INFINITY;
const noDepth = -1;

/** An open dbgctl file. Writes that make the thread run wait until it is parked again; reads give what happens to it. */
export class ProgDebug implements Debugger {
	readonly #vm: Vm;
	readonly #breakpoints: Breakpoint[] = [];
	readonly events = new WaitQueue();
	/** The writer who waits until the thread is parked. */
	#writer: { done(): void; failed(e: unknown): void } | undefined;
	steps = 0;
	depth = noDepth;
	stop = false;
	/** The thread ran by itself when it was stopped. */
	#halted = false;

	constructor(vm: Vm) {
		this.#vm = vm;
	}

	breakpoint(m: Module, pc: number): boolean {
		return this.#breakpoints.some(
			(b) => b.pc === pc && (b.path === m.path || b.path.slice(b.path.lastIndexOf("/") + 1) === m.path),
		);
	}

	event(text: string): void {
		this.events.put(text);
	}

	parked(why: string): void {
		const writer = this.#writer;
		this.#writer = undefined;
		if (why === "") writer?.done();
		else writer?.failed(new KernelError(`child: ${why}`));
	}

	ended(reason: string, broken: boolean): void {
		const news = broken ? `broken: ${reason}` : "exited";
		this.parked(news);
		this.event(news);
	}

	/** Carries out a command for thread `p`, which the running thread `self` gave. Throws, or rejects with, KernelError. */
	control(p: Prog, self: Prog, command: string, wait: Waiter): Awaitable<void> {
		const step = /^step *(\d*)$/.exec(command);
		if (step !== null) return this.#go(p, self, Number(step[1]), anyDepth, wait);
		const words = parseCommand(command, commands);
		switch (words[0]) {
			case "bpt":
				return this.#breakpointed(words);
			case "toret": {
				const { arena } = this.#vm.heap;
				return this.#go(p, self, everything, depth(arena.i32, this.#vm.sched.reg(p, R_FP)) - 1, wait);
			}
			case "cont":
				return this.#go(p, self, everything, noDepth, wait);
			case "start":
				return this.#start(p);
			case "stop":
				this.stop = true;
				if (p.debugger === undefined && p !== self && p.state !== "broken") {
					p.debugger = this;
					this.#halted = true;
				}
				return;
			case "unstop":
				this.stop = false;
				if (this.#halted) this.#start(p);
				return;
			case "maim":
				p.kill ??= "maim";
				return;
		}
	}

	#breakpointed([, verb, path, at]: string[]): void {
		if (path === undefined || at === undefined || !/^\d+$/.test(at)) throw Ebadctl;
		const pc = Number(at);
		if (verb === "set") this.#breakpoints.push({ path, pc });
		else if (verb === "del") {
			const i = this.#breakpoints.findIndex((b) => b.pc === pc && b.path === path);
			if (i >= 0) this.#breakpoints.splice(i, 1);
		} else throw Ebadctl;
	}

	/** Lets the thread run some steps, or until it has returned to `to` frames, and waits for it. */
	#go(p: Prog, self: Prog, steps: number, to: number, wait: Waiter): Promise<void> {
		if (p === self) throw new KernelError("cannot step yourself");
		if (p.state === "broken") throw new KernelError("prog broken");
		if (this.#writer !== undefined || (p.debugger !== undefined && p.debugger !== this))
			throw new KernelError("prog already debugged");
		this.steps = steps;
		this.depth = to;
		this.#halted = false;
		p.debugger = this;
		if (p.state === "debug") this.#vm.sched.ready(p);
		return new Promise((done, failed) => {
			this.#writer = { done, failed };
			wait.onAbort(() => {
				this.release(p);
				this.#writer = undefined;
				failed(Eintr);
			});
		});
	}

	/** The thread runs on by itself, whoever debugs it. */
	#start(p: Prog): void {
		const d = p.debugger as ProgDebug | undefined;
		if (d !== undefined && d.#writer !== undefined) throw new KernelError("prog debugged");
		d?.release(p);
		if (p.state === "debug") this.#vm.sched.ready(p);
	}

	/** The debugger goes away: a thread that runs does so by itself; one that is parked stays so, for the next debugger. */
	release(p: Prog | undefined): void {
		if (p?.debugger !== this) return;
		p.debugger = undefined;
		p.blocked = false;
		this.#halted = false;
	}
}
