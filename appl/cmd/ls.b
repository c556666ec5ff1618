implement Ls;

include "sys.m";
	sys: Sys;
	Dir: import sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "daytime.m";
	daytime: Daytime;
include "readdir.m";
	readdir: Readdir;

Ls: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

long := 0;
bare := 0;		# names without their directory
sizes := 0;
qids := 0;
modifiers := 0;
temporary := 0;
typed := 0;		# a mark after the names of directories and programs
accessed := 0;		# the access time in place of the modification time
epoch := 0;		# times as seconds
now := 0;
sortby: int;

out: ref Iobuf;

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

	themselves := unsorted := bytime := flags := 0;
	sortby = Readdir->NAME;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'l' =>	long = 1;
		'p' =>	bare = 1;
		'q' =>	qids = 1;
		'm' =>	modifiers = 1;
		'k' =>	sizes = 1;
		'T' =>	temporary = 1;
		'F' =>	typed = 1;
		'u' =>	accessed = 1;
		'e' =>	epoch = 1;
		'd' =>	themselves = 1;
		'n' =>	unsorted = 1;
		't' =>	bytime = 1;
		's' =>	sortby = Readdir->SIZE;
		'c' =>	flags |= Readdir->COMPACT;
		'r' =>	flags |= Readdir->DESCENDING;
		* =>
			sys->fprint(sys->fildes(2), "usage: ls [-delmnpqrstucFT] [files]\n");
			raise "fail:usage";
		}
	argv = arg->argv();
	if(long){
		daytime = load Daytime Daytime->PATH;
		if(daytime == nil)
			cantload(Daytime->PATH);
		now = daytime->now();
	}
	if(unsorted)
		sortby = Readdir->NONE;
	else if(bytime && accessed)
		sortby = Readdir->ATIME;
	else if(bytime)
		sortby = Readdir->MTIME;
	sortby |= flags;
	if(argv == nil){
		argv = "." :: nil;
		bare = 1;
	}
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	failed := listall(argv, themselves);
	out.flush();
	if(failed)
		raise "fail:errors";
}

# Files named one after the other are sorted and set out together; a directory stands by itself.
listall(names: list of string, themselves: int): int
{
	failed := 0;
	files: list of ref Dir;
	for(; names != nil; names = tl names){
		name := hd names;
		(ok, d) := sys->stat(name);
		if(ok < 0){
			complain(name);
			failed = 1;
		}else if(themselves || (d.mode & Sys->DMDIR) == 0){
			if(hasslash(name))
				d.name = name;
			files = ref d :: files;
		}else{
			showfiles(files);
			files = nil;
			(entries, n) := readdir->init(name, sortby);
			if(n < 0){
				complain(name);
				failed = 1;
			}else{
				if(name[len name - 1] != '/')
					name += "/";
				show(name, entries[0:n]);
			}
		}
	}
	showfiles(files);
	return failed;
}

hasslash(s: string): int
{
	return lastelement(s) != s;
}

lastelement(path: string): string
{
	for(i := len path; i > 0 && path[i-1] != '/'; i--)
		;
	return path[i:];
}

showfiles(files: list of ref Dir)
{
	if(files == nil)
		return;
	a := array[len files] of ref Dir;
	for(i := len a - 1; i >= 0; i--){
		a[i] = hd files;
		files = tl files;
	}
	(sorted, n) := readdir->sortdir(a, sortby);
	show("", sorted[0:n]);
}

# Columns are as wide as the widest thing in them.
Widths: adt
{
	size, modifier, vers, dev, uid, gid, length: int;
};

show(prefix: string, entries: array of ref Dir)
{
	w := ref Widths(0, 0, 0, 0, 0, 0, 0);
	for(i := 0; i < len entries; i++){
		d := entries[i];
		w.size = max(w.size, len string kilobytes(d.length));
		w.modifier = max(w.modifier, len d.muid + 2);
		w.vers = max(w.vers, len string d.qid.vers);
		w.dev = max(w.dev, len string d.dev);
		w.uid = max(w.uid, len d.uid);
		w.gid = max(w.gid, len d.gid);
		w.length = max(w.length, len string d.length);
	}
	for(i = 0; i < len entries; i++)
		out.puts(line(prefix, entries[i], w));
}

max(a, b: int): int
{
	if(a > b)
		return a;
	return b;
}

kilobytes(n: big): big
{
	return (n + big 1023) / big 1024;
}

line(prefix: string, d: ref Dir, w: ref Widths): string
{
	s := "";
	if(sizes)
		s += sys->sprint("%*bd ", w.size, kilobytes(d.length));
	if(modifiers)
		s += sys->sprint("%*s ", -w.modifier, "[" + d.muid + "]");
	if(qids)
		s += sys->sprint("(%.16bux %*ud %.2ux) ", d.qid.path, w.vers, d.qid.vers, d.qid.qtype);
	if(temporary){
		if(d.mode & Sys->DMTMP)
			s += "t ";
		else
			s += "- ";
	}
	if(long)
		s += sys->sprint("%s %c %*d %*s %*s %*bud %s ", modes(d.mode), d.dtype, w.dev, d.dev,
			-w.uid, d.uid, -w.gid, d.gid, w.length, d.length, timeof(d));
	if(bare)
		s += lastelement(d.name);
	else
		s += prefix + d.name;
	if(typed){
		if(d.qid.qtype & Sys->QTDIR)
			s += "/";
		else if(d.mode & 8r111)
			s += "*";
	}
	return s + "\n";
}

timeof(d: ref Dir): string
{
	time := d.mtime;
	if(accessed)
		time = d.atime;
	if(epoch)
		return string time;
	return daytime->filet(now, time);
}

modes(mode: int): string
{
	s := "--";
	if(mode & Sys->DMDIR)
		s[0] = 'd';
	else if(mode & Sys->DMAPPEND)
		s[0] = 'a';
	else if(mode & Sys->DMAUTH)
		s[0] = 'A';
	if(mode & Sys->DMEXCL)
		s[1] = 'l';
	for(bit := 8; bit >= 0; bit--)
		if(mode & 1 << bit)
			s[len s] = "xwr"[bit % 3];
		else
			s[len s] = '-';
	return s;
}

complain(name: string)
{
	sys->fprint(sys->fildes(2), "ls: %s: %r\n", name);
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "ls: cannot load %s: %r\n", path);
	raise "fail:bad module";
}
