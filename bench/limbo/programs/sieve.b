implement Bench;

include "bench.m";

Limit: con 50000;

# There are 5133 primes below 50,000.
parts(): list of ref Part
{
	return ref Part("sieve", 80, 5133, run) :: nil;
}

run(): int
{
	composite := array[Limit + 1] of {* => 0};
	primes := 0;
	for(n := 2; n <= Limit; n++)
		if(!composite[n]){
			primes++;
			for(m := n + n; m <= Limit; m += n)
				composite[m] = 1;
		}
	return primes;
}
