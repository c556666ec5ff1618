implement Grep;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "regex.m";
	regex: Regex;

Grep: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# A pattern without these stands for itself, and is looked for in the bytes of the file.
Metacharacters:	con "\\.*+?|()[]^$";

re: Regex->Re;
literal: array of byte;
fold := array[256] of byte;	# what each byte is compared as

names := 0;		# -l: names of files that match
othernames := 0;	# -L: names of files that do not
numbered := 0;
inverted := 0;
silent := 0;
several := 0;
caseless := 0;

out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("bad module", sys->sprint("cannot load %s: %r", Bufio->PATH));
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("bad module", sys->sprint("cannot load %s: %r", Arg->PATH));

	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'l' =>	names = 1;
		'L' =>	othernames = 1;
		'n' =>	numbered = 1;
		'v' =>	inverted = 1;
		'i' =>	caseless = 1;
		's' =>	silent = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(argv == nil)
		usage();
	prepare(hd argv);
	argv = tl argv;

	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	matched := failed := 0;
	if(argv == nil)
		matched = grep(sys->fildes(0), "stdin");
	several = argv != nil && tl argv != nil;
	for(; argv != nil; argv = tl argv){
		fd := sys->open(hd argv, Sys->OREAD);
		if(fd == nil){
			sys->fprint(sys->fildes(2), "grep: cannot open %s: %r\n", hd argv);
			failed = 1;
		}else if(grep(fd, hd argv))
			matched = 1;
	}
	out.flush();
	if(!matched)
		raise "fail:no matches";
	if(failed)
		raise "fail:errors";
}

prepare(pattern: string)
{
	for(i := 0; i < len fold; i++)
		fold[i] = byte i;
	if(caseless){
		pattern = lower(pattern);
		for(i = 'A'; i <= 'Z'; i++)
			fold[i] = byte (i - 'A' + 'a');
	}
	if(isliteral(pattern)){
		literal = array of byte pattern;
		return;
	}
	regex = load Regex Regex->PATH;
	if(regex == nil)
		fail("bad module", sys->sprint("cannot load %s: %r", Regex->PATH));
	err: string;
	(re, err) = regex->compile(pattern, 0);
	if(re == nil)
		fail("bad regex", err);
}

isliteral(pattern: string): int
{
	for(i := 0; i < len pattern; i++)
		for(j := 0; j < len Metacharacters; j++)
			if(pattern[i] == Metacharacters[j])
				return 0;
	return pattern != nil;
}

lower(s: string): string
{
	for(i := 0; i < len s; i++)
		if(s[i] >= 'A' && s[i] <= 'Z')
			s[i] += 'a' - 'A';
	return s;
}

# Whether a line was selected.
grep(fd: ref Sys->FD, name: string): int
{
	buf := array[4*Sys->ATOMICIO] of byte;
	end := 0;
	selected := 0;
	number := 0;
	newline := byte '\n';
	for(;;){
		if(end == len buf){
			more := array[2 * len buf] of byte;
			more[0:] = buf;
			buf = more;
		}
		# whoever reads the output sees it before the input makes us wait
		out.flush();
		n := sys->read(fd, buf[end:], len buf - end);
		if(n < 0)
			sys->fprint(sys->fildes(2), "grep: error reading %s: %r\n", name);
		eof := n <= 0;
		scanned := end;
		if(n > 0)
			end += n;
		start := 0;
		for(i := scanned; i < end || eof && start < end; i++){
			if(i < end && buf[i] != newline)
				continue;
			number++;
			line := buf[start:i];
			start = i + 1;
			if(matches(line) == inverted)
				continue;
			selected = 1;
			if(silent)
				return 1;
			if(names){
				out.puts(name + "\n");
				return 1;
			}
			if(!othernames)
				show(name, number, line, i < end);
		}
		if(eof)
			break;
		buf[0:] = buf[start:end];
		end -= start;
	}
	if(othernames && !selected && !silent)
		out.puts(name + "\n");
	return selected;
}

matches(line: array of byte): int
{
	if(literal == nil){
		s := string line;
		if(caseless)
			s = lower(s);
		return regex->executese(re, s, (0, len s), 1, 1) != nil;
	}
	first := literal[0];
	last := len line - len literal;
	for(i := 0; i <= last; i++){
		if(fold[int line[i]] != first)
			continue;
		for(j := 1; j < len literal && fold[int line[i+j]] == literal[j]; j++)
			;
		if(j == len literal)
			return 1;
	}
	return 0;
}

show(name: string, number: int, line: array of byte, complete: int)
{
	if(numbered && several)
		out.puts(sys->sprint("%s:%d: ", name, number));
	else if(numbered)
		out.puts(string number + ":");
	else if(several)
		out.puts(name + ": ");
	out.write(line, len line);
	if(complete)
		out.putc('\n');
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: grep [-lnviLs] pattern [file...]\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "grep: %s\n", message);
	raise "fail:" + status;
}
