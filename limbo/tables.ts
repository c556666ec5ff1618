/** What an implementation of a module in another language has to know: signatures, frames and layouts. */
import { ARGS } from "../libinterp/isa.ts";
import { fieldsOf, functionsOf, globalsOf } from "./compat.ts";
import type { FrontEnd } from "./compile.ts";
import { fullName } from "./generate.ts";
import {
	alignUp,
	MAXALIGN,
	mapOf,
	placeArgs,
	placeGlobals,
	pointerMap,
	pointersIn,
	sizeOf,
	variantOf,
} from "./layout.ts";
import { realText } from "./realtext.ts";
import { Signer } from "./sign.ts";
import { type Decl, elem, isAggregate, isPointer, type Kind, noneType, type Type, typeName } from "./types.ts";

/** The table, declarations or stubs that a C implementation starts from. Undefined if the module is not declared. */
export function tables(front: FrontEnd, kind: "a" | "t" | "T", module: string): string | undefined {
	if (kind === "a") return front.checker.modules.map(frames).join("");
	const decl = moduleNamed(front, module);
	if (decl === undefined) return undefined;
	return kind === "t" ? runtab(front, decl) : stubs(decl);
}

function moduleNamed(front: FrontEnd, name: string): Decl | undefined {
	return front.checker.modules.find((m) => m.name === name);
}

interface Frame {
	size: number;
	map: Uint8Array;
}

const frameOf = (fn: Type): Frame => frameWith(fn.ids, placeArgs(fn));

function frameWith(slots: readonly Decl[], end: number): Frame {
	const pointers: number[] = [];
	for (const slot of slots) pointersIn(slot.type, slot.offset, pointers);
	return { size: alignUp(Math.max(end, ARGS), MAXALIGN), map: pointerMap(pointers) };
}

function cMap(map: Uint8Array): string {
	return map.length === 0 ? "{0}" : `{${Array.from(map, (b) => `0x${b.toString(16)},`).join("")}}`;
}

const cName = (fn: Decl): string => `${fn.dot?.name}_${fn.name}`;

function runtab(front: FrontEnd, module: Decl): string {
	const signer = new Signer(front.classes);
	const functions = functionsOf(module.type);
	const globals = globalsOf(module.type);
	const row = (name: string, sig: number, cFunction: string, frame: string): string =>
		`\t"${name}",0x${sig.toString(16)},${cFunction},${frame},\n`;
	const text = ({ size, map }: Frame): string => `${size},${map.length},${cMap(map)}`;
	const rows = functions.map((fn) =>
		row(fullName(fn), signer.sign(fn.type), cName(fn), fn.type.varargs ? "0,0,{0}" : text(frameOf(fn.type))),
	);
	if (globals.length > 0) {
		const frame = frameWith(globals, placeGlobals(globals, ARGS));
		rows.unshift(row(".mp", signer.signGlobals(globals), `${module.name}_.mp`, text(frame)));
	}
	return (
		"typedef struct{char *name; long sig; void (*fn)(void*); int size; int np; uchar map[16];} Runtab;\n" +
		`Runtab ${module.name}modtab[]={\n${rows.join("")}\t0\n};\n#define ${module.name}modlen\t${rows.length}\n`
	);
}

const cKinds: Partial<Record<Kind, string>> = {
	none: "void",
	int: "WORD",
	big: "LONG",
	byte: "BYTE",
	real: "REAL",
	fixed: "WORD",
	string: "String*",
	array: "Array*",
	list: "List*",
	chan: "Channel*",
	module: "Modlink*",
	poly: "void*",
	any: "void*",
};

function cType(type: Type): string {
	if (type.kind === "ref") return `${cType(elem(type))}*`;
	if (type.kind === "adt" || type.kind === "adtpick") {
		const decl = type.kind === "adtpick" ? type.decl?.dot : type.decl;
		return decl?.dot === undefined ? (decl?.name ?? "void") : `${decl.dot.name}_${decl.name}`;
	}
	if (type.kind === "tuple") {
		sizeOf(type);
		return `struct{ ${type.ids.map((id, i) => `${cType(id.type)} t${i}; `).join("")}}`;
	}
	return cKinds[type.kind] ?? "void*";
}

function frames(module: Decl): string {
	let text = "";
	for (const adt of adtsOf(module)) text += structure(adt);
	for (const fn of functionsOf(module.type)) {
		const name = cName(fn);
		const result = fn.type.of === noneType || fn.type.of === undefined ? "WORD\tnoret" : `${cType(fn.type.of)}*\tret`;
		placeArgs(fn.type);
		const args = fn.type.ids.map((arg, i) => `\t${cType(arg.type)}\t${arg.name || `arg${i}`};\n`);
		if (fn.type.varargs) args.push("\tWORD\tvargs;\n");
		text +=
			`void ${name}(void*);\ntypedef struct F_${name} F_${name};\nstruct F_${name}\n{\n` +
			`\tWORD\tregs[NREG-1];\n\t${result};\n\tuchar\ttemps[12];\n${args.join("")}};\n`;
	}
	return text + constants(module);
}

function adtsOf(module: Decl): Decl[] {
	return module.type.members.filter((id) => id.store === "type" && id.type.kind === "adt" && id.type.decl === id);
}

function structure(adt: Decl): string {
	const type = adt.type;
	const name = cType(type);
	type.fill();
	const fields = (ids: readonly Decl[], indent: string): string =>
		ids.map((id) => `${indent}${cType(id.type)}\t${id.name};\n`).join("");
	let text = `typedef struct ${name} ${name};\nstruct ${name}\n{\n`;
	if (type.tags.length === 0) {
		text += `${fields(fieldsOf(type), "\t")}};\n#define ${name}_size ${sizeOf(type)}\n`;
		return `${text}#define ${name}_map ${cMap(mapOf(type))}\n`;
	}
	text += `\tint\tpick;\n${fields(fieldsOf(type), "\t")}\tunion{\n`;
	for (const tag of type.tags) {
		text += `\t\tstruct{\n${fields(tag.type.members, "\t\t\t")}\t\t} ${tag.name};\n`;
	}
	text += "\t} u;\n};\n";
	for (const tag of type.tags) {
		const variant = variantOf(tag.type);
		text += `#define ${name}_${tag.name} ${tag.tag}\n#define ${name}_${tag.name}_size ${sizeOf(variant)}\n`;
		text += `#define ${name}_${tag.name}_map ${cMap(mapOf(variant))}\n`;
	}
	return text;
}

function constants(module: Decl): string {
	let text = "";
	for (const id of module.type.members) {
		void id.type;
		const value = id.constant;
		if (id.store !== "const" || value === undefined) continue;
		const name = `${module.name}_${id.name}`;
		if (value.kind === "word" || value.kind === "big") text += `#define ${name} ${value.value}\n`;
		if (value.kind === "real") text += `#define ${name} ${realText(value.value)}\n`;
		if (value.kind === "string") text += `#define ${name} ${JSON.stringify(value.value)}\n`;
	}
	return text;
}

function stubs(module: Decl): string {
	let text = `#include <lib9.h>\n#include <isa.h>\n#include <interp.h>\n#include "${module.name}mod.h"\n\n`;
	for (const adt of adtsOf(module)) text += `Type*\tT_${adt.name};\n`;
	text += `\nvoid\n${module.name}modinit(void)\n{\n`;
	text += `\tbuiltinmod("$${module.name}", ${module.name}modtab, ${module.name}modlen);\n`;
	for (const adt of adtsOf(module)) {
		const name = cType(adt.type);
		text += `\tT_${adt.name} = dtype(freeheap, ${name}_size, ${adt.name}map, sizeof(${adt.name}map));\n`;
	}
	text += "}\n";
	for (const fn of functionsOf(module.type)) {
		const name = cName(fn);
		text += `\nvoid\n${name}(void *fp)\n{\n\tF_${name} *f = fp;\n`;
		const pointer = fn.type.of !== undefined && isPointer(fn.type.of);
		if (pointer) text += "\tvoid *r;\n\n\tr = *f->ret;\n\t*f->ret = H;\n\tdestroy(r);\n";
		text += "}\n";
	}
	return text;
}

/** The letter of a type in the tables for TypeScript. */
const typeLetters: Partial<Record<Kind, string>> = {
	int: "w",
	fixed: "w",
	byte: "b",
	big: "l",
	real: "f",
	string: "c",
	array: "a",
	list: "s",
	chan: "q",
	module: "m",
	ref: "p",
	poly: "p",
	any: "p",
	none: "",
};

function letterOf(type: Type): string {
	return typeLetters[type.kind] ?? "z";
}

interface FieldEntry {
	name: string;
	type: string;
	offset: number;
	size: number;
	of: string;
}

/** The same as a TypeScript module. Undefined if the module is not declared. */
export function moduleTable(front: FrontEnd, module: string): string | undefined {
	const decl = moduleNamed(front, module);
	if (decl === undefined) return undefined;
	const signer = new Signer(front.classes);
	const functions = functionsOf(decl.type).map((fn) => functionEntry(fn, signer));
	const types = adtsOf(decl).flatMap((adt) => adtEntries(adt));
	const values = decl.type.members.flatMap((id) => constantEntry(id));
	const lower = module[0]?.toLowerCase() + module.slice(1);
	return (
		`// Generated by limbo --ts ${module}: do not edit.\n\n` +
		`export const ${lower}mod = {\n\tname: "$${module}",\n\tfunctions: [\n${functions.join("")}\t],\n` +
		`\tadts: {\n${types.join("")}\t},\n\tconstants: {\n${values.join("")}\t},\n} as const;\n`
	);
}

function entryOf(id: Decl, index: number): FieldEntry {
	const name = id.name || `arg${index}`;
	return { name, type: letterOf(id.type), offset: id.offset, size: sizeOf(id.type), of: typeName(id.type) };
}

function showFields(ids: readonly Decl[]): string {
	const shown = ids.map((id, i) => {
		const { name, type, offset, size, of } = entryOf(id, i);
		return `{ name: "${name}", type: "${type}", offset: ${offset}, size: ${size}, of: ${JSON.stringify(of)} }`;
	});
	return `[${shown.join(", ")}]`;
}

const hex = (n: number): string => `0x${n.toString(16)}`;
const showMap = (map: Uint8Array): string => `[${Array.from(map, hex).join(", ")}]`;

function functionEntry(fn: Decl, signer: Signer): string {
	const { size, map } = frameOf(fn.type);
	const result = fn.type.of ?? noneType;
	const varargs = fn.type.varargs ? " varargs: true," : "";
	const resultSize = sizeOf(result);
	const parts = isAggregate(result) ? `, fields: ${showFields(fieldsOf(result))}` : "";
	const ret = `{ type: "${letterOf(result)}", size: ${resultSize}, of: ${JSON.stringify(typeName(result))}${parts} }`;
	return (
		`\t\t{ name: "${fullName(fn)}", sig: ${hex(signer.sign(fn.type))}, frame: ${size}, map: ${showMap(map)},${varargs}\n` +
		`\t\t\targs: ${showFields(fn.type.ids)},${result.kind === "none" ? "" : `\n\t\t\tret: ${ret}`} },\n`
	);
}

function adtEntries(adt: Decl): string[] {
	const entry = (name: string, type: Type, fields: readonly Decl[], tag = ""): string => {
		const size = sizeOf(type);
		return `\t\t${JSON.stringify(name)}: { size: ${size}, map: ${showMap(mapOf(type))},${tag}\n\t\t\tfields: ${showFields(fields)} },\n`;
	};
	if (adt.type.tags.length === 0) {
		sizeOf(adt.type);
		return [entry(adt.name, adt.type, fieldsOf(adt.type))];
	}
	return adt.type.tags.map((tag) => {
		const variant = variantOf(tag.type);
		sizeOf(variant);
		return entry(`${adt.name}.${tag.name}`, variant, variant.ids.slice(1), ` tag: ${tag.tag},`);
	});
}

function constantEntry(id: Decl): string[] {
	void id.type;
	const value = id.constant;
	if (id.store !== "const" || value === undefined) return [];
	if (value.kind === "big") return [`\t\t${id.name}: ${value.value}n,\n`];
	if (value.kind === "word" || value.kind === "real") return [`\t\t${id.name}: ${value.value},\n`];
	return value.kind === "string" ? [`\t\t${id.name}: ${JSON.stringify(value.value)},\n`] : [];
}
