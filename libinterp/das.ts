/** Object files as text, in the form that asm(1) reads. */
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARM,
	AXIMM,
	AXINF,
	AXNON,
	DAPOP,
	DEFA,
	DEFB,
	DEFF,
	DEFL,
	DEFS,
	DEFW,
	DIND,
	dstMode,
	HASEXCEPT,
	HASLDT,
	isa,
	srcMode,
} from "./isa.ts";
import { type DataItem, I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS, type ObjectFile } from "./object.ts";

const utf8 = new TextDecoder();

/** The operands of an instruction: `4(32(fp)),$1,36(fp)`. */
export function operands(code: Int32Array, at: number): string {
	const add = code[at + I_ADD] as number;
	const parts: string[] = [];
	const word = (i: number): number => code[at + i] as number;
	const s = operand(srcMode(add), word(I_S), word(I_S2));
	if (s !== "") parts.push(s);
	const mid = add & ARM;
	if (mid !== AXNON) parts.push(mid === AXIMM ? `$${word(I_M)}` : `${word(I_M)}(${mid === AXINF ? "fp" : "mp"})`);
	const d = operand(dstMode(add), word(I_D), word(I_D2));
	if (d !== "") parts.push(d);
	return parts.join(",");
}

function operand(mode: number, first: number, second: number): string {
	switch (mode) {
		case AFP:
			return `${first}(fp)`;
		case AMP:
			return `${first}(mp)`;
		case AIMM:
			return `$${first}`;
		case AIND | AFP:
			return `${second}(${first}(fp))`;
		case AIND | AMP:
			return `${second}(${first}(mp))`;
		default:
			return "";
	}
}

/** The name of an opcode; a number for what is none. */
export function mnemonic(op: number): string {
	return isa[op]?.name ?? `op${op}`;
}

/** One instruction: `movw	$1,32(fp)`. */
export function disassemble(code: Int32Array, pc: number): string {
	const at = pc * INST_WORDS;
	const args = operands(code, at);
	const name = mnemonic(code[at + I_OP] as number);
	return args === "" ? name : `${name}\t${args}`;
}

/** The whole file, an instruction a line, every tenth preceded by its number. */
export function disassembly(o: ObjectFile): string {
	const lines: string[] = [];
	for (let pc = 0; pc < o.nprog; pc++) {
		if (pc % 10 === 0) lines.push(`#${pc}`);
		lines.push(`\t${disassemble(o.code, pc)}`);
	}
	if (o.entry >= 0) lines.push(`\tentry\t${o.entry}, ${o.entryType}`);
	for (const [id, type] of o.types.entries()) {
		const map = Array.from(type.map, (b) => b.toString(16).padStart(2, "0")).join("");
		lines.push(`\tdesc\t$${id},${type.size},"${map}"`);
	}
	lines.push(`\tvar\t@mp,${o.dataSize}`);
	for (const item of o.data) lines.push(...dataLines(item));
	lines.push(`\tmodule\t${o.name}`);
	for (const e of o.exports) lines.push(`\tlink\t${e.type},${e.pc},0x${e.sig.toString(16)},"${e.name}"`);
	if (o.flags & HASLDT) lines.push(...importLines(o));
	if (o.flags & HASEXCEPT) lines.push(...handlerLines(o));
	lines.push(`\tsource\t"${o.sourcePath}"`);
	return `${lines.join("\n")}\n`;
}

function dataLines(item: DataItem): string[] {
	const at = `@mp+${item.offset}`;
	switch (item.kind) {
		case DEFB:
			return [`\tbyte\t${at},${Array.from(item.bytes).join(",")}`];
		case DEFW:
			return [`\tword\t${at},${Array.from(item.words).join(",")}`];
		case DEFL:
			return Array.from(item.bigs, (v, i) => `\tlong\t@mp+${item.offset + 8 * i},${v} # ${hex64(v)}`);
		case DEFF:
			return Array.from(item.reals, (v, i) => `\treal\t@mp+${item.offset + 8 * i},${v} # ${hex64(realBits(v))}`);
		case DEFS:
			return [`\tstring\t${at},"${escaped(utf8.decode(item.bytes))}"`];
		case DEFA:
			return [`\tarray\t${at},$${item.type},${item.length}`];
		case DIND:
			return [`\tindir\t${at},${item.index}`];
		case DAPOP:
			return ["\tapop"];
	}
}

function realBits(value: number): bigint {
	const view = new DataView(new ArrayBuffer(8));
	view.setFloat64(0, value);
	return view.getBigInt64(0);
}

const hex64 = (value: bigint): string => BigInt.asUintN(64, value).toString(16).padStart(16, "0");

function escaped(text: string): string {
	const names: Record<string, string> = { "\n": "\\n", "\0": "\\z", '"': '\\"', "\\": "\\\\" };
	return text.replace(/[\n\0"\\]/g, (c) => names[c] ?? c);
}

/** Import tables: the number of entries, then each at the offset it would have as data. */
function importLines(o: ObjectFile): string[] {
	const lines = [`\tldts\t@ldt,${o.imports.length}`];
	for (const [i, table] of o.imports.entries()) {
		lines.push(`\tword\t@ldt+${i},${table.length}`);
		let offset = i + 4;
		for (const entry of table) {
			offset = (offset + 3) & ~3;
			lines.push(`\text\t@ldt+${offset},0x${entry.sig.toString(16)},"${entry.name}"`);
			offset += 4 + entry.name.length + 1;
		}
	}
	return lines;
}

function handlerLines(o: ObjectFile): string[] {
	const lines = [`\texceptions\t${o.handlers.length}`];
	for (const h of o.handlers) {
		lines.push(`\texception\t${h.pc1}, ${h.pc2}, ${h.eoff}, ${h.type}, ${h.cases.length - 1}, ${h.ne}`);
		for (const c of h.cases) lines.push(`\texctab\t${c.name === null ? "*" : `"${c.name}"`}, ${c.pc}`);
	}
	return lines;
}
