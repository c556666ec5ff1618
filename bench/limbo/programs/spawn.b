implement Bench;

include "bench.m";

N: con 1500;

parts(): list of ref Part
{
	return ref Part("spawn", 15, N * (N-1) / 2, run) :: nil;
}

run(): int
{
	done := chan[N] of int;
	for(i := 0; i < N; i++)
		spawn work(done, i);
	sum := 0;
	for(i = 0; i < N; i++)
		sum += <-done;
	return sum;
}

work(done: chan of int, n: int)
{
	done <-= n;
}
