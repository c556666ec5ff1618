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
