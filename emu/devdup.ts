import {
	type Awaitable,
	Chan,
	Dev,
	type Dir,
	DMDIR,
	ORDWR,
	OREAD,
	QTDIR,
	readText,
	startTime,
	type Waiter,
} from "./dev.ts";
import { Ebadarg, Ebadfd, Ebadusefd, Enonexist, Eperm } from "./error.ts";
import type { Osenv } from "./pgrp.ts";

/** #d: the file descriptors of the thread that looks. Opening `n` gives another name for what is open as n; `nctl` tells of it. */
export class DevDup extends Dev {
	readonly letter = "d";
	readonly name = "dup";
	readonly #env: () => Osenv;

	constructor(env: () => Osenv) {
		super();
		this.#env = env;
	}

	attach(_spec: string): Chan {
		return new Chan(this, { path: 0n, vers: 0, type: QTDIR });
	}

	/** Path 2*fd+1 for a descriptor, 2*fd+2 for its ctl. */
	walk(c: Chan, name: string): Chan {
		if (name === "..") return this.attach("");
		const match = /^(\d{1,5})(ctl)?$/.exec(name);
		if (!c.isDir || match === null) throw Enonexist;
		const fd = Number(match[1]);
		if (this.#env().fgrp.fds[fd] === undefined) throw Enonexist;
		return new Chan(this, { path: BigInt(2 * fd + (match[2] === undefined ? 1 : 2)), vers: 0, type: 0 });
	}

	#open(c: Chan): Chan {
		const open = this.#env().fgrp.fds[this.#fd(c)];
		if (open === undefined) throw Ebadfd;
		return open;
	}

	#fd(c: Chan): number {
		return (Number(c.qid.path) - 1) >> 1;
	}

	#isCtl(c: Chan): boolean {
		return c.qid.path !== 0n && c.qid.path % 2n === 0n;
	}

	stat(c: Chan): Dir {
		if (c.isDir) return this.#dir("#d", 0n, (DMDIR | 0o555) >>> 0, QTDIR);
		const fd = this.#fd(c);
		if (this.#isCtl(c)) return this.#dir(`${fd}ctl`, c.qid.path, 0o400, 0);
		const mode = [0o400, 0o200, 0o600][this.#open(c).mode] ?? 0o400;
		return this.#dir(String(fd), c.qid.path, mode, 0);
	}

	#dir(name: string, path: bigint, mode: number, type: number): Dir {
		const { user } = this.#env();
		return {
			name,
			uid: user,
			gid: user,
			muid: user,
			qid: { path, vers: 0, type },
			mode,
			atime: startTime,
			mtime: startTime,
			length: 0n,
			dtype: "d".codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (c.offset > 0n) return [];
		c.offset = 1n;
		const dirs: Dir[] = [];
		this.#env().fgrp.fds.forEach((open, fd) => {
			if (open === undefined) return;
			for (const name of [String(fd), `${fd}ctl`]) dirs.push(this.stat(this.walk(c, name)));
		});
		return dirs;
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		if (c.isDir || this.#isCtl(c)) {
			if ((mode & 3) !== OREAD) throw Eperm;
			return super.open(c, mode);
		}
		const open = this.#open(c);
		const access = mode & 3;
		if (access > ORDWR) throw Ebadarg;
		if (open.mode !== ORDWR && open.mode !== access) throw Ebadusefd;
		open.refs++;
		return open;
	}

	override read(c: Chan, n: number, offset: bigint, _wait: Waiter): Uint8Array {
		const open = this.#open(c);
		const access = ["r", "w", "rw"][open.mode] ?? "r";
		return readText(
			`${String(this.#fd(c)).padStart(3)} ${access.padEnd(2)} ${open.dev.letter} ${open.name}\n`,
			n,
			offset,
		);
	}
}
