implement Xd;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Xd: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Chunk:	con 16;

Format: adt
{
	unit:	int;		# bytes
	style:	int;		# 'o', 'd', 'x', or 'c' for characters
	width:	int;		# columns
};

formats: list of ref Format;	# in reverse until all options are read
column := array[Chunk] of {* => 0};	# where on the line a byte's text starts
addrstyle := 'x';
mark := 0;		# repeated chunks by an asterisk
swap := 0;
unbuffered := 0;

out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("init", sys->sprint("cannot load %s: %r", Bufio->PATH));
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	if(argv != nil)
		argv = tl argv;
	for(; argv != nil; argv = tl argv){
		arg := hd argv;
		if(arg != nil && arg[0] != '-')
			break;
		if(arg != nil)
			option(arg[1:]);
	}
	if(formats == nil)
		addformat(4, 'x');
	inorder: list of ref Format;
	for(; formats != nil; formats = tl formats)
		inorder = hd formats :: inorder;
	formats = inorder;

	if(argv == nil)
		dump(bufio->fopen(sys->fildes(0), Bufio->OREAD));
	titled := argv != nil && tl argv != nil;
	for(; argv != nil; argv = tl argv){
		f := bufio->open(hd argv, Bufio->OREAD);
		if(f == nil)
			fail("cannot open", sys->sprint("cannot open %s: %r", hd argv));
		if(titled)
			out.puts(hd argv + "\n");
		dump(f);
	}
}

option(s: string)
{
	if(len s == 2 && isstyle(s[1])){
		case s[0] {
		'a' =>	addrstyle = s[1];
		'b' or '1' =>	addformat(1, s[1]);
		'w' or '2' =>	addformat(2, s[1]);
		'l' or '4' =>	addformat(4, s[1]);
		'v' or '8' =>	addformat(8, s[1]);
		* =>	usage();
		}
		return;
	}
	case s {
	"c" =>	addformat(1, 'c');
	"r" =>	mark = 1;
	"s" =>	swap = 1;
	"u" =>	unbuffered = 1;
	* =>	usage();
	}
}

isstyle(c: int): int
{
	return c == 'o' || c == 'd' || c == 'x';
}

# Columns make room for the new format where those before it left too little.
addformat(unit, style: int)
{
	width := columns(unit, style);
	formats = ref Format(unit, style, width) :: formats;
	needed := 0;
	for(i := 0; i < Chunk; i += unit){
		short := needed - column[i];
		if(short > 0)
			for(j := i; j < Chunk; j++)
				column[j] += short;
		needed = column[i] + width + 1;
	}
}

columns(unit, style: int): int
{
	case style {
	'o' =>	return (unit * 8 + 2) / 3;
	'd' =>	return (unit * 5 + 1) / 2;
	}
	return 2 * unit;
}

dump(f: ref Iobuf)
{
	addr := big 0;
	previous: array of byte;
	starred := 0;
	for(;;){
		chunk := array[Chunk] of {* => byte 0};
		n := 0;
		while(n < Chunk && (r := f.read(chunk[n:], Chunk - n)) > 0)
			n += r;
		if(swap)
			reverse(chunk);
		if(mark && n == Chunk && previous != nil && same(chunk, previous)){
			if(!starred)
				out.puts("*\n");
			starred = 1;
			addr += big n;
			continue;
		}
		previous = chunk;
		starred = 0;
		pad := '0';
		for(l := formats; l != nil; l = tl l){
			out.puts(address(addr, pad) + " " + data(hd l, chunk[0:n], chunk) + "\n");
			pad = ' ';
		}
		addr += big n;
		if(n < Chunk)
			out.puts(address(addr, '0') + "\n");
		if(unbuffered || n < Chunk)
			out.flush();
		if(n < Chunk)
			return;
	}
}

same(a, b: array of byte): int
{
	for(i := 0; i < len a; i++)
		if(a[i] != b[i])
			return 0;
	return 1;
}

reverse(chunk: array of byte)
{
	for(i := 0; i < Chunk; i += 4){
		(chunk[i], chunk[i+3]) = (chunk[i+3], chunk[i]);
		(chunk[i+1], chunk[i+2]) = (chunk[i+2], chunk[i+1]);
	}
}

address(addr: big, pad: int): string
{
	s := number(addr, addrstyle, 1);
	while(len s < 7)
		s = sys->sprint("%c%s", pad, s);
	return s;
}

# The valid bytes; the last unit may reach into the padding of the whole chunk.
data(f: ref Format, valid, chunk: array of byte): string
{
	s := "";
	for(i := 0; i < len valid; i += f.unit){
		while(len s < column[i])
			s[len s] = ' ';
		if(f.style == 'c')
			s += character(int chunk[i]);
		else{
			value := big 0;
			for(j := 0; j < f.unit; j++)
				value = value << 8 | big chunk[i+j];
			s += number(value, f.style, f.width);
		}
	}
	return s;
}

number(value: big, style, digits: int): string
{
	case style {
	'o' =>	return sys->sprint("%.*buo", digits, value);
	'd' =>	return sys->sprint("%.*bud", digits, value);
	}
	return sys->sprint("%.*bux", digits, value);
}

character(c: int): string
{
	case c {
	'\b' =>	return "\\b";
	'\t' =>	return "\\t";
	'\n' =>	return "\\n";
	'\r' =>	return "\\r";
	}
	if(c < ' ' || c >= 16r7F)
		return sys->sprint("%.2x", c);
	return sys->sprint("%c", c);
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: xd [-u] [-r] [-s] [-a{odx}] [-c|{b1w2l4v8}{odx}] ... file ...\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "xd: %s\n", message);
	raise "fail:" + status;
}
