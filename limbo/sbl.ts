/**
 * Symbol files for debuggers, as sbl(6) has them, version 2.1: where each instruction comes from, types, functions with
 * their variables, global variables. Characters of a line count from 0; what is the same as before is left out.
 */
import { fieldsOf, globalsOf, isField } from "./compat.ts";
import { sizeOf, variantOf } from "./layout.ts";
import type { Place, Sources, Span } from "./source.ts";
import { adtOf, type Decl, elem, fnRefTuple, isFnRef, type Kind, noneType, type Type } from "./types.ts";

/** A variable and its offset in the frame or the module data. */
export interface Home {
	readonly decl: Decl;
	readonly offset: number;
}

export interface FunctionSymbols {
	readonly decl: Decl;
	/** Number of its first instruction. */
	readonly start: number;
	readonly locals: readonly Home[];
}

/** What the generator tells of a module's code. */
export interface Symbols {
	/** By instruction: the text it comes from, and the number of the statement. */
	readonly origins: readonly { readonly span: Span; readonly stmt: number }[];
	readonly functions: readonly FunctionSymbols[];
	readonly globals: readonly Home[];
	/** The modules implemented: their names are left out. */
	readonly implemented: readonly Decl[];
	readonly name: string;
}

export function symbolFile(symbols: Symbols, sources: Sources): string {
	return new Writer(symbols, sources).text();
}

const letters: Partial<Record<Kind, string>> = {
	big: "B",
	byte: "b",
	int: "i",
	fixed: "i",
	real: "f",
	string: "s",
	none: "n",
	poly: "P",
	array: "A",
	list: "L",
	chan: "C",
	ref: "R",
};

class Writer {
	private readonly symbols: Symbols;
	private readonly sources: Sources;
	private readonly files: string[] = [];
	/** Adts in the order of the table; more are found while it is written. */
	private readonly adts: Type[] = [];
	private file = 0;
	private line = 0;

	constructor(symbols: Symbols, sources: Sources) {
		this.symbols = symbols;
		this.sources = sources;
	}

	text(): string {
		const { origins, functions, globals, name } = this.symbols;
		for (const span of this.spans()) if (span.pos > 0) this.fileOf(this.sources.place(span.pos));
		const code = origins.map(({ span, stmt }) => `${this.src(span)}${stmt}\n`).join("");
		const types = this.types();
		const fns = functions.map((f) => this.fn(f)).join("");
		const data = this.ids(globals.filter(({ decl }) => decl.span.pos > 0));
		const files = this.files.map((f) => `${f}\n`).join("");
		return (
			`limbo .sbl 2.1\n${name}\n${this.files.length}\n${files}${origins.length}\n${code}` +
			`${this.adts.length}\n${types}${functions.length}\n${fns}${data}`
		);
	}

	/** Everything whose place is told: what is not reached from here has no adt either. */
	private *spans(): Iterable<Span> {
		for (const { span } of this.symbols.origins) yield span;
		for (const f of this.symbols.functions) {
			for (const { decl } of f.locals) this.find(decl.type);
			for (const arg of f.decl.type.ids) this.find(arg.type);
			this.find(f.decl.type.of ?? noneType);
		}
		for (const { decl } of this.symbols.globals) this.find(decl.type);
		for (const adt of this.adts) {
			if (adt.decl !== undefined) yield adt.decl.span;
			for (const id of adt.members) this.find(id.type);
			for (const tag of adt.tags) for (const id of tag.type.members) this.find(id.type);
		}
		for (const { decl } of this.symbols.globals) yield decl.span;
		for (const module of this.modules) yield (module.decl as Decl).span;
	}

	private readonly modules = new Set<Type>();

	/** Notes the adts and modules in a type. */
	private find(type: Type): void {
		if (isFnRef(type)) return;
		if (type.kind === "module" && !this.modules.has(type)) {
			this.modules.add(type);
			for (const id of globalsOf(type)) this.find(id.type);
		}
		if (type.kind === "tuple") for (const id of type.ids) this.find(id.type);
		if (type.kind === "adt" || type.kind === "adtpick") this.indexOf(type);
		if (type.of !== undefined) this.find(type.of);
	}

	private indexOf(type: Type): number {
		const adt = adtOf(type);
		adt.fill();
		const known = this.adts.indexOf(adt);
		return known >= 0 ? known : this.adts.push(adt) - 1;
	}

	private fileOf(place: Place): number {
		const known = this.files.indexOf(place.file);
		return known >= 0 ? known : this.files.push(place.file) - 1;
	}

	private src(span: Span): string {
		// What the compiler has made itself is where what was told of last is.
		if (span.pos === 0) return "0,0 ";
		return `${this.pos(this.sources.place(span.pos))},${this.pos(this.sources.place(Math.max(span.pos, span.end)))} `;
	}

	private pos(place: Place): string {
		const file = this.fileOf(place);
		let text = "";
		if (file !== this.file) {
			text = `${file}:`;
			this.file = file;
		}
		if (place.line !== this.line) {
			text += `${place.line}.`;
			this.line = place.line;
		}
		return `${text}${Math.max(0, place.column - 1)}`;
	}

	private types(): string {
		return this.adts.map((adt) => this.adt(adt)).join("");
	}

	private adt(adt: Type): string {
		const decl = adt.decl as Decl;
		const picks = adt.tags.length > 0;
		const size = picks ? 0 : sizeOf(adt);
		sizeOf(adt);
		const head = `${picks ? "p" : "a"}${this.qualified(decl)} ${this.src(decl.whole)}${size}\n`;
		const fields = this.ids(fieldsOf(adt).map((d) => ({ decl: d, offset: d.offset })));
		return head + fields + (picks ? `${adt.tags.length}\n${adt.tags.map((t, i) => this.tag(adt, t, i)).join("")}` : "");
	}

	/** A tag with the fields of the one before has no list of its own. */
	private tag(adt: Type, tag: Decl, i: number): string {
		const src = this.src(tag.span);
		if (i > 0 && adt.tags[i - 1]?.type === tag.type) return `${tag.name}:${src}\n`;
		const variant = variantOf(tag.type);
		const own = tag.type.members.filter(isField);
		const size = sizeOf(variant);
		const places = variant.ids.slice(variant.ids.length - own.length);
		const ids = own.map((decl, k) => ({ decl, offset: (places[k] as Decl).offset }));
		return `${tag.name}:${src}${size}\n${this.ids(ids)}`;
	}

	private qualified(decl: Decl): string {
		const owner = decl.dot;
		const own = owner === undefined || this.symbols.implemented.includes(owner);
		return own ? decl.name : `${owner.name}->${decl.name}`;
	}

	private ids(homes: readonly Home[]): string {
		const items = homes.map(
			({ decl, offset }) => `${offset}:${decl.name}:${this.src(decl.span)}${this.type(decl.type)}\n`,
		);
		return `${homes.length}\n${items.join("")}`;
	}

	private fn({ decl, start, locals }: FunctionSymbols): string {
		const adt = decl.dot?.type.kind === "adt" ? `${decl.dot.name}.` : "";
		const args = decl.type.ids.filter((a) => a.name !== "").map((a) => ({ decl: a, offset: a.offset }));
		const of = decl.type.of ?? noneType;
		return `${start}:${adt}${decl.name}\n${this.ids(args)}${this.ids(locals)}${this.type(of)}`;
	}

	private type(type: Type): string {
		if (isFnRef(type)) return `R${this.type(fnRefTuple)}`;
		const letter = letters[type.kind];
		switch (type.kind) {
			case "adt":
			case "adtpick":
				return `@${this.indexOf(type)}\n`;
			case "array":
			case "list":
			case "chan":
			case "ref":
				return `${letter}${this.type(elem(type))}`;
			case "tuple": {
				const size = sizeOf(type);
				return `t${size}.${this.ids(type.ids.map((decl) => ({ decl, offset: decl.offset })))}`;
			}
			case "module":
				return this.module(type);
			default:
				return letter ?? "N";
		}
	}

	private module(type: Type): string {
		const decl = type.decl as Decl;
		const globals = globalsOf(type).map((d) => ({ decl: d, offset: Math.max(0, d.offset) }));
		return `m${decl.name}\n${this.src(decl.whole)}${this.ids(globals)}`;
	}
}
