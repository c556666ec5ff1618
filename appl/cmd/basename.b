implement Basename;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "names.m";
	names: Names;

Basename: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);
	names = load Names Names->PATH;
	if(names == nil)
		cantload(Names->PATH);

	directory := 0;
	arg->init(argv);
	arg->setusage("basename [-d] string [suffix]");
	while((opt := arg->opt()) != 0)
		case opt {
		'd' =>	directory = 1;
		* =>	arg->usage();
		}
	argv = arg->argv();
	n := len argv;
	if(n < 1 || n > 2 || directory && n != 1)
		arg->usage();

	if(directory){
		path := names->dirname(hd argv);
		if(path == nil)
			path = ".";
		sys->print("%s\n", path);
		return;
	}
	suffix: string;
	if(n == 2)
		suffix = hd tl argv;
	sys->print("%s\n", names->basename(hd argv, suffix));
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "basename: cannot load %s: %r\n", path);
	raise "fail:load";
}
