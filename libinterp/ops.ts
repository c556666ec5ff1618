import { Alt } from "./alt.ts";
import * as arith from "./arith.ts";
import type { Chans } from "./chan.ts";
import { exBounds, exModule, exNegsize, exNilref, exOp, exSpawn, exTcheck, Fault, fault } from "./fault.ts";
import type { Frames } from "./frame.ts";
import type { Heap } from "./heap.ts";
import { DTEMP, REGFRAME, REGLINK, REGMOD, STEMP } from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	H,
	L_DATA,
	L_TAIL,
	LINK_PC,
	LINK_TYPE,
	M_ENGINE,
	M_MP,
	MOVE_B,
	MOVE_F,
	MOVE_L,
	MOVE_M,
	MOVE_MP,
	MOVE_P,
	MOVE_W,
	R_FP,
	R_M,
	R_MP,
	R_PC,
	R_STOP,
	STOP_ENDED,
	STOP_RAISED,
	STOP_SWITCH,
	T_NP,
	T_SIZE,
} from "./layout.ts";
import type { Module, Modules } from "./module.ts";
import * as number from "./number.ts";
import type { Completion } from "./prog.ts";
import type { Sched } from "./sched.ts";
import type { Strings } from "./strings.ts";

/** A function of a builtin module, given the address of its frame. It may finish later, with the completion it promises. */
export type BuiltinFn = (f: number) => undefined | Promise<Completion> | void;

/** Where `load` gets modules from. */
export interface Loader {
	/** The module at `path` with a reference for the caller, or undefined with the reason left for %r. */
	load(path: string): Module | undefined | Promise<() => Module | undefined>;
	/** Leaves the reason why a load failed for %r. */
	failed(reason: string): void;
	/** The function with number `pc` of a builtin module. */
	builtin(m: Module, pc: number): BuiltinFn;
}

/**
 * The operations that are more than an expression: one method an opcode, with the opcode's name. An operand that is read (r, ?, i in the
 * instruction table) is given as its value, any other as its address. Methods of table jumps return the new pc; those that may
 * switch frame, module or thread set the registers. While one runs, R_PC is the instruction itself. Ends and raises of the
 * program's own are stops, not JavaScript exceptions: V8 takes long to unwind a large optimised function.
 */
export class Ops {
	readonly #heap: Heap;
	readonly #i32: Int32Array;
	readonly #strings: Strings;
	readonly #frames: Frames;
	readonly #modules: Modules;
	readonly #sched: Sched;
	readonly #chans: Chans;
	readonly #alt: Alt;
	readonly #loader: Loader;

	constructor(
		heap: Heap,
		strings: Strings,
		frames: Frames,
		modules: Modules,
		sched: Sched,
		chans: Chans,
		loader: Loader,
	) {
		this.#heap = heap;
		this.#i32 = heap.arena.i32;
		this.#strings = strings;
		this.#frames = frames;
		this.#modules = modules;
		this.#sched = sched;
		this.#chans = chans;
		this.#alt = new Alt(heap, chans, sched);
		this.#loader = loader;
	}

	#word(at: number): number {
		return this.#i32[at >>> 2] as number;
	}

	#set(at: number, value: number): void {
		this.#i32[at >>> 2] = value;
	}

	/** The current module. */
	#module(): Module {
		return this.#modules.of(this.#word(R_M));
	}

	/** Address of type `k` of the current module. */
	type(k: number): number {
		return this.#module().types[k] ?? fault(exOp);
	}

	nop(): void {}
	runt(): void {}
	eclr(): void {}

	// Frames and calls.

	frame(k: number, d: number): void {
		this.#set(d, this.#frames.frame(this.type(k)));
	}

	call(f: number, pc: number): void {
		const i32 = this.#i32;
		i32[(f + REGLINK) >>> 2] = (i32[R_PC >> 2] as number) + 1;
		i32[(f + REGFRAME) >>> 2] = i32[R_FP >> 2] as number;
		i32[R_FP >> 2] = f;
		i32[R_PC >> 2] = pc;
	}

	ret(): void {
		const i32 = this.#i32;
		const f = i32[R_FP >> 2] as number;
		const caller = i32[(f + REGFRAME) >>> 2] as number;
		if (caller === 0) {
			i32[R_STOP >> 2] = STOP_ENDED;
			return;
		}
		const mr = i32[(f + REGMOD) >>> 2] as number;
		i32[R_FP >> 2] = caller;
		i32[R_PC >> 2] = i32[(f + REGLINK) >>> 2] as number;
		this.#frames.free(f);
		if (mr !== 0) this.#enter(mr, true);
	}

	/** Makes `ml` the current module, taking over the reference; the old one is let go if `leaving`. */
	#enter(ml: number, leaving: boolean): void {
		const i32 = this.#i32;
		const old = i32[R_M >> 2] as number;
		if (i32[(old + M_ENGINE) >>> 2] !== i32[(ml + M_ENGINE) >>> 2]) i32[R_STOP >> 2] = STOP_SWITCH;
		i32[R_M >> 2] = ml;
		i32[R_MP >> 2] = i32[(ml + M_MP) >>> 2] as number;
		if (leaving) this.#heap.release(old);
	}

	/** Goes back from the current module to `ml`, whose reference is taken over. */
	leave(ml: number): void {
		this.#enter(ml, true);
	}

	mframe(ml: number, k: number, d: number): void {
		if (ml === H) fault(exModule);
		const e = this.#modules.entry(ml, k);
		const t = typeof e === "number" ? this.#word(e + LINK_TYPE) : e.type;
		if (t === 0) fault(exOp);
		const f = this.#frames.frame(t);
		this.#heap.retain(ml);
		this.#set(f + REGMOD, ml);
		this.#set(d, f);
	}

	/** Where function `k` of `ml` starts. */
	#entry(ml: number, k: number): number {
		const e = this.#modules.entry(ml, k);
		return typeof e === "number" ? this.#word(e + LINK_PC) : e.pc;
	}

	mcall(f: number, k: number, at: number): void {
		const ml = at;
		if (ml === H) fault(exModule);
		const pc = this.#entry(ml, k);
		const m = this.#modules.of(ml);
		this.#hold(f, ml, m);
		if (m.builtin) {
			this.#callBuiltin(f, m, pc);
			return;
		}
		this.#set(f + REGMOD, this.#word(R_M));
		this.call(f, pc);
		this.#enter(ml, false);
	}

	/** Makes the pending frame hold `ml`, whose function is about to be called in it. */
	#hold(f: number, ml: number, m: Module): void {
		const held = this.#word(f + REGMOD);
		if (held === ml) return;
		if (held !== 0 && this.#modules.of(held) !== m) fault(exModule);
		this.#heap.retain(ml);
		this.#set(f + REGMOD, ml);
		if (held !== 0) this.#heap.release(held);
	}

	#callBuiltin(f: number, m: Module, pc: number): void {
		const work = this.#loader.builtin(m, pc)(f);
		this.#set(R_PC, this.#word(R_PC) + 1);
		if (work === undefined) this.#return(f);
		else {
			const p = this.#sched.current;
			const cancel = p.cancel;
			this.#sched.release(
				work.then((completion) => () => {
					completion();
					this.#return(f);
				}),
				cancel,
			);
		}
	}

	/** The builtin function called in frame `f` has finished. */
	#return(f: number): void {
		const ml = this.#word(f + REGMOD);
		this.#frames.free(f);
		this.#heap.release(ml);
		if (this.#sched.current.kill !== undefined) this.#set(R_STOP, this.#word(R_STOP) || 1);
	}

	spawn(f: number, pc: number): void {
		const p = this.#sched.fork(this.#sched.current, this.#word(R_M));
		this.#start(p, f, pc);
	}

	mspawn(f: number, k: number, ml: number): void {
		if (ml === H) fault(exModule);
		const m = this.#modules.of(ml);
		if (m.builtin) fault(exSpawn);
		const pc = this.#entry(ml, k);
		this.#hold(f, ml, m);
		const p = this.#sched.fork(this.#sched.current, ml);
		this.#heap.release(ml); // the frame's: the thread has its own
		this.#start(p, f, pc);
	}

	#start(p: ReturnType<Sched["fork"]>, f: number, pc: number): void {
		p.setReg(R_PC, pc);
		try {
			this.#frames.detach(f, p.at);
		} catch (e) {
			p.flags = 0;
			this.#sched.kill(p, "");
			throw e;
		}
		this.#sched.ready(p);
	}

	exit(): void {
		this.#set(R_STOP, STOP_ENDED);
	}

	raise(value: number): void {
		if (value === H) fault(exNilref);
		const p = this.#sched.current;
		this.#heap.retain(value);
		this.#heap.release(p.exval);
		p.exval = value;
		const name = this.#heap.typeOf(value) === this.#heap.types.string ? value : this.#word(value);
		this.#sched.raised = this.#strings.text(name);
		this.#set(R_STOP, STOP_RAISED);
	}

	load(name: number, k: number, d: number): void {
		const current = this.#module();
		const imports = current.imports[k] ?? fault("obsolete dis");
		const path = this.#strings.text(name);
		const finish = (m: Module | undefined, mp: number) => {
			let ml = H;
			if (m !== undefined) {
				try {
					ml = this.#modules.link(m, imports, mp);
				} catch (e) {
					if (!(e instanceof Fault)) throw e;
					this.#loader.failed(e.reason);
				}
			}
			this.#heap.store(d, ml);
		};
		if (path === "$self") {
			current.ref++;
			finish(current, this.#word(R_MP));
			return;
		}
		const m = this.#loader.load(path);
		if (m instanceof Promise)
			this.#sched.release(
				m.then((get) => () => finish(get(), H)),
				this.#sched.current.cancel,
			);
		else finish(m, H);
	}

	self(d: number): void {
		const ml = this.#word(R_M);
		this.#heap.retain(ml);
		this.#heap.store(d, ml);
	}

	movpc(pc: number, d: number): void {
		this.#set(d, pc);
	}

	// Jumps through tables.

	/** A jump target from a table in memory, checked. */
	#target(pc: number): number {
		if (pc >>> 0 >= this.#module().nprog) fault(exOp);
		return pc;
	}

	goto(v: number, table: number): number {
		return this.#target(this.#word(table + v * 4));
	}

	/** A table of n entries of three words (low, high, target), low <= v < high, sorted, and the target for no match. */
	case(v: number, table: number): number {
		const n = this.#word(table);
		const w = (table + 4) >>> 2;
		const i32 = this.#i32;
		let lo = 0;
		let hi = n;
		while (lo < hi) {
			const mid = (lo + hi) >>> 1;
			if (v < (i32[w + mid * 3] as number)) hi = mid;
			else if (v >= (i32[w + mid * 3 + 1] as number)) lo = mid + 1;
			else return this.#target(i32[w + mid * 3 + 2] as number);
		}
		return this.#target(i32[w + n * 3] as number);
	}

	/** As `case`, with entries of two bigs and a target in the first of two words; the count has a word of padding. */
	casel(v: bigint, table: number): number {
		const n = this.#word(table);
		const base = (table + 8) >>> 3;
		const i64 = this.#heap.arena.i64;
		let lo = 0;
		let hi = n;
		while (lo < hi) {
			const mid = (lo + hi) >>> 1;
			if (v < (i64[base + mid * 3] as bigint)) hi = mid;
			else if (v >= (i64[base + mid * 3 + 1] as bigint)) lo = mid + 1;
			else return this.#target(this.#word((base + mid * 3 + 2) * 8));
		}
		return this.#target(this.#word((base + n * 3) * 8));
	}

	/** As `case`, with strings; a nil high means the low one alone, and high is included. */
	casec(v: number, table: number): number {
		const n = this.#word(table);
		const w = (table + 4) >>> 2;
		const i32 = this.#i32;
		let lo = 0;
		let hi = n;
		while (lo < hi) {
			const mid = (lo + hi) >>> 1;
			const r = this.#strings.compare(v, i32[w + mid * 3] as number);
			const high = i32[w + mid * 3 + 1] as number;
			if (r < 0) hi = mid;
			else if (r === 0 || (high !== H && this.#strings.compare(v, high) <= 0))
				return this.#target(i32[w + mid * 3 + 2] as number);
			else lo = mid + 1;
		}
		return this.#target(i32[w + n * 3] as number);
	}

	// Allocation.

	new(k: number, d: number): void {
		this.#heap.store(d, this.#heap.record(this.type(k)));
	}

	newz(k: number, d: number): void {
		this.new(k, d);
	}

	mnewz(ml: number, k: number, d: number): void {
		if (ml === H) fault(exModule);
		const t = this.#modules.of(ml).types[k] ?? fault(exOp);
		this.#heap.store(d, this.#heap.record(t));
	}

	newa(n: number, k: number, d: number): void {
		this.#heap.store(d, this.#heap.array(this.type(k), n));
	}

	newaz(n: number, k: number, d: number): void {
		this.newa(n, k, d);
	}

	newcb(n: number, d: number): void {
		this.#heap.store(d, this.#heap.chan(MOVE_B, 0, this.#heap.types.byte, n));
	}

	newcw(n: number, d: number): void {
		this.#heap.store(d, this.#heap.chan(MOVE_W, 0, this.#heap.types.word, n));
	}

	newcl(n: number, d: number): void {
		this.#heap.store(d, this.#heap.chan(MOVE_L, 0, this.#heap.types.big, n));
	}

	newcf(n: number, d: number): void {
		this.#heap.store(d, this.#heap.chan(MOVE_F, 0, this.#heap.types.real, n));
	}

	newcp(n: number, d: number): void {
		this.#heap.store(d, this.#heap.chan(MOVE_P, 0, this.#heap.types.ptr, n));
	}

	newcm(size: number, n: number, d: number): void {
		const types = this.#heap.types;
		const t = types.make(size, new Uint8Array(0));
		try {
			this.#heap.store(d, this.#heap.chan(MOVE_M, size, t, n));
		} finally {
			types.release(t);
		}
	}

	newcmp(k: number, n: number, d: number): void {
		const t = this.type(k);
		this.#heap.store(d, this.#heap.chan(MOVE_MP, t, t, n));
	}

	// Channels.

	send(s: number, c: number): void {
		this.#chans.send(s, c);
	}

	recv(c: number, d: number): void {
		this.#chans.recv(c, d);
	}

	alt(table: number, d: number): void {
		this.#alt.alt(table, d);
	}

	nbalt(table: number, d: number): void {
		this.#alt.try(table, d);
	}

	// Lists.

	/** A new cell in front of the list at `d`, which then holds it. */
	#cons(t: number, bytes: number, d: number): number {
		const l = this.#heap.cons(t, bytes, this.#word(d));
		this.#set(d, l);
		return l + L_DATA;
	}

	consb(v: number, d: number): void {
		this.#heap.arena.u8[this.#cons(0, 4, d) >>> 0] = v;
	}

	consw(v: number, d: number): void {
		this.#set(this.#cons(0, 4, d), v);
	}

	consl(v: bigint, d: number): void {
		this.#heap.arena.i64[this.#cons(0, 8, d) >>> 3] = v;
	}

	consf(v: number, d: number): void {
		this.#heap.arena.f64[this.#cons(0, 8, d) >>> 3] = v;
	}

	consp(p: number, d: number): void {
		this.#set(this.#cons(this.#heap.types.ptr, 4, d), p);
		this.#heap.retain(p);
	}

	consm(s: number, n: number, d: number): void {
		if (n < 0) fault(exNegsize);
		this.#heap.copy(s, this.#cons(0, n, d), n);
	}

	consmp(s: number, k: number, d: number): void {
		const t = this.type(k);
		const size = this.#heap.types.size(t);
		this.#heap.copy(s, this.#cons(t, size, d), size);
		this.#heap.retainAll(t, s);
	}

	/** Address of the data of the first cell. */
	#head(l: number): number {
		if (l === H) fault(exNilref);
		return l + L_DATA;
	}

	headb(l: number, d: number): void {
		const u8 = this.#heap.arena.u8;
		u8[d >>> 0] = u8[this.#head(l) >>> 0] as number;
	}

	headw(l: number, d: number): void {
		this.#set(d, this.#word(this.#head(l)));
	}

	headl(l: number, d: number): void {
		const i64 = this.#heap.arena.i64;
		i64[d >>> 3] = i64[this.#head(l) >>> 3] as bigint;
	}

	headf(l: number, d: number): void {
		const f64 = this.#heap.arena.f64;
		f64[d >>> 3] = f64[this.#head(l) >>> 3] as number;
	}

	headp(l: number, d: number): void {
		this.movp(this.#word(this.#head(l)), d);
	}

	headm(l: number, n: number, d: number): void {
		this.movm(this.#head(l), n, d);
	}

	headmp(l: number, k: number, d: number): void {
		this.movmp(this.#head(l), k, d);
	}

	tail(l: number, d: number): void {
		if (l === H) fault(exNilref);
		this.movp(this.#word(l + L_TAIL), d);
	}

	lenl(l: number, d: number): void {
		let n = 0;
		for (; l !== H; l = this.#word(l + L_TAIL)) n++;
		this.#set(d, n);
	}

	// Moves.

	lea(s: number, d: number): void {
		this.#set(d, s);
	}

	movp(p: number, d: number): void {
		this.#heap.retain(p);
		this.#heap.store(d, p);
	}

	movm(s: number, n: number, d: number): void {
		if (n < 0) fault(exNegsize);
		this.#heap.copy(s, d, n);
	}

	movmp(s: number, k: number, d: number): void {
		this.#heap.move(this.type(k), s, d);
	}

	tcmp(s: number, d: number): void {
		if (s !== H && (d === H || this.#heap.typeOf(s) !== this.#heap.typeOf(d))) fault(exTcheck);
	}

	// Arrays.

	/** Address of element `i` of array `a`, elements of `size` bytes. */
	#element(a: number, i: number, size: number): number {
		if (a === H || i >>> 0 >= this.#word(a + A_LEN) >>> 0) fault(exBounds);
		return this.#word(a + A_DATA) + i * size;
	}

	indx(a: number, m: number, i: number): void {
		if (a === H) fault(exBounds);
		this.#set(m, this.#element(a, i, this.#word(this.#word(a + A_TYPE) + T_SIZE)));
	}

	indb(a: number, m: number, i: number): void {
		this.#set(m, this.#element(a, i, 1));
	}

	indw(a: number, m: number, i: number): void {
		this.#set(m, this.#element(a, i, 4));
	}

	indl(a: number, m: number, i: number): void {
		this.#set(m, this.#element(a, i, 8));
	}

	indf(a: number, m: number, i: number): void {
		this.#set(m, this.#element(a, i, 8));
	}

	lena(a: number, d: number): void {
		this.#set(d, a === H ? 0 : this.#word(a + A_LEN));
	}

	slicea(from: number, to: number, d: number): void {
		const a = this.#word(d);
		const n = to - from;
		if (a === H) {
			if (n !== 0) fault(exNilref);
			return;
		}
		const len = this.#word(a + A_LEN);
		if (from < 0 || n < 0 || to > len) fault(exBounds);
		this.#set(d, this.#heap.slice(a, from, n));
	}

	slicela(s: number, at: number, d: number): void {
		if (s === H) return;
		if (d === H) fault(exNilref);
		const n = this.#word(s + A_LEN);
		if (at < 0 || at + n > this.#word(d + A_LEN)) fault(exBounds);
		const t = this.#word(d + A_TYPE);
		const size = this.#word(t + T_SIZE);
		const from = this.#word(s + A_DATA);
		const to = this.#word(d + A_DATA) + at * size;
		if (this.#word(t + T_NP) === 0) {
			this.#heap.copy(from, to, n * size);
			return;
		}
		// Overlapping slices of one array: towards the end from the end, else from the start.
		if (to >>> 0 > from >>> 0) for (let k = n - 1; k >= 0; k--) this.#heap.move(t, from + k * size, to + k * size);
		else for (let k = 0; k < n; k++) this.#heap.move(t, from + k * size, to + k * size);
	}

	// Strings.

	cvtca(s: number, d: number): void {
		const bytes = this.#strings.encode(s);
		const a = this.#heap.array(this.#heap.types.byte, bytes.length);
		this.#heap.arena.u8.set(bytes, this.#word(a + A_DATA) >>> 0);
		this.#heap.store(d, a);
	}

	cvtac(a: number, d: number): void {
		let s = H;
		if (a !== H) {
			const data = this.#word(a + A_DATA) >>> 0;
			s = this.#strings.decode(this.#heap.arena.u8.subarray(data, data + this.#word(a + A_LEN)));
		}
		this.#heap.store(d, s);
	}

	cvtwc(v: number, d: number): void {
		this.#heap.store(d, this.#strings.make(number.cvtwc(v)));
	}

	cvtlc(v: bigint, d: number): void {
		this.#heap.store(d, this.#strings.make(number.cvtlc(v)));
	}

	cvtfc(v: number, d: number): void {
		this.#heap.store(d, this.#strings.make(number.cvtfc(v)));
	}

	cvtcw(s: number, d: number): void {
		this.#set(d, number.cvtcw(this.#strings.text(s)));
	}

	cvtcl(s: number, d: number): void {
		this.#heap.arena.i64[d >>> 3] = number.cvtcl(this.#strings.text(s));
	}

	cvtcf(s: number, d: number): void {
		this.#heap.arena.f64[d >>> 3] = number.cvtcf(this.#strings.text(s));
	}

	insc(c: number, i: number, d: number): void {
		this.#strings.insert(d, i, c);
	}

	indc(s: number, i: number, d: number): void {
		this.#set(d, this.#strings.index(s, i));
	}

	addc(s: number, m: number, d: number): void {
		this.#strings.add(d, this.#word(m), s, m === d);
	}

	lenc(s: number, d: number): void {
		this.#set(d, this.#strings.length(s));
	}

	slicec(from: number, to: number, d: number): void {
		this.#heap.store(d, this.#strings.slice(this.#word(d), from, to));
	}

	/** The order of two strings, for the branches. */
	comparec(s: number, m: number): number {
		return this.#strings.compare(s, m);
	}

	/** Whether two strings are equal, for beqc and bnec. */
	equalc(s: number, m: number): boolean {
		return this.#strings.equal(s, m);
	}

	// Fixed point: scales are in the temporaries of the frame.

	#temporary(offset: number): number {
		return this.#word(this.#word(R_FP) + offset);
	}

	mulx(s: number, m: number, d: number): void {
		this.#set(d, arith.mulx(m, s, this.#temporary(DTEMP)));
	}

	divx(s: number, m: number, d: number): void {
		this.#set(d, arith.divx(m, s, this.#temporary(DTEMP)));
	}

	cvtxx(s: number, m: number, d: number): void {
		this.#set(d, arith.cvtxx(s, m));
	}

	mulx0(s: number, m: number, d: number): void {
		this.#set(d, arith.mulx0(m, s, this.#temporary(DTEMP), this.#temporary(STEMP)));
	}

	divx0(s: number, m: number, d: number): void {
		this.#set(d, arith.divx0(m, s, this.#temporary(DTEMP), this.#temporary(STEMP)));
	}

	cvtxx0(s: number, m: number, d: number): void {
		this.#set(d, arith.cvtxx0(s, m, this.#temporary(STEMP)));
	}

	mulx1(s: number, m: number, d: number): void {
		this.#set(d, arith.mulx1(m, s, this.#temporary(DTEMP), this.#temporary(STEMP)));
	}

	divx1(s: number, m: number, d: number): void {
		this.#set(d, arith.divx1(m, s, this.#temporary(DTEMP), this.#temporary(STEMP)));
	}

	cvtxx1(s: number, m: number, d: number): void {
		this.#set(d, arith.cvtxx1(s, m, this.#temporary(STEMP)));
	}
}
