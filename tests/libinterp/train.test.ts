import test from "ava";
import { hotCases } from "../../libinterp/dispatch.ts";
import { I_ADD, I_OP, INST_WORDS } from "../../libinterp/object.ts";
import { train, training } from "../../libinterp/train.ts";
import { machine, ways } from "../engines.ts";

test("the training has every hot form", (t) => {
	const { code } = training();
	const shown = new Set<number>();
	for (let at = 0; at < code.length; at += INST_WORDS)
		shown.add((code[at + I_OP] as number) * 256 + (code[at + I_ADD] as number));
	t.deepEqual(
		[...hotCases.keys()].filter((form) => !shown.has(form)),
		[],
	);
});

for (const way of ways)
	test(`training comes to its end and leaves nothing behind, ${way.name}`, (t) => {
		const { vm } = machine(way);
		const used = vm.heap.pool.used;
		t.true(train(vm, () => vm.engines[0]?.run(), true));
		t.is(vm.heap.pool.used, used);
		t.deepEqual([...vm.sched.progs], []);
		t.deepEqual(vm.modules.loaded, []);
	});
