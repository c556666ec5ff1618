implement Bind;

include "sys.m";
	sys: Sys;
include "draw.m";

Bind: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	flags := Sys->MREPL;
	quiet := 0;
	if(argv != nil)
		argv = tl argv;
	for(; argv != nil; argv = tl argv){
		arg := hd argv;
		if(len arg == 0 || arg[0] != '-')
			break;
		if(arg == "--"){
			argv = tl argv;
			break;
		}
		for(i := 1; i < len arg; i++)
			case arg[i] {
			'a' =>	flags |= Sys->MAFTER;
			'b' =>	flags |= Sys->MBEFORE;
			'c' =>	flags |= Sys->MCREATE;
			'q' =>	quiet = 1;
			* =>	usage();
			}
	}
	if(len argv != 2 || (flags & Sys->MAFTER && flags & Sys->MBEFORE))
		usage();
	source := hd argv;
	target := hd tl argv;
	if(sys->bind(source, target, flags) >= 0 || quiet)
		return;

	err := sys->sprint("cannot bind %s onto %s: %r", source, target);
	if(sys->stat(source).t0 < 0)
		err = sys->sprint("%s: %r", source);
	else if(sys->stat(target).t0 < 0)
		err = sys->sprint("%s: %r", target);
	sys->fprint(sys->fildes(2), "bind: %s\n", err);
	raise "fail:bind";
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: bind [-a|-b|-c|-ac|-bc] [-q] source target\n");
	raise "fail:usage";
}
