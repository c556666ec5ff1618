import { Ebadusefd, Enocreate, Enonexist, Enotdir, Eperm } from "./error.ts";

/** A result that may be there at once. What is there at once must not cost a turn of the event loop. */
export type Awaitable<T> = T | Promise<T>;

/** Applies `f` to a result when it is there. */
export function then<T, U>(x: Awaitable<T>, f: (x: T) => Awaitable<U>): Awaitable<U> {
	return x instanceof Promise ? x.then(f) : f(x);
}

/** Ends a wait early: `abort` is called when the thread that waits is killed or interrupted. One a call. */
export interface Waiter {
	/** Registers what undoes the wait; called at most once, and not after the wait has ended. */
	onAbort(undo: () => void): void;
}

export interface Qid {
	readonly path: bigint;
	readonly vers: number;
	/** QTDIR and the like. */
	readonly type: number;
}

export const QTDIR = 0x80;
export const QTAPPEND = 0x40;
export const QTEXCL = 0x20;
export const QTFILE = 0;
export const DMDIR = 0x80000000;
export const DMAPPEND = 0x40000000;
export const DMEXCL = 0x20000000;

export const OREAD = 0;
export const OWRITE = 1;
export const ORDWR = 2;
export const OEXEC = 3;
export const OTRUNC = 16;
/** Not for programs started by this one; there are none. */
export const OCEXEC = 32;
export const ORCLOSE = 64;
/** Of create: only if there is no such file. */
export const OEXCL = 0x1000;

/** Sys->Dir. In a wstat, strings that are "" and numbers that are all ones (-1) leave things as they are. */
export interface Dir {
	name: string;
	uid: string;
	gid: string;
	muid: string;
	qid: Qid;
	/** Unsigned. */
	mode: number;
	/** Seconds. */
	atime: number;
	mtime: number;
	length: bigint;
	/** Letter of the device, as a code point. */
	dtype: number;
	dev: number;
}

/** A file in some device: walked to, and perhaps open. A device may keep what it wants in `aux`. */
export class Chan {
	readonly dev: Dev;
	/** Which instance of the device. */
	devno = 0;
	qid: Qid;
	/** Name by which it was reached, cleaned: what fd2path tells. */
	name = "";
	/** -1 until open, then OREAD, OWRITE or ORDWR. */
	mode = -1;
	orclose = false;
	offset = 0n;
	refs = 1;
	aux: unknown = undefined;
	/** Of an open directory: what remains of the answer being handed out in pieces. */
	rest: Dir[] | undefined = undefined;
	/** Index in a union of the member now being read, with the members' channels. */
	union: { readonly members: readonly Chan[]; next: number; open: Chan | undefined } | undefined = undefined;

	constructor(dev: Dev, qid: Qid) {
		this.dev = dev;
		this.qid = qid;
	}

	get isDir(): boolean {
		return (this.qid.type & QTDIR) !== 0;
	}
}

/**
 * A device: a tree of files. The methods here are what most devices want; a device overrides the rest. All throw KernelError
 * (error.ts), or reject with one. A channel passed in is never changed unless the comment says so.
 */
export abstract class Dev {
	/** The letter after # that names it. */
	abstract readonly letter: string;
	/** As /dev/drivers lists it. */
	abstract readonly name: string;

	/** The root of the tree, for what follows the letter in `#Xspec`. */
	abstract attach(spec: string): Awaitable<Chan>;

	/** A new channel for `name` in directory `c` (".." included, which at the root is the root). Throws Enonexist. */
	abstract walk(c: Chan, name: string): Awaitable<Chan>;

	/** Another channel, not open, for the file that `c` is. */
	clone(c: Chan): Chan {
		const n = new Chan(this, c.qid);
		n.devno = c.devno;
		n.aux = c.aux;
		n.name = c.name;
		return n;
	}

	abstract stat(c: Chan): Awaitable<Dir>;

	/**
	 * Opens `c` itself, a channel nobody else has: sets mode, perhaps qid and aux. `mode` may include OTRUNC, ORCLOSE. May instead give another
	 * channel, counted, that is open in its place.
	 */
	open(c: Chan, mode: number): Awaitable<void | Chan> {
		if (c.isDir && (mode & ~ORCLOSE) !== OREAD) throw Eperm;
		c.mode = (mode & 3) === OEXEC ? OREAD : mode & 3;
		c.orclose = (mode & ORCLOSE) !== 0;
	}

	/** Makes `name` in directory `c`, which becomes the open channel of the new file. */
	create(_c: Chan, _name: string, _mode: number, _perm: number): Awaitable<void> {
		throw Enocreate;
	}

	/** Up to `n` bytes from `offset`; none at the end. */
	read(_c: Chan, _n: number, _offset: bigint, _wait: Waiter): Awaitable<Uint8Array> {
		throw Eperm;
	}

	/** The entries of open directory `c` from where the last call ended, some at a time; none at the end. `c.offset` is the device's to use. */
	dirread(_c: Chan): Awaitable<Dir[]> {
		throw Enotdir;
	}

	/** Bytes written. */
	write(_c: Chan, _bytes: Uint8Array, _offset: bigint, _wait: Waiter): Awaitable<number> {
		throw Eperm;
	}

	wstat(_c: Chan, _d: Dir): Awaitable<void> {
		throw Eperm;
	}

	remove(_c: Chan): Awaitable<void> {
		throw Eperm;
	}

	/** The last reference to `c` is gone. Must not throw. Also called for channels that were never opened. */
	close(_c: Chan): void {}
}

/** What a table of fixed files has in a row. `qid` is the path; 0 is the directory itself. */
export interface Dirtab {
	readonly name: string;
	readonly qid: number;
	/** Octal permissions; DMDIR is added for a directory. */
	readonly perm: number;
	readonly length?: number;
}

/** A device whose root directory holds a fixed list of files. */
export abstract class TableDev extends Dev {
	abstract readonly table: readonly Dirtab[];
	/** Owner of the files. */
	owner: () => string = () => "inferno";

	attach(_spec: string): Chan {
		const c = new Chan(this, { path: 0n, vers: 0, type: QTDIR });
		c.name = `#${this.letter}`;
		return c;
	}

	walk(c: Chan, name: string): Awaitable<Chan> {
		if (!c.isDir) throw Enotdir;
		if (name === "..") return this.attach("");
		const row = this.table.find((r) => r.name === name);
		if (row === undefined) throw Enonexist;
		return new Chan(this, { path: BigInt(row.qid), vers: 0, type: QTFILE });
	}

	stat(c: Chan): Awaitable<Dir> {
		if (c.isDir) return this.entry({ name: `#${this.letter}`, qid: 0, perm: 0o555 }, QTDIR);
		const row = this.table.find((r) => BigInt(r.qid) === c.qid.path);
		if (row === undefined) throw Enonexist;
		return this.entry(row, QTFILE);
	}

	protected entry(row: Dirtab, type: number): Dir {
		return {
			name: row.name,
			uid: this.owner(),
			gid: this.owner(),
			muid: this.owner(),
			qid: { path: BigInt(row.qid), vers: 0, type },
			mode: (row.perm | (type === QTDIR ? DMDIR : 0)) >>> 0,
			atime: Math.floor(Date.now() / 1000),
			mtime: startTime,
			length: BigInt(row.length ?? 0),
			dtype: this.letter.codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Awaitable<Dir[]> {
		if (!c.isDir) throw Ebadusefd;
		if (c.offset > 0n) return [];
		c.offset = 1n;
		return this.table.map((r) => this.entry(r, QTFILE));
	}
}

/** When the emulator started, in seconds. */
export const startTime = Math.floor(Date.now() / 1000);

/** The part of `bytes` that a read of `n` from `offset` gives. */
export function slice(bytes: Uint8Array, n: number, offset: bigint): Uint8Array {
	if (offset >= BigInt(bytes.length)) return new Uint8Array(0);
	const from = Number(offset);
	return bytes.subarray(from, from + n);
}

const encoder = new TextEncoder();

/** A read of a file whose contents are `text`. */
export function readText(text: string, n: number, offset: bigint): Uint8Array {
	return slice(encoder.encode(text), n, offset);
}
