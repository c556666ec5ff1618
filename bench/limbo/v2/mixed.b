implement Bench;

# A little of everything, as programs have it.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("primes", 4, 1229, primes)
		:: ref Part("matrix", 3, 68758400, matrix)
		:: ref Part("bubble", 4, 7510, bubble)
		:: ref Part("search", 4, 50000, search)
		:: nil;
}

primes(): int
{
	n := 0;
	for(k := 0; k < 100; k++){
		out := array[10000] of {* => 0};
		n = 0;
		for(i := 2; i < len out; i++){
			if(out[i])
				continue;
			n++;
			for(j := i * i; j < len out; j += i)
				out[j] = 1;
		}
	}
	return n;
}

Size: con 32;

matrix(): int
{
	a := array[Size * Size] of int;
	b := array[Size * Size] of int;
	for(i := 0; i < len a; i++){
		a[i] = i & 7;
		b[i] = i % 13;
	}
	sum := 0;
	for(k := 0; k < 100; k++)
		for(row := 0; row < len a; row += Size)
			for(column := 0; column < Size; column++){
				dot := 0;
				at := column;
				for(i = row; i < row + Size; i++){
					dot += a[i] * b[at];
					at += Size;
				}
				sum += dot;
			}
	return sum;
}

bubble(): int
{
	sum := 0;
	for(k := 0; k < 10; k++){
		a := array[500] of int;
		for(i := 0; i < len a; i++)
			a[i] = len a - i;
		for(last := len a - 1; last > 0; last--)
			for(i = 0; i < last; i++)
				if(a[i] > a[i+1])
					(a[i], a[i+1]) = (a[i+1], a[i]);
		sum += a[0] + a[249] + a[499];
	}
	return sum;
}

search(): int
{
	a := array[10000] of int;
	for(i := 0; i < len a; i++)
		a[i] = 2 * i + 1;
	found := 0;
	for(k := 0; k < 100000; k++)
		found += has(a, k % 20000);
	return found;
}

has(a: array of int, n: int): int
{
	lo := 0;
	hi := len a;
	while(lo < hi){
		m := (lo + hi) >> 1;
		if(a[m] < n)
			lo = m + 1;
		else
			hi = m;
	}
	return lo < len a && a[lo] == n;
}
