# Characters into tokens.

# kinds of tokens that are not single characters
Tend, Tword, Top, Tassign, Tredir, Tdup, Tand, Tor:	con 256+iota;

Eof:	con -1;

Token: adt {
	kind:	int;
	word:	string;	# of Tword; pattern characters in it are marked by GLOB
	op:	int;	# type of node: of Top the operator, of Tassign the assignment
	redir:	ref Redir;	# of Tredir, Tdup and '|'
	line:	int;	# where it begins
	joined:	int;	# nothing is between it and the token before
};

Lex: adt {
	f:	ref Iobuf;	# the source, or nil for s
	s:	string;
	i:	int;
	path:	string;
	line:	int;
	pushed:	list of int;	# characters to be read again
	newline:	int;	# the last character read ended a line: print prompt before the next
	prompt:	string;
	terminal:	int;	# commands are typed: an interrupt ends the line only
	ahead:	ref Token;	# a token that has been looked at only
	last:	int;	# kind of the last token taken
	vars:	int;	# the last token scanned was a $, so that a word ends where a name does

	fromstring:	fn(s: string): ref Lex;
	fromfile:	fn(fd: ref Sys->FD, path: string): ref Lex;
	atend:	fn(l: self ref Lex): int;
	getc:	fn(l: self ref Lex): int;
	ungetc:	fn(l: self ref Lex, c: int);
	accept:	fn(l: self ref Lex, c: int): int;
	peek:	fn(l: self ref Lex): ref Token;
	take:	fn(l: self ref Lex): ref Token;
	skipline:	fn(l: self ref Lex);
	restart:	fn(l: self ref Lex);
};

Lex.fromstring(s: string): ref Lex
{
	return ref Lex(nil, s, 0, "internal", 1, nil, 0, nil, 0, nil, '\n', 0);
}

Lex.fromfile(fd: ref Sys->FD, path: string): ref Lex
{
	needbufio();
	return ref Lex(bufio->fopen(fd, Bufio->OREAD), nil, 0, path, 1, nil, 0, nil, 0, nil, '\n', 0);
}

Lex.getc(l: self ref Lex): int
{
	if(l.pushed != nil){
		c := hd l.pushed;
		if(c != Eof)	# the end stays: a terminal might go on after it
			l.pushed = tl l.pushed;
		return c;
	}
	c := Eof;
	if(l.f == nil){
		if(l.i < len l.s)
			c = l.s[l.i++];
	}else{
		if(l.newline && l.prompt != nil)
			sys->fprint(stderr(), "%s", l.prompt);
		c = l.f.getc();
		if(c == Bufio->ERROR && l.terminal && interrupted()){
			sys->fprint(stderr(), "\n");
			syntax(l.line, Interrupted);
		}
		if(c < 0)
			c = Eof;
		l.newline = c == '\n';
	}
	if(c == '\n')
		l.line++;
	if(c == Eof)
		l.pushed = Eof :: nil;
	return c;
}

Lex.ungetc(l: self ref Lex, c: int)
{
	if(c != Eof)
		l.pushed = c :: l.pushed;
}

# Whether the next character is c, which is then skipped.
Lex.accept(l: self ref Lex, c: int): int
{
	next := l.getc();
	if(next == c)
		return 1;
	l.ungetc(next);
	return 0;
}

Lex.atend(l: self ref Lex): int
{
	return l.pushed != nil && hd l.pushed == Eof;
}

Lex.peek(l: self ref Lex): ref Token
{
	if(l.ahead == nil)
		l.ahead = scan(l);
	return l.ahead;
}

Lex.take(l: self ref Lex): ref Token
{
	t := l.peek();
	l.ahead = nil;
	l.last = t.kind;
	return t;
}

# Forgets what is left of a line that has an error in it.
Lex.skipline(l: self ref Lex)
{
	l.ahead = nil;
	l.vars = 0;
	if(l.last == '\n')
		return;
	c: int;
	do
		c = l.getc();
	while(c != '\n' && c != Eof);
}

# Forgets all that has been read of a command.
Lex.restart(l: self ref Lex)
{
	l.ahead = nil;
	l.pushed = nil;
	l.vars = 0;
	l.last = '\n';
}

syntax(line: int, why: string)
{
	raise sys->sprint("parse:%d:%s", line, why);
}

scan(l: ref Lex): ref Token
{
	joined := 1;
	while((c := l.getc()) == ' ' || c == '\t' || c == '\r' || c == '#'){
		joined = 0;
		if(c == '#'){
			do
				c = l.getc();
			while(c != '\n' && c != Eof);
			l.ungetc(c);
		}
	}
	t := ref Token(c, nil, 0, nil, l.line, joined);
	vars := l.vars;
	l.vars = 0;
	case c {
	Eof =>
		t.kind = Tend;
	'\n' =>
		t.line--;
	';' or '^' or '{' or '}' or '(' or ')' =>
		;
	'&' =>
		if(l.accept('&'))
			t.kind = Tand;
	'=' =>
		t.kind = Tassign;
		t.op = n_ASSIGN;
	'$' =>
		t.kind = Top;
		t.op = n_VAR;
		if(l.accept('#'))
			t.op = n_COUNT;
		else if(l.accept('"'))
			t.op = n_SQUASH;
		l.vars = 1;
	'`' =>
		t.kind = Top;
		t.op = n_BQ;
	'"' =>
		t.kind = Top;
		t.op = n_BQ2;
	'<' or '>' =>
		redirection(l, t);
	'|' =>
		if(l.accept('|'))
			t.kind = Tor;
		else if(l.accept('[')){
			t.redir = descriptors(l, t.line);
		}
	'\'' =>
		t.kind = Tword;
		t.word = quotedword(l);
	* =>
		if(c == ':' && l.accept('=')){
			t.kind = Tassign;
			t.op = n_LOCAL;
		}else{
			t.kind = Tword;
			t.word = bareword(l, c, vars);
		}
	}
	return t;
}

redirection(l: ref Lex, t: ref Token)
{
	rtype := Sys->OREAD;
	if(t.kind == '>'){
		rtype = Sys->OWRITE;
		if(l.accept('>'))
			rtype |= Append;
	}else if(l.accept('>'))
		rtype = Sys->ORDWR;
	t.kind = Tredir;
	t.redir = ref Redir(rtype, -1, -1);
	if(l.accept('[')){
		t.redir = descriptors(l, t.line);
		t.redir.rtype = rtype;
		if(t.redir.fd2 >= 0)
			t.kind = Tdup;
	}
}

# What is between the brackets of a redirection or a pipe: n] or n=m].
descriptors(l: ref Lex, line: int): ref Redir
{
	r := ref Redir(-1, number(l), -1);
	if(l.accept('=')){
		r.fd2 = number(l);
		if(r.fd1 < 0 || r.fd2 < 0)
			syntax(line, "bad redirection: [fd=fd] needs two numbers");
	}
	if(r.fd1 < 0 || !l.accept(']'))
		syntax(line, "bad redirection: want [fd] or [fd=fd]");
	return r;
}

number(l: ref Lex): int
{
	n := -1;
	while((c := l.getc()) >= '0' && c <= '9')
		if(n < 0)
			n = c - '0';
		else if(n < 100000)
			n = n*10 + c - '0';
	l.ungetc(c);
	return n;
}

quotedword(l: ref Lex): string
{
	line := l.line;
	word := "";
	for(;;){
		c := l.getc();
		if(c == Eof)
			syntax(line, "unterminated quote");
		if(c == '\'' && !l.accept('\''))
			return word;
		word[len word] = c;
	}
}

bareword(l: ref Lex, c, name: int): string
{
	word := "";
	do{
		case c {
		'*' or '?' or '[' or GLOB =>
			word[len word] = GLOB;
		':' =>
			if(l.accept('=')){
				l.ungetc('=');
				l.ungetc(c);
				return word;
			}
		}
		word[len word] = c;
		c = l.getc();
	}while(c != Eof && inword(c, name));
	l.ungetc(c);
	return word;
}

inword(c, name: int): int
{
	if(name)
		return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '*';
	case c {
	'\n' or ' ' or '\t' or '\r' or '|' or '$' or '\'' or '#' or '<' or '>' or ';' or
	'^' or '(' or ')' or '{' or '}' or '`' or '&' or '=' or '"' =>
		return 0;
	}
	return 1;
}
