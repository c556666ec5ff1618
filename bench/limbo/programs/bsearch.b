implement Bench;

include "bench.m";

N: con 10000;

parts(): list of ref Part
{
	return ref Part("bsearch", 100, N, run) :: nil;
}

# How many are found, each of them being there.
run(): int
{
	a := array[N] of int;
	for(i := 0; i < N; i++)
		a[i] = 3 * i;
	found := 0;
	for(i = 0; i < N; i++)
		if(search(a, 3 * i) == i)
			found++;
	return found;
}

search(a: array of int, n: int): int
{
	first := 0;
	last := len a - 1;
	while(first <= last){
		middle := (first + last) / 2;
		if(a[middle] == n)
			return middle;
		if(a[middle] > n)
			last = middle - 1;
		else
			first = middle + 1;
	}
	return -1;
}
