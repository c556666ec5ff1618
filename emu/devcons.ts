import { hostname } from "node:os";
import { now } from "./clock.ts";
import {
	type Awaitable,
	type Chan,
	type Dirtab,
	ORDWR,
	OREAD,
	OWRITE,
	readText,
	TableDev,
	type Waiter,
} from "./dev.ts";
import { Ebadarg, Eperm } from "./error.ts";
import type { Terminal } from "./tty.ts";

/** What the console device wants to know, or have done. */
export interface ConsoleHost {
	readonly terminal: Terminal;
	user(): string;
	setUser(name: string): void;
	/** The pools of memory, a line each, as /dev/memory gives them. */
	memory(): string;
	/** The devices, a line each. */
	drivers(): string;
	/** The level of the compiler. */
	jit(): number;
	setJit(level: number): void;
	version(): string;
	/** Ends the emulator. */
	halt(): void;
}

const files: readonly (Dirtab & { readonly key: string })[] = [
	["cons", 0o666],
	["consctl", 0o222],
	["keyboard", 0o666],
	["drivers", 0o444],
	["hostowner", 0o644],
	["hoststdin", 0o444],
	["jit", 0o666],
	["kprint", 0o444],
	["memory", 0o444],
	["msec", 0o444],
	["notquiterandom", 0o444],
	["null", 0o666],
	["random", 0o444],
	["sysctl", 0o644],
	["sysname", 0o644],
	["time", 0o644],
	["user", 0o644],
	["zero", 0o444],
].map(([name, perm], k) => ({ key: name as string, name: name as string, qid: k + 1, perm: perm as number }));

const none = new Uint8Array(0);
const decoder = new TextDecoder();

/** #c: the console, and small facts about the machine. */
export class DevCons extends TableDev {
	readonly letter = "c";
	readonly name = "cons";
	readonly table = files;
	readonly #host: ConsoleHost;
	#sysname = "";
	/** How many have switched raw mode on. */
	#raws = 0;
	/** Microseconds that /dev/time has been set ahead of the host's clock. */
	#ahead = 0;

	constructor(host: ConsoleHost) {
		super();
		this.#host = host;
		this.owner = () => host.user();
	}

	#name(c: Chan): string {
		return files[Number(c.qid.path) - 1]?.key ?? "";
	}

	override open(c: Chan, mode: number): Awaitable<void | Chan> {
		const row = files[Number(c.qid.path) - 1];
		const access = mode & 3;
		if (row !== undefined) {
			if ((access === OREAD || access === ORDWR) && (row.perm & 0o444) === 0) throw Eperm;
			if ((access === OWRITE || access === ORDWR) && (row.perm & 0o222) === 0) throw Eperm;
		}
		return super.open(c, mode);
	}

	override close(c: Chan): void {
		if (this.#name(c) === "consctl" && c.aux === "raw") this.#setRaw(c, false);
	}

	#setRaw(c: Chan, raw: boolean): void {
		if (raw === (c.aux === "raw")) return;
		c.aux = raw ? "raw" : undefined;
		this.#raws += raw ? 1 : -1;
		this.#host.terminal.setRaw(this.#raws > 0);
	}

	override read(c: Chan, n: number, offset: bigint, wait: Waiter): Awaitable<Uint8Array> {
		switch (this.#name(c)) {
			case "cons":
			case "keyboard":
			case "hoststdin":
				return n === 0 ? none : this.#host.terminal.read(n, wait);
			case "null":
			case "kprint":
				return none;
			case "zero":
				return new Uint8Array(n);
			case "random":
			case "notquiterandom":
				return process.getBuiltinModule("node:crypto").randomFillSync(new Uint8Array(n));
			default:
				return readText(this.#text(this.#name(c)), n, offset);
		}
	}

	#text(name: string): string {
		switch (name) {
			case "time":
				return String(Date.now() * 1000 + this.#ahead);
			case "msec":
				return String(Math.floor(now()));
			case "user":
			case "hostowner":
				return this.#host.user();
			case "sysname":
				return this.#sysname || hostname();
			case "sysctl":
				return this.#host.version();
			case "drivers":
				return this.#host.drivers();
			case "memory":
				return this.#host.memory();
			case "jit":
				return String(this.#host.jit());
			default:
				throw Eperm;
		}
	}

	override write(c: Chan, bytes: Uint8Array, _offset: bigint, _wait: Waiter): number {
		const text = () => decoder.decode(bytes).trim();
		switch (this.#name(c)) {
			case "cons":
				// The kernel marks the channel that is descriptor 2 of the first thread.
				this.#host.terminal.write(c.aux === "stderr" ? 2 : 1, bytes);
				break;
			case "null":
				break;
			case "consctl":
				this.#control(c, text());
				break;
			case "sysname":
				this.#sysname = text();
				break;
			case "user":
			case "hostowner":
				if (text() === "") throw Ebadarg;
				this.#host.setUser(text());
				break;
			case "time": {
				const now = Number(text());
				if (!Number.isFinite(now)) throw Ebadarg;
				this.#ahead = now - Date.now() * 1000;
				break;
			}
			case "jit": {
				const level = Number(text());
				if (!Number.isInteger(level) || level < 0 || level > 9) throw Ebadarg;
				this.#host.setJit(level);
				break;
			}
			case "sysctl":
				if (text() !== "halt" && text() !== "reboot") throw Ebadarg;
				this.#host.halt();
				break;
			default:
				throw Eperm;
		}
		return bytes.length;
	}

	#control(c: Chan, words: string): void {
		for (const word of words.split(/\s+/)) {
			if (word === "rawon") this.#setRaw(c, true);
			else if (word === "rawoff") this.#setRaw(c, false);
		}
	}
}
