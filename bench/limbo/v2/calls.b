implement Bench;

# Functions: leaves, trees of calls, pairs that call each other, chains.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("leaf", 5, 1783293664, leaves)
		:: ref Part("fib", 1, 75025, fibs)
		:: ref Part("mutual", 6, 50000, mutual)
		:: ref Part("deep", 5, 100064, deep)
		:: nil;
}

leaf(n: int): int
{
	return n ^ 3;
}

leaves(): int
{
	sum := 0;
	for(i := 0; i < 1000000; i++)
		sum += leaf(i);
	return sum;
}

fib(n: int): int
{
	if(n < 2)
		return n;
	return fib(n-2) + fib(n-1);
}

fibs(): int
{
	r := 0;
	for(i := 0; i < 50; i++)
		r = fib(25);
	return r;
}

even(n: int): int
{
	if(n == 0)
		return 1;
	return odd(n - 1);
}

odd(n: int): int
{
	if(n == 0)
		return 0;
	return even(n - 1);
}

mutual(): int
{
	count := 0;
	for(i := 0; i < 100000; i++)
		count += even(i & 15);
	return count;
}

down(n, sum: int): int
{
	if(n == 0)
		return sum;
	return down(n - 1, sum + n);
}

deep(): int
{
	sum := 0;
	for(i := 0; i < 100000; i++)
		sum ^= down(10, i);
	return sum;
}
