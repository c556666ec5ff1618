implement Pwd;

include "sys.m";
	sys: Sys;
include "draw.m";

Pwd: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv > 1){
		sys->fprint(sys->fildes(2), "usage: pwd\n");
		raise "fail:usage";
	}
	dot := sys->open(".", Sys->OREAD);
	path: string;
	if(dot != nil)
		path = sys->fd2path(dot);
	if(path == nil){
		sys->fprint(sys->fildes(2), "pwd: %r\n");
		raise "fail:error";
	}
	sys->print("%s\n", path);
}
