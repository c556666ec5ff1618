import { type Backends, engines } from "../libinterp/backends.ts";
import { Fault } from "../libinterp/fault.ts";
import { mathmod } from "../libinterp/mathmod.ts";
import type { Prog } from "../libinterp/prog.ts";
import { type Host, type ModuleFile, Vm } from "../libinterp/vm.ts";
import { now } from "./clock.ts";
import { type Awaitable, type Dir, OREAD, then } from "./dev.ts";
import { KernelError } from "./error.ts";
import { Kernel } from "./kernel.ts";
import { cryptmod, keyringmod } from "./keyringmod.ts";
import { loadermod } from "./loadermod.ts";
import { cclose, closeEnv, forkEnv, type Osenv } from "./pgrp.ts";
import { sysmod } from "./sysmod.ts";
import { Terminal } from "./tty.ts";
import { version } from "./version.ts";

/** What an emulator is started with. */
export interface EmuOptions {
	/** Directory of the host that is the root. */
	readonly root: string;
	/** Bytes of memory for Limbo programs. */
	readonly heap: number;
	/** 0 interprets; 1 compiles where there is a compiler. */
	readonly level: number;
	/** What runs Dis code. */
	readonly backends: Backends;
	readonly user: string;
	/** Environment variables that the first program finds in /env. */
	readonly env: Readonly<Record<string, string>>;
}

/** How the first program ended. */
export interface Ending {
	/** "" for success; the exception otherwise. */
	readonly reason: string;
	readonly broken: boolean;
}

/** Time for threads before Node's event loop gets a turn. */
const BURST = 10;
/** Bytes newly used that make an idle emulator look for cycles. */
const IDLEGROWTH = 8 << 20;
const BIGGEST = 8 << 20;

const utf8 = new TextEncoder();

/** An emulator: a kernel, a machine, and the loop that runs its threads. */
export class Emu implements Host {
	readonly terminal = new Terminal();
	readonly kernel: Kernel;
	readonly vm: Vm;
	readonly #options: EmuOptions;
	#user: string;
	#level: number;
	#first: Prog | undefined;
	#ending: Ending = { reason: "", broken: false };
	#scheduled = false;
	/** A thread has ended since cycles were looked for. */
	#someEnded = false;
	/** No collection that is not urgent before this time. */
	#rest = 0;
	#finish: ((e: Ending) => void) | undefined;
	readonly #waits = new Set<() => void>();
	/** Keeps Node alive while threads wait for something that does not. */
	#alive: ReturnType<typeof setInterval> | undefined;

	readonly digest: ((bytes: Uint8Array) => string) | undefined;

	/** Throws KernelError when the root cannot be used. */
	constructor(options: EmuOptions) {
		this.#options = options;
		this.#user = options.user;
		this.#level = options.level;
		const { store } = options.backends;
		this.digest = store === undefined ? undefined : (bytes) => store.digest(bytes);
		this.kernel = new Kernel({
			root: options.root,
			user: options.user,
			vm: () => this.vm,
			console: {
				terminal: this.terminal,
				user: () => this.#user,
				setUser: (name) => {
					this.#user = name;
				},
				memory: () => this.#memory(),
				drivers: () => this.kernel.drivers(),
				jit: () => this.#level,
				setJit: (level) => {
					this.#level = level;
				},
				version: () => `o.emu ${version}`,
				halt: () => this.#end(),
			},
			interruptible: (undo) => this.interruptible(undo),
		});
		this.vm = new Vm(
			options.heap,
			this,
			{
				$Sys: (vm) => sysmod(vm, this.kernel),
				$Math: mathmod,
				$Keyring: keyringmod,
				$Crypt: cryptmod,
				$Loader: (vm) => loadermod(vm),
			},
			engines(options.backends),
		);
	}

	#memory(): string {
		this.vm.frames.trim();
		const { pool } = this.vm.heap;
		const columns = [pool.used, pool.limit, pool.top, 0, 0, 0, 0].map((n) => String(n).padStart(11));
		return `${columns.join(" ")} heap\n`;
	}

	// World and Host, for the machine.

	fork(parent: Prog | undefined, child: Prog): Osenv {
		return parent === undefined ? this.kernel.firstEnv(child.pid) : forkEnv(parent.env as Osenv, child.pid);
	}

	ended(p: Prog, module: string, reason: string, broken: boolean): void {
		const env = p.env as Osenv;
		const record = `${p.pid} "${module}":${reason}`;
		env.childq?.put(record);
		env.waitq?.put(record);
		if (broken) this.#report(`[${module}] Broken: "${reason}"\n`);
		else closeEnv(env);
		this.#someEnded = true;
		if (p === this.#first) this.#ending = { reason, broken };
	}

	/** Where standard error takes nothing there is nobody to tell. */
	#report(line: string): void {
		try {
			this.terminal.write(2, utf8.encode(line));
		} catch (e) {
			if (!(e instanceof KernelError)) throw e;
		}
	}

	wake(): void {
		if (this.#scheduled) return;
		this.#scheduled = true;
		setImmediate(this.#turn);
	}

	readonly now = now;

	setError(reason: string): void {
		(this.vm.sched.current.env as Osenv).errstr = reason;
	}

	moduleFile(path: string, have: string | undefined): Awaitable<ModuleFile> {
		try {
			const found = this.#moduleFile(this.vm.sched.current.env as Osenv, path, have);
			return found instanceof Promise ? found.catch(asFault) : found;
		} catch (e) {
			return asFault(e);
		}
	}

	#moduleFile(env: Osenv, path: string, have: string | undefined): Awaitable<ModuleFile> {
		const { files } = this.kernel;
		return then(files.openChan(env, path, OREAD), (c) => {
			const contents = (d: Dir): Awaitable<ModuleFile> => {
				const stamp = `${d.dtype} ${d.dev} ${d.qid.path} ${d.qid.vers} ${d.mtime} ${d.length}`;
				if (stamp === have) return { stamp, bytes: undefined };
				if (c.isDir) throw new KernelError("file is a directory");
				if (d.length >= BIGGEST) throw new KernelError("implausible length");
				const length = Number(d.length);
				return then(c.dev.read(c, Math.max(length, 1), 0n, { onAbort() {} }), (bytes): ModuleFile => {
					if (bytes.length !== length) throw new KernelError("short read or write");
					return { stamp, bytes };
				});
			};
			const close = () => cclose(c);
			let result: Awaitable<ModuleFile>;
			try {
				result = then(c.dev.stat(c), contents);
			} catch (e) {
				close();
				throw e;
			}
			if (result instanceof Promise) return result.finally(close);
			close();
			return result;
		});
	}

	// The loop.

	/**
	 * Runs the program at `path` in the root, and all that it starts; resolves when no thread is left. Throws a Fault
	 * when it cannot be loaded.
	 */
	async run(path: string): Promise<Ending> {
		const { vm } = this;
		const boot = this.kernel.firstEnv(0);
		let file: ModuleFile;
		try {
			file = await this.#moduleFile(boot, path, undefined);
		} catch (e) {
			throw new Fault(`${path}: ${e instanceof KernelError ? e.reason : String(e)}`);
		} finally {
			closeEnv(boot);
		}
		const m = vm.fromBytes(path, file);
		const p = vm.start(m);
		this.#first = p;
		const env = p.env as Osenv;
		for (const [name, value] of Object.entries(this.#options.env)) env.egrp.set(name, utf8.encode(value));
		this.terminal.onClosed = () => this.#end();
		this.#alive = setInterval(() => {}, 1 << 30);
		return new Promise((resolve) => {
			this.#finish = resolve;
			this.wake();
		});
	}

	readonly #turn = (): void => {
		this.#scheduled = false;
		if (this.#finish === undefined) return;
		const { vm } = this;
		vm.begin(BURST);
		while (vm.slice() && this.#finish !== undefined) if (vm.time >= vm.until) break;
		// Threads that wait for each other for ever would otherwise keep the emulator for ever.
		if (!vm.sched.alive || (vm.sched.idle && vm.sched.outside === 0)) this.#end();
		else if (!vm.sched.idle) this.wake();
		else this.#collect();
	};

	/**
	 * Nothing else is to be done. What has ended may have left descriptors in cycles, and somebody waits for the other end of
	 * a pipe to be closed. Looking for them takes at most a tenth of the time.
	 */
	#collect(): void {
		const { heap } = this.vm;
		const abandoned = this.#someEnded && this.kernel.abandoned;
		const began = now();
		if (abandoned && began < this.#rest) {
			setTimeout(() => this.wake(), this.#rest - began);
			return;
		}
		this.#someEnded = false;
		if (!abandoned && heap.grown <= IDLEGROWTH) return;
		heap.collect();
		this.#rest = now() + 9 * (now() - began);
	}

	#end(): void {
		const finish = this.#finish;
		this.#finish = undefined;
		clearInterval(this.#alive);
		this.terminal.close();
		finish?.(this.#ending);
	}

	// The interrupt key.

	/** Has `undo` called, once, when the user strikes the interrupt key; the function returned takes that back. */
	interruptible(undo: () => void): () => void {
		this.#waits.add(undo);
		return () => {
			this.#waits.delete(undo);
		};
	}

	/** The interrupt key: ends the reads of the console and of wait files. False when nobody was in one. */
	interrupt(): boolean {
		const waits = [...this.#waits];
		this.#waits.clear();
		for (const undo of waits) undo();
		return this.terminal.interrupt() || waits.length > 0;
	}
}

function asFault(e: unknown): never {
	throw e instanceof KernelError ? new Fault(e.reason) : e;
}
