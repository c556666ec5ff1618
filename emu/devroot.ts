import { type Awaitable, Chan, Dev, type Dir, DMDIR, QTDIR, startTime } from "./dev.ts";
import { Ebadattach, Ebadusefd, Enonexist } from "./error.ts";

/** Directories that are always there to mount on. Source: Inferno's devroot. */
const names = ["dev", "fd", "prog", "net", "net.alt", "chan", "nvfs", "env"];

/** The root device: empty directories to mount things on, for a root that lacks them. */
export class DevRoot extends Dev {
	readonly letter = "/";
	readonly name = "root";
	owner: () => string = () => "inferno";

	attach(spec: string): Chan {
		if (spec !== "") throw Ebadattach;
		return new Chan(this, { path: 0n, vers: 0, type: QTDIR });
	}

	walk(c: Chan, name: string): Awaitable<Chan> {
		if (name === "..") return this.attach("");
		const k = c.qid.path === 0n ? names.indexOf(name) : -1;
		if (k < 0) throw Enonexist;
		return new Chan(this, { path: BigInt(k + 1), vers: 0, type: QTDIR });
	}

	stat(c: Chan): Dir {
		return this.#dir(Number(c.qid.path));
	}

	#dir(k: number): Dir {
		return {
			name: k === 0 ? "/" : (names[k - 1] as string),
			uid: this.owner(),
			gid: this.owner(),
			muid: this.owner(),
			qid: { path: BigInt(k), vers: 0, type: QTDIR },
			mode: (DMDIR | 0o555) >>> 0,
			atime: startTime,
			mtime: startTime,
			length: 0n,
			dtype: "/".codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (!c.isDir) throw Ebadusefd;
		if (c.offset > 0n) return [];
		c.offset = 1n;
		return c.qid.path === 0n ? names.map((_, k) => this.#dir(k + 1)) : [];
	}
}
