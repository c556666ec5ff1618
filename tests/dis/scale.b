# Depth and number: a recursion as deep as memory, many threads at once, a long list freed, threads that end by themselves.
implement Scale;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Scale: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	print("%d\n", depth(100000));
	print("%d\n", ackermann(2, 300));
	l: list of string;
	for(i := 0; i < 100000; i++)
		l = string i :: l;
	print("%s %d\n", hd l, len l);
	l = nil;
	c := chan of int;
	for(i = 0; i < 5000; i++)
		spawn wait(c, i);
	sum := 0;
	for(i = 0; i < 5000; i++)
		sum += <-c;
	print("%d\n", sum);
	for(i = 0; i < 20000; i++)
		spawn nothing();
	print("done\n");
}

depth(n: int): int
{
	if(n == 0)
		return 0;
	return depth(n-1) + 1;
}

ackermann(m, n: int): int
{
	if(m == 0)
		return n+1;
	if(n == 0)
		return ackermann(m-1, 1);
	return ackermann(m-1, ackermann(m, n-1));
}

wait(c: chan of int, n: int)
{
	c <-= n;
}

nothing()
{
}
