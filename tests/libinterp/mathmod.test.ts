import test from "ava";
import { Arena } from "../../libinterp/arena.ts";
import { A_DATA, A_LEN, H } from "../../libinterp/layout.ts";
import { mathmod } from "../../libinterp/mathmod.ts";
import type { BuiltinRow, Vm } from "../../libinterp/vm.ts";

const arena = new Arena(1 << 16);
let current = {};
const machine = {
	heap: { arena },
	sched: {
		get current() {
			return current;
		},
	},
};
const rows = mathmod(machine as unknown as Vm);
const FRAME = 1024;
const RESULT = 512;

function row(name: string): BuiltinRow {
	return rows.find((r) => r.name === name) as BuiltinRow;
}

/** Calls a function with its arguments stored at offsets in the frame; reals where the offset is given as "f". */
function call(name: string, ...args: [kind: "i" | "f" | "l", at: number, value: number | bigint][]): void {
	arena.i32[(FRAME + 16) >> 2] = RESULT;
	for (const [kind, at, value] of args)
		if (kind === "i") arena.i32[(FRAME + at) >> 2] = value as number;
		else if (kind === "f") arena.f64[(FRAME + at) >> 3] = value as number;
		else arena.i64[(FRAME + at) >> 3] = value as bigint;
	row(name).fn(FRAME);
}

/** An array at `at` with its data behind it. */
function array(at: number, data: Float64Array | Int32Array | Uint8Array): number {
	arena.i32[(at + A_LEN) >> 2] = data.length;
	arena.i32[(at + A_DATA) >> 2] = at + 64;
	arena.u8.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), at + 64);
	return at;
}

const realAt = (at: number): number => arena.f64[at >> 3] as number;
const intAt = (at: number): number => arena.i32[at >> 2] as number;

test("frames are those that the compiler makes", (t) => {
	const frames: [string, number, number[]][] = [
		["acos", 40, []],
		["atan2", 48, []],
		["jn", 48, []],
		["scalbn", 48, []],
		["bits64real", 40, []],
		["getFPcontrol", 32, []],
		["dot", 40, [0, 0xc0]],
		["iamax", 40, [0, 0x80]],
		["sort", 40, [0, 0xc0]],
		["gemm", 96, [0, 0, 0xa2]],
	];
	for (const [name, size, map] of frames) {
		t.is(row(name).frame, size, name);
		t.deepEqual(row(name).map, map, name);
	}
	t.is(rows.length, 68);
	t.deepEqual(
		rows.map((r) => r.name),
		rows.map((r) => r.name).sort(),
	);
});

test("arguments and results", (t) => {
	call("sqrt", ["f", 32, 2]);
	t.is(realAt(RESULT), Math.SQRT2);
	call("atan2", ["f", 32, 1], ["f", 40, 0]);
	t.is(realAt(RESULT), Math.PI / 2);
	call("jn", ["i", 32, 1], ["f", 40, 0]);
	t.is(realAt(RESULT), 0);
	call("scalbn", ["f", 32, 3], ["i", 40, 4]);
	t.is(realAt(RESULT), 48);
	call("isnan", ["f", 32, Number.NaN]);
	t.is(intAt(RESULT), 1);
	call("realbits64", ["f", 32, 1]);
	t.is(arena.i64[RESULT >> 3], 0x3ff0000000000000n);
	call("modf", ["f", 32, -2.75]);
	t.deepEqual([intAt(RESULT), realAt(RESULT + 8)], [-2, -0.75]);
	call("lgamma", ["f", 32, -0.5]);
	t.is(intAt(RESULT), -1);
});

test("arrays", (t) => {
	const x = array(2048, Float64Array.of(3, 1, 2));
	const p = array(3072, Int32Array.of(0, 1, 2));
	call("sort", ["i", 32, x], ["i", 36, p]);
	t.deepEqual([intAt(p + 64), intAt(p + 68), intAt(p + 72)], [1, 2, 0]);
	call("norm1", ["i", 32, x]);
	t.is(realAt(RESULT), 6);
	const b = array(4096, new Uint8Array(24));
	call("export_real", ["i", 32, b], ["i", 36, x]);
	t.deepEqual([...arena.u8.subarray(b + 64, b + 68)], [0x40, 0x08, 0, 0]);
});

test("what is wrong with arguments is a fault", (t) => {
	const reason = (f: () => void): string => (t.throws(f, { any: true }) as unknown as { reason: string }).reason;
	const x = array(2048, Float64Array.of(3, 1, 2));
	const y = array(2560, Float64Array.of(3, 1));
	const p = array(3072, Int32Array.of(0, 1, 3));
	const b = array(4096, new Uint8Array(23));
	t.is(
		reason(() => call("dot", ["i", 32, x], ["i", 36, y])),
		"invalid math argument",
	);
	t.is(
		reason(() => call("sort", ["i", 32, x], ["i", 36, p])),
		"invalid math argument",
	);
	t.is(
		reason(() => call("export_real", ["i", 32, b], ["i", 36, x])),
		"invalid math argument",
	);
	t.is(
		reason(() => call("norm2", ["i", 32, H])),
		"dereference of nil",
	);
	const gemm = (transa: string, rows: number, a: number): void =>
		call(
			"gemm",
			...([transa.charCodeAt(0), 78, rows, 1, 1].map((v, i) => ["i", 32 + 4 * i, v]) as ["i", number, number][]),
			["f", 56, 1],
			["i", 64, a],
			["i", 68, rows],
			["i", 72, y],
			["i", 76, 1],
			["f", 80, 0],
			["i", 88, x],
			["i", 92, rows],
		);
	t.is(
		reason(() => gemm("X", 2, y)),
		"invalid math argument",
	);
	t.is(
		reason(() => gemm("N", 4, y)),
		"array bounds error",
	);
	gemm("N", 2, y);
	t.deepEqual([realAt(x + 64), realAt(x + 72)], [9, 3]);
});

test("each thread has its own control word, and traps what it asks to", (t) => {
	call("log", ["f", 32, 0]);
	t.is(realAt(RESULT), -Infinity);
	call("FPcontrol", ["i", 32, 2], ["i", 36, 2]);
	t.is(intAt(RESULT), 0);
	t.like(
		t.throws(() => call("log", ["f", 32, 0]), { any: true }),
		{ reason: "sys: fp: exception status=0002" },
	);
	call("pow", ["f", 32, 10], ["f", 40, 400]);
	t.is(realAt(RESULT), Infinity);
	t.throws(() => call("pow", ["f", 32, 0], ["f", 40, -1]), { any: true });
	call("FPcontrol", ["i", 32, 0x200], ["i", 36, 0x300]);
	call("rint", ["f", 32, 1.1]);
	t.is(realAt(RESULT), 2);
	call("getFPstatus");
	t.is(intAt(RESULT), 2 | 4 | 16);
	current = {};
	call("getFPcontrol");
	t.is(intAt(RESULT), 0);
	call("rint", ["f", 32, 1.1]);
	t.is(realAt(RESULT), 1);
});
