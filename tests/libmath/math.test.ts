import test from "ava";
import { jn, yn } from "../../libmath/bessel.ts";
import { pow, pow10 } from "../../libmath/elementary.ts";
import * as external from "../../libmath/external.ts";
import { exceptions, Fpu, INEX, INVAL, OVFL, RND_MASK, RND_PINF, RND_Z, UNFL, ZDIV } from "../../libmath/fpu.ts";
import { lgamma } from "../../libmath/gamma.ts";
import * as linear from "../../libmath/linear.ts";
import * as real from "../../libmath/real.ts";

test("modf splits, saturating the integer", (t) => {
	t.deepEqual(real.modf(3.25), { whole: 3, fraction: 0.25 });
	t.deepEqual(real.modf(-3.25), { whole: -3, fraction: -0.25 });
	t.deepEqual(real.modf(-2), { whole: -2, fraction: -0 });
	t.deepEqual(real.modf(1e10), { whole: 0x7fffffff, fraction: 0 });
	t.deepEqual(real.modf(-Infinity), { whole: -0x80000000, fraction: -0 });
});

test("rint follows the rounding mode", (t) => {
	t.deepEqual(
		(["nearest", "down", "up", "zero"] as const).map((r) => real.rint(-2.5, r)),
		[-2, -3, -2, -2],
	);
	t.is(real.rint(-0.2), -0);
});

test("comparisons with what is not a number give the second argument", (t) => {
	t.is(real.fmax(Number.NaN, 1), 1);
	t.is(real.fmin(1, Number.NaN), Number.NaN);
	t.is(real.fdim(3, 1), 2);
	t.is(real.fdim(1, 3), 0);
	t.deepEqual([real.finite(1), real.finite(Infinity), real.isnan(Number.NaN), real.isnan(1)], [1, 0, 1, 0]);
});

test("ilogb where there is no exponent", (t) => {
	t.deepEqual([0, Infinity, Number.NaN].map(real.ilogb), [-0x7fffffff, 0x7fffffff, 0x7fffffff]);
});

test("bits and back", (t) => {
	for (const x of [0, -0, 1.5, -1e-310, Infinity]) t.is(real.bits64real(real.realbits64(x)), x);
	t.is(real.realbits64(-2), -0x4000000000000000n);
	t.is(real.realbits32(1), 0x3f800000);
	t.is(real.realbits32(-0), -0x80000000);
	t.is(real.bits32real(0x3fc00000), 1.5);
	t.is(real.realbits64(Number.NaN), 0x7ff8000000000000n);
	for (const x of [Math.log(-1), Math.sqrt(-1), -Number.NaN]) t.is(real.realbits64(x), 0x7ff8000000000000n);
	for (const bits of [0x7fffffffffffffffn, 0x7ff8000000000001n, -1n]) {
		t.is(real.realbits64(real.bits64real(bits)), bits);
		const b = new Uint8Array(8);
		external.exportReal(b, Float64Array.of(real.bits64real(bits)));
		t.is(new DataView(b.buffer).getBigInt64(0), bits);
	}
	const b = new Uint8Array(8);
	external.exportReal(b, Float64Array.of(Math.log(-1)));
	t.deepEqual([...b], [0x7f, 0xf8, 0, 0, 0, 0, 0, 0]);
});

test("lgamma's sign", (t) => {
	t.deepEqual(
		[3, -0.5, -1.5, -2.5, 0, -0, -3].map((x) => lgamma(x).sign),
		[1, -1, 1, -1, 1, -1, 1],
	);
});

test("powers of one and of ten", (t) => {
	t.is(pow(1, Infinity), Number.NaN);
	t.is(pow(2, 0.5), Math.SQRT2);
	t.deepEqual([0, 22, -5, 308, 309, -324].map(pow10), [1, 1e22, 1e-5, 1e308, Infinity, 0]);
});

test("Bessel functions of great order come back at once", (t) => {
	t.is(jn(2147483647, 3), 0);
	t.is(yn(2147483647, 3), -Infinity);
	t.is(jn(2, 1e300), real.bits64real(real.realbits64(jn(-2, -1e300))));
});

test("vectors", (t) => {
	const x = Float64Array.of(3, -4, 0, 4);
	t.is(linear.dot(x, Float64Array.of(1, 2, 3, 4)), 11);
	t.is(linear.norm1(x), 11);
	t.is(linear.norm2(Float64Array.of(3, -4)), 5);
	t.is(linear.iamax(x), 1);
	t.is(linear.iamax(new Float64Array(0)), 0);
});

test("sort orders indices and leaves equals in place", (t) => {
	const p = Int32Array.of(5, 4, 3, 2, 1, 0);
	linear.sort(Float64Array.of(2, Number.NaN, -Infinity, 2, Infinity, -1), p);
	t.deepEqual([...p], [2, 5, 3, 0, 4, 1]);
	const few = Int32Array.of(1, 1, 0);
	linear.sort(Float64Array.of(1, 0), few);
	t.deepEqual([...few], [1, 1, 0]);
});

/** A matrix given by rows. */
function matrix(rows: number[][], stride: number = rows.length): linear.Matrix {
	const columns = (rows[0] as number[]).length;
	const data = new Float64Array(stride * columns);
	rows.forEach((row, i) => {
		row.forEach((v, j) => {
			data[i + j * stride] = v;
		});
	});
	return { data, stride };
}

test("gemm in all its forms", (t) => {
	const a = [
		[1, 2, 3],
		[4, 5, 6],
	];
	const b = [
		[7, 8],
		[9, 10],
		[11, 12],
	];
	const turn = (m: number[][]): number[][] => (m[0] as number[]).map((_, j) => m.map((row) => row[j] as number));
	for (const ta of [false, true])
		for (const tb of [false, true])
			for (const beta of [0, 1, 2]) {
				const c = matrix(
					[
						[1, 2],
						[3, 4],
					],
					3,
				);
				linear.gemm(ta, tb, 2, 2, 3, 10, matrix(ta ? turn(a) : a, 5), matrix(tb ? turn(b) : b, 4), beta, c);
				t.deepEqual(
					[...c.data],
					[580 + beta, 1390 + 3 * beta, 0, 640 + 2 * beta, 1540 + 4 * beta, 0],
					`${ta} ${tb} ${beta}`,
				);
			}
	const c = matrix([[1, 2]]);
	linear.gemm(false, true, 1, 2, 0, 2, undefined, matrix([[5], [6]]), 3, c);
	t.deepEqual([...c.data], [13, 18]);
	const unset = matrix([[Number.NaN]]);
	linear.gemm(false, false, 1, 1, 1, 0, matrix([[1]]), matrix([[1]]), 0, unset);
	t.deepEqual([...unset.data], [0]);
});

test("a matrix must fit its data", (t) => {
	const data = new Float64Array(6);
	t.true(linear.fits({ data, stride: 2 }, 2, 3));
	t.true(linear.fits({ data, stride: 4 }, 2, 2));
	t.false(linear.fits({ data, stride: 2 }, 3, 1));
	t.false(linear.fits({ data, stride: 5 }, 2, 2));
	t.true(linear.fits({ data, stride: 9 }, 9, 0));
});

test("external representation is big-endian", (t) => {
	const b = new Uint8Array(8);
	external.exportInt(b, Int32Array.of(0x01020304, -2));
	t.deepEqual([...b], [1, 2, 3, 4, 255, 255, 255, 254]);
	const n = new Int32Array(2);
	external.importInt(b, n);
	t.deepEqual([...n], [0x01020304, -2]);
	const x = new Float64Array(1);
	external.exportReal(b, Float64Array.of(-0.1));
	t.deepEqual([...b], [0xbf, 0xb9, 0x99, 0x99, 0x99, 0x99, 0x99, 0x9a]);
	external.importReal(b, x);
	t.is(x[0], -0.1);
	const half = b.subarray(4);
	external.exportReal32(half, Float64Array.of(-0.1));
	t.deepEqual([...half], [0xbd, 0xcc, 0xcc, 0xcd]);
	external.importReal32(half, x);
	t.is(x[0], Math.fround(-0.1));
});

test("control and status words", (t) => {
	const fpu = new Fpu();
	t.is(fpu.setControl(RND_PINF | ZDIV, RND_MASK | ZDIV), 0);
	t.is(fpu.rounding, "up");
	t.is(fpu.setControl(RND_Z, RND_MASK), RND_PINF);
	t.is(fpu.control, RND_Z | ZDIV);
	t.is(fpu.raise(ZDIV | INEX), ZDIV);
	t.is(fpu.setStatus(0, INEX), INEX);
	t.is(fpu.status, ZDIV);
});

test("exceptions that values tell", (t) => {
	t.is(exceptions(Number.NaN, false, [-1]), INVAL);
	t.is(exceptions(Number.NaN, false, [Number.NaN]), 0);
	t.is(exceptions(-Infinity, true, [0]), ZDIV);
	t.is(exceptions(Infinity, false, [1000]), OVFL | INEX);
	t.is(exceptions(Infinity, false, [Infinity]), 0);
	t.is(exceptions(1e-310, false, [-720]), UNFL | INEX);
	t.is(exceptions(0.5, false, [2]), 0);
});
