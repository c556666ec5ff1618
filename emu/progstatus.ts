import { address } from "../libinterp/debug.ts";
import { REGFRAME, REGLINK, REGMOD } from "../libinterp/isa.ts";
import { H, M_MP, R_FP, R_M, R_MP, R_PC } from "../libinterp/layout.ts";
import { decode } from "../libinterp/operand.ts";
import type { Prog } from "../libinterp/prog.ts";
import type { Vm } from "../libinterp/vm.ts";
import { type Member, MORDER, MREPL, type Osenv, type Pgrp } from "./pgrp.ts";

/** What the files of a thread in /prog say. Source of the formats: prog(3). */

/** Pid, group, user, time, state, memory, module. */
export function status(vm: Vm, p: Prog): string {
	const { user } = p.env as Osenv;
	const tenths = Math.floor(p.ticks / 100);
	const seconds = Math.floor(tenths / 10);
	const time = `${String(Math.floor(seconds / 60)).padStart(4)}:${String(seconds % 60).padStart(2, "0")}.${tenths % 10}`;
	const columns = [
		String(p.pid).padStart(8),
		String(p.group.id).padStart(8),
		user.padStart(10),
		time,
		p.state.padStart(10),
	];
	const ml = vm.sched.reg(p, R_M);
	const there = ml !== H && ml !== 0;
	const size = there ? Math.ceil(memory(vm, ml) / 1024) : 0;
	return `${columns.join(" ")} ${String(size).padStart(5)}K ${there ? module(vm, p, ml) : "nil"}`;
}

/** The name of the module that the thread is in, with that of the builtin module it waits in: `Sh[$Sys]`. */
function module(vm: Vm, p: Prog, ml: number): string {
	const m = vm.modules.of(ml);
	const pc = vm.sched.reg(p, R_PC) - 1;
	if (p.state !== "release" || pc < 0 || pc >= m.nprog) return m.name;
	const { row, d } = decode(m.code, pc);
	if (row.name !== "mcall") return m.name;
	const { i32 } = vm.heap.arena;
	const called = i32[address(i32, d, vm.sched.reg(p, R_FP), vm.sched.reg(p, R_MP)) >>> 2] as number;
	return called === H ? m.name : `${m.name}[${vm.modules.of(called).name}]`;
}

/** Bytes of the module data. */
function memory(vm: Vm, ml: number): number {
	const mp = vm.heap.arena.i32[(ml + M_MP) >>> 2] as number;
	return vm.heap.pool.room(mp === H ? ml : mp);
}

/** A line a frame, innermost first: frame, pc, module data, module, whether compiled (a debugger sees all as interpreted), path. */
export function stack(vm: Vm, p: Prog): string {
	const { i32 } = vm.heap.arena;
	let out = "";
	let ml = vm.sched.reg(p, R_M);
	let fp = vm.sched.reg(p, R_FP);
	let pc = vm.sched.reg(p, R_PC);
	// A thread that waits has moved on from the instruction that it waits in.
	if (p.state !== "ready" && p.state !== "debug" && p.state !== "broken" && pc > 0) pc--;
	const hex = (v: number) => (v >>> 0).toString(16).padStart(8, "0");
	while (fp !== 0 && ml !== H && ml !== 0) {
		const m = vm.modules.of(ml);
		out += `${hex(fp)} ${hex(pc)} ${hex(i32[(ml + M_MP) >>> 2] as number)} ${hex(m.id)} 0 ${m.path}\n`;
		pc = (i32[(fp + REGLINK) >>> 2] as number) - 1;
		const caller = i32[(fp + REGMOD) >>> 2] as number;
		fp = i32[(fp + REGFRAME) >>> 2] as number;
		if (caller !== 0) ml = caller;
	}
	return out;
}

const ids = new WeakMap<Pgrp, number>();
let lastId = 0;

/** A number for a name space. */
export function nsId(p: Pgrp): number {
	const id = ids.get(p) ?? ++lastId;
	ids.set(p, id);
	return id;
}

const access = ["r ", "w ", "rw"];

/** The working directory, then a line a descriptor. */
export function fds(env: Osenv): string {
	let out = `${env.pgrp.dot.name}\n`;
	env.fgrp.fds.forEach((c, fd) => {
		if (c === undefined) return;
		const qid = `${c.qid.path.toString(16).padStart(16, "0")} ${String(c.qid.vers).padStart(1)} ${c.qid.type.toString(16).padStart(2, "0")}`;
		out += `${String(fd).padStart(3)} ${access[c.mode] ?? "r "} ${c.dev.letter} ${String(c.devno).padStart(4)} (${qid}) ${"0".padStart(5)} ${String(c.offset).padStart(8)} ${c.name}\n`;
	});
	return out;
}

/** The name space as a script of binds, which makes it again. */
export function ns(env: Osenv): string {
	let out = "";
	for (const { on, members } of env.pgrp.mounts.values()) {
		// What replaced is bound first; then what is before it, the nearest first, and what is after it.
		const base = Math.max(
			0,
			members.findIndex((m) => (m.flags & MORDER) === MREPL),
		);
		const order = (m: Member, k: number) => bind(m, on, k < base ? "b" : k > base ? "a" : "");
		const lines = members.map(order);
		out += [lines[base], ...lines.slice(0, base).reverse(), ...lines.slice(base + 1)].join("");
	}
	return `${out}cd ${env.pgrp.dot.name}\n`;
}

function bind(m: Member, on: string, order: string): string {
	const flags = order + (m.create ? "c" : "");
	return `bind ${flags === "" ? "" : `-${flags} `}${m.from} ${on}\n`;
}
