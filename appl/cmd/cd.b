implement Cd;

# The working directory belongs to the name space, which a command shares with its shell.

include "sys.m";
	sys: Sys;

include "draw.m";

include "env.m";

Cd: module
{
	init:	fn(nil: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	option := argv != nil && len hd argv > 1 && (hd argv)[0] == '-';
	if(option && hd argv == "--"){
		argv = tl argv;
		option = 0;
	}
	if(option || len argv > 1){
		sys->fprint(sys->fildes(2), "usage: cd [dir]\n");
		raise "fail:usage";
	}
	dir := home();
	if(argv != nil)
		dir = hd argv;
	if(sys->chdir(dir) < 0){
		sys->fprint(sys->fildes(2), "cd: %s: %r\n", dir);
		raise "fail:failed";
	}
}

home(): string
{
	env := load Env Env->PATH;
	if(env != nil && (dir := env->getenv("home")) != nil)
		return dir;
	return "/usr/" + user();
}

user(): string
{
	fd := sys->open("/dev/user", Sys->OREAD);
	buf := array[64] of byte;
	if(fd == nil || (n := sys->read(fd, buf, len buf)) <= 0)
		return "inferno";
	return string buf[0:n];
}
