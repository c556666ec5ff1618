implement Cp;

include "sys.m";
	sys: Sys;
	Dir: import sys;
include "draw.m";
include "arg.m";
include "readdir.m";
	readdir: Readdir;

Cp: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

setmode := 0;	# -x: mode and modification time
setgroup := 0;
setuser := 0;
failed := 0;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	recursive := 0;
	arg->init(argv);
	arg->setusage("\tcp [-gux] src target\n\tcp [-r] [-gux] src ... directory");
	while((opt := arg->opt()) != 0)
		case opt {
		'r' =>	recursive = 1;
		'g' =>	setgroup = 1;
		'u' =>	setuser = setgroup = 1;
		'x' =>	setmode = 1;
		* =>	arg->usage();
		}
	argv = arg->argv();
	if(len argv < 2)
		arg->usage();
	if(recursive){
		readdir = load Readdir Readdir->PATH;
		if(readdir == nil)
			cantload(Readdir->PATH);
	}

	target: string;
	for(l := argv; l != nil; l = tl l)
		target = hd l;
	(exists, todir) := lookup(target);
	if(len argv > 2 && !todir)
		complain(target + "  not a directory");
	else if(recursive && exists && !todir)
		complain(target + ": destination not a directory");
	else
		for(; tl argv != nil; argv = tl argv)
			copy(hd argv, target, todir, recursive);
	if(failed)
		raise "fail:error";
}

# Whether the file exists, and whether it is a directory.
lookup(path: string): (int, int)
{
	(ok, d) := sys->stat(path);
	return (ok >= 0, ok >= 0 && (d.mode & Sys->DMDIR) != 0);
}

copy(source, target: string, todir, recursive: int)
{
	(ok, d) := sys->stat(source);
	if(ok < 0){
		if(recursive)
			complain(sys->sprint("can't stat %s: %r", source));
		else
			complain(sys->sprint("%s: %r", source));
		return;
	}
	isdir := (d.mode & Sys->DMDIR) != 0;
	if(isdir && !recursive){
		complain(source + " is a directory");
		return;
	}
	if(isdir && todir && samefile(d, sys->stat(target).t1)){
		complain("cannot copy " + source + " into itself");
		return;
	}
	if(todir)
		target += "/" + lastelement(source);
	if(isdir)
		copydir(source, target, d, nil);
	else
		copyfile(source, target, d);
}

lastelement(path: string): string
{
	(nil, elements) := sys->tokenize(path, "/");
	for(; elements != nil; elements = tl elements)
		path = hd elements;
	return path;
}

copyfile(source, target: string, d: Dir)
{
	(ok, old) := sys->stat(target);
	if(ok >= 0 && samefile(d, old)){
		complain(source + " and " + target + " are the same file");
		return;
	}
	in := sys->open(source, Sys->OREAD);
	if(in == nil){
		complain(sys->sprint("cannot open %s: %r", source));
		return;
	}
	out := sys->create(target, Sys->OWRITE, d.mode & 8r777);
	if(out == nil){
		complain(sys->sprint("cannot create %s: %r", target));
		return;
	}
	buf := array[Sys->ATOMICIO] of byte;
	while((n := sys->read(in, buf, len buf)) > 0)
		if(sys->write(out, buf, n) != n){
			complain(sys->sprint("error writing %s: %r", target));
			return;
		}
	if(n < 0)
		complain(sys->sprint("error reading %s: %r", source));
	else if(setattributes(out, d, setmode) < 0)
		complain(sys->sprint("can't wstat %s: %r", source));
}

# The directories that the walk is in are kept, to notice when it comes round to one of them.
copydir(source, target: string, d: Dir, within: list of Dir)
{
	for(l := within; l != nil; l = tl l)
		if(samefile(d, hd l)){
			complain(source + ": directory loop found");
			return;
		}
	if(sys->stat(target).t0 >= 0){
		complain("cannot copy " + source + " onto another directory");
		return;
	}
	# writable and searchable until it is full
	out := sys->create(target, Sys->OREAD, d.mode | Sys->DMDIR | 8r777);
	if(out == nil){
		complain(sys->sprint("cannot make directory %s: %r", target));
		return;
	}
	(entries, n) := readdir->init(source, Readdir->COMPACT);
	for(i := 0; i < n; i++){
		e := entries[i];
		if(e.mode & Sys->DMDIR)
			copydir(source + "/" + e.name, target + "/" + e.name, *e, d :: within);
		else
			copyfile(source + "/" + e.name, target + "/" + e.name, *e);
	}
	if(setattributes(out, d, 1) < 0)
		complain(sys->sprint("can't wstat %s: %r", target));
}

setattributes(fd: ref Sys->FD, d: Dir, mode: int): int
{
	if(!mode && !setgroup)
		return 0;
	new := sys->nulldir;
	if(mode)
		new.mode = d.mode;
	if(setmode)
		new.mtime = d.mtime;
	if(setgroup)
		new.gid = d.gid;
	if(setuser)
		new.uid = d.uid;
	return sys->fwstat(fd, new);
}

samefile(a, b: Dir): int
{
	return a.qid.path == b.qid.path && a.qid.vers == b.qid.vers && a.qid.qtype == b.qid.qtype
		&& a.dev == b.dev && a.dtype == b.dtype;
}

complain(message: string)
{
	sys->fprint(sys->fildes(2), "cp: %s\n", message);
	failed = 1;
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "cp: cannot load %s: %r\n", path);
	raise "fail:bad module";
}
