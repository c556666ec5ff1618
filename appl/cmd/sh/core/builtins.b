# Builtins: the tables of them, modules of them, and the shell's own.

initbuiltin(c: ref Context, nil: Sh): string
{
	for(l := "@" :: "builtin" :: "exit" :: "load" :: "loaded" :: "run" :: "syncenv" :: "unload" :: "whatis" :: nil; l != nil; l = tl l)
		c.addbuiltin(hd l, builtins);
	for(l = "bquote" :: "builtin" :: "loaded" :: "quote" :: "unquote" :: nil; l != nil; l = tl l)
		c.addsbuiltin(hd l, builtins);
	return nil;
}

getself(): Shellbuiltin
{
	return builtins;
}

whatis(nil: ref Context, nil: Sh, nil: string, nil: int): string
{
	return nil;
}

# The place of name, or where it would be.
place(t: ref Builtins, name: string): int
{
	lo := 0;
	hi := t.n;
	while(lo < hi){
		mid := (lo + hi) / 2;
		if(t.ba[mid].t0 < name)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

findbuiltin(t: ref Builtins, name: string): list of Shellbuiltin
{
	i := place(t, name);
	if(i < t.n && t.ba[i].t0 == name)
		return t.ba[i].t1;
	return nil;
}

# A new definition replaces an old one, but only covers the shell's own; builtin itself is not to be covered.
define(t: ref Builtins, name: string, mod: Shellbuiltin)
{
	if(mod == nil || name == "builtin" && mod != builtins)
		return;
	i := place(t, name);
	if(i < t.n && t.ba[i].t0 == name){
		old := t.ba[i].t1;
		if(hd old == mod)
			return;
		if(hd old != builtins)
			old = tl old;
		t.ba[i] = (name, mod :: old);
		return;
	}
	if(t.n == len t.ba){
		larger := array[t.n + 16] of (string, list of Shellbuiltin);
		larger[0:] = t.ba;
		t.ba = larger;
	}
	t.ba[i+1:] = t.ba[i:t.n];
	t.ba[i] = (name, mod :: nil);
	t.n++;
}

# Takes back what mod defined: of one name, or of all if name is nil.
undefine(t: ref Builtins, name: string, mod: Shellbuiltin)
{
	kept := 0;
	for(i := 0; i < t.n; i++){
		(n, mods) := t.ba[i];
		if(hd mods == mod && (name == nil || name == n))
			mods = tl mods;
		if(mods != nil)
			t.ba[kept++] = (n, mods);
	}
	for(i = kept; i < t.n; i++)
		t.ba[i] = (nil, nil);
	t.n = kept;
}

copytable(t: ref Builtins): ref Builtins
{
	copy := array[t.n] of (string, list of Shellbuiltin);
	copy[0:] = t.ba[0:t.n];
	return ref Builtins(copy, t.n);
}

Context.addbuiltin(c: self ref Context, name: string, mod: Shellbuiltin)
{
	define(c.env.builtins, name, mod);
}

Context.removebuiltin(c: self ref Context, name: string, mod: Shellbuiltin)
{
	undefine(c.env.builtins, name, mod);
}

Context.addsbuiltin(c: self ref Context, name: string, mod: Shellbuiltin)
{
	define(c.env.sbuiltins, name, mod);
}

Context.removesbuiltin(c: self ref Context, name: string, mod: Shellbuiltin)
{
	undefine(c.env.sbuiltins, name, mod);
}

Context.addmodule(c: self ref Context, name: string, mod: Shellbuiltin)
{
	mod->initbuiltin(c, myself);
	c.env.bmods = (name, mod->getself()) :: c.env.bmods;
}

# Returns an error, nil if the module is loaded, now or before.
loadmodule(c: ref Context, name: string): string
{
	for(l := c.env.bmods; l != nil; l = tl l)
		if((hd l).t0 == name)
			return nil;
	path := name;
	if(!isdis(path))
		path += ".dis";
	if(path[0] != '/' && !begins(path, "./"))
		path = "/dis/sh/" + path;
	mod := load Shellbuiltin path;
	if(mod == nil){
		diagnostic(c, sys->sprint("load: cannot load %s: %r", path));
		return "bad module";
	}
	why := mod->initbuiltin(c, myself);
	c.env.bmods = (name, mod->getself()) :: c.env.bmods;
	if(why != nil){
		unloadmodule(c, name);
		diagnostic(c, "load: module init failed: " + why);
	}
	return why;
}

unloadmodule(c: ref Context, name: string): string
{
	mod: Shellbuiltin;
	kept: list of (string, Shellbuiltin);
	for(l := c.env.bmods; l != nil; l = tl l)
		if((hd l).t0 == name)
			mod = (hd l).t1;
		else
			kept = hd l :: kept;
	if(mod == nil){
		diagnostic(c, sys->sprint("module %s not found", name));
		return "not found";
	}
	for(c.env.bmods = nil; kept != nil; kept = tl kept)
		c.env.bmods = hd kept :: c.env.bmods;
	undefine(c.env.builtins, nil, mod);
	undefine(c.env.sbuiltins, nil, mod);
	return nil;
}

modulename(c: ref Context, mod: Shellbuiltin): string
{
	for(l := c.env.bmods; l != nil; l = tl l)
		if((hd l).t1 == mod)
			return (hd l).t0;
	return "builtin";
}

usage(c: ref Context, s: string)
{
	c.fail("usage", "sh: usage: " + s);
}

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, last: int): string
{
	args := tl argv;
	case (hd argv).word {
	"@" =>
		if(args != nil)
			return apart(c, args, ref Plumbing);
	"builtin" =>
		return uncovered(c, args, last);
	"exit" =>
		exit;
	"load" =>
		if(args == nil)
			usage(c, "load path...");
		for(; args != nil; args = tl args){
			if((hd args).word == nil)
				usage(c, "load path...");
			why := loadmodule(c, (hd args).word);
			if(why != nil)
				raise "fail:" + why;
		}
	"loaded" =>
		showtable(c, c.env.builtins, "", "");
		showtable(c, c.env.sbuiltins, "${", "}");
	"run" =>
		if(args == nil || (hd args).word == nil)
			usage(c, "run path");
		return runscoped(c, (hd args).word, tl args);
	"syncenv" =>
		export(c.env.localenv);
	"unload" =>
		if(args == nil)
			usage(c, "unload path...");
		status: string;
		for(; args != nil; args = tl args)
			if((why := unloadmodule(c, (hd args).word)) != nil)
				status = why;
		return status;
	"whatis" =>
		if(args == nil)
			usage(c, "whatis name ...");
		status: string;
		for(; args != nil; args = tl args)
			if((why := describe(c, hd args)) != nil)
				status = why;
		return status;
	}
	return nil;
}

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	args := tl argv;
	case (hd argv).word {
	"bquote" =>
		return single(quoted(args, 0));
	"quote" =>
		return single(quoted(args, 1));
	"unquote" =>
		if(len args != 1)
			usage(c, "unquote arg");
		return unquotedwords(text(hd args));
	"loaded" =>
		names: list of ref Listnode;
		for(l := c.env.bmods; l != nil; l = tl l)
			names = ref Listnode(nil, (hd l).t0) :: names;
		return names;
	"builtin" =>
		if(args == nil)
			usage(c, "builtin command [args ...]");
		for(mods := findbuiltin(c.env.sbuiltins, (hd args).word); mods != nil; mods = tl mods)
			if(hd mods == builtins)
				return runsbuiltin(c, myself, args);
		c.fail("builtin not found", sys->sprint("sh: builtin %s not found", (hd args).word));
	}
	return nil;
}

uncovered(c: ref Context, args: list of ref Listnode, last: int): string
{
	if(args == nil)
		usage(c, "builtin command [args ...]");
	name := (hd args).word;
	if(name == nil || name[0] == '{'){
		diagnostic(c, name + " not found");
		return "not found";
	}
	for(mods := findbuiltin(c.env.builtins, name); mods != nil; mods = tl mods)
		if(hd mods == builtins)
			return runbuiltin(c, myself, args, last);
	if(c.options() & Context.EXECPRINT)
		sys->fprint(stderr(), "%s\n", quoted(args, 0));
	return external(c, args, last);
}

runscoped(c: ref Context, file: string, args: list of ref Listnode): string
{
	c.push();
	{
		c.setoptions(Context.INTERACTIVE, 0);
		runscript(c, file, args, 1);
		c.pop();
		return nil;
	} exception e {
	"fail:*" =>
		c.pop();
		return failure(e);
	}
}

showtable(c: ref Context, t: ref Builtins, before, after: string)
{
	for(i := 0; i < t.n; i++){
		(name, mods) := t.ba[i];
		sys->print("%s%s%s\t%s\n", before, name, after, modulename(c, hd mods));
	}
}

# Prints all that a name is; returns "not found" if it is nothing.
describe(c: ref Context, v: ref Listnode): string
{
	name := text(v);
	if(v.cmd != nil || name != nil && name[0] == '{'){
		sys->print("%s\n", name);
		return nil;
	}
	if(name == nil)
		return nil;
	s := "";
	val := c.get(name);
	if(val != nil)
		s += sys->sprint("%s=%s\n", quote(name, 0), quoted(val, 0));
	sub := "${" + name + "}";
	mods := findbuiltin(c.env.sbuiltins, name);
	if(mods != nil && hd mods == builtins)
		s += "${builtin " + name + "}\n";
	else if(mods != nil)
		s += origin(c, hd mods, name, sub, Shellbuiltin->SBUILTIN);
	mods = findbuiltin(c.env.builtins, name);
	if(mods != nil && hd mods == builtins)
		s += "builtin " + name + "\n";
	else if(mods != nil)
		s += origin(c, hd mods, name, name, Shellbuiltin->BUILTIN);
	else
		s += found(c, name);
	for(l := c.env.bmods; l != nil; l = tl l){
		(modname, mod) := hd l;
		w := mod->whatis(c, myself, name, Shellbuiltin->OTHER);
		if(w != nil)
			s += "load " + modname + "; " + w + "\n";
	}
	if(s == nil){
		sys->fprint(stderr(), "%s: not found\n", name);
		return "not found";
	}
	sys->print("%s", s);
	return nil;
}

origin(c: ref Context, mod: Shellbuiltin, name, otherwise: string, kind: int): string
{
	w := mod->whatis(c, myself, name, kind);
	if(w == nil)
		w = otherwise;
	return "load " + modulename(c, mod) + "; " + w + "\n";
}

# The line with the path of a program or script, nil if there is none.
found(c: ref Context, name: string): string
{
	for(files := search(c, name); files != nil; files = tl files){
		file := hd files;
		if(!isdis(name)){
			if(executable(file, 8r111))
				return file + "\n";
			file += ".dis";
		}
		if(executable(file, 8r444))
			return file + "\n";
	}
	return nil;
}

executable(file: string, mode: int): int
{
	(ok, entry) := sys->stat(file);
	return ok >= 0 && (entry.mode & Sys->DMDIR) == 0 && entry.mode & mode;
}
