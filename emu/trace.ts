import { disassemble } from "../libinterp/das.ts";
import type { Trace } from "../libinterp/xec.ts";
import { writeAll } from "./tty.ts";

const utf8 = new TextEncoder();

/** Writes a line an instruction to standard error: module, pc, instruction. */
export function traceTo(_level: number): Trace {
	return (m, pc) => {
		writeAll(2, utf8.encode(`[${m.name}] ${pc}: ${disassemble(m.code, pc)}\n`));
	};
}
