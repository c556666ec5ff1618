import { type Awaitable, type Chan, DMDIR, OEXCL, OTRUNC, then } from "./dev.ts";
import { Ebadspec, Eexist, Enoattach, Enocreate, Enonexist, Enotdir, Eperm, KernelError } from "./error.ts";
import { cclose, key, type Member, type MountPoint, type Osenv, type Pgrp } from "./pgrp.ts";

/** Devices that a name may begin with though the name space bars the others: pipes, dup, env, time of day ... */
const alwaysOpen = "|esDa";

/** Finds the device for a letter, or undefined. */
export type FindDev = (letter: string) => Chan["dev"] | undefined;

/**
 * `name` relative to `base`, without empty, `.` and `..` elements; `..` is lexical and stays within the root, which is "/" or `#Xspec`.
 */
export function cleanName(base: string, name: string): { root: string; elements: string[] } {
	const full = name.startsWith("/") || name.startsWith("#") ? name : `${base}/${name}`;
	let root = "/";
	let rest = full;
	if (full.startsWith("#")) {
		// The slash of #/ is part of the root's name.
		const end = full.indexOf("/", full.startsWith("#/") ? 2 : 1);
		root = end < 0 ? full : full.slice(0, end);
		rest = end < 0 ? "" : full.slice(end);
	}
	const elements: string[] = [];
	for (const e of rest.split("/")) {
		if (e === "" || e === ".") continue;
		if (e === "..") elements.pop();
		else elements.push(e);
	}
	return { root, elements };
}

/** `name` without its last `n` elements. */
function upTo(name: string, n: number): string {
	let end = name.length;
	for (; n > 0; n--) {
		while (end > 0 && name[end - 1] === "/") end--;
		while (end > 0 && name[end - 1] !== "/") end--;
	}
	while (n <= 0 && end > 1 && name[end - 1] === "/") end--;
	return name.slice(0, end);
}

function joined(root: string, elements: readonly string[]): string {
	if (root === "/") return `/${elements.join("/")}`;
	return elements.length === 0 ? root : `${root}/${elements.join("/")}`;
}

/** Names: turns them into channels, through the mounts of a name space. */
export class Names {
	readonly #find: FindDev;

	constructor(find: FindDev) {
		this.#find = find;
	}

	/** A new channel, not open, for the file itself: what is mounted on it is not looked at. */
	walk(env: Osenv, name: string): Awaitable<Chan> {
		const { root, elements } = cleanName(env.pgrp.dot.name, name);
		if (!/[^/]\/+\.\.?(\/|$)|[^/]\/+$/.test(name)) return this.#walk(env.pgrp, root, elements, name);
		return then(this.#directories(env, name), () => this.#walk(env.pgrp, root, elements, name));
	}

	/** What comes before a slash that `.`, `..` or nothing follows has to be a directory, though the walk does not come to it. */
	#directories(env: Osenv, name: string): Awaitable<void> {
		const slash = /[^/](?=\/+(\.\.?)?(\/|$))/g;
		const next = (): Awaitable<void> => {
			const found = slash.exec(name);
			if (found === null) return;
			const prefix = name.slice(0, found.index + 1);
			if (/(^|\/)\.\.?$/.test(prefix) || prefix.startsWith("#")) return next();
			return then(this.resolve(env, prefix), (c) => {
				const { isDir } = c;
				cclose(c);
				if (!isDir) throw new KernelError(`'${prefix}' ${Enotdir.reason}`);
				return next();
			});
		};
		return next();
	}

	/** `name` is what the caller gave, for errors. */
	#walk(pgrp: Pgrp, root: string, elements: readonly string[], name: string): Awaitable<Chan> {
		const start = this.#start(pgrp, root);
		return then(start, (c) => this.#from(pgrp, c, root, elements, 0, name));
	}

	/**
	 * The error of a walk that failed `left` elements before the end of `name`: it names the path as far as that, as it was given. The
	 * device's own words are kept for the first element in it.
	 */
	#failed(e: unknown, name: string, left: number, first: boolean): never {
		if (!(e instanceof KernelError)) throw e;
		if (e === Enotdir) left++;
		const reason = e === Enonexist && !first ? "does not exist" : e.reason;
		throw new KernelError(`'${upTo(name, left)}' ${reason}`);
	}

	#start(pgrp: Pgrp, root: string): Awaitable<Chan> {
		if (root === "/") return pgrp.slash.dev.clone(pgrp.slash);
		const letter = String.fromCodePoint(root.codePointAt(1) ?? 0);
		// Of services only a new tree is private, not one with a name.
		const open = alwaysOpen.includes(letter) && (letter !== "s" || root === "#s");
		if (pgrp.nodevs && !open) throw Enoattach;
		const dev = this.#find(letter);
		if (dev === undefined || root.length < 2) throw Ebadspec;
		return then(dev.attach(root.slice(1 + letter.length)), (c) => {
			c.name = root;
			return c;
		});
	}

	#from(pgrp: Pgrp, c: Chan, root: string, elements: readonly string[], i: number, given: string): Awaitable<Chan> {
		const count = cleanName("", given).elements.length;
		for (let k = i; k < elements.length; k++) {
			const first = k <= elements.length - count || pgrp.mounts.has(key(c));
			const fails = (e: unknown): never => this.#failed(e, given, elements.length - 1 - k, first);
			let next: Awaitable<Chan>;
			try {
				next = this.#step(pgrp, c, elements[k] as string);
			} catch (e) {
				return fails(e);
			} finally {
				cclose(c);
			}
			const name = joined(root, elements.slice(0, k + 1));
			if (next instanceof Promise)
				return next.catch(fails).then((n) => {
					n.name = name;
					return this.#from(pgrp, n, root, elements, k + 1, given);
				});
			next.name = name;
			c = next;
		}
		return c;
	}

	/** `name` in directory `c`, or in the first of the directories mounted on it that has it. */
	#step(pgrp: Pgrp, c: Chan, name: string): Awaitable<Chan> {
		const mount = pgrp.mounts.get(key(c));
		if (mount === undefined) return walk1(c, name);
		return this.#stepUnion(mount.members, 0, name);
	}

	#stepUnion(members: readonly Member[], i: number, name: string): Awaitable<Chan> {
		for (let k = i; k < members.length; k++) {
			try {
				const found = walk1((members[k] as Member).chan, name);
				if (!(found instanceof Promise)) return found;
				return found.catch((e) => {
					if (k + 1 >= members.length) throw e;
					return this.#stepUnion(members, k + 1, name);
				});
			} catch (e) {
				if (!(e instanceof KernelError) || k + 1 >= members.length) throw e;
			}
		}
		throw Enonexist;
	}

	/** As `walk`, going on to what is mounted there: the first of a union, which the channel keeps as a whole. */
	resolve(env: Osenv, name: string): Awaitable<Chan> {
		return then(this.walk(env, name), (c) => this.mounted(env.pgrp, c));
	}

	/** What is mounted on the file that `c` is. */
	mounts(pgrp: Pgrp, c: Chan): MountPoint | undefined {
		return pgrp.mounts.get(key(c));
	}

	/** The channel to use for `c`, which it takes over: of what is mounted there, if anything is. */
	mounted(pgrp: Pgrp, c: Chan): Chan {
		const mount = this.mounts(pgrp, c);
		const first = mount?.members[0];
		if (mount === undefined || first === undefined) return c;
		const m = first.chan.dev.clone(first.chan);
		m.name = c.name;
		if (mount.members.length > 1) {
			for (const x of mount.members) x.chan.refs++;
			m.union = { members: mount.members.map((x) => x.chan), next: 0, open: undefined };
		}
		cclose(c);
		return m;
	}

	/** Opens `name`. */
	open(env: Osenv, name: string, mode: number): Awaitable<Chan> {
		return then(this.resolve(env, name), (c) => opened(c, c.dev.open(c, mode)));
	}

	/** Makes `name`, or empties it if it is there. */
	create(env: Osenv, name: string, mode: number, perm: number): Awaitable<Chan> {
		const { root, elements } = cleanName(env.pgrp.dot.name, name);
		const last = elements.pop();
		if (last === undefined) throw Eexist;
		const exists = settled(() =>
			then(this.#walk(env.pgrp, root, [...elements, last], name), (c) => this.mounted(env.pgrp, c)),
		);
		return then(exists, (c) => {
			if (c === undefined) return this.#make(env.pgrp, root, elements, last, mode, perm, upTo(name, 1));
			if ((perm & DMDIR) !== 0 || c.isDir || (mode & OEXCL) !== 0) {
				cclose(c);
				throw c.isDir && (perm & DMDIR) === 0 ? Eperm : Eexist;
			}
			return opened(c, c.dev.open(c, mode | OTRUNC));
		});
	}

	#make(
		pgrp: Pgrp,
		root: string,
		dir: string[],
		name: string,
		mode: number,
		perm: number,
		parent: string,
	): Awaitable<Chan> {
		return then(this.#walk(pgrp, root, dir, parent), (at) => {
			const mount = pgrp.mounts.get(key(at));
			let c = at;
			if (mount !== undefined) {
				const member = mount.members.find((m) => m.create);
				cclose(at);
				if (member === undefined) throw Enocreate;
				c = member.chan.dev.clone(member.chan);
			}
			if (!c.isDir) throw Enotdir;
			c.name = joined(root, [...dir, name]);
			return opened(c, c.dev.create(c, name, mode & ~OEXCL, perm));
		});
	}
}

function walk1(c: Chan, name: string): Awaitable<Chan> {
	if (!c.isDir) throw Enotdir;
	return c.dev.walk(c, name);
}

/** `c` when the opening has gone well; else it is closed. */
function opened(c: Chan, opening: Awaitable<void | Chan>): Awaitable<Chan> {
	return then(opening, (other) => {
		if (other === undefined) return c;
		cclose(c);
		return other;
	});
}

/** The result, or undefined where it fails with an error of the kernel. */
function settled<T>(f: () => Awaitable<T>): Awaitable<T | undefined> {
	try {
		const x = f();
		return x instanceof Promise
			? x.catch((e) => {
					if (e instanceof KernelError) return undefined;
					throw e;
				})
			: x;
	} catch (e) {
		if (e instanceof KernelError) return undefined;
		throw e;
	}
}
