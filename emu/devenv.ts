import {
	type Awaitable,
	Chan,
	Dev,
	type Dir,
	DMDIR,
	ORDWR,
	OREAD,
	OTRUNC,
	OWRITE,
	QTDIR,
	slice,
	startTime,
	type Waiter,
} from "./dev.ts";
import { Ebadusefd, Eexist, Enonexist, Eperm } from "./error.ts";
import type { Egrp, Evalue, Osenv } from "./pgrp.ts";

/** #e: the environment variables of the thread that looks, a file each. */
export class DevEnv extends Dev {
	readonly letter = "e";
	readonly name = "env";
	readonly #env: () => Osenv;

	/** `env` gives the environment of the running thread. */
	constructor(env: () => Osenv) {
		super();
		this.#env = env;
	}

	attach(_spec: string): Chan {
		const c = new Chan(this, { path: 0n, vers: 0, type: QTDIR });
		c.aux = this.#env().egrp;
		return c;
	}

	/** An unopened channel may have been made for another group: names are always looked up in that of the running thread. */
	#vars(): Map<string, Evalue> {
		return this.#env().egrp.vars;
	}

	walk(c: Chan, name: string): Chan {
		if (name === "..") return this.attach("");
		const v = c.isDir ? this.#vars().get(name) : undefined;
		if (v === undefined) throw Enonexist;
		return this.#chan(name, v);
	}

	#chan(name: string, v: Evalue): Chan {
		const c = new Chan(this, { path: v.path, vers: v.vers, type: 0 });
		c.aux = { name, v, group: this.#env().egrp };
		return c;
	}

	/** The variable of a file. Throws Enonexist when it has been removed. */
	#variable(c: Chan): { name: string; v: Evalue; group: Egrp } {
		const x = c.aux as { name: string; v: Evalue; group: Egrp };
		if (x.group.vars.get(x.name) !== x.v && ![...x.group.vars.values()].includes(x.v)) throw Enonexist;
		return x;
	}

	stat(c: Chan): Dir {
		if (c.isDir) return this.#dir("#e", { path: 0n, vers: 0, value: new Uint8Array(0) }, true);
		const { name, v } = this.#variable(c);
		return this.#dir(name, v, false);
	}

	#dir(name: string, v: Evalue, isDir: boolean): Dir {
		const user = this.#env().user;
		return {
			name,
			uid: user,
			gid: user,
			muid: user,
			qid: { path: v.path, vers: v.vers, type: isDir ? QTDIR : 0 },
			mode: isDir ? (DMDIR | 0o775) >>> 0 : 0o666,
			atime: startTime,
			mtime: startTime,
			length: BigInt(v.value.length),
			dtype: "e".codePointAt(0) as number,
			dev: 0,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (c.offset > 0n) return [];
		c.offset = 1n;
		return [...this.#vars()].map(([name, v]) => this.#dir(name, v, false));
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		if (!c.isDir && (mode & OTRUNC) !== 0) this.#replace(this.#variable(c).v, new Uint8Array(0));
		return super.open(c, mode);
	}

	override create(c: Chan, name: string, mode: number, perm: number): void {
		if ((perm & DMDIR) !== 0) throw Eperm;
		const { egrp } = this.#env();
		if (egrp.vars.has(name)) throw Eexist;
		const made = this.#chan(name, egrp.set(name, new Uint8Array(0)));
		c.qid = made.qid;
		c.aux = made.aux;
		c.mode = mode & 3;
	}

	#replace(v: Evalue, value: Uint8Array): void {
		v.value = value;
		v.vers++;
	}

	override read(c: Chan, n: number, offset: bigint): Uint8Array {
		if (c.mode !== OREAD && c.mode !== ORDWR) throw Ebadusefd;
		return slice(this.#variable(c).v.value, n, offset).slice();
	}

	override write(c: Chan, bytes: Uint8Array, offset: bigint, _wait: Waiter): number {
		if (c.mode !== OWRITE && c.mode !== ORDWR) throw Ebadusefd;
		const { v } = this.#variable(c);
		const at = Number(offset);
		const end = at + bytes.length;
		if (end > 1 << 20) throw Eperm;
		const value = new Uint8Array(Math.max(end, v.value.length));
		value.set(v.value);
		value.set(bytes, at);
		this.#replace(v, value);
		return bytes.length;
	}

	override remove(c: Chan): void {
		if (c.isDir) throw Eperm;
		const { name, group } = this.#variable(c);
		group.vars.delete(name);
	}

	override wstat(c: Chan, d: Dir): void {
		if (c.isDir) throw Eperm;
		const x = this.#variable(c);
		if (d.length !== -1n) this.#replace(x.v, x.v.value.slice(0, Number(d.length)));
		if (d.name === "" || d.name === x.name) return;
		if (x.group.vars.has(d.name)) throw Eexist;
		x.group.vars.delete(x.name);
		x.group.vars.set(d.name, x.v);
		x.name = d.name;
	}
}
