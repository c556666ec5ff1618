import { ARGS, REGRET } from "../libinterp/isa.ts";
import { A_DATA, A_LEN, H } from "../libinterp/layout.ts";
import type { BuiltinFn } from "../libinterp/ops.ts";
import type { BuiltinRow, Vm } from "../libinterp/vm.ts";
import type { Awaitable } from "./dev.ts";

/** A field, argument or result, as `limbo --ts` describes it: `of` is the Limbo type, `type` the letter of the instruction table. */
export interface Slot {
	readonly type: string;
	readonly size: number;
	readonly of: string;
	readonly offset?: number;
	readonly fields?: readonly Slot[];
}

/** A builtin module as `limbo --ts` describes it. */
export interface ModuleTable {
	readonly name: string;
	readonly functions: readonly {
		readonly name: string;
		readonly sig: number;
		readonly frame: number;
		readonly map: readonly number[];
		readonly varargs?: boolean;
		readonly args: readonly Slot[];
		readonly ret?: Slot;
	}[];
	readonly adts: Readonly<
		Record<string, { readonly size: number; readonly map: readonly number[]; readonly fields: readonly Slot[] }>
	>;
}

/**
 * What a function gets and gives: an int or byte as number, big as bigint, real as number, string as string; a pointer
 * (array, list, ref) as its address, a result's with a count for the caller; an adt or tuple as the address of the value (argument) or as the
 * list of its fields (result). A result that touches the arena and is given by a promise must be a function: it is called on the
 * thread, when that runs again.
 */
// biome-ignore lint/suspicious/noExplicitAny: each function knows the types of its own arguments
export type Native = (...args: any[]) => Awaitable<Value> | void;
export type Value = number | bigint | string | undefined | readonly Value[] | (() => Value);

/** Reads and writes Limbo values at addresses of a machine's arena. */
export class Marshal {
	readonly vm: Vm;
	readonly #adts: ModuleTable["adts"];

	constructor(vm: Vm, adts: ModuleTable["adts"]) {
		this.vm = vm;
		this.#adts = adts;
	}

	/** Fields of an adt or tuple. */
	fields(slot: Slot): readonly Slot[] {
		return slot.fields ?? this.#adts[slot.of.slice(slot.of.indexOf(">") + 1)]?.fields ?? [];
	}

	get(slot: Slot, at: number): number | bigint | string {
		const { i32, u8, i64, f64 } = this.vm.heap.arena;
		switch (slot.type) {
			case "b":
				return u8[at >>> 0] as number;
			case "l":
				return i64[at >>> 3] as bigint;
			case "f":
				return f64[at >>> 3] as number;
			case "c":
				return this.vm.strings.text(i32[at >>> 2] as number);
			case "z":
				return at;
			default:
				return i32[at >>> 2] as number;
		}
	}

	/** Stores a value; pointers that were there are released. */
	set(slot: Slot, at: number, value: Value): void {
		const { i32, u8, i64, f64 } = this.vm.heap.arena;
		switch (slot.type) {
			case "b":
				u8[at >>> 0] = value as number;
				break;
			case "w":
				i32[at >>> 2] = value as number;
				break;
			case "l":
				i64[at >>> 3] = value as bigint;
				break;
			case "f":
				f64[at >>> 3] = value as number;
				break;
			case "c":
				this.vm.heap.store(at, this.vm.strings.make((value as string | undefined) ?? ""));
				break;
			case "z":
				this.fields(slot).forEach((f, k) => this.set(f, at + (f.offset ?? 0), (value as readonly Value[])[k]));
				break;
			default:
				this.vm.heap.store(at, (value as number | undefined) ?? H);
		}
	}

	/** The bytes of array `a`, in place; `n` of them at most. */
	bytes(a: number, n: number = Number.MAX_SAFE_INTEGER): Uint8Array {
		if (a === H) return new Uint8Array(0);
		const { i32, u8 } = this.vm.heap.arena;
		const data = (i32[(a + A_DATA) >>> 2] as number) >>> 0;
		return u8.subarray(data, data + Math.max(0, Math.min(n, i32[(a + A_LEN) >>> 2] as number)));
	}

	/** A new array of byte. */
	array(bytes: Uint8Array): number {
		const a = this.vm.heap.array(this.vm.heap.types.byte, bytes.length);
		this.bytes(a).set(bytes);
		return a;
	}
}

/** How a failure of a function is told: what it throws becomes its result. */
export type Failed = (e: unknown, ret: Slot | undefined) => Value;

/** The rows of a builtin module from its table and its functions, by name. Functions that are missing are answered by `missing`. */
export function bind(
	marshal: Marshal,
	table: ModuleTable,
	natives: Readonly<Record<string, Native>>,
	failed: Failed,
): BuiltinRow[] {
	return table.functions.map((f) => {
		const native = natives[f.name];
		if (native === undefined) throw new Error(`${table.name}: ${f.name} is not there`);
		return {
			name: f.name,
			sig: f.sig,
			frame: f.varargs ? 0 : f.frame,
			map: f.varargs ? [] : f.map,
			fn: call(marshal, f, native, failed),
		};
	});
}

function call(marshal: Marshal, f: ModuleTable["functions"][number], native: Native, failed: Failed): BuiltinFn {
	const { i32 } = marshal.vm.heap.arena;
	const end = f.args.reduce((at, a) => Math.max(at, (a.offset ?? ARGS) + a.size), ARGS);
	return (frame) => {
		const args: unknown[] = f.args.map((a) => marshal.get(a, frame + (a.offset ?? 0)));
		// After the declared arguments come those the format asks for.
		if (f.varargs) args.push(frame + end);
		const give = (value: Value) => {
			let result = value;
			try {
				while (typeof result === "function") result = result();
			} catch (e) {
				result = failed(e, f.ret);
			}
			if (f.ret !== undefined) marshal.set(f.ret, i32[(frame + REGRET) >>> 2] as number, result);
		};
		const fails = (e: unknown) => give(failed(e, f.ret));
		try {
			const result = native(...args);
			if (result instanceof Promise)
				return result.then(
					(value) => () => give(value),
					(e) => () => fails(e),
				);
			give(result as Value);
		} catch (e) {
			fails(e);
		}
		return undefined;
	};
}

/** The result that says a function failed: -1, nil, or a tuple that begins with -1. */
export function failure(ret: Slot | undefined, fields: (s: Slot) => readonly Slot[]): Value {
	if (ret === undefined) return undefined;
	switch (ret.type) {
		case "w":
			return -1;
		case "b":
			return 0;
		case "l":
			return -1n;
		case "f":
			return 0;
		case "z":
			return fields(ret).map((f, k) => (k === 0 ? failure(f, fields) : zero(f, fields)));
		default:
			return undefined;
	}
}

function zero(slot: Slot, fields: (s: Slot) => readonly Slot[]): Value {
	switch (slot.type) {
		case "w":
		case "b":
		case "f":
			return 0;
		case "l":
			return 0n;
		case "z":
			return fields(slot).map((f) => zero(f, fields));
		default:
			return undefined;
	}
}
