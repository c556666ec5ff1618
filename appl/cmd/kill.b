implement Kill;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";

Kill: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

request := "kill";

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil){
		complain(sys->sprint("cannot load %s: %r", Arg->PATH));
		raise "fail:load";
	}
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'g' =>	request = "killgrp";
		* =>	usage();
		}
	argv = arg->argv();
	if(argv == nil)
		usage();
	killed := 0;
	for(; argv != nil; argv = tl argv){
		who := hd argv;
		if(who == nil)
			usage();
		if(who[0] >= '0' && who[0] <= '9'){
			err := killprocess(who);
			if(err == nil)
				killed++;
			else
				complain(err);
		}else
			killed += killmodule(who);
	}
	if(killed == 0)
		raise "fail:nothing killed";
}

# Returns nil, or what went wrong.
killprocess(pid: string): string
{
	ctl := "/prog/" + pid + "/ctl";
	fd := sys->open(ctl, Sys->OWRITE);
	if(fd == nil)
		return sys->sprint("cannot open %s: %r", ctl);
	if(sys->fprint(fd, "%s", request) < 0)
		return sys->sprint("cannot kill %s: %r", pid);
	return nil;
}

# Prints the processes killed, and gives their number.
killmodule(name: string): int
{
	fd := sys->open("/prog", Sys->OREAD);
	if(fd == nil){
		complain(sys->sprint("open /prog: %r"));
		return 0;
	}
	pids: list of string;
	for(;;){
		(n, dirs) := sys->dirread(fd);
		if(n < 0)
			complain(sys->sprint("read /prog: %r"));
		if(n <= 0)
			break;
		for(i := 0; i < n; i++)
			if(modulename(dirs[i].name) == name)
				pids = dirs[i].name :: pids;
	}
	if(pids == nil){
		complain("cannot find " + name);
		return 0;
	}
	killed := 0;
	for(; pids != nil; pids = tl pids){
		# those that went by themselves are no failure, nor is the first of a group taking the rest along
		if(killprocess(hd pids) == nil){
			sys->print("%s ", hd pids);
			killed++;
		}
	}
	if(killed > 0)
		sys->print("\n");
	return killed;
}

# The last field of the status, less the builtin module that it is in: Sh[$Sys].
modulename(pid: string): string
{
	fd := sys->open("/prog/" + pid + "/status", Sys->OREAD);
	if(fd == nil)
		return nil;
	buf := array[256] of byte;
	n := sys->read(fd, buf, len buf);
	if(n <= 0)
		return nil;
	(nil, fields) := sys->tokenize(string buf[0:n], " \n");
	name := "";
	for(; fields != nil; fields = tl fields)
		name = hd fields;
	(nil, parts) := sys->tokenize(name, "[");
	if(parts == nil)
		return nil;
	return hd parts;
}

complain(message: string)
{
	sys->fprint(sys->fildes(2), "kill: %s\n", message);
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: kill [-g] pid|module [...]\n");
	raise "fail:usage";
}
