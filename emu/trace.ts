import { writeSync } from "node:fs";
import { disassemble } from "../libinterp/das.ts";
import type { Trace } from "../libinterp/xec.ts";

/** Writes a line an instruction to standard error: module, pc, instruction. */
export function traceTo(_level: number): Trace {
	return (m, pc) => {
		writeSync(2, `[${m.name}] ${pc}: ${disassemble(m.code, pc).trim()}\n`);
	};
}
