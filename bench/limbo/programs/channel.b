implement Bench;

include "bench.m";

N: con 10000;

parts(): list of ref Part
{
	return ref Part("channel", 200, N * (N-1) / 2, run) :: nil;
}

run(): int
{
	c := chan[100] of int;
	spawn produce(c);
	sum := 0;
	while((n := <-c) >= 0)
		sum += n;
	return sum;
}

produce(c: chan of int)
{
	for(i := 0; i < N; i++)
		c <-= i;
	c <-= -1;
}
