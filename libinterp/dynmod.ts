import type { Machine } from "./engine.ts";
import { AFP, AIMM, AIND, AMP, dstMode, HASEXCEPT, isa, MAXDIS, srcMode, XMAGIC } from "./isa.ts";
import { B_TYPE, LINK_PC, LINK_SIZE, LINK_TYPE, M_LINKS, M_NLINKS, T_NP, T_SIZE } from "./layout.ts";
import type { Module } from "./module.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS, ObjectError, type ObjectFile } from "./object.ts";
import { verify } from "./verify.ts";

/**
 * Modules made at run time, and loaded ones taken apart: what $Loader does, over plain data. Nothing that was made runs unverified:
 * a function can be called once `ext` has named it, and `ext` verifies.
 */

/** An instruction as $Loader has it. A double indirect operand is one word: the first offset in its low half, the second in the high one. */
export interface RawInst {
	readonly op: number;
	/** The address mode byte. */
	readonly addr: number;
	readonly src: number;
	readonly mid: number;
	readonly dst: number;
}

const indirect = (mode: number): boolean => mode === (AIND | AFP) || mode === (AIND | AMP);

/** The instructions of a module. */
export function instructions(m: Module): RawInst[] {
	const { code } = m;
	const side = (mode: number, at: number, second: number): number =>
		indirect(mode) ? ((code[at] as number) & 0xffff) | ((code[second] as number) << 16) : (code[at] as number);
	const list: RawInst[] = [];
	for (let k = 0; k < code.length; k += INST_WORDS) {
		const addr = code[k + I_ADD] as number;
		list.push({
			op: code[k + I_OP] as number,
			addr,
			src: side(srcMode(addr), k + I_S, k + I_S2),
			mid: code[k + I_M] as number,
			dst: side(dstMode(addr), k + I_D, k + I_D2),
		});
	}
	return list;
}

/** Words of code for instructions. Throws ObjectError for one that is none, or that jumps nowhere. */
function codeOf(list: readonly RawInst[]): Int32Array {
	const code = new Int32Array(list.length * INST_WORDS);
	list.forEach((i, pc) => {
		const row = isa[i.op];
		if (i.op >= MAXDIS || row === undefined) throw new ObjectError("illegal dis instruction");
		if (row.d === "io" && dstMode(i.addr) === AIMM && (i.dst < 0 || i.dst >= list.length))
			throw new ObjectError("bad branch addr");
		const at = pc * INST_WORDS;
		code[at + I_OP] = i.op;
		code[at + I_ADD] = i.addr;
		code[at + I_M] = i.mid;
		const put = (mode: number, value: number, first: number, second: number) => {
			code[at + first] = indirect(mode) ? value & 0xffff : value;
			code[at + second] = indirect(mode) ? value >>> 16 : 0;
		};
		put(srcMode(i.addr), i.src, I_S, I_S2);
		put(dstMode(i.addr), i.dst, I_D, I_D2);
	});
	return code;
}

/** The maker of modules of a machine. */
export class DynamicModules {
	readonly #machine: Machine;
	/** What modules that were made are made of so far. */
	readonly #objects = new WeakMap<Module, ObjectFile>();

	constructor(machine: Machine) {
		this.#machine = machine;
	}

	/**
	 * A link, counted for the caller, to a new module with room for `links` functions, with the record `data` as its module data. Throws
	 * ObjectError.
	 */
	make(name: string, stackExtent: number, links: number, list: readonly RawInst[], data: number): number {
		if (links < 0 || links > 0xffff) throw new ObjectError("bad nlink");
		const { heap, modules } = this.#machine;
		const t = heap.arena.i32[(data + B_TYPE) >>> 2] as number;
		const object: ObjectFile = {
			magic: XMAGIC,
			signature: undefined,
			flags: 0,
			stackExtent,
			code: codeOf(list),
			nprog: list.length,
			dataSize: heap.types.size(t),
			types: [{ size: heap.types.size(t), map: heap.types.map(t).slice() }],
			data: [],
			name,
			exports: [],
			entry: -1,
			entryType: -1,
			imports: [],
			handlers: [],
			sourcePath: "",
		};
		const m = modules.make(`dynamic module ${name}`, { ...object, dataSize: 0 }, "");
		this.#objects.set(m, object);
		modules.forget(m);
		return modules.link(m, [], data, links);
	}

	#object(m: Module): ObjectFile {
		const object = this.#objects.get(m);
		if (object === undefined) throw new ObjectError("need newmod");
		return object;
	}

	/** The number of a new type of a module that was made. Throws ObjectError. */
	type(m: Module, size: number, map: Uint8Array): number {
		const object = this.#object(m);
		if (size < 0) throw new ObjectError("negative size");
		object.types.push({ size, map: map.slice() });
		try {
			verify({ ...object, code: new Int32Array(0), nprog: 0, exports: [] });
		} catch (e) {
			object.types.pop();
			throw e;
		}
		m.types.push(this.#machine.heap.types.make(size, map));
		return m.types.length - 1;
	}

	/** Function `index` of the link at `ml` starts at `pc`, with frames of type `type`. Throws ObjectError where it cannot be verified. */
	ext(ml: number, index: number, pc: number, type: number): void {
		const { heap, modules } = this.#machine;
		const { i32 } = heap.arena;
		const m = modules.of(ml);
		const object = this.#object(m);
		if (type < 0 || type >= object.types.length) throw new ObjectError("bad tdesc");
		if (pc < 0 || pc >= object.nprog) throw new ObjectError("bad pc");
		if (index < 0 || index >= (i32[(ml + M_NLINKS) >>> 2] as number)) throw new ObjectError("bad idx");
		const exports = [...object.exports, { pc, type, sig: 0, name: `f${index}` }];
		const verified = { ...object, exports, flags: object.flags & ~HASEXCEPT };
		verify(verified);
		object.exports.push(...exports.slice(-1));
		modules.changed(m, verified.functions);
		const at = (ml + M_LINKS + index * LINK_SIZE) >>> 2;
		i32[at + (LINK_PC >> 2)] = pc;
		i32[at + (LINK_TYPE >> 2)] = m.types[type] as number;
	}
}

/** The types of a module: sizes and maps. */
export function typesOf(machine: Machine, m: Module): { size: number; map: Uint8Array }[] {
	const { heap } = machine;
	return m.types.map((t) => ({
		size: heap.arena.i32[(t + T_SIZE) >>> 2] as number,
		map: (heap.arena.i32[(t + T_NP) >>> 2] as number) > 0 ? heap.types.map(t).slice() : new Uint8Array(0),
	}));
}
