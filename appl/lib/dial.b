implement Dial;

include "sys.m";
	sys: Sys;

include "string.m";
	str: String;

include "dial.m";

# An address: [dir/]net!rest; a net that is not given is "net", any that will do.
Address: adt {
	dir, net, rest:	string;
};

start()
{
	if(sys == nil){
		sys = load Sys Sys->PATH;
		str = load String String->PATH;
	}
}

parse(addr: string): Address
{
	(net, rest) := str->splitl(addr, "!");
	if(rest == nil)
		return (nil, "net", addr);
	dir: string;
	if(net != nil && (net[0] == '/' || net[0] == '#')){
		(dir, net) = str->splitr(net, "/");
		dir = dir[0:len dir - 1];
	}
	return (dir, net, rest[1:]);
}

dial(addr, local: string): ref Connection
{
	start();
	a := parse(addr);
	if(a.dir != nil)
		return dialin(a.dir, a, local);
	c := dialin("/net", a, local);
	if(c != nil)
		return c;
	why := sys->sprint("%r");
	if(contains(why, "refused"))
		return nil;
	c = dialin("/net.alt", a, local);
	if(c == nil && contains(sys->sprint("%r"), "does not exist"))
		sys->werrstr(why);	# the less precise of the two would hide it
	return c;
}

# Tries each of the places that the connection server gives, or the address as it is if there is no server.
dialin(dir: string, a: Address, local: string): ref Connection
{
	cs := sys->open(dir + "/cs", Sys->ORDWR);
	if(cs == nil)
		return connect(dir + "/" + a.net + "/clone", a.rest, local);
	if(sys->fprint(cs, "%s!%s", a.net, a.rest) < 0)
		return nil;
	sys->seek(cs, big 0, Sys->SEEKSTART);
	sys->werrstr("cs: no translation");
	for(;;){
		(clone, dest) := answer(cs, dir);
		if(clone == nil)
			return nil;
		c := connect(clone, dest, local);
		if(c != nil)
			return c;
	}
}

# The next of the connection server's answers: a clone file, moved into dir, and what to tell it.
answer(cs: ref Sys->FD, dir: string): (string, string)
{
	buf := array[Sys->NAMEMAX] of byte;
	n := sys->read(cs, buf, len buf);
	if(n <= 0)
		return (nil, nil);
	(clone, dest) := str->splitl(string buf[0:n], " ");
	if(dest == nil || clone == nil)
		return (nil, nil);
	if(clone[0] == '/')
		clone = str->drop(clone[1:], "^/");
	else
		clone = "/" + clone;
	return (dir + clone, dest[1:]);
}

connect(clone, dest, local: string): ref Connection
{
	c := open(clone);
	if(c == nil)
		return nil;
	command := "connect " + dest;
	if(local != nil)
		command += " " + local;
	if(sys->fprint(c.cfd, "%s", command) < 0)
		return nil;
	c.dfd = sys->open(c.dir + "/data", Sys->ORDWR);
	if(c.dfd == nil)
		return nil;
	return c;
}

# A new connection from a clone or listen file, which gives its number.
open(file: string): ref Connection
{
	cfd := sys->open(file, Sys->ORDWR);
	if(cfd == nil)
		return nil;
	buf := array[Sys->NAMEMAX] of byte;
	n := sys->read(cfd, buf, len buf);
	if(n == 0)
		sys->werrstr("no connection number in " + file);
	if(n <= 0)
		return nil;
	return ref Connection(nil, cfd, parent(file) + "/" + string int string buf[0:n]);
}

announce(addr: string): ref Connection
{
	start();
	a := parse(addr);
	if(a.net == "net"){
		sys->werrstr("bad dial string: " + addr);
		return nil;
	}
	dir := a.dir;
	if(dir == nil)
		dir = "/net";
	clone := dir + "/" + a.net + "/clone";
	dest := a.rest;
	cs := sys->open(dir + "/cs", Sys->ORDWR);
	if(cs != nil){
		if(sys->fprint(cs, "%s!%s", a.net, a.rest) < 0)
			return nil;
		sys->seek(cs, big 0, Sys->SEEKSTART);
		(clone, dest) = answer(cs, dir);
		if(clone == nil){
			sys->werrstr("cs: no translation");
			return nil;
		}
	}
	c := open(clone);
	if(c == nil || sys->fprint(c.cfd, "announce %s", dest) < 0){
		sys->werrstr(sys->sprint("announce %s: %r", addr));
		return nil;
	}
	return c;
}

listen(c: ref Connection): ref Connection
{
	start();
	call := open(c.dir + "/listen");
	if(call == nil){
		sys->werrstr(sys->sprint("listen %s: %r", c.dir));
		return nil;
	}
	call.dir = parent(c.dir) + "/" + last(call.dir);
	return call;
}

accept(c: ref Connection): ref Sys->FD
{
	start();
	sys->fprint(c.cfd, "accept %s", last(c.dir));	# not all networks want it
	return sys->open(c.dir + "/data", Sys->ORDWR);
}

reject(c: ref Connection, why: string): int
{
	start();
	if(sys->fprint(c.cfd, "reject %s %q", last(c.dir), why) < 0)
		return -1;
	return 0;
}

netmkaddr(addr, net, svc: string): string
{
	start();
	(n, nil) := sys->tokenize(addr, "!");
	if(n <= 1){
		if(net == nil)
			net = "net";
		addr = net + "!" + addr;
	}
	if(svc == nil || n > 2)
		return addr;
	return addr + "!" + svc;
}

netinfo(c: ref Connection): ref Conninfo
{
	start();
	dir := c.dir;
	if(dir == nil && c.dfd != nil)
		dir = parent(sys->fd2path(c.dfd));
	if(dir == nil)
		return nil;
	i := ref Conninfo;
	i.dir = dir;
	for(up := dir; up != nil && up != "/"; up = parent(up))
		i.root = up;
	(ok, entry) := sys->stat(dir);
	if(ok >= 0)
		i.spec = sys->sprint("#%c%d", entry.dtype, entry.dev);
	(i.lsys, i.lserv) = end(dir + "/local");
	(i.rsys, i.rserv) = end(dir + "/remote");
	net := parent(dir);
	if(str->prefix("/net/", net))
		net = net[len "/net/":];
	i.laddr = net + "!" + i.lsys + "!" + i.lserv;
	i.raddr = net + "!" + i.rsys + "!" + i.rserv;
	return i;
}

# The address and service in a file; "???" for what cannot be known.
end(file: string): (string, string)
{
	fd := sys->open(file, Sys->OREAD);
	buf := array[Sys->NAMEMAX] of byte;
	if(fd == nil || (n := sys->read(fd, buf, len buf)) <= 0)
		return ("???", "???");
	(host, service) := str->splitl(str->take(string buf[0:n], "^\n"), "!");
	if(service == nil)
		return (host, "???");
	return (host, service[1:]);
}

parent(name: string): string
{
	(dir, nil) := str->splitr(name, "/");
	if(dir == nil)
		return nil;
	return dir[0:len dir - 1];
}

last(name: string): string
{
	return str->splitr(name, "/").t1;
}

contains(s, t: string): int
{
	return str->splitstrl(s, t).t1 != nil;
}
