/*
 * Runs single instructions. Each is a function of its own; its frame, the module data, and a record behind a pointer in each of the two have
 * cells for the operands at the same places. What is in them is put there from outside, and looked at when the function has stopped.
 */

import { createHash } from "node:crypto";
import { Fault } from "../../libinterp/fault.ts";
import { O_NPROG } from "../../libinterp/forms.ts";
import { AFP, AIMM, AIND, AMP, AXXX, DEFW, isa, opcode, type Row } from "../../libinterp/isa.ts";
import { A_DATA, H, HEADER, M_MP, MOVE_W, R_FP, R_IC, R_PC } from "../../libinterp/layout.ts";
import type { Module } from "../../libinterp/module.ts";
import { I_S2, INST_WORDS, type ObjectFile, type TypeDesc } from "../../libinterp/object.ts";
import type { Prog } from "../../libinterp/prog.ts";
import { verify } from "../../libinterp/verify.ts";
import { isPointer as isPointerIn } from "../../libinterp/verify-data.ts";
import { midOptional, modes } from "../../libinterp/verify-shape.ts";
import type { Vm } from "../../libinterp/vm.ts";
import { machine, type Way } from "../engines.ts";
import { objectOf } from "./assemble.ts";
import { Heaped, isPointer, type Value } from "./values.ts";

export type Values = readonly [s: Value, m: Value, d: Value];

/** What an instruction does. */
export interface Effect {
	/** `to k` where it goes on, 0 for what comes next; a fault; or `blocks`. */
	end: string;
	/** The operands in memory. Addresses are relative to s, or to the first element of s. */
	s: Value | undefined;
	m: Value | undefined;
	d: Value | undefined;
}

export interface Outcome extends Effect {
	/** What should not be: wrong counts, other words changed, bytes left in use. */
	wrong: string[];
	/** Whether d is another object than before. */
	moved: boolean;
}

/** Opcodes that do the same. */
export interface Entry {
	readonly ops: string;
	/** Of s, m and d, - where there is none in memory: the type (values.ts), and values to try. */
	readonly types: readonly [string, string, string];
	readonly values: readonly [readonly Value[], readonly Value[], readonly Value[]];
	/** What changes. It faults where the instruction does. */
	readonly does: (s: never, m: never, d: never, op: string) => Partial<Effect>;
	/** A jump table, given the place of each target; the operand is word `at` of it. */
	readonly table: ((target: (k: number) => number) => readonly number[]) | undefined;
	readonly at: number;
}

/**
 * An instruction with operands, in places as hot.ts names them. `held`: somebody else has references, too. `shared`: s and d are one object.
 * `nil`: there are no records.
 */
export interface Run {
	readonly entry: Entry;
	readonly op: string;
	readonly form: readonly [s: string, m: string, d: string];
	readonly values: Values;
	readonly how: "plain" | "held" | "shared" | "nil";
}

/** Where the pointers to records are, and the cells. */
export interface Layout {
	readonly base: number;
	readonly cells: number;
}

// Places of the cells, 16 bytes for each operand that is no pointer; and of the channel on which functions wait when they are done.
const NUMBERS = 16;
const STRUCTS = 64;
const CELLS = 112;
const STOP = 12;
const TARGETS = 4;

/** Types of the module, by number. */
export const [FRAME, STRUCT, BLOCK, LARGE, PTR] = [1, 2, 3, 4, 5];
const types: readonly TypeDesc[] = [
	{ size: 12, map: Uint8Array.of(0x40) },
	{ size: 16, map: new Uint8Array(0) },
	{ size: 600, map: Uint8Array.of(0x40, 0, 1) },
	{ size: 4, map: Uint8Array.of(0x80) },
];

/** The words of n new things of a type. */
export function fresh(type: number, n = 1): number[] {
	const t = types[type - STRUCT] as TypeDesc;
	const one = Array.from({ length: t.size / 4 }, (_, w) => (w < t.map.length * 8 && isPointerIn(t, w) ? H : 0));
	return Array.from({ length: n }, () => one).flat();
}

/** Every form that the verifier accepts, for some values. */
function formsOf({ op, m }: Row): Run["form"][] {
	const modesOf = { mp: AMP, fp: AFP, $: AIMM, "-": AXXX, "(mp)": AIND | AMP, "(fp)": AIND | AFP };
	const side = (k: number) =>
		Object.entries(modesOf).flatMap(([name, mode]) => (((modes[op * 3 + k] as number) >> mode) & 1 ? [name] : []));
	const middle = m === "" ? [] : m[0] === "i" ? ["$"] : ["mp", "fp", ...(m[0] === "w" ? [] : ["$"])];
	if (m === "" || midOptional[op]) middle.push("-");
	return side(0).flatMap((s) => middle.flatMap((mid) => side(2).map((d) => [s, mid, d] as const)));
}

const inMemory = (where: string): boolean => where !== "$" && where !== "-";

/** Whether an instruction can have these values as operands in this form. */
function legal(form: Run["form"], { types }: Entry, values: Values): boolean {
	return form.every((where, k) => {
		if (where !== "$" || values[k] === null) return true;
		return typeof values[k] === "number" && types[k] !== "f";
	});
}

/** Every form so many times at least, or the `indirect` ones only, and all values in turn; then, where that can be, shared and without records. */
export function runsOf(entry: Entry, op: string, times: number, indirect: boolean): Run[] {
	const [ss, ms, ds] = entry.values;
	const all = ss.flatMap((s) => ms.flatMap((m) => ds.map((d): Values => [s, m, d])));
	const behind = (form: Run["form"]) => form.some((where) => where.startsWith("("));
	const forms = formsOf(isa[opcode(op)] as Row).filter((form) => !indirect || behind(form));
	const n = Math.max(times, Math.ceil((2 * all.length) / forms.length));
	let turn = 0;
	return forms.flatMap((form, f) => {
		const some = all.filter((values) => legal(form, entry, values));
		const values = () => some[(some.length === all.length ? turn++ : f++) % some.length] as Values;
		const runs = Array.from(
			{ length: Math.min(n, 2 * some.length) },
			(_, k): Run => ({ entry, op, form, values: values(), how: k % 2 ? "held" : "plain" }),
		);
		const harmless = behind(form) ? runs.find((run) => /^to/.test(expected(run).end)) : undefined;
		if (harmless !== undefined) runs.push({ ...harmless, how: "nil" });
		const [first] = runs;
		const alike =
			isPointer(entry.types[0]) && entry.types[0] === entry.types[2] && inMemory(form[0]) && inMemory(form[2]);
		if (alike && first !== undefined) {
			const [s, m] = first.values;
			runs.push({ ...first, values: [s, m, s], how: "shared" });
		}
		return runs;
	});
}

/** The outcome that there has to be, as far as the entry says. */
export function expected({ entry, op, form, how, values }: Run): Omit<Outcome, "moved"> {
	const [s, m, d] = form.map((where, k) => {
		const there = entry.types[k] !== "-" && inMemory(where) && !(how === "nil" && where.startsWith("("));
		return there ? values[k] : undefined;
	});
	const before = { end: "to 0", s, m, d, wrong: [] };
	if (how === "nil") return { ...before, end: "dereference of nil" };
	const does = entry.does as (s: Value, m: Value, d: Value, op: string) => Partial<Effect>;
	try {
		const left = (isa[opcode(op)] as Row).m[0] === "?" ? 0 : values[2];
		return { ...before, ...does(values[0], form[1] === "-" ? (left as Value) : values[1], values[2], op) };
	} catch (e) {
		if (!(e instanceof Fault)) throw e;
		return { ...before, end: e.reason };
	}
}

function cell(type: string, k: number): number {
	if (isPointer(type)) return 4 * k;
	return (type === "z" ? STRUCTS : NUMBERS) + 16 * k;
}

/** The functions for some instructions. */
class Program {
	readonly #layout: Layout;
	readonly #lines: string[] = [];
	readonly #tables: number[] = [];
	readonly #pcs = new Map<string, number>();

	constructor(layout: Layout) {
		this.#layout = layout;
	}

	get size(): number {
		const { base, cells } = this.#layout;
		return Math.max(base + 8, cells + CELLS);
	}

	/** The function for this. */
	at({ op, form, entry, values }: Run): number {
		const { base, cells } = this.#layout;
		const [s, m, d] = form.map((where, k) => {
			if (where === "-") return where;
			if (where === "$") return `$${values[k] ?? H}`;
			const off = cells + cell(entry.types[k] as string, k);
			return where.startsWith("(") ? `${off}(${base}${where})` : `${off}(${where})`;
		});
		const jumps = (isa[opcode(op)] as Row).d === "io";
		const line = jumps ? `${op} ${s} ${m}` : `${op} ${s} ${m} ${d}`;
		const key = `${line} ${entry.table}`;
		const known = this.#pcs.get(key);
		if (known !== undefined) return known;
		const pc = this.#lines.length;
		this.#pcs.set(key, pc);
		if (jumps) this.#lines.push(`${line} $${pc + 2}`);
		else if (entry.table === undefined) this.#lines.push(line);
		else {
			this.#lines.push(`${op} ${s} ${m} ${this.size + 4 * (this.#tables.length + entry.at)}(mp)`);
			this.#tables.push(...entry.table((k) => pc + 1 + k));
		}
		for (let k = 0; k < TARGETS; k++) this.#lines.push(`recv ${cells + STOP}(fp) - ${cells + NUMBERS}(fp)`);
		this.#lines.push("ret");
		return pc;
	}

	object(): ObjectFile {
		const { base, cells } = this.#layout;
		const map = new Uint8Array(Math.ceil(this.size / 32));
		const structs = [0, 1, 2].map((k) => cell("z", k) + 4);
		for (const at of [base, ...[0, 4, 8, STOP, ...structs].map((k) => cells + k)])
			map[at >> 5] = (map[at >> 5] as number) | (0x80 >> ((at >> 2) & 7));
		const data = { size: this.size + 4 * this.#tables.length, map };
		return objectOf(this.#lines, {
			types: [data, { size: this.size, map }, ...types],
			data: [{ kind: DEFW, offset: this.size, words: Int32Array.from(this.#tables) }],
			exports: [...this.#pcs].map(([name, pc]) => ({ pc, type: FRAME, sig: 0, name })),
		});
	}
}

/** A thread that is about to run the function at `pc` of a module, in a frame of type `type`. */
export function threadAt(vm: Vm, link: number, pc: number, type: number): Prog {
	const p = vm.sched.fork(undefined, link);
	vm.heap.arena.i32.fill(0, R_PC >> 2, R_IC >> 2);
	const frame = vm.frames.frame(type);
	p.setReg(R_PC, pc);
	vm.frames.detach(frame, p.at);
	vm.sched.ready(p);
	return p;
}

/** A machine with the functions. */
class Bench {
	readonly #vm: Vm;
	readonly #ends: string[];
	readonly #layout: Layout;
	readonly #module: Module;
	readonly #link: number;
	readonly #heaped: Heaped;
	/** On which nobody sends. */
	readonly #stop: number;

	constructor(vm: Vm, ends: string[], layout: Layout, object: ObjectFile) {
		this.#vm = vm;
		this.#ends = ends;
		this.#layout = layout;
		const digest = createHash("sha256").update(object.code).update(JSON.stringify(object.data)).digest("hex");
		this.#module = vm.modules.make("single", object, "", () => digest);
		this.#link = vm.modules.link(this.#module, []);
		this.#heaped = new Heaped(vm.heap, vm.strings, this.#type(BLOCK), this.#type(STRUCT));
		this.#stop = vm.heap.chan(MOVE_W, 0, vm.heap.types.word, 0);
	}

	#type(k: number): number {
		return this.#module.types[k] as number;
	}

	/** Unloads the module. */
	close(): void {
		this.#vm.heap.release(this.#stop);
		this.#vm.heap.release(this.#link);
	}

	/** Bytes of the heap in use but for what is made when code first runs: the translation, and the list of entries. */
	get #used(): number {
		const { pool } = this.#vm.heap;
		const { translation, entries } = this.#module;
		const block = (p: number) => (p === 0 ? 0 : pool.room(p) + HEADER);
		return pool.used - block(translation === 0 ? 0 : translation + O_NPROG) - block(entries);
	}

	run(pc: number, run: Run): Outcome {
		const { heap, sched } = this.#vm;
		const { i32 } = heap.arena;
		const { types } = run.entry;
		const used = this.#used;
		const type = this.#type(FRAME);
		const p = threadAt(this.#vm, this.#link, pc, type);
		const [fp, mp] = [p.reg(R_FP), i32[(this.#link + M_MP) >>> 2] as number];
		const areas = this.#areas(fp, mp, run.how !== "nil");
		const places = run.form.map((where, k) => {
			const area = types[k] === "-" ? undefined : areas.get(where);
			return area === undefined ? undefined : area + this.#layout.cells + cell(types[k] as string, k);
		});
		const held = [this.#stop, ...this.#fill(run, places)];
		const object = () => (isPointer(types[2]) && places[2] !== undefined ? i32[places[2] >>> 2] : 0);
		const old = object();
		const before = this.#rest(areas, run, places);

		for (let n = 0; n < 100 && this.#vm.slice(); n++);
		const at = sched.reg(p, R_PC) - pc;
		const [reason] = this.#ends.splice(0);
		const end =
			reason === undefined ? (at === 1 ? "blocks" : `to ${at - 2}`) : at === 0 ? reason : `${reason} at ${at}`;
		const wrong: string[] = [];
		const references = [...held];
		for (const area of [fp, mp]) heap.types.each(type, area, (q) => references.push(q));
		wrong.push(...this.#heaped.miscounts(references));
		if (Buffer.compare(this.#rest(areas, run, places), before) !== 0) wrong.push("other words changed");
		const origin = this.#origin(pc, run, places[0]);
		const [s, m, d] = places.map((place, k) =>
			place === undefined ? undefined : this.#heaped.get(place, types[k] as string, origin),
		);
		const moved = object() !== old;

		sched.kill(p, "");
		this.#ends.length = 0;
		heap.types.places(type, mp, (place) => heap.store(place, H));
		for (const q of held.slice(1)) heap.release(q);
		if (this.#used !== used) wrong.push(`${this.#used - used} bytes left`);
		return { end, s, m, d, wrong, moved };
	}

	/** Where there are cells. */
	#areas(fp: number, mp: number, records: boolean): Map<string, number> {
		const { heap } = this.#vm;
		heap.retain(this.#stop);
		heap.store(fp + this.#layout.cells + STOP, this.#stop);
		const areas = new Map([["fp", fp], ["mp", mp]]); // biome-ignore format: pairs
		if (records)
			for (const [where, area] of [...areas]) {
				const record = heap.record(this.#type(FRAME));
				heap.store(area + this.#layout.base, record);
				areas.set(`(${where})`, record);
			}
		return areas;
	}

	/** Puts the operands in their places. Gives the references that somebody else has. */
	#fill({ entry, values, how }: Run, places: readonly (number | undefined)[]): number[] {
		const { heap } = this.#vm;
		const held: number[] = [];
		places.forEach((place, k) => {
			if (place === undefined) return;
			const type = entry.types[k] as string;
			const object = (at: number) => heap.arena.i32[at >>> 2] as number;
			if (k === 2 && how === "shared") {
				heap.store(place, object(places[0] as number));
				heap.retain(object(place));
			} else this.#heaped.put(place, type, values[k] as Value);
			if (how !== "held" || !isPointer(type) || object(place) === H) return;
			heap.retain(object(place));
			held.push(object(place));
		});
		return held;
	}

	/** All bytes of the areas but the operands; nothing where that is much. */
	#rest(areas: ReadonlyMap<string, number>, { entry }: Run, places: readonly (number | undefined)[]): Uint8Array {
		const { heap } = this.#vm;
		const size = heap.types.size(this.#type(FRAME));
		if (size > 4096) return Buffer.of();
		const all = [...areas.values()].map((area) => {
			const bytes = heap.arena.u8.slice(area >>> 0, (area >>> 0) + size);
			places.forEach((place, k) => {
				const at = (place ?? -1) - area;
				if (at >= 0 && at < size) bytes.fill(0, at, at + this.#heaped.item(entry.types[k] as string)[0]);
			});
			return bytes;
		});
		return Buffer.concat(all);
	}

	/** Where the addresses begin that the instruction may give. */
	#origin(pc: number, { entry }: Run, s: number | undefined): number {
		const { i32 } = this.#vm.heap.arena;
		if (s === undefined) return this.#module.code[pc * INST_WORDS + I_S2] as number;
		const word = i32[s >>> 2] as number;
		return entry.types[0].startsWith("a") && word !== H ? (i32[(word + A_DATA) >>> 2] as number) : s;
	}
}

const machines = new Map<Way, ReturnType<typeof machine>>();

/** The outcome of each, and the bytes that the module leaves in use when it is unloaded. */
export function outcomes(way: Way, runs: readonly Run[], layout: Layout): { outcomes: Outcome[]; left: number } {
	const made = machines.get(way) ?? machine(way);
	machines.set(way, made);
	const { vm, ends } = made;
	const program = new Program(layout);
	const pcs = runs.map((run) => program.at(run));
	const object = program.object();
	verify(object);
	const used = vm.heap.used;
	const bench = new Bench(vm, ends, layout, object);
	const all = runs.map((run, k) => bench.run(pcs[k] as number, run));
	bench.close();
	return { outcomes: all, left: vm.heap.used - used };
}
