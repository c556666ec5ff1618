# Each instance of a module has its own arrays, also those that its object file describes.
implement Instances;

include "sys.m";
	sys: Sys;
include "draw.m";

Instances: module
{
	PATH:	con "/dis/t/instances.dis";
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
	change:	fn(n: int);
	show:	fn(): string;
};

ints := array[] of {1, 2, 3};
words := array[] of {"one", "two"};
bytes := array[4] of {* => byte 'a'};
pairs := array[] of {(1, "x"), (2, "y")};
nested := array[] of {array[] of {"a", "b"}, array[] of {"c"}};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	change(5);
	a := load Instances Instances->PATH;
	a->change(7);
	b := load Instances Instances->PATH;
	sys->print("%s\n%s\n%s\n", show(), a->show(), b->show());
	for(i := 0; i < 1000; i++)
		b = load Instances Instances->PATH;
	sys->print("%s\n", b->show());
}

change(n: int)
{
	ints[0] = n;
	words[1] += " changed";
	bytes[2] = byte ('0' + n);
	pairs[0] = (n, "z");
	nested[1][0] = "n" + string n;
}

show(): string
{
	sys = load Sys Sys->PATH;
	return sys->sprint("%d %s %s %d%s %s", ints[0], words[1], string bytes, pairs[0].t0, pairs[0].t1, nested[1][0]);
}
