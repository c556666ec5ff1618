# $Loader ten thousand times: whatever it makes goes again.
implement Many;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";
include "loader.m";
	loader: Loader;
	Inst: import loader;

Many: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

IRET:	con 16r0c;
ILOAD:	con 16r0e;
XX:	con 16r1b;

used(): int
{
	fd := sys->open("#c/memory", Sys->OREAD);
	b := array[200] of byte;
	n := sys->read(fd, b, len b);
	(nil, l) := sys->tokenize(string b[0:n], " ");
	return int hd l;
}

code: array of Inst;
me: Nilmod;

round()
{
	data := loader->dnew(16, array[] of {byte 16r20});
	m := loader->newmod("made", 0, 2, code, data);
	loader->tnew(m, 48, array[] of {byte 0, byte 16r80});
	loader->ext(m, 0, 0, 1);
	loader->ext(m, 1, 99, 1);
	loader->ext(m, 1, 0, 9);
	loader->compile(m, 0);
	other := loader->newmod("other", 0, 1, nil, data);
	other = loader->newmod("other", 0, 70000, code, data);
	other = loader->newmod("other", 0, 1, array[] of {Inst(byte 255, byte 0, 0, 0, 0)}, data);
	if(len loader->ifetch(m) != len code || len loader->tdesc(m) != 2)
		print("not as made\n");
	loader->link(m);
	loader->ifetch(me);
	loader->link(me);
	loader->tdesc(me);
	loader->tnew(me, 8, nil);
	loader->ext(me, 0, 0, 0);
	loader->dnew(-1, array[] of {byte 0});
	loader->dnew(4, array[] of {byte 16rff, byte 16rff, byte 1});
}

rounds(n: int)
{
	for(i := 0; i < n; i++)
		round();
}

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	loader = load Loader Loader->PATH;
	me = load Nilmod "$self";
	if(me == nil)
		me = load Nilmod "/dis/cat.dis";
	code = array[2] of {* => Inst(byte IRET, byte XX, 0, 0, 0)};
	rounds(100);
	before := used();
	rounds(10000);
	grown := used() - before;
	if(grown > 4096)
		print("grown by %d\n", grown);
	print("done\n");
}
