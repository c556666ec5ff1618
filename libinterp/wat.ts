import { Access, type AccessName, Body, I32, I64, type ValueType, Wasm, type WasmModule } from "./wasm.ts";

/*
 * An assembler for functions of WebAssembly in folded text form, as the standard has it, and shorter: a bare number is a
 * constant of type i32, a bare $name the value of a local. A load or store begins with its offset, which may be negative.
 *
 *	(func $name (param $a i32) (result i32) (local $b i32)
 *		(set $b (i32.load 8 $a))
 *		(block $done (loop $again (br_if $done (i32.eqz $b)) ... (br $again)))
 *		(if $b (then ...) (else ...))
 *		(i32.add $b 1))
 *
 * What is called is a function of the text, or an import, declared as (import $name (param i32) (result i32)). What stands as (@name) is
 * written by a hook.
 */

export type Node = string | readonly Node[];

const types: Readonly<Record<string, ValueType>> = { i32: I32, i64: I64, f64: 0x7c };

/** Writes a part of a function. */
export type Hook = (
	c: Body,
	at: {
		/** Writes text in place. */
		emit(text: string): void;
		/** The number of a local; the label of a block around. */
		local(name: string): number;
		label(name: string): number;
	},
) => void;

/** Adds the functions of `text` to a module, which exports them under their names. Throws on what it does not know. */
export function assemble(wasm: WasmModule, text: string, hooks: Readonly<Record<string, Hook>> = {}): void {
	const items = parse(text).map((n) => n as readonly Node[]);
	const calls = new Map<string, (c: Body) => void>();
	const functions: { item: readonly Node[]; fn: number }[] = [];
	for (const item of items) {
		const name = item[1] as string;
		if (item[0] === "import") {
			const { params, results } = signature(item);
			calls.set(name, (c) => c.call(wasm.import(name.slice(1), params, results)));
		} else {
			const fn = wasm.reserve();
			functions.push({ item, fn });
			calls.set(name, (c) => c.callOwn(fn));
		}
	}
	for (const { item, fn } of functions) new Assembly(wasm, calls, hooks, item, fn).define();
}

/** The items of a text. Throws where brackets do not match. */
export function parse(text: string): Node[] {
	const stack: Node[][] = [[]];
	for (const [token] of text.replace(/;;.*/g, "").matchAll(/[()]|[^\s()]+/g)) {
		if (token === "(") stack.push([]);
		else if (token === ")") {
			const done = stack.pop() as Node[];
			const around = stack.at(-1);
			if (around === undefined) throw new Error("wat: too many )");
			around.push(done);
		} else (stack.at(-1) as Node[]).push(token);
	}
	if (stack.length !== 1) throw new Error("wat: ) is missing");
	return stack[0] as Node[];
}

function typeOf(name: Node): ValueType {
	const t = types[name as string];
	if (t === undefined) throw new Error(`wat: no type ${name}`);
	return t;
}

/** Types after (param ...) and (result ...); params may have names. */
export function signature(item: readonly Node[]): { params: ValueType[]; results: ValueType[]; names: string[] } {
	const params: ValueType[] = [];
	const results: ValueType[] = [];
	const names: string[] = [];
	for (const part of item) {
		if (typeof part === "string") continue;
		if (part[0] === "result") results.push(typeOf(part[1] as Node));
		if (part[0] !== "param") continue;
		for (const word of part.slice(1))
			if ((word as string).startsWith("$")) names.push(word as string);
			else params.push(typeOf(word));
	}
	return { params, results, names };
}

/** One function on its way. */
class Assembly {
	readonly #wasm: WasmModule;
	readonly #calls: ReadonlyMap<string, (c: Body) => void>;
	readonly #hooks: Readonly<Record<string, Hook>>;
	readonly #item: readonly Node[];
	readonly #fn: number;
	readonly #c = new Body();
	readonly #locals = new Map<string, number>();
	readonly #labels: { name: string; label: number }[] = [];

	constructor(
		wasm: WasmModule,
		calls: ReadonlyMap<string, (c: Body) => void>,
		hooks: Readonly<Record<string, Hook>>,
		item: readonly Node[],
		fn: number,
	) {
		this.#wasm = wasm;
		this.#calls = calls;
		this.#hooks = hooks;
		this.#item = item;
		this.#fn = fn;
	}

	define(): void {
		const { params, results, names } = signature(this.#item);
		for (const name of names) this.#locals.set(name, this.#locals.size);
		const locals: ValueType[] = [];
		for (const part of this.#item.slice(2)) {
			if (Array.isArray(part) && part[0] === "local")
				for (const word of part.slice(1))
					if (word.startsWith("$")) this.#locals.set(word, this.#locals.size);
					else locals.push(typeOf(word));
			else if (!Array.isArray(part) || (part[0] !== "param" && part[0] !== "result")) this.#emit(part);
		}
		const name = (this.#item[1] as string).slice(1);
		this.#wasm.define(this.#fn, this.#wasm.type(params, results), locals, this.#c, name);
	}

	#local(name: Node): number {
		const n = this.#locals.get(name as string);
		if (n === undefined) throw new Error(`wat: no local ${name}`);
		return n;
	}

	#label(name: Node): number {
		const found = this.#labels.findLast((l) => l.name === name);
		if (found === undefined) throw new Error(`wat: no label ${name}`);
		return found.label;
	}

	#all(nodes: readonly Node[]): void {
		for (const n of nodes) this.#emit(n);
	}

	#emit(n: Node): void {
		const c = this.#c;
		if (typeof n === "string") {
			if (n.startsWith("$")) c.get(this.#local(n));
			else if (/^-?\d+$/.test(n)) c.i32(Number(n));
			else throw new Error(`wat: ${n}?`);
			return;
		}
		const [op, ...rest] = n as readonly [string, ...Node[]];
		const first = rest[0] as Node;
		switch (op) {
			case "set":
			case "tee":
				this.#all(rest.slice(1));
				c[op](this.#local(first));
				return;
			case "block":
			case "loop":
				this.#labels.push({ name: first as string, label: c[op]() });
				this.#all(rest.slice(1));
				this.#labels.pop();
				c.end();
				return;
			case "if":
				this.#if(rest);
				return;
			case "br":
				c.br(this.#label(first));
				return;
			case "br_if":
				this.#all(rest.slice(1));
				c.brIf(this.#label(first));
				return;
			case "br_table": {
				const labels = rest.slice(0, -1).map((l) => this.#label(l));
				this.#emit(rest.at(-1) as Node);
				c.brTable(labels.slice(0, -1), labels.at(-1) as number);
				return;
			}
			case "call": {
				this.#all(rest.slice(1));
				const call = this.#calls.get(first as string);
				if (call === undefined) throw new Error(`wat: no function ${first}`);
				call(c);
				return;
			}
			case "call_indirect": // of functions of a word that give a word
				this.#all(rest);
				c.callIndirect(this.#wasm.type([I32], [I32]));
				return;
			case "i64.const":
				c.i64(BigInt(first as string));
				return;
			case "memory.copy":
				this.#all(rest);
				c.memoryCopy();
				return;
			case "memory.fill":
				this.#all(rest);
				c.memoryFill();
				return;
			default:
				if (op.startsWith("@")) this.#hook(op);
				else this.#plain(op.replace(".", "_"), rest);
		}
	}

	#hook(name: string): void {
		const hook = this.#hooks[name];
		if (hook === undefined) throw new Error(`wat: no hook ${name}`);
		hook(this.#c, {
			emit: (text) => this.#all(parse(text)),
			local: (local) => this.#local(local),
			label: (label) => this.#label(label),
		});
	}

	#if(rest: readonly Node[]): void {
		const c = this.#c;
		this.#all(rest.filter((r) => !Array.isArray(r) || (r[0] !== "then" && r[0] !== "else")));
		c.if();
		for (const part of rest)
			if (Array.isArray(part) && (part[0] === "then" || part[0] === "else")) {
				if (part[0] === "else") c.else();
				this.#all(part.slice(1));
			}
		c.end();
	}

	#plain(name: string, rest: readonly Node[]): void {
		const c = this.#c;
		const access = Access[name as AccessName];
		if (access === undefined) {
			const code = Wasm[name as keyof typeof Wasm];
			if (code === undefined) throw new Error(`wat: no instruction ${name}`);
			this.#all(rest);
			c.op(code);
			return;
		}
		const offset = Number(rest[0]);
		if (Number.isNaN(offset)) throw new Error(`wat: ${name} begins with its offset`);
		this.#emit(rest[1] as Node);
		if (offset < 0) {
			c.i32(offset);
			c.op(Wasm.i32_add);
		}
		this.#all(rest.slice(2));
		c.access(name as AccessName, Math.max(offset, 0));
	}
}
