implement Date;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "daytime.m";
	daytime: Daytime;

Date: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);
	daytime = load Daytime Daytime->PATH;
	if(daytime == nil)
		cantload(Daytime->PATH);

	seconds := greenwich := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'n' =>	seconds = 1;
		'u' =>	greenwich = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(argv != nil && (tl argv != nil || !isnumber(hd argv)))
		usage();

	when: int;
	if(argv != nil)
		when = int hd argv;
	else
		when = daytime->now();
	if(seconds)
		sys->print("%d\n", when);
	else if(greenwich)
		sys->print("%s\n", daytime->text(daytime->gmt(when)));
	else
		sys->print("%s\n", daytime->text(daytime->local(when)));
}

isnumber(s: string): int
{
	for(i := 0; i < len s; i++)
		if(s[i] < '0' || s[i] > '9')
			return 0;
	return 1;
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: date [-un] [seconds]\n");
	raise "fail:usage";
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "date: cannot load %s: %r\n", path);
	raise "fail:load";
}
