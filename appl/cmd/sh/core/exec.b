# Running: trees, pipelines, processes with their files, programs.

# How a process that was started ended, when it was by an exception that its starter is to raise again.
Outcome: adt {
	failure:	string;
};

# If last is set, the process has nothing to do afterwards, so that it may change its own files.
execute(c: ref Context, n: ref Node, last: int): string
{
	for(; n != nil && n.ntype == n_SEQ; n = n.right){
		status := execute(c, n.left, 0);
		if(status != nil && c.options() & Context.ERROREXIT)
			raise "fail:" + status;
		setstatus(c, status);
	}
	if(n == nil)
		return nil;
	case n.ntype {
	n_PIPE =>
		return waitfor(c, startpipeline(c, n, nil));
	n_ASSIGN or n_LOCAL =>
		assignvars(c, n);
		return nil;
	n_NOWAIT =>
		background(c, n.left);
		return nil;
	}
	p := ref Plumbing;
	argv := words(c, n, p);
	if(p.l == nil || last){
		plumb(c, p);
		return c.run(argv, last);
	}
	return apart(c, argv, p);
}

# In a process of its own, so that the change of files does not last.
apart(c: ref Context, argv: list of ref Listnode, p: ref Plumbing): string
{
	(pid, outcome) := start(c, 0, argv, p);
	status := waitfor(c, pid :: nil);
	if(outcome.failure != nil)
		raise outcome.failure;
	return status;
}

background(c: ref Context, n: ref Node)
{
	if(n.ntype == n_PIPE)	# becomes {pipe} $*
		n = mk(n_ADJ, mk(n_BLOCK, n, nil), mk(n_VAR, wordnode("*"), nil));
	p := ref Plumbing;
	argv := words(c, n, p);
	(pid, nil) := start(c, 1, argv, p);
	c.set("apid", single(string pid));
}

# Returns the value, for the assignment to the left.
assignvars(c: ref Context, n: ref Node): list of ref Listnode
{
	p := ref Plumbing;
	val: list of ref Listnode;
	if(n.right != nil && (n.right.ntype == n_ASSIGN || n.right.ntype == n_LOCAL))
		val = assignvars(c, n.right);
	else
		val = words(c, n.right, p);
	names := expand(c, n.left, p);
	if(names == nil)
		c.fail("bad assign", "sh: nil variable name");
	if(p.l != nil)
		c.fail("bad assign", "sh: redirections not allowed in assignment");
	rest := val;
	for(; names != nil; names = tl names){
		name := deglob((hd names).word);
		if(name == nil)
			c.fail("bad assign", "sh: bad variable name");
		v := rest;
		if(tl names != nil && rest != nil)
			v = hd rest :: nil;
		if(n.ntype == n_ASSIGN)
			c.set(name, v);
		else
			c.setlocal(name, v);
		if(rest != nil)
			rest = tl rest;
	}
	return val;
}

# Starts the commands of a pipeline, the last of them with its output as out says; their process ids, the last first.
startpipeline(c: ref Context, n: ref Node, out: ref Plumbing): list of int
{
	if(out == nil)
		out = ref Plumbing;
	if(n.ntype != n_PIPE){
		argv := words(c, n, out);
		(pid, nil) := start(c, 1, argv, out);
		return pid :: nil;
	}
	from := 1;
	onto := 0;
	if(n.redir != nil){
		from = n.redir.fd1;
		if(n.redir.fd2 >= 0)
			onto = n.redir.fd2;
	}
	ends := newpipe(c);
	pids := startpipeline(c, n.left, connect(ends, 1, Redir(Sys->OWRITE, from, -1)));
	read := connect(ends, 0, Redir(Sys->OREAD, onto, -1));
	for(; out.l != nil; out.l = tl out.l)
		read.l = hd out.l :: read.l;
	argv := words(c, n.right, read);
	(pid, nil) := start(c, 1, argv, read);
	return pid :: pids;
}

# Starts argv in a process of its own; returns when that has its files, and this one no longer does.
start(c: ref Context, copyenv: int, argv: list of ref Listnode, p: ref Plumbing): (int, ref Outcome)
{
	started := chan of (int, ref Outcome);
	spawn process(c, copyenv, argv, p, started);
	return <-started;
}

process(c: ref Context, copyenv: int, argv: list of ref Listnode, p: ref Plumbing, started: chan of (int, ref Outcome))
{
	pid := sys->pctl(Sys->FORKFD, nil);
	outcome := ref Outcome;
	status: string;
	{
		c = c.copy(copyenv);
		plumb(c, p);
		c.waitfd = openwait();	# the one before holds on to the old files
		started <-= (pid, outcome);
		started = nil;
		status = c.run(argv, copyenv);
	} exception e {
	"fail:*" =>
		outcome.failure = e;
		p.l = nil;
		if(started != nil)
			started <-= (pid, outcome);
		raise e;
	}
	if(status != nil)
		raise "fail:" + status;
}

# Does what p says, in order, and forgets it, so that nobody holds its pipes. Until there is a new file
# descriptor group the files are held, since a descriptor is closed with the last reference to it.
plumb(c: ref Context, p: ref Plumbing)
{
	if(p.l == nil)
		return;
	ordered: list of Plumb;
	for(l := p.l; l != nil; l = tl l)
		ordered = hd l :: ordered;
	held: list of ref Sys->FD;
	for(; ordered != nil; ordered = tl ordered)
		held = plumbone(c, hd ordered) :: held;
	sys->pctl(Sys->NEWFD, c.waitfd.fd :: c.keepfds);
	p.l = nil;
}

plumbone(c: ref Context, p: Plumb): ref Sys->FD
{
	(fd, file, r) := p;
	old := r.fd2;
	if(old < 0){
		if(fd == nil)
			fd = openredir(c, file, r.rtype);
		old = fd.fd;
		if(r.fd1 < 0)
			r.fd1 = (r.rtype & 3) == Sys->OWRITE;
	}
	if(old != r.fd1 && dup(c, old, r.fd1) < 0)
		c.fail("bad redir", sys->sprint("sh: cannot dup: %r"));
	c.keepfds = r.fd1 :: c.keepfds;
	return fd;
}

openredir(c: ref Context, file: string, rtype: int): ref Sys->FD
{
	mode := rtype & ~Append;
	fd: ref Sys->FD;
	why: string;
	if(rtype == Sys->OWRITE){
		fd = sys->create(file, mode, 8r666);
		why = sys->sprint("%r");
		if(fd == nil && why == "permission denied")
			fd = sys->open(file, mode);	# served files can be opened only
	}else{
		fd = sys->open(file, mode);
		why = sys->sprint("%r");
		if(fd == nil && rtype != Sys->OREAD && nonexistent(why)){
			fd = sys->create(file, mode, 8r666);
			why = sys->sprint("%r");
		}
	}
	if(fd == nil)
		c.fail("bad redir", sys->sprint("sh: cannot open %s: %s", file, why));
	if(rtype & Append)
		sys->seek(fd, big 0, Sys->SEEKEND);
	return fd;
}

dup(c: ref Context, old, new: int): int
{
	if(c.waitfd.fd == new)
		c.waitfd = openwait();	# out of the way; while the old one is open it has another number
	return sys->dup(old, new);
}

nonexistent(why: string): int
{
	end := "does not exist";
	return len why >= len end && why[len why - len end:] == end;
}

openwait(): ref Sys->FD
{
	name := string sys->pctl(0, nil) + "/wait";
	fd := sys->open("#p/" + name, Sys->OREAD);
	if(fd == nil)
		fd = sys->open("/prog/" + name, Sys->OREAD);
	if(fd == nil)
		panic(sys->sprint("cannot open wait file: %r"));
	return fd;
}

# Waits for all of pids; the status is nil or, if one failed, that of each, the first process first.
waitfor(c: ref Context, pids: list of int): string
{
	status := array[len pids] of string;
	done := array[len pids] of {* => 0};
	failed := 0;
	buf := array[Sys->WAITLEN] of byte;
	stopped := 0;
	for(left := len pids; left > 0;){
		n := sys->read(c.waitfd, buf, len buf);
		if(n < 0 && interrupted()){
			stopped = 1;
			killall(pids);
			continue;
		}
		if(n <= 0)
			panic(sys->sprint("error on wait read: %r"));
		(pid, s) := ended(c, string buf[0:n]);
		i := len status - 1;
		for(l := pids; l != nil && hd l != pid; l = tl l)
			i--;
		if(l == nil || done[i] && s == "killed")	# a killed process is told twice
			continue;
		if(!done[i])
			left--;
		done[i] = 1;
		status[i] = s;
		if(s != nil)
			failed = 1;
	}
	if(stopped)
		raise "fail:" + Interrupted;
	if(!failed)
		return nil;
	all := status[0];
	for(i := 1; i < len status; i++)
		all += "|" + status[i];
	return all;
}

interrupted(): int
{
	why := sys->sprint("%r");
	return why == Interrupted;
}

# What the user interrupts ends, but other shells among it first get the time to end what they wait for.
killall(pids: list of int)
{
	sys->sleep(50);
	for(; pids != nil; pids = tl pids){
		fd := sys->open(sys->sprint("#p/%d/ctl", hd pids), Sys->OWRITE);
		if(fd != nil)
			sys->fprint(fd, "kill");
	}
}

# A line of a wait file: pid "module":status
ended(c: ref Context, line: string): (int, string)
{
	for(i := 0; i+1 < len line && line[i:i+2] != "\":"; i++)
		;
	if(i+1 >= len line)
		c.fail("bad wait read", sys->sprint("sh: bad exit status '%s'", line));
	pid := int line;
	status := line[i+2:];
	if(begins(status, "fail:"))
		return (pid, failure(status));
	if(status != nil)
		diagnostic(c, line);
	return (pid, status);
}

# The status that an exception fail:status stands for.
failure(e: string): string
{
	for(i := len "fail:"; i < len e && (e[i] == ' ' || e[i] == '\t'); i++)
		;
	if(i >= len e)
		return "failed";
	return e[i:];
}

diagnostic(c: ref Context, s: string)
{
	if(c.options() & Context.VERBOSE)
		sys->fprint(stderr(), "sh: %s\n", s);
}

panic(s: string)
{
	sys->fprint(stderr(), "sh panic: %s\n", s);
	raise "panic";
}

Context.run(c: self ref Context, args: list of ref Listnode, last: int): string
{
	if(args == nil || (hd args).cmd == nil && (hd args).word == nil)
		return nil;
	if((hd args).cmd != nil || (hd args).word[0] == '{')
		return block(c, args, last);
	if(c.options() & Context.EXECPRINT)
		sys->fprint(stderr(), "%s\n", quoted(args, 0));
	mods := findbuiltin(c.env.builtins, (hd args).word);
	if(mods != nil)
		return (hd mods)->runbuiltin(c, myself, args, last);
	return external(c, args, last);
}

block(c: ref Context, args: list of ref Listnode, last: int): string
{
	cmd := (hd args).cmd;
	if(cmd == nil){
		why: string;
		(cmd, why) = parseline(Lex.fromstring((hd args).word), nil, 0);
		if(cmd == nil)
			c.fail("parse error", "sh: " + why);
		(hd args).cmd = cmd;
	}
	c.push();
	{
		c.setlocal("0", hd args :: nil);
		c.setlocal("*", tl args);
		if(cmd.ntype == n_BLOCK)
			cmd = cmd.left;
		status := execute(c, cmd, last);
		c.pop();
		return status;
	} exception {
	"fail:*" =>
		c.pop();
		raise;
	}
}

# Where a program of that name may be.
search(c: ref Context, name: string): list of string
{
	if(name[0] == '/' || name[0] == '#' || begins(name, "./") || begins(name, "../"))
		return name :: nil;
	dirs := list2stringlist(c.get("path"));
	if(dirs == nil)
		dirs = "/dis" :: "." :: nil;
	files: list of string;
	for(; dirs != nil; dirs = tl dirs)
		if(hd dirs == nil)
			files = name :: files;
		else
			files = hd dirs + "/" + name :: files;
	r: list of string;
	for(; files != nil; files = tl files)
		r = hd files :: r;
	return r;
}

isdis(name: string): int
{
	return len name >= 4 && name[len name-4:] == ".dis";
}

external(c: ref Context, args: list of ref Listnode, last: int): string
{
	name := (hd args).word;
	why, unfit: string;
	for(files := search(c, name); files != nil; files = tl files){
		file := hd files;
		if(isdis(name)){
			prog := load Command file;
			if(prog != nil)
				return program(c, prog, args, last);
			why = sys->sprint("%r");
		}else{
			prog := load Command file + ".dis";
			if(prog != nil)
				return program(c, prog, args, last);
			why = sys->sprint("%r");
			if(nonexistent(why)){
				fd := script(file);
				if(fd != nil)
					return interpreted(c, fd, file, tl args, last);
				why = sys->sprint("%r");
				if(!nonexistent(why) && unfit == nil)
					unfit = why;
				continue;
			}
		}
		if(!nonexistent(why))
			break;
	}
	if(unfit != nil && nonexistent(why))
		why = unfit;
	diagnostic(c, name + ": " + why);
	return why;
}

# A file that can be run as a script; that one is there which cannot be does not end the search.
script(file: string): ref Sys->FD
{
	fd := sys->open(file, Sys->OREAD);
	if(fd == nil)
		return nil;
	(ok, entry) := sys->fstat(fd);
	if(ok < 0)
		return nil;
	if(entry.mode & Sys->DMDIR){
		sys->werrstr(sys->sprint("'%s' is a directory", file));
		return nil;
	}
	if((entry.mode & 8r111) == 0){
		sys->werrstr(sys->sprint("'%s' is not executable", file));
		return nil;
	}
	return fd;
}

# A script begins with #! and the program for it, perhaps with arguments.
interpreted(c: ref Context, fd: ref Sys->FD, file: string, args: list of ref Listnode, last: int): string
{
	header := array[1024] of byte;
	n := sys->read(fd, header, len header);
	fd = nil;
	for(i := 0; i < n && header[i] != byte '\n'; i++)
		;
	if(i < 3 || i == n || header[0] != byte '#' || header[1] != byte '!'){
		diagnostic(c, "bad script header on " + file);
		return "bad header";
	}
	(nil, words) := sys->tokenize(string header[2:i], " \t\r");
	if(words == nil){
		diagnostic(c, "empty header on " + file);
		return "bad header";
	}
	prefix := ref Listnode(nil, file) :: reverse(stringlist2list(words));
	return external(c, onto(prefix, args), last);
}

program(c: ref Context, prog: Command, args: list of ref Listnode, last: int): string
{
	argv := list2stringlist(args);
	export(c.env.localenv);
	if(!last){
		started := chan of int;
		spawn runprogram(prog, c.drawcontext, argv, c.keepfds, started);
		return waitfor(c, <-started :: nil);
	}
	{
		sys->pctl(Sys->NEWFD, c.keepfds);
		prog->init(c.drawcontext, argv);
	} exception e {
	Closedpipe =>
		return e;
	"fail:*" =>
		return failure(e);
	}
	exit;
}

runprogram(prog: Command, drawcontext: ref Draw->Context, argv: list of string, keepfds: list of int, started: chan of int)
{
	started <-= sys->pctl(Sys->NEWFD, keepfds);
	{
		prog->init(drawcontext, argv);
	} exception {
	Closedpipe =>
		raise "fail:" + Closedpipe;
	}
}
