/** Which functions of which modules are needed: what goes into import tables, and under which number. */
import { functionsOf, globalsOf, type TypeClasses } from "./compat.ts";
import { type Decl, isAggregate, type Type } from "./types.ts";

/** One for each class of equal module types. */
export interface ModuleUse {
	readonly module: Type;
	/** All functions, in the order of link tables. */
	readonly functions: Decl[];
	readonly globals: Decl[];
	/** Places in `functions` of those that are called. */
	readonly used: Set<number>;
	usesGlobals: boolean;
	/** Other modules get to see it, and number its functions as the full table does. */
	all: boolean;
	loaded: boolean;
}

export class Interfaces {
	private readonly classes: TypeClasses;
	private readonly uses = new Map<object, ModuleUse>();
	private readonly places = new Map<Type, ReadonlyMap<Decl, number>>();
	private readonly exposed = new Set<Type>();
	/** Functions of ours that references need though no interface has them. */
	readonly extra: Decl[] = [];
	/** A reference to a function of ours is made: we load ourselves. */
	needsSelf = false;

	constructor(classes: TypeClasses) {
		this.classes = classes;
	}

	of(module: Type): ModuleUse {
		const same = this.classes.find(module);
		let use = this.uses.get(same);
		if (use === undefined) {
			const rep = same.type;
			use = {
				module: rep,
				functions: functionsOf(rep),
				globals: globalsOf(rep),
				used: new Set(),
				usesGlobals: false,
				all: false,
				loaded: false,
			};
			this.uses.set(same, use);
		}
		return use;
	}

	load(module: Type): void {
		this.of(module).loaded = true;
	}

	useGlobals(module: Type): void {
		this.of(module).usesGlobals = true;
	}

	use(module: Type, fn: Decl): void {
		const place = this.placeOf(module, fn);
		if (place >= 0) this.of(module).used.add(place);
	}

	/** A function's place among all those of a module. */
	private placeOf(module: Type, fn: Decl): number {
		let places = this.places.get(module);
		if (places === undefined) {
			places = new Map(functionsOf(module).map((f, i) => [f, i]));
			this.places.set(module, places);
		}
		return places.get(fn) ?? -1;
	}

	/** The functions a module's import table has. */
	imported(module: Type): Decl[] {
		const use = this.of(module);
		return use.functions.filter((_, i) => use.all || use.used.has(i));
	}

	importsGlobals(module: Type): boolean {
		const use = this.of(module);
		return use.globals.length > 0 && (use.all || use.usesGlobals);
	}

	/** The number calls use. */
	number(module: Type, fn: Decl): number {
		const use = this.of(module);
		const place = this.placeOf(module, fn);
		let number = this.importsGlobals(module) ? 1 : 0;
		for (let i = 0; i < place; i++) if (use.all || use.used.has(i)) number++;
		return number;
	}

	/** Values of this type go to other modules: module types in it keep all their functions. */
	expose(type: Type | undefined): void {
		if (type === undefined || this.exposed.has(type)) return;
		this.exposed.add(type);
		if (type.kind === "module") {
			this.of(type).all = true;
			for (const fn of functionsOf(type)) this.expose(fn.type);
			for (const id of globalsOf(type)) this.expose(id.type);
			return;
		}
		if (type.kind === "adtpick") this.expose(type.decl?.dot?.type);
		if (isAggregate(type) || type.kind === "fn") {
			for (const id of type.members) if (id.store !== "fn" && id.store !== "const") this.expose(id.type);
			for (const tag of type.tags) for (const id of tag.type.members) this.expose(id.type);
			for (const actual of type.actuals) this.expose(actual);
		}
		this.expose(type.of);
	}
}
