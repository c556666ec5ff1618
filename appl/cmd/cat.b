implement Cat;

include "sys.m";
	sys: Sys;
include "draw.m";

Cat: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	if(argv != nil && hd argv == "--")
		argv = tl argv;
	else if(argv != nil && len hd argv > 1 && (hd argv)[0] == '-'){
		sys->fprint(sys->fildes(2), "usage: cat [file ...]\n");
		raise "fail:usage";
	}
	if(argv == nil)
		argv = "-" :: nil;
	for(; argv != nil; argv = tl argv)
		if(hd argv == "-")
			copy(sys->fildes(0), "<stdin>");
		else{
			fd := sys->open(hd argv, Sys->OREAD);
			if(fd == nil)
				fail("bad open", sys->sprint("cannot open %s: %r", hd argv));
			copy(fd, hd argv);
		}
}

copy(fd: ref Sys->FD, name: string)
{
	stdout := sys->fildes(1);
	buf := array[Sys->ATOMICIO] of byte;
	while((n := sys->read(fd, buf, len buf)) > 0)
		if(sys->write(stdout, buf, n) != n)
			fail("write error", sys->sprint("write error: %r"));
	if(n < 0)
		fail("read error", sys->sprint("error reading %s: %r", name));
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "cat: %s\n", message);
	raise "fail:" + status;
}
