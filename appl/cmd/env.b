implement Envcmd;

include "sys.m";
	sys: Sys;
include "draw.m";
include "env.m";
	env: Env;
include "readdir.m";
	readdir: Readdir;

Envcmd: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(len argv > 1){
		sys->fprint(sys->fildes(2), "Usage: env\n");
		raise "fail:usage";
	}
	env = load Env Env->PATH;
	if(env == nil)
		cantload(Env->PATH);
	readdir = load Readdir Readdir->PATH;
	if(readdir == nil)
		cantload(Readdir->PATH);
	(entries, n) := readdir->init("/env", Readdir->NONE | Readdir->COMPACT | Readdir->DESCENDING);
	for(i := 0; i < n; i++)
		sys->print("%s=%s\n", entries[i].name, env->getenv(entries[i].name));
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "env: can't load %s: %r\n", path);
	raise "fail:error";
}
