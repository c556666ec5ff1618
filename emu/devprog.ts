import { Fault } from "../libinterp/fault.ts";
import { REGFRAME, REGLINK, REGMOD } from "../libinterp/isa.ts";
import { H, M_MP, R_FP, R_M, R_PC } from "../libinterp/layout.ts";
import { Pnotifyleader, Ppropagate, type Prog } from "../libinterp/prog.ts";
import type { Vm } from "../libinterp/vm.ts";
import {
	type Awaitable,
	Chan,
	Dev,
	type Dir,
	DMDIR,
	ORDWR,
	OREAD,
	OWRITE,
	QTDIR,
	readText,
	startTime,
	type Waiter,
} from "./dev.ts";
import { Ebadctl, Enonexist, Eperm, Ethread } from "./error.ts";
import { type Osenv, type Pgrp, WaitQueue } from "./pgrp.ts";

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
			const pid = /^\d+$/.test(name) ? Number(name) : -1;
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
		return this.#dir(row?.[0] ?? "", c.qid, row?.[1] ?? 0, user, 0);
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
		const name = this.#file(c);
		const access = mode & 3;
		if (name === "ctl" ? access !== OWRITE : name === "wait" ? access !== OREAD : name === "text") throw Eperm;
		if (name === "wait") {
			const queue = new WaitQueue();
			(p.env as Osenv).childq = queue;
			c.aux = queue;
		}
		if (name === "dbgctl" || (name === "heap" && access !== OREAD && access !== ORDWR)) throw Eperm;
		return super.open(c, mode);
	}

	override close(c: Chan): void {
		if (!(c.aux instanceof WaitQueue)) return;
		for (const p of this.#vm().sched.progs.values()) {
			const env = p.env as Osenv;
			if (env.childq === c.aux) env.childq = undefined;
			if (env.waitq === c.aux) env.waitq = undefined;
		}
	}

	override read(c: Chan, n: number, offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		if (c.aux instanceof WaitQueue) return this.#wait(c.aux, n, wait);
		const text = this.#text(this.#prog(c), this.#file(c));
		return readText(text, n, offset);
	}

	#wait(queue: WaitQueue, n: number, wait: Waiter): Awaitable<Uint8Array> {
		const record = queue.take();
		if (record !== undefined) return utf8.encode(record).subarray(0, n);
		let ended = () => {};
		const arrival = queue.arrival({
			onAbort: (undo) => {
				wait.onAbort(undo);
				ended = this.#interruptible(undo);
			},
		});
		return arrival.finally(() => ended()).then(() => this.#wait(queue, n, wait));
	}

	#text(p: Prog, name: string): string {
		const env = p.env as Osenv;
		switch (name) {
			case "status":
				return this.#status(p, env);
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
				return this.#stack(p);
			default:
				throw Eperm;
		}
	}

	#status(p: Prog, env: Osenv): string {
		const { sched, modules, heap } = this.#vm();
		const seconds = p.ticks / 1000;
		const time = `${Math.floor(seconds / 60)}:${String(Math.floor(seconds) % 60).padStart(2, "0")}.${Math.floor(seconds * 10) % 10}`;
		const ml = sched.reg(p, R_M);
		const name = ml === H || ml === 0 ? "nil" : modules.of(ml).name;
		const size = Math.ceil(
			(ml === H || ml === 0
				? 0
				: heap.pool.room(
						(heap.arena.i32[(ml + M_MP) >>> 2] as number) === H ? ml : (heap.arena.i32[(ml + M_MP) >>> 2] as number),
					)) / 1024,
		);
		const columns = [
			String(p.pid).padStart(8),
			String(p.group.id).padStart(8),
			env.user.padStart(10),
			time,
			p.state.padStart(10),
		];
		return `${columns.join(" ")} ${String(size).padStart(5)}K ${name}`;
	}

	/** A line a frame, innermost first: frame, pc, module data, module, whether compiled, path. */
	#stack(p: Prog): string {
		const vm = this.#vm();
		const { i32 } = vm.heap.arena;
		let out = "";
		let ml = vm.sched.reg(p, R_M);
		let fp = vm.sched.reg(p, R_FP);
		let pc = vm.sched.reg(p, R_PC);
		if (p.state !== "ready" && p.state !== "broken" && pc > 0) pc--;
		const hex = (v: number) => (v >>> 0).toString(16).padStart(8, "0");
		while (fp !== 0 && ml !== H && ml !== 0) {
			const m = vm.modules.of(ml);
			out += `${hex(fp)} ${hex(pc)} ${hex(i32[(ml + M_MP) >>> 2] as number)} ${hex(m.id)} 0 ${m.path}\n`;
			pc = (i32[(fp + REGLINK) >>> 2] as number) - 1;
			const caller = i32[(fp + REGMOD) >>> 2] as number;
			fp = i32[(fp + REGFRAME) >>> 2] as number;
			if (caller !== 0) ml = caller;
		}
		return out;
	}

	override write(c: Chan, bytes: Uint8Array, _offset: bigint, _wait: Waiter): number {
		if (this.#file(c) !== "ctl") throw Eperm;
		this.#control(this.#prog(c), decoder.decode(bytes).trim());
		return bytes.length;
	}

	#control(p: Prog, command: string): void {
		const { sched } = this.#vm();
		const [verb, ...rest] = command.split(/\s+/);
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
				if (flag === 0) throw Ebadctl;
				p.flags = (p.flags & ~(Ppropagate | Pnotifyleader)) | flag;
				break;
			}
			case "restricted":
			case "private":
				break;
			default:
				throw Ebadctl;
		}
	}
}

const ids = new WeakMap<Pgrp, number>();
let lastId = 0;

/** A number for a name space. */
function nsId(p: Pgrp): number {
	const id = ids.get(p) ?? ++lastId;
	ids.set(p, id);
	return id;
}

const access = ["r ", "w ", "rw"];

/** The working directory, then a line a descriptor. */
function fds(env: Osenv): string {
	let out = `${env.pgrp.dot.name}\n`;
	env.fgrp.fds.forEach((c, fd) => {
		if (c === undefined) return;
		const qid = `${c.qid.path.toString(16).padStart(16, "0")} ${String(c.qid.vers).padStart(1)} ${c.qid.type.toString(16).padStart(2, "0")}`;
		out += `${String(fd).padStart(3)} ${access[c.mode] ?? "r "} ${c.dev.letter} ${String(c.devno).padStart(4)} (${qid}) ${"0".padStart(5)} ${String(c.offset).padStart(8)} ${c.name}\n`;
	});
	return out;
}

/** The name space as a script of binds. */
function ns(env: Osenv): string {
	let out = "";
	for (const mount of env.pgrp.mounts.values())
		for (const [k, m] of mount.members.entries()) {
			if (k === 0 && mount.members.length > 1 && m.from === mount.on) continue;
			const order = ["", "-b", "-a"][m.flags & 3] ?? "";
			const create = m.create && (m.flags & 4) !== 0 ? (order === "" ? "-c" : `${order}c`) : order;
			out += `bind ${create === "" ? "" : `${create} `}${m.from} ${mount.on}\n`;
		}
	return `${out}cd ${env.pgrp.dot.name}\n`;
}
