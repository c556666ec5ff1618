import { B_REF, H, L_TAIL, R_DEAD, R_FP, R_LOOSE, R_SP, R_TS, T_IMAGE, T_WORDS } from "../layout.ts";
import { runtimeText } from "../wasmcore.ts";
import type { Node } from "../wat.ts";
import type { Label } from "./asm.ts";
import { type Code, LE, LO } from "./code.ts";
import { ARENA, FRAME, RETURN, SP, T0, T1, T2, T3, T4, T5, X0, X1, ZERO } from "./registers.ts";
import { newChunk } from "./stubs.ts";
import { functionsOf, writeFunction } from "./wat.ts";

/** What native code calls. Each does what the function of its name in wasmcore.ts does; where that asks JavaScript, see `outside`. */
const wanted = [
	"assign",
	"letgo",
	"releaseall",
	"object",
	"array",
	"move",
	"frame",
	"newframe",
	"dropframe",
	"consb",
	"consw",
	"consl",
	"consf",
	"consp",
	"lenl",
	"mframe",
	"equalc",
	"comparec",
	"casec",
	"addc",
	"slicec",
	"insc",
	"send",
	"recv",
] as const;
export type Routine = (typeof wanted)[number];

/** Functions that are small, and written where they are called. */
const small = ["$alloc", "$unref", "$retain", "$object"];

const more = `
;; A fresh frame of type t.
(func $frame (param $t i32) (result i32) (local $from i32) (local $f i32) (local $end i32)
	(set $from (i32.load ${T_IMAGE} $t))
	(set $f (i32.load ${R_SP} 0))
	(set $end (i32.add $f (i32.shl (i32.load ${T_WORDS} $t) 2)))
	(if (i32.or (i32.eqz $from) (i32.gt_u $end (i32.load ${R_TS} 0))) (then (return (call $newframe $t))))
	(i32.store ${R_SP} 0 $end)
	(call $imprint $from $f $end)
	$f)

(func $lenl (param $l i32) (result i32) (local $n i32)
	(block $done (loop $next
		(br_if $done (i32.eq $l ${H}))
		(set $l (i32.load ${L_TAIL} $l))
		(set $n (i32.add $n 1))
		(br $next)))
	$n)
`;

/** Functions that are written by hand: those that the text has are replaced. */
const byHand: Readonly<Record<string, (c: Code, label: (name: string) => Label) => void>> = {
	/** One reference less to the object in T0, which is not nil. Most objects have more than one. */
	$release(c, label) {
		c.address(X0, T0);
		c.load("w", X1, { base: X0, off: B_REF });
		c.op("subswi", X1, X1, 1);
		c.store("w", X1, { base: X0, off: B_REF });
		c.to("bcond", label("$far"), LE);
		c.op("ret");
		c.here(label("$far"));
		c.to("b", label("$dead"));
	},
	/** As release, but T0 may be nil. */
	$letgo(c, label) {
		c.ifNil(T0, label("$done"));
		c.to("b", label("$release"));
		c.here(label("$done"));
		c.op("ret");
	},
	/** T1 has been stored where T0 was: one reference more to the one, one less to the other, where they are not nil. */
	$assign(c, label) {
		c.ifNil(T1, label("$letgo"));
		c.address(X0, T1);
		c.load("w", X1, { base: X0, off: B_REF });
		c.op("addwi", X1, X1, 1);
		c.store("w", X1, { base: X0, off: B_REF });
		c.to("b", label("$letgo"));
	},
	$memmove: moves,
	/** The text's own looks at the frame that is running, and may begin a stack chunk. */
	$newframe(c, label) {
		c.store("w", FRAME, { base: ARENA, off: R_FP });
		c.op("pushx", RETURN, ZERO, SP, -16);
		c.to("bl", label("$newframe$"));
		c.op("popx", RETURN, ZERO, SP, 16);
		newChunk(c);
		c.op("ret");
	},
};
/** Labels inside of those. */
const own = new Set(["$far", "$done"]);
/** Functions of the text under other names. */
const renamed: Readonly<Record<string, string>> = { $newframe$: "$newframe" };

/**
 * What the text asks JavaScript for. Where an object or a block is to be freed, that is left for when native code is left. Everything else is asked for before
 * anything has been changed: the instruction is then carried out by JavaScript.
 */
const outside: Readonly<Record<string, number>> = { "$js.dead": R_DEAD, "$js.freeblock": R_LOOSE };
/** So is a wait of the thread, which JavaScript sees to. */
const waits = "$wait";

/** Writes the routines; `bail` gives up the instruction that called one. */
export function routines(c: Code, bail: Label): Readonly<Record<Routine, Label>> {
	const functions = functionsOf(runtimeText() + more);
	const inPlace = new Map(small.map((name) => [name, functions.get(name) as readonly Node[]]));
	const labels = new Map<string, Label>();
	const todo: string[] = [];
	const label = (name: string): Label => {
		let found = labels.get(name);
		if (found === undefined) {
			found = c.label();
			labels.set(name, found);
			if (name.startsWith("$js.") ? outside[name] !== undefined : !own.has(name)) todo.push(name);
		}
		return found;
	};
	const callee = (name: string) =>
		name === waits || (name.startsWith("$js.") && outside[name] === undefined)
			? { label: bail, returns: false }
			: { label: label(name), returns: true };
	for (const name of wanted) label(`$${name}`);
	for (let name = todo.shift(); name !== undefined; name = todo.shift()) {
		c.here(label(name));
		const list = outside[name];
		const hand = byHand[name];
		if (list !== undefined) leaves(c, list);
		else if (hand !== undefined) hand(c, label);
		else {
			const item = functions.get(renamed[name] ?? name);
			if (item === undefined) throw new Error(`no function ${name}`);
			writeFunction(c, item, callee, inPlace);
		}
	}
	return Object.fromEntries(wanted.map((name) => [name, label(`$${name}`)])) as Record<Routine, Label>;
}

/** Puts the object or block in T0 on a list for the runtime. */
function leaves(c: Code, list: number): void {
	c.load("w", X1, { base: ARENA, off: list });
	c.address(X0, T0);
	c.store("w", X1, { base: X0, off: B_REF });
	c.store("w", T0, { base: ARENA, off: list });
	c.op("ret");
}

/** Copies T2 bytes from T1 to T0, which may overlap. */
function moves(c: Code): void {
	const back = c.label();
	const one = c.label();
	const done = c.label();
	c.address(T3, T0);
	c.address(T4, T1);
	c.op("subw", T5, T0, T1);
	c.op("cmpw", T5, T2);
	c.to("bcond", back, LO);
	const eight = c.mark();
	c.op("cmpwi", T2, 8);
	c.to("bcond", one, LO);
	c.op("ldrx", T5, T4, 0);
	c.op("strx", T5, T3, 0);
	c.op("addxi", T3, T3, 8);
	c.op("addxi", T4, T4, 8);
	c.op("subwi", T2, T2, 8);
	c.to("b", eight);
	c.here(one);
	c.to("cbzw", done, T2);
	c.op("ldrb", T5, T4, 0);
	c.op("strb", T5, T3, 0);
	c.op("addxi", T3, T3, 1);
	c.op("addxi", T4, T4, 1);
	c.op("subwi", T2, T2, 1);
	c.to("b", one);
	c.here(back);
	c.to("cbzw", done, T2);
	c.op("subwi", T2, T2, 1);
	c.op("ldrbat", T5, T4, T2);
	c.op("strbat", T5, T3, T2);
	c.to("b", back);
	c.here(done);
	c.op("ret");
}
