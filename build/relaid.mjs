// Makes out/relaid: the project with another layout of memory, in which the same tests have to pass. Whoever keeps an offset to himself is found.
import { cpSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";

const DIR = "out/relaid";
/** Bytes in front of each kind of record. */
const ROOM = 16;
const records = ["T", "S", "A", "L", "C", "M", "X", "W", "P"];
/** Numbers in their names that are no places. */
const values = ["S_WIDE", "M_MP"];
/** Those that change places. */
const exchanged = [
	["R_MP", "R_FP"],
	["R_SP", "R_EX"],
	["R_IC", "R_STOP"],
	["B_REF", "B_TYPE"],
	["S_LEN", "S_CAP"],
	["A_LEN", "A_DATA"],
	["A_TYPE", "A_ROOT"],
	["L_TAIL", "L_TYPE"],
	["C_BUF", "C_SENDERS"],
	["M_MODULE", "M_ENTRIES"],
	["LINK_PC", "LINK_TYPE"],
	["X_EX", "X_TS"],
	["W_NEXT", "W_AT"],
	["P_STATE", "P_LINK"],
	["STOP_SWITCH", "STOP_RAISED"],
];

let layout = readFileSync("libinterp/layout.ts", "utf8");

/** Puts another value in place of a constant's. */
function define(name, change) {
	const before = layout;
	layout = layout.replace(new RegExp(`(export const ${name} = )([^;]+);`), (_, start, value) => `${start}${change(value)};`);
	if (layout === before) throw new Error(`layout.ts: ${name} has not changed`);
}

function valueOf(name) {
	return new RegExp(`export const ${name} = ([^;]+);`).exec(layout)?.[1];
}

for (const [a, b] of exchanged) {
	const [x, y] = [valueOf(a), valueOf(b)];
	define(a, () => y);
	define(b, () => x);
}
for (const [, name] of layout.matchAll(new RegExp(`export const ((?:${records.join("|")})_[A-Z]+) = \\d+;`, "g")))
	if (!values.includes(name)) define(name, (value) => Number(value) + ROOM);
for (const name of ["B_SIZE", "B_PREV", "B_REF", "B_TYPE"]) define(name, (value) => Number(value) - ROOM);
define("HEADER", (value) => Number(value) + ROOM);
define("LINK_SIZE", (value) => Number(value) + 8);
define("R", (value) => Number(value) + 4096);

rmSync(DIR, { recursive: true, force: true });
mkdirSync(`${DIR}/out`, { recursive: true });
const sources = "emu libinterp libmath limbo appl module bench build tests doc README.md Makefile package.json package-lock.json tsconfig.json";
for (const name of sources.split(" ")) cpSync(name, `${DIR}/${name}`, { recursive: true, preserveTimestamps: true });
writeFileSync(`${DIR}/libinterp/layout.ts`, layout);
symlinkSync("../../node_modules", `${DIR}/node_modules`);
symlinkSync("../../arm64", `${DIR}/out/arm64`);
