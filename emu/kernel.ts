import type { Vm } from "../libinterp/vm.ts";
import { type Chan, type Dev, OREAD, OWRITE } from "./dev.ts";
import { type ConsoleHost, DevCons } from "./devcons.ts";
import { DevDup } from "./devdup.ts";
import { DevEnv } from "./devenv.ts";
import { HostFiles } from "./devfs.ts";
import { DevPipe } from "./devpipe.ts";
import { DevProg } from "./devprog.ts";
import { DevRoot } from "./devroot.ts";
import { DevSrv } from "./devsrv.ts";
import { KernelError } from "./error.ts";
import { Names } from "./namec.ts";
import { Egrp, Fgrp, MAFTER, MBEFORE, MCREATE, MREPL, type Osenv, Pgrp } from "./pgrp.ts";
import { Files } from "./sysfile.ts";

/** What a kernel is made of. */
export interface KernelOptions {
	/** Directory of the host that is the root. */
	readonly root: string;
	readonly user: string;
	readonly console: ConsoleHost;
	/** The machine, once there is one. */
	readonly vm: () => Vm;
	/** Registers what ends a wait when the user strikes the interrupt key; returns what takes that back. */
	readonly interruptible: (undo: () => void) => () => void;
}

/** Where a new name space has its devices. Source: Inferno's emu/port/main.c. */
const binds: readonly (readonly [from: string, on: string, flags: number])[] = [
	["#U", "/", MAFTER | MCREATE],
	["#c", "/dev", MBEFORE],
	["#p", "/prog", MREPL],
	["#d", "/fd", MREPL],
];

/** The kernel: its devices, and the calls on them. */
export class Kernel {
	readonly devices: readonly Dev[];
	readonly names: Names;
	readonly files: Files;
	readonly srv = new DevSrv();
	/** Those that objects in the heap refer to, by number. */
	readonly groups = new Map<number, Fgrp>();
	readonly #user: string;
	/** What descriptor 0 is: only a terminal is the console, to which a shell gives prompts. */
	readonly #input: string;

	/** Throws KernelError when the root is no directory. */
	constructor(options: KernelOptions) {
		const env = () => options.vm().sched.current.env as Osenv;
		const root = new DevRoot();
		const pipe = new DevPipe();
		this.#user = options.user;
		this.#input = options.console.terminal.isTerminal ? "#c/cons" : "#c/hoststdin";
		// The one list of devices: names and /dev/drivers come from it.
		this.devices = [
			root,
			new DevCons(options.console),
			new DevEnv(env),
			new DevDup(env),
			pipe,
			new DevProg(options.vm, options.interruptible),
			this.srv,
			new HostFiles("U", "fs", options.root),
		];
		root.owner = pipe.owner = this.srv.owner = () => options.console.user();
		const byLetter = new Map(this.devices.map((d) => [d.letter, d]));
		this.names = new Names((letter) => byLetter.get(letter));
		this.files = new Files(this.names);
	}

	/** Whether there are descriptors that only objects know: no thread will close them. */
	get abandoned(): boolean {
		for (const g of this.groups.values()) if (g.refs === g.objects) return true;
		return false;
	}

	/** As /dev/drivers lists them. */
	drivers(): string {
		return this.devices.map((d) => `#${d.letter} ${d.name}\n`).join("");
	}

	/** The environment of a first thread: a fresh name space with the host's files, and the console as 0, 1 and 2, or the host's input as 0. */
	firstEnv(pid: number): Osenv {
		const slash = this.devices[0]?.attach("") as Chan;
		slash.name = "/";
		const pgrp = new Pgrp(slash, slash);
		const env: Osenv = {
			pid,
			user: this.#user,
			errstr: "",
			pgrp,
			fgrp: new Fgrp(),
			egrp: new Egrp(),
			waitq: undefined,
			childq: undefined,
		};
		for (const [from, on, flags] of binds) this.files.bind(env, from, on, flags);
		// What the root has itself in those places shows too.
		for (const dir of ["/dev", "/net"]) {
			try {
				this.files.bind(env, `#U${dir}`, dir, MAFTER);
			} catch (e) {
				if (!(e instanceof KernelError)) throw e;
			}
		}
		this.files.open(env, this.#input, OREAD);
		for (let fd = 1; fd <= 2; fd++) this.files.open(env, "#c/cons", OWRITE);
		this.files.chan(env, 2).aux = "stderr";
		return env;
	}
}
