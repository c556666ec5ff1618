implement Mkdir;

include "sys.m";
	sys: Sys;
include "draw.m";

Mkdir: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	parents := 0;
	if(argv != nil && hd argv == "-p"){
		parents = 1;
		argv = tl argv;
	}
	if(argv != nil && hd argv == "--")
		argv = tl argv;
	else if(argv == nil || len hd argv > 1 && (hd argv)[0] == '-'){
		sys->fprint(sys->fildes(2), "usage: mkdir [-p] dir ...\n");
		raise "fail:usage";
	}
	failed := 0;
	for(; argv != nil; argv = tl argv){
		err: string;
		if(parents)
			err = mkpath(hd argv);
		else if(sys->stat(hd argv).t0 >= 0)
			err = hd argv + " already exists";
		else
			err = mkdir(hd argv);
		if(err != nil){
			sys->fprint(sys->fildes(2), "mkdir: %s\n", err);
			failed = 1;
		}
	}
	if(failed)
		raise "fail:error";
}

# Each of these returns nil, or what went wrong.
mkpath(path: string): string
{
	prefix := "";
	if(path != nil && path[0] != '/')
		prefix = ".";
	(nil, elements) := sys->tokenize(path, "/");
	for(; elements != nil; elements = tl elements){
		prefix += "/" + hd elements;
		(ok, dir) := sys->stat(prefix);
		if(ok < 0){
			err := mkdir(prefix);
			if(err != nil)
				return err;
		}else if((dir.mode & Sys->DMDIR) == 0)
			return sys->sprint("can't create %s: %s not a directory", path, prefix);
	}
	return nil;
}

mkdir(path: string): string
{
	if(sys->create(path, Sys->OREAD, Sys->DMDIR | 8r777) == nil)
		return sys->sprint("can't create %s: %r", path);
	return nil;
}
