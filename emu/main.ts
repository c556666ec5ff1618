import { readFileSync, realpathSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { dirname, join, resolve } from "node:path";
import { Command, CommanderError, InvalidArgumentError } from "commander";
import { compilers } from "../libinterp/backends.ts";
import { Fault } from "../libinterp/fault.ts";
import { HostStore } from "./codestore.ts";
import { Emu, type EmuOptions } from "./emu.ts";
import { KernelError } from "./error.ts";
import { chooseBackEnd } from "./jit.ts";
import { bridges } from "./native.ts";
import { levels, reports, watching } from "./trace.ts";
import { writeAll } from "./tty.ts";
import { version } from "./version.ts";

/** Bytes for Limbo programs, unless -p says otherwise. Only what is touched costs anything. */
const HEAP = 1 << 30;
const LARGEST = 0xffff0000;
const INIT = "/dis/emuinit.dis";

/** As the launcher sets it: what is in the bundle, as a hash. */
declare const module: { readonly bundle?: string } | undefined;

/** What Inferno calls hosts. */
const hostNames: Readonly<Record<string, string>> = {
	linux: "Linux",
	darwin: "MacOSX",
	win32: "Nt",
	freebsd: "FreeBSD",
	openbsd: "OpenBSD",
	netbsd: "NetBSD",
};

interface Options {
	r: string;
	c: number;
	p: number;
	v: boolean;
	eager: boolean;
	cache: boolean;
	jit: string | undefined;
	bridge: string | undefined;
}

const examples = `
Examples:
  o.emu                                a shell, in the emulator's own tree
  o.emu -r. dis/sh.dis                 the same, with the directory here as root
  echo '2+2' | o.emu -r. -c1 calc      one program, compiled
  o.emu -r /usr/inferno sh -c 'ls /'   a tree of Inferno, and a command in it

Levels of -c:
${levels.map(({ digits, about }) => `  ${digits.padEnd(4)} ${about}`).join("\n")}

The options may also be in the environment variable EMU.`;

function level(text: string): number {
	if (!/^[0-9]$/.test(text))
		throw new InvalidArgumentError(
			`a level is a digit: ${levels.map(({ digits, about }) => `${digits} ${about}`).join("; ")}`,
		);
	return Number(text);
}

/** The pools of Inferno's emulator: only the heap has a size here. */
function pool(text: string, before: number): number {
	const match = /^(heap|main|image)=(\d+)([kmg]?)$/i.exec(text);
	if (match === null) throw new InvalidArgumentError("a pool is heap=, main= or image= and a size, such as heap=64m");
	const size = Number(match[2]) * ({ k: 2 ** 10, m: 2 ** 20, g: 2 ** 30 }[(match[3] ?? "").toLowerCase()] ?? 1);
	if (size < 2 ** 16 || size > 2 ** 32) throw new InvalidArgumentError("a pool has from 64k to 4g bytes");
	return match[1]?.toLowerCase() === "heap" ? Math.min(size, LARGEST) : before;
}

function command(): Command {
	return new Command("o.emu")
		.description("an Inferno emulator")
		.argument("[program]", "a .dis file below the root, or its name; a shell without one")
		.argument("[args...]", "its arguments")
		.option("-r <root>", "directory that is the root", process.env.EMUROOT ?? ownDirectory())
		.option("-c <level>", "how to run programs, a level below", level, 0)
		.option("-p <pool=size>", "limit a pool of memory: heap, main or image", pool, HEAP)
		.option("--jit <name>", "compile, with a back end by name; interp interprets, list shows what there is")
		.option("--bridge <name>", `the package that native code is called by: ${Object.keys(bridges).join(" or ")}`)
		.option("--eager", "compile modules before they first run, not when it pays", false)
		.option("--no-cache", "do not keep compiled code from one run to the next")
		.option("-v", "say what is started", false)
		.option("-s", "accepted for compatibility: faults are always reported")
		.version(`o.emu ${version}`, "--version")
		.addHelpText("after", examples)
		.passThroughOptions()
		.exitOverride()
		.configureOutput({
			writeOut: (text) => print(1, text),
			writeErr: (text) => print(2, text),
			outputError: (text, write) => write(text.replace(/^error/, "o.emu")),
		});
}

/** Words as rc and Limbo's String->unquoted read them. */
function quoted(words: readonly string[]): string {
	return words.map((w) => (w === "" || /[\s']/.test(w) ? `'${w.replaceAll("'", "''")}'` : w)).join(" ");
}

function parse(args: readonly string[]): { options: Options; program: string[] } | number {
	const program = command();
	try {
		program.parse(args, { from: "user" });
	} catch (e) {
		if (e instanceof CommanderError) return e.exitCode === 0 ? 0 : 2;
		throw e;
	}
	return { options: program.opts<Options>(), program: program.args };
}

/** Where standard error takes nothing there is nobody to tell. */
function print(fd: 1 | 2, text: string): void {
	try {
		writeAll(fd, new TextEncoder().encode(text));
	} catch (e) {
		if (!(e instanceof KernelError)) throw e;
		if (fd === 2) return;
		say(`standard output: ${e.reason}`);
		process.exit(1);
	}
}

function say(text: string): void {
	print(2, `o.emu: ${text}\n`);
}

/** Whether a program was started: what V8 has then compiled is worth keeping. */
export let ran = false;

/** Does what programs that run for longer would have done, so that V8 has compiled that too. */
export let practise = (): void => {};

async function main(): Promise<number> {
	const args = [...(process.env.EMU ?? "").split(/\s+/).filter((w) => w !== ""), ...process.argv.slice(2)];
	const parsed = parse(args);
	if (typeof parsed === "number") return parsed;
	const { options, program } = parsed;
	const root = resolve(options.r);
	if (options.jit === "list") {
		const rows = [["interp", "interprets"], ...Object.entries(compilers).map(([name, c]) => [name, c.about])];
		for (const [name, about] of rows) print(1, `${(name as string).padEnd(8)} ${about}\n`);
		return 0;
	}
	const chosen = chooseBackEnd({ jit: options.jit, bridge: options.bridge, level: options.c });
	if ("wrong" in chosen) {
		say(chosen.wrong);
		return 2;
	}
	if (chosen.note !== undefined) say(chosen.note);
	const { jit, native } = chosen;
	const store = jit === undefined || !options.cache || reports(options.c) ? undefined : codeStore();
	const settings: EmuOptions = {
		root,
		heap: options.p,
		level: options.c,
		backends: {
			...(jit !== undefined ? { jit } : {}),
			...(native !== undefined ? { native } : {}),
			eager: options.eager,
			...(store !== undefined ? { store } : {}),
			...watching(options.c),
		},
		user: userName(),
		env: {
			emuargs: quoted(["o.emu", ...program]),
			emuroot: root,
			emuhost: hostNames[process.platform] ?? process.platform,
			emuwdir: process.cwd(),
		},
	};
	let emu: Emu;
	try {
		emu = new Emu(settings);
	} catch (e) {
		if (e instanceof KernelError) {
			say(`root ${root}: ${e.reason}`);
			return 1;
		}
		if (!(e instanceof RangeError)) throw e;
		say(`the host has no room for a heap of ${options.p} bytes`);
		return 1;
	}
	ran = true;
	if (store !== undefined)
		process.on("exit", () => {
			for (const engine of emu.vm.engines) engine.save?.();
			store.flush();
		});
	if (jit !== undefined)
		practise = () => {
			const { vm } = new Emu({ ...settings, backends: { jit, eager: true } });
			vm.fromBytes(INIT, { stamp: "", bytes: readFileSync(join(root, INIT)) });
		};
	signals(emu);
	if (options.v) say(`root ${root}, starting ${INIT}`);
	try {
		const { reason } = await emu.run(INIT);
		return reason === "" ? 0 : 1;
	} catch (e) {
		emu.terminal.close();
		if (!(e instanceof Fault)) throw e;
		say(`${e.reason} (root ${root})`);
		return 1;
	}
}

/** Where compiled code is kept; nowhere if nobody says which compiler this is. */
function codeStore(): HostStore | undefined {
	if (typeof module === "undefined" || module.bundle === undefined) return undefined;
	return new HostStore(join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "o.emu"), module.bundle);
}

/** The directory of the o.emu that was started, which may be a link to it. */
function ownDirectory(): string {
	return dirname(realpathSync(process.argv[1] ?? "."));
}

function userName(): string {
	try {
		return userInfo().username;
	} catch {
		return "inferno"; // no entry for this user id on the host
	}
}

function signals(emu: Emu): void {
	process.on("SIGINT", () => {
		if (emu.interrupt()) return;
		emu.terminal.close();
		process.exit(130);
	});
	for (const [name, number] of [
		["SIGTERM", 15],
		["SIGHUP", 1],
	] as const)
		process.on(name, () => {
			emu.terminal.close();
			process.exit(128 + number);
		});
}

main().then(
	(status) => process.exit(status),
	(e) => {
		say(`a fault of the emulator itself: ${e instanceof Error ? e.stack : String(e)}`);
		process.exit(70);
	},
);
