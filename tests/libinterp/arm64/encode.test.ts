/** Each form with edge values of its operands: word for word what the GNU assembler makes of its text. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { decode, disassemble, encode, type Field, logical, shapes, text } from "../../../libinterp/arm64/encode.ts";
import type { Form } from "../../../libinterp/arm64/forms.ts";

const AS = "aarch64-linux-gnu-as";
const found = spawnSync(AS, ["--version"]).status === 0;
const withAs = found ? test : test.skip;

/** Masks that the logical instructions have, and some beside them that they have not. */
const masks = [
	1,
	2,
	0xff,
	0xff00,
	0x7fffffff,
	-2,
	0x55555555,
	0x33333333,
	0x0f0f0f0f,
	0x00ff00ff,
	0x81818181 | 0,
	-0x7fffffff,
	0xfffff81f | 0,
	127,
];
const noMasks = [0, -1, 5, 0x12345678, 0x0f0f0f0e];

/** Values at the edges of an operand, and some that do not fit. */
function edges(f: Field): { good: number[]; bad: number[] } {
	const top = 2 ** f.width;
	switch (f.kind) {
		case "l":
			return { good: masks, bad: noMasks };
		case "z":
			return { good: [0, 1, 7, f.width - 1], bad: [-1, f.width] };
		case "c":
			return { good: [0, 1, 13], bad: [-1, 16] };
		case "@":
			return { good: [0, 4, -4, (top / 2 - 1) * 4, (-top / 2) * 4], bad: [2, top * 2, -top * 2 - 4] };
		case "i":
			return {
				good: [0, f.unit, (top / 2 - 1) * f.unit, (-top / 2) * f.unit],
				bad: [(top / 2) * f.unit, (-top / 2 - 1) * f.unit, 0.5],
			};
		case "u":
			return { good: [0, f.unit, (top - 1) * f.unit], bad: [-f.unit, top * f.unit, f.unit / 2] };
		default:
			return { good: [0, 1, 17, 30, 31], bad: [-1, 32, 1.5] };
	}
}

/** What the architecture leaves undefined or the assembler warns of: one register twice where both would be changed. */
function sensible(name: Form, operands: readonly number[]): boolean {
	if (name === "pushx" || name === "popx")
		return operands[2] !== operands[0] && operands[2] !== operands[1] && operands[0] !== operands[1];
	return !name.startsWith("ldp") || operands[0] !== operands[1];
}

/** Every value of each operand, the others at values of their own. */
function samples(name: Form, fields: readonly Field[]): number[][] {
	const plain = fields.map((f, k) => edges(f).good[k % 3] as number);
	const all = fields.flatMap((f, k) => edges(f).good.map((v) => plain.map((p, j) => (j === k ? v : p))));
	return (all.length === 0 ? [[]] : all).filter((o) => sensible(name, o));
}

/** What the assembler makes of lines: a word each. */
function assembled(lines: readonly string[]): number[] {
	const dir = mkdtempSync(join(tmpdir(), "arm64-"));
	try {
		writeFileSync(join(dir, "a.s"), `${lines.join("\n")}\n`);
		const ran = spawnSync(AS, ["-o", join(dir, "a.o"), join(dir, "a.s")], { encoding: "utf8" });
		if (ran.status !== 0) throw new Error(ran.stderr);
		const object = readFileSync(join(dir, "a.o"));
		// An ELF object: the section that is code begins behind the header.
		const at = 64;
		return lines.map((_, k) => object.readUInt32LE(at + 4 * k));
	} finally {
		rmSync(dir, { recursive: true });
	}
}

const all = [...shapes()].flatMap(([name, { fields }]) =>
	samples(name, fields).map((operands) => ({ name, operands })),
);

withAs(`every form is encoded as by ${AS}${found ? "" : " (which is not installed)"}`, (t) => {
	const words = assembled(all.map(({ name, operands }) => text(name, operands)));
	t.true(all.length > 1000);
	all.forEach(({ name, operands }, k) => {
		t.is(encode(name, ...operands), words[k] as number, text(name, operands));
	});
});

test("what is encoded is decoded, to the same text or that of a form that is the same word", (t) => {
	for (const { name, operands } of all) {
		const word = encode(name, ...operands);
		const back = decode(word);
		t.truthy(back, text(name, operands));
		t.is(encode(back?.name as Form, ...(back?.operands ?? [])), word);
		if (back?.name === name) t.deepEqual(back.operands, operands);
	}
	t.is(disassemble(0), ".word 0x0");
	t.is(disassemble(encode("addwi", 1, 2, 3)), "add w1, w2, #3");
	t.is(disassemble(encode("bcond", 0, 8)), "b.eq .+8");
});

test("operands that do not fit are refused", (t) => {
	for (const [name, { fields }] of shapes())
		fields.forEach((f, k) => {
			const { bad } = edges(f);
			for (const v of bad) {
				const operands = fields.map((g, j) => (j === k ? v : (edges(g).good[0] as number)));
				t.throws(() => encode(name, ...operands), { instanceOf: RangeError }, `${name} ${operands}`);
			}
		});
	t.throws(() => encode("addw", 1, 2), { instanceOf: RangeError });
	for (const mask of noMasks) t.is(logical(mask), undefined);
});
