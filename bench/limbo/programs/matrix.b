implement Bench;

include "bench.m";

N: con 120;

# Row i of the product of (i+k) and (k-j) at column j is the sum over k of (i+k)(k-j).
parts(): list of ref Part
{
	return ref Part("matrix", 10, 0, run) :: nil;
}

# How many elements are not what the formula for sums of squares gives.
run(): int
{
	a := array[N * N] of int;
	b := array[N * N] of int;
	j: int;
	for(i := 0; i < N; i++)
		for(j = 0; j < N; j++){
			a[i*N + j] = i + j;
			b[i*N + j] = i - j;
		}
	c := product(a, b);
	wrong := 0;
	sum := N * (N-1) / 2;
	squares := (N-1) * N * (2*N - 1) / 6;
	for(i = 0; i < N; i++)
		for(j = 0; j < N; j++)
			if(c[i*N + j] != squares + (i - j) * sum - i * j * N)
				wrong++;
	return wrong;
}

product(a, b: array of int): array of int
{
	c := array[N * N] of int;
	for(i := 0; i < N; i++)
		for(j := 0; j < N; j++){
			dot := 0;
			for(k := 0; k < N; k++)
				dot += a[i*N + k] * b[k*N + j];
			c[i*N + j] = dot;
		}
	return c;
}
