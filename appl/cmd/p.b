implement P;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "sh.m";
include "string.m";
	str: String;

P: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

pagelength := 22;
context: ref Draw->Context;
console, out: ref Iobuf;

# After a page
Quit, More: con iota;

init(ctxt: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("load", sys->sprint("can't load %s: %r", Bufio->PATH));
	str = load String String->PATH;
	if(str == nil)
		fail("load", sys->sprint("can't load %s: %r", String->PATH));
	context = ctxt;
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	if(out == nil)
		fail("stdout", sys->sprint("can't open stdout: %r"));
	console = bufio->open("/dev/cons", Bufio->OREAD);
	if(console == nil)
		fail("cons", sys->sprint("can't open /dev/cons: %r"));

	if(argv != nil)
		argv = tl argv;
	if(argv != nil && len hd argv > 1 && (hd argv)[0] == '-'){
		(n, rest) := str->toint((hd argv)[1:], 10);
		if(rest != nil || n <= 0){
			sys->fprint(sys->fildes(2), "Usage: p [-number] [file...]\n");
			raise "fail:usage";
		}
		pagelength = n;
		argv = tl argv;
	}
	if(argv == nil)
		argv = "-" :: nil;
	for(; argv != nil; argv = tl argv){
		fd := sys->fildes(0);
		if(hd argv != "-")
			fd = sys->open(hd argv, Sys->OREAD);
		if(fd == nil)
			sys->fprint(sys->fildes(2), "p: can't open %s: %r\n", hd argv);
		else if(paginate(bufio->fopen(fd, Bufio->OREAD)) == Quit)
			return;
	}
}

paginate(in: ref Iobuf): int
{
	left := pagelength;
	while((line := in.gets('\n')) != nil){
		out.puts(line);
		if(--left > 0)
			continue;
		out.flush();
		if(pause() == Quit)
			return Quit;
		left = pagelength;
	}
	out.flush();
	return More;
}

pause(): int
{
	for(;;){
		line := console.gets('\n');
		if(line == nil || line[0] == 'q')
			return Quit;
		if(line[0] != '!')
			return More;
		done := chan of int;
		spawn command(line[1:], done);
		<-done;
	}
}

command(line: string, done: chan of int)
{
	sh := load Sh Sh->PATH;
	if(sh == nil)
		sys->fprint(sys->fildes(2), "p: can't load %s: %r\n", Sh->PATH);
	else{
		sys->pctl(Sys->FORKFD, nil);
		sys->dup(console.fd.fd, 0);
		sh->system(context, line);
	}
	done <-= 1;
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "p: %s\n", message);
	raise "fail:" + status;
}
