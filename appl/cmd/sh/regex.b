implement Shellbuiltin;

# Regular expressions for scripts: match, ${re op regex ...}.

include "sys.m";
	sys: Sys;

include "draw.m";

include "regex.m";
	regex: Regex;
	Re: import regex;

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	regex = load Regex Regex->PATH;
	if(regex == nil)
		c.fail("bad module", sys->sprint("regex: cannot load %s: %r", Regex->PATH));
	c.addbuiltin("match", myself);
	c.addsbuiltin("re", myself);
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

compile(c: ref Context, pattern: string): Re
{
	(re, why) := regex->compile(pattern, 1);
	if(re == nil)
		c.fail("bad regex", sys->sprint("re: bad regex '%s': %s", pattern, why));
	return re;
}

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, nil: int): string
{
	args := sh->list2stringlist(tl argv);
	if(args == nil)
		c.fail("usage", "usage: match regex [arg...]");
	re := compile(c, hd args);
	for(args = tl args; args != nil; args = tl args)
		if(regex->execute(re, hd args) == nil)
			return "no match";
	return nil;
}

Usage:	con "usage: re g|v regex [arg...] | re m|M|mg regex arg | re s|sg regex subs [arg...]";

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	args := sh->list2stringlist(tl argv);
	if(len args < 2)
		c.fail("usage", Usage);
	op := hd args;
	re := compile(c, hd tl args);
	args = tl tl args;
	vals: list of string;
	case op {
	"g" or "v" =>
		for(; args != nil; args = tl args)
			if((regex->execute(re, hd args) != nil) == (op == "g"))
				vals = hd args :: vals;
	"m" or "M" or "mg" =>
		if(len args != 1)
			c.fail("usage", Usage);
		vals = matches(re, hd args, op);
	"s" or "sg" =>
		if(args == nil)
			c.fail("usage", Usage);
		subs := hd args;
		for(args = tl args; args != nil; args = tl args)
			vals = replace(re, subs, hd args, op == "sg") :: vals;
	* =>
		c.fail("usage", Usage);
	}
	nl: list of ref Listnode;
	for(; vals != nil; vals = tl vals)
		nl = ref Listnode(nil, hd vals) :: nl;
	return nl;
}

# Backwards: what matches, with its groups for M, and all there is for mg.
matches(re: Re, s: string, op: string): list of string
{
	vals: list of string;
	at := 0;
	do{
		m := regex->executese(re, s, (at, len s), at == 0, 1);
		if(m == nil)
			break;
		vals = part(s, m[0]) :: vals;
		for(i := 1; op == "M" && i < len m; i++)
			vals = part(s, m[i]) :: vals;
		if(m[0].t0 == m[0].t1)
			break;
		at = m[0].t1;
	}while(op == "mg" && at < len s);
	return vals;
}

part(s: string, r: (int, int)): string
{
	if(r.t0 < 0)
		return nil;
	return s[r.t0:r.t1];
}

replace(re: Re, subs, s: string, all: int): string
{
	new := "";
	at := 0;
	do{
		m := regex->executese(re, s, (at, len s), at == 0, 1);
		if(m == nil)
			break;
		new += s[at:m[0].t0] + fill(subs, s, m);
		at = m[0].t1;
		if(m[0].t0 == m[0].t1)
			break;
	}while(all && at < len s);
	return new + s[at:];
}

# subs with \n as the nth group of the match, \0 as all of it
fill(subs, s: string, m: array of (int, int)): string
{
	text := "";
	for(i := 0; i < len subs; i++){
		if(subs[i] != '\\' || i+1 == len subs){
			text[len text] = subs[i];
			continue;
		}
		n := subs[++i] - '0';
		if(n < 0 || n > 9)
			text[len text] = subs[i];
		else if(n < len m)
			text += part(s, m[n]);
	}
	return text;
}
