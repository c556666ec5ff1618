implement Shellbuiltin;

# Files served by a script: a command runs for each read, write and close.

include "sys.m";
	sys: Sys;

include "draw.m";

include "string.m";
	str: String;

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

Request: adt {
	tag:	int;
	fid, offset, count:	int;
	data:	array of byte;	# of a write
	rread:	Sys->Rread;	# where to reply: both are nil for a close
	rwrite:	Sys->Rwrite;
	blocked:	int;	# not to be replied to when the command ends
};

# Those that wait for a reply. The processes of a script share them: lock has room for the one that uses them.
requests:	list of ref Request;
lasttag:	int;
lock:	chan of int;

commands := array[] of {"fetchwdata", "file2chan", "putrdata", "rblock", "rerror", "rread", "rreadone", "rwrite"};

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	str = load String String->PATH;
	if(str == nil)
		c.fail("bad module", sys->sprint("file2chan: cannot load %s: %r", String->PATH));
	lock = chan[1] of int;
	for(i := 0; i < len commands; i++)
		c.addbuiltin(commands[i], myself);
	c.addsbuiltin("rget", myself);
	return nil;
}

getself(): Shellbuiltin
{
	return myself;
}

whatis(nil: ref Context, nil: Sh, nil: string, nil: int): string
{
	return nil;
}

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, nil: int): string
{
	name := (hd argv).word;
	args := tl argv;
	case name {
	"file2chan" =>
		return make(c, args);
	"fetchwdata" =>
		r := request(c, name, args, 0, "[tag]");
		iswrite(c, name, r);
		sys->write(sys->fildes(1), r.data, len r.data);
	"rblock" =>
		request(c, name, args, 0, "[tag]").blocked = 1;
	"putrdata" =>
		r := request(c, name, args, 0, "[tag]");
		isread(c, name, r);
		buf := array[r.count] of byte;
		n := sys->readn(sys->fildes(0), buf, r.count);
		if(n < 0)
			n = 0;
		reply(r, buf[0:n], n, nil);
	"rread" or "rreadone" =>
		r := request(c, name, args, 1, "[tag] data");
		isread(c, name, r);
		data := array of byte text(lastof(args));
		if(name == "rreadone"){
			skip := r.offset;
			if(skip > len data)
				skip = len data;
			data = data[skip:];
		}
		if(len data > r.count)
			data = data[0:r.count];
		reply(r, data, len data, nil);
	"rerror" =>
		r := request(c, name, args, 1, "[tag] error");
		if(r.rread == nil && r.rwrite == nil)
			c.fail("bad tag", name + ": inappropriate tag id");
		reply(r, nil, 0, text(lastof(args)));
	"rwrite" =>
		count := -1;
		if(len args == 2){
			rest: string;
			(count, rest) = str->toint(text(hd tl args), 10);
			if(rest != nil || count < 0)
				c.fail("usage", "usage: rwrite [tag [count]]");
			args = hd args :: nil;
		}
		r := request(c, name, args, 0, "[tag [count]]");
		iswrite(c, name, r);
		if(count < 0)
			count = len r.data;
		reply(r, nil, count, nil);
	}
	return nil;
}

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	Form:	con "(data|count|offset|fid) [tag]";
	args := tl argv;
	if(args == nil)
		c.fail("usage", "usage: rget " + Form);
	r := request(c, "rget", tl args, 0, Form);
	s: string;
	case (hd args).word {
	"data" =>
		iswrite(c, "rget", r);
		s = string r.data;
	"count" =>
		isread(c, "rget", r);
		s = string r.count;
	"offset" =>
		s = string r.offset;
	"fid" =>
		s = string r.fid;
	* =>
		c.fail("usage", "usage: rget " + Form);
	}
	return ref Listnode(nil, s) :: nil;
}

text(v: ref Listnode): string
{
	if(v.word == nil && v.cmd != nil)
		v.word = sh->cmd2string(v.cmd);
	return v.word;
}

lastof(l: list of ref Listnode): ref Listnode
{
	while(tl l != nil)
		l = tl l;
	return hd l;
}

# The request that a command is about: an optional tag comes before its n other arguments, else it is $tag.
request(c: ref Context, name: string, args: list of ref Listnode, n: int, form: string): ref Request
{
	if(len args != n && len args != n+1)
		c.fail("usage", "usage: " + name + " " + form);
	tag := c.get("tag");
	if(len args > n)
		tag = args;
	r: ref Request;
	if(tag != nil){
		(id, rest) := str->toint((hd tag).word, 10);
		if(rest == nil)
			r = find(id);
	}
	if(r == nil)
		c.fail("bad tag", name + ": cannot find tag");
	return r;
}

find(tag: int): ref Request
{
	lock <-= 1;
	for(l := requests; l != nil && (hd l).tag != tag; l = tl l)
		;
	<-lock;
	if(l == nil)
		return nil;
	return hd l;
}

isread(c: ref Context, name: string, r: ref Request)
{
	if(r.rread == nil)
		c.fail("bad tag", name + ": inappropriate tag id");
}

iswrite(c: ref Context, name: string, r: ref Request)
{
	if(r.rwrite == nil)
		c.fail("bad tag", name + ": inappropriate tag id");
}

add(r: ref Request)
{
	lock <-= 1;
	r.tag = ++lasttag;
	requests = r :: requests;
	<-lock;
}

# Whether the request was there still.
remove(r: ref Request): int
{
	lock <-= 1;
	kept: list of ref Request;
	found := 0;
	for(l := requests; l != nil; l = tl l)
		if(hd l == r)
			found = 1;
		else
			kept = hd l :: kept;
	requests = kept;
	<-lock;
	return found;
}

# A client that has gone takes no reply.
reply(r: ref Request, data: array of byte, count: int, why: string)
{
	if(!remove(r))
		return;
	if(r.rread != nil) alt {
	r.rread <-= (data, why) =>
		;
	* =>
		;
	}else if(r.rwrite != nil) alt {
	r.rwrite <-= (count, why) =>
		;
	* =>
		;
	}
}

make(c: ref Context, args: list of ref Listnode): string
{
	n := len args;
	usage := n != 3 && n != 4 || (hd args).cmd != nil;
	for(l := args; !usage && tl l != nil; l = tl l)
		usage = (hd tl l).cmd == nil;
	if(usage)
		c.fail("usage", "usage: file2chan file {readcmd} {writecmd} [ {closecmd} ]");
	path := (hd args).word;
	(dir, file) := str->splitr(path, "/");
	if(dir == nil)
		dir = ".";
	else if(dir != "/")
		dir = dir[0:len dir - 1];
	if(sys->bind("#s", dir, Sys->MBEFORE) < 0)
		return cannot(c, sys->sprint("cannot bind #s: %r"));
	io := sys->file2chan(dir, file);
	if(io == nil)
		return cannot(c, sys->sprint("cannot make %s: %r", path));
	closecmd: ref Listnode;
	if(n == 4)
		closecmd = hd tl tl tl args;
	started := chan of int;
	spawn serve(started, c, io, hd tl args, hd tl tl args, closecmd);
	pid := string <-started;
	c.set("apid", ref Listnode(nil, pid) :: nil);
	if(c.options() & Context.INTERACTIVE)
		sys->fprint(sys->fildes(2), "%s\n", pid);
	return nil;
}

cannot(c: ref Context, why: string): string
{
	if(c.options() & Context.VERBOSE)
		sys->fprint(sys->fildes(2), "file2chan: %s\n", why);
	return "cannot make chan";
}

serve(started: chan of int, c: ref Context, io: ref Sys->FileIO, readcmd, writecmd, closecmd: ref Listnode)
{
	c = c.copy(1);
	started <-= sys->pctl(0, nil);
	for(;;) alt {
	(offset, count, fid, rc) := <-io.read =>
		if(rc != nil)	# a close is told on both channels
			handle(c, ref Request(0, fid, offset, count, nil, rc, nil, 0), readcmd);
	(offset, data, fid, wc) := <-io.write =>
		if(wc != nil)
			handle(c, ref Request(0, fid, offset, len data, data, nil, wc, 0), writecmd);
		else if(closecmd != nil)
			handle(c, ref Request(0, fid, -1, -1, nil, nil, nil, 0), closecmd);
	}
}

handle(c: ref Context, r: ref Request, cmd: ref Listnode)
{
	add(r);
	c.setlocal("tag", ref Listnode(nil, string r.tag) :: nil);
	{
		c.run(cmd :: nil, 0);
	} exception e {
	"fail:*" =>
		reply(r, nil, 0, e[len "fail:":]);
	}
	if(!r.blocked && r.rread != nil)
		reply(r, nil, 0, "invalid read");
	else if(!r.blocked)
		reply(r, nil, len r.data, nil);
	c.setlocal("tag", nil);
}
