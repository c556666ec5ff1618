import * as fs from "node:fs";
import { join, sep } from "node:path";
import {
	type Awaitable,
	Chan,
	Dev,
	type Dir,
	DMAPPEND,
	DMDIR,
	OEXEC,
	ORCLOSE,
	OREAD,
	OTRUNC,
	type Qid,
	QTDIR,
	type Waiter,
} from "./dev.ts";
import { Ebadusefd, Eexist, Eio, Eisdir, Enonexist, Enospace, Enotdir, Eperm, KernelError } from "./error.ts";

/** What the device keeps with a channel. */
interface File {
	/** Path on the host, without symbolic links. */
	path: string;
	/** The name it was walked to by, perhaps that of a link: this is what is removed and renamed. */
	named: string;
	fd: number;
	/** What is left to hand out of an open directory. */
	entries: string[] | undefined;
	/** A file that can make a reader wait (a terminal, a fifo): read and written off the main thread. */
	slow: boolean;
	append: boolean;
}

const DIRCHUNK = 64;

/**
 * Files of the host, below a directory of it that is a wall: neither `..` nor a symbolic link leads out. Regular files are
 * read and written at once.
 */
export class HostFiles extends Dev {
	readonly letter: string;
	readonly name: string;
	readonly #root: string;

	/** Throws KernelError if `root` is no directory. */
	constructor(letter: string, name: string, root: string) {
		super();
		this.letter = letter;
		this.name = name;
		this.#root = host(() => fs.realpathSync(root));
		if (!host(() => fs.statSync(this.#root)).isDirectory()) throw Enotdir;
	}

	attach(spec: string): Chan {
		const path = spec === "" ? this.#root : this.#inside(join(this.#root, `/${spec}`));
		return this.#chan(
			path,
			host(() => fs.statSync(path, { bigint: true })),
		);
	}

	#chan(path: string, st: fs.BigIntStats, named = path): Chan {
		const c = new Chan(this, qidOf(st));
		c.aux = { path, named, fd: -1, entries: undefined, slow: false, append: false } satisfies File;
		return c;
	}

	override clone(c: Chan): Chan {
		const n = super.clone(c);
		const { path, named } = file(c);
		n.aux = { path, named, fd: -1, entries: undefined, slow: false, append: false } satisfies File;
		return n;
	}

	/** The real path of `path`, which may be or go through a symbolic link; Enonexist if that is outside. */
	#inside(path: string): string {
		const real = host(() => fs.realpathSync(path));
		if (real !== this.#root && !real.startsWith(this.#root === sep ? sep : this.#root + sep)) throw Enonexist;
		return real;
	}

	walk(c: Chan, name: string): Chan {
		if (name === ".." || name.includes("/")) throw Enonexist;
		const named = join(file(c).path, name);
		let path = named;
		let st = host(() => fs.lstatSync(path, { bigint: true }));
		if (st.isSymbolicLink()) {
			path = this.#inside(path);
			st = host(() => fs.lstatSync(path, { bigint: true }));
		}
		return this.#chan(path, st, named);
	}

	stat(c: Chan): Dir {
		const f = file(c);
		const st = host(() => (f.fd >= 0 ? fs.fstatSync(f.fd, { bigint: true }) : fs.statSync(f.path, { bigint: true })));
		return this.#dir(f.path === this.#root ? "/" : last(f.named), st);
	}

	#dir(name: string, st: fs.BigIntStats): Dir {
		const qid = qidOf(st);
		return {
			name,
			uid: userName(Number(st.uid)),
			gid: groupName(Number(st.gid)),
			muid: "",
			qid,
			mode: ((Number(st.mode) & 0o777) | ((qid.type & QTDIR) !== 0 ? DMDIR : 0)) >>> 0,
			atime: Number(st.atimeMs / 1000n),
			mtime: Number(st.mtimeMs / 1000n),
			length: st.isDirectory() ? 0n : st.size,
			dtype: this.letter.codePointAt(0) as number,
			dev: 0,
		};
	}

	override open(c: Chan, mode: number): void {
		const f = file(c);
		if (c.isDir) {
			if ((mode & ~ORCLOSE) !== OREAD) throw Eperm;
			host(() => fs.accessSync(f.path, fs.constants.R_OK));
		} else {
			f.fd = host(() => fs.openSync(f.path, flagsOf(mode)));
			if ((mode & 3) === OEXEC && (fs.fstatSync(f.fd).mode & 0o111) === 0) {
				this.close(c);
				throw Eperm;
			}
			f.slow = !fs.fstatSync(f.fd).isFile();
		}
		this.#opened(c, mode);
	}

	#opened(c: Chan, mode: number): void {
		c.mode = (mode & 3) === OEXEC ? OREAD : mode & 3;
		c.orclose = (mode & ORCLOSE) !== 0;
	}

	override create(c: Chan, name: string, mode: number, perm: number): void {
		if (name === "." || name === ".." || name.includes("/")) throw Eexist;
		const f = file(c);
		const path = join(f.path, name);
		const dirMode = Number(host(() => fs.statSync(f.path)).mode);
		if ((perm & DMDIR) !== 0) {
			if ((mode & ~ORCLOSE) !== OREAD) throw Eperm;
			host(() => fs.mkdirSync(path, perm & dirMode & 0o777));
		} else {
			const bits = perm & (~0o666 | (dirMode & 0o666)) & 0o777;
			f.fd = host(() => fs.openSync(path, flagsOf(mode) | fs.constants.O_CREAT | fs.constants.O_EXCL, bits));
			f.append = (perm & DMAPPEND) !== 0;
		}
		f.path = f.named = path;
		c.qid = qidOf(host(() => fs.lstatSync(path, { bigint: true })));
		this.#opened(c, mode);
	}

	override read(c: Chan, n: number, offset: bigint, _wait: Waiter): Awaitable<Uint8Array> {
		const f = file(c);
		const buffer = new Uint8Array(n);
		if (f.slow) return slowly((done) => fs.read(f.fd, buffer, 0, n, null, done)).then((got) => buffer.subarray(0, got));
		return buffer.subarray(
			0,
			host(() => fs.readSync(f.fd, buffer, 0, n, Number(offset))),
		);
	}

	override write(c: Chan, bytes: Uint8Array, offset: bigint, _wait: Waiter): Awaitable<number> {
		const f = file(c);
		if (f.slow) {
			const copy = bytes.slice();
			return slowly((done) => fs.write(f.fd, copy, 0, copy.length, null, done));
		}
		const at = f.append ? Number(host(() => fs.fstatSync(f.fd)).size) : Number(offset);
		let done = 0;
		while (done < bytes.length) {
			const n = host(() => fs.writeSync(f.fd, bytes, done, bytes.length - done, at + done));
			if (n === 0) throw Eio;
			done += n;
		}
		return done;
	}

	override dirread(c: Chan): Dir[] {
		const f = file(c);
		if (!c.isDir) throw Ebadusefd;
		if (c.offset === 0n || f.entries === undefined) {
			f.entries = host(() => fs.readdirSync(f.path)).reverse();
			c.offset = 1n;
		}
		const dirs: Dir[] = [];
		while (dirs.length < DIRCHUNK) {
			const name = f.entries.pop();
			if (name === undefined) break;
			const st = this.#statOf(join(f.path, name));
			if (st !== undefined) dirs.push(this.#dir(name, st));
		}
		return dirs;
	}

	/** What a name in a directory is; of a symbolic link what it leads to, if that is inside. */
	#statOf(path: string): fs.BigIntStats | undefined {
		try {
			const st = fs.lstatSync(path, { bigint: true });
			return st.isSymbolicLink() ? fs.statSync(this.#inside(path), { bigint: true }) : st;
		} catch {
			return undefined;
		}
	}

	override wstat(c: Chan, d: Dir): void {
		const f = file(c);
		const st = host(() => fs.statSync(f.path));
		if (d.length !== -1n) {
			if (c.isDir && d.length !== 0n) throw Eperm;
			if (!c.isDir) host(() => fs.truncateSync(f.path, Number(d.length)));
		}
		if (d.mode !== 0xffffffff && d.mode !== -1) host(() => fs.chmodSync(f.path, d.mode & 0o777));
		if (d.mtime !== -1 || d.atime !== -1) {
			const atime = d.atime === -1 ? st.atimeMs / 1000 : d.atime;
			host(() => fs.utimesSync(f.path, atime, d.mtime === -1 ? st.mtimeMs / 1000 : d.mtime));
		}
		if (d.gid !== "" && d.gid !== groupName(st.gid)) {
			const gid = groups().findIndex((name) => name === d.gid);
			if (gid < 0) throw new KernelError("unknown group");
			host(() => fs.chownSync(f.path, st.uid, gid));
		}
		if (d.name !== "" && d.name !== last(f.named)) this.#rename(f, d.name);
	}

	#rename(f: File, name: string): void {
		if (name.includes("/") || name === "." || name === ".." || f.path === this.#root) throw Eperm;
		const named = join(f.named.slice(0, f.named.lastIndexOf(sep)) || sep, name);
		if (fs.existsSync(named)) throw Eexist;
		host(() => fs.renameSync(f.named, named));
		if (f.path === f.named) f.path = named;
		f.named = named;
	}

	override remove(c: Chan): void {
		const f = file(c);
		if (f.path === this.#root) throw Eperm;
		host(() => (c.isDir && f.path === f.named ? fs.rmdirSync(f.path) : fs.unlinkSync(f.named)));
	}

	override close(c: Chan): void {
		const f = file(c);
		if (f.fd >= 0) {
			fs.closeSync(f.fd);
			f.fd = -1;
		}
		if (!c.orclose) return;
		c.orclose = false;
		try {
			this.remove(c);
		} catch (e) {
			if (!(e instanceof KernelError)) throw e;
		}
	}
}

/** The last element of a path of the host. */
function last(path: string): string {
	return path.slice(path.lastIndexOf(sep) + 1);
}

function file(c: Chan): File {
	return c.aux as File;
}

function flagsOf(mode: number): number {
	const { O_RDONLY, O_WRONLY, O_RDWR, O_TRUNC } = fs.constants;
	const access = [O_RDONLY, O_WRONLY, O_RDWR, O_RDONLY][mode & 3] as number;
	return access | ((mode & OTRUNC) !== 0 ? O_TRUNC : 0);
}

/** The qid: inode and device make the path; time and size the version. */
function qidOf(st: fs.BigIntStats): Qid {
	const vers = Number(BigInt.asUintN(31, (st.mtimeMs / 1000n) ^ (st.size << 8n)));
	return { path: BigInt.asIntN(64, st.ino ^ (st.dev << 48n)), vers, type: st.isDirectory() ? QTDIR : 0 };
}

const reasons: Record<string, KernelError> = {
	ENOENT: Enonexist,
	EACCES: Eperm,
	EPERM: Eperm,
	EROFS: Eperm,
	EEXIST: Eexist,
	ENOTDIR: Enotdir,
	EISDIR: Eisdir,
	ENOSPC: Enospace,
	EDQUOT: Enospace,
	ENOTEMPTY: new KernelError("directory not empty"),
	ENAMETOOLONG: new KernelError("file name too long"),
	ELOOP: Enonexist,
	EMFILE: new KernelError("no free file descriptors"),
	ENFILE: new KernelError("no free file descriptors"),
	EPIPE: new KernelError("write on closed pipe"),
	EBUSY: new KernelError("device or object already in use"),
};

/** The kernel's error for one of the host. */
export function hostError(e: unknown): KernelError {
	if (e instanceof KernelError) return e;
	const code = (e as { code?: string }).code;
	if (code === undefined) return new KernelError(e instanceof Error ? e.message : String(e));
	return reasons[code] ?? new KernelError(`host error: ${code}`);
}

/** The result of a call of the host; its errors become the kernel's. */
function host<T>(f: () => T): T {
	try {
		return f();
	} catch (e) {
		throw hostError(e);
	}
}

function slowly(call: (done: (e: Error | null, n: number) => void) => void): Promise<number> {
	return new Promise((resolve, reject) => {
		call((e, n) => (e === null ? resolve(n) : reject(hostError(e))));
	});
}

const lists = new Map<string, string[]>();

/** Names by number from a file like /etc/passwd, read when first asked for. */
function listed(path: string): string[] {
	const have = lists.get(path);
	if (have !== undefined) return have;
	const names: string[] = [];
	lists.set(path, names);
	try {
		for (const line of fs.readFileSync(path, "utf8").split("\n")) {
			const [name, , id] = line.split(":");
			if (name !== undefined && id !== undefined) names[Number(id)] ??= name;
		}
	} catch {
		return names; // no such file on this host: numbers will do
	}
	return names;
}

const groups = (): string[] => listed("/etc/group");

function userName(id: number): string {
	return listed("/etc/passwd")[id] ?? String(id);
}

function groupName(id: number): string {
	return groups()[id] ?? String(id);
}
