# Modules: loading by hand, calls between modules, data of each instance, unloading, self, a module that is none.
implement Modules;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Modules: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

include "string.m";
include "arg.m";


init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	str := load String String->PATH;
	(n, rest) := str->toint("123 rest", 10);
	print("%d%s\n", n, rest);
	print("%s %s\n", str->toupper("shout"), str->tolower("WHISPER"));
	sum := 0;
	for(i := 0; i < 500; i++){
		s := load String String->PATH;
		sum += len s->take("aaab", "a");
	}
	print("%d\n", sum);
	a := load Arg Arg->PATH;
	b := load Arg Arg->PATH;
	a->init("a" :: "-x" :: "1" :: nil);
	b->init("b" :: "-y" :: "2" :: nil);
	print("%c %c %s %s\n", a->opt(), b->opt(), hd a->argv(), hd b->argv());
	if((load String "/dis/lib/nothing.dis") == nil)
		print("no module: %r\n");
	if((load Arg String->PATH) == nil)
		print("refused\n");
}
