implement Bench;

# Pancakes: all orders of N, turned over from the top until the first is on top.

include "bench.m";

N: con 9;

# For 9 the checksum 8629 and at most 30 turns are published.
parts(): list of ref Part
{
	return ref Part("fannkuch", 3, 862930, run) :: nil;
}

run(): int
{
	order := array[N] of int;
	for(i := 0; i < N; i++)
		order[i] = i;
	turned := array[N] of {* => 0};
	most := checksum := 0;
	sign := 1;
	do{
		n := flips(order);
		checksum += sign * n;
		sign = -sign;
		if(n > most)
			most = n;
	}while(next(order, turned));
	return checksum * 100 + most;
}

flips(order: array of int): int
{
	a := array[N] of int;
	a[0:] = order;
	n := 0;
	while((j := a[0]) != 0){
		for(i := 0; i < j; i++){
			t := a[i];
			a[i] = a[j];
			a[j--] = t;
		}
		n++;
	}
	return n;
}

# The next order: the first i+1 are rotated, with i as small as has not been rotated all the way.
next(order, turned: array of int): int
{
	for(i := 1; i < N; i++){
		first := order[0];
		for(j := 0; j < i; j++)
			order[j] = order[j+1];
		order[i] = first;
		if(turned[i]++ < i)
			return 1;
		turned[i] = 0;
	}
	return 0;
}
