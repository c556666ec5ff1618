# $Loader: this module taken apart; modules made, and what is refused.
implement Taken;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";
include "loader.m";
	loader: Loader;
	Inst: import loader;

Taken: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
	other:	fn(x: int): int;
};

# opcodes and address modes
IRET:	con 16r0c;
IADDW:	con 16r3a;
FPFP:	con 16r09;
IMMFP:	con 16r11;
XX:	con 16r1b;

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	loader = load Loader Loader->PATH;
	me := load Taken "$self";
	if(me == nil)
		print("no self: %r\n");

	empty: Nilmod;
	print("%d %d %d\n", len loader->ifetch(empty), len loader->tdesc(empty), len loader->link(empty));

	# what is refused
	data := loader->dnew(8, array[1] of {byte 16r80});
	code := array[2] of {* => Inst(byte IRET, byte XX, 0, 0, 0)};
	m := loader->newmod("made", 0, 2, nil, data);
	print("%d %r\n", m == nil);
	m = loader->newmod("made", 0, -1, code, data);
	print("%d %r\n", m == nil);
	bad := array[1] of {* => Inst(byte 255, byte XX, 0, 0, 0)};
	m = loader->newmod("made", 0, 1, bad, data);
	print("%d %r\n", m == nil);

	m = loader->newmod("made", 0, 2, code, data);
	print("%d\n", m != nil);
	print("%d\n", loader->tnew(m, 40, nil));
	print("%d\n", loader->ext(m, 0, 0, 1));
	print("%d %r\n", loader->ext(m, 0, 5, 1));
	print("%d %r\n", loader->ext(m, 0, 0, 9));
	print("%d %r\n", loader->ext(m, 7, 0, 1));
	print("%d %d\n", loader->compile(m, 1), len loader->ifetch(m));
	insts := loader->ifetch(m);
	print("%d %d\n", int insts[1].op, int insts[1].addr);
	types := loader->tdesc(m);
	print("%d: %d %d\n", len types, types[0].size, types[1].size);

	# an operand outside the frame is refused when the function is named
	wild := array[2] of {Inst(byte IADDW, byte FPFP, 4000, 0, 32), Inst(byte IRET, byte XX, 0, 0, 0)};
	m = loader->newmod("wild", 0, 1, wild, data);
	loader->tnew(m, 40, nil);
	print("%d\n", loader->ext(m, 0, 0, 1));

	# made and dropped
	for(i := 0; i < 1000; i++){
		m = loader->newmod("made", 0, 1, code, data);
		loader->tnew(m, 40, nil);
		loader->ext(m, 0, 0, 1);
	}
	print("done\n");
}

other(x: int): int
{
	return x + 1;
}
