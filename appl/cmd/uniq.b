implement Uniq;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Uniq: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

single := 0;	# print lines that occur once
repeated := 0;	# print lines that occur more often
counted := 0;
out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("bad module", sys->sprint("uniq: cannot load %s: %r", Bufio->PATH));
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("bad module", sys->sprint("uniq: cannot load %s: %r", Arg->PATH));

	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'u' =>	single = 1;
		'd' =>	repeated = 1;
		'c' =>	counted = 1;
		* =>	fail("usage", "usage: uniq [-udc] [file]");
		}
	argv = arg->argv();
	if(len argv > 1)
		fail("usage", "usage: uniq [-udc] [file]");
	if(!single && !repeated)
		single = repeated = 1;

	in: ref Iobuf;
	if(argv == nil)
		in = bufio->fopen(sys->fildes(0), Bufio->OREAD);
	else{
		in = bufio->open(hd argv, Bufio->OREAD);
		if(in == nil)
			fail("open file", sys->sprint("uniq: cannot open %s: %r", hd argv));
	}
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	uniq(in);
	out.close();
}

uniq(in: ref Iobuf)
{
	previous := "";
	n := 0;
	while((line := in.gets('\n')) != nil){
		if(line[len line - 1] != '\n')
			line[len line] = '\n';
		if(line == previous){
			n++;
			continue;
		}
		show(previous, n);
		previous = line;
		n = 1;
	}
	show(previous, n);
}

show(line: string, n: int)
{
	if(n == 1 && single || n > 1 && repeated){
		if(counted)
			out.puts(string n + "\t");
		out.puts(line);
	}
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "%s\n", message);
	raise "fail:" + status;
}
