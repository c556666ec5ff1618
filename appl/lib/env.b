implement Env;

include "sys.m";
	sys: Sys;

include "env.m";

Dir:	con "/env/";

getenv(name: string): string
{
	if(!valid(name))
		return nil;
	fd := sys->open(Dir + name, Sys->OREAD);
	if(fd == nil)
		return nil;
	(ok, entry) := sys->fstat(fd);
	if(ok < 0)
		return nil;
	buf := array[int entry.length + 1] of byte;	# a byte more, so that a full buffer tells that it grew
	held := 0;
	while((n := sys->read(fd, buf[held:], len buf - held)) > 0)
		if((held += n) == len buf){
			larger := array[2 * len buf] of byte;
			larger[0:] = buf;
			buf = larger;
		}
	if(n < 0)
		return nil;
	return string buf[0:held];
}

setenv(name, value: string): int
{
	if(!valid(name)){
		sys->werrstr("bad variable name");
		return -1;
	}
	if(value == nil){
		sys->remove(Dir + name);
		return 0;
	}
	fd := sys->create(Dir + name, Sys->OWRITE, 8r600);
	if(fd == nil)
		return -1;
	data := array of byte value;
	if(sys->write(fd, data, len data) != len data)
		return -1;
	return 0;
}

getall(): list of (string, string)
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
	fd := sys->open(Dir, Sys->OREAD);
	if(fd == nil)
		return nil;
	names: list of string;
	for(;;){
		(n, entries) := sys->dirread(fd);
		if(n <= 0)
			break;
		for(i := 0; i < n; i++)
			names = inserted(entries[i].name, names);
	}
	all: list of (string, string);
	for(; names != nil; names = tl names)
		all = (hd names, getenv(hd names)) :: all;
	return all;
}

# In descending order, each once.
inserted(name: string, names: list of string): list of string
{
	before: list of string;
	for(; names != nil && hd names > name; names = tl names)
		before = hd names :: before;
	if(names == nil || hd names != name)
		names = name :: names;
	for(; before != nil; before = tl before)
		names = hd before :: names;
	return names;
}

clone(): int
{
	return group(Sys->FORKENV);
}

new(): int
{
	return group(Sys->NEWENV);
}

group(flag: int): int
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
	return sys->pctl(flag, nil);
}

valid(name: string): int
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
	for(i := 0; i < len name; i++)
		if(name[i] == '/')
			return 0;
	return name != nil;
}
