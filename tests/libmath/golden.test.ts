import { readFileSync } from "node:fs";
import test from "ava";
import * as bessel from "../../libmath/bessel.ts";
import * as elementary from "../../libmath/elementary.ts";
import * as erf from "../../libmath/erf.ts";
import { lgamma } from "../../libmath/gamma.ts";
import * as real from "../../libmath/real.ts";

// Rows: the arguments and the result, in hexadecimal bits of a real (16 digits) or as a decimal int. The results are those of
// C: exact ones as glibc computes them, the others computed in quadruple precision and rounded to a double.
const golden = JSON.parse(readFileSync("tests/libmath/golden.json", "utf8")) as Record<string, string[]>;

type F = (...x: number[]) => number;
const functions: Record<string, F> = {
	...({ ...real, ...elementary, ...erf, ...bessel } as unknown as Record<string, F>),
	rint: (x) => real.rint(x as number),
	lgamma: (x) => lgamma(x as number).log,
};

/** What IEEE demands to the last bit; the others may be off by one in the last place. */
const exact = new Set("ceil copysign fabs floor fmod ilogb nextafter remainder rint scalbn sqrt".split(" "));

const number = (s: string): number => (s.length === 16 ? real.bits64real(BigInt(`0x${s}`)) : Number(s));

/** Numbers the doubles in their order. */
function place(x: number): bigint {
	const bits = real.realbits64(x);
	return bits < 0n ? -(bits & 0x7fffffffffffffffn) : bits;
}

/** Units in the last place between two results; infinitely many if only one is NaN or the signs of zeros differ. */
function distance(a: number, b: number): number {
	if (Object.is(a, b)) return 0;
	if (Number.isNaN(a) || Number.isNaN(b) || a === b) return Infinity;
	return Math.abs(Number(place(a) - place(b)));
}

for (const [name, rows] of Object.entries(golden))
	test(name, (t) => {
		t.true(rows.length > 90);
		const f = functions[name] as F;
		for (const row of rows) {
			const x = row.split(" ").map(number);
			const expected = x.pop() as number;
			const got = f(...x);
			t.true(distance(got, expected) <= (exact.has(name) ? 0 : 1), `${name}(${x}) is ${got}, not ${expected}`);
		}
	});
