/** Writes an ObjectFile in the format of dis(6). The inverse of parseObject. */
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARM,
	AXNON,
	DAPOP,
	DEFA,
	DEFB,
	DEFF,
	DEFL,
	DEFS,
	DEFW,
	DIND,
	dstMode,
	HASEXCEPT,
	HASLDT,
	SMAGIC,
	srcMode,
} from "./isa.ts";
import {
	type DataItem,
	type Handler,
	I_ADD,
	I_D,
	I_M,
	I_OP,
	I_S,
	INST_WORDS,
	ObjectError,
	type ObjectFile,
} from "./object.ts";

const utf8 = new TextEncoder();

class Writer {
	bytes: Uint8Array = new Uint8Array(4096);
	view: DataView = new DataView(this.bytes.buffer);
	at = 0;

	/** Makes room for `n` more bytes and returns where they go. */
	reserve(n: number): number {
		const at = this.at;
		if (at + n > this.bytes.length) {
			const bytes = new Uint8Array(Math.max(this.bytes.length * 2, at + n));
			bytes.set(this.bytes.subarray(0, at));
			this.bytes = bytes;
			this.view = new DataView(bytes.buffer);
		}
		this.at = at + n;
		return at;
	}

	byte(b: number): void {
		const at = this.reserve(1);
		this.bytes[at] = b;
	}

	/** Throws ObjectError where the value does not fit into 30 bits. */
	operand(v: number): void {
		if (v >= -64 && v <= 63) {
			this.byte(v & 0x7f);
		} else if (v >= -8192 && v <= 8191) {
			const at = this.reserve(2);
			this.view.setUint16(at, (v & 0x3fff) | 0x8000);
		} else {
			if (v < -(2 ** 29) || v >= 2 ** 29) throw new ObjectError(`overflow in constant ${v}`);
			const at = this.reserve(4);
			this.view.setUint32(at, v | 0xc0000000);
		}
	}

	word(v: number): void {
		const at = this.reserve(4);
		this.view.setInt32(at, v);
	}

	block(b: Uint8Array): void {
		const at = this.reserve(b.length);
		this.bytes.set(b, at);
	}

	text(s: string): void {
		this.block(utf8.encode(s));
		this.byte(0);
	}
}

/** Throws ObjectError if a number does not fit the format. */
export function writeObject(o: ObjectFile): Uint8Array {
	const w = new Writer();
	w.operand(o.magic);
	if (o.magic === SMAGIC) {
		const signature = o.signature ?? new Uint8Array(0);
		w.operand(signature.length);
		w.block(signature);
	}
	for (const v of [o.flags, o.stackExtent, o.nprog, o.dataSize, o.types.length, o.exports.length]) w.operand(v);
	w.operand(o.entry);
	w.operand(o.entryType);
	writeCode(w, o);
	for (const [id, type] of o.types.entries()) {
		w.operand(id);
		w.operand(type.size);
		w.operand(type.map.length);
		w.block(type.map);
	}
	for (const item of o.data) writeItem(w, item);
	w.byte(0);
	w.text(o.name);
	for (const e of o.exports) {
		w.operand(e.pc);
		w.operand(e.type);
		w.word(e.sig);
		w.text(e.name);
	}
	if (o.flags & HASLDT) writeImports(w, o);
	if (o.flags & HASEXCEPT) {
		w.operand(o.handlers.length);
		for (const h of o.handlers) writeHandler(w, h);
		w.operand(0);
	}
	w.text(o.sourcePath);
	return w.bytes.slice(0, w.at);
}

function writeCode(w: Writer, o: ObjectFile): void {
	const code = o.code;
	for (let at = 0; at < o.nprog * INST_WORDS; at += INST_WORDS) {
		const add = code[at + I_ADD] as number;
		w.byte(code[at + I_OP] as number);
		w.byte(add);
		if ((add & ARM) !== AXNON) w.operand(code[at + I_M] as number);
		writeOperand(w, code, at + I_S, srcMode(add));
		writeOperand(w, code, at + I_D, dstMode(add));
	}
}

function writeOperand(w: Writer, code: Int32Array, at: number, mode: number): void {
	const indirect = mode === (AIND | AFP) || mode === (AIND | AMP);
	if (mode <= AIMM || indirect) w.operand(code[at] as number);
	if (indirect) w.operand(code[at + 1] as number);
}

function writeItem(w: Writer, item: DataItem): void {
	switch (item.kind) {
		case DEFB:
		case DEFS:
			header(w, item.kind, item.bytes.length, item.offset);
			w.block(item.bytes);
			break;
		case DEFW:
			header(w, DEFW, item.words.length, item.offset);
			for (const v of item.words) w.word(v);
			break;
		case DEFF:
			header(w, DEFF, item.reals.length, item.offset);
			for (const v of item.reals) {
				const at = w.reserve(8);
				w.view.setFloat64(at, v);
			}
			break;
		case DEFL:
			header(w, DEFL, item.bigs.length, item.offset);
			for (const v of item.bigs) {
				const at = w.reserve(8);
				w.view.setBigInt64(at, v);
			}
			break;
		case DEFA:
			header(w, DEFA, 1, item.offset);
			w.word(item.type);
			w.word(item.length);
			break;
		case DIND:
			header(w, DIND, 1, item.offset);
			w.word(item.index);
			break;
		case DAPOP:
			header(w, DAPOP, 1, item.offset);
			break;
	}
}

/** Kind and count in a byte where the count is 1 to 15; otherwise the count follows. */
function header(w: Writer, kind: number, count: number, offset: number): void {
	if (count > 0 && count < 16) {
		w.byte((kind << 4) | count);
	} else {
		w.byte(kind << 4);
		w.operand(count);
	}
	w.operand(offset);
}

function writeImports(w: Writer, o: ObjectFile): void {
	w.operand(o.imports.length);
	for (const table of o.imports) {
		w.operand(table.length);
		for (const i of table) {
			w.word(i.sig);
			w.text(i.name);
		}
	}
	w.operand(0);
}

function writeHandler(w: Writer, h: Handler): void {
	w.operand(h.eoff);
	w.operand(h.pc1);
	w.operand(h.pc2);
	w.operand(h.type);
	w.operand((h.cases.length - 1) | (h.ne << 16));
	for (const c of h.cases) {
		if (c.name !== null) w.text(c.name);
		w.operand(c.pc);
	}
}
