implement Bench;

include "bench.m";

parts(): list of ref Part
{
	return ref Part("strcat", 1600, 2000, run) :: nil;
}

run(): int
{
	s := "";
	for(i := 0; i < 2000; i++)
		s += "x";
	return len s;
}
