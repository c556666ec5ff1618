/** Object files for tests, from the notation of the assembler. */
import { AFP, AIMM, AIND, AMP, AXIMM, AXINF, AXINM, AXNON, AXXX, opcode, XMAGIC } from "../../libinterp/isa.ts";
import { I_ADD, I_D, I_M, I_OP, I_S, INST_WORDS, type ObjectFile } from "../../libinterp/object.ts";

/** Mode and offsets of an operand. */
function operand(text: string): [number, number, number] {
	const double = /^(-?\d+)\((-?\d+)\((fp|mp)\)\)$/.exec(text);
	if (double !== null) return [AIND | (double[3] === "fp" ? AFP : AMP), Number(double[2]), Number(double[1])];
	const single = /^(-?\d+)\((fp|mp)\)$/.exec(text);
	if (single !== null) return [single[2] === "fp" ? AFP : AMP, Number(single[1]), 0];
	return text === "-" ? [AXXX, 0, 0] : [AIMM, Number(text.slice(1)), 0];
}

/** Instructions of the form `op source middle destination`, `-` where there is none. */
function assemble(lines: readonly string[]): Int32Array {
	const code = new Int32Array(lines.length * INST_WORDS);
	lines.forEach((line, pc) => {
		const [op = "", s = "-", m = "-", d = "-"] = line.split(" ");
		const at = pc * INST_WORDS;
		const [sm, s1, s2] = operand(s);
		const [mm, m1] = operand(m);
		const [dm, d1, d2] = operand(d);
		const mid = mm === AXXX ? AXNON : mm === AIMM ? AXIMM : mm === AFP ? AXINF : AXINM;
		code[at + I_OP] = op.startsWith("#") ? Number(op.slice(1)) : opcode(op);
		code[at + I_ADD] = mid | (sm << 3) | dm;
		code[at + I_M] = m1;
		code.set([s1, s2], at + I_S);
		code.set([d1, d2], at + I_D);
	});
	return code;
}

/** A module of these instructions, without types and data unless the `change` has them. */
export function objectOf(lines: readonly string[], change: Partial<ObjectFile>): ObjectFile {
	return {
		magic: XMAGIC,
		signature: undefined,
		flags: 0,
		stackExtent: 0,
		code: assemble(lines),
		nprog: lines.length,
		dataSize: change.types?.[0]?.size ?? 0,
		types: [],
		data: [],
		name: "M",
		exports: [],
		entry: -1,
		entryType: -1,
		imports: [],
		handlers: [],
		sourcePath: "",
		...change,
	};
}
