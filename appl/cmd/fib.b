implement Fib;

include "sys.m";
	sys: Sys;
include "draw.m";

Fib: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	n := 24;
	if(argv != nil && tl argv != nil)
		n = int hd tl argv;
	if(len argv > 2 || len argv == 2 && string n != hd tl argv){
		sys->fprint(sys->fildes(2), "usage: fib [n]\n");
		raise "fail:usage";
	}
	start := sys->millisec();
	value := fib(n);
	sys->print("fib(%d) = %d, %d ms\n", n, value, sys->millisec() - start);
}

fib(n: int): int
{
	if(n <= 1)
		return n;
	return fib(n-1) + fib(n-2);
}
