/** Where things lie in memory: sizes, offsets and pointer maps. All in bytes. */
import { ARGS, IBY2WD } from "../libinterp/isa.ts";
import { fieldsOf, isField } from "./compat.ts";
import { adtOf, Decl, intType, isAggregate, isPointer, Type } from "./types.ts";

/** Frames and module data are multiples of this. */
export const MAXALIGN = 8;

export function alignUp(offset: number, align: number): number {
	return Math.ceil(offset / align) * align;
}

export function sizeOf(type: Type): number {
	if (type.size < 0) measure(type);
	return type.size;
}

export function alignOf(type: Type): number {
	if (type.size < 0) measure(type);
	return type.align;
}

function measure(type: Type): void {
	if (isPointer(type) || type.kind === "fixed") {
		type.size = IBY2WD;
		type.align = IBY2WD;
	} else if (isAggregate(type)) {
		type.fill();
		measureAggregate(type);
	} else {
		type.size = 0;
		type.align = 1;
	}
}

function measureAggregate(type: Type): void {
	if (type.kind === "adtpick") {
		// Laid out as its variant is: the tag, the fields that all variants have, its own.
		const variant = variantOf(type);
		measure(variant);
		type.size = variant.size;
		type.align = variant.align;
		const fields = fieldsOf(adtOf(type)).length;
		const own = type.ids.filter(isField);
		for (const [i, id] of own.entries()) id.offset = (variant.ids[1 + fields + i] as Decl).offset;
		return;
	}
	const tagged = type.tags.length > 0;
	const { end, align } = place(fieldsOf(type), tagged ? IBY2WD : 0, tagged ? IBY2WD : 1);
	type.align = align;
	type.size = alignUp(end, align);
}

/** Gives offsets to declarations, one after the other. */
function place(ids: readonly Decl[], start: number, least: number): { end: number; align: number } {
	let end = start;
	let align = least;
	for (const id of ids) {
		const a = alignOf(id.type);
		id.offset = alignUp(end, a);
		end = id.offset + sizeOf(id.type);
		align = Math.max(align, a);
	}
	return { end, align };
}

/** A pick's variant as the tuple it is in memory. */
export function variantOf(pick: Type): Type {
	if (pick.variant !== undefined) return pick.variant;
	const variant = new Type("tuple");
	pick.variant = variant;
	const copy = (id: Decl): Decl => new Decl(id.name, "field", id.type, id.span);
	const fields = adtOf(pick).members.filter(isField);
	variant.ids = [new Decl("", "field", intType), ...fields.map(copy), ...pick.members.filter(isField).map(copy)];
	return variant;
}

/** Gives offsets to a function's arguments; returns where they end. */
export function placeArgs(fn: Type): number {
	return alignUp(place(fn.ids, ARGS, 1).end, IBY2WD);
}

/** Gives offsets to a module's variables, which come in order; returns where they end. */
export function placeGlobals(globals: readonly Decl[], start: number): number {
	return place(globals, start, 1).end;
}

/** Collects the offsets of the pointers in something of a type that lies at `offset`. */
export function pointersIn(type: Type, offset: number, into: number[]): void {
	if (isPointer(type)) {
		into.push(offset);
	} else if (isAggregate(type)) {
		sizeOf(type);
		const fields = type.kind === "adtpick" ? variantOf(type).ids : fieldsOf(type);
		for (const id of fields) pointersIn(id.type, offset + id.offset, into);
	}
}

export function hasPointers(type: Type): boolean {
	const found: number[] = [];
	pointersIn(type, 0, found);
	return found.length > 0;
}

/** A bit per word, most significant first, no longer than its last pointer needs. */
export function pointerMap(offsets: readonly number[]): Uint8Array {
	const last = offsets.reduce((a, b) => Math.max(a, b), -1);
	const map = new Uint8Array(Math.floor(last / (8 * IBY2WD)) + 1);
	for (const offset of offsets) {
		const bit = offset / IBY2WD;
		map[bit >> 3] = (map[bit >> 3] as number) | (0x80 >> (bit & 7));
	}
	return map;
}

export function mapOf(type: Type): Uint8Array {
	const offsets: number[] = [];
	pointersIn(type, 0, offsets);
	return pointerMap(offsets);
}
