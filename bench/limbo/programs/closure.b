implement Bench;

# A function and what it closes over, as Limbo has it: an adt with a reference to a function.

include "bench.m";

N: con 10000;

Closure: adt {
	held:	int;
	f:	ref fn(c: ref Closure, n: int): int;
};

parts(): list of ref Part
{
	return ref Part("closure", 500, N * (N-1) + 15 * N, run) :: nil;
}

run(): int
{
	return total(ref Closure(5, add)) + total(ref Closure(10, add));
}

add(c: ref Closure, n: int): int
{
	return c.held + n;
}

total(c: ref Closure): int
{
	sum := 0;
	for(i := 0; i < N; i++)
		sum += c.f(c, i);
	return sum;
}
