implement Shellbuiltin;

# The functions of the String module for scripts, and a few more.

include "sys.m";
	sys: Sys;

include "draw.m";

include "string.m";
	str: String;

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

# substitutions, with their arguments
forms := array[] of {
	("alen", "s"),
	("drop", "s cl"),
	("fields", "cl s"),
	("len", "s"),
	("padl", "n [s...]"),
	("padr", "n [s...]"),
	("slice", "start end s"),
	("splitl", "s cl"),
	("splitr", "s cl"),
	("splitstrl", "s t"),
	("splitstrr", "s t"),
	("take", "s cl"),
	("tolower", "s"),
	("toupper", "s"),
};

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	str = load String String->PATH;
	if(str == nil)
		c.fail("bad module", sys->sprint("string: cannot load %s: %r", String->PATH));
	c.addbuiltin("prefix", myself);
	c.addbuiltin("in", myself);
	for(i := 0; i < len forms; i++)
		c.addsbuiltin(forms[i].t0, myself);
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
	args := words(tl argv);
	if(len args != 2 && name == "prefix")
		c.fail("usage", "usage: prefix pre s");
	if(len args != 2)
		c.fail("usage", "usage: in c cl");
	ok: int;
	if(name == "prefix")
		ok = str->prefix(args[0], args[1]);
	else{
		if(len args[0] != 1)
			c.fail("usage", "usage: in c cl");
		ok = str->in(args[0][0], args[1]);
	}
	if(ok)
		return nil;
	return "false";
}

words(l: list of ref Listnode): array of string
{
	a := array[len l] of string;
	i := 0;
	for(sl := sh->list2stringlist(l); sl != nil; sl = tl sl)
		a[i++] = hd sl;
	return a;
}

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	name := (hd argv).word;
	a := words(tl argv);
	check(c, name, len a);
	case name {
	"len" =>
		return one(string len a[0]);
	"alen" =>
		return one(string len array of byte a[0]);
	"tolower" =>
		return one(str->tolower(a[0]));
	"toupper" =>
		return one(str->toupper(a[0]));
	"take" =>
		return one(str->take(a[0], a[1]));
	"drop" =>
		return one(str->drop(a[0], a[1]));
	"splitl" =>
		return two(str->splitl(a[0], a[1]));
	"splitr" =>
		return two(str->splitr(a[0], a[1]));
	"splitstrl" =>
		return two(str->splitstrl(a[0], a[1]));
	"splitstrr" =>
		return two(str->splitstrr(a[0], a[1]));
	"slice" =>
		return one(slice(c, a[0], a[1], a[2]));
	"fields" =>
		return fields(a[0], a[1]);
	"padl" or "padr" =>
		return one(pad(c, name, a));
	}
	return nil;
}

check(c: ref Context, name: string, n: int)
{
	for(i := 0; forms[i].t0 != name; i++)
		;
	form := forms[i].t1;
	(want, nil) := sys->tokenize(form, " ");
	many := form[len form-1] == ']';
	if(many && n < 1 || !many && n != want)
		c.fail("usage", sys->sprint("usage: %s %s", name, form));
}

one(s: string): list of ref Listnode
{
	return ref Listnode(nil, s) :: nil;
}

two(pair: (string, string)): list of ref Listnode
{
	return ref Listnode(nil, pair.t0) :: ref Listnode(nil, pair.t1) :: nil;
}

slice(c: ref Context, first, last, s: string): string
{
	begin := within(c, first, len s);
	end := within(c, last, len s);
	if(begin >= end)
		return nil;
	return s[begin:end];
}

# An index, no less than 0 and no more than n.
within(c: ref Context, word: string, n: int): int
{
	if(word == "end")
		return n;
	(i, rest) := str->toint(word, 10);
	if(word == nil || rest != nil)
		c.fail("usage", "usage: slice start end s");
	if(i < 0)
		return 0;
	if(i > n)
		return n;
	return i;
}

fields(class, s: string): list of ref Listnode
{
	vals: list of ref Listnode;
	end := len s;
	for(i := len s - 1; i >= -1; i--)
		if(i < 0 || str->in(s[i], class)){
			vals = ref Listnode(nil, s[i+1:end]) :: vals;
			end = i;
		}
	return vals;
}

pad(c: ref Context, name: string, a: array of string): string
{
	(n, rest) := str->toint(a[0], 10);
	if(a[0] == nil || rest != nil)
		c.fail("usage", sys->sprint("usage: %s n [s...]", name));
	s := "";
	for(i := 1; i < len a; i++){
		if(i > 1)
			s += " ";
		s += a[i];
	}
	if(name == "padl")
		return sys->sprint("%-*s", n, s);
	return sys->sprint("%*s", n, s);
}
