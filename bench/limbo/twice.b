implement Twice;

# Runs a command twice: the second time all of it has been compiled that is going to be.

include "sys.m";
	sys: Sys;
include "draw.m";

Twice: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Command: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(ctxt: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv < 2){
		sys->fprint(sys->fildes(2), "usage: twice command arg...\n");
		raise "fail:usage";
	}
	argv = tl argv;
	command := load Command hd argv;
	if(command == nil){
		sys->fprint(sys->fildes(2), "twice: %s: %r\n", hd argv);
		raise "fail:load";
	}
	command->init(ctxt, argv);
	command->init(ctxt, argv);
}
