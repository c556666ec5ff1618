import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { DAPOP, DEFA, DEFF, DEFS, DEFW, DIND } from "../../libinterp/isa.ts";
import { ObjectError, type ObjectFile, parseObject } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { objectOf } from "./assemble.ts";

/**
 * A module: 64 bytes of data with a pointer at 0, a function at pc 0 with frames of 72 bytes and pointers at 32 and
 * 36. Type 2 is a smaller frame with a pointer at 32, type 3 two words of which the second is a pointer.
 */
function module(lines: readonly string[], change: Partial<ObjectFile> = {}): ObjectFile {
	return objectOf(lines, {
		dataSize: 64,
		types: [
			{ size: 64, map: Uint8Array.of(0x80) },
			{ size: 72, map: Uint8Array.of(0, 0xc0) },
			{ size: 40, map: Uint8Array.of(0, 0x80) },
			{ size: 8, map: Uint8Array.of(0x40) },
		],
		exports: [{ pc: 0, type: 1, sig: 0, name: "f" }],
		imports: [[]],
		...change,
	});
}

const words = (offset: number, ...values: number[]): ObjectFile["data"] => [
	{ kind: DEFW, offset, words: Int32Array.from(values) },
];
const text = { kind: DEFS, bytes: Uint8Array.of(65) } as const;

const accepted: [string, readonly string[], Partial<ObjectFile>?][] = [
	["a return", ["ret"]],
	["moves", ["movw $1 - 40(fp)", "movp 0(mp) - 32(fp)", "movl 40(fp) - 48(fp)", "ret"]],
	["a field of an object", ["movw 4(32(fp)) - 40(fp)", "ret"]],
	["the place of the return value", ["movw $3 - 0(16(fp))", "ret"]],
	["an element", ["indw 32(fp) 40(fp) $0", "movw $7 - 0(40(fp))", "ret"]],
	[
		"an element whose address goes where the index came from",
		["indx 32(fp) 40(fp) $0", "indw 32(fp) 40(fp) 12(40(fp))", "ret"],
	],
	["its own frame", ["lea 44(fp) - 40(fp)", "movw $7 - 4(40(fp))", "ret"]],
	[
		"a call",
		["frame $2 - 40(fp)", "movp 32(fp) - 32(40(fp))", "lea 44(fp) - 16(40(fp))", "call 40(fp) - $5", "ret", "ret"],
	],
	[
		"a call within a call",
		[
			"frame $2 - 40(fp)",
			"frame $2 - 44(fp)",
			"lea 32(40(fp)) - 16(44(fp))",
			"call 44(fp) - $6",
			"call 40(fp) - $6",
			"ret",
			"ret",
		],
	],
	["a call of another module", ["mframe 32(fp) $0 40(fp)", "movw $1 - 32(40(fp))", "mcall 40(fp) $0 32(fp)", "ret"]],
	["a loop", ["movw $0 - 40(fp)", "addw $1 - 40(fp)", "bltw 40(fp) $10 $1", "ret"]],
	["a case", ["case 40(fp) - 8(mp)", "ret", "exit"], { data: words(8, 1, 0, 5, 1, 2) }],
	["a goto", ["goto 40(fp) - 8(mp)", "ret", "exit"], { data: words(4, 2, 1, 2) }],
	[
		"an alt",
		[
			"movw 32(fp) - 52(fp)",
			"lea 60(fp) - 56(fp)",
			"movw $1 - 44(fp)",
			"movw $0 - 48(fp)",
			"alt 44(fp) - 40(fp)",
			"ret",
		],
	],
	[
		"a copy by type",
		["movmp 0(32(fp)) $3 64(fp)", "ret"],
		{ types: typesWith(1, { size: 72, map: Uint8Array.of(0, 0xc0, 0x40) }) },
	],
	["unreachable code", ["ret", "movw 4000(fp) - 40(fp)", "ret"]],
	[
		"a handler",
		["movw $1 - 40(fp)", "ret", "jmp - - $1"],
		{
			handlers: [{ pc1: 0, pc2: 1, eoff: 32, ne: 0, type: -1, cases: [{ name: null, pc: 2 }] }],
		},
	],
	[
		"an array in the data",
		["ret"],
		{
			data: [
				{ kind: DEFA, offset: 0, type: 3, length: 2 },
				{ kind: DIND, offset: 0, index: 1 },
				{ ...text, offset: 4 },
				{ kind: DAPOP, offset: 0 },
			],
		},
	],
];

function typesWith(id: number, type: ObjectFile["types"][0]): ObjectFile["types"] {
	const types = module(["ret"]).types.slice();
	types[id] = type;
	return types;
}

for (const [what, lines, change] of accepted)
	test(`accepts ${what}`, (t) => t.notThrows(() => verify(module(lines, change))));

const refused: [string, string, readonly string[], Partial<ObjectFile>?][] = [
	["an unknown opcode", "pc 0: illegal dis instruction", ["#250"]],
	["a number for a destination", "pc 0: movw: destination: illegal address mode", ["movw $1 - $2", "ret"]],
	["an immediate big", "pc 0: movl: source: illegal address mode", ["movl $1 - 40(fp)", "ret"]],
	["a forged pointer", "pc 0: movp: source: $12 as a pointer", ["movp $12 - 32(fp)", "ret"]],
	["a computed jump", "pc 0: jmp: destination: illegal address mode", ["jmp - - 40(fp)"]],
	["a missing middle operand", "pc 0: movm: middle: missing", ["movm 40(fp) - 44(fp)", "ret"]],
	["a size from memory", "pc 0: movm: middle: not a constant", ["movm 40(fp) 60(fp) 44(fp)", "ret"]],
	["a type that is none", "pc 0: new: source: $4 is out of range", ["new $4 - 32(fp)", "ret"]],
	["an import table that is none", "pc 0: load: middle: $1 is out of range", ["load 32(fp) $1 36(fp)", "ret"]],
	["running off the end", "code runs off its end", ["movw $1 - 40(fp)"]],
	["a branch last", "code runs off its end", ["beqw $1 40(fp) $0"]],
	[
		"a word outside the frame",
		"pc 0: movw: destination: 72 is outside a frame of 72 bytes",
		["movw $1 - 72(fp)", "ret"],
	],
	[
		"a big that begins inside",
		"pc 0: cvtwl: destination: 72 is outside a frame of 72 bytes",
		["cvtwl $1 - 72(fp)", "ret"],
	],
	["a negative offset", "pc 0: movw: destination: -8 is in the header of a frame", ["movw $1 - -8(fp)", "ret"]],
	["the frame's type", "pc 0: movw: destination: 12 is in the header of a frame", ["movw $1 - 12(fp)", "ret"]],
	["a crooked word", "pc 0: movw: destination: offset 42 is not aligned", ["movw $1 - 42(fp)", "ret"]],
	[
		"data outside the module's",
		"pc 0: movw: destination: 64 is outside module data of 64 bytes",
		["movw $1 - 64(mp)", "ret"],
	],
	["a number over a pointer", "pc 0: movw: destination: 32 is a pointer", ["movw $1 - 32(fp)", "ret"]],
	["a byte over a pointer", "pc 0: movb: destination: 3 is a pointer", ["movb $1 - 3(mp)", "ret"]],
	["a block over a pointer", "pc 0: movm: destination: 24 is a pointer", ["movm 40(fp) $16 24(fp)", "ret"]],
	["a pointer in a word", "pc 0: movp: destination: 40 is no pointer", ["movp 32(fp) - 40(fp)", "ret"]],
	["a word for a pointer", "pc 0: movp: source: 40 is no pointer", ["movp 40(fp) - 32(fp)", "ret"]],
	["another layout", "pc 0: movmp: destination: 44 is no pointer", ["movmp 0(32(fp)) $3 40(fp)", "ret"]],
	[
		"a word for an address",
		"pc 0: movw: source: 40(fp) does not hold an address on every path",
		["movw 0(40(fp)) - 44(fp)", "ret"],
	],
	["a word of the data for an address", "pc 0: movw: source: 8(mp) is no pointer", ["movw 0(8(mp)) - 44(fp)", "ret"]],
	[
		"a negative offset from a pointer",
		"pc 0: movw: source: offset -4 from an address",
		["movw -4(32(fp)) - 40(fp)", "ret"],
	],
	[
		"an address on one path only",
		"pc 2: movw: source: 40(fp) does not hold an address on every path",
		["beqw $0 44(fp) $2", "lea 44(fp) - 40(fp)", "movw 0(40(fp)) - 48(fp)", "ret"],
	],
	[
		"an address that was overwritten",
		"pc 2: movw: source: 40(fp) does not hold an address on every path",
		["lea 44(fp) - 40(fp)", "addw $4 - 40(fp)", "movw 0(40(fp)) - 48(fp)", "ret"],
	],
	[
		"an address overwritten through its own",
		"pc 2: movw: source: 40(fp) does not hold an address on every path",
		["lea 40(fp) - 40(fp)", "movw $64 - 0(40(fp))", "movw 0(40(fp)) - 48(fp)", "ret"],
	],
	[
		"more than the element",
		"pc 1: movl: source: 0 is outside an element of 4 bytes",
		["indw 32(fp) 40(fp) $0", "movl 0(40(fp)) - 48(fp)", "ret"],
	],
	[
		"more than the frame by its address",
		"pc 1: movw: source: 88 is outside a frame of 72 bytes",
		["lea 48(fp) - 40(fp)", "movw 40(40(fp)) - 44(fp)", "ret"],
	],
	[
		"an argument outside the new frame",
		"pc 1: movw: destination: 40 is outside the new frame of 40 bytes",
		["frame $2 - 40(fp)", "movw $1 - 40(40(fp))", "exit"],
	],
	[
		"a number for a pointer argument",
		"pc 1: movw: destination: 32 is a pointer",
		["frame $2 - 40(fp)", "movw $1 - 32(40(fp))", "exit"],
	],
	[
		"the new frame's header",
		"pc 1: movw: destination: 12 is in the header of a frame",
		["frame $2 - 40(fp)", "movw $1 - 12(40(fp))", "exit"],
	],
	["a call without a frame", "pc 0: call: source: not a new frame on every path", ["call 40(fp) - $1", "ret"]],
	[
		"a second call of a frame",
		"pc 2: call: source: not a new frame on every path",
		["frame $1 - 40(fp)", "call 40(fp) - $0", "call 40(fp) - $0", "ret"],
	],
	[
		"calls in the wrong order",
		"pc 2: call: source: not the frame made last",
		["frame $2 - 40(fp)", "frame $2 - 44(fp)", "call 40(fp) - $5", "call 44(fp) - $5", "ret", "ret"],
	],
	[
		"a frame that nobody calls",
		"pc 0: frame: destination: the new frame is never called",
		["frame $2 - 40(fp)", "ret"],
	],
	[
		"a frame left over",
		"pc 2: ret: 1 frames are pending",
		["frame $2 - 40(fp)", "beqw $0 44(fp) $3", "ret", "call 40(fp) - $5", "ret", "ret"],
	],
	[
		"paths with different frames",
		"pc 3: paths with 0 and 1 pending frames meet",
		["beqw $0 44(fp) $3", "frame $2 - 40(fp)", "jmp - - $3", "call 40(fp) - $4", "ret"],
	],
	[
		"a frame of another type",
		"call to pc 3: the function at pc 3 has frames of type 2, not 1",
		["frame $1 - 40(fp)", "call 40(fp) - $3", "ret", "ret"],
		{
			exports: [
				{ pc: 0, type: 1, sig: 0, name: "f" },
				{ pc: 3, type: 2, sig: 0, name: "g" },
			],
		},
	],
	[
		"a local call with another module's frame",
		"pc 1: call: source: the frame is another module's",
		["mframe 32(fp) $0 40(fp)", "call 40(fp) - $2", "ret"],
	],
	[
		"a call of another link",
		"pc 1: mcall: middle: the frame was made for link 0",
		["mframe 32(fp) $0 40(fp)", "mcall 40(fp) $1 32(fp)", "ret"],
	],
	[
		"a jump into another function",
		"pc 1: part of two functions",
		["jmp - - $1", "ret", "jmp - - $1"],
		{
			exports: [
				{ pc: 0, type: 1, sig: 0, name: "f" },
				{ pc: 2, type: 1, sig: 0, name: "g" },
			],
		},
	],
	["an alt of unknown size", "pc 0: alt: source: a number in the table is not known", ["alt 44(fp) - 40(fp)", "ret"]],
	[
		"an alt beyond the frame",
		"pc 2: alt: source: a table of 9 entries at 44 is outside the frame",
		["movw $9 - 44(fp)", "movw $0 - 48(fp)", "alt 44(fp) - 40(fp)", "ret"],
	],
	[
		"an alt without places",
		"pc 2: alt: source: 56(fp) in the table holds no address",
		["movw $1 - 44(fp)", "movw $0 - 48(fp)", "alt 44(fp) - 40(fp)", "ret"],
	],
	[
		"a case table too long for the data",
		"jump table at 56 has 4 entries",
		["case 40(fp) - 56(mp)", "ret"],
		{ data: words(56, 4) },
	],
	["a negative case table", "jump table at 8 has -1 entries", ["case 40(fp) - 8(mp)", "ret"], { data: words(8, -1) }],
	[
		"a case that leads nowhere",
		"jump table at 20: bad branch addr 2",
		["case 40(fp) - 8(mp)", "ret"],
		{ data: words(8, 1, 0, 1, 2, 1) },
	],
	[
		"a goto that leads nowhere",
		"jump table at 12: bad branch addr -1",
		["goto 40(fp) - 8(mp)", "ret"],
		{ data: words(4, 2, 1, -1) },
	],
	[
		"a changed table",
		"pc 0: movw: destination: 12(mp) is part of a jump table",
		["movw $9 - 12(mp)", "goto 40(fp) - 8(mp)", "ret"],
		{
			data: words(4, 2, 2, 2),
		},
	],
	[
		"strings of a case that are none",
		"jump table: no string at 12",
		["casec 32(fp) - 8(mp)", "ret"],
		{ data: words(8, 1, 0, 0, 1, 1) },
	],
	[
		"a map beyond its type",
		"type 3: pointer at 8 in 8 bytes",
		["ret"],
		{ types: typesWith(3, { size: 8, map: Uint8Array.of(0x20) }) },
	],
	[
		"a pointer in a frame's header",
		"export f: type 1 has a pointer in the header of a frame",
		["ret"],
		{
			types: typesWith(1, { size: 72, map: Uint8Array.of(0x10) }),
		},
	],
	[
		"a frame without room",
		"export f: a frame of 8 bytes",
		["ret"],
		{ types: typesWith(1, { size: 8, map: new Uint8Array(0) }) },
	],
	["a stack extent", "implausible stack extent", ["ret"], { stackExtent: -1 }],
	[
		"a half export",
		"export f: no entry or no frame type",
		["ret"],
		{ exports: [{ pc: 0, type: -1, sig: 0, name: "f" }] },
	],
	["a string that is no pointer", "data item at 8: no pointer there", ["ret"], { data: [{ ...text, offset: 8 }] }],
	["a word over a string", "data item at 0 overwrites a pointer", ["ret"], { data: words(0, 5) }],
	[
		"crooked data",
		"data item at 12 is not aligned",
		["ret"],
		{ data: [{ kind: DEFF, offset: 12, reals: Float64Array.of(1) }] },
	],
	[
		"an index into a string",
		"ind not array",
		["ret"],
		{
			data: [
				{ kind: DEFA, offset: 0, type: 3, length: 1 },
				{ ...text, offset: 0 },
				{ kind: DIND, offset: 0, index: 0 },
			],
		},
	],
	[
		"a word over a pointer of an element",
		"data item at 12 overwrites a pointer",
		["ret"],
		{
			data: [{ kind: DEFA, offset: 0, type: 3, length: 2 }, { kind: DIND, offset: 0, index: 1 }, ...words(4, 1)],
		},
	],
	[
		"a handler without a place for the exception",
		"handler for pc 0 to 1: 40 is no pointer in the frame",
		["ret"],
		{
			handlers: [{ pc1: 0, pc2: 1, eoff: 40, ne: 0, type: -1, cases: [{ name: null, pc: 0 }] }],
		},
	],
	[
		"a handler that frees a number",
		"handler for pc 0 to 1: frees 4, which is no pointer in the frame",
		["ret"],
		{
			handlers: [{ pc1: 0, pc2: 1, eoff: 32, ne: 0, type: 3, cases: [{ name: null, pc: 0 }] }],
		},
	],
	[
		"an address that a handler cannot count on",
		"pc 3: movw: source: 40(fp) does not hold an address on every path",
		["lea 44(fp) - 40(fp)", "movw 0(40(fp)) - 48(fp)", "ret", "movw 0(40(fp)) - 48(fp)", "ret"],
		{ handlers: [{ pc1: 1, pc2: 2, eoff: 32, ne: 0, type: -1, cases: [{ name: null, pc: 3 }] }] },
	],
];

for (const [what, message, lines, change] of refused)
	test(`refuses ${what}`, (t) => {
		t.throws(() => verify(module(lines, change)), { instanceOf: ObjectError, message });
	});

function disFiles(root: string): string[] {
	return readdirSync(root, { withFileTypes: true, recursive: true })
		.filter((e) => e.isFile() && e.name.endsWith(".dis"))
		.map((e) => join(e.parentPath, e.name));
}

const upstream = process.env.UPSTREAM;

(upstream === undefined ? test.skip : test)("accepts every file of the upstream tree", (t) => {
	const refused: string[] = [];
	let n = 0;
	for (const path of disFiles(upstream as string)) {
		try {
			verify(parseObject(readFileSync(path)));
			n++;
		} catch (e) {
			const message = (e as Error).message;
			if (message !== "obsolete dis") refused.push(`${path}: ${message}`);
		}
	}
	t.deepEqual(refused, []);
	t.true(n > 800);
});
