# Pipes, descriptors, the environment, served files, threads.
implement Devices;

include "sys.m";
	sys: Sys;
	print, sprint: import sys;
	FD, FileIO, Rread, Rwrite: import sys;
include "draw.m";

Devices: module
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

open(what, name: string, mode: int): ref FD
{
	f := sys->open(name, mode);
	if(f == nil)
		print("%s: %r\n", what);
	return f;
}

write(f: ref FD, s: string): int
{
	b := array of byte s;
	return sys->write(f, b, len b);
}

read(f: ref FD, n: int): string
{
	b := array[n] of byte;
	n = sys->read(f, b, n);
	if(n < 0)
		return sprint("%r");
	return "<" + string b[0:n] + ">";
}

contents(name: string): string
{
	f := sys->open(name, Sys->OREAD);
	if(f == nil)
		return sprint("%r");
	return read(f, 1000);
}

put(name, s: string): int
{
	f := sys->create(name, Sys->OWRITE, 8r666);
	if(f == nil)
		return -1;
	return write(f, s);
}

ls(name: string)
{
	f := open("ls", name, Sys->OREAD);
	for(;;){
		(n, d) := sys->dirread(f);
		if(n <= 0)
			break;
		names := array[n] of string;
		for(i := 0; i < n; i++){
			names[i] = sprint("%s %uo %bd", d[i].name, d[i].mode, d[i].length);
			for(k := i; k > 0 && names[k] < names[k-1]; k--)
				(names[k], names[k-1]) = (names[k-1], names[k]);
		}
		for(i = 0; i < n; i++)
			print("	%s\n", names[i]);
	}
}

dir: con "/tmp/devices.d";

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	sys->pctl(Sys->FORKNS|Sys->NEWENV|Sys->NEWPGRP, nil);
	sys->create(dir, Sys->OREAD, Sys->DMDIR|8r777);
	pipes();
	dups();
	environment();
	served();
	threads();
}

pipes()
{
	print("- pipes\n");
	p := array[2] of ref FD;
	say("pipe", sys->pipe(p));
	say("one place", sys->pipe(array[1] of ref FD));
	say("write", write(p[0], "hello"));
	say("write", write(p[0], "world"));
	print("%s\n", read(p[1], 3));
	print("%s\n", read(p[1], 30));
	print("%s\n", read(p[1], 30));
	say("the other way", write(p[1], "back"));
	(n, d) := sys->fstat(p[0]);
	print("%s %bd\n", d.name, d.length);
	print("%s\n", read(p[0], 30));
	say("write nothing", write(p[0], ""));
	write(p[0], "more");
	print("%s %s\n", read(p[1], 10), read(p[1], 10));
	say("seek", int sys->seek(p[0], big 0, Sys->SEEKSTART));
	c := chan of string;
	spawn reader(p[1], c);
	sys->sleep(5);
	write(p[0], "late");
	print("%s\n", <-c);
	spawn reader(p[1], c);
	sys->sleep(5);
	p[0] = nil;
	print("%s\n", <-c);
	{
		say("nobody reads", write(p[1], "x"));
	}exception e{
	"*" =>
		print("%s\n", e);
	}
	for(i := 0; i < 4; i++)
		print("%s\n", read(p[1], 5));
	print("%s\n", read(p[1], 5));
	say("bind", sys->bind("#|", dir, Sys->MREPL) > 0);
	ls(dir);
	a := open("data", dir + "/data", Sys->ORDWR);
	b := open("data1", dir + "/data1", Sys->ORDWR);
	write(a, "through names");
	print("%s\n", read(b, 30));
	print("%s\n", sys->fd2path(a));
	print("%s\n", contents(dir + "/data2"));
	say("remove", sys->remove(dir + "/data"));
	d = sys->nulldir;
	d.name = "data1";
	say("rename as the other end", sys->wstat(dir + "/data", d));
	d.name = "left";
	d.mode = 8r1640;
	say("rename", sys->wstat(dir + "/data", d));
	say("rename the directory", sys->wstat(dir, d));
	ls(dir);
	write(b, "renamed");
	print("%s %d\n", read(open("left", dir + "/left", Sys->OREAD), 30), sys->open(dir + "/data", Sys->OREAD) == nil);
	say("unmount", sys->unmount(nil, dir));
	sys->pipe(p);
	done := chan of int;
	spawn leave(p[1], p[1].fd, done);
	p[1] = nil;
	<-done;
	print("%s%s\n", read(p[0], 30), read(p[0], 30));
	(n, d) = sys->stat("#|");
	print("%s %uo\n", d.name, d.mode);
}

Ring: adt
{
	next:	cyclic ref Ring;
	fd:	ref FD;
};

# leaves a descriptor in a cycle
leave(f: ref FD, n: int, done: chan of int)
{
	sys->pctl(Sys->NEWFD, n :: nil);
	f = nil;
	r := ref Ring(nil, sys->fildes(n));
	r.next = r;
	write(r.fd, "left in a ring");
	r = nil;
	done <-= 0;
}

reader(f: ref FD, c: chan of string)
{
	c <-= read(f, 100);
}

dups()
{
	print("- descriptors\n");
	put("/tmp/devices", "0123456789");
	f := open("file", "/tmp/devices", Sys->OREAD);
	read(f, 3);
	name := "/fd/" + string f.fd;
	g := open("dup", name, Sys->OREAD);
	print("%s %s\n", read(g, 2), read(f, 2));
	g = open("to write", name, Sys->OWRITE);
	g = open("not open", "/fd/77", Sys->OREAD);
	g = open("no number", "/fd/x", Sys->OREAD);
	g = open("ctl", name + "ctl", Sys->OREAD);
	print("%d\n", read(g, 100) != "<>");
	(nil, d) := sys->stat(name);
	print("%d %uo\n", d.name == string f.fd, d.mode);
	say("remove", sys->remove(name));
	sys->remove("/tmp/devices");
}

environment()
{
	print("- environment\n");
	sys->bind("#e", "/env", Sys->MREPL|Sys->MCREATE);
	ls("/env");
	say("create", put("/env/a", "value"));
	say("create", put("/env/b", ""));
	print("%s %s %s\n", contents("/env/a"), contents("/env/b"), contents("/env/c"));
	ls("/env");
	f := open("open", "/env/a", Sys->ORDWR);
	print("%s\n", read(f, 2));
	say("write", write(f, "XYZVW"));
	print("%s\n", contents("/env/a"));
	say("seek", int sys->seek(f, big 10, Sys->SEEKSTART));
	say("write", write(f, "end"));
	print("%d\n", len contents("/env/a"));
	f = open("truncate", "/env/a", Sys->OWRITE|Sys->OTRUNC);
	print("%s\n", contents("/env/a"));
	f = sys->create("/env/d", Sys->OREAD, Sys->DMDIR|8r777);
	if(f == nil)
		print("directory: %r\n");
	c := chan of int;
	spawn shares(c);
	<-c;
	print("%s\n", contents("/env/a"));
	spawn forks(c);
	<-c;
	print("%s\n", contents("/env/a"));
	spawn fresh(c);
	<-c;
	d := sys->nulldir;
	d.name = "renamed";
	say("wstat", sys->wstat("/env/a", d));
	say("remove", sys->remove("/env/a"));
	say("remove", sys->remove("/env/a"));
	f = open("gone", "/env/b", Sys->OREAD);
	sys->remove("/env/b");
	print("%s\n", read(f, 5));
	ls("/env");
}

shares(c: chan of int)
{
	put("/env/a", "shared");
	c <-= 1;
}

forks(c: chan of int)
{
	sys->pctl(Sys->FORKENV, nil);
	put("/env/a", "forked");
	c <-= 1;
}

fresh(c: chan of int)
{
	sys->pctl(Sys->NEWENV, nil);
	print("%s\n", contents("#e/a"));
	c <-= 1;
}

served()
{
	print("- file2chan\n");
	f := sys->file2chan("/tmp", "served");
	print("outside %d\n", f != nil);
	f = nil;
	sys->bind("#s", dir, Sys->MBEFORE);
	io := sys->file2chan(dir, "file");
	if(io == nil){
		print("file2chan: %r\n");
		return;
	}
	again := sys->file2chan(dir, "file");
	print("again %d\n", again != nil);
	again = nil;
	(nil, d) := sys->stat(dir + "/file");
	print("%s %uo %bd\n", d.name, d.mode, d.length);
	c := chan of int;
	spawn server(io, c);
	fd := open("open", dir + "/file", Sys->ORDWR);
	print("%s\n", read(fd, 5));
	print("%s\n", read(fd, 100));
	print("%s\n", read(fd, 5));
	say("write", write(fd, "some words"));
	say("write", write(fd, "fail"));
	say("write", write(fd, "short"));
	print("%s\n", read(fd, 100));
	other := open("open", dir + "/file", Sys->OREAD);
	print("%s\n", read(other, 1));
	fd = nil;
	other = nil;
	sys->sleep(5);
	d = sys->nulldir;
	d.name = "renamed";
	say("wstat", sys->wstat(dir + "/file", d));
	fd = open("open", dir + "/file", Sys->OREAD);
	io = nil;
	c <-= 1;
	sys->sleep(5);
	print("%s\n", read(fd, 5));
	fd = open("after", dir + "/file", Sys->OREAD);
	sys->unmount(nil, dir);
}

server(io: ref FileIO, c: chan of int)
{
	fids := 0;
	text := array of byte "0123456789";
	for(;;) alt{
	(off, n, fid, rc) := <-io.read =>
		if(rc == nil){
			print("closed\n");
			continue;
		}
		if(fid != fids){
			fids = fid;
			print("new reader\n");
		}
		if(off > len text)
			rc <-= (nil, "too far");
		else if(off + n > len text)
			rc <-= (text[off:], nil);
		else
			rc <-= (text[off:off+n], nil);
	(off, data, nil, wc) := <-io.write =>
		if(wc == nil){
			continue;
		}
		print("at %d <%s>\n", off, string data);
		case string data {
		"fail" =>
			wc <-= (0, "will not");
		"short" =>
			wc <-= (2, nil);
		* =>
			wc <-= (len data, nil);
		}
	<-c =>
		exit;
	}
}

blocker(c: chan of int)
{
	c <-= sys->pctl(0, nil);
	<-c;
}

catcher(c: chan of int, s: chan of string)
{
	c <-= sys->pctl(0, nil);
	{
		<-c;
	}exception e{
	"*" =>
		s <-= "caught " + e;
		s <-= contents("/prog/" + string sys->pctl(0, nil) + "/exception");
	}
}

ender(c: chan of int, how: string)
{
	c <-= sys->pctl(0, nil);
	<-c;
	if(how != nil)
		raise how;
}

# a record of the end of a thread, without its number
ended(f: ref FD, pid: int): string
{
	s := read(f, 200);
	for(i := 1; i < len s && s[i] != ' '; i++)
		;
	if(int s[1:i] != pid)
		return "of another " + s;
	return s[i+1:];
}

threads()
{
	print("- threads\n");
	me := string sys->pctl(0, nil);
	prog := "/prog/" + me;
	print("%d\n", int contents(prog + "/pgrp")[1:] == int me);
	print("%s\n", contents(prog + "/exception"));
	print("%s\n", contents("/prog/99999/status"));
	print("%s\n", contents("/prog/x"));
	print("%s\n", contents("/prog/0" + me + "/status"));
	f := open("ctl to read", prog + "/ctl", Sys->OREAD);
	f = open("status to write", prog + "/status", Sys->OWRITE);
	f = open("text", prog + "/text", Sys->OREAD);
	f = open("heap to read", prog + "/heap", Sys->OREAD);
	f = open("dbgctl to write", prog + "/dbgctl", Sys->OWRITE);
	say("remove", sys->remove(prog + "/status"));
	f = open("ctl", prog + "/ctl", Sys->OWRITE);
	say("exceptions", write(f, "exceptions"));
	say("exceptions x", write(f, "exceptions x"));
	wait := open("wait", prog + "/wait", Sys->OREAD);

	c := chan of int;
	spawn blocker(c);
	pid := <-c;
	f = open("ctl", sprint("/prog/%d/ctl", pid), Sys->OWRITE);
	say("exceptions", write(f, "exceptions propagate"));
	stack := open("stack", sprint("/prog/%d/stack", pid), Sys->OREAD);
	(nil, l) := sys->tokenize(contents(sprint("/prog/%d/status", pid)), " ");
	print("%s %s\n", hd tl tl tl tl tl l, hd tl tl tl tl tl tl tl l);
	say("kill", write(f, "kill"));
	print("%s\n", ended(wait, pid));
	say("kill again", write(f, "kill"));
	print("%s\n", read(stack, 100));
	f = open("gone", sprint("/prog/%d/ctl", pid), Sys->OWRITE);

	for(hows := "" :: "fail:sad" :: nil; hows != nil; hows = tl hows){
		spawn ender(c, hd hows);
		pid = <-c;
		c <-= 1;
		print("%s\n", ended(wait, pid));
	}

	s := chan of string;
	spawn catcher(c, s);
	pid = <-c;
	f = open("ctl", sprint("/prog/%d/ctl", pid), Sys->OWRITE);
	say("raise", write(f, "exception because I say so"));
	print("%s\n", <-s);
	(nil, l) = sys->tokenize(<-s, " ");
	for(l = tl l; l != nil; l = tl l)
		print(" %s", hd l);
	print("\n%s\n", ended(wait, pid));

	# groups
	for(l = "propagate" :: "notifyleader" :: nil; l != nil; l = tl l){
		spawn leader(hd l, c, s);
		print("%s: %s\n", hd l, <-s);
		<-c;
	}
	say("private", write(open("ctl", prog + "/ctl", Sys->OWRITE), "private"));
	f = open("heap", prog + "/heap", Sys->ORDWR);
	f = open("dbgctl", prog + "/dbgctl", Sys->ORDWR);
	sys->remove(dir);
}

member(c: chan of int, how: string)
{
	{
		c <-= sys->pctl(0, nil);
		<-c;
		raise how;
	}exception e{
	"killed" =>
		print("member was told %s\n", e);
	}
}

leader(how: string, done: chan of int, s: chan of string)
{
	pid := sys->pctl(Sys->NEWPGRP, nil);
	f := open("ctl", "/prog/" + string pid + "/ctl", Sys->OWRITE);
	write(f, "exceptions " + how);
	c := chan of int;
	other := chan of int;
	spawn member(c, "fail:one");
	<-c;
	spawn member(other, "fail:two");
	pid = <-other;
	{
		c <-= 1;
		<-c;
	}exception e{
	"*" =>
		s <-= e;
	}
	sys->sleep(5);
	print("other gone %d\n", sys->open(sprint("/prog/%d/status", pid), Sys->OREAD) == nil);
	done <-= 1;
}
