/** Linear algebra on real vectors, and matrices stored by columns: element i, j of a matrix is at i + j * its stride. */

export function dot(x: Float64Array, y: Float64Array): number {
	let sum = 0;
	for (let i = 0; i < x.length; i++) sum += (x[i] as number) * (y[i] as number);
	return sum;
}

export function norm1(x: Float64Array): number {
	let sum = 0;
	for (const v of x) sum += Math.abs(v);
	return sum;
}

export const norm2 = (x: Float64Array): number => Math.sqrt(dot(x, x));

/** The index of the first element of greatest magnitude; 0 if there are none. */
export function iamax(x: Float64Array): number {
	let best = 0;
	for (let i = 1; i < x.length; i++) if (Math.abs(x[i] as number) > Math.abs(x[best] as number)) best = i;
	return best;
}

/**
 * Reorders the indices `p`, all of which are in `x`, so that x[p[0]] <= x[p[1]] <= ...; equal elements keep their order and
 * NaN comes last.
 */
export function sort(x: Float64Array, p: Int32Array): void {
	const order = Array.from(p);
	const at = (i: number): number => x[i] as number;
	order.sort((i, j) => {
		if (at(i) < at(j)) return -1;
		if (at(i) > at(j)) return 1;
		return Number(Number.isNaN(at(i))) - Number(Number.isNaN(at(j)));
	});
	p.set(order);
}

export interface Matrix {
	readonly data: Float64Array;
	readonly stride: number;
}

/** Whether `rows` by `columns` elements lie within the matrix's data and its columns do not overlap. */
export function fits(a: Matrix, rows: number, columns: number): boolean {
	if (a.stride < rows) return false;
	return rows === 0 || columns === 0 || a.stride * (columns - 1) + rows <= a.data.length;
}

/**
 * c = alpha * a' * b' + beta * c, where c is m by n, a' is m by k, b' is k by n, and the primes stand for a transposition if
 * `ta` or `tb`. Without `a` it is alpha * b' + beta * c. What c held does not matter when beta is 0.
 */
export function gemm(
	ta: boolean,
	tb: boolean,
	m: number,
	n: number,
	k: number,
	alpha: number,
	a: Matrix | undefined,
	b: Matrix,
	beta: number,
	c: Matrix,
): void {
	const at = (x: Matrix, transposed: boolean, i: number, j: number): number =>
		x.data[transposed ? j + i * x.stride : i + j * x.stride] as number;
	if (beta === 1 && (alpha === 0 || k === 0)) return;
	const scaled = (x: number): number => (beta === 0 ? 0 : beta === 1 ? x : beta * x);
	const element = (i: number, j: number, old: number): number => {
		if (alpha === 0) return scaled(old);
		if (a === undefined) return alpha * at(b, tb, i, j) + beta * old;
		// The order of the operations is that of a loop over columns when a is as it stands, over dot products when not.
		let sum = ta ? 0 : scaled(old);
		for (let l = 0; l < k; l++) {
			const right = at(b, tb, l, j);
			if (ta) sum += at(a, ta, i, l) * right;
			else if (right !== 0) sum += alpha * right * at(a, ta, i, l);
		}
		if (!ta) return sum;
		return beta === 0 ? alpha * sum : alpha * sum + beta * old;
	};
	for (let j = 0; j < n; j++)
		for (let i = 0; i < m; i++) {
			const place = i + j * c.stride;
			c.data[place] = element(i, j, c.data[place] as number);
		}
}
