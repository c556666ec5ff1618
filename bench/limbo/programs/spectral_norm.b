implement Bench;

include "math.m";
	math: Math;
include "bench.m";

N: con 100;

# The norm for N = 100 is published: 1.274219991.
parts(): list of ref Part
{
	return ref Part("spectral_norm", 45, 1274219991, run) :: nil;
}

run(): int
{
	if(math == nil)
		math = load Math Math->PATH;
	u := array[N] of {* => 1.0};
	v := array[N] of real;
	for(i := 0; i < 10; i++){
		square(u, v);
		square(v, u);
	}
	uv := vv := 0.0;
	for(i = 0; i < N; i++){
		uv += u[i] * v[i];
		vv += v[i] * v[i];
	}
	return int (math->sqrt(uv / vv) * 1e9);
}

# w = A' A v
square(v, w: array of real)
{
	t := array[N] of real;
	for(i := 0; i < N; i++){
		sum := 0.0;
		for(j := 0; j < N; j++)
			sum += element(i, j) * v[j];
		t[i] = sum;
	}
	for(i = 0; i < N; i++){
		sum := 0.0;
		for(j := 0; j < N; j++)
			sum += element(j, i) * t[j];
		w[i] = sum;
	}
}

element(i, j: int): real
{
	return 1.0 / real ((i + j) * (i + j + 1) / 2 + i + 1);
}
