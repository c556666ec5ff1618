implement Mv;

include "sys.m";
	sys: Sys;
	Dir: import sys;
include "draw.m";

Mv: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv < 3){
		sys->fprint(sys->fildes(2), "usage: mv fromfile tofile\n       mv fromfile ... todir\n");
		raise "fail:usage";
	}
	argv = tl argv;
	target: string;
	for(l := argv; l != nil; l = tl l)
		target = hd l;

	# A single directory is renamed to the target rather than moved into it.
	intodir := isdir(target) && (len argv > 2 || !isdir(hd argv));
	if(len argv > 2 && !intodir){
		sys->fprint(sys->fildes(2), "mv: %s not a directory\n", target);
		raise "fail:error";
	}
	(todir, toname) := split(target);
	if(intodir){
		todir = target;
		if(todir[len todir - 1] != '/')
			todir += "/";
	}
	failed := 0;
	for(; tl argv != nil; argv = tl argv){
		if(intodir)
			toname = split(hd argv).t1;
		err := mv(hd argv, todir, toname);
		if(err != nil){
			sys->fprint(sys->fildes(2), "mv: %s\n", err);
			failed = 1;
		}
	}
	if(failed)
		raise "fail:error";
}

isdir(path: string): int
{
	(ok, d) := sys->stat(path);
	return ok >= 0 && (d.mode & Sys->DMDIR) != 0;
}

# A path's directory, with its slash, and its last element.
split(path: string): (string, string)
{
	for(i := len path; i > 0 && path[i-1] != '/'; i--)
		;
	if(i > 0)
		return (path[0:i], path[i:]);
	if(path == "..")
		return ("../", ".");
	return ("./", path);
}

# Returns nil, or what went wrong.
mv(from, todir, toname: string): string
{
	(ok, d) := sys->stat(from);
	if(ok < 0)
		return sys->sprint("can't stat %s: %r", from);
	(fromdir, fromname) := split(from);
	from = fromdir + fromname;
	if(toname == nil)
		return "null last name element moving " + from;
	target := todir + toname;
	isdir := (d.mode & Sys->DMDIR) != 0;
	if(samefile(fromdir, todir)){
		if(samefile(from, target))
			return from + " and " + target + " are the same";
		exists := sys->stat(target).t0 >= 0;
		if(exists && isdir)
			return "can't rename a directory to an existing name";
		if(exists && sys->remove(target) < 0)
			return sys->sprint("can't remove %s: %r", target);
		new := sys->nulldir;
		new.name = toname;
		if(sys->wstat(from, new) >= 0)
			return nil;
		if(isdir)
			return sys->sprint("can't rename directory %s: %r", from);
	}
	if(isdir)
		return from + " is a directory, not copied to " + target;
	err := copy(from, target, d.mode);
	if(err != nil)
		return err;
	if(sys->remove(from) < 0)
		return sys->sprint("can't remove %s: %r", from);
	return nil;
}

copy(from, target: string, mode: int): string
{
	in := sys->open(from, Sys->OREAD);
	if(in == nil)
		return sys->sprint("can't open %s: %r", from);
	out := sys->create(target, Sys->OWRITE, mode);
	if(out == nil)
		return sys->sprint("can't create %s: %r", target);
	buf := array[Sys->ATOMICIO] of byte;
	while((n := sys->read(in, buf, len buf)) > 0)
		if(sys->write(out, buf, n) != n)
			return sys->sprint("error writing %s: %r", target);
	if(n < 0)
		return sys->sprint("error reading %s: %r", from);
	return nil;
}

samefile(a, b: string): int
{
	if(a == b)
		return 1;
	(oka, da) := sys->stat(a);
	(okb, db) := sys->stat(b);
	return oka >= 0 && okb >= 0 && da.qid.path == db.qid.path && da.qid.vers == db.qid.vers
		&& da.dev == db.dev && da.dtype == db.dtype;
}
