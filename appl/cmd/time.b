implement Time;

include "sys.m";
	sys: Sys;
include "draw.m";
include "sh.m";

Time: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(ctxt: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	if(argv == nil){
		sys->fprint(sys->fildes(2), "usage: time cmd ...\n");
		raise "fail:usage";
	}
	wait := sys->open("#p/" + string sys->pctl(0, nil) + "/wait", Sys->OREAD);
	if(wait == nil){
		sys->fprint(sys->fildes(2), "time: open wait: %r\n");
		raise "fail:wait";
	}

	start := sys->millisec();
	command := find(hd argv);
	loaded := sys->millisec();
	pid := chan of int;
	spawn run(command, ctxt, argv, pid);
	status := waitfor(wait, <-pid);
	end := sys->millisec();

	loading := real (loaded - start) / 1000.0;
	running := real (end - loaded) / 1000.0;
	sys->fprint(sys->fildes(2), "%.4gl %.4gr %.4gt\n", loading, running, loading + running);
	if(status != nil)
		raise "fail:" + status;
}

find(name: string): Command
{
	file := name;
	if(len file < 4 || file[len file - 4:] != ".dis")
		file += ".dis";
	command := load Command file;
	if(command == nil)
		command = load Command "/dis/" + file;
	if(command == nil){
		sys->fprint(sys->fildes(2), "time: %s: %r\n", name);
		raise "fail:load";
	}
	return command;
}

run(command: Command, ctxt: ref Draw->Context, argv: list of string, pid: chan of int)
{
	pid <-= sys->pctl(0, nil);
	command->init(ctxt, argv);
}

# Each process that ends writes: pid "module":status
waitfor(wait: ref Sys->FD, pid: int): string
{
	buf := array[Sys->WAITLEN] of byte;
	while((n := sys->read(wait, buf, len buf)) > 0){
		report := string buf[0:n];
		for(i := 0; i < len report && report[i] != ':'; i++)
			;
		status: string;
		if(i + 1 < len report)
			status = report[i+1:];
		if(status != nil)
			sys->fprint(sys->fildes(2), "%s\n", report);
		if(int report == pid){
			if(len status > 5 && status[0:5] == "fail:")
				status = status[5:];
			return status;
		}
	}
	sys->fprint(sys->fildes(2), "time: read wait: %r\n");
	return nil;
}
