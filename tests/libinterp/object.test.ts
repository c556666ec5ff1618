import test from "ava";
import { disassembly } from "../../libinterp/das.ts";
import {
	AFP,
	AIMM,
	AXIMM,
	AXXX,
	DAPOP,
	DEFA,
	DEFB,
	DEFF,
	DEFL,
	DEFS,
	DEFW,
	DIND,
	HASEXCEPT,
	HASLDT,
	opcode,
	SMAGIC,
	XMAGIC,
} from "../../libinterp/isa.ts";
import { ObjectError, type ObjectFile, parseObject } from "../../libinterp/object.ts";
import { writeObject } from "../../libinterp/writeobject.ts";

const text = (s: string): Uint8Array => new TextEncoder().encode(s);

/** An object file with something in every section. */
function sample(): ObjectFile {
	const addw = [opcode("addw"), (AIMM << 3) | AFP | AXIMM, 8191, 0, -3, 40000, 0, 0];
	const jmp = [opcode("jmp"), (AXXX << 3) | AIMM, 0, 0, 0, 1, 0, 0];
	return {
		magic: XMAGIC,
		signature: undefined,
		flags: HASLDT | HASEXCEPT,
		stackExtent: 640,
		code: Int32Array.from([...addw, ...jmp]),
		nprog: 2,
		dataSize: 40,
		types: [
			{ size: 40, map: Uint8Array.of(0xc0) },
			{ size: 4, map: Uint8Array.of(0x80) },
		],
		data: [
			{ kind: DEFS, offset: 0, bytes: text("Ünïcode") },
			{ kind: DEFA, offset: 4, type: 1, length: 2 },
			{ kind: DIND, offset: 4, index: 0 },
			{ kind: DEFS, offset: 4, bytes: text("x") },
			{ kind: DAPOP, offset: 0 },
			{ kind: DEFW, offset: 8, words: Int32Array.of(-1, 2) },
			{ kind: DEFF, offset: 16, reals: Float64Array.of(-0.5) },
			{ kind: DEFL, offset: 24, bigs: BigInt64Array.of(-(2n ** 40n)) },
			{ kind: DEFB, offset: 32, bytes: Uint8Array.from({ length: 8 }, (_, i) => i) },
		],
		name: "Sample",
		exports: [{ pc: 0, type: 1, sig: 0xdeadbeef, name: "A.f" }],
		entry: 0,
		entryType: 1,
		imports: [[{ sig: 0x80000001, name: "print" }], []],
		handlers: [
			{
				pc1: 0,
				pc2: 1,
				eoff: 32,
				ne: 1,
				type: -1,
				cases: [
					{ name: "e", pc: 1 },
					{ name: null, pc: -1 },
				],
			},
		],
		sourcePath: "/appl/sample.b",
	};
}

test("what is written is read", (t) => {
	t.deepEqual(parseObject(writeObject(sample())), sample());
});

test("a signed module keeps its signature", (t) => {
	const o = { ...sample(), magic: SMAGIC, signature: Uint8Array.of(1, 2, 3) };
	t.deepEqual(parseObject(writeObject(o)).signature, Uint8Array.of(1, 2, 3));
});

const broken: [string, (o: ObjectFile) => void][] = [
	[
		"bad magic",
		(o) => {
			o.magic = 1;
		},
	],
	[
		"bad branch addr",
		(o) => {
			o.code[8 + 5] = 2;
		},
	],
	[
		"bad desc for mp",
		(o) => {
			o.dataSize = 44;
		},
	],
	[
		"bad array type",
		(o) => {
			o.data[1] = { kind: DEFA, offset: 4, type: 9, length: 1 };
		},
	],
	[
		"ind not array",
		(o) => {
			o.data[2] = { kind: DIND, offset: 8, index: 0 };
		},
	],
	[
		"array init range",
		(o) => {
			o.data[2] = { kind: DIND, offset: 4, index: 3 };
		},
	],
	[
		"pop range",
		(o) => {
			o.data[2] = { kind: DAPOP, offset: 0 };
		},
	],
	[
		"bad data item",
		(o) => {
			o.data[5] = { kind: DEFW, offset: 36, words: Int32Array.of(1, 2) };
		},
	],
	[
		"bad module name",
		(o) => {
			o.name = "x".repeat(128);
		},
	],
	[
		"obsolete dis",
		(o) => {
			o.flags |= 16;
		},
	],
];

for (const [message, damage] of broken) {
	test(`refused: ${message}`, (t) => {
		const o = sample();
		damage(o);
		t.throws(() => parseObject(writeObject(o)), { instanceOf: ObjectError, message });
	});
}

test("every prefix and every flipped byte is an ObjectError or an object", (t) => {
	const bytes = writeObject(sample());
	const tried: unknown[] = [];
	const attempt = (b: Uint8Array): void => {
		try {
			parseObject(b);
		} catch (error) {
			if (!(error instanceof ObjectError)) tried.push(error);
		}
	};
	for (let n = 0; n < bytes.length; n++) {
		attempt(bytes.subarray(0, n));
		for (const mask of [0xff, 0x80, 0x01, 0x40]) {
			const copy = bytes.slice();
			copy[n] = (copy[n] as number) ^ mask;
			attempt(copy);
		}
	}
	t.deepEqual(tried, []);
});

test("a number too large for the format", (t) => {
	const o = sample();
	o.stackExtent = 2 ** 29;
	t.throws(() => writeObject(o), { instanceOf: ObjectError, message: "overflow in constant 536870912" });
});

test("disassembly", (t) => {
	const lines = disassembly(sample()).split("\n");
	t.is(lines[1], "\taddw\t$8191,$-3,40000(fp)");
	t.is(lines[2], "\tjmp\t$1");
	t.true(lines.includes('\tlink\t1,0,0xdeadbeef,"A.f"'));
	t.true(lines.includes('\tstring\t@mp+0,"Ünïcode"'));
	t.true(lines.includes("\texctab\t*, -1"));
});
