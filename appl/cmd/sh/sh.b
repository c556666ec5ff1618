implement Sh;

# The shell. How it is put together: lex, parse and text know the language; context, the variables;
# expand makes words of the tree, exec runs them, and builtins has the tables of what is not a program.

include "sys.m";
	sys: Sys;

include "draw.m";

include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

include "filepat.m";
	filepat: Filepat;

include "env.m";
	env: Env;	# nil: no environment, which is no error

include "sh.m";
	myself: Sh;
	builtins: Shellbuiltin;	# this module as one of builtins

include "core/lex.b";
include "core/parse.b";
include "core/text.b";
include "core/context.b";
include "core/expand.b";
include "core/exec.b";
include "core/builtins.b";

Append:	con 16r80000;	# in Redir.rtype, beside the modes of open
Closedpipe:	con "write on closed pipe";
Interrupted:	con "interrupted";	# the error of a read that the user's interrupt ends
Profile:	con "/lib/sh/profile";

initialise()
{
	if(sys != nil)
		return;
	sys = load Sys Sys->PATH;
	env = load Env Env->PATH;
	myself = load Sh SELF;
	builtins = load Shellbuiltin SELF;
	if(myself == nil || builtins == nil)
		cannotload(SELF);
}

# Libraries are loaded when they are first needed: most command lines do without.

needbufio()
{
	if(bufio == nil && (bufio = load Bufio Bufio->PATH) == nil)
		cannotload(Bufio->PATH);
}

needfilepat()
{
	if(filepat == nil && (filepat = load Filepat Filepat->PATH) == nil)
		cannotload(Filepat->PATH);
}

cannotload(path: string)
{
	sys->fprint(stderr(), "sh: cannot load %s: %r\n", path);
	raise "fail:bad module";
}

stderr(): ref Sys->FD
{
	return sys->fildes(2);
}

Options: adt {
	flags:	int;	# of the context
	login, keepns:	int;
	command:	string;
};

init(drawcontext: ref Draw->Context, argv: list of string)
{
	initialise();
	o := ref Options;
	if(argv != nil){
		o.login = hd argv != nil && (hd argv)[0] == '-';
		argv = tl argv;
	}
	argv = options(o, argv);
	sys->pctl(Sys->FORKFD, nil);
	if(!o.keepns)
		sys->pctl(Sys->FORKNS, nil);
	c := Context.new(drawcontext);
	interactive := o.flags & Context.INTERACTIVE;
	c.setoptions(o.flags & ~interactive, 1);
	if(o.command != nil){
		(n, why) := parseblock(o.command);
		if(why != nil)
			c.fail("parse error", "sh: " + why);
		status := c.run(ref Listnode(n, nil) :: stringlist2list(argv), !interactive);
		if(!interactive){
			if(status != nil)
				raise "fail:" + status;
			exit;
		}
		setstatus(c, status);
	}
	if(o.login){
		runscript(c, Profile, nil, 0);
		runscript(c, "./lib/profile", nil, 0);
	}
	if(argv == nil && isconsole(sys->fildes(0)))
		interactive = Context.INTERACTIVE;
	c.setoptions(interactive, 1);
	if(argv == nil)
		runfile(c, sys->fildes(0), "stdin", nil);
	else
		runscript(c, hd argv, stringlist2list(tl argv), 1);
}

# Reads the flags into o; returns what follows them.
options(o: ref Options, argv: list of string): list of string
{
	for(; argv != nil && len hd argv > 1 && (hd argv)[0] == '-'; argv = tl argv){
		arg := hd argv;
		for(i := 1; i < len arg; i++)
			case arg[i] {
			'i' =>
				o.flags |= Context.INTERACTIVE;
			'v' =>
				o.flags |= Context.VERBOSE;
			'x' =>
				o.flags |= Context.EXECPRINT;
			'e' =>
				o.flags |= Context.ERROREXIT;
			'l' =>
				o.login = 1;
			'n' =>
				o.keepns = 1;
			'c' =>
				o.command = arg[i+1:];
				argv = tl argv;
				if(o.command == nil && argv != nil){
					o.command = hd argv;
					argv = tl argv;
				}
				if(o.command == nil)
					badoptions();
				return argv;
			* =>
				badoptions();
			}
	}
	return argv;
}

badoptions()
{
	sys->fprint(stderr(), "usage: sh [-eilnvx] [-c command] [file [arg...]]\n");
	raise "fail:usage";
}

isconsole(fd: ref Sys->FD): int
{
	(ok, a) := sys->fstat(fd);
	(ok2, b) := sys->stat("/dev/cons");
	return ok >= 0 && ok2 >= 0 && a.dtype == b.dtype && a.qid.path == b.qid.path;
}

runscript(c: ref Context, file: string, args: list of ref Listnode, must: int)
{
	{
		fd := sys->open(file, Sys->OREAD);
		if(fd != nil)
			runfile(c, fd, file, args);
		else if(must)
			c.fail("bad script path", sys->sprint("sh: cannot open %s: %r", file));
	} exception {
	"fail:*" =>
		if(must)
			raise;
	}
}

# Runs the commands read from fd; raises the status of the last one if it is not nil.
runfile(c: ref Context, fd: ref Sys->FD, path: string, args: list of ref Listnode)
{
	status: string;
	c.push();
	{
		c.setlocal("0", single(path));
		c.setlocal("*", args);
		l := Lex.fromfile(fd, path);
		while(!l.atend()){
			interactive := c.options() & Context.INTERACTIVE;
			l.terminal = interactive;
			second: string;
			if(interactive)
				second = prompt(c);
			(n, why) := parseline(l, second, !interactive);
			if(why != nil){
				sys->fprint(stderr(), "sh: %s\n", why);
				if(!interactive)
					raise "fail:parse error";
				status = "parse error";
			}else if(n == nil)
				continue;
			else if(interactive)
				status = guarded(c, n);
			else
				status = execute(c, n, 0);
			setstatus(c, status);
			if(status != nil && c.options() & Context.ERROREXIT)
				break;
		}
		c.pop();
	} exception {
	"fail:*" =>
		c.pop();
		raise;
	}
	if(status != nil)
		raise "fail:" + status;
}

guarded(c: ref Context, n: ref Node): string
{
	scope := c.env.localenv;
	{
		return execute(c, n, 0);
	} exception e {
	"fail:*" =>
		return failure(e);
	Interrupted =>
		c.env.localenv = scope;	# blocks leave their scopes only for what fails
		return e;
	}
}

# Prints the first prompt and returns the second, which is for the rest of a command.
prompt(c: ref Context): string
{
	p := list2stringlist(c.get("prompt"));
	if(p == nil)
		p = "% " :: "" :: nil;
	sys->fprint(stderr(), "%s", hd p);
	if(tl p == nil)
		return nil;
	return hd tl p;
}

parse(s: string): (ref Node, string)
{
	initialise();
	return parseline(Lex.fromstring(s), nil, 0);
}

system(drawctxt: ref Draw->Context, cmd: string): string
{
	(n, why) := parse(cmd);
	if(why != nil)
		return why;
	if(n == nil)
		return nil;
	return runthrough(drawctxt, ref Listnode(n, nil) :: nil);
}

run(drawctxt: ref Draw->Context, argv: list of string): string
{
	initialise();
	return runthrough(drawctxt, stringlist2list(argv));
}

runthrough(drawctxt: ref Draw->Context, args: list of ref Listnode): string
{
	{
		return Context.new(drawctxt).run(args, 0);
	} exception e {
	"fail:*" =>
		return failure(e);
	}
}
