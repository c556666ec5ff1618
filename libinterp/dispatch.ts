import { emit } from "./emit.ts";
import type { Frames } from "./frame.ts";
import type { Heap } from "./heap.ts";
import { hotForms } from "./hot.ts";
import {
	AFP,
	AIMM,
	AIND,
	AMP,
	ARM,
	AXIMM,
	AXINF,
	AXINM,
	AXNON,
	AXXX,
	dstMode,
	isa,
	midMode,
	opcode,
	type Row,
	srcMode,
} from "./isa.ts";
import {
	A_DATA,
	A_LEN,
	A_TYPE,
	B_REF,
	IMM_D,
	IMM_M,
	IMM_S,
	L_DATA,
	L_TAIL,
	R_EX,
	R_FP,
	R_IC,
	R_M,
	R_MP,
	R_PC,
	R_SP,
	R_STOP,
	R_TS,
	S_CAP,
	S_DATA,
	STOP_ENTER,
	STOP_SLICE,
	T_IMAGE,
	T_NP,
	T_SIZE,
	T_WORDS,
	X_FRAMES,
} from "./layout.ts";
import type { Ops } from "./ops.ts";

/*
 * The interpreter. Its code is made from the instruction table when the first module is loaded: one function, `run`, with a case
 * for each form in hot.ts, and another, `step`, that carries out any instruction, its operands given by address. `run` calls
 * `step` for the rest. A module is translated into words of its own, eight an instruction:
 *
 *   0 case number in `run`, or one past the last for `step`    1 s    2 s2    3 m    4 d    5 d2    6 op    7 address modes
 *
 * Offsets of direct operands count the units the operand is accessed by (words; bytes where it is of type b), so that `run`
 * adds without scaling; jump targets are multiplied by 8, types are addresses. For `step` operands are as in the file.
 */
/** Places of the words of a translated instruction. */
export const CASE = 0;
export const S = 1;
export const S2 = 2;
export const M = 3;
export const D = 4;
export const D2 = 5;
export const OP = 6;
export const ADD = 7;

const sides: Readonly<Record<string, number>> = {
	mp: AMP,
	fp: AFP,
	$: AIMM,
	"-": AXXX,
	"(mp)": AIND | AMP,
	"(fp)": AIND | AFP,
};
const middles: Readonly<Record<string, number>> = { "-": AXNON, $: AXIMM, fp: AXINF, mp: AXINM };

/** The number of a form: opcode * 256 + address modes, which hot.ts has by name. */
export function formOf(name: string, s: string, m: string, d: string): number {
	return opcode(name) * 256 + (((sides[s] as number) << 3) | (middles[m] as number) | (sides[d] as number));
}

function numberForms(): Map<number, number> {
	const cases = new Map<number, number>();
	for (const [name, forms] of Object.entries(hotForms))
		for (const form of forms.split(" ")) {
			const [s, m, d] = form.split(",") as [string, string, string];
			cases.set(formOf(name, s, m, d), cases.size);
		}
	return cases;
}

/** Case numbers of the hot forms: key op*256 + address modes. */
export const hotCases: ReadonlyMap<number, number> = numberForms();

/** In place of a case number: stops the interpreter before the instruction, where a compiler has code to go on with. */
export const ENTER = hotCases.size + 1;

/** Views by the type letter of an operand: name in the generated code, and log2 of the unit. */
const views: Record<string, { name: string; shift: number }> = {
	b: { name: "U", shift: 0 },
	// A block may begin at any byte.
	z: { name: "U", shift: 0 },
	h: { name: "H16", shift: 1 },
	r: { name: "F32", shift: 2 },
	l: { name: "L", shift: 3 },
	f: { name: "F", shift: 3 },
};
const wordView = { name: "I", shift: 2 };

/** How an operand is accessed, by the letter of its type. */
export function view(operand: string): { name: string; shift: number } {
	return views[operand[1] as string] ?? wordView;
}

/** Code for element `address` of a view. */
function at(v: { name: string; shift: number }, address: string): string {
	return `${v.name}[(${address}) >>> ${v.shift}]`;
}

// The cases of `run`. fw and mw are FP and MP as word indexes, C the translated module, p the index of the instruction.

/** Place of an operand in a hot form: as an index into its view (`index`) and as an address (`address`). */
function place(operand: string, mode: number, slot: number, slot2: number): { index: string; address: string } {
	const v = view(operand);
	const base = (mode & ~AIND & 7) === AFP ? "fw" : "mw";
	if ((mode & AIND) !== 0) {
		const address = `(ind(I[${base} + C[p + ${slot}]]) + C[p + ${slot2}])`;
		return { index: `${address} >>> ${v.shift}`, address };
	}
	if (v.shift === 0) {
		const address = `((${base} << 2) + C[p + ${slot}])`;
		return { index: `${address} >>> 0`, address };
	}
	const words = `${base} + C[p + ${slot}]`;
	const index = v.shift === 2 ? words : v.shift === 3 ? `(${words}) >>> 1` : `((${words}) << 1) >>> 0`;
	return { index, address: `((${words}) << 2)` };
}

interface Form {
	readonly s: { value: string; address: string };
	readonly m: { value: string; address: string };
	readonly d: { value: string; address: string };
}

function form(row: Row, add: number): Form {
	const s = side(row.s, srcMode(add), S, S2);
	const d = side(row.d, dstMode(add), D, D2);
	const mid = midMode(add);
	const m =
		mid === AXNON
			? side(row.m, dstMode(add), D, D2)
			: side(row.m, mid === AXIMM ? AIMM : mid === AXINF ? AFP : AMP, M, M);
	return { s, m, d };
}

function side(operand: string, mode: number, slot: number, slot2: number): { value: string; address: string } {
	if (operand === "" || mode === AXXX) return { value: "0", address: "0" };
	if (mode === AIMM) return { value: `C[p + ${slot}]`, address: `C[p + ${slot2}]` };
	const { index, address } = place(operand, mode, slot, slot2);
	return { value: `${view(operand).name}[${index}]`, address };
}

const NEXT = "p += 8; continue;";
/** A jump to the multiplied pc in `slot`: counted, so that no loop runs on for ever. */
const jump = (slot: number): string => `p = C[p + ${slot}]; if (--ic > 0) continue; break run;`;

/** The hot operations that are no expressions: their fast paths, in line. */
const bodies: Record<string, (f: Form) => string> = {
	jmp: () => jump(D),
	movp: (f) => `{ ${storeCounted(f.s.value, f.d.address)} ${NEXT} }`,
	headp: (f) => `{ ${storeCounted(`I[(ind(${f.s.value}) + ${L_DATA}) >>> 2]`, f.d.address)} ${NEXT} }`,
	tail: (f) => `{ ${storeCounted(`I[(ind(${f.s.value}) + ${L_TAIL}) >>> 2]`, f.d.address)} ${NEXT} }`,
	headw: (f) => `${f.d.value} = I[(ind(${f.s.value}) + ${L_DATA}) >>> 2]; ${NEXT}`,
	lea: (f) => `${f.d.value} = ${f.s.address}; ${NEXT}`,
	indw: (f) => `${f.m.value} = elem(${f.s.value}, ${f.d.value}, 2); ${NEXT}`,
	indb: (f) => `${f.m.value} = elem(${f.s.value}, ${f.d.value}, 0); ${NEXT}`,
	indl: (f) => `${f.m.value} = elem(${f.s.value}, ${f.d.value}, 3); ${NEXT}`,
	indf: (f) => `${f.m.value} = elem(${f.s.value}, ${f.d.value}, 3); ${NEXT}`,
	indx: (f) => `${f.m.value} = elemx(${f.s.value}, ${f.d.value}); ${NEXT}`,
	lena: (f) => `{ const a = ${f.s.value}; ${f.d.value} = a === -1 ? 0 : I[(a + ${A_LEN}) >>> 2]; ${NEXT} }`,
	lenc: (f) => `{ const a = ${f.s.value}; ${f.d.value} = a === -1 ? 0 : I[a >>> 2]; ${NEXT} }`,
	indc: (f) => `{ const w = ind(${f.s.value}) >>> 2, i = ${f.m.value}; if (i >>> 0 >= I[w]) bounds();
		${f.d.value} = (I[w + ${S_CAP >> 2}] & 1) !== 0 ? I[w + ${S_DATA >> 2} + i] : U[(w << 2) + ${S_DATA} + i >>> 0]; ${NEXT} }`,
	frame: (f) => `{ const t = C[p + ${S}], n = I[(t + ${T_WORDS}) >>> 2], image = I[(t + ${T_IMAGE}) >>> 2];
		let f = I[${R_SP >> 2}]; const top = f + (n << 2);
		if (image === 0 || top >>> 0 > I[${R_TS >> 2}] >>> 0) f = frames.frame(t);
		else { I[${R_SP >> 2}] = top; for (let k = image >>> 2, q = f >>> 2, end = q + n; q < end; k++, q++) I[q] = I[k]; }
		${f.d.value} = f; ${NEXT} }`,
	call: (f) =>
		`{ const q = ${f.s.value} >>> 2; I[q] = (p >> 3) + 1; I[q + 1] = fw << 2; I[${R_FP >> 2}] = q << 2; fw = q; ${jump(D)} }`,
	ret: () => `{ const caller = I[fw + 1];
		if (caller !== 0 && I[fw + 2] === 0) {
			const f = fw << 2, t = I[fw + 3];
			I[${R_FP >> 2}] = caller; p = I[fw] << 3; fw = caller >>> 2;
			if (I[(t + ${T_NP}) >>> 2] !== 0) heap.releaseAll(t, f);
			if (f - ${X_FRAMES} === I[${R_EX >> 2}]) frames.drop(f); else I[${R_SP >> 2}] = f;
			continue;
		}
		break; }`,
};

/** Code that stores counted pointer `x` at an address. */
function storeCounted(x: string, address: string): string {
	return `put(${address} >>> 2, ${x});`;
}

function hotCase(row: Row, add: number): string {
	const f = form(row, add);
	const body = bodies[row.name];
	if (body !== undefined) return body(f);
	const meaning = row.meaning;
	if (meaning === undefined) throw new Error(`no fast path for ${row.name}`);
	const value = emit(meaning[1], { s: f.s.value, m: f.m.value, d: f.d.value });
	if (meaning[0] === "if") return `if (${value}) { ${jump(D)} } ${NEXT}`;
	return `${f.d.value} = ${value}; ${NEXT}`;
}

function runSource(): string {
	const cases: string[] = [];
	for (const [key, n] of hotCases) cases.push(`case ${n}: ${hotCase(isa[key >> 8] as Row, key & 255)}`);
	return `function run() {
	const I = words, U = bytes, F = reals, L = bigs;
	I[${R_STOP >> 2}] = 0;
	let fw = I[${R_FP >> 2}] >>> 2, mw = I[${R_MP >> 2}] >>> 2, p = I[${R_PC >> 2}] << 3, ic = I[${R_IC >> 2}];
	let link = I[${R_M >> 2}], C = codeOf(link), start = p;
	try {
		run: for (;;) {
			switch (C[p]) {
${cases.join("\n")}
				case ${ENTER}: if (p !== start) { I[${R_STOP >> 2}] = ${STOP_ENTER}; break run; } start = -1;
			}
			I[${R_PC >> 2}] = p >> 3;
			p = step(C, p);
			if (I[${R_STOP >> 2}] !== 0) break;
			fw = I[${R_FP >> 2}] >>> 2;
			if (I[${R_M >> 2}] !== link) { link = I[${R_M >> 2}]; C = codeOf(link); mw = I[${R_MP >> 2}] >>> 2; }
			if (--ic <= 0) break;
		}
		if (I[${R_STOP >> 2}] === 0) I[${R_STOP >> 2}] = ${STOP_SLICE};
	} finally {
		I[${R_PC >> 2}] = p >> 3;
		I[${R_IC >> 2}] = ic;
	}
}`;
}

// The cases of `step`. sa, ma and da are the addresses of the operands.

function value(operand: string, address: string): string {
	return at(view(operand), address);
}

function stepCase(row: Row): string {
	const s = value(row.s, "sa");
	const m = row.m[0] === "?" ? `(mid === ${AXNON} ? 0 : ${value(row.m, "ma")})` : value(row.m, "ma");
	const d = value(row.d, "da");
	if (row.meaning !== undefined) {
		const v = emit(row.meaning[1], { s, m, d });
		return row.meaning[0] === "if" ? `if (${v}) return ${d} << 3; break;` : `${d} = ${v}; break;`;
	}
	const args: string[] = [];
	for (const [operand, v, address] of [
		[row.s, s, "sa"],
		[row.m, m, "ma"],
		[row.d, d, "da"],
	] as const)
		if (operand !== "") args.push("r?i".includes(operand[0] as string) ? v : address);
	const apply = `ops.${row.name}(${args.join(", ")})`;
	switch (row.flow) {
		case "jump":
			return `return ${d} << 3;`;
		case "stop":
			return `${apply}; return p;`;
		case "table":
			return `return ${apply} << 3;`;
		case "call":
		case "ret":
			return `${apply}; return I[${R_PC >> 2}] << 3;`;
		case "branch": {
			const kind = row.name.slice(1, 3);
			const test = { eq: `ops.equalc(${s}, ${m})`, ne: `!ops.equalc(${s}, ${m})` }[kind];
			const order = { lt: "<", le: "<=", gt: ">", ge: ">=" }[kind];
			return `if (${test ?? `ops.comparec(${s}, ${m}) ${order} 0`}) return ${d} << 3; break;`;
		}
		default:
			return `${apply}; break;`;
	}
}

function stepSource(): string {
	const address = (mode: string, a: number, b: number, imm: number) => `
		switch (${mode}) {
			case ${AFP}: A = I[${R_FP >> 2}] + C[p + ${a}]; break;
			case ${AMP}: A = I[${R_MP >> 2}] + C[p + ${a}]; break;
			case ${AIND | AFP}: A = ind(I[(I[${R_FP >> 2}] + C[p + ${a}]) >>> 2]) + C[p + ${b}]; break;
			case ${AIND | AMP}: A = ind(I[(I[${R_MP >> 2}] + C[p + ${a}]) >>> 2]) + C[p + ${b}]; break;
			case ${AIMM}: if (${a} === ${S} && C[p + ${S2}] !== 0) { A = C[p + ${S2}]; break; } A = ${imm}; I[${imm >> 2}] = C[p + ${a}]; I[${(imm >> 2) + 1}] = C[p + ${a}] >> 31; break;
			default: A = 0;
		}`;
	return `function step(C, p) {
	const I = words, U = bytes, F = reals, L = bigs;
	const add = C[p + ${ADD}], mid = add & ${ARM};
	let A = 0;
	${address("(add >> 3) & 7", S, S2, IMM_S)}
	const sa = A;
	${address("add & 7", D, D2, IMM_D)}
	const da = A;
	const ma = mid === ${AXNON} ? da : mid === ${AXINF} ? I[${R_FP >> 2}] + C[p + ${M}] : mid === ${AXINM} ? I[${R_MP >> 2}] + C[p + ${M}] : ${IMM_M};
	if (mid === ${AXIMM}) { I[${IMM_M >> 2}] = C[p + ${M}]; I[${(IMM_M >> 2) + 1}] = C[p + ${M}] >> 31; }
	switch (C[p + ${OP}]) {
${isa.map((row) => `case ${row.op}: ${stepCase(row)}`).join("\n")}
	default: illegal();
	}
	return p + 8;
}`;
}

/** What the interpreter's code uses: the names are the parameters of the function that makes it. */
export interface Scope {
	readonly words: Int32Array;
	readonly bytes: Uint8Array;
	readonly reals: Float64Array;
	readonly bigs: BigInt64Array;
	readonly H16: Int16Array;
	readonly F32: Float32Array;
	readonly heap: Heap;
	readonly frames: Frames;
	readonly ops: Ops;
	readonly arith: unknown;
	/** The translation of the module of a link. */
	readonly codeOf: (link: number) => Int32Array;
	readonly bounds: () => never;
	readonly zdiv: () => never;
	readonly illegal: () => never;
	readonly nilref: () => never;
}

export const scopeNames = [
	"words",
	"bytes",
	"reals",
	"bigs",
	"H16",
	"F32",
	"heap",
	"frames",
	"ops",
	"arith",
	"codeOf",
	"bounds",
	"zdiv",
	"illegal",
	"nilref",
] as const satisfies readonly (keyof Scope)[];

/** The interpreter's code: the body of a function of `scopeNames` that returns `run` and `step`. */
export function interpreterSource(): string {
	return `function ind(x) { return x === -1 ? nilref() : x; }
// Stores counted pointer x in word w, counting it once more, and releases what was there.
function put(w, x) {
	const old = words[w];
	if (x !== -1) words[(x + ${B_REF}) >>> 2]++;
	words[w] = x;
	if (old !== -1 && --words[(old + ${B_REF}) >>> 2] <= 0) heap.dead(old);
}
// Address of element i, of 2**shift bytes, of array a.
function elem(a, i, shift) {
	if (a === -1 || i >>> 0 >= words[(a + ${A_LEN}) >>> 2]) bounds();
	return words[(a + ${A_DATA}) >>> 2] + (i << shift) | 0;
}
function elemx(a, i) {
	if (a === -1 || i >>> 0 >= words[(a + ${A_LEN}) >>> 2]) bounds();
	return words[(a + ${A_DATA}) >>> 2] + Math.imul(i, words[(words[(a + ${A_TYPE}) >>> 2] + ${T_SIZE}) >>> 2]) | 0;
}
${stepSource()}
${runSource()}
return { run, step };`;
}
