import type { Chan, Waiter } from "./dev.ts";
import { Eintr, Enofd } from "./error.ts";

/** Flags of bind and mount. */
export const MREPL = 0;
export const MBEFORE = 1;
export const MAFTER = 2;
export const MORDER = 3;
export const MCREATE = 4;
export const MCACHE = 16;

/** A directory (or file) mounted on another. */
export interface Member {
	readonly chan: Chan;
	/** Whether files may be created in it. */
	readonly create: boolean;
	/** What bind was called with, for /prog/n/ns. */
	readonly from: string;
	readonly flags: number;
}

export interface MountPoint {
	/** The name it was mounted on. */
	readonly on: string;
	readonly members: Member[];
}

/** What tells one file of the name space from another. */
export function key(c: Chan): string {
	return `${c.dev.letter}${c.devno}.${c.qid.path}`;
}

/** A name space, shared by the threads of a group until they fork it. */
export class Pgrp {
	refs = 1;
	slash: Chan;
	dot: Chan;
	/** Names that begin with # are barred, but for a few. */
	nodevs = false;
	/** What others may do with the files of its threads in /prog. */
	progmode = 0o644;
	readonly mounts: Map<string, MountPoint>;

	constructor(slash: Chan, dot: Chan, mounts: Map<string, MountPoint> = new Map()) {
		this.slash = slash;
		this.dot = dot;
		this.mounts = mounts;
	}

	copy(): Pgrp {
		const mounts = new Map<string, MountPoint>();
		for (const [k, m] of this.mounts) mounts.set(k, { on: m.on, members: [...m.members] });
		const p = new Pgrp(this.slash, this.dot, mounts);
		p.nodevs = this.nodevs;
		p.progmode = this.progmode;
		return p;
	}
}

/** Lets go one reference to a channel; the last one closes it. */
export function cclose(c: Chan | undefined): void {
	if (c !== undefined && --c.refs === 0) {
		for (const m of c.union?.members ?? []) cclose(m);
		c.dev.close(c);
	}
}

const MAXFD = 4096;

let lastGroup = 0;

/** File descriptors, shared by the threads of a group until they fork them. */
export class Fgrp {
	readonly id = ++lastGroup;
	/** Threads and objects. */
	refs = 1;
	/** How many `ref FD` there are in the heap for descriptors here. */
	objects = 0;
	readonly fds: (Chan | undefined)[] = [];

	copy(): Fgrp {
		const f = new Fgrp();
		this.fds.forEach((c, fd) => {
			f.fds[fd] = c;
			if (c !== undefined) c.refs++;
		});
		return f;
	}

	/** Puts `c` in the lowest free place. Throws Enofd, having closed it, when there is none. */
	add(c: Chan): number {
		let fd = 0;
		while (this.fds[fd] !== undefined) fd++;
		if (fd >= MAXFD) {
			cclose(c);
			throw Enofd;
		}
		this.fds[fd] = c;
		return fd;
	}

	release(): void {
		if (--this.refs > 0) return;
		for (const c of this.fds) cclose(c);
		this.fds.length = 0;
	}
}

/** An environment variable: the contents of a file in #e. */
export interface Evalue {
	readonly path: bigint;
	vers: number;
	value: Uint8Array;
}

let lastEnvPath = 0n;

/** Environment variables, shared by the threads of a group until they fork them. */
export class Egrp {
	readonly vars = new Map<string, Evalue>();

	copy(): Egrp {
		const e = new Egrp();
		for (const [name, v] of this.vars) e.set(name, v.value.slice());
		return e;
	}

	set(name: string, value: Uint8Array): Evalue {
		const v = { path: ++lastEnvPath, vers: 0, value };
		this.vars.set(name, v);
		return v;
	}
}

/** Records of threads that have ended, for the `wait` file of the one that asks. */
export class WaitQueue {
	readonly #records: string[] = [];
	#wake: (() => void) | undefined;

	put(record: string): void {
		if (this.#records.length < 64) this.#records.push(record);
		this.#wake?.();
	}

	/** The oldest record, or undefined when there is none yet. */
	take(): string | undefined {
		return this.#records.shift();
	}

	/** Resolves when there may be a record; rejects when interrupted. */
	arrival(wait: Waiter): Promise<void> {
		return new Promise((resolve, reject) => {
			wait.onAbort(() => reject(Eintr));
			this.#wake = resolve;
		});
	}
}

/** What the kernel keeps with a thread. */
export interface Osenv {
	pid: number;
	user: string;
	errstr: string;
	pgrp: Pgrp;
	fgrp: Fgrp;
	egrp: Egrp;
	/** Where its end is reported: the queue of a thread that reads its own wait file. */
	waitq: WaitQueue | undefined;
	/** Where the ends of its children are reported. */
	childq: WaitQueue | undefined;
}

/** The environment of a new thread: it shares all with its parent. */
export function forkEnv(parent: Osenv, pid: number): Osenv {
	parent.pgrp.refs++;
	parent.fgrp.refs++;
	return { ...parent, pid, errstr: "", waitq: parent.childq, childq: undefined };
}

/** The thread has ended. */
export function closeEnv(env: Osenv): void {
	env.fgrp.release();
	env.pgrp.refs--;
}
