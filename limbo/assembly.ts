/** The listing that -S asks for. */
import { disassembly } from "../libinterp/das.ts";
import type { ObjectFile } from "../libinterp/object.ts";

/** With `origins`, the place in the source of each instruction, these stand behind the instructions. */
export function assembly(file: ObjectFile, origins?: readonly string[]): string {
	const text = disassembly(file);
	if (origins === undefined) return text;
	let pc = 0;
	return text
		.split("\n")
		.map((line) => (line.startsWith("\t") && pc < file.nprog ? `${line}\t# ${origins[pc++]}` : line))
		.join("\n");
}
