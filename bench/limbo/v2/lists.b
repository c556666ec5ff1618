implement Bench;

# Lists: made and dropped, and walked along.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("list_build", 8, 99000, build)
		:: ref Part("list_walk", 8, 499500000, walk)
		:: nil;
}

upto(n: int): list of int
{
	l: list of int;
	for(i := 0; i < n; i++)
		l = i :: l;
	return l;
}

build(): int
{
	sum := 0;
	for(k := 0; k < 1000; k++)
		sum += hd upto(100);
	return sum;
}

walk(): int
{
	l := upto(1000);
	sum := 0;
	for(k := 0; k < 1000; k++)
		for(t := l; t != nil; t = tl t)
			sum += hd t;
	return sum;
}
