# One thread debugs another through /prog/n/dbgctl.
implement Dbg;

include "sys.m";
	sys: Sys;
	print, sprint: import sys;
include "draw.m";

Dbg: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# what is debugged: counts the values it is sent
loop(me: chan of int, c: chan of int, done: chan of int)
{
	me <-= sys->pctl(0, nil);
	n := 0;
	while((v := <-c) >= 0)
		n += double(v);
	done <-= n;
}

double(v: int): int
{
	# not so short that it would be inlined
	r := v;
	r += v;
	return r;
}

write(fd: ref Sys->FD, s: string): string
{
	b := array of byte s;
	if(sys->write(fd, b, len b) != len b)
		return sprint("%r");
	return "ok";
}

event(fd: ref Sys->FD): string
{
	b := array[100] of byte;
	n := sys->read(fd, b, len b);
	if(n < 0)
		return sprint("%r");
	return string b[0:n];
}

# depth and pc of the stack of a thread
stack(pid: int): (int, int, string)
{
	fd := sys->open(sprint("/prog/%d/stack", pid), Sys->OREAD);
	b := array[4096] of byte;
	n := sys->read(fd, b, len b);
	if(n <= 0)
		return (0, 0, sprint("%r"));
	(nl, l) := sys->tokenize(string b[0:n], "\n");
	(nil, f) := sys->tokenize(hd l, " ");
	pc := 0;
	s := hd tl f;
	for(i := 0; i < len s; i++)
		if(s[i] >= 'a')
			pc = pc*16 + s[i]-'a'+10;
		else
			pc = pc*16 + s[i]-'0';
	return (nl, pc, hd tl tl tl tl tl f);
}

state(pid: int): string
{
	fd := sys->open(sprint("/prog/%d/status", pid), Sys->OREAD);
	b := array[200] of byte;
	n := sys->read(fd, b, len b);
	if(n <= 0)
		return sprint("%r");
	(nil, l) := sys->tokenize(string b[0:n], " ");
	return hd tl tl tl tl l;
}

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	me := chan of int;
	c := chan of int;
	done := chan of int;
	spawn loop(me, c, done);
	pid := <-me;
	sys->sleep(10);
	print("%s\n", state(pid));
	fd := sys->open(sprint("/prog/%d/dbgctl", pid), Sys->ORDWR);
	if(fd == nil){
		print("no dbgctl: %r\n");
		exit;
	}
	print("bad: %s\n", write(fd, "bpt put x 3"));

	# grab it in mid air
	grabbed := chan of string;
	spawn writer(fd, "step0", grabbed);
	sys->sleep(10);
	c <-= 5;
	print("grab: %s\n", <-grabbed);
	print("%s\n", state(pid));
	(depth, pc, nil) := stack(pid);
	print("depth %d\n", depth);
	# into the function
	for(n := 0; n < 20; n++){
		e := write(fd, "step1");
		if(e != "ok"){
			print("step: %s\n", e);
			break;
		}
		(d, pc1, path) := stack(pid);
		if(d > depth){
			print("deeper\n");
			pc = pc1;
			bpt := path;
			print("toret: %s\n", write(fd, "toret"));
			(d, nil, nil) = stack(pid);
			print("back %d\n", d == depth);
			print("bpt: %s\n", write(fd, sprint("bpt set %s %d", bpt, pc)));
			break;
		}
	}
	spawn writer(fd, "cont", grabbed);
	print("%s\n", event(fd));
	c <-= 6;
	print("%s\n", event(fd));
	print("cont: %s\n", <-grabbed);
	(nil, pc1, path) := stack(pid);
	print("there %d\n", pc1 == pc);
	print("del: %s\n", write(fd, sprint("bpt del %s %d", path, pc)));
	spawn writer(fd, "cont", grabbed);
	print("%s\n", event(fd));
	c <-= 7;
	print("%s\n", event(fd));
	print("%s\n", event(fd));
	c <-= -1;
	print("%s\n", event(fd));
	print("%s\n", event(fd));
	print("sum %d\n", <-done);
	print("%s\n", event(fd));
	print("%s\n", event(fd));
	print("cont: %s\n", <-grabbed);
}

writer(fd: ref Sys->FD, s: string, c: chan of string)
{
	c <-= write(fd, s);
}
