/**
 * The six parts of jitbench by hand in WebAssembly, with what Dis code has to have: indexes are checked, and loops and calls count down a
 * time slice. But no frames, no reference counts, and V8 has had its time to optimise before the clock starts: what a compiler to WebAssembly
 * could reach at best.
 */
import { setTimeout } from "node:timers/promises";
import { WasmModule } from "../libinterp/wasm.ts";
import { assemble } from "../libinterp/wat.ts";

const SLICE = 8192;
const LIMIT = 100_000;
/** Where the arrays of words are. */
const NUMBERS = 1024;
const PRIME = 65536;

/** Does `body` until `more` is 0. What is done when the slice is over lies outside of the loop, so that V8 unrolls it. */
const loop = (name: string, body: string, more: string) => `
	(block $${name}end (loop $${name}again (block $${name}slice (loop $${name}
		${body}
		(br_if $${name}end (i32.eqz ${more}))
		(br_if $${name} (i32.gt_s (tee $ic (i32.sub $ic 1)) 0))
		(br $${name}slice)))
	(set $ic (call $js.tick))
	(br $${name}again)))`;
const count = (v: string, end: string, name: string, body: string) => `
	(set $${v} 0)
	${loop(name, `${body} (set $${v} (i32.add $${v} 1))`, `(i32.lt_s $${v} ${end})`)}`;

/** The address of word i of an array of n, checked. */
const word = (array: number, i: string, n: string) => `
	(br_if $bounds (i32.ge_u ${i} ${n}))
	(set $at (i32.add ${array} (i32.shl ${i} 2)))`;

const whole = (body: string) => `(block $bounds ${body} (return $sum)) -1`;
const add = (what: string) => `(set $sum (i32.add $sum ${what}))`;

const text = `
(import $js.tick (result i32))

(func $arithmetic (param $n i32) (result i32)
	(local $i i32) (local $a i32) (local $b i32) (local $c i32) (local $ic i32)
	(set $ic ${SLICE}) (set $a 1) (set $b 2) (set $c 3)
	${count(
		"i",
		"$n",
		"l",
		`(set $a (i32.add $a $b))
		(set $b (i32.mul $b 3))
		(set $c (i32.sub $c $a))
		(set $a (i32.xor $a $b))
		(set $b (i32.and $b 65535))
		(set $c (i32.or $c 1))
		(set $a (i32.shl $a 1))
		(set $b (i32.shr_s $b 1))
		(set $c (i32.add $c (i32.rem_s $a 17)))`,
	)}
	(i32.add (i32.add $a $b) $c))

(func $array (param $n i32) (result i32) (local $i i32) (local $j i32) (local $at i32) (local $sum i32) (local $ic i32)
	(set $ic ${SLICE})
	${whole(`
	${count("i", "1000", "fill", `${word(NUMBERS, "$i", "1000")} (i32.store 0 $at $i)`)}
	${count("j", "$n", "outer", count("i", "1000", "inner", `${word(NUMBERS, "$i", "1000")} ${add("(i32.load 0 $at)")}`))}`)})

(func $add (param $a i32) (param $b i32) (result i32) (i32.add $a $b))

(func $calls (param $n i32) (result i32) (local $i i32) (local $sum i32) (local $ic i32)
	(set $ic ${SLICE})
	${count("i", "$n", "l", add("(call $add $i (i32.add $i 1))"))}
	$sum)

(func $fib (param $n i32) (result i32)
	(i32.store 0 0 (i32.sub (i32.load 0 0) 1))
	(if (i32.le_s (i32.load 0 0) 0) (then (i32.store 0 0 (call $js.tick))))
	(if (i32.le_s $n 1) (then (return $n)))
	(i32.add (call $fib (i32.sub $n 1)) (call $fib (i32.sub $n 2))))

(func $fibs (param $n i32) (result i32) (local $i i32) (local $sum i32) (local $ic i32)
	(set $ic ${SLICE})
	${count("i", "$n", "l", add("(call $fib 25)"))}
	$sum)

(func $sieve (param $n i32) (result i32) (local $k i32) (local $i i32) (local $j i32) (local $at i32) (local $sum i32) (local $ic i32)
	(set $ic ${SLICE})
	${whole(`
	${count(
		"k",
		"$n",
		"l",
		`${count("i", `${LIMIT}`, "ones", `${word(PRIME, "$i", `${LIMIT}`)} (i32.store 0 $at (i32.gt_s $i 1))`)}
		(set $i 2)
		${loop(
			"outer",
			`${word(PRIME, "$i", `${LIMIT}`)}
			(if (i32.load 0 $at) (then
				(set $j (i32.mul $i $i))
				${loop("inner", `${word(PRIME, "$j", `${LIMIT}`)} (i32.store 0 $at 0) (set $j (i32.add $j $i))`, `(i32.lt_s $j ${LIMIT})`)}))
			(set $i (i32.add $i 1))`,
			`(i32.lt_s (i32.mul $i $i) ${LIMIT})`,
		)}
		(set $sum 0)
		${count("i", `${LIMIT}`, "counted", `${word(PRIME, "$i", `${LIMIT}`)} (if (i32.load 0 $at) (then ${add("1")}))`)}`,
	)}`)})

(func $nested (param $n i32) (result i32) (local $i i32) (local $j i32) (local $k i32) (local $sum i32) (local $ic i32)
	(set $ic ${SLICE})
	${count("i", "$n", "one", count("j", "500", "two", count("k", "200", "three", add("(i32.add (i32.add $i $j) $k)"))))}
	$sum)
`;

const wasm = new WasmModule();
assemble(wasm, text);
const memory = new WebAssembly.Memory({ initial: 16, maximum: 16 });
const table = new WebAssembly.Table({ element: "anyfunc", initial: 1 });
const given = { memory, table, "js.tick": () => SLICE };
const parts = new WebAssembly.Instance(new WebAssembly.Module(wasm.bytes()), { e: given }).exports as Readonly<
	Record<string, (n: number) => number>
>;

const divisor = Number(process.argv[2] ?? 1);
const repeats = (n: number): number => (n < divisor ? 1 : Math.trunc(n / divisor));
const sizes = {
	arithmetic: Math.trunc(10_000_000 / divisor),
	array: Math.trunc(1_000_000 / divisor),
	calls: Math.trunc(1_000_000 / divisor),
	fib: repeats(100),
	sieve: repeats(10),
	nested: repeats(500),
};
/** Has V8 see that a part is worth optimising, and waits until that is done. */
async function warm(part: (n: number) => number): Promise<void> {
	for (const end = performance.now() + 30; performance.now() < end; ) part(1);
	await setTimeout(30);
}

let total = 0;
for (const [name, n] of Object.entries(sizes)) {
	const part = parts[name === "fib" ? "fibs" : name] as (n: number) => number;
	await warm(part);
	const began = performance.now();
	const result = part(n);
	const ms = Math.round(performance.now() - began);
	total += ms;
	process.stdout.write(`${name.padEnd(12)} ${String(result).padStart(12)} ${String(ms).padStart(8)} ms\n`);
}
process.stdout.write(`${"total".padEnd(25)} ${String(total).padStart(8)} ms\n`);
