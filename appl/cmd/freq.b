implement Freq;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Freq: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

runes := 0;
decimal := octal := hexadecimal := character := 0;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		cantload(Bufio->PATH);
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'd' =>	decimal = 1;
		'o' =>	octal = 1;
		'x' =>	hexadecimal = 1;
		'c' =>	character = 1;
		'r' =>	runes = 1;
		* =>
			sys->fprint(sys->fildes(2), "usage: freq [-cdorx] [file ...]\n");
			raise "fail:usage";
		}
	if(!decimal && !octal && !hexadecimal && !character)
		decimal = octal = hexadecimal = character = 1;
	argv = arg->argv();
	if(argv == nil)
		freq(sys->fildes(0), "-");
	for(; argv != nil; argv = tl argv){
		fd := sys->open(hd argv, Sys->OREAD);
		if(fd == nil)
			sys->fprint(sys->fildes(2), "freq: cannot open %s: %r\n", hd argv);
		else
			freq(fd, hd argv);
	}
}

freq(fd: ref Sys->FD, name: string)
{
	in := bufio->fopen(fd, Bufio->OREAD);
	size := 256;
	if(runes)
		size = Sys->Runemax + 1;
	count := array[size] of {* => 0};
	c: int;
	if(runes)
		while((c = in.getc()) >= 0)
			count[c]++;
	else
		while((c = in.getb()) >= 0)
			count[c]++;
	if(c != Bufio->EOF)
		sys->fprint(sys->fildes(2), "freq: read error on %s: %r\n", name);

	out := bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(i := 0; i < size; i++)
		if(count[i] > 0)
			out.puts(describe(i) + sys->sprint("%8d\n", count[i]));
	out.flush();
}

describe(c: int): string
{
	s := "";
	if(decimal)
		s += sys->sprint("%3d ", c);
	if(octal)
		s += sys->sprint("%.3o ", c);
	if(hexadecimal)
		s += sys->sprint("%.2x ", c);
	if(character){
		if(c <= ' ' || c >= 16r7F && c < 16rA0)
			s += "- ";
		else
			s += sys->sprint("%c ", c);
	}
	return s;
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "freq: can't load %s: %r\n", path);
	raise "fail:load";
}
