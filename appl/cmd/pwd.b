implement Pwd;

include "sys.m";
	sys: Sys;
include "draw.m";

Pwd: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
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
