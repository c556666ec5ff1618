import { type Awaitable, Chan, Dev, type Dir, DMAPPEND, DMDIR, DMEXCL, QTDIR, startTime, type Waiter } from "./dev.ts";
import { Eexist, Ehungup, Enonexist, Eperm, KernelError } from "./error.ts";

/** What serves a file of #s. */
export interface SrvFile {
	read(fid: number, offset: number, n: number, wait: Waiter): Awaitable<Uint8Array>;
	write(fid: number, offset: number, bytes: Uint8Array, wait: Waiter): Awaitable<number>;
	/** Fid `fid` was closed. */
	clunk(fid: number, wasRead: boolean, wasWritten: boolean): void;
}

interface Entry {
	name: string;
	perm: number;
	length: bigint;
	readonly path: bigint;
	readonly file: SrvFile;
}

interface Directory {
	readonly id: number;
	readonly entries: Map<string, Entry>;
}

let lastDirectory = 0;
let lastPath = 0n;
let lastFid = 0;

/** #s: files served by programs through file2chan. Each attach makes a directory of its own. */
export class DevSrv extends Dev {
	readonly letter = "s";
	readonly name = "srv";
	owner: () => string = () => "inferno";

	attach(spec: string): Chan {
		const have = spec === "" ? undefined : this.#named.get(spec);
		const directory = have ?? { id: ++lastDirectory, entries: new Map<string, Entry>() };
		if (spec !== "") this.#named.set(spec, directory);
		const c = new Chan(this, { path: 0n, vers: 0, type: QTDIR });
		c.devno = directory.id;
		c.aux = { directory };
		return c;
	}

	/** Directories that have been attached by name, which are shared. */
	readonly #named = new Map<string, Directory>();

	#of(c: Chan): { directory: Directory; entry?: Entry; fid?: number; wrote?: boolean } {
		return c.aux as { directory: Directory; entry?: Entry; fid?: number; wrote?: boolean };
	}

	/** Adds a file to directory `dir`. Returns a function that takes it away. */
	add(dir: Chan, name: string, file: SrvFile): () => void {
		const members = dir.union === undefined ? [dir] : dir.union.members;
		const at = members.find((c) => c.dev === this && c.isDir);
		if (at === undefined) throw new KernelError("directory not a srv device");
		const { entries } = this.#of(at).directory;
		if (name === "" || name.includes("/")) throw Eperm;
		if (entries.has(name)) throw Eexist;
		const entry: Entry = { name, perm: 0o660, length: 0n, path: ++lastPath, file };
		entries.set(name, entry);
		return () => {
			if (entries.get(entry.name) === entry) entries.delete(entry.name);
		};
	}

	walk(c: Chan, name: string): Chan {
		const { directory } = this.#of(c);
		const entry = c.isDir ? directory.entries.get(name) : undefined;
		if (entry === undefined) throw Enonexist;
		const n = new Chan(this, { path: entry.path, vers: 0, type: 0 });
		n.devno = c.devno;
		n.aux = { directory, entry };
		return n;
	}

	override clone(c: Chan): Chan {
		const n = super.clone(c);
		const { directory, entry } = this.#of(c);
		n.aux = { directory, entry };
		return n;
	}

	stat(c: Chan): Dir {
		return this.#dir(this.#of(c).entry);
	}

	#dir(entry: Entry | undefined): Dir {
		return {
			name: entry?.name ?? "#s",
			uid: this.owner(),
			gid: this.owner(),
			muid: this.owner(),
			qid: { path: entry?.path ?? 0n, vers: 0, type: entry === undefined ? QTDIR : 0 },
			mode: entry === undefined ? (DMDIR | 0o755) >>> 0 : entry.perm >>> 0,
			atime: startTime,
			mtime: startTime,
			length: entry?.length ?? 0n,
			dtype: "s".codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (c.offset > 0n) return [];
		c.offset = 1n;
		return [...this.#of(c).directory.entries.values()].map((e) => this.#dir(e));
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		const opened = super.open(c, mode);
		if (!c.isDir) this.#of(c).fid = ++lastFid;
		return opened;
	}

	#served(c: Chan): { file: SrvFile; fid: number } {
		const { directory, entry, fid } = this.#of(c);
		if (entry === undefined || directory.entries.get(entry.name) !== entry) throw Ehungup;
		return { file: entry.file, fid: fid ?? 0 };
	}

	override read(c: Chan, n: number, offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		const { file, fid } = this.#served(c);
		return file.read(fid, Number(offset), n, wait);
	}

	override write(c: Chan, bytes: Uint8Array, offset: bigint, wait: Waiter): Awaitable<number> {
		const { file, fid } = this.#served(c);
		return file.write(fid, Number(offset), bytes, wait);
	}

	override close(c: Chan): void {
		const { directory, entry, fid } = this.#of(c);
		if (fid === undefined || entry === undefined || directory.entries.get(entry.name) !== entry) return;
		entry.file.clunk(fid, c.mode !== 1, c.mode !== 0);
	}

	override remove(c: Chan): void {
		const { directory, entry } = this.#of(c);
		if (entry === undefined) throw Eperm;
		directory.entries.delete(entry.name);
	}

	/** Name, permissions and length are for show: the server is not asked. */
	override wstat(c: Chan, d: Dir): void {
		const { directory, entry } = this.#of(c);
		if (entry === undefined) throw Eperm;
		if (d.name !== "" && d.name !== entry.name) {
			if (directory.entries.has(d.name)) throw Eexist;
			directory.entries.delete(entry.name);
			entry.name = d.name;
			directory.entries.set(d.name, entry);
		}
		if (d.mode !== 0xffffffff) entry.perm = d.mode & (DMEXCL | DMAPPEND | 0o777);
		if (d.length !== -1n) entry.length = d.length;
	}
}
