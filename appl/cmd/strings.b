implement Strings;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Strings: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Shortest:	con 6;
Longest:	con 70;

out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil){
		sys->fprint(sys->fildes(2), "strings: can't load %s: %r\n", Bufio->PATH);
		raise "fail:load";
	}
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	if(argv != nil)
		argv = tl argv;
	if(argv != nil && hd argv == "--")
		argv = tl argv;
	else if(argv != nil && len hd argv > 1 && (hd argv)[0] == '-'){
		sys->fprint(sys->fildes(2), "usage: strings [file ...]\n");
		raise "fail:usage";
	}
	if(argv == nil)
		strings(sys->fildes(0));
	titled := argv != nil && tl argv != nil;
	failed := 0;
	for(; argv != nil; argv = tl argv){
		if(titled)
			out.puts(hd argv + ":\n");
		fd := sys->open(hd argv, Sys->OREAD);
		if(fd == nil){
			out.flush();
			sys->fprint(sys->fildes(2), "strings: cannot open %s: %r\n", hd argv);
			failed = 1;
		}else
			strings(fd);
	}
	out.flush();
	if(failed)
		raise "fail:open";
}

strings(fd: ref Sys->FD)
{
	buf := array[Sys->ATOMICIO + Sys->UTFmax] of byte;
	offset := big 0;	# of buf in the file
	left := 0;
	run := "";
	start := big 0;
	for(;;){
		n := sys->read(fd, buf[left:], Sys->ATOMICIO);
		if(n < 0)
			n = 0;
		end := left + n;
		for(i := 0; i < end;){
			(c, size, ok) := sys->byte2char(buf[0:end], i);
			if(size == 0){
				if(n > 0)
					break;
				size = 1;
			}
			if(ok && isprint(c)){
				if(run == nil)
					start = offset + big i;
				run[len run] = c;
				if(len run == Longest){
					out.puts(sys->sprint("%8bd: %s ...\n", start, run));
					run = "";
				}
			}else{
				report(start, run);
				run = "";
			}
			i += size;
		}
		if(n == 0)
			break;
		offset += big i;
		left = end - i;
		buf[0:] = buf[i:end];
	}
	report(start, run);
}

report(start: big, run: string)
{
	if(len run >= Shortest)
		out.puts(sys->sprint("%8bd: %s\n", start, run));
}

isprint(c: int): int
{
	return c >= ' ' && c < 16r7F || c >= 16rA0;
}
