import { emit } from "./emit.ts";
import { AFP, AIMM, AIND, AMP, ARM, AXIMM, AXINF, AXINM, AXNON, isa, type Row } from "./isa.ts";
import { IMM_D, IMM_M, IMM_S, R_FP, R_MP, R_PC } from "./layout.ts";
import { I_ADD, I_D, I_D2, I_M, I_OP, I_S, I_S2, INST_WORDS } from "./object.ts";
import type { Ops } from "./ops.ts";

/*
 * Any instruction, one at a time, in JavaScript made from the instruction table: what the interpreter has no case for, and
 * what debuggers and traces run.
 */

/** Views by the type letter of an operand: name in the code, and log2 of the unit. */
const views: Readonly<Record<string, { name: string; shift: number }>> = {
	b: { name: "U", shift: 0 },
	// A block may begin at any byte.
	z: { name: "U", shift: 0 },
	h: { name: "H16", shift: 1 },
	r: { name: "F32", shift: 2 },
	l: { name: "L", shift: 3 },
	f: { name: "F", shift: 3 },
};
const wordView = { name: "I", shift: 2 };

function value(operand: string, address: string): string {
	const { name, shift } = views[operand[1] as string] ?? wordView;
	return `${name}[(${address}) >>> ${shift}]`;
}

function stepCase(row: Row): string {
	const s = value(row.s, "sa");
	const m = row.m[0] === "?" ? `(mid === ${AXNON} ? 0 : ${value(row.m, "ma")})` : value(row.m, "ma");
	const d = value(row.d, "da");
	if (row.meaning !== undefined) {
		const v = emit(row.meaning[1], { s, m, d });
		return row.meaning[0] === "if" ? `if (${v}) return ${d}; break;` : `${d} = ${v}; break;`;
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
			return `return ${d};`;
		case "stop":
			return `${apply}; return pc;`;
		case "table":
			return `return ${apply};`;
		case "call":
		case "ret":
			return `${apply}; return I[${R_PC >> 2}];`;
		case "branch": {
			const kind = row.name.slice(1, 3);
			const test = { eq: `ops.equalc(${s}, ${m})`, ne: `!ops.equalc(${s}, ${m})` }[kind];
			const order = { lt: "<", le: "<=", gt: ">", ge: ">=" }[kind];
			return `if (${test ?? `ops.comparec(${s}, ${m}) ${order} 0`}) return ${d}; break;`;
		}
		default:
			return `${apply}; break;`;
	}
}

/** What the code uses: the names are the parameters of the function that makes it. */
export interface Scope {
	readonly words: Int32Array;
	readonly bytes: Uint8Array;
	readonly reals: Float64Array;
	readonly bigs: BigInt64Array;
	readonly H16: Int16Array;
	readonly F32: Float32Array;
	readonly ops: Ops;
	readonly arith: unknown;
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
	"ops",
	"arith",
	"zdiv",
	"illegal",
	"nilref",
] as const satisfies readonly (keyof Scope)[];

/** The body of a function of `scopeNames` that returns `step`: it carries out instruction `pc` of `C`, and gives the number of the next. */
export function stepSource(): string {
	const behind = (register: number, a: number, b: number) =>
		`ind(I[(I[${register >> 2}] + C[p + ${a}]) >>> 2]) + C[p + ${b}]`;
	// An immediate that has to have an address has one; another gets one for the while.
	const place = (a: number, b: number) => (a === I_S ? `if (C[p + ${b}] !== 0) { A = C[p + ${b}]; break; }` : "");
	const address = (mode: string, a: number, b: number, imm: number) => `
		switch (${mode}) {
			case ${AFP}: A = I[${R_FP >> 2}] + C[p + ${a}]; break;
			case ${AMP}: A = I[${R_MP >> 2}] + C[p + ${a}]; break;
			case ${AIND | AFP}: A = ${behind(R_FP, a, b)}; break;
			case ${AIND | AMP}: A = ${behind(R_MP, a, b)}; break;
			case ${AIMM}: ${place(a, b)} A = ${imm}; I[${imm >> 2}] = C[p + ${a}]; I[${(imm >> 2) + 1}] = C[p + ${a}] >> 31; break;
			default: A = 0;
		}`;
	return `function ind(x) { return x === -1 ? nilref() : x; }
return function step(C, pc) {
	const I = words, U = bytes, F = reals, L = bigs, p = pc * ${INST_WORDS};
	const add = C[p + ${I_ADD}], mid = add & ${ARM};
	let A = 0;
	${address("(add >> 3) & 7", I_S, I_S2, IMM_S)}
	const sa = A;
	${address("add & 7", I_D, I_D2, IMM_D)}
	const da = A;
	const ma = mid === ${AXNON} ? da : mid === ${AXINF} ? I[${R_FP >> 2}] + C[p + ${I_M}] : mid === ${AXINM} ? I[${R_MP >> 2}] + C[p + ${I_M}] : ${IMM_M};
	if (mid === ${AXIMM}) { I[${IMM_M >> 2}] = C[p + ${I_M}]; I[${(IMM_M >> 2) + 1}] = C[p + ${I_M}] >> 31; }
	switch (C[p + ${I_OP}]) {
${isa.map((row) => `case ${row.op}: ${stepCase(row)}`).join("\n")}
	default: illegal();
	}
	return pc + 1;
}`;
}
