implement Each;

# Runs the parts of benchmarks: a line for each with its name, result, the result it should have had, and milliseconds.

include "sys.m";
	sys: Sys;
include "draw.m";
include "bench.m";

Each: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

divisor: int;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv < 3){
		sys->fprint(sys->fildes(2), "usage: each divisor module...\n");
		raise "fail:usage";
	}
	argv = tl argv;
	divisor = int hd argv;
	for(argv = tl argv; argv != nil; argv = tl argv){
		bench := load Bench hd argv;
		if(bench == nil){
			sys->fprint(sys->fildes(2), "each: %s: %r\n", hd argv);
			raise "fail:load";
		}
		for(l := bench->parts(); l != nil; l = tl l)
			part(hd l);
	}
}

part(p: ref Bench->Part)
{
	n := p.times / divisor;
	if(n < 1)
		n = 1;
	result := p.result;
	start := sys->millisec();
	for(i := 0; i < n; i++){
		r := p.run();
		if(r != p.result)
			result = r;
	}
	sys->print("%s %d %d %d ms\n", p.name, result, p.result, sys->millisec() - start);
}
