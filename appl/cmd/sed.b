implement Sed;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "regex.m";
	regex: Regex;
	Re: import regex;

Sed: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# Kinds of address
None, Line, Last, Pattern: con iota;

Addr: adt
{
	kind:	int;
	line:	int;
	re:	Re;		# nil: the expression used last

	here:	fn(a: self ref Addr): int;
};

Cmd: adt
{
	from, until:	ref Addr;
	inrange:	int;
	negated:	int;
	name:	int;
	text:	string;		# of a c i, a replacement, a label, or a file's name
	target:	int;		# where b, t and { go
	re:	Re;
	global:	int;
	which:	int;		# the only match to replace, counting from 1; 0 for the first
	print:	int;		# 'p' or 'P' after a substitution
	file:	ref Iobuf;	# of w
	froms, tos:	string;	# of y

	selected:	fn(c: self ref Cmd): int;
};

# The script being compiled: its text, the place in it, and where it came from.
script: string;
at: int;
scriptname: string;

program: array of ref Cmd;
nprogram := 0;
blocks: list of ref Cmd;	# those still open
writers: list of (string, ref Iobuf);

quiet := 0;
allglobal := 0;

lastre: Re;
files: list of string;
in: ref Iobuf;
out: ref Iobuf;
nextline: string;	# one line is read ahead, to know the last one
havenext := 0;
linenumber := 0;

pattern, hold: string;
queue: list of ref Cmd;		# a and r commands of this cycle, latest first
substituted := 0;

# What happens after a command
Next, Jump, Newcycle, Rerun, Quit: con iota;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail(sys->sprint("could not load %s: %r", Arg->PATH));
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail(sys->sprint("could not load %s: %r", Bufio->PATH));
	regex = load Regex Regex->PATH;
	if(regex == nil)
		fail(sys->sprint("could not load %s: %r", Regex->PATH));

	program = array[32] of ref Cmd;
	given := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'n' =>	quiet = 1;
		'g' =>	allglobal = 1;
		'e' =>
			compile(needed(arg->arg()), nil);
			given = 1;
		'f' =>
			name := needed(arg->arg());
			compile(contents(name), name);
			given = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(!given){
		if(argv == nil)
			fail("missing pattern");
		compile(hd argv, nil);
		argv = tl argv;
	}
	if(blocks != nil)
		fail("unmatched {");
	link();

	files = argv;
	if(files == nil)
		files = "" :: nil;
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	run();
	flush();
}

needed(s: string): string
{
	if(s == nil)
		usage();
	return s;
}

contents(name: string): string
{
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil)
		fail(sys->sprint("can't open %s: %r", name));
	s := "";
	while((line := f.gets('\n')) != nil)
		s += line;
	return s;
}

# Compiling

compile(text, name: string)
{
	script = text;
	scriptname = name;
	at = 0;
	for(;;){
		while(isone(peek(), " \t\n;"))
			at++;
		if(peek() < 0)
			return;
		if(peek() == '#')
			restofline();
		else
			command();
	}
}

peek(): int
{
	if(at < len script)
		return script[at];
	return -1;
}

get(): int
{
	c := peek();
	at++;
	return c;
}

blanks()
{
	while(isone(peek(), " \t"))
		at++;
}

isone(c: int, set: string): int
{
	for(i := 0; i < len set; i++)
		if(set[i] == c)
			return 1;
	return 0;
}

restofline(): string
{
	start := at;
	while(peek() >= 0 && peek() != '\n')
		at++;
	return script[start:at];
}

command()
{
	c := ref Cmd(address(), ref Addr(None, 0, nil), 0, 0, 0, nil, -1, nil, 0, 0, 0, nil, nil, nil);
	blanks();
	if(c.from.kind != None && isone(peek(), ",;")){
		at++;
		blanks();
		c.until = address();
		if(c.until.kind == None)
			bad("address expected");
		blanks();
	}
	while(isone(peek(), "! \t"))
		if(get() == '!')
			c.negated = 1;
	c.name = get();
	if(c.name == -1 || c.name == '\n')
		bad("command expected");
	if(c.until.kind != None && isone(c.name, "aciq=") && c.name != 'c')
		bad("only one address allowed");
	if(operands(c))
		ended();
	if(nprogram == len program){
		more := array[2 * nprogram] of ref Cmd;
		more[0:] = program;
		program = more;
	}
	program[nprogram++] = c;
}

# Reads what follows the name; whether the command then has to end.
operands(c: ref Cmd): int
{
	case c.name {
	'{' =>
		blocks = c :: blocks;
		return 0;
	'}' =>
		if(c.from.kind != None)
			bad("did not expect address");
		if(blocks == nil)
			bad("too many }'s");
		(hd blocks).target = nprogram;
		blocks = tl blocks;
	'd' or 'D' or 'p' or 'P' or 'q' or '=' or 'g' or 'G' or 'h' or 'H' or 'n' or 'N' or 'x' or 'l' =>
		;
	'a' or 'c' or 'i' =>
		c.text = text();
		return 0;
	'r' or 'w' =>
		c.text = filename(c.name);
		if(c.name == 'w')
			c.file = writer(c.text);
		return 0;
	':' =>
		c.text = label();
		if(c.text == nil)
			bad("null label");
		for(i := 0; i < nprogram; i++)
			if(program[i].name == ':' && program[i].text == c.text)
				bad("duplicate label: '" + c.text + "'");
	'b' or 't' =>
		c.text = label();
	's' =>
		return substitution(c);
	'y' =>
		transliteration(c);
	* =>
		bad(sys->sprint("unrecognised command: (%c)", c.name));
	}
	return 1;
}

ended()
{
	blanks();
	if(peek() == '#')
		restofline();
	if(!isone(peek(), "\n;}") && peek() >= 0)
		bad("leftover junk: " + restofline());
}

address(): ref Addr
{
	c := peek();
	if(c == '$'){
		at++;
		return ref Addr(Last, 0, nil);
	}
	if(c >= '0' && c <= '9'){
		n := number();
		if(n == 0)
			bad("line no 0 is illegal address");
		return ref Addr(Line, n, nil);
	}
	if(c == '/' || c == '\\'){
		at++;
		if(c == '\\')
			c = get();
		return ref Addr(Pattern, 0, expression(c));
	}
	return ref Addr(None, 0, nil);
}

number(): int
{
	n := 0;
	while((c := peek()) >= '0' && c <= '9'){
		n = 10 * n + c - '0';
		at++;
	}
	return n;
}

# The text up to the delimiter; a quoted delimiter stands for itself,
# and \n for a newline, other quotes are kept.
delimited(delimiter: int, what: string): string
{
	if(delimiter < 0 || delimiter == '\n' || delimiter == '\\')
		bad("bad delimiter");
	s := "";
	while((c := get()) != delimiter){
		if(c < 0)
			bad(sys->sprint("no closing %c in %s", delimiter, what));
		if(c == '\\'){
			c = get();
			if(c == 'n')
				c = '\n';
			else if(c >= 0 && c != delimiter)
				s[len s] = '\\';
			if(c < 0)
				continue;
		}
		s[len s] = c;
	}
	return s;
}

# In brackets a delimiter is an ordinary character only when quoted.
expression(delimiter: int): Re
{
	s := delimited(delimiter, "regular expression");
	if(s == nil)
		return nil;
	(re, err) := regex->compile(s, 1);
	if(re == nil)
		bad(err + " '" + s + "'");
	return re;
}

# The lines up to one that does not end in a backslash. Starts after an optional
# backslash and newline.
text(): string
{
	blanks();
	if(peek() == '\\'){
		at++;
		blanks();
	}
	if(peek() == '\n')
		at++;
	else if(peek() < 0)
		bad("text expected");
	s := "";
	while((c := get()) >= 0 && c != '\n'){
		if(c == '\\' && peek() >= 0)
			c = get();
		s[len s] = c;
	}
	return s + "\n";
}

filename(name: int): string
{
	blanks();
	s := restofline();
	if(s == nil)
		bad(sys->sprint("no filename in %c command", name));
	return s;
}

writer(name: string): ref Iobuf
{
	for(l := writers; l != nil; l = tl l)
		if((hd l).t0 == name)
			return (hd l).t1;
	f := bufio->create(name, Bufio->OWRITE, 8r666);
	if(f == nil)
		bad("can't create output file: '" + name + "'");
	writers = (name, f) :: writers;
	return f;
}

label(): string
{
	blanks();
	start := at;
	while(peek() >= 0 && !isone(peek(), " \t\n;#}"))
		at++;
	return script[start:at];
}

substitution(c: ref Cmd): int
{
	delimiter := get();
	c.re = expression(delimiter);
	c.text = replacement(delimiter);
	c.global = allglobal;
	for(;;){
		f := peek();
		if(f == 'g')
			c.global = 1;
		else if(f == 'p' || f == 'P')
			c.print = f;
		else if(f >= '1' && f <= '9'){
			c.which = number();
			continue;
		}else if(f == 'w'){
			at++;
			c.file = writer(filename('s'));
			return 0;
		}else
			return 1;
		at++;
	}
}

# Quotes are kept, for they tell \1 from 1 and \& from & when the text is used.
replacement(delimiter: int): string
{
	s := "";
	while((c := get()) != delimiter){
		if(c < 0)
			bad(sys->sprint("no closing %c in replacement text", delimiter));
		s[len s] = c;
		if(c == '\\' && peek() >= 0)
			s[len s] = get();
	}
	return s;
}

transliteration(c: ref Cmd)
{
	delimiter := get();
	c.froms = unquoted(delimited(delimiter, "y command"));
	c.tos = unquoted(delimited(delimiter, "y command"));
	if(len c.froms != len c.tos)
		bad("y command needs same length sets");
}

unquoted(s: string): string
{
	r := "";
	for(i := 0; i < len s; i++){
		if(s[i] == '\\' && i+1 < len s)
			i++;
		r[len r] = s[i];
	}
	return r;
}

link()
{
	for(i := 0; i < nprogram; i++){
		c := program[i];
		if(c.name == 'b' || c.name == 't'){
			c.target = nprogram;
			if(c.text == nil)
				continue;
			for(j := 0; j < nprogram; j++)
				if(program[j].name == ':' && program[j].text == c.text)
					break;
			if(j == nprogram)
				fail("undefined label: '" + c.text + "'");
			c.target = j;
		}
	}
}

# Running

run()
{
	rerun := 0;
	while(rerun || (pattern = readline()) != nil){
		if(!rerun)
			pattern = pattern[0:len pattern - 1];
		substituted = 0;
		then := cycle();
		rerun = then == Rerun;
		appended();
		if(then == Quit)
			return;
	}
}

# One pass over the program, printing the pattern space at its end unless told not to.
cycle(): int
{
	for(pc := 0; pc < nprogram;){
		c := program[pc++];
		selected := c.selected();
		if(c.name == '{'){
			if(!selected)
				pc = c.target;
			continue;
		}
		if(!selected)
			continue;
		then := execute(c);
		case then {
		Next =>	;
		Jump =>	pc = c.target;
		* =>	return then;
		}
	}
	if(!quiet)
		put(pattern);
	return Newcycle;
}

Addr.here(a: self ref Addr): int
{
	case a.kind {
	Line =>	return linenumber == a.line;
	Last =>	return !more();
	Pattern =>	return search(a.re, pattern, 0) != nil;
	}
	return 1;
}

Cmd.selected(c: self ref Cmd): int
{
	if(c.until.kind == None)
		return c.from.here() ^ c.negated;
	if(c.inrange){
		if(c.until.kind == Line && linenumber > c.until.line)
			c.inrange = 0;		# its last line went by unseen
		else{
			if(c.until.here())
				c.inrange = 0;
			return !c.negated;
		}
	}
	if(!c.from.here())
		return c.negated;
	c.inrange = c.until.kind != Line || c.until.line > linenumber;
	if(c.until.kind == Last && !more())
		c.inrange = 0;
	return !c.negated;
}

search(re: Re, s: string, start: int): array of (int, int)
{
	if(re == nil)
		re = lastre;
	if(re == nil)
		fail("First RE may not be null");
	lastre = re;
	return regex->executese(re, s, (start, len s), start == 0, 1);
}

execute(c: ref Cmd): int
{
	case c.name {
	'=' =>	out.puts(string linenumber + "\n");
	'a' or 'r' =>	queue = c :: queue;
	'i' =>	out.puts(c.text);
	'c' =>
		if(!c.inrange || c.negated)
			out.puts(c.text);
		return Newcycle;
	'b' =>	return Jump;
	't' =>
		if(substituted){
			substituted = 0;
			return Jump;
		}
	'd' =>	return Newcycle;
	'D' =>
		i := newlinein(pattern);
		if(i == len pattern)
			return Newcycle;
		pattern = pattern[i+1:];
		return Rerun;
	'p' =>	put(pattern);
	'P' =>	put(pattern[0:newlinein(pattern)]);
	'l' =>	listline(pattern);
	'w' =>	c.file.puts(pattern + "\n");
	'g' =>	pattern = hold;
	'G' =>	pattern += "\n" + hold;
	'h' =>	hold = pattern;
	'H' =>	hold += "\n" + pattern;
	'x' =>	(pattern, hold) = (hold, pattern);
	'y' =>	pattern = transliterated(c, pattern);
	's' =>	substitute(c);
	'n' or 'N' =>	return readnext(c.name);
	'q' =>
		if(!quiet)
			put(pattern);
		return Quit;
	}
	return Next;
}

put(s: string)
{
	out.puts(s);
	out.putc('\n');
}

newlinein(s: string): int
{
	for(i := 0; i < len s && s[i] != '\n'; i++)
		;
	return i;
}

# At the end of input N drops the pattern space and n prints it.
readnext(name: int): int
{
	if(name == 'n' && !quiet)
		put(pattern);
	appended();
	line := readline();
	if(line == nil)
		return Quit;
	line = line[0:len line - 1];
	if(name == 'n')
		pattern = line;
	else
		pattern += "\n" + line;
	return Next;
}

transliterated(c: ref Cmd, s: string): string
{
	for(i := 0; i < len s; i++)
		for(j := 0; j < len c.froms; j++)
			if(s[i] == c.froms[j]){
				s[i] = c.tos[j];
				break;
			}
	return s;
}

# An empty match right after another match does not count.
substitute(c: ref Cmd)
{
	result := "";
	copied := 0;
	count := 0;
	previous := -1;
	for(start := 0; start <= len pattern;){
		m := search(c.re, pattern, start);
		if(m == nil)
			break;
		(l, r) := m[0];
		if(l == r && l == previous){
			start = r + 1;
			continue;
		}
		count++;
		if(count >= c.which){
			result += pattern[copied:l] + replaced(c.text, pattern, m);
			copied = r;
			if(!c.global)
				break;
		}
		previous = start = r;
	}
	if(count == 0 || count < c.which)
		return;
	substituted = 1;
	pattern = result + pattern[copied:];
	if(c.print == 'p')
		put(pattern);
	else if(c.print == 'P')
		put(pattern[0:newlinein(pattern)]);
	if(c.file != nil)
		c.file.puts(pattern + "\n");
}

replaced(text, s: string, m: array of (int, int)): string
{
	r := "";
	for(i := 0; i < len text; i++){
		group := -1;
		if(text[i] == '&')
			group = 0;
		else if(text[i] == '\\' && i+1 < len text){
			i++;
			if(text[i] >= '0' && text[i] <= '9')
				group = text[i] - '0';
			else if(text[i] == 'n')
				r[len r] = '\n';
			else
				r[len r] = text[i];
		}else
			r[len r] = text[i];
		if(group >= 0 && group < len m && m[group].t0 >= 0)
			r += s[m[group].t0:m[group].t1];
	}
	return r;
}

Fold:	con 72;	# columns of a line that l prints

listline(s: string)
{
	column := 0;
	for(i := 0; i < len s; i++){
		t := visible(s[i]);
		for(j := 0; j < len t; j++){
			out.putc(t[j]);
			if(column++ >= Fold){
				out.puts("\\\n");
				column = 0;
			}
		}
	}
	if(s != nil && s[len s - 1] == ' ')
		out.puts("\\n");
	out.putc('\n');
}

visible(c: int): string
{
	case c {
	'\b' =>	return "\\b";
	'\n' =>	return "\\n";
	'\r' =>	return "\\r";
	'\t' =>	return "\\t";
	}
	if(c >= ' ' && c < 16r7F)
		return sys->sprint("%c", c);
	return sys->sprint("\\u%.4ux", c);
}

appended()
{
	inorder: list of ref Cmd;
	for(; queue != nil; queue = tl queue)
		inorder = hd queue :: inorder;
	for(; inorder != nil; inorder = tl inorder){
		c := hd inorder;
		if(c.name == 'a')
			out.puts(c.text);
		else
			copyfile(c.text);
	}
}

# A file that cannot be read is as good as an empty one.
copyfile(name: string)
{
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil)
		return;
	buf := array[Sys->ATOMICIO] of byte;
	while((n := f.read(buf, len buf)) > 0)
		out.write(buf, n);
}

# The next line of all files, nil at the end of the last; always with a newline.
readline(): string
{
	line: string;
	if(havenext){
		line = nextline;
		havenext = 0;
	}else
		line = fetch();
	if(line != nil)
		linenumber++;
	return line;
}

more(): int
{
	if(!havenext){
		nextline = fetch();
		havenext = 1;
	}
	return nextline != nil;
}

fetch(): string
{
	for(;;){
		if(in == nil){
			if(files == nil)
				return nil;
			in = opennext();
		}
		line := in.gets('\n');
		if(line != nil){
			if(line[len line - 1] != '\n')
				line[len line] = '\n';
			return line;
		}
		in = nil;
	}
}

opennext(): ref Iobuf
{
	name := hd files;
	files = tl files;
	if(name == "")
		return bufio->fopen(sys->fildes(0), Bufio->OREAD);
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil){
		flush();
		fail(sys->sprint("can't open %s: %r", name));
	}
	return f;
}

flush()
{
	out.flush();
	for(; writers != nil; writers = tl writers)
		(hd writers).t1.flush();
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: sed [-ng] [-e expr] [-f file] [expr] [file...]\n");
	raise "fail:usage";
}

# What is wrong with the script, and where.
bad(message: string)
{
	line := 1;
	for(i := 0; i < at - 1 && i < len script; i++)
		if(script[i] == '\n')
			line++;
	place := "line " + string line;
	if(scriptname != nil)
		place = scriptname + ":" + string line;
	fail(place + ": " + message);
}

fail(message: string)
{
	sys->fprint(sys->fildes(2), "sed: %s\n", message);
	raise "fail:error";
}
