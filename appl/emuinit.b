implement Emuinit;

# The first program: it finds the one that the command line names and becomes it.
# What that program raises leaves this one too, as the emulator's exit status.

include "sys.m";
	sys: Sys;

include "draw.m";

include "sh.m";

Emuinit: module
{
	init:	fn();
};

# options of the emulator that take an argument, perhaps the next word
Argopts:	con "gcCmpfrd";

init()
{
	sys = load Sys Sys->PATH;
	sys->bind("#e", "/env", Sys->MREPL|Sys->MCREATE);	# an emulator without #e still runs programs

	args := skipoptions(emuargs());
	prog: Command;
	if(args == nil){
		args = "-l" :: nil;
		prog = load Command Command->PATH;
		if(prog == nil)
			fail(Command->PATH, sys->sprint("%r"));
	}else
		(prog, args) = find(args);
	prog->init(nil, args);
}

# The program args begins with, or a shell that will run it and tell what is wrong if it cannot.
find(args: list of string): (Command, list of string)
{
	if(hd args == nil)
		fail("''", "no name");
	for(names := candidates(hd args); names != nil; names = tl names){
		prog := load Command hd names;
		if(prog != nil)
			return (prog, args);
		why := sys->sprint("%r");
		(ok, entry) := sys->stat(hd names);
		if(ok >= 0 && (entry.mode & Sys->DMDIR) == 0)
			fail(hd names, why);
	}
	shell := load Command Command->PATH;
	if(shell == nil)
		fail(Command->PATH, sys->sprint("%r"));
	return (shell, "sh" :: "-c" :: "$*" :: args);
}

candidates(name: string): list of string
{
	suffix: string;
	if(!isobject(name))
		suffix = ".dis";
	if(name != nil && name[0] == '/')
		return name + suffix :: nil;
	return "/dis/" + name + suffix :: "/" + name + suffix :: nil;
}

isobject(name: string): int
{
	return len name > 4 && name[len name - 4:] == ".dis";
}

fail(name, why: string)
{
	sys->fprint(sys->fildes(2), "emuinit: cannot load %s: %s\n", name, why);
	raise "fail:cannot load";
}

# argv as the emulator was given it, with its own name and options
emuargs(): list of string
{
	fd := sys->open("#e/emuargs", Sys->OREAD);
	if(fd == nil)
		return nil;
	text: string;
	buf := array[Sys->ATOMICIO] of byte;
	held := 0;	# bytes of a character that the next read will complete
	while((n := sys->read(fd, buf[held:], len buf - held)) > 0){
		n += held;
		whole := sys->utfbytes(buf, n);
		text += string buf[0:whole];
		buf[0:] = buf[whole:n];
		held = n - whole;
	}
	return unquoted(text);
}

skipoptions(args: list of string): list of string
{
	if(args != nil)
		args = tl args;
	for(; args != nil && len hd args > 1 && (hd args)[0] == '-'; args = tl args){
		option := hd args;
		if(option == "--")
			return tl args;
		if(option[1] == '-')
			continue;
		for(i := 1; i < len option && !in(option[i], Argopts); i++)
			;
		if(i == len option-1 && tl args != nil)
			args = tl args;
	}
	return args;
}

# Words between blanks; quotes keep blanks in a word, and a doubled quote within them stands for one.
unquoted(s: string): list of string
{
	words: list of string;
	for(i := 0; i < len s;){
		if(in(s[i], " \t\n")){
			i++;
			continue;
		}
		word := "";
		quoted := 0;
		for(; i < len s && (quoted || !in(s[i], " \t\n")); i++){
			if(s[i] != '\'')
				word[len word] = s[i];
			else if(quoted && i+1 < len s && s[i+1] == '\'')
				word[len word] = s[i++];
			else
				quoted = !quoted;
		}
		words = word :: words;
	}
	args: list of string;
	for(; words != nil; words = tl words)
		args = hd words :: args;
	return args;
}

in(c: int, s: string): int
{
	for(i := 0; i < len s; i++)
		if(s[i] == c)
			return 1;
	return 0;
}
