implement Du;

include "sys.m";
	sys: Sys;
	Dir: import sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "readdir.m";
	readdir: Readdir;

Du: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

everyfile := 0;
summary := 0;
names := 0;
times := 0;
accessed := 0;
block := big 1024;
failed := 0;
out: ref Iobuf;

# Directories met so far, by their qid: a name space may show one in several places.
seen := array[1024] of list of ref Dir;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		cantload(Bufio->PATH);
	readdir = load Readdir Readdir->PATH;
	if(readdir == nil)
		cantload(Readdir->PATH);
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	arg->init(argv);
	arg->setusage("du [-anstu] [-b bsize] [file ...]");
	while((opt := arg->opt()) != 0)
		case opt {
		'a' =>	everyfile = 1;
		'b' =>	block = size(arg->earg());
		'n' =>	names = everyfile = 1;
		's' =>	summary = 1;
		't' =>	times = 1;
		'u' =>	accessed = times = 1;
		* =>	arg->usage();
		}
	argv = arg->argv();
	if(argv == nil)
		argv = "." :: nil;
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(; argv != nil; argv = tl argv)
		du(hd argv);
	out.close();
	if(failed)
		raise "fail:errors";
}

size(s: string): big
{
	n := big s;
	if(s != nil && s[len s - 1] == 'k')
		n *= big 1024;
	if(n <= big 0)
		n = big 1;
	return n;
}

du(name: string)
{
	(ok, d) := sys->stat(name);
	if(ok < 0){
		complain("can't stat", name);
		return;
	}
	if(d.mode & Sys->DMDIR){
		d.length = total(name);
		if(names && !summary)
			return;
	}
	report(name, d, d.length);
}

# The bytes in the files of a directory and those below it.
total(name: string): big
{
	prefix := name + "/";
	if(name == ".")
		prefix = "";
	(entries, n) := readdir->init(name, Readdir->NAME);
	if(n < 0)
		complain("can't read", name);
	sum := big 0;
	for(i := 0; i < n; i++){
		d := entries[i];
		length := d.length;
		if(d.mode & Sys->DMDIR){
			if(known(d))
				continue;
			length = total(prefix + d.name);
			if(!summary && !names)
				report(prefix + d.name, *d, length);
		}else if(everyfile)
			report(prefix + d.name, *d, length);
		sum += length;
	}
	return sum;
}

known(d: ref Dir): int
{
	slot := int d.qid.path & (len seen - 1);
	for(l := seen[slot]; l != nil; l = tl l){
		e := hd l;
		if(d.qid.path == e.qid.path && d.dev == e.dev && d.dtype == e.dtype)
			return 1;
	}
	seen[slot] = d :: seen[slot];
	return 0;
}

report(name: string, d: Dir, length: big)
{
	time := d.mtime;
	if(accessed)
		time = d.atime;
	if(names && times)	# the last field is a place for a checksum
		out.puts(sys->sprint("%q %ud %bd 0\n", name, time, length));
	else if(names)
		out.puts(sys->sprint("%q\n", name));
	else if(times)
		out.puts(sys->sprint("%ud %q\n", time, name));
	else
		out.puts(sys->sprint("%-4bd %q\n", (length + block - big 1) / block * block / big 1024, name));
}

complain(what, name: string)
{
	sys->fprint(sys->fildes(2), "du: %s %q: %r\n", what, name);
	failed = 1;
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "du: can't load %s: %r\n", path);
	raise "fail:can't load";
}
