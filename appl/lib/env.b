implement Env;

include "sys.m";
	sys: Sys;

include "readdir.m";

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
	readdir := load Readdir Readdir->PATH;
	if(readdir == nil)
		return nil;
	(entries, n) := readdir->init(Dir, Readdir->NAME|Readdir->COMPACT|Readdir->DESCENDING);
	all: list of (string, string);
	for(i := 0; i < n; i++)
		all = (entries[i].name, getenv(entries[i].name)) :: all;
	return all;
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
