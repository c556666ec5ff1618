implement Sleep;

include "sys.m";
	sys: Sys;
include "draw.m";

Sleep: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# What sys->sleep can count in milliseconds.
Longest:	con 16r7fffffff / 1000;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	if(argv == nil || !isnumber(hd argv)){
		sys->fprint(sys->fildes(2), "usage: sleep time\n");
		raise "fail:usage";
	}
	seconds := big hd argv;
	if(seconds > big Longest)
		seconds = big Longest;
	if(seconds > big 0)
		sys->sleep(int seconds * 1000);
}

isnumber(s: string): int
{
	if(s != nil && (s[0] == '-' || s[0] == '+'))
		s = s[1:];
	for(i := 0; i < len s; i++)
		if(s[i] < '0' || s[i] > '9')
			return 0;
	return s != nil;
}
