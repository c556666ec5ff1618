import {
	type Awaitable,
	type Chan,
	type Dir,
	OCEXEC,
	OEXCL,
	OEXEC,
	ORCLOSE,
	ORDWR,
	OREAD,
	OTRUNC,
	OWRITE,
	then,
	type Waiter,
} from "./dev.ts";
import {
	Ebadarg,
	Ebadfd,
	Ebadname,
	Ebadusefd,
	Eemptyname,
	Eisdir,
	Eisstream,
	Emount,
	Enegoff,
	Enotdir,
	Eunion,
	Eunmount,
	KernelError,
} from "./error.ts";
import type { Names } from "./namec.ts";
import { cclose, key, MAFTER, MBEFORE, MCREATE, type Member, MORDER, MREPL, type Osenv, type Pgrp } from "./pgrp.ts";

/**
 * The calls of the kernel on files and names, for the thread with environment `env`. All throw KernelError, or reject with one. A
 * call that need not wait gives its result at once.
 */
export class Files {
	readonly #names: Names;
	/** Things mounted so far. */
	#mounted = 0;

	constructor(names: Names) {
		this.#names = names;
	}

	/** The open file with number `fd`; `mode` is what it must be open for. */
	chan(env: Osenv, fd: number, mode: number = -1): Chan {
		const c = env.fgrp.fds[fd];
		if (c === undefined) throw Ebadfd;
		if (mode >= 0 && c.mode !== ORDWR && c.mode !== mode) throw Ebadusefd;
		return c;
	}

	openChan(env: Osenv, name: string, mode: number): Awaitable<Chan> {
		return this.#names.open(env, checked(name), modeOf(mode));
	}

	open(env: Osenv, name: string, mode: number): Awaitable<number> {
		return then(this.openChan(env, name, mode), (c) => env.fgrp.add(c));
	}

	create(env: Osenv, name: string, mode: number, perm: number): Awaitable<number> {
		return then(this.#names.create(env, checked(name), modeOf(mode & ~OEXCL) | (mode & OEXCL), perm), (c) =>
			env.fgrp.add(c),
		);
	}

	close(env: Osenv, fd: number): void {
		const c = this.chan(env, fd);
		env.fgrp.fds[fd] = undefined;
		cclose(c);
	}

	/** Up to `n` bytes from where the file stands. Directories are read with dirread. */
	read(env: Osenv, fd: number, n: number, wait: Waiter): Awaitable<Uint8Array> {
		const c = this.#readable(env, fd, n);
		return then(c.dev.read(c, n, c.offset, wait), (bytes) => {
			c.offset += BigInt(bytes.length);
			return bytes;
		});
	}

	pread(env: Osenv, fd: number, n: number, offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		const c = this.#readable(env, fd, n);
		if (offset < 0n) throw Enegoff;
		return c.dev.read(c, n, offset, wait);
	}

	#readable(env: Osenv, fd: number, n: number): Chan {
		const c = this.chan(env, fd, OREAD);
		if (n < 0) throw Ebadarg;
		if (c.isDir) throw Eisdir;
		return c;
	}

	write(env: Osenv, fd: number, bytes: Uint8Array, wait: Waiter): Awaitable<number> {
		const c = this.#writable(env, fd);
		// Others may write while this one waits: they go on after it.
		const from = c.offset;
		c.offset += BigInt(bytes.length);
		const short = (n: number): number => {
			c.offset -= BigInt(bytes.length - n);
			return n;
		};
		const failed = (e: unknown): never => {
			short(0);
			throw e;
		};
		try {
			const x = c.dev.write(c, bytes, from, wait);
			return x instanceof Promise ? x.then(short, failed) : short(x);
		} catch (e) {
			return failed(e);
		}
	}

	pwrite(env: Osenv, fd: number, bytes: Uint8Array, offset: bigint, wait: Waiter): Awaitable<number> {
		const c = this.#writable(env, fd);
		if (offset < 0n) throw Enegoff;
		return c.dev.write(c, bytes, offset, wait);
	}

	#writable(env: Osenv, fd: number): Chan {
		const c = this.chan(env, fd, OWRITE);
		if (c.isDir) throw Eisdir;
		return c;
	}

	/** `whence`: 0 from the start, 1 from where the file stands, 2 from the end. Returns the new place. */
	seek(env: Osenv, fd: number, offset: bigint, whence: number): Awaitable<bigint> {
		const c = this.chan(env, fd);
		if (c.dev.letter === "|") throw Eisstream;
		const set = (base: bigint) => {
			const to = base + offset;
			if (to < 0n) throw Enegoff;
			if (c.isDir && to !== 0n) throw Eisdir;
			c.offset = to;
			c.rest = undefined;
			if (c.union !== undefined) rewind(c.union);
			return to;
		};
		switch (whence) {
			case 0:
				return set(0n);
			case 1:
				return set(c.offset);
			case 2:
				return then(c.dev.stat(c), (d) => set(d.length));
			default:
				throw Ebadarg;
		}
	}

	stat(env: Osenv, name: string): Awaitable<Dir> {
		return this.#with(env, name, (c) => then(c.dev.stat(c), (d) => named(d, c)));
	}

	fstat(env: Osenv, fd: number): Awaitable<Dir> {
		const c = this.chan(env, fd);
		return c.dev.stat(c);
	}

	wstat(env: Osenv, name: string, d: Dir): Awaitable<void> {
		return this.#with(env, name, (c) => c.dev.wstat(c, renaming(d)));
	}

	fwstat(env: Osenv, fd: number, d: Dir): Awaitable<void> {
		const c = this.chan(env, fd);
		return c.dev.wstat(c, renaming(d));
	}

	/** Removes the file itself, not what is mounted on it. */
	remove(env: Osenv, name: string): Awaitable<void> {
		return then(this.#names.walk(env, checked(name)), (c) => closing(c, () => c.dev.remove(c)));
	}

	#with<T>(env: Osenv, name: string, f: (c: Chan) => Awaitable<T>): Awaitable<T> {
		return then(this.#names.resolve(env, checked(name)), (c) => closing(c, () => f(c)));
	}

	/** The next entries of a directory, of all members of a union one after another; none at the end. */
	dirread(env: Osenv, fd: number): Awaitable<Dir[]> {
		const c = this.chan(env, fd, OREAD);
		if (!c.isDir) throw Enotdir;
		const union = c.union;
		if (union === undefined) return c.dev.dirread(c);
		const more = (): Awaitable<Dir[]> => {
			if (union.next >= union.members.length) return [];
			const open = union.open ?? reading(union.members[union.next] as Chan);
			return then(open, (m) => {
				union.open = m;
				return then(m.dev.dirread(m), (entries) => {
					if (entries.length > 0) return entries;
					cclose(m);
					union.open = undefined;
					union.next++;
					return more();
				});
			});
		};
		return more();
	}

	/** Makes `to` (-1: the lowest free number) another name for `fd`. */
	dup(env: Osenv, fd: number, to: number): number {
		const c = this.chan(env, fd);
		if (to === fd) return fd;
		if (to < -1 || to > 4095) throw Ebadfd;
		c.refs++;
		if (to < 0) return env.fgrp.add(c);
		cclose(env.fgrp.fds[to]);
		env.fgrp.fds[to] = c;
		return to;
	}

	pipe(env: Osenv): Awaitable<[number, number]> {
		return then(this.#names.walk(env, "#|"), (c) => {
			const end = (name: string) =>
				then(c.dev.walk(c, name), (x) => {
					x.name = `${c.name}/${name}`;
					return then(x.dev.open(x, ORDWR), () => env.fgrp.add(x));
				});
			return then(end("data"), (a) =>
				then(end("data1"), (b): [number, number] => {
					cclose(c);
					return [a, b];
				}),
			);
		});
	}

	fd2path(env: Osenv, fd: number): string {
		return this.chan(env, fd).name;
	}

	chdir(env: Osenv, name: string): Awaitable<void> {
		return then(this.#names.resolve(env, checked(name)), (c) => {
			if (!c.isDir) {
				cclose(c);
				throw Enotdir;
			}
			env.pgrp.dot = c;
		});
	}

	/** Makes `on` show what `from` does, instead of (MREPL), before or after what it shows. */
	bind(env: Osenv, from: string, on: string, flags: number): Awaitable<number> {
		if ((flags & MORDER) > MAFTER) throw Ebadarg;
		return then(this.#names.walk(env, checked(from)), (at) => {
			const members = this.#names.mounts(env.pgrp, at)?.members;
			const c = this.#names.mounted(env.pgrp, at);
			return closing(c, () => {
				// Where files can be made is decided when a union is put together.
				const fixed = members !== undefined && (members.length > 1 || members[0]?.create !== true);
				if ((flags & MCREATE) !== 0 && fixed) throw Emount;
				c.refs++;
				return this.mountChan(env, c, c.name, on, flags);
			});
		});
	}

	/** Mounts channel `c`, which it takes over, on `on`. Returns a number that is no other mount's. */
	mountChan(env: Osenv, c: Chan, from: string, on: string, flags: number): Awaitable<number> {
		const mount = (at: Chan): number => {
			const order = flags & MORDER;
			if (at.isDir !== c.isDir) throw Emount;
			if (order !== MREPL && !at.isDir) throw Emount;
			const k = key(at);
			const add = this.#members(c, { chan: c, create: (flags & MCREATE) !== 0, from, flags });
			const { mounts } = env.pgrp;
			const have = mounts.get(k) ?? { on: at.name, members: [] };
			if (order === MREPL) {
				for (const m of have.members) cclose(m.chan);
				have.members.length = 0;
			} else if (have.members.length === 0)
				have.members.push({ chan: at.dev.clone(at), create: false, from: at.name, flags: MREPL });
			if (order === MBEFORE) have.members.unshift(...add);
			else have.members.push(...add);
			mounts.set(k, have);
			return ++this.#mounted;
		};
		const failed = (e: unknown): never => {
			cclose(c);
			throw e;
		};
		try {
			const x = then(this.#names.walk(env, checked(on)), (at) => closing(at, () => mount(at)));
			return x instanceof Promise ? x.catch(failed) : x;
		} catch (e) {
			return failed(e);
		}
	}

	/** A union that is bound elsewhere takes its members along. */
	#members(c: Chan, member: Member): Member[] {
		const union = c.union;
		if (union === undefined) return [member];
		const members = union.members.map((x) => ({ ...member, chan: x.dev.clone(x) }));
		cclose(c);
		return members;
	}

	/** Takes what `from` names (all, if it is "") off `on`. Returns 0. */
	unmount(env: Osenv, from: string, on: string): Awaitable<number> {
		return then(this.#names.walk(env, checked(on)), (at) =>
			closing(at, () => {
				if (from === "") return this.#unmount(env.pgrp, key(at), undefined);
				return then(this.#names.resolve(env, from), (c) => closing(c, () => this.#unmount(env.pgrp, key(at), key(c))));
			}),
		);
	}

	/** Takes the member with key `from`, or all, off what is mounted on `k`. */
	#unmount({ mounts }: Pgrp, k: string, from: string | undefined): number {
		const mount = mounts.get(k);
		if (mount === undefined) throw Eunmount;
		const i = from === undefined ? 0 : mount.members.findIndex((m) => key(m.chan) === from);
		if (i < 0) throw Eunion;
		for (const m of mount.members.splice(i, from === undefined ? mount.members.length : 1)) cclose(m.chan);
		if (mount.members.length === 0) mounts.delete(k);
		return 0;
	}
}

function rewind(union: NonNullable<Chan["union"]>): void {
	cclose(union.open);
	union.open = undefined;
	union.next = 0;
}

/** Another channel for directory `c`, open for reading. */
function reading(c: Chan): Awaitable<Chan> {
	const m = c.dev.clone(c);
	return then(m.dev.open(m, OREAD), () => m);
}

/** A mounted root goes by the name it is mounted on. */
function named(d: Dir, c: Chan): Dir {
	if (c.name === "/") return { ...d, name: "/" };
	const last = c.name.slice(c.name.lastIndexOf("/") + 1);
	return last === "" || d.name === last ? d : { ...d, name: last };
}

/** A name that may be one: not empty, and without control characters. */
function checked(name: string): string {
	if (name === "") throw Eemptyname;
	return charsOf(name, false);
}

/** A text without the characters that no name of a file has. Throws KernelError. */
function charsOf(name: string, element: boolean): string {
	for (const c of name) if (c < " " || c === "\x7f" || (element && c === "/")) throw badName(name);
	return name;
}

function badName(name: string): KernelError {
	const quoted = /[\s'\0]/.test(name) ? `'${name.replaceAll("'", "''")}'` : name;
	return new KernelError(`${Ebadname.reason}: ${quoted}`);
}

/** The change, if the name in it may be one. */
function renaming(d: Dir): Dir {
	charsOf(d.name, true);
	return d;
}

/** A way to open a file. Throws Ebadarg for bits that mean nothing. */
function modeOf(mode: number): number {
	if ((mode & ~(OEXEC | OTRUNC | OCEXEC | ORCLOSE)) !== 0) throw Ebadarg;
	return mode & ~OCEXEC;
}

/** Does `f` and closes `c` when that is done, well or not. */
function closing<T>(c: Chan, f: () => Awaitable<T>): Awaitable<T> {
	let x: Awaitable<T>;
	try {
		x = f();
	} catch (e) {
		cclose(c);
		throw e;
	}
	if (x instanceof Promise) return x.finally(() => cclose(c));
	cclose(c);
	return x;
}
