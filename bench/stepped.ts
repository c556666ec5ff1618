import { spawnSync } from "node:child_process";
import { Emu } from "../emu/emu.ts";
import type { Backends } from "../libinterp/backends.ts";
import type { Trace } from "../libinterp/xec.ts";

/** Runs a command in an emulator in this process; `trace` sees each instruction that is not run by compiled code. */
export async function stepped(root: string, command: string, trace: Trace, backends: Backends = {}): Promise<void> {
	const emu = new Emu({
		root,
		heap: 1 << 30,
		level: 0,
		backends: { ...backends, trace },
		user: "inferno",
		env: { emuargs: `o.emu ${command}`, emuroot: root, emuhost: "Linux", emuwdir: "/" },
	});
	await emu.run("/dis/emuinit.dis");
}

/**
 * What a script of ours writes as JSON in the last line of its standard error, run in a process of its own as what it steps through may print. `args` end
 * with the command that it is about.
 */
export function apart<T>(node: string, args: readonly [script: string, ...string[]], input = ""): T {
	const { stderr, status } = spawnSync(node, args, { encoding: "utf8", timeout: 600_000, input, maxBuffer: 1 << 28 });
	if (status !== 0) throw new Error(`${args.at(-1)}: ${stderr}`);
	return JSON.parse(stderr.trim().split("\n").at(-1) ?? "");
}
