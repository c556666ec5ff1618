/**
 * Random programs in Limbo that end by construction: loops with fixed bounds, calls of functions made before, arithmetic of all kinds,
 * strings, arrays, lists, exceptions. All that they compute ends in the module's variables.
 */

/** Numbers from a seed (mulberry32). */
export class Random {
	#state: number;

	constructor(seed: number) {
		this.#state = seed | 0;
	}

	/** Below n. */
	below(n: number): number {
		this.#state = (this.#state + 0x6d2b79f5) | 0;
		let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
		t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
		return ((t ^ (t >>> 14)) >>> 0) % n;
	}

	pick<T>(list: readonly T[]): T {
		return list[this.below(list.length)] as T;
	}
}

type Kind = "int" | "big" | "real" | "byte" | "string";
const kinds: readonly Kind[] = ["int", "int", "int", "big", "real", "byte", "string"];
const numbers = [0, 1, -1, 2, 3, 7, 31, 32, 63, 255, 256, 65535, 2147483647, -2147483648, 12345, -99];

/** The source of a program. */
export function program(seed: number): string {
	return new Writer(new Random(seed)).program();
}

interface Fn {
	readonly name: string;
	readonly params: readonly Kind[];
	readonly result: Kind;
	/** It calls itself as deep as its first argument says. */
	readonly recursive: boolean;
}

class Writer {
	readonly #r: Random;
	readonly #lines: string[] = [];
	#depth = 1;
	#budget = 60;
	#fns: Fn[] = [];
	#vars: { name: string; kind: Kind }[] = [];
	#loops = 0;

	constructor(r: Random) {
		this.#r = r;
	}

	program(): string {
		const globals = kinds.flatMap((kind) => [0, 1].map((k) => ({ name: `g${kind}${k}`, kind })));
		const unique = [...new Map(globals.map((g) => [g.name, g])).values()];
		let text = "implement R;\nR: module { init: fn(); };\n";
		for (const g of unique) text += `${g.name}: ${g.kind};\n`;
		text += "caught: int;\nsum: int;\nnumbers: array of int;\nnodes: list of int;\nfar: array of string;\n";
		const bodies: string[] = [];
		for (let n = this.#r.below(4) + 1; n > 0; n--)
			bodies.push(this.#r.below(4) === 0 ? this.#recursive(unique) : this.#function(unique));
		this.#vars = [...unique];
		this.#lines.length = 0;
		this.#budget = 60;
		this.#lines.push("\tnumbers = array[16] of {* => 3};", "\tfar = array[4] of string;");
		this.#block();
		for (const f of this.#fns)
			this.#lines.push(`\tsum += int (${this.#as("real", this.#callOf(f, 2), f.result)});`); // biome-ignore format: a line
		text += `init()\n{\n\t{\n${this.#lines.join("\n")}\n\t}exception{\n\t"*" =>\n\t\tcaught += 1000;\n\t}\n}\n`;
		return text + bodies.join("");
	}

	#function(globals: readonly { name: string; kind: Kind }[]): string {
		const name = `f${this.#fns.length}`;
		const params = Array.from({ length: this.#r.below(4) }, () => this.#r.pick(kinds));
		const result = this.#r.pick(kinds);
		this.#vars = [...globals, ...params.map((kind, k) => ({ name: `p${k}`, kind }))];
		this.#lines.length = 0;
		this.#budget = 25;
		this.#block();
		const body = this.#lines.join("\n");
		const text = `${name}(${params.map((k, i) => `p${i}: ${k}`).join(", ")}): ${result}\n{\n${body}\n\treturn ${this.#expr(result, 2)};\n}\n`;
		this.#fns.push({ name, params, result, recursive: false });
		return text;
	}

	/** A function that returns at once, or calls itself twice. */
	#recursive(globals: readonly { name: string; kind: Kind }[]): string {
		const fn = {
			name: `f${this.#fns.length}`,
			params: ["int" as Kind, this.#r.pick(kinds)],
			result: this.#r.pick(kinds),
			recursive: true,
		};
		const other = { name: "p1", kind: fn.params[1] as Kind };
		this.#vars = [...globals, { name: "(p0+0)", kind: "int" }, other];
		this.#lines.length = 0;
		this.#budget = 4;
		const guard = `if(p0 ${this.#r.pick(["<= 0", "< 1"])}) return ${this.#leaf(fn.result)};`;
		this.#block();
		const [a, b] = [1, 2].map((n) => `f${this.#fns.length}(p0-${n}, ${this.#expr(other.kind, 1)})`);
		const text = `${fn.name}(p0: int, p1: ${other.kind}): ${fn.result}\n{\n\t${guard}\n${this.#lines.join("\n")}\n\treturn ${a} + ${b};\n}\n`;
		this.#fns.push(fn);
		return text;
	}

	#callOf(f: Fn, depth: number): string {
		const args = f.params.map((k, i) =>
			f.recursive && i === 0 ? `${this.#expr(k, depth)} & 3` : this.#expr(k, depth),
		);
		return `${f.name}(${args.join(", ")})`;
	}

	#say(text: string): void {
		this.#lines.push("\t".repeat(this.#depth) + text);
	}

	#nested(head: string, fill: () => void, tail = "}"): void {
		this.#say(`${head}{`);
		const vars = [...this.#vars];
		this.#depth++;
		fill();
		this.#depth--;
		this.#vars = vars;
		this.#say(tail);
	}

	#block(): void {
		for (let n = this.#r.below(7) + 2; n > 0 && this.#budget > 0; n--) this.#statement();
	}

	#statement(): void {
		this.#budget--;
		switch (this.#r.below(14)) {
			case 0: {
				const kind = this.#r.pick(kinds);
				const name = `v${this.#vars.length}_${this.#budget}`;
				this.#say(`${name} := ${this.#expr(kind, 3)};`);
				this.#vars.push({ name, kind });
				return;
			}
			case 1:
				this.#nested(`if(${this.#condition()})`, () => this.#block());
				return;
			case 2:
				this.#nested(`if(${this.#condition()})`, () => this.#block(), "}else");
				this.#say("\tsum++;");
				return;
			case 3: {
				if (this.#loops >= 2) return;
				const i = `i${this.#budget}`;
				this.#loops++;
				this.#nested(`for(${i} := 0; ${i} < ${this.#r.below(12) + 1}; ${i}++)`, () => {
					this.#vars.push({ name: `(${i}+0)`, kind: "int" });
					this.#block();
					if (this.#r.below(3) === 0) this.#say(`if(${this.#condition()}) ${this.#r.pick(["break", "continue"])};`);
				});
				this.#loops--;
				return;
			}
			case 4:
				this.#nested("", () => this.#block(), '}exception{\n\t"*" =>\n\t\tcaught++;\n\t}');
				return;
			case 5:
				this.#say(`numbers[${this.#index()}] ${this.#r.pick(["=", "+=", "^="])} ${this.#expr("int", 2)};`);
				return;
			case 6:
				this.#say(`nodes = ${this.#expr("int", 2)} :: nodes;`);
				return;
			case 7:
				this.#say("if(nodes != nil) { sum += hd nodes; nodes = tl nodes; }");
				return;
			case 8:
				this.#say(`far[${this.#r.below(4)}] = ${this.#expr("string", 2)};`);
				return;
			case 9:
				this.#choice();
				return;
			default: {
				const v = this.#r.pick(this.#vars.filter((x) => !x.name.startsWith("(")));
				const ops = v.kind === "string" ? ["=", "+="] : v.kind === "real" ? ["=", "+=", "-=", "*="] : ["=", "+=", "-=", "*=", "^=", "|=", "&="]; // biome-ignore format: a list
				this.#say(`${v.name} ${this.#r.pick(ops)} ${this.#expr(v.kind, 3)};`);
			}
		}
	}

	/** A case on a number or a string: labels in ascending order, one to three arms that share them, perhaps one for all others. */
	#choice(): void {
		const kind = this.#r.pick(["int", "big", "string"] as const);
		const arms = Array.from({ length: this.#r.below(3) + 1 }, () => [] as string[]);
		const labels = (kind === "string" ? strings : ordered.map((n) => `${kind} (${int(n)})`)).filter(
			() => this.#r.below(3) === 0,
		);
		while (labels.length > 0) {
			const low = labels.shift() as string;
			const high = this.#r.below(3) === 0 ? labels.shift() : undefined;
			this.#r.pick(arms).push(high === undefined ? low : `${low} to ${high}`);
		}
		if (this.#r.below(3) > 0 || arms.every((quals) => quals.length === 0)) this.#r.pick(arms).push("*");
		const used = arms.filter((quals) => quals.length > 0);
		const narrow = kind === "int" && this.#r.below(2) === 0 ? " & 7" : "";
		this.#say(`case ${this.#expr(kind, 2)}${narrow} {`);
		for (const [n, quals] of used.entries())
			this.#say(`${quals.join(" or ")} => ${this.#r.below(4) === 0 ? "" : `sum += ${n + 1}`};`);
		this.#say("}");
	}

	#index(): string {
		return this.#r.below(8) === 0 ? this.#expr("int", 1) : `(${this.#expr("int", 1)}) & 15`;
	}

	#condition(): string {
		const kind = this.#r.pick(kinds);
		return `${this.#expr(kind, 2)} ${this.#r.pick(["==", "!=", "<", "<=", ">", ">="])} ${this.#expr(kind, 2)}`;
	}

	/** A value of `from` as one of `to`. */
	#as(to: Kind, text: string, from: Kind): string {
		if (to === from) return text;
		// A compiler refuses a constant string that is no number: a slice is no constant.
		if (from === "string") return this.#as(to, `int ((${text})[0:])`, "int");
		if (from === "byte" && to === "string") return `string int (${text})`;
		return `${to} (${text})`;
	}

	#expr(kind: Kind, depth: number): string {
		const r = this.#r;
		if (depth === 0 || r.below(5) === 0) return this.#leaf(kind);
		switch (r.below(8)) {
			case 0: {
				const f = this.#fns.length > 0 && this.#loops < 2 ? r.pick(this.#fns) : undefined;
				if (f === undefined) break;
				const call = this.#callOf(f, depth - 1);
				return f.result === "string" && kind !== "string" ? this.#leaf(kind) : this.#as(kind, call, f.result);
			}
			case 1: {
				const from = r.pick(kinds.filter((k) => k !== "string" || kind === "int" || kind === "string"));
				return this.#as(kind, this.#expr(from, depth - 1), from);
			}
			case 2:
				if (kind === "int") return `numbers[${this.#index()}]`;
				if (kind === "string") return `far[${r.below(4)}]`;
				break;
			case 3:
				if (kind === "int") return `len (${this.#expr("string", depth - 1)})`;
				break;
		}
		const [a, b] = [this.#expr(kind, depth - 1), this.#expr(kind, depth - 1)];
		switch (kind) {
			case "string":
				return `(${a} + ${b})[0:${r.below(2)}]` + ` + ${this.#leaf("string")}`;
			case "real":
				return `(${a}) ${r.pick(["+", "-", "*", "/"])} (${b})`;
			default: {
				const op = r.pick(["+", "-", "*", "/", "%", "&", "|", "^", "<<", ">>"]);
				if (op === "<<" || op === ">>") return `((${a}) ${op} (${this.#expr("int", 1)} & 31))`;
				// A compiler refuses to divide by a constant that is 0.
				return op === "/" || op === "%" ? `((${a}) ${op} (${b} | g${kind}0 & ${kind} 0))` : `((${a}) ${op} (${b}))`;
			}
		}
	}

	#leaf(kind: Kind): string {
		const r = this.#r;
		const vars = this.#vars.filter((v) => v.kind === kind);
		if (vars.length > 0 && r.below(3) > 0) return r.pick(vars).name;
		switch (kind) {
			case "string":
				return r.pick(['"a"', '"bc"', '"é→"', '""', '"12"']);
			case "real":
				return r.pick(["0.0", "1.5", "-2.25", "1e9", "3.0"]);
			case "int":
				return `(${int(r.pick(numbers))})`;
			default:
				return `${kind} (${int(r.pick(numbers))})`;
		}
	}
}

/** Labels of cases. */
const ordered = [-2147483648, -70000, -1, 0, 1, 2, 3, 5, 6, 7, 255, 100000, 2147483647];
const strings = ['""', '"12"', '"a"', '"aa"', '"b"', '"bc"', '"é→"'];

/** An int as Limbo writes it: the least one has no digits of its own. */
function int(n: number): string {
	return n === -2147483648 ? "-2147483647-1" : String(n);
}

/** Whether a program is refused because it happens to divide one constant by another that is zero. */
export function dividesByZero(diagnostics: readonly { readonly message: string }[]): boolean {
	return diagnostics[0]?.message.endsWith("by 0 in constant expression") === true;
}
