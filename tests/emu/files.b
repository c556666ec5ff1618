# Files of the host: create, open modes, remove on close, exclusive use, wstat, seek, directories, errors.
implement Files;

include "sys.m";
	sys: Sys;
	print: import sys;
	Dir: import sys;
include "draw.m";

Files: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

say(what: string, r: int)
{
	if(r < 0)
		print("%s: %r\n", what);
	else
		print("%s %d\n", what, r);
}

fd(what: string, f: ref Sys->FD): ref Sys->FD
{
	if(f == nil)
		print("%s: %r\n", what);
	else
		print("%s\n", what);
	return f;
}

write(f: ref Sys->FD, s: string): int
{
	b := array of byte s;
	return sys->write(f, b, len b);
}

read(f: ref Sys->FD, n: int): string
{
	b := array[n] of byte;
	n = sys->read(f, b, n);
	if(n < 0)
		return sys->sprint("%r");
	return "<" + string b[0:n] + ">";
}

contents(name: string): string
{
	f := sys->open(name, Sys->OREAD);
	if(f == nil)
		return sys->sprint("%r");
	return read(f, 100);
}

stat(name: string)
{
	(n, d) := sys->stat(name);
	if(n < 0)
		print("stat %s: %r\n", name);
	else
		print("%s %uo %bd %d\n", d.name, d.mode, d.length, d.qid.qtype);
}

change(what, name: string, d: Dir)
{
	say(what, sys->wstat(name, d));
}

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	fd("mkdir", sys->create("/tmp/files", Sys->OREAD, Sys->DMDIR|8r755));
	sys->chdir("/tmp/files");

	print("- create\n");
	f := fd("create", sys->create("one", Sys->OWRITE, 8r640));
	say("write", write(f, "first\nsecond\n"));
	print("read of write only %s\n", read(f, 10));
	stat("one");
	fd("create in nothing", sys->create("no/one", Sys->OWRITE, 8r666));
	fd("create in file", sys->create("one/two", Sys->OWRITE, 8r666));
	fd("create directory again", sys->create("/tmp/files", Sys->OREAD, Sys->DMDIR|8r755));
		fd("create directory to write", sys->create("dir", Sys->ORDWR, Sys->DMDIR|8r755));
	fd("create dot", sys->create(".", Sys->OWRITE, 8r666));
	fd("create dot dot", sys->create("..", Sys->OWRITE, 8r666));
	fd("create nothing", sys->create("", Sys->OWRITE, 8r666));
	fd("exclusively", sys->create("two", Sys->OWRITE|Sys->OEXCL, 8r666));
	fd("exclusively again", sys->create("two", Sys->OWRITE|Sys->OEXCL, 8r666));
	f = nil;
	f = fd("create again", sys->create("one", Sys->ORDWR, 8r666));
	stat("one");
	say("write", write(f, "0123456789"));
	print("%s\n", read(f, 5));
	say("seek", int sys->seek(f, big 2, Sys->SEEKSTART));
	print("%s\n", read(f, 3));
	say("seek", int sys->seek(f, big -1, Sys->SEEKRELA));
	print("%s\n", read(f, 3));
	say("seek", int sys->seek(f, big -2, Sys->SEEKEND));
	print("%s\n", read(f, 30));
	print("%s\n", read(f, 30));
	say("seek before", int sys->seek(f, big -1, Sys->SEEKSTART));
	say("seek how", int sys->seek(f, big 0, 7));
	say("seek beyond", int sys->seek(f, big 12, Sys->SEEKSTART));
	print("%s\n", read(f, 5));
	say("write", write(f, "x"));
	b := array[20] of byte;
	n := sys->pread(f, b, len b, big 8);
	print("%d: %d %d %d %d %d\n", n, int b[0], int b[1], int b[2], int b[3], int b[4]);
	say("pwrite", sys->pwrite(f, array of byte "AB", 2, big 3));
	say("pread before", sys->pread(f, b, len b, big -1));
	say("seek", int sys->seek(f, big 0, Sys->SEEKRELA));
	print("%s\n", contents("one")[0:9]);
	say("read nothing", sys->read(f, b, 0));
	say("write nothing", sys->write(f, b, 0));

	print("- open\n");
	fd("nothing", sys->open("nothing", Sys->OREAD));
	fd("directory to write", sys->open(".", Sys->OWRITE));
	fd("directory to read and write", sys->open(".", Sys->ORDWR));
	fd("directory to truncate", sys->open(".", Sys->OREAD|Sys->OTRUNC));
	f = fd("truncate", sys->open("one", Sys->OWRITE|Sys->OTRUNC));
	stat("one");
	fd("mode", sys->open("one", 16r103));
	f = sys->open("one", Sys->OREAD);
	say("write of read only", write(f, "x"));
	f = fd("remove on close", sys->create("gone", Sys->ORDWR|Sys->ORCLOSE, 8r666));
	say("write", write(f, "x"));
	stat("gone");
	g := fd("another", sys->open("gone", Sys->OREAD));
	f = nil;
	stat("gone");
	g = nil;
	f = fd("remove on close of an old one", sys->open("two", Sys->OREAD|Sys->ORCLOSE));
	f = nil;
	stat("two");

	print("- append only, exclusive use\n");
	f = fd("append", sys->create("log", Sys->OWRITE, Sys->DMAPPEND|8r666));
	f = nil;
	f = fd("exclusive", sys->create("lock", Sys->OWRITE, Sys->DMEXCL|8r666));
	f = nil;

	print("- wstat\n");
	f = fd("create", sys->create("file", Sys->OWRITE, 8r666));
	write(f, "content");
	f = nil;
	d := sys->nulldir;
	change("nothing", "file", d);
	change("of nothing", "none", d);
	d.name = "renamed";
	change("rename", "file", d);
	stat("file");
	print("%s\n", contents("renamed"));
	d.name = "a/b";
	change("with slash", "renamed", d);
	d.name = "..";
	change("dot dot", "renamed", d);
	d = sys->nulldir;
	d.mode = 8r600;
	change("mode", "renamed", d);
	stat("renamed");
	d = sys->nulldir;
	d.mode = Sys->DMDIR|8r700;
	change("into a directory", "renamed", d);
	d = sys->nulldir;
	d.length = big 3;
	change("length", "renamed", d);
	print("%s\n", contents("renamed"));
	d.length = big 5;
	change("longer", "renamed", d);
	stat("renamed");
	d = sys->nulldir;
	d.mtime = 1000000000;
	d.atime = 999999999;
	change("times", "renamed", d);
	(nil, e) := sys->stat("renamed");
	print("%d\n", e.mtime);
	d = sys->nulldir;
	d.uid = "nobodyatall";
	change("owner", "renamed", d);
	f = sys->open("renamed", Sys->OREAD);
	d = sys->nulldir;
	d.name = "byfd";
	say("fwstat", sys->fwstat(f, d));
	(n, e) = sys->fstat(f);
	print("%d %s\n", n, e.name);
	print("%s\n", sys->fd2path(f));
	stat("byfd");

	print("- directories\n");
	fd("mkdir", sys->create("dir", Sys->OREAD, Sys->DMDIR|8r700));
	stat("dir");
	sys->create("dir/x", Sys->OWRITE, 8r666);
	say("remove full", sys->remove("dir"));
	d = sys->nulldir;
	d.name = "folder";
	change("rename", "dir", d);
	say("remove", sys->remove("folder/x"));
	say("remove", sys->remove("folder"));
	say("remove nothing", sys->remove("folder"));
	say("remove no name", sys->remove(""));
	f = sys->open(".", Sys->OREAD);
	say("seek", int sys->seek(f, big 0, Sys->SEEKSTART));
	say("seek", int sys->seek(f, big 1, Sys->SEEKSTART));
	(n, nil) = sys->dirread(f);
	print("%d\n", n);
	(n, nil) = sys->dirread(f);
	print("%d\n", n);
	say("seek", int sys->seek(f, big 0, Sys->SEEKSTART));
	(n, nil) = sys->dirread(f);
	print("%d\n", n);
	f = sys->open("one", Sys->OREAD);
	(n, nil) = sys->dirread(f);
	print("%d %r\n", n);

	print("- odd names\n");
	for(l := "with space" :: "tab\there" :: "quo'te" :: "ünï→𝄞" :: ".hidden" :: "-r" :: "a#b" :: "back\\slash" :: "new\nline" :: "*" :: nil; l != nil; l = tl l){
		f = sys->create(hd l, Sys->OWRITE, 8r666);
		if(f == nil){
			print("create %s: %r\n", hd l);
			continue;
		}
		write(f, hd l);
		print("%s\n", contents(hd l));
		(nil, e) = sys->stat(hd l);
		print("%d\n", e.name == hd l);
		if(sys->remove(hd l) < 0)
			print("remove %s: %r\n", hd l);
	}
	long := "";
	for(i := 0; i < 30; i++)
		long += "0123456789";
	fd("long", sys->create(long, Sys->OWRITE, 8r666));

	print("- descriptors\n");
	say("dup", sys->dup(99, -1));
	n = sys->dup(1, -1);
	say("dup", sys->dup(1, n));
	say("dup far", sys->dup(1, 100000));
	fd("fildes", sys->fildes(n));
	fd("fildes none", sys->fildes(3000));
	fd("fildes negative", sys->fildes(-1));
	bad: ref Sys->FD;
	say("read nil", sys->read(bad, b, 1));
	say("write nil", sys->write(bad, b, 1));
	(n, nil) = sys->fstat(bad);
	say("stat nil", n);
	say("read too much", sys->read(sys->open("one", Sys->OREAD), b, 1000));

	for(l = "one" :: "log" :: "lock" :: "byfd" :: "a" :: "b" :: nil; l != nil; l = tl l)
		sys->remove(hd l);
	sys->chdir("/");
	say("remove", sys->remove("/tmp/files"));
}
