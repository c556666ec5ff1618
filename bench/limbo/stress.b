implement Stress;

# What has to be linear in its number, and to leave nothing behind: stress name number
# prints the name, the bytes by which the heap has grown, how many they should be, and milliseconds. It may also be
# smaller afterwards, without the garbage of before.

include "sys.m";
	sys: Sys;
include "draw.m";
include "string.m";

Stress: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Kind: adt {
	name:	string;
	run:	ref fn(n: int): int;	# gives n back
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	kinds := array[] of {
		Kind("threads", threads),
		Kind("spawns", spawns),
		Kind("recursion", recursion),
		Kind("list", cells),
		Kind("strings", words),
		Kind("cycles", cycles),
		Kind("loads", loads),
	};
	if(len argv == 3)
		for(i := 0; i < len kinds; i++)
			if(kinds[i].name == hd tl argv){
				measure(kinds[i], int hd tl tl argv);
				return;
			}
	sys->fprint(sys->fildes(2), "usage: stress name number\n");
	raise "fail:usage";
}

measure(kind: Kind, n: int)
{
	# What is kept for the next time, such as code, is there after the first.
	kind.run(10000);
	before := used();
	cost := used() - before;
	start := sys->millisec();
	done := kind.run(n);
	ms := sys->millisec() - start;
	if(done != n){
		sys->fprint(sys->fildes(2), "stress: %s: %d of %d\n", kind.name, done, n);
		raise "fail:wrong";
	}
	grown := used() - before - 2*cost;
	if(grown < 0)
		grown = 0;
	sys->print("%s %d 0 %d ms\n", kind.name, grown, ms);
}

padding: list of array of byte;

# Bytes of the heap in use after a collection. An idle emulator collects when enough is new, so each look makes something new
# and keeps it: there are as many bytes more each time.
used(): int
{
	padding = array[16r1000000] of byte :: padding;
	sys->sleep(50);
	fd := sys->open("/dev/memory", Sys->OREAD);
	buf := array[512] of byte;
	n := sys->read(fd, buf, len buf);
	(nil, fields) := sys->tokenize(string buf[0:n], " ");
	return int hd fields;
}

answer(c: chan of int)
{
	c <-= 1;
}

# All alive at once.
threads(n: int): int
{
	c := chan of int;
	for(i := 0; i < n; i++)
		spawn answer(c);
	sum := 0;
	for(i = 0; i < n; i++)
		sum += <-c;
	return sum;
}

# One after another.
spawns(n: int): int
{
	c := chan of int;
	sum := 0;
	for(i := 0; i < n; i++){
		spawn answer(c);
		sum += <-c;
	}
	return sum;
}

recursion(n: int): int
{
	if(n == 0)
		return 0;
	return recursion(n-1) + 1;
}

# A list is made, and freed at a stroke.
cells(n: int): int
{
	l: list of int;
	for(i := 0; i < n; i++)
		l = i :: l;
	return len l;
}

words(n: int): int
{
	all := array[n] of string;
	for(i := 0; i < n; i++)
		all[i] = "word" + string i;
	return int all[n-1][4:] + 1;
}

Ring: adt {
	next:	cyclic ref Ring;
};

# Rings of two, which only the collector frees.
cycles(n: int): int
{
	for(i := 0; i < n; i++){
		r := ref Ring(ref Ring(nil));
		r.next.next = r;
	}
	return i;
}

loads(n: int): int
{
	for(i := 0; i < n; i++){
		s := load String String->PATH;
		if(s == nil)
			break;
	}
	return i;
}
