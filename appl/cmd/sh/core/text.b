# Nodes and values into text that parses to the same, and small operations on lists.

cmd2string(n: ref Node): string
{
	if(n == nil)
		return "";
	left := n.left;
	case n.ntype {
	n_WORD =>
		return quote(n.word, 1);
	n_BLOCK =>
		return "{" + cmd2string(left) + "}";
	n_LIST =>
		return "(" + cmd2string(left) + ")";
	n_VAR =>
		return "$" + cmd2string(left);
	n_COUNT =>
		return "$#" + cmd2string(left);
	n_SQUASH =>
		return "$\"" + cmd2string(left);
	n_BQ =>
		return "`" + cmd2string(left);
	n_BQ2 =>
		return "\"" + cmd2string(left);
	n_NOWAIT =>
		return cmd2string(left) + "&";
	n_REDIR =>
		return redirstring(n.redir) + cmd2string(left);
	n_DUP =>
		return redirstring(n.redir);
	}
	between := " ";
	case n.ntype {
	n_SEQ =>
		between = ";";
		if(left != nil && left.ntype == n_NOWAIT)
			between = "";
	n_CONCAT =>
		between = "^";
	n_ASSIGN =>
		between = "=";
	n_LOCAL =>
		between = ":=";
	n_PIPE =>
		between = "|";
		if(n.redir != nil)
			between += fdstring(n.redir);
	}
	return cmd2string(left) + between + cmd2string(n.right);
}

redirstring(r: ref Redir): string
{
	s := "<";
	case r.rtype {
	Sys->OWRITE =>
		s = ">";
	Sys->OWRITE|Append =>
		s = ">>";
	Sys->ORDWR =>
		s = "<>";
	}
	return s + fdstring(r);
}

fdstring(r: ref Redir): string
{
	if(r.fd1 < 0)
		return nil;
	if(r.fd2 < 0)
		return sys->sprint("[%d]", r.fd1);
	return sys->sprint("[%d=%d]", r.fd1, r.fd2);
}

# As one word for the shell. If glob is set, GLOB marks a character that stands for itself here.
quote(s: string, glob: int): string
{
	bare := s != nil;
	q := "";
	for(i := 0; i < len s; i++){
		c := s[i];
		if(glob && c == GLOB && i+1 < len s){
			q[len q] = s[++i];
			continue;
		}
		if(!inword(c, 0) || c == '*' || c == '[' || c == '?')
			bare = 0;
		if(c == '\'')
			q[len q] = c;
		q[len q] = c;
	}
	if(bare)
		return q;
	return "'" + q + "'";
}

quoted(val: list of ref Listnode, quoteblocks: int): string
{
	s := "";
	for(; val != nil; val = tl val){
		v := hd val;
		if(v.cmd == nil || quoteblocks && v.word != nil)
			s += quote(v.word, 0);
		else if(quoteblocks)
			s += quote(cmd2string(v.cmd), 0);
		else
			s += cmd2string(v.cmd);
		if(tl val != nil)
			s[len s] = ' ';
	}
	return s;
}

# The text of an element; that of a block is kept in it.
text(v: ref Listnode): string
{
	if(v.word == nil && v.cmd != nil)
		v.word = cmd2string(v.cmd);
	return v.word;
}

list2stringlist(nl: list of ref Listnode): list of string
{
	r: list of string;
	for(; nl != nil; nl = tl nl)
		r = text(hd nl) :: r;
	sl: list of string;
	for(; r != nil; r = tl r)
		sl = hd r :: sl;
	return sl;
}

stringlist2list(sl: list of string): list of ref Listnode
{
	nl: list of ref Listnode;
	for(; sl != nil; sl = tl sl)
		nl = ref Listnode(nil, hd sl) :: nl;
	return reverse(nl);
}

# The words that quoted text stands for.
unquotedwords(s: string): list of ref Listnode
{
	words: list of ref Listnode;
	inword, inquote: int;
	word := "";
	for(i := 0; i < len s; i++){
		blank := s[i] == ' ' || s[i] == '\t' || s[i] == '\n';
		if(blank && !inquote){
			if(inword)
				words = ref Listnode(nil, word) :: words;
			inword = 0;
			word = "";
			continue;
		}
		inword = 1;
		if(s[i] != '\'')
			word[len word] = s[i];
		else if(inquote && i+1 < len s && s[i+1] == '\'')
			word[len word] = s[i++];
		else
			inquote = !inquote;
	}
	if(inword)
		words = ref Listnode(nil, word) :: words;
	return reverse(words);
}

begins(s, start: string): int
{
	return len s >= len start && s[0:len start] == start;
}

single(s: string): list of ref Listnode
{
	return ref Listnode(nil, s) :: nil;
}

reverse(nl: list of ref Listnode): list of ref Listnode
{
	return onto(nl, nil);
}

# What is in nl, backwards, before rest.
onto(nl, rest: list of ref Listnode): list of ref Listnode
{
	for(; nl != nil; nl = tl nl)
		rest = hd nl :: rest;
	return rest;
}

joined(sl: list of string, between: string): string
{
	s := "";
	for(; sl != nil; sl = tl sl){
		s += hd sl;
		if(tl sl != nil)
			s += between;
	}
	return s;
}
