implement Touch;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "daytime.m";

Touch: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	daytime := load Daytime Daytime->PATH;
	if(daytime == nil)
		cantload(Daytime->PATH);
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	create := 1;
	when := daytime->now();
	arg->init(argv);
	arg->setusage("touch [-c] [-t time] file ...");
	while((opt := arg->opt()) != 0)
		case opt {
		'c' =>	create = 0;
		't' =>	when = int arg->earg();
		* =>	arg->usage();
		}
	argv = arg->argv();
	if(argv == nil)
		arg->usage();

	failed := 0;
	for(; argv != nil; argv = tl argv)
		if(touch(hd argv, when, create) < 0)
			failed = 1;
	if(failed)
		raise "fail:touch";
}

touch(name: string, when, create: int): int
{
	stamp := sys->nulldir;
	stamp.mtime = when;
	exists := sys->stat(name).t0 >= 0;
	if(exists && sys->wstat(name, stamp) >= 0)
		return 0;
	if(exists || !create){
		sys->fprint(sys->fildes(2), "touch: %s: cannot change time: %r\n", name);
		return -1;
	}
	fd := sys->create(name, Sys->OREAD|Sys->OEXCL, 8r666);
	if(fd == nil){
		sys->fprint(sys->fildes(2), "touch: %s: cannot create: %r\n", name);
		return -1;
	}
	sys->fwstat(fd, stamp);
	return 0;
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "touch: can't load %s: %r\n", path);
	raise "fail:load";
}
