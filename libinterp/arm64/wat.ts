import { type Node, parse, signature } from "../wat.ts";
import { type Jump, type Label, opposite } from "./asm.ts";
import { type Code, EQ, GE, GT, HI, HS, LE, LO, LS, LT, NE, type Ref } from "./code.ts";
import { logical } from "./encode.ts";
import type { Form } from "./forms.ts";
import { ARENA, RETURN, SP, T0, ZERO } from "./registers.ts";

/*
 * Functions in the text form of wat.ts as native code. Arguments are in x9 and on, the result is in x9; registers that are not for the moment are kept.
 * A function that calls nobody has its first locals in registers, where its arguments are already; any other has all of them on the stack, as whoever it
 * calls changes the registers for the moment.
 */

/** Locals in registers; registers of expressions, of functions that call nobody and of others; how many of those are kept over a call. */
const LOCALS = 5;
const leafTemporaries = [14, 15, 16];
const temporaries = [9, 10, 11, 12, 13, 14, 15, 16];
const SPILLED = 4;

const plain: Readonly<Record<string, Form>> = {
	"i32.add": "addw",
	"i32.sub": "subw",
	"i32.mul": "mulw",
	"i32.and": "andw",
	"i32.or": "orrw",
	"i32.xor": "eorw",
	"i32.shl": "shlw",
	"i32.shr_u": "lsrw",
	"i32.shr_s": "shrw",
	"i64.add": "addx",
	"i64.sub": "subx",
	"i64.and": "andx",
	"i64.or": "orrx",
};
/** With a constant: the form, and the constants that it takes. */
const immediate: Readonly<Record<string, readonly [Form, (n: number) => boolean]>> = {
	"i32.add": ["addwi", (n) => n >= 0 && n < 4096],
	"i32.sub": ["subwi", (n) => n >= 0 && n < 4096],
	"i32.and": ["andwi", (n) => logical(n) !== undefined],
	"i32.or": ["orrwi", (n) => logical(n) !== undefined],
	"i32.shl": ["shlwi", (n) => n >= 0 && n < 32],
	"i32.shr_u": ["lsrwi", (n) => n >= 0 && n < 32],
};
const comparisons: Readonly<Record<string, number>> = {
	eq: EQ,
	ne: NE,
	lt_u: LO,
	le_u: LS,
	gt_u: HI,
	ge_u: HS,
	lt_s: LT,
	le_s: LE,
	gt_s: GT,
	ge_s: GE,
};
const loads: Readonly<Record<string, string>> = {
	"i32.load": "w",
	"i32.load8_u": "b",
	"i64.load": "l",
	"i32.store": "w",
	"i32.store8": "b",
	"i64.store": "l",
	"f64.store": "l",
};
const statements = new Set(
	"set block loop if br br_if return memory.copy i32.store i32.store8 i64.store f64.store".split(" "),
);

const isConstant = (n: Node | undefined): n is string => typeof n === "string" && /^-?\d+$/.test(n);
const list = (n: Node | undefined): readonly Node[] => (typeof n === "string" || n === undefined ? [] : n);

/** What a call of a function, or of an import, leads to; one that does not come back is jumped to. */
export type Callee = { readonly label: Label; readonly returns: boolean };

/** Functions of a text, by name. */
export function functionsOf(text: string): ReadonlyMap<string, readonly Node[]> {
	const items = parse(text).map(list);
	return new Map(items.filter((i) => i[0] === "func").map((i) => [i[1] as string, i]));
}

/** The names that a function calls. */
export function called(n: Node): string[] {
	if (typeof n === "string") return [];
	const own = n[0] === "call" ? [n[1] as string] : n[0] === "memory.copy" ? ["$memmove"] : [];
	return [...own, ...n.flatMap(called)];
}

/** Writes a function; `functions` are those that are written in place where they are called. */
export function writeFunction(
	c: Code,
	item: readonly Node[],
	callee: (name: string) => Callee,
	inPlace: ReadonlyMap<string, readonly Node[]>,
): void {
	new Routine(c, item, callee, inPlace).write();
}

class Routine {
	readonly #c: Code;
	readonly #item: readonly Node[];
	readonly #callee: (name: string) => Callee;
	readonly #inPlace: ReadonlyMap<string, readonly Node[]>;
	/** By name: the number of a local. */
	#names = new Map<string, number>();
	#locals = 0;
	readonly #leaf: boolean;
	readonly #registers: readonly number[];
	readonly #frame: number;
	readonly #labels: { name: string; label: Label }[] = [];
	#return: Label;

	constructor(
		c: Code,
		item: readonly Node[],
		callee: (name: string) => Callee,
		inPlace: ReadonlyMap<string, readonly Node[]>,
	) {
		this.#c = c;
		this.#item = item;
		this.#callee = callee;
		this.#inPlace = inPlace;
		const calls = this.#calls(item);
		this.#leaf = calls.every((name) => !callee(name).returns);
		this.#registers = this.#leaf ? leafTemporaries : temporaries;
		const count = this.#count(item);
		const stacked = this.#leaf ? Math.max(0, count - LOCALS) : count + SPILLED + 1;
		this.#frame = Math.ceil((stacked * 8) / 16) * 16;
		this.#return = c.label();
	}

	/** What is called, not in place. */
	#calls(item: Node): string[] {
		return called(item).flatMap((name) => {
			const inPlace = this.#inPlace.get(name);
			return inPlace === undefined ? [name] : this.#calls(inPlace);
		});
	}

	/** Locals, those of functions in place included. */
	#count(item: readonly Node[]): number {
		const own = declared(item).length;
		return called(item).reduce((n, name) => n + this.#count(this.#inPlace.get(name) ?? []), own);
	}

	write(): void {
		const c = this.#c;
		if (this.#frame > 0) c.op("subxi", SP, SP, this.#frame);
		if (!this.#leaf) c.op("strx", RETURN, SP, 0);
		const names = declared(this.#item);
		const { params, results, names: parameters } = signature(this.#item);
		for (const name of names) this.#names.set(name, this.#locals++);
		parameters.forEach((name, k) => {
			if (!this.#leaf) this.#set(name, T0 + k);
		});
		for (const name of names.slice(params.length)) this.#set(name, ZERO);
		this.#body(this.#item, results.length > 0, T0);
		c.here(this.#return);
		if (!this.#leaf) c.op("ldrx", RETURN, SP, 0);
		if (this.#frame > 0) c.op("addxi", SP, SP, this.#frame);
		c.op("ret");
	}

	/** The items of a function; the value of the last goes to a register. */
	#body(item: readonly Node[], result: boolean, to: number): void {
		const parts = item.slice(2).filter((p) => !["param", "result", "local"].includes(list(p)[0] as string));
		parts.forEach((p, k) => {
			if (result && k === parts.length - 1 && !this.#isStatement(p)) this.#to(to, this.#value(p, 0));
			else this.#statement(p);
		});
	}

	#isStatement(n: Node): boolean {
		return statements.has(list(n)[0] as string);
	}

	// Locals: in registers, or on the stack.

	#home(name: string): { register: number } | { off: number } {
		const k = this.#names.get(name);
		if (k === undefined) throw new Error(`no local ${name}`);
		if (!this.#leaf) return { off: 8 * (1 + SPILLED + k) };
		return k < LOCALS ? { register: T0 + k } : { off: 8 * (k - LOCALS) };
	}

	#set(name: string, from: number): void {
		const home = this.#home(name);
		if ("off" in home) this.#c.op("strx", from, SP, home.off);
		else this.#to(home.register, from);
	}

	#to(register: number, from: number): void {
		if (register !== from) this.#c.op("movx", register, from);
	}

	#temporary(t: number): number {
		const r = this.#registers[t];
		if (r === undefined) throw new Error("an expression is too deep");
		return r;
	}

	// Statements.

	#statement(n: Node): void {
		const c = this.#c;
		const [op, first, ...rest] = list(n) as [string, Node, ...Node[]];
		switch (op) {
			case "set":
				this.#set(first as string, this.#value(rest[0] as Node, 0));
				return;
			case "tee":
				this.#value(n, 0);
				return;
			case "block":
			case "loop": {
				const label = c.label();
				if (op === "loop") c.here(label);
				this.#labels.push({ name: first as string, label });
				for (const r of rest) this.#statement(r);
				this.#labels.pop();
				if (op === "block") c.here(label);
				return;
			}
			case "if":
				this.#if([first, ...rest]);
				return;
			case "br":
				c.to("b", this.#label(first as string));
				return;
			case "br_if":
				this.#jumpIf(rest[0] as Node, this.#label(first as string));
				return;
			case "return":
				if (first !== undefined) this.#to(this.#result, this.#value(first, 0));
				c.to("b", this.#return);
				return;
			case "call":
				this.#call(first as string, rest, 0);
				return;
			case "memory.copy":
				this.#call("$memmove", [first, ...rest], 0);
				return;
			default:
				this.#store(op, first, rest[0] as Node, rest[1] as Node);
		}
	}

	#result = T0;

	#label(name: string): Label {
		const found = this.#labels.findLast((l) => l.name === name);
		if (found === undefined) throw new Error(`no label ${name}`);
		return found.label;
	}

	#if(parts: readonly Node[]): void {
		const c = this.#c;
		const [test, ...arms] = parts;
		const then = list(arms.find((a) => list(a)[0] === "then"));
		const otherwise = list(arms.find((a) => list(a)[0] === "else"));
		const no = c.label();
		const end = c.label();
		this.#jump(opposite(this.#condition(test as Node, 0)), no);
		for (const s of then.slice(1)) this.#statement(s);
		if (otherwise.length > 0) c.to("b", end);
		c.here(no);
		for (const s of otherwise.slice(1)) this.#statement(s);
		c.here(end);
	}

	#jumpIf(test: Node, label: Label): void {
		this.#jump(this.#condition(test, 0), label);
	}

	#jump([form, ...operands]: Jump, label: Label): void {
		this.#c.to(form, label, ...operands);
	}

	/** The jump that is taken when an expression is not 0. */
	#condition(n: Node, t: number): Jump {
		const c = this.#c;
		const [op, a, b] = list(n) as [string, Node, Node];
		if (op === "i32.eqz") return ["cbzw", this.#value(a, t)];
		const condition = op === undefined ? undefined : comparisons[op.slice(4)];
		if (condition === undefined) return ["cbnzw", this.#value(n, t)];
		const x = this.#value(a, t);
		if (op.startsWith("i32.") && isConstant(b)) c.compare(x, Number(b));
		else c.op(op.startsWith("i64.") ? "cmpx" : "cmpw", x, this.#value(b, t + 1));
		return ["bcond", condition];
	}

	#store(op: string, off: Node, at: Node, value: Node): void {
		const type = loads[op];
		if (type === undefined) throw new Error(`no instruction ${op}`);
		const ref = this.#ref(Number(off), at, 0);
		this.#c.store(type, isConstant(value) && Number(value) === 0 ? ZERO : this.#value(value, 1), ref);
	}

	/** The place in memory at an offset from an address; may use temporary t. */
	#ref(off: number, at: Node, t: number): Ref {
		if (isConstant(at)) return { base: ARENA, off: Number(at) + off };
		const word = this.#value(at, t);
		if (off === 0) return { word };
		this.#c.address(this.#temporary(t), word);
		return { base: this.#temporary(t), off };
	}

	// Expressions.

	/** The value of an expression in a register: that of a local, or temporary t; further ones may be used. */
	#value(n: Node, t: number): number {
		const c = this.#c;
		if (typeof n === "string") return this.#simple(n, t);
		const [op, a, b] = n as [string, Node, Node];
		switch (op) {
			case "tee": {
				const r = this.#value(b, t);
				this.#set(a as string, r);
				return r;
			}
			case "call":
				return this.#call(a as string, n.slice(2), t);
			case "i64.const":
				c.big(this.#temporary(t), BigInt(a as string));
				return this.#temporary(t);
		}
		const to = this.#temporary(t);
		const type = loads[op];
		if (type !== undefined) {
			c.load(type, to, this.#ref(Number(a), b, t));
			return to;
		}
		const form = plain[op];
		if (form === undefined) return this.#truth(n, t);
		const x = this.#value(a, t);
		const short = immediate[op];
		if (isConstant(b) && short?.[1](Number(b))) c.op(short[0], to, x, Number(b));
		else c.op(form, to, x, this.#value(b, t + 1));
		return to;
	}

	#simple(n: string, t: number): number {
		if (!n.startsWith("$")) {
			this.#c.word(this.#temporary(t), Number(n));
			return this.#temporary(t);
		}
		const home = this.#home(n);
		if ("register" in home) return home.register;
		this.#c.op("ldrx", this.#temporary(t), SP, home.off);
		return this.#temporary(t);
	}

	/** 1 or 0. */
	#truth(n: Node, t: number): number {
		const to = this.#temporary(t);
		const [op, a] = list(n) as [string, Node];
		if (op === "i32.eqz") this.#c.compare(this.#value(a, t), 0);
		else if (this.#condition(n, t)[0] !== "bcond") throw new Error(`no instruction ${op}`);
		const condition = op === "i32.eqz" ? EQ : (comparisons[op.slice(4)] as number);
		this.#c.op("csincw", to, ZERO, ZERO, condition ^ 1);
		return to;
	}

	/** A call while the first `t` temporaries hold something: its value, in temporary t. */
	#call(name: string, args: readonly Node[], t: number): number {
		const inPlace = this.#inPlace.get(name);
		if (inPlace !== undefined) return this.#here(inPlace, args, t);
		const c = this.#c;
		const { label, returns } = this.#callee(name);
		if (!returns) {
			c.to("b", label);
			return this.#temporary(t);
		}
		if (t > SPILLED) throw new Error("an expression is too deep");
		for (let k = 0; k < t; k++) c.op("strx", this.#temporary(k), SP, 8 * (1 + k));
		args.forEach((a, k) => {
			this.#to(this.#temporary(k), this.#value(a, k));
		});
		c.to("bl", label);
		this.#to(this.#temporary(t), T0);
		for (let k = 0; k < t; k++) c.op("ldrx", this.#temporary(k), SP, 8 * (1 + k));
		return this.#temporary(t);
	}

	/** A function written where it is called: its locals are added to those there are. */
	#here(item: readonly Node[], args: readonly Node[], t: number): number {
		const c = this.#c;
		const outer = { names: this.#names, end: this.#return, result: this.#result };
		const names = declared(item);
		const values = new Map(names.map((name, k) => [name, this.#locals + k]));
		const { params, results } = signature(item);
		args.forEach((a, k) => {
			const r = this.#value(a, t);
			this.#names = values;
			this.#set(names[k] as string, r);
			this.#names = outer.names;
		});
		this.#names = values;
		this.#locals += names.length;
		for (const name of names.slice(params.length)) this.#set(name, ZERO);
		this.#return = c.label();
		this.#result = this.#temporary(t);
		this.#body(item, results.length > 0, this.#result);
		c.here(this.#return);
		this.#names = outer.names;
		this.#return = outer.end;
		this.#result = outer.result;
		return this.#temporary(t);
	}
}

/** The names of parameters and locals. */
function declared(item: readonly Node[]): string[] {
	return item.flatMap((part) => {
		const [kind, ...words] = list(part);
		return kind === "param" || kind === "local" ? words.filter((w): w is string => String(w).startsWith("$")) : [];
	});
}
