# Nodes into values: variables, substitutions, concatenation, file name patterns.

# What an argument list says of a command's files, the last one first.
Plumb: adt {
	fd:	ref Sys->FD;	# a pipe, or nil for file
	file:	string;
	r:	Redir;
};
Plumbing: adt {
	l:	list of Plumb;
};

# The words of an argument list with its patterns expanded.
words(c: ref Context, n: ref Node, p: ref Plumbing): list of ref Listnode
{
	return glob(expand(c, n, p));
}

expand(c: ref Context, n: ref Node, p: ref Plumbing): list of ref Listnode
{
	items: list of ref Node;	# the leaves of a chain that leans to the left or to the right
	for(; n != nil && n.ntype == n_ADJ; n = n.left){
		if(n.left != nil && n.left.ntype != n_ADJ && n.right != nil && n.right.ntype == n_ADJ)
			return leaning(c, n, items, p);
		items = n.right :: items;
	}
	return values(c, n :: items, p);
}

# A redirection before a command is a chain that leans to the right.
leaning(c: ref Context, n: ref Node, items: list of ref Node, p: ref Plumbing): list of ref Listnode
{
	first := one(c, n.left, p);
	second := expand(c, n.right, p);
	return onto(reverse(first), onto(reverse(second), values(c, items, p)));
}

values(c: ref Context, items: list of ref Node, p: ref Plumbing): list of ref Listnode
{
	vals: list of ref Listnode;
	for(; items != nil; items = tl items)
		vals = onto(one(c, hd items, p), vals);
	return reverse(vals);
}

one(c: ref Context, n: ref Node, p: ref Plumbing): list of ref Listnode
{
	if(n == nil)
		return nil;
	case n.ntype {
	n_WORD =>
		return single(n.word);
	n_BLOCK =>
		return ref Listnode(n, nil) :: nil;
	n_ADJ =>
		return expand(c, n, p);
	n_LIST =>
		return expand(c, n.left, p);
	n_CONCAT =>
		left := expand(c, n.left, p);
		return concat(c, left, expand(c, n.right, p));
	n_VAR =>
		return value(c, n.left);
	n_COUNT =>
		return single(string len value(c, n.left));
	n_SQUASH =>
		return single(joined(list2stringlist(value(c, n.left)), " "));
	n_BQ or n_BQ2 =>
		return backquote(c, n);
	n_DUP =>
		p.l = Plumb(nil, nil, *n.redir) :: p.l;
		return nil;
	n_REDIR =>
		return redirected(c, n, p);
	}
	c.fail("bad assign", "sh: assignment in invalid context");
	return nil;
}

value(c: ref Context, n: ref Node): list of ref Listnode
{
	arg := expand(c, n, ref Plumbing);
	if(len arg != 1 || (hd arg).cmd == nil && (hd arg).word == nil)
		c.fail("bad $ arg", "sh: bad variable name");
	if((hd arg).cmd != nil)
		return substitute(c, (hd arg).cmd.left);
	return c.get(deglob((hd arg).word));
}

# ${command}
substitute(c: ref Context, n: ref Node): list of ref Listnode
{
	if(n == nil || n.ntype == n_SEQ || n.ntype == n_PIPE || n.ntype == n_NOWAIT)
		c.fail("bad $ arg", "sh: invalid argument to ${} operator");
	p := ref Plumbing;
	cmd := words(c, n, p);
	if(p.l != nil)
		c.fail("bad $ arg", "sh: redirection not allowed in substitution");
	if(cmd == nil || (hd cmd).word == nil || (hd cmd).cmd != nil)
		c.fail("bad $ arg", "sh: bad builtin name");
	mods := findbuiltin(c.env.sbuiltins, (hd cmd).word);
	if(mods == nil)
		c.fail("builtin not found", sys->sprint("sh: builtin %s not found", (hd cmd).word));
	return (hd mods)->runsbuiltin(c, myself, cmd);
}

redirected(c: ref Context, n: ref Node, p: ref Plumbing): list of ref Listnode
{
	arg := words(c, n.left, ref Plumbing);
	if(len arg != 1)
		c.fail("bad redir", "sh: single redirection operand required");
	if((hd arg).cmd == nil){
		p.l = Plumb(nil, (hd arg).word, *n.redir) :: p.l;
		return nil;
	}
	fd := pipeto(c, arg, n.redir);
	p.l = Plumb(fd, nil, (n.redir.rtype, fd.fd, -1)) :: p.l;
	return single("/fd/" + string fd.fd);
}

# Starts a block with the far end of a pipe: <{block}, >{block}.
pipeto(c: ref Context, cmd: list of ref Listnode, r: ref Redir): ref Sys->FD
{
	if(r.fd2 >= 0 || r.rtype & Append)
		c.fail("bad redir", "sh: bad redirection");
	far := *r;
	if(r.rtype == Sys->OREAD)
		far.rtype = Sys->OWRITE;
	else if(r.rtype == Sys->OWRITE)
		far.rtype = Sys->OREAD;
	ends := newpipe(c);
	start(c, 1, cmd, connect(ends, 1, far));
	return ends[0];
}

newpipe(c: ref Context): array of ref Sys->FD
{
	ends := array[2] of ref Sys->FD;
	if(sys->pipe(ends) < 0)
		c.fail("no pipe", sys->sprint("sh: cannot make pipe: %r"));
	return ends;
}

# Moves one end of a pipe into a new plumbing: none of it may stay with the caller, or the pipe would not end.
connect(ends: array of ref Sys->FD, i: int, r: Redir): ref Plumbing
{
	p := ref Plumbing(Plumb(ends[i], nil, r) :: nil);
	ends[i] = nil;
	return p;
}

backquote(c: ref Context, n: ref Node): list of ref Listnode
{
	cmd := words(c, n.left, ref Plumbing);
	separators: string;
	if(n.ntype == n_BQ){
		separators = joined(list2stringlist(c.get("ifs")), "");
		if(separators == nil)
			separators = " \t\n\r";
	}
	ends := newpipe(c);
	(pid, outcome) := start(c, 0, cmd, connect(ends, 1, Redir(Sys->OWRITE, 1, -1)));
	out := readall(ends[0]);
	waitfor(c, pid :: nil);
	if(outcome.failure != nil)
		raise outcome.failure;
	if(separators == nil)
		return single(out);
	return stringlist2list((sys->tokenize(out, separators)).t1);
}

readall(fd: ref Sys->FD): string
{
	buf := array[Sys->ATOMICIO] of byte;
	held := 0;
	while((n := sys->read(fd, buf[held:], len buf - held)) > 0)
		if((held += n) == len buf){
			larger := array[2 * len buf] of byte;
			larger[0:] = buf;
			buf = larger;
		}
	return string buf[0:held];
}

concat(c: ref Context, left, right: list of ref Listnode): list of ref Listnode
{
	if(left == nil && right == nil)
		return nil;
	if(left == nil || right == nil)
		c.fail("bad concatenation", "sh: null list in concatenation");
	r: list of ref Listnode;
	if(tl left != nil && tl right != nil){
		if(len left != len right)
			c.fail("bad concatenation", "sh: lists of differing sizes can't be concatenated");
		for(; left != nil; left = tl left){
			r = ref Listnode(nil, text(hd left) + text(hd right)) :: r;
			right = tl right;
		}
	}else
		for(; left != nil; left = tl left)
			for(l := right; l != nil; l = tl l)
				r = ref Listnode(nil, text(hd left) + text(hd l)) :: r;
	return reverse(r);
}

# Each word with a marked pattern character becomes the files that match, or itself if there are none.
glob(nl: list of ref Listnode): list of ref Listnode
{
	for(l := nl; l != nil && !marked((hd l).word); l = tl l)
		;
	if(l == nil)
		return nl;
	r: list of ref Listnode;
	for(; nl != nil; nl = tl nl){
		if(!marked((hd nl).word)){
			r = hd nl :: r;
			continue;
		}
		needfilepat();
		files := filepat->expand(pattern((hd nl).word));
		if(files == nil)
			files = deglob((hd nl).word) :: nil;
		for(; files != nil; files = tl files)
			r = ref Listnode(nil, hd files) :: r;
	}
	return reverse(r);
}

marked(s: string): int
{
	for(i := 0; i+1 < len s; i++)
		if(s[i] == GLOB)
			case s[i+1] {
			'*' or '?' or '[' or GLOB =>
				return 1;
			}
	return 0;
}

# For Filepat: what is not marked stands for itself.
pattern(s: string): string
{
	p := "";
	for(i := 0; i < len s; i++){
		case s[i] {
		GLOB =>
			if(++i == len s)
				return p;
			if(s[i] == '[' && i+1 < len s && s[i+1] == '~'){	# since ^ cannot be in a bare word
				p += "[^";
				i++;
				continue;
			}
		'*' or '?' or '[' or '\\' =>
			p[len p] = '\\';
		}
		p[len p] = s[i];
	}
	return p;
}

deglob(s: string): string
{
	for(i := 0; i < len s && s[i] != GLOB; i++)
		;
	if(i == len s)
		return s;
	plain := s[0:i];
	for(; i < len s; i++)
		if(s[i] != GLOB)
			plain[len plain] = s[i];
	return plain;
}
