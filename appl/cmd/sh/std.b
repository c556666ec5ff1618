implement Shellbuiltin;

# The builtins that most scripts need: conditions, loops, functions, exceptions, lists.

include "sys.m";
	sys: Sys;

include "draw.m";

include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

include "filepat.m";
	filepat: Filepat;

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

commands := array[] of {
	"!", "and", "apply", "flag", "fn", "for", "getlines", "if", "no", "or",
	"pctl", "raise", "rescue", "status", "subfn", "while", "~",
};
substitutions := array[] of {
	"env", "hd", "index", "join", "parse", "pid", "pipe", "split", "tl",
};

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	filepat = load Filepat Filepat->PATH;
	if(filepat == nil)
		c.fail("bad module", sys->sprint("std: cannot load %s: %r", Filepat->PATH));
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		c.fail("bad module", sys->sprint("std: cannot load %s: %r", Bufio->PATH));
	for(i := 0; i < len commands; i++)
		c.addbuiltin(commands[i], myself);
	for(i = 0; i < len substitutions; i++)
		c.addsbuiltin(substitutions[i], myself);
	for(l := c.envlist(); l != nil; l = tl l){
		(name, val) := hd l;
		if(val == nil)
			continue;
		if(len name > 3 && name[0:3] == "fn-")
			c.addbuiltin(name[3:], myself);
		else if(len name > 4 && name[0:4] == "sfn-")
			c.addsbuiltin(name[4:], myself);
	}
	return nil;
}

getself(): Shellbuiltin
{
	return myself;
}

whatis(c: ref Context, nil: Sh, name: string, wtype: int): string
{
	kind := "fn";
	if(wtype == SBUILTIN)
		kind = "subfn";
	else if(wtype != BUILTIN)
		return nil;
	body := c.get(variable(kind, name));
	if(body == nil)
		return nil;
	return kind + " " + name + " " + sh->quoted(hd body :: nil, 0);
}

# Where the body of a function is kept.
variable(kind, name: string): string
{
	if(kind == "fn")
		return "fn-" + name;
	return "sfn-" + name;
}

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, last: int): string
{
	name := (hd argv).word;
	args := tl argv;
	body := c.get(variable("fn", name));
	if(body != nil)
		return c.run(hd body :: args, last);
	case name {
	"!" =>
		if(args == nil || c.run(args, last) == nil)
			return "false";
	"and" =>
		return andor(c, args, 1);
	"or" =>
		return andor(c, args, 0);
	"apply" =>
		need(c, args != nil && iscommand(hd args), "apply {cmd} [val...]");
		return loop(c, nil, tl args, hd args);
	"flag" =>
		return flag(c, args);
	"fn" or "subfn" =>
		function(c, name, args);
	"for" =>
		return foreach(c, args);
	"getlines" =>
		return getlines(c, args);
	"if" =>
		return conditional(c, args);
	"no" =>
		if(args != nil)
			return "yes";
	"pctl" =>
		pctl(c, args);
	"raise" =>
		throw(c, args);
	"rescue" =>
		return rescue(c, args, last);
	"status" =>
		if(args != nil)
			return text(hd args);
	"while" =>
		return repeat(c, args);
	"~" =>
		need(c, args != nil, "~ word [pattern...]");
		word := text(hd args);
		for(args = tl args; args != nil; args = tl args)
			if(filepat->match(text(hd args), word))
				return nil;
		return "no match";
	}
	return nil;
}

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	name := (hd argv).word;
	args := tl argv;
	body := c.get(variable("subfn", name));
	if(body != nil)
		return result(c, hd body :: args);
	case name {
	"env" =>
		names: list of ref Listnode;
		for(l := c.envlist(); l != nil; l = tl l)
			if((hd l).t1 != nil)
				names = ref Listnode(nil, (hd l).t0) :: names;
		return names;
	"hd" =>
		if(args != nil)
			return hd args :: nil;
	"tl" =>
		if(args != nil)
			return tl args;
	"index" =>
		need(c, args != nil && tl args != nil && (hd args).word != nil, "index num list");
		n := int (hd args).word;
		for(args = tl args; n > 1 && args != nil; n--)
			args = tl args;
		if(args != nil)
			return hd args :: nil;
	"join" =>
		need(c, args != nil, "join separator [arg...]");
		separator := text(hd args);
		s: string;
		for(args = tl args; args != nil; args = tl args){
			s += text(hd args);
			if(tl args != nil)
				s += separator;
		}
		return single(s);
	"parse" =>
		return parsed(c, args);
	"pid" =>
		return single(string sys->pctl(0, nil));
	"pipe" =>
		return pipe(c, args);
	"split" =>
		return split(c, args);
	}
	return nil;
}

need(c: ref Context, ok: int, usage: string)
{
	if(!ok)
		c.fail("usage", "usage: " + usage);
}

iscommand(v: ref Listnode): int
{
	return v.cmd != nil || v.word != nil && v.word[0] == '{';
}

text(v: ref Listnode): string
{
	if(v.word == nil && v.cmd != nil)
		v.word = sh->cmd2string(v.cmd);
	return v.word;
}

single(s: string): list of ref Listnode
{
	return ref Listnode(nil, s) :: nil;
}

setstatus(c: ref Context, status: string): string
{
	c.setlocal("status", single(status));
	return status;
}

# Runs the commands until one is false, or until one is true if conjunction is not set.
andor(c: ref Context, args: list of ref Listnode, conjunction: int): string
{
	usage := "or [{cmd} ...]";
	if(conjunction)
		usage = "and [{cmd} ...]";
	star := c.get("*");
	status: string;
	for(; args != nil; args = tl args){
		need(c, iscommand(hd args), usage);
		status = c.run(hd args :: star, 0);
		if((status == nil) != conjunction)
			return status;
		setstatus(c, status);
	}
	return status;
}

conditional(c: ref Context, args: list of ref Listnode): string
{
	Usage:	con "if {cond} {action} [{cond} {action}]... [{elseaction}]";
	need(c, len args >= 2, Usage);
	star := c.get("*");
	status: string;
	for(; args != nil; args = tl tl args){
		need(c, iscommand(hd args), Usage);
		if(tl args == nil)
			return c.run(hd args :: star, 0);
		status = setstatus(c, c.run(hd args :: star, 0));
		if(status == nil){
			need(c, iscommand(hd tl args), Usage);
			return c.run(hd tl args :: star, 0);
		}
	}
	return status;
}

# After an exception in a loop: whether to leave it. Others than break and continue are raised again.
leaves(e: string): int
{
	case e {
	"fail:break" =>
		return 1;
	"fail:continue" =>
		return 0;
	}
	raise e;
}

# Runs cmd for each value, as its argument or, if name is not nil, as a variable.
loop(c: ref Context, name: string, vals: list of ref Listnode, cmd: ref Listnode): string
{
	star := c.get("*");
	status: string;
	while(vals != nil){
		val := hd vals;
		vals = tl vals;
		{
			if(name == nil)
				status = c.run(cmd :: val :: nil, 0);
			else{
				c.setlocal(name, val :: nil);
				status = c.run(cmd :: star, 0);
			}
			setstatus(c, status);
		} exception e {
		"fail:*" =>
			if(leaves(e))
				return status;
		}
	}
	return status;
}

foreach(c: ref Context, args: list of ref Listnode): string
{
	Usage:	con "for var in [item...] {cmd}";
	need(c, len args >= 3 && (hd tl args).word == "in", Usage);
	name := (hd args).word;
	if(name == nil)
		c.fail("bad assign", "for: bad variable name");
	r: list of ref Listnode;
	for(args = tl tl args; tl args != nil; args = tl args)
		r = hd args :: r;
	need(c, iscommand(hd args), Usage);
	vals: list of ref Listnode;
	for(; r != nil; r = tl r)
		vals = hd r :: vals;
	return loop(c, name, vals, hd args);
}

repeat(c: ref Context, args: list of ref Listnode): string
{
	need(c, len args == 2 && iscommand(hd args) && iscommand(hd tl args), "while {condition} {cmd}");
	star := c.get("*");
	condition := hd args :: star;
	action := hd tl args :: star;
	status: string;
	for(;;){
		{
			if(c.run(condition, 0) != nil)
				return status;
			status = setstatus(c, c.run(action, 0));
		} exception e {
		"fail:*" =>
			if(leaves(e))
				return status;
		}
	}
}

getlines(c: ref Context, args: list of ref Listnode): string
{
	Usage:	con "getlines [separators] {cmd}";
	separators := "\n";
	if(len args == 2){
		separators = text(hd args);
		args = tl args;
	}
	need(c, len args == 1 && separators != nil && iscommand(hd args), Usage);
	cmd := hd args :: c.get("*");
	in := bufio->fopen(sys->fildes(0), Bufio->OREAD);
	if(in == nil)
		c.fail("bad input", sys->sprint("getlines: cannot open stdin: %r"));
	status: string;
	c.push();
	leaving := 0;
	while(!leaving && (line := in.gett(separators)) != nil){
		{
			c.setlocal("line", single(withoutend(line, separators)));
			status = setstatus(c, c.run(cmd, 0));
		} exception {
		"fail:break" =>
			leaving = 1;
		"fail:continue" =>
			;
		"fail:*" =>
			c.pop();
			raise;
		}
	}
	c.pop();
	return status;
}

withoutend(line, separators: string): string
{
	n := len line - 1;
	for(i := 0; i < len separators; i++)
		if(line[n] == separators[i])
			return line[0:n];
	return line;
}

function(c: ref Context, kind: string, args: list of ref Listnode)
{
	usage := kind + " [name...] [{body}]";
	need(c, args != nil, usage);
	body: list of ref Listnode;
	for(l := args; l != nil; l = tl l)
		if((hd l).cmd != nil){
			need(c, tl l == nil && l != args, usage);
			body = hd l :: nil;
		}
	for(; args != nil && (hd args).cmd == nil; args = tl args){
		name := (hd args).word;
		c.set(variable(kind, name), body);
		if(kind == "fn" && body != nil)
			c.addbuiltin(name, myself);
		else if(kind == "fn")
			c.removebuiltin(name, myself);
		else if(body != nil)
			c.addsbuiltin(name, myself);
		else
			c.removesbuiltin(name, myself);
	}
}

result(c: ref Context, call: list of ref Listnode): list of ref Listnode
{
	c.push();
	{
		c.setlocal("result", nil);
		c.run(call, 0);
		val := c.get("result");
		c.pop();
		return val;
	} exception {
	"fail:*" =>
		c.pop();
		raise;
	}
}

flag(c: ref Context, args: list of ref Listnode): string
{
	Usage:	con "flag [vxei] [+-]";
	need(c, args != nil && len args <= 2 && len (hd args).word == 1, Usage);
	mask := 0;
	case (hd args).word[0] {
	'v' =>
		mask = Context.VERBOSE;
	'x' =>
		mask = Context.EXECPRINT;
	'e' =>
		mask = Context.ERROREXIT;
	'i' =>
		mask = Context.INTERACTIVE;
	* =>
		need(c, 0, Usage);
	}
	if(tl args == nil){
		if(c.options() & mask)
			return nil;
		return "not set";
	}
	how := (hd tl args).word;
	need(c, how == "+" || how == "-", Usage);
	c.setoptions(mask, how == "+");
	return nil;
}

pctlflags := array[] of {
	("newfd", Sys->NEWFD),
	("forkfd", Sys->FORKFD),
	("newns", Sys->NEWNS),
	("forkns", Sys->FORKNS),
	("newpgrp", Sys->NEWPGRP),
	("nodevs", Sys->NODEVS),
	("newenv", Sys->NEWENV),
	("forkenv", Sys->FORKENV),
};

pctl(c: ref Context, args: list of ref Listnode)
{
	need(c, args != nil, "pctl option... [fdnum...]");
	mask := 0;
	fds: list of int;
	for(; args != nil; args = tl args){
		word := (hd args).word;
		if(isnumber(word)){
			fds = int word :: fds;
			continue;
		}
		for(i := 0; i < len pctlflags && pctlflags[i].t0 != word; i++)
			;
		if(i == len pctlflags)
			c.fail("usage", "pctl: unknown flag " + word);
		mask |= pctlflags[i].t1;
	}
	sys->pctl(mask, fds);
}

isnumber(s: string): int
{
	for(i := 0; i < len s; i++)
		if(s[i] < '0' || s[i] > '9')
			return 0;
	return s != nil;
}

throw(c: ref Context, args: list of ref Listnode)
{
	if(args == nil && (args = c.get("exception")) == nil)
		c.fail("bad raise context", "raise: no exception found");
	if((hd args).word == nil && (hd args).cmd != nil)
		c.fail("bad raise context", "raise: bad exception name");
	e := array of byte ("fail:" + (hd args).word);
	n := len e;
	if(n > Sys->WAITLEN)
		n = sys->utfbytes(e, Sys->WAITLEN);
	raise string e[0:n];
}

rescue(c: ref Context, args: list of ref Listnode, last: int): string
{
	need(c, len args == 3 && iscommand(hd tl args) && iscommand(hd tl tl args),
		"rescue pattern {rescuecmd} {cmd}");
	pattern := (hd args).word;
	if(pattern == nil && (hd args).cmd != nil)
		c.fail("usage", "rescue: bad pattern");
	star := c.get("*");
	{
		return c.run(hd tl tl args :: star, 0);
	} exception e {
	"fail:*" =>
		name := e[len "fail:":];
		if(!rescues(pattern, name))
			raise;
		c.push();
		{
			c.set("exception", single(name));
			status := c.run(hd tl args :: star, last);
			c.pop();
			return status;
		} exception {
		"fail:*" =>
			c.pop();
			raise;
		}
	}
}

rescues(pattern, name: string): int
{
	n := len pattern - 1;
	if(n >= 0 && pattern[n] == '*')
		return len name >= n && name[0:n] == pattern[0:n];
	return name == pattern;
}

parsed(c: ref Context, args: list of ref Listnode): list of ref Listnode
{
	need(c, len args == 1, "parse arg");
	if((hd args).cmd != nil)
		return ref Listnode((hd args).cmd, nil) :: nil;
	word := (hd args).word;
	if(word == nil || word[0] != '{')
		c.fail("parse error", "parse: argument must be a braced block");
	(n, why) := sh->parse(word);
	if(why != nil)
		c.fail("parse error", "parse: " + why);
	return ref Listnode(n, nil) :: nil;
}

split(c: ref Context, args: list of ref Listnode): list of ref Listnode
{
	need(c, len args == 1 || len args == 2, "split [separators] value");
	separators := c.get("ifs");
	if(tl args != nil){
		separators = hd args :: nil;
		args = tl args;
	}
	if(separators == nil)
		c.fail("usage", "split: $ifs not set");
	return sh->stringlist2list((sys->tokenize(text(hd args), text(hd separators))).t1);
}

# A pipe's ends get names in a directory of their own, on top of what is there already.
Pipes:	con "/tmp/pipes";

pipe(c: ref Context, args: list of ref Listnode): list of ref Listnode
{
	Usage:	con "pipe (from|to|fdnum) {cmd}";
	need(c, len args == 2 && iscommand(hd tl args), Usage);
	fd := 0;
	case which := (hd args).word {
	"to" =>
		;
	"from" =>
		fd = 1;
	* =>
		need(c, isnumber(which), Usage);
		fd = int which;
	}
	sequence := c.get("pipeid");
	n := 0;
	if(sequence != nil)
		n = int (hd sequence).word;
	c.set("pipeid", single(string (n+1)));
	name := sys->sprint("pipe.%d.%d", sys->pctl(0, nil), n);
	why := makepipe(name);
	if(why != nil)
		c.fail("bad pipe", "pipe: " + why);
	started := chan of string;
	spawn far(started, c, fd, Pipes + "/" + name + "x", hd tl args);
	why = <-started;
	if(why != nil)
		c.fail("bad pipe", "pipe: " + why);
	return single(Pipes + "/" + name + "y");
}

makepipe(name: string): string
{
	mkdir(Pipes);
	dir := "/tmp/" + name + "d";
	if(mkdir(dir) < 0)
		return sys->sprint("cannot make %s: %r", dir);
	why: string;
	if(sys->bind("#|", dir, Sys->MREPL) < 0)
		why = sys->sprint("cannot bind pipe onto %s: %r", dir);
	else{
		if(rename(dir + "/data", name + "x") < 0 || rename(dir + "/data1", name + "y") < 0)
			why = sys->sprint("cannot rename pipe: %r");
		else if(sys->bind(dir, Pipes, Sys->MBEFORE) < 0)
			why = sys->sprint("cannot bind pipe directory: %r");
		sys->unmount(nil, dir);
	}
	sys->remove(dir);
	return why;
}

mkdir(name: string): int
{
	if(sys->create(name, Sys->OREAD, Sys->DMDIR|8r777) == nil)
		return -1;
	return 0;
}

rename(old, new: string): int
{
	entry := sys->nulldir;
	entry.name = new;
	return sys->wstat(old, entry);
}

far(started: chan of string, c: ref Context, fd: int, file: string, cmd: ref Listnode)
{
	sys->pctl(Sys->FORKFD, nil);
	c = c.copy(1);
	end := sys->open(file, Sys->ORDWR);
	if(end == nil){
		started <-= sys->sprint("cannot open %s: %r", file);
		return;
	}
	sys->dup(end.fd, fd);
	end = nil;
	started <-= nil;
	c.run(cmd :: c.get("*"), 1);
}
