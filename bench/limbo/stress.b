implement Stress;

# What has to be linear in its number, at a quarter and at full size.

include "sys.m";
	sys: Sys;
include "draw.m";
include "string.m";

Stress: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	both("threads", threads, 100000);
	both("spawns", spawns, 1000000);
	both("recursion", recursion, 1000000);
	both("list", cells, 10000000);
	both("loads", loads, 100000);
}

both(name: string, f: ref fn(n: int): int, n: int)
{
	once(name + "_quarter", f, n / 4);
	once(name, f, n);
}

once(name: string, f: ref fn(n: int): int, n: int)
{
	t := sys->millisec();
	result := f(n);
	sys->print("%s %d %d ms\n", name, result, sys->millisec() - t);
}

waits(c: chan of int)
{
	c <-= 1;
}

threads(n: int): int
{
	c := chan of int;
	for(i := 0; i < n; i++)
		spawn waits(c);
	sum := 0;
	for(i = 0; i < n; i++)
		sum += <-c;
	return sum;
}

spawns(n: int): int
{
	c := chan of int;
	sum := 0;
	for(i := 0; i < n; i++){
		spawn waits(c);
		sum += <-c;
	}
	return sum;
}

depth(n: int): int
{
	if(n == 0)
		return 0;
	return depth(n-1) + 1;
}

recursion(n: int): int
{
	return depth(n);
}

cells(n: int): int
{
	l: list of int;
	for(i := 0; i < n; i++)
		l = i :: l;
	n = len l;
	l = nil;
	return n;
}

loads(n: int): int
{
	before := used();
	for(i := 0; i < n; i++){
		s := load String String->PATH;
		if(s == nil)
			return -1;
		s = nil;
	}
	return used() - before;
}

# Bytes of the heap in use.
used(): int
{
	buf := array[512] of byte;
	fd := sys->open("/dev/memory", Sys->OREAD);
	if(fd == nil)
		fd = sys->open("#c/memory", Sys->OREAD);
	n := sys->read(fd, buf, len buf);
	(nil, words) := sys->tokenize(string buf[0:n], " ");
	return int hd words;
}
