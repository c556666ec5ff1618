/** Runs random programs. */
import { H, M_MP, R_M } from "../../libinterp/layout.ts";
import { machine, type Way } from "../engines.ts";

const SLICES = 3000;

/**
 * What a program leaves: how its threads ended, and the module's data below an offset, what pointers lead to included.
 */
export function outcome(way: Way, bytes: Uint8Array, bound = Number.POSITIVE_INFINITY): string {
	const { vm, ends } = machine(way, 1 << 23);
	const used = vm.heap.pool.used;
	const p = vm.start(vm.fromBytes("program", { stamp: "", bytes }));
	const ml = vm.sched.reg(p, R_M);
	vm.heap.retain(ml);
	let slices = 0;
	while (vm.slice() && slices++ < SLICES);
	const { i32 } = vm.heap.arena;
	const mp = i32[(ml + M_MP) >>> 2] as number;
	const t = vm.heap.typeOf(mp);
	const pointers = new Set<number>();
	const text: string[] = [ends.join(), slices < SLICES ? "" : "endless"];
	const map = vm.heap.types.map(t);
	for (let w = 0; w < map.length * 8; w++) if ((((map[w >> 3] as number) >> (7 - (w & 7))) & 1) === 1) pointers.add(w);
	for (let w = 0; w < Math.min(vm.heap.types.size(t), bound) >> 2; w++) {
		const v = i32[(mp >>> 2) + w] as number;
		if (!pointers.has(w)) text.push(String(v));
		else if (v === H) text.push("nil");
		else if (vm.heap.typeOf(v) === vm.heap.types.string) text.push(JSON.stringify(vm.strings.text(v)));
		else text.push("object");
	}
	vm.heap.release(ml);
	if (ends.length > 0 && vm.heap.pool.used !== used) text.push(`${vm.heap.pool.used - used} bytes left`);
	return text.join(" ");
}
