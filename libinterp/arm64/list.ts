import { disassemble as dis } from "../das.ts";
import type { Assembled } from "./asm.ts";
import { disassemble } from "./encode.ts";
import type { Listed } from "./unit.ts";

const DIS = 34;
const TEXT = 34;

/** A function's Dis instructions, the native instructions that each became, and their words, side by side. */
export function listing(dises: Int32Array, code: Assembled, f: Listed): string {
	const marks = f.marks.map(({ pc, at }) => ({ pc, at: code.place(at) }));
	const lines: string[] = [];
	let next = 0;
	const literal = (k: number) => code.literals.some(([from, to]) => k >= from && k < to);
	for (let at = f.from; at < f.to; at += 4) {
		let left = "";
		for (let mark = marks[next]; mark !== undefined && mark.at <= at; mark = marks[++next]) {
			if (left !== "") lines.push(left);
			left = mark.pc < 0 ? "" : `${String(mark.pc).padStart(5)} ${dis(dises, mark.pc)}`;
		}
		const word = code.words[at / 4] as number;
		const hex = word.toString(16).padStart(8, "0");
		const text = literal(at / 4) ? `.word 0x${hex}` : disassemble(word);
		lines.push(`${left.padEnd(DIS)} ${text.padEnd(TEXT)} ${hex}`);
	}
	return lines.map((l) => `${l}\n`).join("");
}
