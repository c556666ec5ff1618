/**
 * Type signatures: a type is spelt out, equal types inside it by number after their first appearance, and hashed. The
 * loader compares the hashes, so the spelling is part of the object file format.
 */
import { functionsOf, globalsOf, type TypeClasses } from "./compat.ts";
import { md5 } from "./md5.ts";
import { realText } from "./realtext.ts";
import { adtOf, type Decl, hasSpace, type Kind, type Type, type TypeClass } from "./types.ts";

const letters: Partial<Record<Kind, string>> = {
	none: "n",
	adt: "a",
	adtpick: "p",
	array: "A",
	big: "B",
	byte: "b",
	chan: "C",
	real: "r",
	fn: "f",
	int: "i",
	list: "L",
	module: "m",
	ref: "R",
	string: "s",
	tuple: "t",
	exception: "e",
	fixed: "x",
	poly: "P",
};

const utf8 = new TextEncoder();

export class Signer {
	private readonly classes: TypeClasses;

	constructor(classes: TypeClasses) {
		this.classes = classes;
	}

	/** The signature of a function, unsigned. */
	sign(fn: Type): number {
		fn.signature ??= hash(new Spelling(this.classes).spell(fn));
		return fn.signature;
	}

	/** The signature of a module's variables, taken together as `.mp`. */
	signGlobals(globals: readonly Decl[]): number {
		return hash(new Spelling(this.classes).globals(globals));
	}

	spelling(fn: Type): string {
		return new Spelling(this.classes).spell(fn);
	}
}

function hash(text: string): number {
	const [a, b, c, d] = md5(utf8.encode(text));
	return (a ^ b ^ c ^ d) >>> 0;
}

class Spelling {
	private readonly classes: TypeClasses;
	private readonly numbers = new Map<TypeClass, number>();

	constructor(classes: TypeClasses) {
		this.classes = classes;
	}

	spell(type: Type | undefined): string {
		if (type === undefined) return "";
		const letter = letters[type.kind] ?? "?";
		switch (type.kind) {
			case "fixed":
				return letter + realText(type.scale);
			case "ref":
			case "list":
			case "array":
			case "chan":
				return letter + this.spell(type.of);
			case "fn":
				return letter + this.fn(type);
			case "adt":
			case "adtpick":
			case "tuple":
			case "exception":
			case "module":
				return this.again(type) ?? letter + this.structure(type);
			default:
				return letter;
		}
	}

	private fn(type: Type): string {
		const varargs = type.varargs ? "*" : "";
		const polys = type.polys.length > 0 ? "()" : "";
		const raises = type.raises === undefined ? "" : `(${type.raises.map((d) => d.name).join(",")})`;
		return varargs + polys + this.ids(type.ids, false) + raises + this.spell(type.of);
	}

	/** The number of a type equal to one met before; otherwise it gets one, and undefined is returned. */
	private again(type: Type): string | undefined {
		const same = this.classes.find(type);
		const number = this.numbers.get(same);
		if (number !== undefined) return `@${number}`;
		this.numbers.set(same, this.numbers.size + 1);
		return undefined;
	}

	private structure(type: Type): string {
		switch (type.kind) {
			case "adt":
				return this.adt(type);
			case "adtpick":
				return this.ids(type.members, true) + this.spell(adtOf(type));
			case "module":
				return this.module(type);
			default:
				return this.ids(type.ids, false);
		}
	}

	private adt(type: Type): string {
		const polys = type.polys.length > 0 ? "()" : "";
		const fields = this.ids(type.members, true);
		if (type.tags.length === 0) return polys + fields;
		const tags = type.tags.map((tag) => `${tag.name}=>${this.spell(tag.type)}`);
		return `${polys}${fields.slice(0, -1)},${tags.join(",")})`;
	}

	private module(type: Type): string {
		const module = this.classes.find(type).type;
		const globals = this.globals(globalsOf(module));
		const functions = functionsOf(module).map((id) => `${this.id(id, true)};`);
		return `{${globals}${functions.join("")}}`;
	}

	globals(globals: readonly Decl[]): string {
		return globals.map((id) => `${this.id(id, true)};`).join("");
	}

	private ids(ids: readonly Decl[], named: boolean): string {
		const spelt = ids.filter((id) => hasSpace(id) && id.type.kind !== "fn").map((id) => this.id(id, named));
		return `(${spelt.join(",")})`;
	}

	private id(id: Decl, named: boolean): string {
		const name = named ? `${id.name}:` : "";
		return `${name}${id.implicit ? "S" : ""}${id.cyclic ? "y" : ""}${this.spell(id.type)}`;
	}
}
