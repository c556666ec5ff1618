import { type Block, type Flow, flowFrom, structured } from "./cfg.ts";
import type { Machine } from "./engine.ts";
import { isPointer } from "./fixed.ts";
import { B_REF, R_PC, T_SIZE } from "./layout.ts";
import type { Module } from "./module.ts";
import type { Functions } from "./object.ts";
import { Slots } from "./slots.ts";
import { I32, type Import, WasmModule } from "./wasm.ts";
import { FunctionCode, type Unit } from "./wasmfn.ts";
import type { Listed } from "./wasmlist.ts";
import { defineRelease } from "./wasmrun.ts";

/** Larger functions are left to the interpreter. */
const MAXBLOCKS = 4000;

/** Where code starts: a function, or an instruction of one, and the number of the type of its frames. */
export type Start = Functions["list"][number];

/** Code of some functions of a module, in a form that is good for any instance of it, in any run. Its functions are exported by pc. */
export interface CodeUnit {
	readonly starts: readonly Start[];
	readonly imports: readonly Import[];
	/** Constants that depend on where the module lies: the globals it imports, a kind and a number each. */
	readonly globals: readonly string[];
	readonly bytes: Uint8Array;
}

/** The flow of control in module `m` from `pc` on. */
export function flowOf(m: Module, pc: number): Flow {
	const source = { code: m.code, targets: (at: number) => m.functions?.targets.get(at) ?? [] };
	return structured(source, flowFrom(source, pc));
}

/**
 * Where code to go on with at `pc` is to start: there, or where a loop around it begins, the innermost that will do. What can be reached from
 * the middle of a loop need not have the structure of loops that the function has.
 */
export function placeToGoOn(m: Module, start: Start, pc: number): number {
	const { blocks, loops } = flowOf(m, start.pc);
	const around = [...loops]
		.filter(([, body]) => [...body].some((b) => (blocks[b] as Block).pc <= pc && pc < (blocks[b] as Block).end))
		.sort(([, x], [, y]) => x.size - y.size)
		.map(([head]) => (blocks[head] as Block).pc);
	return [pc, ...around].find((at) => flowOf(m, at).reducible) ?? pc;
}

/** What became of functions: their code, if there is any, as it can be listed, and the pcs of those that are left to the interpreter. */
export interface Made {
	readonly unit: CodeUnit | undefined;
	readonly listed: readonly Listed[];
	readonly refused: readonly number[];
}

/** Makes code that starts at each of `starts`, but those that are too large. */
export function compileUnit(machine: Machine, m: Module, starts: readonly Start[]): Made {
	const { i32 } = machine.heap.arena;
	const word = (at: number): number => i32[at >>> 2] as number;
	const all = starts.map((start) => ({ start, flow: flowOf(m, start.pc), fn: 0 }));
	const functions = all.filter(({ flow }) => flow.blocks.length <= MAXBLOCKS);
	const refused = all.filter((f) => !functions.includes(f)).map(({ start }) => start.pc);
	if (functions.length === 0) return { unit: undefined, listed: [], refused };
	const wasm = new WasmModule();
	const type = wasm.type([I32], [I32]);
	const release = wasm.reserve();
	const own = new Map<number, number>();
	for (const f of functions) {
		f.fn = wasm.reserve();
		own.set(f.start.pc, f.fn);
	}
	const unit: Unit = {
		wasm,
		release,
		word,
		targets: (pc) => m.functions?.targets.get(pc) ?? [],
		data: m.origmp,
		immediates: m.immediates,
		type: (k) => m.types[k] as number,
		runtime: (name, params, results) => wasm.import(name, params, results),
		call: (c, pc) => {
			const fn = own.get(pc);
			if (fn !== undefined) {
				c.callOwn(fn);
				return;
			}
			c.i32(0);
			c.i32(pc);
			c.access("i32_store", R_PC);
			c.global(wasm.global(`place ${pc}`));
			c.callIndirect(type);
		},
	};
	const listed: Listed[] = [];
	for (const { start, flow, fn } of functions) {
		const t = m.types[start.type] as number;
		const sizeOf = (n: number) => word((m.types[n] as number) + T_SIZE);
		const pointer = (off: number) => off % 4 === 0 && isPointer(unit.word, t, off >> 2);
		const slots = new Slots(m.code, flow, word(t + T_SIZE), pointer, sizeOf);
		const code = new FunctionCode(unit, slots, start.type);
		const body = code.compile();
		wasm.define(fn, type, code.locals, body, String(start.pc));
		listed.push({ pc: start.pc, instructions: slots.count, body, marks: code.marks });
	}
	defineRelease(wasm, release, B_REF);
	const bytes = wasm.bytes();
	return {
		unit: {
			starts: functions.map(({ start }) => start),
			imports: wasm.imported,
			globals: wasm.globals,
			bytes,
		},
		listed,
		refused,
	};
}

const modules = new WeakMap<CodeUnit, WebAssembly.Module>();

/** A unit as V8 has it: made once, whichever modules it is put in place for, so that V8's work on it is kept too. */
export function moduleOf(unit: CodeUnit): WebAssembly.Module {
	let module = modules.get(unit);
	if (module === undefined) {
		module = new WebAssembly.Module(unit.bytes);
		modules.set(unit, module);
	}
	return module;
}
