/*
 * frame, call and ret, with frames of all sizes; stacks and translations that there is no room for; copies between places that overlap; and
 * jumps into the middle of loops, which no source in Limbo has but some object files have all the same.
 * In the end all memory is given back.
 */
import test from "ava";
import { exHeap, Fault } from "../../libinterp/fault.ts";
import { DEFS } from "../../libinterp/isa.ts";
import { H, M_MP } from "../../libinterp/layout.ts";
import type { ObjectFile, TypeDesc } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { machine, ways } from "../engines.ts";
import { objectOf } from "./assemble.ts";
import { threadAt } from "./single.ts";

const none = new Uint8Array(0);
/** Module data with a string, and its frames. */
const DATA: TypeDesc = { size: 64, map: Uint8Array.of(0x80) };
const MAIN: TypeDesc = { size: 64, map: none };

const object = (lines: readonly string[], types: readonly TypeDesc[], map = DATA.map): ObjectFile =>
	objectOf(lines, {
		types: [{ ...DATA, map }, MAIN, ...types],
		data: [{ kind: DEFS, offset: 0, bytes: Buffer.from("string") }],
		exports: [{ pc: 0, type: 1, sig: 0, name: "main" }],
	});

type Machine = ReturnType<typeof machine>;

/** Runs the function at pc 0: how it ended, the words of the module data, references to the string more than before, and bytes left in use. After so many slices it is killed. */
function run(
	{ vm, ends }: Machine,
	o: ObjectFile,
	slices = 1000,
): { end: string; words: number[]; refs: number; left: number } {
	verify(o);
	const { i32 } = vm.heap.arena;
	const used = vm.heap.used;
	let [words, refs]: [number[], number] = [[], 0];
	try {
		const m = vm.modules.make("calls", o, "");
		const link = vm.modules.link(m, []);
		const mp = i32[(link + M_MP) >>> 2] as number;
		const string = i32[mp >>> 2] as number;
		const before = vm.heap.refs(string);
		const p = threadAt(vm, link, 0, m.types[1] as number);
		for (let n = 0; n < slices && vm.slice(); n++);
		vm.sched.kill(p, "");
		words = [...i32.subarray((mp + 4) >>> 2, (mp + DATA.size) >>> 2)];
		refs = vm.heap.refs(string) - before;
		vm.heap.release(link);
	} catch (e) {
		if (!(e instanceof Fault)) throw e;
		ends.push(e.reason);
	}
	return { end: ends.splice(0)[0] as string, words, refs, left: vm.heap.used - used };
}

/** Adds up the numbers from 1 to n, so often, by calls one within the other; `frame` makes the frame for the next at 40(fp). */
const sum = (n: number, times: number, frame: string): string[] => [
	"frame $2 - 40(fp)",
	`movw $${n} - 32(40(fp))`,
	"lea 44(fp) - 16(40(fp))",
	"call 40(fp) - $8",
	"addw 44(fp) - 4(mp)",
	"addw $1 - 48(fp)",
	`bltw 48(fp) $${times} $0`,
	"ret",
	"movp 0(mp) - 36(fp)",
	"beqw 32(fp) $0 $17",
	"lea 40(fp) - 48(fp)",
	frame,
	"subw $1 32(fp) 32(40(fp))",
	"lea 44(fp) - 16(40(fp))",
	"call 40(fp) - $8",
	"addw 32(fp) 44(fp) 0(16(fp))",
	"ret",
	"movw $0 - 0(16(fp))",
	"ret",
];

/** Adds up the numbers from 10 to 99, again and again; each second time the loop is begun in its middle. */
const intoTheMiddle = [
	"movw $10 - 40(fp)",
	"andw $1 8(mp) 48(fp)",
	"beqw 48(fp) $1 $5",
	"nop",
	"addw 40(fp) - 4(mp)",
	"addw $1 - 40(fp)",
	"bltw 40(fp) $100 $4",
	"addw $1 - 8(mp)",
	"bltw 8(mp) $2000 $0",
	"ret",
];
const direct = "frame $2 - 40(fp)";
const indirect = "frame $2 - 0(48(fp))";
const frames = (size: number): TypeDesc[] => [{ size, map: Uint8Array.of(0, 0x40) }];

for (const way of ways) {
	test(`calls, ${way.name}`, (t) => {
		const m = machine(way);
		for (const [size, depth] of [[52, 3000], [64, 3000], [500, 300], [1032, 200], [70000, 20]] as const) // biome-ignore format: pairs
			for (const frame of [direct, indirect]) {
				const words = [(3 * (depth * (depth + 1))) / 2, ...Array<number>(14).fill(0)];
				const got = run(m, object(sum(depth, 3, frame), frames(size)));
				t.deepEqual(got, { end: "", words, refs: 0, left: 0 }, `${frame}, ${size} bytes`);
			}
	});

	for (const n of [33, 1000, 100_000])
		test(`a function with ${n} constants, and a loop around them, ${way.name}`, (t) => {
			const constants = Array.from({ length: n }, (_, k) => ((k * 0x9e3779b1) | 0) >> (k % 17));
			const lines = constants.map((k, at) => (at % 2 === 0 ? `addw $${k} - 4(mp)` : `subw 4(mp) $${k} 4(mp)`));
			const end = n + 3;
			const all = [`beqw 8(mp) $2 $${end}`, ...lines, "addw $1 - 8(mp)", "jmp - - $0", "ret"];
			const once = (sum: number) => constants.reduce((s, k, at) => (at % 2 === 0 ? s + k : k - s) | 0, sum);
			const { end: how, words, left } = run(machine(way, 1 << 25), object(all, []));
			t.deepEqual({ how, sum: words[0], times: words[1], left }, { how: "", sum: once(once(0)), times: 2, left: 0 });
		});

	test(`a stack without end, ${way.name}`, (t) => {
		const { end, refs, left } = run(machine(way, 1 << 20), object(sum(1 << 28, 1, direct), frames(64)));
		t.deepEqual({ end, refs, left }, { end: exHeap, refs: 0, left: 0 });
	});

	// The first few instructions of a program are run without a translation.
	test(`a translation that there is no room for, ${way.name}`, (t) => {
		const lines = ["addw $1 - 4(mp)", "bltw 4(mp) $20000 $0", "ret", ...Array<string>(40000).fill("nop"), "ret"];
		const { end, left } = run(machine(way, 1 << 19), object(lines, []));
		t.deepEqual({ end, left }, { end: way.name === "step by step" ? "" : exHeap, left: 0 });
	});

	test(`a loop that is jumped into, ${way.name}`, (t) => {
		const words = [1000 * (4905 + 4895), 2000, ...Array<number>(13).fill(0)];
		t.deepEqual(run(machine(way), object(intoTheMiddle, [])), { end: "", words, refs: 0, left: 0 });
	});

	test(`a loop that is jumped into and never ends, ${way.name}`, (t) => {
		const lines = intoTheMiddle.with(6, "jmp - - $4");
		const { end, words, left } = run(machine(way), object(lines, []), 20);
		t.deepEqual({ end, rounds: words[1], left }, { end: "", rounds: 0, left: 0 });
		t.true((words[0] as number) > 0);
	});

	for (const copy of ["movm", "movmp"])
		test(`${copy} between places that overlap, ${way.name}`, (t) => {
			const m = machine(way);
			for (const [from, to] of [[8, 12], [12, 8], [8, 16], [16, 8], [8, 8]] as const) // biome-ignore format: pairs
				for (const size of [12, 28, 44]) {
					const words = Array.from({ length: 15 }, (_, k) => k + 1);
					const lines = words.map((w, k) => `movw $${w} - ${4 + 4 * k}(mp)`);
					lines.push(`${copy} ${from}(mp) $${copy === "movm" ? size : 2} ${to}(mp)`, "ret");
					words.copyWithin(to / 4 - 1, from / 4 - 1, (from + size) / 4 - 1);
					const got = run(m, object(lines, [{ size, map: none }]));
					t.deepEqual(got, { end: "", words, refs: 0, left: 0 }, `${size} bytes from ${from} to ${to}`);
				}
		});

	test(`movmp of pointers between places that overlap, ${way.name}`, (t) => {
		const lines = ["movp 0(mp) - 4(mp)", "movp 0(mp) - 12(mp)", "movmp 4(mp) $2 8(mp)", "ret"];
		const pointers = [{ size: 12, map: Uint8Array.of(0xe0) }];
		const { end, words, refs, left } = run(machine(way), object(lines, pointers, Uint8Array.of(0xf8)));
		const [w] = words;
		t.deepEqual({ end, words: words.slice(0, 4), refs, left }, { end: "", words: [w, w, H, w], refs: 3, left: 0 });
	});
}
