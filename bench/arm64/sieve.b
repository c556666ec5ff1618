implement Work;
Work: module { init: fn(); };

SIZE: con 10000;

init()
{
	for(k := 0; k < REPEATS; k++)
		if(sieve() != 1229)
			raise "sieve";
}

sieve(): int
{
	prime := array[SIZE] of int;
	for(i := 0; i < SIZE; i++)
		prime[i] = 1;
	prime[0] = prime[1] = 0;
	for(i = 2; i * i < SIZE; i++)
		if(prime[i])
			for(j := i * i; j < SIZE; j += i)
				prime[j] = 0;
	count := 0;
	for(i = 0; i < SIZE; i++)
		if(prime[i])
			count++;
	return count;
}
