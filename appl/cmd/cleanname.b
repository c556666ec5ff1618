implement Cleanname;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "names.m";
	names: Names;

Cleanname: module
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

	dir: string;
	arg->init(argv);
	arg->setusage("cleanname [-d pwd] name ...");
	while((opt := arg->opt()) != 0)
		case opt {
		'd' =>	dir = arg->earg();
		* =>	arg->usage();
		}
	argv = arg->argv();
	if(argv == nil)
		arg->usage();
	for(; argv != nil; argv = tl argv){
		name := hd argv;
		if(dir != nil && name != nil && name[0] != '/' && name[0] != '#')
			name = dir + "/" + name;
		sys->print("%s\n", names->cleanname(name));
	}
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "cleanname: cannot load %s: %r\n", path);
	raise "fail:load";
}
