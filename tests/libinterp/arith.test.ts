import { readFileSync } from "node:fs";
import test from "ava";
import * as arith from "../../libinterp/arith.ts";

// Rows: operation, arguments, result; bigs as strings. The results are those of the same arithmetic done in C.
type Row = [string, ...(number | string)[]];
const rows = JSON.parse(readFileSync("tests/libinterp/arith.json", "utf8")) as Row[];

const operations: Record<string, (...a: number[]) => number> = {
	mulx: arith.mulx,
	divx: arith.divx,
	cvtxx: arith.cvtxx,
	mulx0: arith.mulx0,
	divx0: arith.divx0,
	cvtxx0: arith.cvtxx0,
	mulx1: arith.mulx1,
	divx1: arith.divx1,
	cvtxx1: arith.cvtxx1,
	expw: arith.expw,
	expf: arith.expf,
};

for (const [name, operation] of Object.entries(operations))
	test(name, (t) => {
		const some = rows.filter((r) => r[0] === name);
		t.true(some.length >= 5);
		for (const [, ...rest] of some) {
			const expected = rest.pop();
			t.is(operation(...(rest as number[])), expected as number, rest.join(" "));
		}
	});

test("expl", (t) => {
	const some = rows.filter((r) => r[0] === "expl");
	t.true(some.length >= 5);
	for (const [, x, n, expected] of some)
		t.is(arith.expl(BigInt(x as string), n as number), BigInt(expected as string), `${x} ${n}`);
});

test("exponents at the edge", (t) => {
	t.is(arith.expw(2, 31), -2147483648);
	t.is(arith.expw(2, 32), 0);
	t.is(arith.expw(-1, -2147483648), 1);
	t.is(arith.expw(3, -1), 0);
	t.is(arith.expw(0, 0), 1);
	t.is(arith.expl(2n, 63), -(2n ** 63n));
	t.is(arith.expl(-1n, -3), -1n);
	t.is(arith.expf(2, -2), 0.25);
	t.is(arith.expf(0, -1), Infinity);
});

test("division by zero is a fault", (t) => {
	const faults: (() => unknown)[] = [
		() => arith.expw(0, -1),
		() => arith.expl(0n, -1),
		() => arith.divx(1, 0, 0),
		() => arith.divx0(1, 0, 0, 1),
		() => arith.divx1(1, 0, 0, 1),
		() => arith.mulx0(1, 1, 0, 0),
		() => arith.cvtxx0(1, 0, 0),
	];
	for (const f of faults) t.like(t.throws(f, { any: true }), { reason: "zero divide" });
});

test("reals to integers: halves away from zero, saturating", (t) => {
	const ints: [number, number][] = [
		[0.5, 1],
		[-0.5, -1],
		[0.49, 0],
		[2.5, 3],
		[-2.5, -3],
		[2147483647, 2147483647],
		[2147483646.5, 2147483647],
		[2147483648, 2147483647],
		[-2147483648, -2147483648],
		[-2147483649, -2147483648],
		[Infinity, 2147483647],
		[-Infinity, -2147483648],
		[Number.NaN, -2147483648],
	];
	for (const [x, n] of ints) t.is(arith.cvtfw(x), n, String(x));
	const bigs: [number, bigint][] = [
		[0.5, 1n],
		[-1.5, -2n],
		[2 ** 53, 2n ** 53n],
		[2 ** 63, 2n ** 63n - 1n],
		[-(2 ** 63), -(2n ** 63n)],
		[-Infinity, -(2n ** 63n)],
		[1e300, 2n ** 63n - 1n],
		[Number.NaN, -(2n ** 63n)],
	];
	for (const [x, n] of bigs) t.is(arith.cvtfl(x), n, String(x));
});
