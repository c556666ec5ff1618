# Tokens into a tree of nodes, by recursive descent:
#
#	sequence	andor { (";" | "&" | newline) andor }
#	andor	pipeline { ("&&" | "||") pipeline }		&& binds tighter
#	pipeline	command { "|" command }
#	command	{ redirection } [ word ("=" | ":=") value | word { word | redirection } ]
#	word	part { "^" part }		the caret may be left out after a plain word
#	part	plain | operator part | "(" words ")" | "{" sequence "}"

# Parses the next line, and more where it is not complete: (tree, error). The tree of an empty line is nil.
parseline(l: ref Lex, prompt: string, showline: int): (ref Node, string)
{
	l.prompt = prompt;
	l.newline = 0;
	return tree(l, 0, showline);
}

# Parses all lines of s as one block.
parseblock(s: string): (ref Node, string)
{
	(n, why) := tree(Lex.fromstring(s), 1, 0);
	return (mk(n_BLOCK, n, nil), why);
}

tree(l: ref Lex, inblock, showline: int): (ref Node, string)
{
	{
		n := sequence(l, inblock);
		t := l.take();
		if(t.kind != '\n' && t.kind != Tend)
			unexpected(t);
		return (n, nil);
	} exception e {
	"parse:*" =>
		(line, why) := located(e[len "parse:":]);
		if(why == Interrupted){
			l.restart();
			return (nil, nil);
		}
		l.skipline();
		if(showline)
			return (nil, sys->sprint("%s:%d: %s", l.path, line, why));
		return (nil, l.path + ": parse error: " + why);
	}
}

# The line and the reason in line:reason.
located(s: string): (int, string)
{
	for(i := 0; i < len s && s[i] != ':'; i++)
		;
	return (int s, s[i+1:]);
}

mk(ntype: int, left, right: ref Node): ref Node
{
	return ref Node(ntype, left, right, nil, nil);
}

wordnode(w: string): ref Node
{
	return ref Node(n_WORD, nil, nil, w, nil);
}

unexpected(t: ref Token)
{
	what: string;
	case t.kind {
	Tend =>
		what = "end of input";
	'\n' =>
		what = "end of line";
	Tassign =>
		what = "=";
		if(t.op == n_LOCAL)
			what = ":=";
	Tand =>
		what = "&&";
	Tor =>
		what = "||";
	Tredir or Tdup =>
		what = "redirection";
	Tword =>
		what = quote(t.word, 1);
	Top =>
		what = cmd2string(mk(t.op, wordnode(nil), nil));
		what = what[0:len what - 2];
	* =>
		what[0] = t.kind;
	}
	syntax(t.line, "syntax error: unexpected " + what);
}

newlines(l: ref Lex)
{
	while(l.peek().kind == '\n')
		l.take();
}

sequence(l: ref Lex, inblock: int): ref Node
{
	commands: list of ref Node;
	for(;;){
		n := andor(l);
		t := l.peek();
		if(t.kind == '&'){
			if(n == nil)
				unexpected(t);
			n = mk(n_NOWAIT, n, nil);
		}
		if(n != nil)
			commands = n :: commands;
		if(t.kind != ';' && t.kind != '&' && (t.kind != '\n' || !inblock))
			break;
		l.take();
	}
	seq: ref Node;
	for(; commands != nil; commands = tl commands)
		if(seq == nil)
			seq = hd commands;
		else
			seq = mk(n_SEQ, hd commands, seq);
	return seq;
}

andor(l: ref Lex): ref Node
{
	left := ands(l);
	while(l.peek().kind == Tor)
		left = either(l, "or", left, 0);
	return left;
}

ands(l: ref Lex): ref Node
{
	left := pipeline(l);
	while(l.peek().kind == Tand)
		left = either(l, "and", left, 1);
	return left;
}

# a && b is and {a} {b}
either(l: ref Lex, name: string, left: ref Node, tight: int): ref Node
{
	if(left == nil)
		unexpected(l.peek());
	l.take();
	newlines(l);
	right: ref Node;
	if(tight)
		right = pipeline(l);
	else
		right = ands(l);
	if(right == nil)
		unexpected(l.peek());
	return mk(n_ADJ, mk(n_ADJ, wordnode(name), mk(n_BLOCK, left, nil)), mk(n_BLOCK, right, nil));
}

pipeline(l: ref Lex): ref Node
{
	left := command(l);
	while((t := l.peek()).kind == '|'){
		if(left == nil)
			unexpected(t);
		l.take();
		newlines(l);
		right := command(l);
		if(right == nil)
			unexpected(l.peek());
		left = ref Node(n_PIPE, left, right, nil, t.redir);
	}
	return left;
}

command(l: ref Lex): ref Node
{
	n := redirect(l);
	if(n != nil){
		rest := command(l);
		if(rest == nil)
			return n;
		return mk(n_ADJ, n, rest);
	}
	if(!startsword(l.peek()))
		return nil;
	first := word(l);
	if(l.peek().kind == Tassign)
		return assignment(l, first);
	return arguments(l, first);
}

assignment(l: ref Lex, name: ref Node): ref Node
{
	op := l.take().op;
	if(!startsword(l.peek()))
		return mk(op, name, nil);
	first := word(l);
	if(l.peek().kind == Tassign)
		return mk(op, name, assignment(l, first));
	return mk(op, name, arguments(l, first));
}

arguments(l: ref Lex, n: ref Node): ref Node
{
	while((arg := argument(l)) != nil)
		n = mk(n_ADJ, n, arg);
	return n;
}

argument(l: ref Lex): ref Node
{
	if(startsword(l.peek()))
		return word(l);
	return redirect(l);
}

redirect(l: ref Lex): ref Node
{
	t := l.peek();
	case t.kind {
	Tdup =>
		l.take();
		return ref Node(n_DUP, nil, nil, nil, t.redir);
	Tredir =>
		l.take();
		if(!startsword(l.peek()))
			syntax(t.line, "syntax error: redirection needs a file name");
		return ref Node(n_REDIR, word(l), nil, nil, t.redir);
	}
	return nil;
}

startsword(t: ref Token): int
{
	return t.kind == Tword || t.kind == Top || t.kind == '(' || t.kind == '{';
}

word(l: ref Lex): ref Node
{
	n := part(l);
	for(;;){
		t := l.peek();
		if(t.kind == '^'){
			l.take();
			newlines(l);
		}else if(l.last != Tword || !t.joined || t.kind != Tword && t.kind != Top)
			return n;
		n = mk(n_CONCAT, n, part(l));
	}
}

part(l: ref Lex): ref Node
{
	t := l.take();
	case t.kind {
	Tword =>
		return wordnode(t.word);
	Top =>
		return mk(t.op, part(l), nil);
	'(' =>
		inside: ref Node;
		newlines(l);
		while((arg := argument(l)) != nil){
			if(inside == nil)
				inside = arg;
			else
				inside = mk(n_ADJ, inside, arg);
			newlines(l);
		}
		close(l, ')', t);
		return mk(n_LIST, inside, nil);
	'{' =>
		inside := sequence(l, 1);
		close(l, '}', t);
		return mk(n_BLOCK, inside, nil);
	}
	unexpected(t);
	return nil;
}

close(l: ref Lex, kind: int, opening: ref Token)
{
	t := l.peek();
	if(t.kind == Tend){
		brace := "";
		brace[0] = opening.kind;
		syntax(t.line, sys->sprint("unbalanced %s, opened on line %d", brace, opening.line));
	}
	if(t.kind != kind)
		unexpected(t);
	l.take();
}
