implement Mount;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "dial.m";
include "keyring.m";
include "security.m";
include "sh.m";

Mount: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

authenticated := 1;
algorithm := "none";
keyfile: string;

init(ctxt: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	flags := Sys->MREPL;
	quiet := 0;
	arg->init(argv);
	arg->setusage("mount [-a|-b] [-cA] [-C cryptoalg] [-k keyfile] [-q] net!addr|file|{command} mountpoint [spec]");
	while((opt := arg->opt()) != 0)
		case opt {
		'a' =>	flags |= Sys->MAFTER;
		'b' =>	flags |= Sys->MBEFORE;
		'c' =>	flags |= Sys->MCREATE;
		'A' =>	authenticated = 0;
		'C' =>	algorithm = arg->earg();
		'k' or 'f' =>	keyfile = arg->earg();
		'q' =>	quiet = 1;
		'9' or 'o' or 'P' =>
			fail("usage", sys->sprint("option -%c is not supported", opt));
		* =>	arg->usage();
		}
	argv = arg->argv();
	n := len argv;
	if(n != 2 && n != 3 || flags & Sys->MAFTER && flags & Sys->MBEFORE)
		arg->usage();
	spec := "";
	if(n == 3)
		spec = hd tl tl argv;
	fd := connection(ctxt, hd argv);
	if(authenticated)
		fd = authenticate(fd, hd argv);
	if(sys->mount(fd, nil, hd tl argv, flags, spec) < 0 && !quiet)
		fail("mount failed", sys->sprint("mount failed: %r"));
}

# What speaks 9P: a command's standard input, a file, or a server on the network.
connection(ctxt: ref Draw->Context, source: string): ref Sys->FD
{
	if(len source > 1 && source[0] == '{' && source[len source - 1] == '}'){
		authenticated = 0;
		return command(ctxt, source);
	}
	(n, nil) := sys->tokenize(source, "!");
	if(n == 1){
		fd := sys->open(source, Sys->ORDWR);
		if(fd != nil)
			return fd;
		if(source[0] == '/')
			fail("open failed", sys->sprint("can't open %s: %r", source));
	}
	dial := load Dial Dial->PATH;
	if(dial == nil)
		cantload(Dial->PATH);
	address := dial->netmkaddr(source, "net", "styx");
	c := dial->dial(address, nil);
	if(c == nil)
		fail("dial failed", sys->sprint("can't dial %s: %r", address));
	return c.dfd;
}

command(ctxt: ref Draw->Context, block: string): ref Sys->FD
{
	sh := load Sh Sh->PATH;
	if(sh == nil)
		cantload(Sh->PATH);
	ends := array[2] of ref Sys->FD;
	if(sys->pipe(ends) < 0)
		fail("error", sys->sprint("can't create pipe: %r"));
	started := chan of int;
	spawn serve(sh, ctxt, block, ends[0], started);
	<-started;
	return ends[1];
}

serve(sh: Sh, ctxt: ref Draw->Context, block: string, end: ref Sys->FD, started: chan of int)
{
	sys->pctl(Sys->FORKFD, nil);
	sys->dup(end.fd, 0);
	end = nil;
	sys->pctl(Sys->NEWFD, 0 :: 1 :: 2 :: nil);
	started <-= 1;
	sh->run(ctxt, block :: nil);
}

authenticate(fd: ref Sys->FD, source: string): ref Sys->FD
{
	keyring := load Keyring Keyring->PATH;
	if(keyring == nil)
		fail("load", sys->sprint("can't authenticate (-A mounts without): %s: %r", Keyring->PATH));
	auth := load Auth Auth->PATH;
	if(auth == nil)
		fail("load", sys->sprint("can't authenticate (-A mounts without): %s: %r", Auth->PATH));
	info := keyring->readauthinfo(keyname(source));
	if(info == nil)
		fail("error", sys->sprint("cannot read %s: %r", keyname(source)));
	err := auth->init();
	if(err != nil)
		fail("error", err);
	(afd, who) := auth->client(algorithm, info, fd);
	if(afd == nil)
		fail("error", who);
	return afd;
}

# The server's own certificate where there is one, or the user's usual one.
keyname(source: string): string
{
	home := "/usr/" + user() + "/keyring/";
	name := keyfile;
	if(name == nil){
		name = home + source;
		if(sys->stat(name).t0 < 0)
			name = home + "default";
	}
	if(name[0] != '/' && name[0] != '.')
		name = home + name;
	return name;
}

user(): string
{
	buf := array[64] of byte;
	fd := sys->open("/dev/user", Sys->OREAD);
	n := -1;
	if(fd != nil)
		n = sys->read(fd, buf, len buf);
	if(n <= 0)
		fail("error", sys->sprint("cannot read /dev/user: %r"));
	return string buf[0:n];
}

cantload(path: string)
{
	fail("load", sys->sprint("can't load %s: %r", path));
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "mount: %s\n", message);
	raise "fail:" + status;
}
