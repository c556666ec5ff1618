implement Unicode;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "string.m";
	str: String;

Unicode: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	str = load String String->PATH;
	if(bufio == nil || str == nil)
		fail("load", sys->sprint("unicode: can't load String or Bufio module: %r"));

	numbers := text := 0;
	if(argv != nil)
		argv = tl argv;
	for(; argv != nil && hd argv != nil && (hd argv)[0] == '-'; argv = tl argv)
		case hd argv {
		"-n" =>	numbers = 1;
		"-t" =>	text = 1;
		* =>	usage();
		}
	if(argv == nil || hd argv == nil)
		usage();
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	first := hd argv;
	isrange := !numbers && str->splitl(first, "-").t1 != nil;
	numbers = numbers || !isrange && !ishex(first);
	err: string;
	for(; argv != nil && err == nil; argv = tl argv)
		if(isrange)
			err = table(hd argv);
		else if(numbers)
			codes(hd argv);
		else
			err = character(hd argv, text);
	out.flush();
	if(err != nil)
		fail("bad argument", err);
}

ishex(s: string): int
{
	return s != nil && str->in(s[0], "0-9a-fA-F");
}

# The code that s starts with, -1 for none, and the rest.
code(s: string): (int, string)
{
	if(!ishex(s))
		return (-1, s);
	(value, rest) := str->toint(s, 16);
	if(value > Sys->Runemax)
		value = -1;
	return (value, rest);
}

# Each of these returns nil, or what is wrong.
table(range: string): string
{
	(low, rest) := code(range);
	high := -1;
	if(rest != nil && rest[0] == '-')
		(high, rest) = code(rest[1:]);
	if(low < 0 || high < low || rest != nil)
		return "unicode: bad range " + range;
	for(c := low; c <= high; c++){
		separator := "\t";
		if(c == high || (c - low) % 8 == 7)
			separator = "\n";
		out.puts(sys->sprint("%.4x %c%s", c, c, separator));
	}
	return nil;
}

codes(s: string)
{
	for(i := 0; i < len s; i++)
		out.puts(sys->sprint("%.4x\n", s[i]));
}

character(s: string, text: int): string
{
	(c, rest) := code(s);
	if(c < 0 || rest != nil)
		return "unicode: bad unicode value " + s;
	out.putc(c);
	if(!text)
		out.putc('\n');
	return nil;
}

usage()
{
	fail("usage", "usage: unicode { [-t] hex hex ... | hexmin-hexmax ... | [-n] char ... }");
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "%s\n", message);
	raise "fail:" + status;
}
