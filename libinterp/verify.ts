/**
 * The verifier: decides, before any engine sees it, whether the code of an object file keeps to its own frames and
 * module data. It is linear in the size of the file but for loops, which are gone through until nothing changes.
 *
 * Certain of every file that passes:
 * - Opcodes and address modes are legal. Types, import tables, branch and table targets exist. No path runs off the end.
 * - Each function has one frame type. Every operand in a frame, in the module data, or in a frame that is being filled
 *   for a call, lies inside it, is aligned, and is a pointer exactly where its opcode wants one; numbers do not overwrite pointers,
 *   nor the header of a frame, nor a jump table in the module data.
 * - A double indirect operand goes through a pointer, or through a word that on every path holds an address made in
 *   that function: a frame for a call, an element of an array, what `lea` gave; or through the address of the return value.
 * - Frames for calls are called in the opposite order of their making, all of them, whichever way control goes; what is called or
 *   spawned in the module itself has the type its frame was made with.
 * - Data items agree with the type maps.
 *
 * Not decided, since a Dis pointer does not say what it points to, and left to who runs it:
 * - the size and type of objects behind pointers, of the elements behind `indx` and of what channels carry;
 * - frames made by `mframe`: their types are another module's, which signatures vouch for; link indexes are checked when run;
 * - the size of the place for a return value, and that an address of a freed object is not used any more;
 * - that the object is a module link where `movw` fetches the address of a module's data from its first word;
 * - indexes into a `goto` table (their number is in the word before it), the channels in an `alt` table, and the missing
 *   last target of a case table.
 */
import { AIMM, ARM, AXIMM, AXNON, dstMode, isa, MAXDIS, midMode, srcMode } from "./isa.ts";
import { I_ADD, I_D, I_M, I_OP, I_S, INST_WORDS, ObjectError, type ObjectFile } from "./object.ts";
import { ModuleData, verifyType } from "./verify-data.ts";
import { Flow } from "./verify-flow.ts";
import * as shape from "./verify-shape.ts";

/** A stack grows by at most so many bytes at a time. */
const MAXSTACK = 16 << 20;

/** No block that an instruction moves is larger, in bytes. */
const MAXBLOCK = 1 << 28;

/** Throws ObjectError, with the reason, when the object file breaks one of the rules above; notes its functions where it does not. */
export function verify(object: ObjectFile): void {
	if (object.stackExtent < 0 || object.stackExtent > MAXSTACK) throw new ObjectError("implausible stack extent");
	object.types.forEach(verifyType);
	for (let pc = 0; pc < object.nprog; pc++) verifyInstruction(object, pc);
	const flow = new Flow(object, new ModuleData(object));
	verifyHandlers(object);
	for (const e of object.exports) {
		if (e.pc < 0 && e.type < 0) continue;
		if (e.pc < 0 || e.type < 0) throw new ObjectError(`export ${e.name}: no entry or no frame type`);
		flow.enter(e.pc, e.type, `export ${e.name}`);
	}
	if (object.entry >= 0) flow.enter(object.entry, object.entryType, "entry");
	object.functions = flow.run();
}

/** What an instruction says whatever its frame is like. */
function verifyInstruction(object: ObjectFile, pc: number): void {
	const code = object.code;
	const at = pc * INST_WORDS;
	const op = code[at + I_OP] as number;
	if (op >= MAXDIS) throw new ObjectError(`pc ${pc}: illegal dis instruction`);
	const add = code[at + I_ADD] as number;
	source(object, pc, op, shape.SRC, srcMode(add), code[at + I_S] as number);
	source(object, pc, op, shape.DST, dstMode(add), code[at + I_D] as number);
	middle(object, pc, op, midMode(add), code[at + I_M] as number);
}

function source(object: ObjectFile, pc: number, op: number, k: number, mode: number, value: number): void {
	const i = op * 3 + k;
	if ((((shape.modes[i] as number) >> mode) & 1) === 0) throw wrong(pc, op, k, "illegal address mode");
	if (mode !== AIMM) return;
	if (shape.kind[i] === shape.POINTER && value !== -1) throw wrong(pc, op, k, `$${value} as a pointer`);
	if (shape.access[i] === shape.NAME) named(object, pc, op, k, value);
}

function middle(object: ObjectFile, pc: number, op: number, mode: number, value: number): void {
	const i = op * 3 + shape.MID;
	const used = shape.access[i];
	if (mode === AXNON) {
		if (used !== shape.NONE && shape.midOptional[op] === 0) throw wrong(pc, op, shape.MID, "missing");
		return;
	}
	if (used === shape.NONE) throw wrong(pc, op, shape.MID, "not expected");
	const kind = shape.kind[i];
	if ((mode & ARM) === AXIMM) {
		if (used === shape.NAME) named(object, pc, op, shape.MID, value);
		else if (used !== shape.READ || kind !== shape.NUMBER || (shape.width[i] as number) > 4) {
			if (kind !== shape.POINTER || value !== -1) throw wrong(pc, op, shape.MID, "illegal address mode");
		}
	} else if (used === shape.NAME && kind !== shape.LINK && kind !== shape.IMPORT) {
		throw wrong(pc, op, shape.MID, "not a constant");
	}
}

/** An immediate that names something: a type, an import table, an instruction, a number of bytes. */
function named(object: ObjectFile, pc: number, op: number, k: number, value: number): void {
	const kind = shape.kind[op * 3 + k] as number;
	if (kind === shape.LINK) return;
	const limit = namedLimit(object, kind);
	if (value < 0 || value >= limit) throw wrong(pc, op, k, `$${value} is out of range`);
}

function namedLimit(object: ObjectFile, kind: number): number {
	switch (kind) {
		case shape.TYPE:
			return object.types.length;
		case shape.IMPORT:
			return object.imports.length;
		case shape.CODE:
			return object.nprog;
		default:
			return MAXBLOCK;
	}
}

function wrong(pc: number, op: number, k: number, why: string): ObjectError {
	return new ObjectError(`pc ${pc}: ${isa[op]?.name}: ${OPERANDS[k]}: ${why}`);
}

const OPERANDS = ["source", "middle", "destination"];

function verifyHandlers(object: ObjectFile): void {
	object.handlers.forEach((h, i) => {
		if (h.ne > h.cases.length - 1 || h.ne < 0)
			throw new ObjectError(`handler ${i}: ${h.ne} exceptions in ${h.cases.length} cases`);
	});
}
