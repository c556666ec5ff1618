import { Fault } from "../libinterp/fault.ts";
import { type FormatArgs, format } from "../libinterp/format.ts";
import { H, K_HOST, L_DATA, L_TAIL, T_REF } from "../libinterp/layout.ts";
import { decodeRune, encodeRune, fullRune, RUNEERROR } from "../libinterp/strings.ts";
import type { BuiltinRow, Vm } from "../libinterp/vm.ts";
import { now } from "./clock.ts";
import { type Awaitable, type Dir, then, type Waiter } from "./dev.ts";
import { Ebadarg, Ebadfd, Eclosedpipe, Eintr, KernelError } from "./error.ts";
import { serveFile } from "./file2chan.ts";
import { sysmod as table } from "./gen/sysmod.ts";
import type { Kernel } from "./kernel.ts";
import { bind, failure, Marshal, type ModuleTable, type Native, type Slot, type Value } from "./marshal.ts";
import { cclose, Egrp, Fgrp, type Osenv, Pgrp } from "./pgrp.ts";

// Flags of pctl.
const NEWFD = 1;
const FORKFD = 2;
const NEWNS = 4;
const FORKNS = 8;
const NEWPGRP = 16;
const NODEVS = 32;
const NEWENV = 64;
const FORKENV = 128;

const utf8 = new TextEncoder();
/** Bytes that a single read may ask of a device; more is given in pieces. */
const MAXREAD = 1 << 20;

const dirSlot: Slot = { type: "z", size: table.adts.Dir.size, of: "Sys->Dir" };

/** The builtin module $Sys: the kernel's calls, for Limbo. A call that fails gives -1 or nil and leaves the reason for %r. */
export function sysmod(vm: Vm, kernel: Kernel): BuiltinRow[] {
	const marshal = new Marshal(vm, table.adts as unknown as ModuleTable["adts"]);
	const { heap, strings, sched } = vm;
	const { i32, i64, f64 } = heap.arena;
	const env = (): Osenv => sched.current.env as Osenv;
	const files = kernel.files;

	/** How the running thread's wait is ended by a kill. */
	const waiter = (): Waiter => {
		const p = sched.current;
		return {
			onAbort(undo) {
				p.cancel = undo;
			},
		};
	};

	const failed = (e: unknown, ret: Slot | undefined): Value => {
		if (!(e instanceof KernelError)) throw e;
		env().errstr = e.reason;
		if (e === Eclosedpipe) throw new Fault(e.reason);
		return failure(ret, (s) => marshal.fields(s));
	};

	// File descriptors: a ref FD stands for a number in a descriptor group, and closes it when it is freed.

	const fdType = heap.types.make(8, new Uint8Array(0), K_HOST);
	heap.onHostFreed.set(fdType, (p) => {
		const fd = i32[p >>> 2] as number;
		const group = kernel.groups.get(i32[(p + 4) >>> 2] as number);
		if (group === undefined) return;
		cclose(group.fds[fd]);
		group.fds[fd] = undefined;
		if (--group.objects === 0) kernel.groups.delete(group.id);
		group.release();
	});

	const fdOf = (p: number): number => (p === H ? -1 : (i32[p >>> 2] as number));

	const newFd = (fd: number): number => {
		const group = env().fgrp;
		const p = heap.record(fdType);
		group.refs++;
		if (group.objects++ === 0) kernel.groups.set(group.id, group);
		i32[p >>> 2] = fd;
		i32[(p + 4) >>> 2] = group.id;
		return p;
	};

	const opened = (fd: Awaitable<number>): Awaitable<Value> =>
		then(
			fd,
			(n): Value =>
				() =>
					newFd(n),
		);

	// Values of the interface.

	const dirValue = (d: Dir): Value => [
		d.name,
		d.uid,
		d.gid,
		d.muid,
		[d.qid.path, d.qid.vers, d.qid.type],
		d.mode | 0,
		d.atime,
		d.mtime,
		d.length,
		d.dtype,
		d.dev,
	];

	const dirAt = (at: number): Dir => {
		const fields = marshal.fields(dirSlot);
		const get = (k: number) => marshal.get(fields[k] as Slot, at + ((fields[k] as Slot).offset ?? 0));
		const q = get(4) as number;
		return {
			name: get(0) as string,
			uid: get(1) as string,
			gid: get(2) as string,
			muid: get(3) as string,
			qid: { path: i64[q >>> 3] as bigint, vers: i32[(q + 8) >>> 2] as number, type: i32[(q + 12) >>> 2] as number },
			mode: (get(5) as number) >>> 0,
			atime: get(6) as number,
			mtime: get(7) as number,
			length: get(8) as bigint,
			dtype: get(9) as number,
			dev: get(10) as number,
		};
	};

	const dirType = (() => {
		let t = 0;
		return () => {
			t ||= heap.types.make(table.adts.Dir.size, Uint8Array.from(table.adts.Dir.map));
			return t;
		};
	})();

	const dirArray = (dirs: readonly Dir[]): number => {
		const a = heap.array(dirType(), dirs.length);
		const data = marshal.bytes(a).byteOffset;
		for (const [k, d] of dirs.entries()) marshal.set(dirSlot, data + k * dirSlot.size, dirValue(d));
		return a;
	};

	/** A list of strings. */
	const listOf = (texts: readonly string[]): number => {
		let l = H;
		for (const text of [...texts].reverse()) {
			const s = strings.make(text);
			l = heap.cons(heap.types.ptr, 4, l);
			i32[(l + L_DATA) >>> 2] = s;
		}
		return l;
	};

	const ints = (l: number): number[] => {
		const out: number[] = [];
		for (; l !== H; l = i32[(l + L_TAIL) >>> 2] as number) out.push(i32[(l + L_DATA) >>> 2] as number);
		return out;
	};

	// Printing.

	const formatted = (fmt: string, from: number): string => {
		let at = from;
		const word = () => {
			const w = i32[at >>> 2] as number;
			at += 4;
			return w;
		};
		const wide = () => {
			at = (at + 7) & ~7;
			at += 8;
			return at - 8;
		};
		const args: FormatArgs = {
			int: word,
			big: () => i64[wide() >>> 3] as bigint,
			real: () => f64[wide() >>> 3] as number,
			str: () => strings.text(word()),
			heap: () => {
				const p = word();
				return p === H
					? { count: -1, type: 0 }
					: { count: heap.refs(p), type: i32[(heap.typeOf(p) + T_REF) >>> 2] as number };
			},
			errstr: () => env().errstr,
		};
		return format(fmt, args);
	};

	const writeText = (fd: number, text: string): Awaitable<Value> => files.write(env(), fd, utf8.encode(text), waiter());

	/** Copies what was read to the buffer, when the thread runs. */
	const into = (buf: number, got: Awaitable<Uint8Array>): Awaitable<Value> =>
		then(
			got,
			(bytes): Value =>
				() => {
					marshal.bytes(buf).set(bytes);
					return bytes.length;
				},
		);

	/** Bytes to ask for, for a read of `n` into `buf`. */
	const wanted = (buf: number, n: number): number => Math.min(n, marshal.bytes(buf).length, MAXREAD);

	const readn = (fd: number, n: number, wait: Waiter): Awaitable<Uint8Array> => {
		const chunks: Uint8Array[] = [];
		let have = 0;
		const e = env();
		const more = (): Awaitable<Uint8Array> => {
			if (have >= n) return joined(chunks);
			return then(files.read(e, fd, Math.min(n - have, MAXREAD), wait), (bytes) => {
				if (bytes.length === 0) return joined(chunks);
				chunks.push(bytes);
				have += bytes.length;
				return more();
			});
		};
		return more();
	};

	const stream = (from: number, to: number, size: number): Awaitable<Value> => {
		if (size <= 0) throw Ebadarg;
		const e = env();
		const wait = waiter();
		let moved = 0;
		const more = (): Awaitable<number> =>
			then(files.read(e, from, Math.min(size, MAXREAD), wait), (bytes) => {
				if (bytes.length === 0) return moved;
				return then(files.write(e, to, bytes, wait), () => {
					moved += bytes.length;
					return more();
				});
			});
		return more();
	};

	const sleep = (ms: number): Awaitable<Value> => {
		const wait = waiter();
		return new Promise((resolve, reject) => {
			const timer = setTimeout(() => resolve(0), Math.max(0, ms));
			wait.onAbort(() => {
				clearTimeout(timer);
				reject(Eintr);
			});
		});
	};

	// Threads.

	const newFds = (flags: number, keep: number[]): void => {
		const e = env();
		const old = e.fgrp;
		if ((flags & NEWFD) !== 0) {
			const fresh = new Fgrp();
			for (const fd of keep) {
				const c = old.fds[fd];
				if (c === undefined || fresh.fds[fd] !== undefined) continue;
				c.refs++;
				fresh.fds[fd] = c;
			}
			e.fgrp = fresh;
		} else {
			e.fgrp = old.copy();
			for (const fd of keep) {
				cclose(e.fgrp.fds[fd]);
				e.fgrp.fds[fd] = undefined;
			}
		}
		old.release();
	};

	const pctl = (flags: number, keep: number): number => {
		const e = env();
		if ((flags & (NEWFD | FORKFD)) !== 0) newFds(flags, ints(keep));
		if ((flags & (NEWNS | FORKNS)) !== 0) {
			const old = e.pgrp;
			e.pgrp = (flags & NEWNS) !== 0 ? freshNames(old) : old.copy();
			old.refs--;
		}
		if ((flags & NEWENV) !== 0) e.egrp = new Egrp();
		else if ((flags & FORKENV) !== 0) e.egrp = e.egrp.copy();
		const p = sched.current;
		if ((flags & NEWPGRP) !== 0) sched.newGroup(p);
		if ((flags & NODEVS) !== 0) e.pgrp.nodevs = true;
		return p.pid;
	};

	const noNetwork = (): never => {
		throw new KernelError("no network in this emulator yet");
	};
	const noStyx = (): never => {
		throw new KernelError("9P is not in this emulator yet");
	};

	const natives: Record<string, Native> = {
		announce: noNetwork,
		dial: noNetwork,
		listen: noNetwork,
		export: noStyx,
		fauth: noStyx,
		fversion: noStyx,
		mount: noStyx,

		open: (name: string, mode: number) => opened(files.open(env(), name, mode)),
		create: (name: string, mode: number, perm: number) => opened(files.create(env(), name, mode, perm)),
		fildes: (fd: number) => () => newFd(files.dup(env(), fd, -1)),
		dup: (fd: number, to: number) => files.dup(env(), fd, to),
		pipe: (a: number) => {
			if (a === H || marshal.bytes(a).length < 2) throw Ebadarg;
			return then(
				files.pipe(env()),
				([x, y]): Value =>
					() => {
						const data = marshal.bytes(a).byteOffset;
						heap.store(data, newFd(x));
						heap.store(data + 4, newFd(y));
						return 0;
					},
			);
		},
		read: (fd: number, buf: number, n: number) => into(buf, files.read(env(), fdOf(fd), wanted(buf, n), waiter())),
		readn: (fd: number, buf: number, n: number) =>
			into(buf, readn(fdOf(fd), Math.min(n, marshal.bytes(buf).length), waiter())),
		pread: (fd: number, buf: number, n: number, at: bigint) =>
			into(buf, files.pread(env(), fdOf(fd), wanted(buf, n), at, waiter())),
		write: (fd: number, buf: number, n: number) => files.write(env(), fdOf(fd), marshal.bytes(buf, n), waiter()),
		pwrite: (fd: number, buf: number, n: number, at: bigint) =>
			files.pwrite(env(), fdOf(fd), marshal.bytes(buf, n), at, waiter()),
		seek: (fd: number, offset: bigint, whence: number) => files.seek(env(), fdOf(fd), offset, whence),
		stream: (from: number, to: number, size: number) => stream(fdOf(from), fdOf(to), size),
		iounit: (fd: number) => {
			files.chan(env(), fdOf(fd));
			return 0;
		},
		fd2path: (fd: number) => files.fd2path(env(), fdOf(fd)),

		stat: (name: string) => then(files.stat(env(), name), (d): Value => [0, dirValue(d)]),
		fstat: (fd: number) => then(files.fstat(env(), fdOf(fd)), (d): Value => [0, dirValue(d)]),
		wstat: (name: string, d: number) => then(files.wstat(env(), name, dirAt(d)), () => 0),
		fwstat: (fd: number, d: number) => then(files.fwstat(env(), fdOf(fd), dirAt(d)), () => 0),
		dirread: (fd: number) =>
			then(
				files.dirread(env(), fdOf(fd)),
				(dirs): Value =>
					() => [dirs.length, dirs.length === 0 ? undefined : dirArray(dirs)],
			),
		remove: (name: string) => then(files.remove(env(), name), () => 0),
		chdir: (name: string) => then(files.chdir(env(), name), () => 0),
		bind: (from: string, on: string, flags: number) => files.bind(env(), from, on, flags),
		unmount: (from: string, on: string) => files.unmount(env(), from, on),
		file2chan: (dir: string, file: string) => serveFile(vm, kernel, env(), dir, file),

		print: (fmt: string, rest: number) => writeText(1, formatted(fmt, rest)),
		fprint: (fd: number, fmt: string, rest: number) => {
			if (fd === H) throw Ebadfd;
			return writeText(fdOf(fd), formatted(fmt, rest));
		},
		sprint: (fmt: string, rest: number) => formatted(fmt, rest),
		aprint: (fmt: string, rest: number) => marshal.array(utf8.encode(formatted(fmt, rest))),
		werrstr: (reason: string) => {
			env().errstr = reason.slice(0, 127);
			return 0;
		},

		tokenize: (s: string, delims: string) => {
			const tokens = delims === "" ? [] : split(s, new Set(delims));
			return [tokens.length, listOf(tokens)];
		},
		byte2char: (buf: number, at: number) => {
			const bytes = marshal.bytes(buf);
			if (at < 0 || at >= bytes.length) throw new Fault("array bounds error");
			const [rune, used] = fullRune(bytes, at) ? decodeRune(bytes, at) : [RUNEERROR, 0];
			return [rune, used, rune === 0xfffd && used === 1 ? 0 : used === 0 ? 0 : 1];
		},
		char2byte: (c: number, buf: number, at: number) => {
			const bytes = marshal.bytes(buf);
			if (buf === H || at < 0 || at >= bytes.length) throw new Fault("array bounds error");
			const out = new Uint8Array(4);
			const n = encodeRune(c, out, 0);
			if (n > bytes.length - at) return 0;
			bytes.set(out.subarray(0, n), at);
			return n;
		},
		utfbytes: (buf: number, n: number) => {
			const bytes = marshal.bytes(buf);
			if (n > bytes.length) throw new Fault("array bounds error");
			return wholeRunes(bytes.subarray(0, Math.max(0, n)));
		},

		millisec: () => Math.floor(now()) | 0,
		sleep: (ms: number) => sleep(ms),
		pctl,
	};
	return bind(marshal, table as unknown as ModuleTable, natives, failed);

	function freshNames(old: Pgrp): Pgrp {
		const fresh = new Pgrp(old.dot.dev.clone(old.dot), old.dot);
		fresh.slash.name = "/";
		fresh.dot = fresh.slash;
		fresh.nodevs = old.nodevs;
		return fresh;
	}
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
	if (chunks.length === 1) return chunks[0] as Uint8Array;
	const all = new Uint8Array(chunks.reduce((n, c) => n + c.length, 0));
	let at = 0;
	for (const c of chunks) {
		all.set(c, at);
		at += c.length;
	}
	return all;
}

/** The pieces of `s` between runs of delimiters. */
function split(s: string, delims: ReadonlySet<string>): string[] {
	const tokens: string[] = [];
	let token = "";
	for (const c of s) {
		if (!delims.has(c)) token += c;
		else if (token !== "") {
			tokens.push(token);
			token = "";
		}
	}
	if (token !== "") tokens.push(token);
	return tokens;
}

/** Bytes of `bytes` that make whole characters: what follows them is the beginning of one that is cut off. */
function wholeRunes(bytes: Uint8Array): number {
	let i = 0;
	while (i < bytes.length) {
		if (!fullRune(bytes, i)) break;
		const [, used] = decodeRune(bytes, i);
		if (used === 0) break;
		i += used;
	}
	return i;
}
