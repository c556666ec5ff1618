implement Unmount;

include "sys.m";
	sys: Sys;
include "draw.m";

Unmount: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	source, target: string;
	if(argv != nil && tl argv != nil && len hd tl argv > 1 && (hd tl argv)[0] == '-')
		if(hd tl argv == "--")
			argv = tl argv;
		else
			argv = nil;
	case len argv {
	2 =>
		target = hd tl argv;
	3 =>
		source = hd tl argv;
		target = hd tl tl argv;
	* =>
		sys->fprint(sys->fildes(2), "Usage: unmount [source] target\n");
		raise "fail:usage";
	}
	if(sys->unmount(source, target) < 0){
		sys->fprint(sys->fildes(2), "unmount: %r\n");
		raise "fail:unmount";
	}
}
