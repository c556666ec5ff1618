import { type Awaitable, Chan, Dev, type Dir, DMDIR, QTDIR, startTime, type Waiter } from "./dev.ts";
import { Eexist, Enonexist, Eperm } from "./error.ts";
import { ByteQueue } from "./queue.ts";

/** A pipe with two ends; what is written at one is read at the other. */
interface Pipe {
	readonly id: number;
	readonly names: [string, string];
	readonly perms: [number, number];
	/** What end k reads. */
	readonly queues: [ByteQueue, ByteQueue];
	/** Open channels at each end. */
	readonly open: [number, number];
}

let lastId = 0;

/** #|: each attach makes a new pipe, a directory with its ends, `data` and `data1` at first. */
export class DevPipe extends Dev {
	readonly letter = "|";
	readonly name = "pipe";
	owner: () => string = () => "inferno";

	attach(_spec: string): Chan {
		const pipe: Pipe = {
			id: ++lastId,
			names: ["data", "data1"],
			perms: [0o660, 0o660],
			queues: [new ByteQueue(), new ByteQueue()],
			open: [0, 0],
		};
		const c = new Chan(this, { path: 0n, vers: 0, type: QTDIR });
		c.devno = pipe.id;
		c.aux = pipe;
		return c;
	}

	walk(c: Chan, name: string): Chan {
		if (name === "..") return this.clone(c);
		const k = c.isDir ? (c.aux as Pipe).names.indexOf(name) : -1;
		if (k < 0) throw Enonexist;
		return this.#end(c, k);
	}

	#end(c: Chan, k: number): Chan {
		const n = new Chan(this, { path: BigInt(k + 1), vers: 0, type: 0 });
		n.devno = c.devno;
		n.aux = c.aux;
		return n;
	}

	#side(c: Chan): 0 | 1 {
		return c.qid.path === 1n ? 0 : 1;
	}

	stat(c: Chan): Dir {
		const pipe = c.aux as Pipe;
		const side = this.#side(c);
		return {
			name: c.isDir ? "#|" : pipe.names[side],
			uid: this.owner(),
			gid: this.owner(),
			muid: this.owner(),
			qid: c.qid,
			mode: c.isDir ? (DMDIR | 0o555) >>> 0 : pipe.perms[side],
			atime: startTime,
			mtime: startTime,
			length: c.isDir ? 0n : BigInt(pipe.queues[side].length),
			dtype: "|".codePointAt(0) as number,
			dev: pipe.id,
		};
	}

	override dirread(c: Chan): Dir[] {
		if (c.offset > 0n) return [];
		c.offset = 1n;
		return [0, 1].map((k) => this.stat(this.#end(c, k)));
	}

	/** An end may have another name, and permissions, which are for show. */
	override wstat(c: Chan, d: Dir): void {
		if (c.isDir) throw Eperm;
		const { names, perms } = c.aux as Pipe;
		const side = this.#side(c);
		if (d.name === names[1 - side]) throw Eexist;
		if (d.name !== "") names[side] = d.name;
		if (d.mode !== 0xffffffff) perms[side] = d.mode & 0o777;
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		const opened = super.open(c, mode);
		if (!c.isDir) (c.aux as Pipe).open[this.#side(c)]++;
		return opened;
	}

	override read(c: Chan, n: number, _offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		return (c.aux as Pipe).queues[this.#side(c)].read(n, wait);
	}

	override write(c: Chan, bytes: Uint8Array, _offset: bigint, wait: Waiter): Awaitable<number> {
		return (c.aux as Pipe).queues[this.#side(c) === 0 ? 1 : 0].write(bytes, wait);
	}

	/** The last channel of an end: the other end reads the end, and its writes fail. */
	override close(c: Chan): void {
		if (c.isDir || c.mode < 0) return;
		const pipe = c.aux as Pipe;
		const side = this.#side(c);
		if (--pipe.open[side] > 0) return;
		pipe.queues[side === 0 ? 1 : 0].hangup();
		pipe.queues[side].close();
	}
}
