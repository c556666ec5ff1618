import { Fault } from "../libinterp/fault.ts";
import { Pnotifyleader, Pprivatemem, Ppropagate, Prestrict, type Prog } from "../libinterp/prog.ts";
import type { Vm } from "../libinterp/vm.ts";
import { parseCommand } from "./cmd.ts";
import {
	type Awaitable,
	Chan,
	Dev,
	type Dir,
	DMDIR,
	ORDWR,
	OWRITE,
	QTDIR,
	readText,
	startTime,
	then,
	type Waiter,
} from "./dev.ts";
import { Ebadctl, Enonexist, Eperm, Ethread } from "./error.ts";
import { type Osenv, WaitQueue } from "./pgrp.ts";
import { ProgDebug } from "./progdebug.ts";
import { type HeapQuery, ProgHeap, parseQuery } from "./progheap.ts";
import { fds, ns, nsId, stack, status } from "./progstatus.ts";

/** Files of each thread's directory. */
const files = [
	["ctl", 0o200],
	["dbgctl", 0o600],
	["exception", 0o400],
	["fd", 0o400],
	["heap", 0o600],
	["ns", 0o400],
	["nsgrp", 0o444],
	["pgrp", 0o444],
	["stack", 0o400],
	["status", 0o444],
	["text", 0],
	["wait", 0o400],
] as const;

/** Messages to ctl, and how many words they have. */
const commands = { kill: 1, killgrp: 1, restricted: 1, exceptions: 2, private: 1, exception: 0 };

const utf8 = new TextEncoder();
const decoder = new TextDecoder();

/** #p: the threads, a directory each. Source of the formats: prog(3). */
export class DevProg extends Dev {
	readonly letter = "p";
	readonly name = "prog";
	readonly #vm: () => Vm;
	/** What is to be told when somebody who waits for a thread is interrupted from the terminal. */
	readonly #interruptible: (undo: () => void) => () => void;

	constructor(vm: () => Vm, interruptible: (undo: () => void) => () => void) {
		super();
		this.#vm = vm;
		this.#interruptible = interruptible;
	}

	attach(_spec: string): Chan {
		return new Chan(this, { path: 0n, vers: 0, type: QTDIR });
	}

	/** Paths: a thread's directory is pid<<8, file k of it pid<<8 | k+1. */
	walk(c: Chan, name: string): Chan {
		if (name === "..") return this.attach("");
		if (c.qid.path === 0n) {
			const pid = /^[1-9]\d*$/.test(name) ? Number(name) : -1;
			if (!this.#vm().sched.progs.has(pid)) throw Enonexist;
			return new Chan(this, { path: BigInt(pid) << 8n, vers: pid, type: QTDIR });
		}
		const k = c.isDir ? files.findIndex(([n]) => n === name) : -1;
		if (k < 0) throw Enonexist;
		return new Chan(this, { path: c.qid.path | BigInt(k + 1), vers: c.qid.vers, type: 0 });
	}

	#prog(c: Chan): Prog {
		const p = this.#vm().sched.progs.get(Number(c.qid.path >> 8n));
		if (p === undefined) throw Ethread;
		return p;
	}

	#file(c: Chan): string {
		return files[Number(c.qid.path & 0xffn) - 1]?.[0] ?? "";
	}

	stat(c: Chan): Dir {
		if (c.qid.path === 0n) return this.#dir("#p", c.qid, 0o555, "inferno", QTDIR);
		const p = this.#prog(c);
		const user = (p.env as Osenv).user;
		if (c.isDir) return this.#dir(String(p.pid), c.qid, 0o555, user, QTDIR);
		const row = files[Number(c.qid.path & 0xffn) - 1];
		return this.#dir(row?.[0] ?? "", c.qid, this.#perm(p, row?.[1] ?? 0), user, 0);
	}

	/** What only the owner may do, others may as far as the thread's name space says. */
	#perm(p: Prog, perm: number): number {
		if ((perm & 0o007) !== 0) return perm;
		return (perm | (perm >> 3) | (perm >> 6)) & (p.env as Osenv).pgrp.progmode;
	}

	override wstat(c: Chan, d: Dir): void {
		if (c.isDir) throw Eperm;
		const { pgrp } = this.#prog(c).env as Osenv;
		if (d.mode !== 0xffffffff) pgrp.progmode = d.mode & 0o777;
	}

	#dir(name: string, qid: Chan["qid"], perm: number, user: string, type: number): Dir {
		return {
			name,
			uid: user,
			gid: user,
			muid: user,
			qid,
			mode: (perm | (type === QTDIR ? DMDIR : 0)) >>> 0,
			atime: startTime,
			mtime: startTime,
			length: 0n,
			dtype: "p".codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (c.offset > 0n) return [];
		c.offset = 1n;
		if (c.qid.path === 0n) return [...this.#vm().sched.progs.keys()].map((pid) => this.stat(this.walk(c, String(pid))));
		return files.map(([name]) => this.stat(this.walk(c, name)));
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		if (c.isDir) return super.open(c, mode);
		const p = this.#prog(c);
		const row = files[Number(c.qid.path & 0xffn) - 1];
		const name = row?.[0];
		const access = mode & 3;
		const allowed = this.#perm(p, row?.[1] ?? 0) >> 6;
		const wanted = access === ORDWR ? 6 : access === OWRITE ? 2 : 4;
		if ((allowed & wanted) !== wanted) throw Eperm;
		switch (name) {
			case "wait": {
				const queue = new WaitQueue();
				(p.env as Osenv).childq = queue;
				c.aux = queue;
				break;
			}
			case "dbgctl":
			case "heap":
				if (access !== ORDWR || (p.group.flags & Pprivatemem) !== 0) throw Eperm;
				if (name === "dbgctl") c.aux = new ProgDebug(this.#vm());
				break;
		}
		return super.open(c, mode);
	}

	override close(c: Chan): void {
		if (c.mode < 0) return;
		const { progs } = this.#vm().sched;
		if (c.aux instanceof ProgDebug) c.aux.release(progs.get(Number(c.qid.path >> 8n)));
		if (!(c.aux instanceof WaitQueue)) return;
		for (const p of progs.values()) {
			const env = p.env as Osenv;
			if (env.childq === c.aux) env.childq = undefined;
			if (env.waitq === c.aux) env.waitq = undefined;
		}
	}

	override read(c: Chan, n: number, offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		if (c.aux instanceof WaitQueue) return this.#wait(c.aux, n, wait, true);
		if (c.aux instanceof ProgDebug) return this.#wait(c.aux.events, n, wait, false);
		const p = this.#prog(c);
		if (this.#file(c) === "heap") {
			if (c.aux === undefined) throw Ebadctl;
			return readText(new ProgHeap(this.#vm()).answer(c.aux as HeapQuery, Number(offset) + n), n, offset);
		}
		const text = this.#text(p, this.#file(c));
		// A read of a name space gives a line: its readers take what they get for one.
		const end = this.#file(c) === "ns" ? text.indexOf("\n", Number(offset)) + 1 : 0;
		return readText(end > 0 ? text.slice(0, end) : text, n, offset);
	}

	/** A record, once there is one. */
	#wait(queue: WaitQueue, n: number, wait: Waiter, interruptible: boolean): Awaitable<Uint8Array> {
		const record = queue.take();
		if (record !== undefined) return utf8.encode(record).subarray(0, n);
		let ended = () => {};
		const arrival = queue.arrival({
			onAbort: (undo) => {
				wait.onAbort(undo);
				if (interruptible) ended = this.#interruptible(undo);
			},
		});
		return arrival.finally(() => ended()).then(() => this.#wait(queue, n, wait, interruptible));
	}

	#text(p: Prog, name: string): string {
		const env = p.env as Osenv;
		switch (name) {
			case "status":
				return status(this.#vm(), p);
			case "exception":
				return p.exstr;
			case "pgrp":
				return String(p.group.id);
			case "nsgrp":
				return String(nsId(env.pgrp));
			case "fd":
				return fds(env);
			case "ns":
				return ns(env);
			case "stack":
				return stack(this.#vm(), p);
			default:
				throw Eperm;
		}
	}

	override write(c: Chan, bytes: Uint8Array, _offset: bigint, wait: Waiter): Awaitable<number> {
		const p = this.#prog(c);
		const text = decoder.decode(bytes).trim();
		switch (this.#file(c)) {
			case "ctl":
				this.#control(p, text);
				break;
			case "dbgctl":
				return then((c.aux as ProgDebug).control(p, this.#vm().sched.current, text, wait), () => bytes.length);
			case "heap":
				c.aux = parseQuery(text);
				break;
			default:
				throw Eperm;
		}
		return bytes.length;
	}

	#control(p: Prog, command: string): void {
		const { sched } = this.#vm();
		const [verb, ...rest] = parseCommand(command, commands);
		switch (verb) {
			case "kill":
				sched.kill(p, "killed");
				break;
			case "killgrp":
				sched.killGroup(p.group, "killed");
				break;
			case "exception": {
				const reason = command.slice("exception".length).trim();
				if (reason === "") throw Ebadctl;
				if (p === sched.current) throw new Fault(reason);
				if (!sched.raiseIn(p, reason)) throw Ebadctl;
				break;
			}
			case "exceptions": {
				const flag = rest[0] === "propagate" ? Ppropagate : rest[0] === "notifyleader" ? Pnotifyleader : 0;
				if (p.group.id !== p.pid) throw Eperm;
				if (flag === 0) throw Ebadctl;
				p.flags = (p.flags & ~(Ppropagate | Pnotifyleader)) | flag;
				break;
			}
			case "restricted":
				p.flags |= Prestrict;
				break;
			case "private":
				p.group.flags |= Pprivatemem;
				break;
		}
	}
}
