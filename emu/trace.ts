import { disassemble } from "../libinterp/das.ts";
import type { Report } from "../libinterp/engine.ts";
import type { Trace } from "../libinterp/xec.ts";
import { writeAll } from "./tty.ts";

/** What the levels of -c do: each of 1 to 3 does what those before it do. */
export const levels: readonly { readonly digits: string; readonly about: string }[] = [
	{ digits: "0", about: "interprets" },
	{ digits: "1", about: "compiles" },
	{ digits: "2", about: "says what was compiled, and its size" },
	{ digits: "3", about: "lists it" },
	{ digits: "4-9", about: "interprets, and traces each instruction" },
];
const SIZES = 2;
const LISTING = 3;
const TRACE = 4;

const utf8 = new TextEncoder();

function tell(text: string): void {
	writeAll(2, utf8.encode(text));
}

/** Whether a level wants a compiler. */
export function compiles(level: number): boolean {
	return level > 0 && level < TRACE;
}

/** Whether a level wants to see what is compiled: all of it then, even what was kept of an earlier run. */
export function reports(level: number): boolean {
	return level >= SIZES && level < TRACE;
}

/** What a level wants to see, on standard error: what is compiled, or each instruction that is interpreted. */
export function watching(level: number): { report?: (r: Report) => void; trace?: Trace } {
	if (level >= TRACE) return { trace: (m, pc) => tell(`[${m.name}] ${pc}: ${disassemble(m.code, pc)}\n`) };
	if (level < SIZES) return {};
	return {
		report: (r) => {
			for (const pc of r.refused)
				tell(`[${r.module.name}] the function at ${pc} cannot be compiled: it is interpreted\n`);
			if (r.functions.length === 0) return;
			tell(summary(r));
			r.functions.forEach((f, k) => {
				const name = r.module.ext.find((e) => e.pc === f.pc)?.name ?? "";
				tell(
					`${String(f.pc).padStart(5)} ${name.padEnd(28)} ${count(f.instructions, "instruction")}, ${count(f.bytes, "byte")}\n`,
				);
				if (level >= LISTING) tell(r.listing(k));
			});
		},
	};
}

function summary({ module, functions, bytes, ms }: Report): string {
	const instructions = functions.reduce((sum, f) => sum + f.instructions, 0);
	return `[${module.name}] compiled ${count(functions.length, "function")}: ${count(instructions, "instruction")}, ${count(bytes, "byte")}, ${ms.toFixed(1)} ms\n`;
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? "" : "s"}`;
