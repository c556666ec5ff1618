# Names: bind and its flags, unions, device names, chdir, dot dot.
implement Names;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Names: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

say(what: string, r: int)
{
	if(r < 0)
		print("%s: %r\n", what);
	else
		print("%s\n", what);
}

put(name: string): int
{
	fd := sys->create(name, Sys->OWRITE, 8r666);
	if(fd == nil)
		return -1;
	b := array of byte name;
	return sys->write(fd, b, len b);
}

get(name: string): string
{
	fd := sys->open(name, Sys->OREAD);
	if(fd == nil)
		return sys->sprint("%r");
	b := array[200] of byte;
	n := sys->read(fd, b, len b);
	if(n < 0)
		return sys->sprint("%r");
	return string b[0:n];
}

mk(name: string)
{
	if(sys->create(name, Sys->OREAD, Sys->DMDIR|8r777) == nil)
		print("mkdir %s: %r\n", name);
}

ls(name: string)
{
	fd := sys->open(name, Sys->OREAD);
	if(fd == nil){
		print("ls %s: %r\n", name);
		return;
	}
	print("%s:", name);
	for(;;){
		(n, d) := sys->dirread(fd);
		if(n <= 0){
			if(n < 0)
				print(" %r");
			break;
		}
		names := array[n] of string;
		for(i := 0; i < n; i++){
			names[i] = d[i].name;
			for(k := i; k > 0 && names[k] < names[k-1]; k--)
				(names[k], names[k-1]) = (names[k-1], names[k]);
		}
		for(i = 0; i < n; i++)
			print(" %s", names[i]);
		print(" |");
	}
	print("\n");
}

where()
{
	fd := sys->open(".", Sys->OREAD);
	print("at %s\n", sys->fd2path(fd));
}

ns(part: string)
{
	fd := sys->open("/prog/" + string sys->pctl(0, nil) + "/ns", Sys->OREAD);
	text := "";
	b := array[8192] of byte;
	while((n := sys->read(fd, b, len b)) > 0)
		text += string b[0:n];
	(nil, l) := sys->tokenize(text, "\n");
	for(; l != nil; l = tl l){
		for(i := 0; i + len part <= len hd l; i++)
			if((hd l)[i: i + len part] == part)
				break;
		if(i + len part > len hd l)
			continue;
		(nil, w) := sys->tokenize(hd l, " ");
		for(; w != nil; w = tl w)
			print(" %s", hd w);
		print("\n");
	}
}

base := "/tmp/names";

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	sys->pctl(Sys->FORKNS, nil);
	mk(base);
	for(l := "a" :: "b" :: "m" :: "a/sub" :: nil; l != nil; l = tl l)
		mk(base + "/" + hd l);
	for(l = "a/x" :: "a/only" :: "b/x" :: "b/y" :: "m/x" :: "m/z" :: "a/sub/deep" :: "file" :: nil; l != nil; l = tl l)
		put(base + "/" + hd l);
	say("chdir", sys->chdir(base));
	where();

	print("- errors\n");
	say("nowhere", sys->bind("a", "nowhere", Sys->MREPL));
	say("nothing", sys->bind("nothing", "m", Sys->MREPL));
	say("file on directory", sys->bind("file", "m", Sys->MREPL));
	say("directory on file", sys->bind("a", "file", Sys->MREPL));
	say("file after file", sys->bind("a/x", "file", Sys->MAFTER));
	say("both", sys->bind("a", "m", Sys->MBEFORE|Sys->MAFTER));
	say("no name", sys->bind("", "m", Sys->MREPL));
	say("on no name", sys->bind("a", "", Sys->MREPL));
	say("not mounted", sys->unmount(nil, "m"));
	say("a not mounted", sys->unmount("a", "m"));
	say("nothing mounted", sys->unmount("nothing", "m"));

	print("- replace\n");
	say("bind", sys->bind("a", "m", Sys->MREPL));
	print("%s %s %s\n", get("m/x"), get("m/only"), get("m/z"));
	ls("m");
	ls("m/sub");
	say("b not in it", sys->unmount("b", "m"));
	say("create", put("m/new"));
	print("%s\n", get("a/new"));
	say("remove", sys->remove("m/new"));
	say("unmount", sys->unmount("a", "m"));
	ls("m");
	say("file on file", sys->bind("a/x", "file", Sys->MREPL));
	print("%s\n", get("file"));
	say("unmount", sys->unmount(nil, "file"));
	print("%s\n", get("file"));

	print("- union\n");
	say("before", sys->bind("a", "m", Sys->MBEFORE));
	say("after", sys->bind("b", "m", Sys->MAFTER));
	print("%s %s %s %s\n", get("m/x"), get("m/only"), get("m/y"), get("m/z"));
	ls("m");
	ns(base);
	say("create forbidden", put("m/new"));
	say("write what is there", put("m/y"));
	say("again, with create", sys->bind("b", "m", Sys->MAFTER|Sys->MCREATE));
	say("create", put("m/new"));
	print("%s\n", get("b/new"));
	say("remove", sys->remove("m/new"));
	mk("m/dir");
	ls("b");
	say("remove", sys->remove("m/dir"));
	say("elsewhere", sys->bind("m", "a/sub", Sys->MREPL));
	ls("a/sub");
	say("unmount", sys->unmount(nil, "a/sub"));
	ls("a/sub");
	say("take out", sys->unmount("b", "m"));
	say("take out", sys->unmount("b", "m"));
	ls("m");
	say("unmount", sys->unmount(nil, "m"));
	ls("m");
	say("itself", sys->bind("m", "m", Sys->MREPL));
	say("itself with create", sys->bind("m", "m", Sys->MREPL|Sys->MCREATE));
	say("create", put("m/new"));
	say("remove", sys->remove("m/new"));
	sys->unmount(nil, "m");

	print("- dot dot\n");
	say("bind", sys->bind("a", "m", Sys->MREPL));
	say("chdir", sys->chdir("m/sub"));
	where();
	print("%s\n", get("deep"));
	print("%s\n", get("../only"));
	print("%s\n", get("../../b/y"));
	say("chdir", sys->chdir(".."));
	where();
	say("chdir", sys->chdir("../../../../.."));
	where();
	say("chdir", sys->chdir("/tmp//names/./a/../b/"));
	where();
	say("to a file", sys->chdir("x"));
	say("to nothing", sys->chdir("nothing"));
	where();
	print("%s\n", get("x/../y"));
	print("%s\n", get("nothing/../y"));
	print("%s\n", get("y/"));
	print("%s\n", get("y/z"));
	print("%s\n", get(""));
	print("%s\n", get("nothing/at/all"));
	sys->unmount(nil, "../m");

	print("- devices\n");
	print("%s\n", get("#c/user/x"));
	print("%s\n", get("#c/nothing"));
	print("%s\n", get("#/nothing"));
	print("%s\n", get("#"));
	print("%s\n", get("#?"));
	print("%s\n", get("#?/x"));
	say("null", sys->bind("#c/null", "x", Sys->MREPL));
	print("empty <%s>\n", get("x"));
	say("unmount", sys->unmount(nil, "x"));
	say("chdir", sys->chdir("#e"));
	where();
	say("create", put("names"));
	print("%s\n", get("#e/names"));
	print("%s\n", get("../names"));
	say("remove", sys->remove("names"));
	print("%s\n", get("#U" + base + "/b/y"));
	print("%s\n", get("#U/../../.." + base + "/b/y"));
	sys->chdir("/");

	print("- no devices\n");
	sys->pctl(Sys->FORKNS|Sys->NODEVS, nil);
	print("%s\n", get("#c/user"));
	print("%s\n", get("#U/x"));
	print("%s\n", get("#e/nothing"));
	print("%s\n", get("#s/x"));
	print("%s\n", get("#sfactotum/x"));
	print("pipe %d\n", sys->pipe(array[2] of ref Sys->FD));
	say("bind", sys->bind("#c", "/tmp", Sys->MREPL));

	print("- shared and forked\n");
	done := chan of int;
	sys->pctl(Sys->FORKNS, nil);
	spawn shared(done);
	<-done;
	ls(base + "/m");
	sys->unmount(nil, base + "/m");
	spawn forked(done);
	<-done;
	ls(base + "/m");
	spawn fresh(done);
	<-done;

	for(l = "a/x" :: "a/only" :: "b/x" :: "b/y" :: "m/x" :: "m/z" :: "a/sub/deep" :: "file" :: "a/sub" :: "a" :: "b" :: "m" :: "" :: nil; l != nil; l = tl l)
		if(sys->remove(base + "/" + hd l) < 0)
			print("remove %s: %r\n", hd l);
}

shared(done: chan of int)
{
	sys->bind(base + "/a", base + "/m", Sys->MREPL);
	done <-= 1;
}

forked(done: chan of int)
{
	sys->pctl(Sys->FORKNS, nil);
	sys->bind(base + "/a", base + "/m", Sys->MREPL);
	done <-= 1;
}

fresh(done: chan of int)
{
	sys->pctl(Sys->NEWNS, nil);
	where();
	print("%s\n", get("/tmp/names/file"));
	done <-= 1;
}
