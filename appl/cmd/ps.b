implement Ps;

include "sys.m";
	sys: Sys;
include "draw.m";

Ps: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv > 1){
		sys->fprint(sys->fildes(2), "usage: ps\n");
		raise "fail:usage";
	}
	fd := sys->open("/prog", Sys->OREAD);
	if(fd == nil){
		sys->fprint(sys->fildes(2), "ps: cannot open /prog: %r\n");
		raise "fail:no /prog";
	}
	for(;;){
		(n, dirs) := sys->dirread(fd);
		if(n < 0){
			sys->fprint(sys->fildes(2), "ps: error reading /prog: %r\n");
			raise "fail:error on /prog";
		}
		if(n == 0)
			return;
		for(i := 0; i < n; i++)
			if(dirs[i].name[0] >= '0' && dirs[i].name[0] <= '9')
				show(dirs[i].name);
	}
}

# A process may be gone by the time its turn comes.
show(pid: string)
{
	fd := sys->open("/prog/" + pid + "/status", Sys->OREAD);
	if(fd == nil)
		return;
	buf := array[256] of byte;
	n := sys->read(fd, buf, len buf);
	if(n > 0)
		sys->print("%s\n", string buf[0:n]);
}
