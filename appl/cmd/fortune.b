implement Fortune;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "rand.m";
	rand: Rand;

Fortune: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("load", sys->sprint("cannot load %s: %r", Bufio->PATH));
	rand = load Rand Rand->PATH;
	if(rand == nil)
		fail("load", sys->sprint("cannot load %s: %r", Rand->PATH));
	name := "/lib/games/fortunes";
	if(argv != nil && tl argv != nil)
		name = hd tl argv;
	if(len argv > 2 || len name > 1 && name[0] == '-')
		usage();
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil)
		fail("open", sys->sprint("can't open %s: %r", name));
	rand->init(seed());
	# the n'th line replaces the choice so far with a chance of one in n
	choice := "";
	for(n := 1; (line := f.gets('\n')) != nil; n++)
		if(rand->rand(n) == 0)
			choice = line;
	sys->print("%s", choice);
}

seed(): int
{
	bytes := array[4] of {* => byte 0};
	fd := sys->open("/dev/notquiterandom", Sys->OREAD);
	if(fd == nil || sys->read(fd, bytes, len bytes) != len bytes)
		return sys->millisec();
	n := 0;
	for(i := 0; i < len bytes; i++)
		n = n << 8 | int bytes[i];
	return n;
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: fortune [file]\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "fortune: %s\n", message);
	raise "fail:" + status;
}
