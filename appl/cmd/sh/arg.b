implement Shellbuiltin;

# Options for scripts: arg [opts {command}]... - args

include "sys.m";
	sys: Sys;

include "draw.m";

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	if(myself == nil)
		c.fail("bad module", sys->sprint("arg: cannot load self: %r"));
	c.addbuiltin("arg", myself);
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

runsbuiltin(nil: ref Context, nil: Sh, nil: list of ref Listnode): list of ref Listnode
{
	return nil;
}

Spec: adt {
	letters:	string;
	nargs:	int;
	cmd:	ref Listnode;
};

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, nil: int): string
{
	specs: list of Spec;
	for(l := tl argv; l != nil && (hd l).word != "-"; l = tl tl l){
		if((hd l).word == nil || tl l == nil || (hd tl l).cmd == nil)
			c.fail("usage", "usage: arg [opts {command}]... - args");
		letters := (hd l).word;
		n := len letters;
		while(n > 0 && letters[n-1] == '+')
			n--;
		specs = Spec(letters[0:n], len letters - n, hd tl l) :: specs;
	}
	ordered: list of Spec;
	for(; specs != nil; specs = tl specs)
		ordered = hd specs :: ordered;
	args := c.get("*");
	if(l != nil)
		args = tl l;
	status: string;
	c.push();
	{
		(status, args) = parse(c, ordered, args);
	} exception e {
	"fail:break" =>
		c.pop();
		return nil;
	"fail:*" =>
		c.pop();
		raise e;
	}
	c.pop();
	c.set("args", args);
	c.set("*", args);
	return status;
}

parse(c: ref Context, specs: list of Spec, args: list of ref Listnode): (string, list of ref Listnode)
{
	status: string;
	while(args != nil && len (hd args).word > 1 && (hd args).word[0] == '-'){
		bundle := (hd args).word[1:];
		args = tl args;
		if(bundle == "-")
			break;
		while(bundle != nil){
			opt := bundle[0:1];
			bundle = bundle[1:];
			spec := find(c, specs, opt);
			vals: list of ref Listnode;
			(vals, bundle, args) = take(c, opt, spec.nargs, bundle, args);
			c.setlocal("opt", ref Listnode(nil, opt) :: nil);
			c.setlocal("arg", vals);
			status = c.run(spec.cmd :: nil, 0);
		}
	}
	return (status, args);
}

find(c: ref Context, specs: list of Spec, opt: string): Spec
{
	for(; specs != nil; specs = tl specs){
		letters := (hd specs).letters;
		for(i := 0; i < len letters; i++)
			if(letters[i] == opt[0] || letters[i] == '*')
				return hd specs;
	}
	c.fail("usage", "unknown option -" + opt);
	return Spec(nil, 0, nil);
}

# n arguments of an option, the first perhaps the rest of its bundle; and what is left of both.
take(c: ref Context, opt: string, n: int, bundle: string, args: list of ref Listnode):
	(list of ref Listnode, string, list of ref Listnode)
{
	r: list of ref Listnode;
	for(i := 0; i < n; i++){
		if(bundle != nil){
			r = ref Listnode(nil, bundle) :: r;
			bundle = nil;
			continue;
		}
		if(args == nil)
			c.fail("usage", sys->sprint("option -%s requires %d arguments", opt, n));
		r = hd args :: r;
		args = tl args;
	}
	vals: list of ref Listnode;
	for(; r != nil; r = tl r)
		vals = hd r :: vals;
	return (vals, bundle, args);
}
