# Threads that end in every way in the middle of their work, and modules that go while somebody is in them: nothing is left over.
implement Teardown;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Path: con "/dis/t/teardown.dis";

Teardown: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
	# What follows is called through links to other instances of this module.
	setup:	fn();
	spin:	fn(other: Teardown, depth: int, pid: chan of int);
	hold:	fn(hello, c: chan of int, s: string);
	fails:	fn(other: Teardown, depth: int): string;
	ends:	fn(other: Teardown, depth: int, l: list of string);
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	all();
	before := used();
	for(i := 0; i < 5; i++)
		all();
	print("%d bytes left\n", used() - before);
	print("%s\n", fair());
}

setup()
{
	sys = load Sys Sys->PATH;
}

instance(): Teardown
{
	m := load Teardown Path;
	m->setup();
	return m;
}

# Bytes in use, after the idle emulator has collected cycles.
used(): int
{
	sys->sleep(100);
	buf := array[200] of byte;
	n := sys->read(sys->open("/dev/memory", Sys->OREAD), buf, len buf);
	(nil, fields) := sys->tokenize(string buf[0:n], " ");
	return int hd fields;
}

all()
{
	killed();
	left();
	raised();
	exits();
}

kill(pid: int)
{
	fd := sys->open("/prog/" + string pid + "/ctl", Sys->OWRITE);
	if(fd == nil || sys->fprint(fd, "kill") < 0)
		print("cannot kill %d: %r\n", pid);
	fd = nil;
	while(sys->open("/prog/" + string pid + "/ctl", Sys->OWRITE) != nil)
		sys->sleep(1);
}

# Spinning threads, here and below calls between modules, are killed.
killed()
{
	c := chan of int;
	for(i := 0; i < 20; i += 4){
		a := instance();
		b := instance();
		spawn a->spin(b, i, c);
		a = b = nil;
		kill(<-c);
	}
}

spin(other: Teardown, depth: int, pid: chan of int)
{
	if(depth > 0){
		other->spin(other, depth - 1, pid);
		return;
	}
	pid <-= sys->pctl(0, nil);
	l: list of string;
	for(i := 0;; i++){
		l = string i :: l;
		if(len l == 10)
			l = nil;
	}
}

# Threads wait inside of modules that nobody else has any more: half of them are killed, the others go on.
left()
{
	c := chan of int;
	hello := chan of int;
	pids: list of int;
	for(i := 0; i < 20; i++){
		m := instance();
		spawn m->hold(hello, c, "thread " + string i);
		m = nil;
		pids = <-hello :: pids;
	}
	for(n := 0; pids != nil; pids = tl pids)
		if(n++ & 1)
			kill(hd pids);
	for(i = 0; i < 10; i++)
		c <-= i;
	sum := 0;
	for(i = 0; i < 10; i++)
		sum += <-hello;
	if(sum != 45)
		print("held: %d\n", sum);
}

hold(hello, c: chan of int, s: string)
{
	hello <-= sys->pctl(0, nil);
	n := <-c;
	if(s[0:7] == "thread ")
		hello <-= n;
}

# Exceptions go through calls between modules, with pending frames on the way.
raised()
{
	a := instance();
	b := instance();
	for(i := 0; i < 200; i++){
		{
			print("returned %s\n", a->fails(b, i % 20) + b->fails(a, 1));
		} exception e {
		"deep *" =>
			if(e != "deep 0")
				print("raised %s\n", e);
		}
	}
}

fails(other: Teardown, depth: int): string
{
	if(depth == 0)
		raise "deep 0";
	s := string depth;
	return s + other->fails(other, depth - 1) + s;
}

# Threads exit deep inside.
exits()
{
	a := instance();
	b := instance();
	for(i := 0; i < 50; i++)
		spawn a->ends(b, i, "one" :: nil);
}

ends(other: Teardown, depth: int, l: list of string)
{
	if(depth == 0)
		exit;
	other->ends(other, depth - 1, "another" :: l);
}

# A thread that spins keeps neither others nor the clock from going on.
fair(): string
{
	pid := chan of int;
	a := instance();
	spawn a->spin(a, 3, pid);
	spinner := <-pid;
	c := chan of int;
	spawn count(c);
	start := sys->millisec();
	for(i := 0; i < 50; i++)
		<-c;
	for(i = 0; i < 5; i++)
		sys->sleep(1);
	elapsed := sys->millisec() - start;
	kill(spinner);
	if(elapsed < 30000)
		return "fair";
	return "unfair: " + string elapsed + " ms";
}

count(c: chan of int)
{
	for(i := 0; i < 50; i++)
		c <-= i;
}
