import { readFileSync } from "node:fs";
import test from "ava";
import { type FormatArgs, format } from "../../libinterp/format.ts";

/** Arguments in order, each given as what the verb takes. */
function args(...values: (number | bigint | string)[]): FormatArgs {
	let i = 0;
	const next = (): number | bigint | string => {
		const v = values[i++];
		if (v === undefined) throw new Error("too few arguments");
		return v;
	};
	return {
		int: () => Number(next()),
		big: () => BigInt(next()),
		real: () => Number(next()),
		str: () => String(next()),
		heap: () => ({ count: Number(next()), type: 0x1234 }),
		errstr: () => "file does not exist",
	};
}

function real(bits: string): number {
	return Buffer.from(bits, "hex").readDoubleBE();
}

// Rows: kind, format, arguments, what Inferno's own formatter gives. Kinds: i int, b big, s string, c character,
// f real, given by its bits.
const rows = JSON.parse(readFileSync("tests/libinterp/format.json", "utf8")) as string[][];

for (const kind of ["i", "b", "s", "c", "f"])
	test(`as Inferno formats: ${kind}`, (t) => {
		const some = rows.filter((r) => r[0] === kind);
		t.true(some.length > 15);
		for (const row of some) {
			const [, fmt, ...rest] = row as [string, string, ...string[]];
			const expected = rest.pop() as string;
			const values = kind === "f" ? rest.map(real) : rest;
			t.is(format(fmt, args(...values)), expected, `${fmt} of ${rest}`);
		}
	});

const cases: [string, (number | bigint | string)[], string][] = [
	["no conversions é 😀", [], "no conversions é 😀"],
	["%d of %s, %g", [3, "x", 0.5], "3 of x, .5"],
	["100%%", [], "100%"],
	["%5%|", [], "%|"],
	["%r!", [], "file does not exist!"],
	["%H", [2], "2.00001234"],
	["%bd %ubx", [-1n, -1n], "-1 ffffffffffffffff"],
	["%lld", [-5], "-5"],
	["%hd %hhd %uhx %uhhx", [0x18000, 0x1ff, -1, -1], "-32768 -1 ffff ff"],
	["%*d|%-*d|%.*d", [4, 7, 4, 7, 3, 7], "   7|7   |007"],
	["%*d|", [-4, 7], "7   |"],
	["%d%", [1], "1%"],
	["%", [], "%"],
	["50% ", [], "50% "],
	["%zd", [7], "%z%d"],
	["%6zd|", [7], "   %z%d|"],
	["%c%c", [0x1f600, 65], "😀A"],
	["%c%c%c", [-1, 0x110000, 0xd800], "\ufffd\ufffd\ufffd"],
	["%3c|%-3c|", [0x1f600, 0x1f600], "  😀|😀  |"],
	["%4s|%.2s|", ["日😀", "日😀x"], "  日😀|日😀|"],
	["%q %q %q %#q", ["", "a b", "it's", "x"], "'' 'a b' 'it''s' 'x'"],
	["%6q|", ["é b"], " 'é b'|"],
	["%g %g %g", [Number.NaN, Infinity, -Infinity], "NaN Infinity -Infinity"],
	["%8.2f|%-10e|", [Infinity, Number.NaN], "Infinity|NaN       |"],
	["%.3f", [1e22], "10000000000000000000000.000"],
	["%.0f %.0f %.0f", [0.5, 1.5, 2.5], "0 2 2"],
	["%.15e %.16e", [1e23, 1e23], "9.999999999999999e+22 9.9999999999999992e+22"],
	["%.30f", [0.1], "0.10000000000000000555"],
];

for (const [fmt, values, expected] of cases)
	test(`${JSON.stringify(fmt)} gives ${JSON.stringify(expected)}`, (t) => {
		t.is(format(fmt, args(...values)), expected);
	});

test("a field too wide is a fault, not a crash", (t) => {
	for (const fmt of ["%999999999d", "%.999999999d", "%99999999999999999999s"])
		t.like(
			t.throws(() => format(fmt, args(1)), { any: true }),
			{ reason: "out of memory: heap" },
		);
});
