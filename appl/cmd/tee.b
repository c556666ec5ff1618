implement Tee;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";

Tee: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail(sys->sprint("can't load %s: %r", Arg->PATH));

	append := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'a' =>	append = 1;
		* =>
			sys->fprint(sys->fildes(2), "Usage: tee [-a] [file ...]\n");
			raise "fail:usage";
		}
	argv = arg->argv();

	n := len argv;
	names := array[n + 1] of string;
	fds := array[n + 1] of ref Sys->FD;
	for(i := 0; i < n; i++){
		names[i] = hd argv;
		fds[i] = openout(hd argv, append);
		if(fds[i] == nil)
			fail(sys->sprint("cannot open %s: %r", hd argv));
		argv = tl argv;
	}
	names[n] = "standard output";
	fds[n] = sys->fildes(1);
	copy(sys->fildes(0), fds, names);
}

openout(name: string, append: int): ref Sys->FD
{
	if(append){
		fd := sys->open(name, Sys->OWRITE);
		if(fd != nil){
			sys->seek(fd, big 0, Sys->SEEKEND);
			return fd;
		}
	}
	return sys->create(name, Sys->OWRITE, 8r666);
}

copy(in: ref Sys->FD, fds: array of ref Sys->FD, names: array of string)
{
	buf := array[Sys->ATOMICIO] of byte;
	while((n := sys->read(in, buf, len buf)) > 0)
		for(i := 0; i < len fds; i++)
			if(sys->write(fds[i], buf, n) != n)
				fail(sys->sprint("error writing %s: %r", names[i]));
	if(n < 0)
		fail(sys->sprint("read error: %r"));
}

fail(message: string)
{
	sys->fprint(sys->fildes(2), "tee: %s\n", message);
	raise "fail:error";
}
