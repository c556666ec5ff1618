implement Rm;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "readdir.m";
	readdir: Readdir;

Rm: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

quiet := 0;
makewritable := 0;
failed := 0;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	recursive := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'r' =>	recursive = 1;
		'f' =>	quiet = 1;
		'F' =>	makewritable = 1;
		* =>
			sys->fprint(sys->fildes(2), "Usage: rm [-Ffr] file ...\n");
			raise "fail:usage";
		}
	if(recursive){
		readdir = load Readdir Readdir->PATH;
		if(readdir == nil)
			cantload(Readdir->PATH);
	}
	for(argv = arg->argv(); argv != nil; argv = tl argv)
		rm(hd argv);
	if(failed)
		raise "fail:errors";
}

rm(path: string)
{
	if(sys->remove(path) >= 0)
		return;
	err := sys->sprint("%r");
	if(readdir != nil && isdir(path))
		rmtree(path);
	else
		complain(path, err);
}

isdir(path: string): int
{
	(ok, d) := sys->stat(path);
	return ok >= 0 && (d.mode & Sys->DMDIR) != 0;
}

rmtree(dir: string)
{
	if(makewritable){
		mode := sys->nulldir;
		mode.mode = Sys->DMDIR | 8r777;
		sys->wstat(dir, mode);
	}
	(entries, n) := readdir->init(dir, Readdir->NONE|Readdir->COMPACT);
	for(i := 0; i < n; i++){
		path := dir + "/" + entries[i].name;
		if(entries[i].mode & Sys->DMDIR)
			rmtree(path);
		else
			remove(path);
	}
	remove(dir);
}

remove(path: string)
{
	if(sys->remove(path) < 0)
		complain(path, sys->sprint("%r"));
}

complain(path, err: string)
{
	if(quiet)
		return;
	sys->fprint(sys->fildes(2), "rm: %s: %s\n", path, err);
	failed = 1;
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "rm: can't load %s: %r\n", path);
	raise "fail:load";
}
