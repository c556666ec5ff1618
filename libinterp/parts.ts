import type { Machine } from "./engine.ts";
import { R_IC, R_M, R_PC, R_STOP, STOP_SLICE } from "./layout.ts";
import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import type { Interpreter } from "./xec.ts";

/** The interpreter as compilers use it: some jumps at a time, to see which functions are at work. */
export class Parts {
	readonly #machine: Machine;
	readonly #interpreter: Interpreter;
	readonly #part: number;
	readonly #saw: (m: Module, pc: number) => void;
	/** Jumps since a function was last seen at work. */
	#jumps = 0;

	/** After so many jumps, `part` of them, `saw` is told where the thread is. */
	constructor(machine: Machine, interpreter: Interpreter, part: number, saw: (m: Module, pc: number) => void) {
		this.#machine = machine;
		this.#interpreter = interpreter;
		this.#part = part;
		this.#saw = saw;
	}

	/** Interprets until a part is over, or there is another reason to stop, in R_STOP. Says whether only the part is over: the thread may go on. */
	run(): boolean {
		const { modules, heap } = this.#machine;
		const { i32 } = heap.arena;
		const all = i32[R_IC >> 2] as number;
		const part = Math.min(all, this.#part - this.#jumps);
		i32[R_IC >> 2] = part;
		try {
			this.#interpreter.run(false);
		} finally {
			const left = i32[R_IC >> 2] as number;
			this.#jumps += part - left;
			i32[R_IC >> 2] = all - part + left;
		}
		if (this.#jumps >= this.#part) {
			this.#jumps = 0;
			this.#saw(modules.of(i32[R_M >> 2] as number), i32[R_PC >> 2] as number);
		}
		return i32[R_STOP >> 2] === STOP_SLICE && all > part;
	}
}

/** The number of the function that the instruction at `pc` belongs to; -1 where none has it. */
export function ownerOf(m: Module, pc: number): number {
	return ((m.functions as Functions).owner[pc] as number) - 1;
}

/** By number of a function, its instructions. */
export function sizesOf(functions: Functions): Int32Array {
	const sizes = new Int32Array(functions.list.length);
	for (const k of functions.owner) if (k > 0) sizes[k - 1] = (sizes[k - 1] as number) + 1;
	return sizes;
}
