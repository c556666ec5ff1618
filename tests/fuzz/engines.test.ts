import test from "ava";
import { H, M_MP, R_M } from "../../libinterp/layout.ts";
import { compile } from "../../limbo/compile.ts";
import { machine, type Way, ways } from "../engines.ts";
import { program } from "./programs.ts";

const COUNT = Number(process.env.N ?? 150);
const SEED = Number(process.env.SEED ?? 1);
const SLICES = 3000;

/** What a program leaves: how its threads ended, and the module's data, what pointers lead to included. */
function outcome(way: Way, bytes: Uint8Array): string {
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
	for (let w = 0; w < vm.heap.types.size(t) >> 2; w++) {
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

const engines = ways.filter((w) => w.name !== "compiled to wasm when it pays");

test("random programs have the same outcome in every engine", (t) => {
	t.timeout(600_000);
	for (let k = 0; k < COUNT; k++) {
		const seed = SEED + k;
		const source = program(seed);
		const { object, diagnostics } = compile("r.b", (name) => (name === "r.b" ? source : undefined), {});
		if (object === undefined) {
			t.fail(`seed ${seed} does not compile: ${diagnostics[0]?.message} in line ${diagnostics[0]?.line}\n${source}`);
			return;
		}
		const [first, ...rest] = engines.map((way) => outcome(way, object));
		rest.forEach((other, n) => {
			t.is(other, first as string, `seed ${seed}, ${engines[n + 1]?.name}:\n${source}`);
		});
	}
});
