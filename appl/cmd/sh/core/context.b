# Contexts: variables in their scopes, the environment, options.

Nslots:	con 7;	# every scope of a context has as many, copies by other shells included

Context.new(drawcontext: ref Draw->Context): ref Context
{
	initialise();
	if(env != nil)
		env->clone();
	environment := ref Environment(ref Builtins(nil, 0), ref Builtins(nil, 0), nil, fromenv());
	c := ref Context(environment, openwait(), drawcontext, 0 :: 1 :: 2 :: nil);
	builtins->initbuiltin(c, myself);
	c.env.localenv.flags = Context.VERBOSE;
	for(l := c.get("autoload"); l != nil; l = tl l)
		if((hd l).cmd == nil && (hd l).word != nil)
			loadmodule(c, (hd l).word);
	return c;
}

# For another process: with its own wait file, and if copyenv is set its own variables and builtins.
Context.copy(c: self ref Context, copyenv: int): ref Context
{
	copy := ref Context(c.env, openwait(), c.drawcontext, c.keepfds);
	if(copyenv){
		if(env != nil)
			env->clone();
		copy.env = ref Environment(copytable(c.env.sbuiltins), copytable(c.env.builtins),
			c.env.bmods, flatten(c.env.localenv));
	}
	return copy;
}

Context.fail(c: self ref Context, ename, msg: string)
{
	if(c.options() & Context.VERBOSE)
		sys->fprint(stderr(), "%s\n", msg);
	raise "fail:" + ename;
}

Context.options(c: self ref Context): int
{
	return c.env.localenv.flags;
}

Context.setoptions(c: self ref Context, flags, on: int): int
{
	old := c.env.localenv.flags;
	if(on)
		c.env.localenv.flags = old | flags;
	else
		c.env.localenv.flags = old & ~flags;
	return old;
}

slot(name: string): int
{
	h := 0;
	for(i := 0; i < len name; i++)
		h = h*65599 + name[i];
	return (h & 16r7FFFFFFF) % Nslots;
}

inscope(e: ref Localenv, name: string, h: int): ref Var
{
	for(l := e.vars[h]; l != nil; l = tl l)
		if((hd l).name == name)
			return hd l;
	return nil;
}

lookup(e: ref Localenv, name: string): ref Var
{
	h := slot(name);
	for(; e != nil; e = e.pushed)
		if((v := inscope(e, name, h)) != nil)
			return v;
	return nil;
}

assign(e: ref Localenv, name: string, val: list of ref Listnode)
{
	h := slot(name);
	v := inscope(e, name, h);
	if(v == nil){
		v = ref Var(name, nil, 0);
		if(name == "0" || name == "*" || name == "status")
			v.flags = Var.NOEXPORT;
		e.vars[h] = v :: e.vars[h];
	}
	v.val = val;
	v.flags |= Var.CHANGED;
}

Context.get(c: self ref Context, name: string): list of ref Listnode
{
	if(name == nil)
		return nil;
	nth := 0;
	if(name[0] != '0' && isnumber(name)){
		nth = int name;
		name = "*";
	}
	v := lookup(c.env.localenv, name);
	if(v == nil || nth == 0){
		if(v == nil)
			return nil;
		return v.val;
	}
	val := v.val;
	for(; nth > 1 && val != nil; nth--)
		val = tl val;
	if(val == nil)
		return nil;
	return hd val :: nil;
}

isnumber(s: string): int
{
	for(i := 0; i < len s; i++)
		if(s[i] < '0' || s[i] > '9')
			return 0;
	return s != nil;
}

Context.set(c: self ref Context, name: string, val: list of ref Listnode)
{
	h := slot(name);
	e := c.env.localenv;
	while(e.pushed != nil && inscope(e, name, h) == nil)
		e = e.pushed;
	assign(e, name, val);
}

Context.setlocal(c: self ref Context, name: string, val: list of ref Listnode)
{
	assign(c.env.localenv, name, val);
}

Context.envlist(c: self ref Context): list of (string, list of ref Listnode)
{
	all: list of (string, list of ref Listnode);
	e := flatten(c.env.localenv);
	for(i := 0; i < len e.vars; i++)
		for(l := e.vars[i]; l != nil; l = tl l)
			all = ((hd l).name, (hd l).val) :: all;
	return all;
}

Context.push(c: self ref Context)
{
	e := c.env.localenv;
	c.env.localenv = ref Localenv(array[Nslots] of list of ref Var, e, e.flags);
}

# What the scope covered is to be exported anew.
Context.pop(c: self ref Context)
{
	old := c.env.localenv;
	if(old.pushed == nil)
		panic("more scopes left than entered");
	c.env.localenv = old.pushed;
	for(i := 0; i < len old.vars; i++)
		for(l := old.vars[i]; l != nil; l = tl l){
			v := lookup(c.env.localenv, (hd l).name);
			if(v != nil)
				v.flags |= Var.CHANGED;
			else
				c.set((hd l).name, nil);
		}
}

# One scope with all that can be seen from e.
flatten(e: ref Localenv): ref Localenv
{
	flat := ref Localenv(array[Nslots] of list of ref Var, nil, e.flags);
	for(; e != nil; e = e.pushed)
		for(i := 0; i < len e.vars; i++)
			for(l := e.vars[i]; l != nil; l = tl l)
				if(inscope(flat, (hd l).name, i) == nil)
					flat.vars[i] = ref *hd l :: flat.vars[i];
	return flat;
}

fromenv(): ref Localenv
{
	e := ref Localenv(array[Nslots] of list of ref Var, nil, 0);
	if(env != nil)
		for(all := env->getall(); all != nil; all = tl all){
			(name, value) := hd all;
			h := slot(name);
			e.vars[h] = ref Var(name, unquotedwords(value), 0) :: e.vars[h];
		}
	return e;
}

# Brings /env up to date, outer scopes first, so that inner ones cover them.
export(e: ref Localenv)
{
	if(env == nil)
		return;
	if(e.pushed != nil)
		export(e.pushed);
	for(i := 0; i < len e.vars; i++)
		for(l := e.vars[i]; l != nil; l = tl l){
			v := hd l;
			if((v.flags & (Var.CHANGED|Var.NOEXPORT)) == Var.CHANGED){
				env->setenv(v.name, quoted(v.val, 1));
				v.flags &= ~Var.CHANGED;
			}
		}
}

setstatus(c: ref Context, status: string)
{
	c.setlocal("status", single(status));
}
