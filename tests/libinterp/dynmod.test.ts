import test from "ava";
import { DynamicModules, instructions, type RawInst, typesOf } from "../../libinterp/dynmod.ts";
import { Fault } from "../../libinterp/fault.ts";
import { AFP, AIMM, AMP, AXIMM, AXINF, AXNON, AXXX, opcode } from "../../libinterp/isa.ts";
import { H, LINK_PC, LINK_TYPE, M_LINKS, R_IC, R_PC } from "../../libinterp/layout.ts";
import { ObjectError } from "../../libinterp/object.ts";
import type { Vm } from "../../libinterp/vm.ts";
import { machine, ways } from "../engines.ts";

const mode = (s: number, m: number, d: number): number => (s << 3) | m | d;
const inst = (name: string, addr: number, src = 0, mid = 0, dst = 0): RawInst => ({
	op: opcode(name),
	addr,
	src,
	mid,
	dst,
});

// The sum of the numbers below 32(fp), at 0(mp).
const sum = [
	inst("movw", mode(AIMM, AXNON, AFP), 1000, 0, 32),
	inst("subw", mode(AIMM, AXNON, AFP), 1, 0, 32),
	inst("addw", mode(AFP, AXNON, AMP), 32, 0, 0),
	inst("bgtw", mode(AFP, AXIMM, AIMM), 32, 0, 1),
	inst("ret", mode(AXXX, AXNON, AXXX)),
];

/** A module with room for one function, and the record that is its data. */
function make(vm: Vm, list: readonly RawInst[]): { dynamic: DynamicModules; ml: number; data: number } {
	const dynamic = new DynamicModules(vm);
	const t = vm.heap.types.make(8, new Uint8Array(0));
	const data = vm.heap.record(t);
	vm.heap.types.release(t);
	const ml = dynamic.make("sum", 0, 1, list, data);
	return { dynamic, ml, data };
}

/** Runs function 0 of the link in a thread of its own. */
function run(vm: Vm, ml: number): void {
	const { i32 } = vm.heap.arena;
	const p = vm.sched.fork(undefined, ml);
	i32.fill(0, R_PC >> 2, R_IC >> 2);
	const f = vm.frames.frame(i32[(ml + M_LINKS + LINK_TYPE) >>> 2] as number);
	p.setReg(R_PC, i32[(ml + M_LINKS + LINK_PC) >>> 2] as number);
	vm.frames.detach(f, p.at);
	vm.sched.ready(p);
	while (vm.slice());
}

for (const way of ways) {
	test(`a made module runs, ${way.name}`, (t) => {
		const { vm, ends } = machine(way);
		const { dynamic, ml, data } = make(vm, sum);
		const m = vm.modules.of(ml);
		t.is(dynamic.type(m, 40, new Uint8Array(0)), 1);
		dynamic.ext(ml, 0, 0, 1);
		run(vm, ml);
		t.deepEqual(ends, [""]);
		t.is(vm.heap.arena.i32[data >>> 2], 499500);
		t.deepEqual(instructions(m), sum);
		t.deepEqual(
			typesOf(vm, m).map((x) => x.size),
			[8, 40],
		);
	});

	test(`made, run and dropped ten times, ${way.name}`, (t) => {
		const { vm } = machine(way);
		const once = () => {
			const { dynamic, ml, data } = make(vm, sum);
			dynamic.type(vm.modules.of(ml), 40, new Uint8Array(0));
			dynamic.ext(ml, 0, 0, 1);
			run(vm, ml);
			vm.heap.release(ml);
			vm.heap.release(data);
		};
		once();
		const before = vm.heap.pool.used;
		for (let k = 0; k < 10; k++) once();
		t.is(vm.heap.pool.used, before);
		t.is(vm.modules.loaded.length, 0);
	});
}

/** What is refused when function 0 is named, by what is wrong with its code. */
const wrong: Readonly<Record<string, readonly RawInst[]>> = {
	"an operand outside the frame": [
		inst("movw", mode(AIMM, AXNON, AFP), 1, 0, 4000),
		inst("ret", mode(AXXX, AXNON, AXXX)),
	],
	"an operand outside the data": [
		inst("movw", mode(AIMM, AXNON, AMP), 1, 0, 4000),
		inst("ret", mode(AXXX, AXNON, AXXX)),
	],
	"code that runs off its end": [inst("movw", mode(AIMM, AXNON, AFP), 1, 0, 32)],
	"a number used as a pointer": [inst("movp", mode(AFP, AXNON, AFP), 32, 0, 36), inst("ret", mode(AXXX, AXNON, AXXX))],
	"a type that is none": [inst("new", mode(AIMM, AXNON, AFP), 9, 0, 32), inst("ret", mode(AXXX, AXNON, AXXX))],
	"a middle operand outside": [
		inst("addw", mode(AFP, AXINF, AFP), 32, 60000, 36),
		inst("ret", mode(AXXX, AXNON, AXXX)),
	],
};

for (const [what, code] of Object.entries(wrong))
	test(`refused: ${what}`, (t) => {
		const { vm } = machine(ways[0] as (typeof ways)[number]);
		const { dynamic, ml } = make(vm, code);
		dynamic.type(vm.modules.of(ml), 40, new Uint8Array(0));
		t.throws(() => dynamic.ext(ml, 0, 0, 1), { instanceOf: ObjectError });
		// It was not named: no thread can enter it.
		t.is(vm.heap.arena.i32[(ml + M_LINKS + LINK_TYPE) >>> 2], 0);
	});

test("a link that was not named is not entered", (t) => {
	const { vm } = machine(ways[0] as (typeof ways)[number]);
	const { ml } = make(vm, sum);
	t.throws(() => vm.ops.mframe(ml, 0, 0), { any: true, instanceOf: Fault });
	t.throws(() => vm.ops.mframe(ml, 7, 0), { any: true, instanceOf: Fault });
	t.throws(() => vm.ops.mframe(H, 0, 0), { any: true, instanceOf: Fault });
});
