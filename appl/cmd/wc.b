implement Wc;

include "sys.m";
	sys: Sys;
include "draw.m";

Wc: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Count: adt
{
	lines:	int;
	words:	int;
	chars:	int;
	bad:	int;		# badly encoded characters
	bytes:	int;

	add:	fn(c: self ref Count, d: ref Count);
};

Options:	con "lwceb";
shown: array of int;	# by position in Options

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	shown = array[len Options] of {* => 0};
	argv = options(argv);

	if(argv == nil){
		(count, nil) := tally(sys->fildes(0), "");
		report(count, nil);
		return;
	}
	several := tl argv != nil;
	failed := 0;
	total := ref Count(0, 0, 0, 0, 0);
	for(; argv != nil; argv = tl argv){
		fd := sys->open(hd argv, Sys->OREAD);
		if(fd == nil){
			sys->fprint(sys->fildes(2), "wc: can't open %s: %r\n", hd argv);
			failed = 1;
			continue;
		}
		(count, ok) := tally(fd, hd argv);
		if(!ok)
			failed = 1;
		report(count, hd argv);
		total.add(count);
	}
	if(several)
		report(total, "total");
	if(failed)
		raise "fail:errors";
}

options(argv: list of string): list of string
{
	any := 0;
	for(; argv != nil; argv = tl argv){
		arg := hd argv;
		if(len arg < 2 || arg[0] != '-' || arg[1] == '-')
			break;
		for(i := 1; i < len arg; i++){
			for(o := 0; o < len Options && Options[o] != arg[i]; o++)
				;
			if(o == len Options){
				sys->fprint(sys->fildes(2), "usage: wc [-lwcbe] [file ...]\n");
				raise "fail:usage";
			}
			shown[o] = any = 1;
		}
	}
	if(!any)
		shown[0] = shown[1] = shown[2] = 1;
	return argv;
}

Count.add(c: self ref Count, d: ref Count)
{
	c.lines += d.lines;
	c.words += d.words;
	c.chars += d.chars;
	c.bad += d.bad;
	c.bytes += d.bytes;
}

# The count so far, and whether reading went well to the end.
tally(fd: ref Sys->FD, name: string): (ref Count, int)
{
	buf := array[Sys->ATOMICIO] of byte;
	lines := words := chars := bad := bytes := 0;
	inword := 0;
	missing := 0;	# bytes that the character begun still needs
	while((n := sys->read(fd, buf, len buf)) > 0){
		bytes += n;
		for(i := 0; i < n; i++){
			c := int buf[i];
			if(missing > 0){
				if((c & 16rC0) == 16r80){
					missing--;
					continue;
				}
				bad++;
				missing = 0;
			}
			chars++;
			if(c == ' ' || c == '\t')
				inword = 0;
			else if(c == '\n'){
				inword = 0;
				lines++;
			}else{
				if(!inword){
					inword = 1;
					words++;
				}
				if(c >= 16r80){
					if(c < 16rC0 || c >= 16rF8)
						bad++;
					else if(c < 16rE0)
						missing = 1;
					else if(c < 16rF0)
						missing = 2;
					else
						missing = 3;
				}
			}
		}
	}
	if(missing > 0)
		bad++;
	if(n < 0)
		sys->fprint(sys->fildes(2), "wc: error reading %s: %r\n", name);
	return (ref Count(lines, words, chars, bad, bytes), n == 0);
}

report(c: ref Count, name: string)
{
	counts := array[] of {c.lines, c.words, c.chars, c.bad, c.bytes};
	line := "";
	for(i := 0; i < len counts; i++)
		if(shown[i])
			line += sys->sprint(" %7d", counts[i]);
	if(name != nil)
		line += " " + name;
	sys->print("%s\n", line[1:]);
}
