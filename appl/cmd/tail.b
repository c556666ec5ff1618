implement Tail;

include "sys.m";
	sys: Sys;
include "draw.m";

Tail: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Block:	con 8192;
Unlimited:	con 16r7fffffff;

count := -1;		# -1: not given
bytes := 0;		# count bytes, not lines
frombeginning := 0;
backwards := 0;
follow := 0;

in, out: ref Sys->FD;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	argv = options(argv);
	if(len argv > 1)
		usage();
	if(backwards && (bytes || follow || frombeginning))
		fail("incompatible options");
	if(count < 0){
		count = 10;
		if(backwards)
			count = Unlimited;
	}

	in = sys->fildes(0);
	out = sys->fildes(1);
	name := "standard input";
	if(argv != nil && hd argv != "-"){
		name = hd argv;
		in = sys->open(name, Sys->OREAD);
		if(in == nil)
			fail(sys->sprint("%s: %r", name));
	}
	if(frombeginning)
		skip();
	else{
		if(seekable(name))
			seektail();
		keep();
	}
	while(follow)
		watch();
}

options(argv: list of string): list of string
{
	for(; argv != nil; argv = tl argv){
		arg := hd argv;
		if(arg == "--")
			return tl argv;
		if(hasnumber(arg)){
			suffix(arg[number(arg):]);
			continue;
		}
		if(len arg < 2 || arg[0] != '-')
			return argv;
		for(i := 1; i < len arg; i++)
			case arg[i] {
			'r' =>	backwards = 1;
			'f' =>	follow = 1;
			'n' or 'c' =>
				bytes = arg[i] == 'c';
				rest := arg[i+1:];
				if(rest == nil && tl argv != nil){
					argv = tl argv;
					rest = hd argv;
				}
				if(!hasnumber(rest) || number(rest) != len rest)
					usage();
				i = len arg;
			* =>	usage();
			}
	}
	return nil;
}

hasnumber(s: string): int
{
	if(len s > 1 && (s[0] == '-' || s[0] == '+'))
		s = s[1:];
	return s != nil && isdigit(s[0]);
}

isdigit(c: int): int
{
	return c >= '0' && c <= '9';
}

# Takes the count that s starts with, and gives the index of what follows it.
number(s: string): int
{
	if(count >= 0)
		fail("excess option");
	i := 0;
	if(!isdigit(s[0])){
		frombeginning = s[0] == '+';
		i = 1;
	}
	value := big 0;
	for(; i < len s && isdigit(s[i]); i++){
		value = value * big 10 + big (s[i] - '0');
		if(value > big Unlimited)
			fail("too big");
	}
	count = int value;
	return i;
}

# [lbc][rf]
suffix(s: string)
{
	if(s != nil && (s[0] == 'l' || s[0] == 'b' || s[0] == 'c')){
		bytes = s[0] != 'l';
		if(s[0] == 'b'){
			if(count > Unlimited / 1024)
				fail("too big");
			count *= 1024;
		}
		s = s[1:];
	}
	case s {
	"" =>	;
	"r" =>	backwards = 1;
	"f" =>	follow = 1;
	* =>	usage();
	}
}

seekable(name: string): int
{
	(ok, d) := sys->fstat(in);
	return name != "standard input" && ok >= 0 && d.length > big 0
		&& sys->seek(in, big 0, Sys->SEEKSTART) == big 0;
}

# Lines count from 1, bytes from 0.
skip()
{
	buf := array[Block] of byte;
	left := count;
	if(!bytes && left > 0)
		left--;
	while(left > 0){
		n := read(buf);
		if(n == 0)
			return;
		for(i := 0; i < n && left > 0; i++)
			if(bytes || buf[i] == byte '\n')
				left--;
		write(buf[i:n]);
	}
	copy();
}

# Leaves a file that can be sought in where its tail begins.
seektail()
{
	end := sys->seek(in, big 0, Sys->SEEKEND);
	if(end < big 0)
		fail(sys->sprint("%r"));
	start := end - big count;
	if(!bytes)
		start = linesback(end);
	if(start < big 0)
		start = big 0;
	sys->seek(in, start, Sys->SEEKSTART);
}

linesback(end: big): big
{
	if(count == 0)
		return end;
	buf := array[Block] of byte;
	left := count;
	for(pos := end; pos > big 0;){
		n := len buf;
		if(pos < big n)
			n = int pos;
		pos -= big n;
		sys->seek(in, pos, Sys->SEEKSTART);
		if(readfull(buf[0:n]) != n)
			fail("length error");
		for(i := n - 1; i >= 0; i--)
			if(buf[i] == byte '\n' && pos + big (i + 1) != end && --left == 0)
				return pos + big (i + 1);
	}
	return big 0;
}

readfull(buf: array of byte): int
{
	n := 0;
	while(n < len buf && (r := read(buf[n:])) > 0)
		n += r;
	return n;
}

# Reads to the end, holding on to the tail of what was read: the buffer is cut
# back only when it is full, and grows when the tail takes more than half of it.
keep()
{
	buf := array[2 * Block] of byte;
	end := 0;
	while((n := read(buf[end:])) > 0){
		end += n;
		if(end < len buf)
			continue;
		start := tailstart(buf[0:end]);
		if(end - start > len buf / 2){
			more := array[2 * len buf] of byte;
			more[0:] = buf[start:end];
			buf = more;
		}else
			buf[0:] = buf[start:end];
		end -= start;
	}
	start := tailstart(buf[0:end]);
	if(backwards)
		writebackwards(buf[start:end]);
	else
		write(buf[start:end]);
}

tailstart(buf: array of byte): int
{
	if(bytes){
		if(len buf > count)
			return len buf - count;
		return 0;
	}
	if(count == 0)
		return len buf;
	left := count;
	for(i := len buf - 1; i > 0; i--)
		if(buf[i-1] == byte '\n' && --left == 0)
			return i;
	return 0;
}

writebackwards(buf: array of byte)
{
	end := len buf;
	result := array[end + 1] of byte;
	n := 0;
	while(end > 0){
		for(start := end - 1; start > 0 && buf[start-1] != byte '\n'; start--)
			;
		result[n:] = buf[start:end];
		n += end - start;
		if(result[n-1] != byte '\n')
			result[n++] = byte '\n';
		end = start;
	}
	write(result[0:n]);
}

copy()
{
	buf := array[Block] of byte;
	while((n := read(buf)) > 0)
		write(buf[0:n]);
}

# Prints what was added after a while; a file that became shorter was begun anew.
watch()
{
	sys->sleep(1000);
	(ok, d) := sys->fstat(in);
	if(ok >= 0 && d.length > big 0 && d.length < sys->seek(in, big 0, Sys->SEEKRELA))
		sys->seek(in, big 0, Sys->SEEKSTART);
	copy();
}

read(buf: array of byte): int
{
	n := sys->read(in, buf, len buf);
	if(n < 0)
		fail(sys->sprint("read error: %r"));
	return n;
}

write(buf: array of byte)
{
	if(len buf > 0 && sys->write(out, buf, len buf) != len buf)
		fail(sys->sprint("write error: %r"));
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: tail [-n N] [-c N] [-f] [-r] [+-N[bc][fr]] [file]\n");
	raise "fail:usage";
}

fail(message: string)
{
	sys->fprint(sys->fildes(2), "tail: %s\n", message);
	raise "fail:error";
}
