implement Bench;

include "bench.m";

parts(): list of ref Part
{
	return ref Part("fib", 10, 832040, run) :: nil;
}

run(): int
{
	return fib(30);
}

fib(n: int): int
{
	if(n < 2)
		return n;
	return fib(n-1) + fib(n-2);
}
