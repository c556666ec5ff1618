import { Fault, fault } from "./fault.ts";
import type { Heap } from "./heap.ts";
import { AIMM, DAPOP, DEFA, DEFB, DEFF, DEFL, DEFS, DEFW, DIND, HASEXCEPT, isa, type Row, srcMode } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	B_TYPE,
	H,
	LINK_PC,
	LINK_SIZE,
	LINK_TYPE,
	M_CODE,
	M_ENGINE,
	M_ENTRIES,
	M_LINKS,
	M_MODULE,
	M_MP,
	M_NLINKS,
	T_NP,
	T_SIZE,
} from "./layout.ts";
import {
	type Functions,
	type Handler,
	I_ADD,
	I_OP,
	I_S,
	I_S2,
	type Import,
	INST_WORDS,
	type ObjectFile,
} from "./object.ts";
import type { Strings } from "./strings.ts";

/** What tells one version of a file from another: a module is loaded anew when it has changed. */
export type Stamp = string;

/** A function that a module offers. In a builtin module `pc` is the number of the function. */
export interface Ext {
	readonly name: string;
	readonly sig: number;
	readonly pc: number;
	/** Type of its frame, or 0. */
	readonly type: number;
}

/**
 * A loaded module: code, types and the data its instances start from. Counted by its module links (and by whoever looks
 * it up); unloaded with the last of them.
 */
export class Module {
	/** Index in the module table, which module links hold. */
	readonly id: number;
	ref = 1;
	readonly path: string;
	readonly name: string;
	stamp: Stamp = "";
	/** A name that no other object file's bytes have; undefined where nobody wants one. */
	digest: (() => string) | undefined = undefined;
	readonly flags: number;
	/** INST_WORDS words an instruction, as parsed; empty in a builtin module. */
	readonly code: Int32Array;
	readonly nprog: number;
	/** Addresses of the types. */
	readonly types: number[] = [];
	/** Module data before any instance changed it, or H. */
	origmp = H;
	readonly ext: Ext[] = [];
	readonly imports: readonly (readonly Import[])[];
	readonly handlers: readonly Handler[];
	readonly entry: number;
	readonly entryType: number;
	readonly stackExtent: number;
	readonly builtin: boolean;
	/** What the verifier found out; undefined in a builtin module. */
	functions: Functions | undefined;
	/** The block with the immediates whose address is taken (`send $5`), or 0; S2 of such an instruction is the place of its own. */
	immediates = 0;
	/** Number of the back end that runs it. */
	engine = 0;
	/** Address of its translation for the interpreter, or 0. */
	translation = 0;
	/** Address of the list of places that there is compiled code to go on with, or 0 (M_ENTRIES). */
	entries = 0;
	/** What a compiler keeps with it. */
	jit: unknown = undefined;

	constructor(id: number, path: string, name: string, object: ObjectFile | undefined) {
		this.id = id;
		this.path = path;
		this.name = name;
		this.builtin = object === undefined;
		this.flags = object?.flags ?? 0;
		this.code = object?.code ?? new Int32Array(0);
		this.nprog = object?.nprog ?? 0;
		this.imports = object?.imports ?? [];
		this.handlers = object !== undefined && (object.flags & HASEXCEPT) !== 0 ? object.handlers : [];
		this.entry = object?.entry ?? -1;
		this.entryType = object?.entryType ?? -1;
		this.stackExtent = object?.stackExtent ?? 0;
		this.functions = object?.functions;
	}
}

/** The loaded modules, and their instances: module links. */
export class Modules {
	readonly #heap: Heap;
	readonly #strings: Strings;
	readonly #table: (Module | undefined)[] = [];
	readonly #free: number[] = [];
	readonly #paths = new Map<string, Module>();
	/** Called when a module has lost its last reference, before its types are freed. */
	onUnload: (m: Module) => void = () => {};
	/** Called when a module has been made. */
	onLoad: (m: Module) => void = () => {};

	constructor(heap: Heap, strings: Strings) {
		this.#heap = heap;
		this.#strings = strings;
		heap.onUnlink = (id) => this.unload(this.#table[id] as Module);
	}

	/** The module of the link at address `ml`. */
	of(ml: number): Module {
		return this.#table[this.#heap.arena.i32[(ml + M_MODULE) >>> 2] as number] as Module;
	}

	/** The module last loaded from `path`, not counted. */
	lookup(path: string): Module | undefined {
		return this.#paths.get(path);
	}

	get loaded(): Module[] {
		return this.#table.filter((m) => m !== undefined);
	}

	#new(path: string, name: string, object: ObjectFile | undefined): Module {
		const id = this.#free.pop() ?? this.#table.length;
		const m = new Module(id, path, name, object);
		this.#table[id] = m;
		return m;
	}

	/** A module without code, whose functions the emulator provides. It is never unloaded. */
	builtin(path: string, functions: readonly { name: string; sig: number; frame: number; map: Uint8Array }[]): Module {
		const m = this.#new(path, path, undefined);
		functions.forEach((f, pc) => {
			const type = this.#heap.types.make(f.frame, f.map);
			m.types.push(type);
			m.ext.push({ name: f.name, sig: f.sig >>> 0, pc, type });
		});
		this.#paths.set(path, m);
		return m;
	}

	/** Loads a verified object file. Faults when there is no room, and leaves nothing behind then. The caller has the reference. */
	make(path: string, object: ObjectFile, stamp: Stamp, digest?: () => string): Module {
		const m = this.#new(path, object.name, object);
		m.stamp = stamp;
		m.digest = digest;
		try {
			for (const t of object.types) m.types.push(this.#heap.types.make(t.size, t.map));
			if (object.dataSize > 0) {
				m.origmp = this.#heap.record(m.types[0] as number);
				this.#fill(m, object);
			}
			this.#placeImmediates(m);
			for (const e of object.exports)
				m.ext.push({ name: e.name, sig: e.sig >>> 0, pc: e.pc, type: e.type < 0 ? 0 : (m.types[e.type] as number) });
		} catch (e) {
			this.#drop(m);
			throw e;
		}
		this.#paths.set(path, m);
		try {
			this.onLoad(m);
		} catch (e) {
			this.unload(m);
			throw e;
		}
		return m;
	}

	#fill(m: Module, object: ObjectFile): void {
		const { i32, f64, i64, u8 } = this.#heap.arena;
		const bases: number[] = [];
		let base = m.origmp;
		for (const item of object.data) {
			if (item.kind === DAPOP) {
				base = bases.pop() as number;
				continue;
			}
			const at = base + item.offset;
			switch (item.kind) {
				case DEFB:
					u8.set(item.bytes, at >>> 0);
					break;
				case DEFW:
					i32.set(item.words, at >>> 2);
					break;
				case DEFS:
					this.#heap.store(at, this.#strings.decode(item.bytes));
					break;
				case DEFF:
					f64.set(item.reals, at >>> 3);
					break;
				case DEFL:
					i64.set(item.bigs, at >>> 3);
					break;
				case DEFA:
					this.#heap.store(at, this.#heap.array(m.types[item.type] as number, item.length));
					break;
				case DIND: {
					const a = i32[at >>> 2] as number;
					const t = i32[(a + A_TYPE) >>> 2] as number;
					bases.push(base);
					base = (i32[(a + A_DATA) >>> 2] as number) + item.index * (i32[(t + T_SIZE) >>> 2] as number);
					break;
				}
			}
		}
	}

	#placeImmediates(m: Module): void {
		const { code } = m;
		const places: number[] = [];
		for (let k = 0; k < code.length; k += INST_WORDS) {
			if (srcMode(code[k + I_ADD] as number) !== AIMM) continue;
			if ((isa[code[k + I_OP] as number] as Row).s[0] === "a") places.push(k);
		}
		if (places.length === 0) return;
		m.immediates = this.#heap.block(places.length * 8);
		places.forEach((k, n) => {
			const at = m.immediates + n * 8;
			const value = code[k + I_S] as number;
			this.#heap.arena.i32[at >>> 2] = value;
			this.#heap.arena.i32[(at >>> 2) + 1] = value >> 31;
			code[k + I_S2] = at;
		});
	}

	/** Nobody finds the module by its path any more. */
	forget(m: Module): void {
		if (this.#paths.get(m.path) === m) this.#paths.delete(m.path);
	}

	/** A module that was made has other functions now: what back ends made of it goes, and is made anew. */
	changed(m: Module, functions: Functions | undefined): void {
		this.onUnload(m);
		m.functions = functions;
		this.onLoad(m);
	}

	/** One reference less; the last one unloads. */
	unload(m: Module): void {
		if (--m.ref > 0 || m.builtin) return;
		this.onUnload(m);
		this.#drop(m);
	}

	#drop(m: Module): void {
		if (this.#paths.get(m.path) === m) this.#paths.delete(m.path);
		this.#table[m.id] = undefined;
		this.#free.push(m.id);
		this.#heap.release(m.origmp);
		for (const t of m.types) this.#heap.types.release(t);
		if (m.immediates !== 0) this.#heap.pool.free(m.immediates);
	}

	/**
	 * A link to `m` for the functions in `imports`, with module data of its own, or `mp` where that is given. Takes over
	 * the caller's reference to the module. `room` is for functions that are named later. Faults when a function is missing or of another type.
	 */
	link(m: Module, imports: readonly Import[], mp: number = H, room: number = imports.length): number {
		const i32 = this.#heap.arena.i32;
		let ml: number;
		try {
			const exts = imports.map((i) => this.#find(m, i));
			ml = this.#heap.object(this.#heap.types.modlink, M_LINKS + LINK_SIZE * room);
			i32.fill(0, (ml + M_LINKS) >>> 2, (ml + M_LINKS + LINK_SIZE * room) >>> 2);
			i32[(ml + M_MP) >>> 2] = H;
			i32[(ml + M_MODULE) >>> 2] = m.id;
			i32[(ml + M_NLINKS) >>> 2] = room;
			i32[(ml + M_ENGINE) >>> 2] = m.engine;
			i32[(ml + M_CODE) >>> 2] = m.translation;
			i32[(ml + M_ENTRIES) >>> 2] = m.entries;
			exts.forEach((e, k) => {
				const at = (ml + M_LINKS + k * LINK_SIZE) >>> 2;
				i32[at + (LINK_PC >> 2)] = e.pc;
				i32[at + (LINK_TYPE >> 2)] = e.type;
			});
		} catch (e) {
			this.unload(m);
			throw e;
		}
		if (mp !== H) this.#heap.retain(mp);
		else if (m.origmp !== H) {
			try {
				mp = this.#copyData(m);
			} catch (e) {
				this.#heap.release(ml);
				throw e;
			}
		}
		i32[(ml + M_MP) >>> 2] = mp;
		return ml;
	}

	#find(m: Module, want: Import): Ext {
		const found = m.ext.find((e) => e.name === want.name);
		if (found === undefined) throw new Fault(`link failed fn ${m.name}->${want.name}() not implemented`);
		if (found.sig !== want.sig >>> 0)
			throw new Fault(
				`link typecheck ${m.name}->${want.name}() ${found.sig.toString(16)}/${(want.sig >>> 0).toString(16)}`,
			);
		return found;
	}

	/** Module data for an instance: arrays are its own, so that it may write in them; other objects do not change. */
	#copyData(m: Module): number {
		const heap = this.#heap;
		const t = m.types[0] as number;
		const mp = heap.record(t);
		heap.copy(m.origmp, mp, heap.types.size(t));
		heap.retainAll(t, mp);
		try {
			this.#ownArrays(t, mp);
		} catch (e) {
			heap.release(mp);
			throw e;
		}
		return mp;
	}

	/** Puts a copy in the place of each array in the thing of type `t` at `p`. */
	#ownArrays(t: number, p: number): void {
		const heap = this.#heap;
		const i32 = heap.arena.i32;
		heap.types.places(t, p, (at) => {
			const a = i32[at >>> 2] as number;
			if (i32[(a + B_TYPE) >>> 2] !== heap.types.array) return;
			const element = i32[(a + A_TYPE) >>> 2] as number;
			const n = i32[(a + A_LEN) >>> 2] as number;
			const size = heap.types.size(element);
			const copy = heap.array(element, n);
			const from = i32[(a + A_DATA) >>> 2] as number;
			const to = i32[(copy + A_DATA) >>> 2] as number;
			heap.copy(from, to, n * size);
			if (i32[(element + T_NP) >>> 2] !== 0) for (let k = 0; k < n; k++) heap.retainAll(element, to + k * size);
			heap.store(at, copy);
			if (i32[(element + T_NP) >>> 2] !== 0) for (let k = 0; k < n; k++) this.#ownArrays(element, to + k * size);
		});
	}

	/** Address of link `k` of `ml`; a negative one counts -1, -2, ... through all functions of the module. Faults when there is none. */
	entry(ml: number, k: number): Ext | number {
		const i32 = this.#heap.arena.i32;
		if (k >= 0) {
			if (k >= (i32[(ml + M_NLINKS) >>> 2] as number)) fault("invalid mframe");
			return ml + M_LINKS + k * LINK_SIZE;
		}
		return this.of(ml).ext[-k - 1] ?? fault("invalid mframe");
	}
}
