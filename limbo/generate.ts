/** Generates the object file of a checked program. */
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	AXIMM,
	AXINF,
	AXINM,
	AXNON,
	AXXX,
	DONTCOMPILE,
	HASEXCEPT,
	HASLDT,
	MUSTCOMPILE,
	opcode,
	XMAGIC,
} from "../libinterp/isa.ts";
import {
	type Export,
	type Handler,
	I_ADD,
	I_D,
	I_M,
	I_OP,
	I_S,
	type Import,
	INST_WORDS,
	type ObjectFile,
} from "../libinterp/object.ts";
import type { Checked, Checker } from "./check.ts";
import { tableOf } from "./choice.ts";
import { byName, functionsOf, globalsOf, type TypeClasses } from "./compat.ts";
import type { Constant } from "./constant.ts";
import type { Cell } from "./data.ts";
import { Frame } from "./frame.ts";
import { GenStmt } from "./genstmt.ts";
import { shortBody } from "./inline.ts";
import { Code, codeText, type HandlerCode, type Inst, type Label, mp, NONE, type Operand } from "./inst.ts";
import { pointerMap } from "./layout.ts";
import { optimize } from "./opt/passes.ts";
import type { Home, Symbols } from "./sbl.ts";
import { Signer } from "./sign.ts";
import type { Diagnostics } from "./source.ts";
import { bigType, type Decl, intType, isPolyAdt, noneType, stringType, type Type } from "./types.ts";

export interface GenOptions {
	mustCompile: boolean;
	dontCompile: boolean;
	/** Bytes by which the stack grows; 0 for ten times the largest frame. */
	stackExtent: number;
	sourcePath: string;
	/** Letters of passes to be left out, for debugging. */
	without?: string;
	/** False if calls of short functions are to stay calls. */
	inline?: boolean;
	/** Is told each function's code after each pass. */
	watch?: ((letter: string, name: string, code: string) => void) | undefined;
	/** newaz in place of newa. */
	clearArrays?: boolean;
}

/** A stack grows by so many of its largest frames. */
const STACKFRAMES = 10;

/** Types of the constants that cases choose by, where they are no strings. */
const caseTypes: Readonly<Record<string, Type>> = { word: intType, big: bigType };

interface Function {
	decl: Decl;
	code: Code;
	start: number;
	frameType: number;
	frameSize: number;
	locals: Home[];
}

const sourceModes: Partial<Record<Operand["mode"], number>> = {
	none: AXXX,
	fp: AFP,
	mp: AMP,
	fpind: AIND | AFP,
	mpind: AIND | AMP,
};
const middleModes: Partial<Record<Operand["mode"], number>> = { none: AXNON, fp: AXINF, mp: AXINM };

export class Generator extends GenStmt {
	private readonly checker: Checker;
	private readonly signer: Signer;
	private readonly functions = new Map<Decl, Function>();
	/** Letters of passes that are left out. */
	private without = "";
	private watch: GenOptions["watch"];

	constructor(checker: Checker, classes: TypeClasses, diagnostics: Diagnostics) {
		super(checker.interfaces, diagnostics);
		this.checker = checker;
		this.signer = new Signer(classes);
	}

	/** Undefined if a mistake was found after all. */
	generate(checked: Checked, options: GenOptions): ObjectFile | undefined {
		if (this.interfaces.needsSelf) this.interfaces.of(this.ownModule()).all = true;
		this.without = options.without ?? "";
		this.watch = options.watch;
		this.clearArrays = options.clearArrays === true;
		this.placeGlobals(checked);
		const exported = new Set(this.exportedFunctions());
		this.inlines = options.inline !== false;
		// Those whose calls may all be inlined come last, as it is known then whether anybody still calls them.
		const short = (decl: Decl): boolean => this.inlines && shortBody(decl) !== undefined;
		for (const decl of [...checked.functions.filter((d) => !short(d)), ...checked.functions.filter(short)]) {
			if (exported.has(decl) || decl.refs > 0) this.generateFunction(decl);
		}
		if (this.diagnostics.errors > 0) return undefined;
		return this.assemble(options);
	}

	/** The variables of the modules implemented come first: other modules know them by their offsets. */
	private placeGlobals(checked: Checked): void {
		const exported = this.checker.implemented.flatMap((m) => globalsOf(m.type));
		for (const decl of exported) {
			const shared = this.checker.globals.names.get(decl.name);
			const known = shared && shared !== decl ? this.homes.get(shared) : undefined;
			if (known !== undefined) this.homes.set(decl, known);
			else this.placeGlobal(decl);
		}
		for (const decl of checked.globals) if (decl.refs > 0) this.placeGlobal(decl);
	}

	private placeGlobal(decl: Decl): void {
		if (this.homes.has(decl) || isPolyAdt(decl.type)) return;
		decl.offset = this.data.allot(decl.type);
		this.homes.set(decl, mp(decl.offset));
		if (decl.constant !== undefined) this.data.initialize(decl.offset, decl.type, decl.constant);
	}

	private generateFunction(decl: Decl): void {
		const body = decl.body?.body;
		if (body === undefined) return;
		const f: Function = { decl, code: new Code(), start: 0, frameType: 0, frameSize: 0, locals: [] };
		this.functions.set(decl, f);
		this.fn = decl;
		this.code = f.code;
		const end = this.argsEnd(decl);
		this.frame = new Frame(end, this.argPointers(decl));
		for (const arg of decl.type.ids) this.homes.set(arg, { mode: "fp", off: arg.offset, off2: 0 });
		this.scopes = [];
		this.locals = f.locals;
		this.openScope();
		this.stmts(body.body);
		this.closeScope(false);
		const closing = { pos: body.end - 1, end: body.end };
		this.at = closing;
		const valued = decl.type.of !== undefined && decl.type.of !== noneType;
		this.emit(valued ? "raise" : "ret", valued ? this.nil() : NONE);
		const fallsOff = f.code.tidy();
		this.optimize(f);
		this.placeTables(f);
		if (valued && fallsOff) {
			this.diagnostics.error(closing, `no return at end of function ${decl.name}`);
		}
		f.frameSize = this.frame.size;
		f.frameType = this.data.typeIdOf(f.frameSize, pointerMap(this.frame.pointers));
	}

	private optimize(f: Function): void {
		const end = this.argsEnd(f.decl);
		const slots = [...this.argSlots(f.decl), ...this.frame.slots];
		const shown = (letter: string, code: Code): void => {
			this.watch?.(letter, f.decl.name, codeText(code));
		};
		const constant = (value: Constant): Operand =>
			this.middle(this.constant(caseTypes[value.kind] ?? stringType, value));
		const around = { slots, argsEnd: end, nil: this.nil(), constant };
		optimize(f.code, around, this.without, this.watch && shown);
		f.code.tidy();
	}

	/** Makes the tables of what is still chosen by them. */
	private placeTables(f: Function): void {
		const place = (label: Label | undefined): Cell => (label === undefined ? -1 : { label, base: () => f.start });
		for (const inst of f.code.insts) {
			if (inst.table !== undefined) inst.d = mp(this.data.table([inst.table.length, ...inst.table.map(place)], 4) + 4);
			if (inst.choice === undefined) continue;
			const { cells, align } = tableOf(inst.op, inst.choice, place);
			inst.d = mp(this.data.table(cells, align));
		}
	}

	protected ownModule(): Type {
		return (this.checker.implemented[0] as Decl).type;
	}

	/** A function of an implemented module as this file defines it. */
	private defined(fn: Decl): Decl {
		const shared = fn.dot?.type.kind === "module" ? this.checker.globals.names.get(fn.name) : undefined;
		return shared?.body !== undefined ? shared : fn;
	}

	/** What we export, in the order of the link table: the interfaces, then what references need. */
	private exportedFunctions(): Decl[] {
		const named = new Map<string, Decl>();
		for (const m of this.checker.implemented) {
			for (const fn of functionsOf(m.type)) {
				const decl = this.defined(fn);
				if (!named.has(fullName(decl))) named.set(fullName(decl), decl);
			}
		}
		const extra = this.interfaces.extra.filter((d) => !named.has(fullName(d)));
		return [...[...named.values()].sort(byName), ...extra.sort(byName)];
	}

	private ownGlobals(): Decl[] {
		return globalsOf(this.ownModule());
	}

	protected ownNumber(decl: Decl): number {
		const number = this.selfFunctions().indexOf(decl);
		return number + (this.ownGlobals().length > 0 ? 1 : 0);
	}

	private assemble(options: GenOptions): ObjectFile {
		let nprog = 0;
		let largest = 32;
		for (const f of this.functions.values()) {
			f.start = nprog;
			nprog += f.code.insts.length;
			largest = Math.max(largest, f.frameSize);
		}
		const code = new Int32Array(nprog * INST_WORDS);
		const handlers: Handler[] = [];
		for (const f of this.functions.values()) {
			for (const [i, inst] of f.code.insts.entries()) this.encode(inst, f, code, (f.start + i) * INST_WORDS);
			for (const h of f.code.handlers) if (h.from.at < h.to.at) handlers.push(this.encodeHandler(h, f));
		}
		const imports = this.tables.map(({ module, self }) => (self ? this.importsOfSelf(module) : this.imports(module)));
		const data = this.data.finish();
		const init = this.exportedFunctions().find((d) => d.name === "init" && d.dot?.type.kind === "module");
		const entry = init && this.functions.get(init);
		let flags = HASLDT;
		if (options.mustCompile) flags |= MUSTCOMPILE;
		if (options.dontCompile) flags |= DONTCOMPILE;
		if (handlers.length > 0) flags |= HASEXCEPT;
		return {
			magic: XMAGIC,
			signature: undefined,
			flags,
			stackExtent: options.stackExtent || largest * STACKFRAMES,
			code,
			nprog,
			dataSize: data.size,
			types: this.data.types,
			data: data.items,
			name: this.checker.implemented.map((m) => m.name).join("+"),
			exports: this.exports(),
			entry: entry?.start ?? -1,
			entryType: entry?.frameType ?? -1,
			imports,
			handlers,
			sourcePath: options.sourcePath,
		};
	}

	/** What debuggers want to know, when all has been generated. */
	symbols(): Symbols {
		const functions = [...this.functions.values()];
		const globals = [...this.homes].filter(([decl, home]) => home.mode === "mp" && decl.store === "global");
		return {
			origins: functions.flatMap((f) => f.code.insts.map((inst) => inst.origin)),
			functions: functions.map(({ decl, start, locals }) => ({ decl, start, locals })),
			globals: globals.map(([decl, home]) => ({ decl, offset: home.off })),
			implemented: this.checker.implemented,
			name: this.checker.implemented.map((m) => m.name).join("+"),
		};
	}

	private encode(inst: Inst, f: Function, code: Int32Array, at: number): void {
		const s = this.resolve(inst.s);
		const m = this.resolve(inst.m);
		const d =
			inst.target !== undefined
				? { ...NONE, mode: "imm" as const, off: f.start + inst.target.at }
				: this.resolve(inst.d);
		const add = ((sourceModes[s.mode] ?? AIMM) << 3) | (sourceModes[d.mode] ?? AIMM) | (middleModes[m.mode] ?? AXIMM);
		code[at + I_OP] = opcode(inst.op);
		code[at + I_ADD] = add;
		code[at + I_S] = s.off;
		code[at + I_S + 1] = s.off2;
		code[at + I_M] = m.off;
		code[at + I_D] = d.off;
		code[at + I_D + 1] = d.off2;
	}

	private resolve(o: Operand): Operand {
		if (o.fn === undefined) return o;
		const f = this.functions.get(o.fn);
		if (f === undefined) throw new Error(`internal compiler error: no code for ${o.fn.name}`);
		return { mode: "imm", off: o.mode === "pc" ? f.start : f.frameType, off2: 0 };
	}

	private encodeHandler(h: HandlerCode, f: Function): Handler {
		const cases: Handler["cases"] = h.cases.map((c) => ({ name: c.name, pc: f.start + c.label.at }));
		cases.push({ name: null, pc: h.any === undefined ? -1 : f.start + h.any.at });
		let type = -1;
		if (h.frees.length > 0) {
			const size = Math.max(...h.frees) + 4;
			type = this.data.typeIdOf(Math.ceil(size / 8) * 8, pointerMap(h.frees));
		}
		return { pc1: f.start + h.from.at, pc2: f.start + h.to.at, eoff: h.eoff, ne: h.ne, type, cases };
	}

	private exports(): Export[] {
		const exports: Export[] = [];
		const globals = this.ownGlobals();
		if (globals.length > 0) exports.push({ pc: -1, type: -1, sig: this.signer.signGlobals(globals), name: ".mp" });
		for (const decl of this.exportedFunctions()) {
			const f = this.functions.get(decl);
			if (f === undefined) continue;
			exports.push({ pc: f.start, type: f.frameType, sig: this.signer.sign(decl.type), name: fullName(decl) });
		}
		return exports;
	}

	private importsOfSelf(module: Type): Import[] {
		return [...this.importedGlobals(module), ...this.selfFunctions().map((fn) => this.importOf(fn))];
	}

	/** All exports: first those of our first module, numbered as for anybody who loads it, then the others. */
	private selfFunctions(): Decl[] {
		const first = functionsOf(this.ownModule()).map((fn) => this.defined(fn));
		return [...first, ...this.exportedFunctions().filter((fn) => !first.includes(fn))];
	}

	private importedGlobals(module: Type): Import[] {
		if (!this.interfaces.importsGlobals(module)) return [];
		return [{ sig: this.signer.signGlobals(globalsOf(module)), name: ".mp" }];
	}

	private importOf(fn: Decl): Import {
		return { sig: this.signer.sign(fn.type), name: fullName(fn) };
	}

	private imports(module: Type): Import[] {
		return [...this.importedGlobals(module), ...this.interfaces.imported(module).map((fn) => this.importOf(fn))];
	}
}

/** A function's name in link tables: methods with their adt's. */
export function fullName(decl: Decl): string {
	return decl.dot?.type.kind === "adt" ? `${decl.dot.name}.${decl.name}` : decl.name;
}
