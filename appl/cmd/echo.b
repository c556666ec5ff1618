implement Echo;

include "sys.m";
	sys: Sys;
include "draw.m";

Echo: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	newline := "\n";
	if(argv != nil && (hd argv == "-n" || hd argv == "--")){
		if(hd argv == "-n")
			newline = "";
		argv = tl argv;
	}
	line := "";
	separator := "";
	for(; argv != nil; argv = tl argv){
		line += separator + hd argv;
		separator = " ";
	}
	text := array of byte (line + newline);
	if(sys->write(sys->fildes(1), text, len text) != len text){
		sys->fprint(sys->fildes(2), "echo: write error: %r\n");
		raise "fail:write error";
	}
}
