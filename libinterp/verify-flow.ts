/**
 * Verifying functions: finds them from the exports on, call by call, and follows every path of each to its end.
 */
import { isa, REGRET, STEMP } from "./isa.ts";
import {
	type Functions,
	type Handler,
	I_D,
	I_OP,
	INST_WORDS,
	ObjectError,
	type ObjectFile,
	type TypeDesc,
} from "./object.ts";
import { isPointer, type ModuleData } from "./verify-data.ts";
import { FrameCheck } from "./verify-frame.ts";
import { join, MAXPAYLOAD } from "./verify-state.ts";

/** Instructions may be gone through so often on average; words of state kept for one function. Far more than compilers need. */
const MAXVISITS = 64;
const MAXSTATE = 1 << 23;
/** Handlers may cover each instruction so often on average. */
const MAXCOVER = 32;

// How an instruction hands on control.
const NEXT = 0;
const BRANCH = 1;
const JUMP = 2;
const SWITCH = 3;
const END = 4;
const FLOW: Readonly<Record<string, number>> = { branch: BRANCH, jump: JUMP, table: SWITCH, ret: END, stop: END };
const flow = Uint8Array.from(isa, (row) => FLOW[row.flow] ?? NEXT);
const names = isa.map((row) => row.name);

// What has become of a block.
const UNSEEN = 0;
const SEEN = 1;
const WAITING = 2;

/** The functions of a module. */
export class Flow {
	readonly #object: ObjectFile;
	readonly #data: ModuleData;
	/** By pc: the function it belongs to plus 1, or 0 where none has reached it. */
	readonly #owner: Int32Array;
	/** By pc: number of the block that starts there, plus 1, in the function being verified. */
	readonly #block: Int32Array;
	readonly #functions: { pc: number; type: number }[] = [];
	readonly #entries = new Map<number, number>();
	/** By pc, the handlers that cover it. */
	readonly #cover: (Handler[] | undefined)[] = [];
	readonly #tables = new Map<number, readonly number[]>();
	#visits: number;
	readonly #check: FrameCheck;
	// Buffers of the function being verified: the state at each block, one being gone through, and which blocks wait for that.
	#states = new Int32Array(1024);
	#state = new Int32Array(64);
	#waiting = new Uint8Array(256);

	constructor(object: ObjectFile, data: ModuleData) {
		this.#object = object;
		this.#data = data;
		this.#check = new FrameCheck(object, data, (pc, t) => this.enter(pc, t, `call to pc ${pc}`));
		this.#owner = new Int32Array(object.nprog);
		this.#block = new Int32Array(object.nprog);
		this.#visits = MAXVISITS * object.nprog + 1000;
		if (object.types.length > MAXPAYLOAD) throw new ObjectError("implausible Dis file");
		for (let pc = 0; pc < object.nprog; pc++) if (this.#flow(pc) === SWITCH) this.#tables.set(pc, this.#targets(pc));
		this.#coverHandlers();
	}

	#flow(pc: number): number {
		return flow[this.#object.code[pc * INST_WORDS + I_OP] as number] as number;
	}

	#targets(pc: number): number[] {
		const at = pc * INST_WORDS;
		const code = this.#object.code;
		return this.#data.targets(names[code[at + I_OP] as number] as string, code[at + I_D] as number);
	}

	#coverHandlers(): void {
		let left = MAXCOVER * this.#object.nprog;
		for (const h of this.#object.handlers) {
			left -= h.pc2 - h.pc1;
			if (left < 0) throw new ObjectError("implausible Dis file");
			for (let pc = h.pc1; pc < h.pc2; pc++) {
				const list = this.#cover[pc];
				if (list === undefined) this.#cover[pc] = [h];
				else list.push(h);
			}
		}
	}

	/** A function with frames of type `type` starts at `pc`. */
	enter(pc: number, type: number, who: string): void {
		const known = this.#entries.get(pc);
		if (known === undefined) {
			this.#frameType(type, who);
			this.#entries.set(pc, type);
			this.#functions.push({ pc, type });
		} else if (known !== type && !same(this.#object.types[known] as TypeDesc, this.#object.types[type] as TypeDesc))
			throw new ObjectError(`${who}: the function at pc ${pc} has frames of type ${known}, not ${type}`);
	}

	#frameType(id: number, who: string): void {
		const type = this.#object.types[id] as TypeDesc;
		if (type.size < STEMP) throw new ObjectError(`${who}: a frame of ${type.size} bytes`);
		for (let w = 0; w << 2 <= REGRET && w < type.map.length * 8; w++)
			if (isPointer(type, w)) throw new ObjectError(`${who}: type ${id} has a pointer in the header of a frame`);
	}

	/** Verifies all functions entered, and those they call; gives what it found. */
	run(): Functions {
		for (let n = 0; n < this.#functions.length; n++) {
			const { pc, type } = this.#functions[n] as { pc: number; type: number };
			this.#function(n + 1, pc, this.#object.types[type] as TypeDesc);
		}
		return { list: this.#functions, owner: this.#owner, targets: this.#tables };
	}

	#function(id: number, entry: number, type: TypeDesc): void {
		const check = this.#check;
		check.begin(type);
		const { blocks, catches } = this.#scan(id, entry, check);
		const width = check.slots.offsets.length + 1;
		if (blocks.length * width > MAXSTATE) throw new ObjectError(`pc ${entry}: too large a function`);
		this.#reserve(blocks.length, width);
		const states = this.#states;
		const state = this.#state;
		const waiting = this.#waiting;
		const todo: number[] = [];
		const arrive = (pc: number): void => {
			const b = (this.#block[pc] as number) - 1;
			if (waiting[b] === UNSEEN) for (let i = 0; i < width; i++) states[b * width + i] = state[i] as number;
			else if (!join(states, b * width, width, state, pc)) return;
			if (waiting[b] === WAITING) return;
			waiting[b] = WAITING;
			todo.push(b);
		};
		for (const pc of catches) arrive(pc);
		arrive(entry);
		for (let b = todo.pop(); b !== undefined; b = todo.pop()) {
			waiting[b] = SEEN;
			for (let i = 0; i < width; i++) state[i] = states[b * width + i] as number;
			this.#follow(blocks[b] as number, state, check, arrive);
		}
		for (const pc of blocks) this.#block[pc] = 0;
	}

	/** Makes room for the states of `blocks` blocks, none of them seen, and a state in which nothing is known. */
	#reserve(blocks: number, width: number): void {
		if (blocks * width > this.#states.length) this.#states = new Int32Array(blocks * width * 2);
		if (width > this.#state.length) this.#state = new Int32Array(width * 2);
		else this.#state.fill(0, 0, width);
		if (blocks > this.#waiting.length) this.#waiting = new Uint8Array(blocks * 2);
		else this.#waiting.fill(UNSEEN, 0, blocks);
	}

	/** Follows one block to the next. */
	#follow(pc: number, state: Int32Array, check: FrameCheck, arrive: (pc: number) => void): void {
		for (;;) {
			if (--this.#visits < 0) throw new ObjectError("too complex to verify");
			check.step(pc, state);
			switch (this.#flow(pc)) {
				case END:
					return;
				case JUMP:
					arrive(this.#object.code[pc * INST_WORDS + I_D] as number);
					return;
				case SWITCH:
					for (const target of this.#targets(pc)) arrive(target);
					return;
				case BRANCH:
					arrive(this.#object.code[pc * INST_WORDS + I_D] as number);
			}
			pc++;
			if (this.#block[pc] !== 0) {
				arrive(pc);
				return;
			}
		}
	}

	/** Finds the instructions of a function, where its blocks start, and where its handlers take over. */
	#scan(id: number, entry: number, check: FrameCheck): { blocks: number[]; catches: number[] } {
		const blocks: number[] = [];
		const catches: number[] = [];
		const todo: number[] = [];
		const handled = new Set<Handler>();
		const lead = (pc: number): void => {
			if (this.#block[pc] !== 0) return;
			blocks.push(pc);
			this.#block[pc] = blocks.length;
			todo.push(pc);
		};
		lead(entry);
		for (let pc = todo.pop(); pc !== undefined; pc = todo.pop()) {
			for (; this.#owner[pc] !== id; pc++) {
				if (pc >= this.#object.nprog) throw new ObjectError("code runs off its end");
				if (this.#owner[pc] !== 0) throw new ObjectError(`pc ${pc}: part of two functions`);
				this.#owner[pc] = id;
				check.collect(pc);
				for (const h of this.#cover[pc] ?? []) {
					if (handled.has(h)) continue;
					handled.add(h);
					this.#handler(h, check.type);
					for (const c of h.cases) {
						if (c.pc < 0) continue;
						lead(c.pc);
						catches.push(c.pc);
					}
				}
				const how = this.#flow(pc);
				if (how === BRANCH || how === JUMP) lead(this.#object.code[pc * INST_WORDS + I_D] as number);
				else if (how === SWITCH) for (const target of this.#targets(pc)) lead(target);
				if (how === JUMP || how === SWITCH || how === END) break;
				if (how === BRANCH && pc + 1 < this.#object.nprog) lead(pc + 1);
			}
		}
		return { blocks, catches };
	}

	/** The exception goes into a pointer of the frame; what is freed before are pointers of it, too. */
	#handler(h: Handler, frame: TypeDesc): void {
		const pointer = (w: number): boolean => w < frame.map.length * 8 && isPointer(frame, w);
		const where = `handler for pc ${h.pc1} to ${h.pc2}`;
		if (h.eoff % 4 !== 0 || !pointer(h.eoff >> 2))
			throw new ObjectError(`${where}: ${h.eoff} is no pointer in the frame`);
		const freed = this.#object.types[h.type];
		if (freed === undefined) return;
		for (let w = 0; w < freed.map.length * 8; w++)
			if (isPointer(freed, w) && !pointer(w))
				throw new ObjectError(`${where}: frees ${w * 4}, which is no pointer in the frame`);
	}
}

function same(a: TypeDesc, b: TypeDesc): boolean {
	return a.size === b.size && a.map.length === b.map.length && a.map.every((byte, i) => byte === b.map[i]);
}
