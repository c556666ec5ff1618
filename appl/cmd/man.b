implement Man;

# Shows the pages in /doc/man: Markdown that reads well as it is, less its marks.

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "readdir.m";
	readdir: Readdir;

Man: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Pages:	con "/doc/man";

out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("load", sys->sprint("cannot load %s: %r", Bufio->PATH));
	readdir = load Readdir Readdir->PATH;
	if(readdir == nil)
		fail("load", sys->sprint("cannot load %s: %r", Readdir->PATH));
	if(argv != nil)
		argv = tl argv;
	if(argv != nil && len hd argv > 1 && (hd argv)[0] == '-'){
		sys->fprint(sys->fildes(2), "usage: man [page | name ...]\n");
		raise "fail:usage";
	}
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	if(argv == nil)
		contents();
	missing := 0;
	for(; argv != nil; argv = tl argv)
		if(!page(hd argv) && !part(hd argv)){
			out.flush();
			sys->fprint(sys->fildes(2), "man: there is nothing about %s\n", hd argv);
			missing = 1;
		}
	out.flush();
	if(missing)
		raise "fail:not found";
}

# The pages, and what there are parts about.
contents()
{
	for(names := pages(); names != nil; names = tl names){
		out.puts(hd names);
		in := bufio->open(Pages + "/" + hd names + ".md", Bufio->OREAD);
		separator := ": ";
		while(in != nil && (line := in.gets('\n')) != nil)
			if((title := heading(line, "## ")) != nil && isparts(hd names)){
				out.puts(separator + title);
				separator = " ";
			}
		out.putc('\n');
	}
}

# Pages whose parts are about one thing each.
isparts(name: string): int
{
	return name == "commands" || name == "devices";
}

pages(): list of string
{
	(entries, n) := readdir->init(Pages, Readdir->NAME | Readdir->DESCENDING);
	if(n < 0)
		fail("no pages", sys->sprint("cannot read %s: %r", Pages));
	names: list of string;
	for(i := 0; i < n; i++){
		name := entries[i].name;
		if(len name > 3 && name[len name - 3:] == ".md")
			names = name[0:len name - 3] :: names;
	}
	return names;
}

# Shows a whole page; whether there is one.
page(name: string): int
{
	for(i := 0; i < len name; i++)
		if(name[i] == '/')
			return 0;
	in := bufio->open(Pages + "/" + name + ".md", Bufio->OREAD);
	if(in == nil)
		return 0;
	show(in, nil);
	return 1;
}

# Shows the parts with that heading, of whichever pages have one; whether there is any.
part(name: string): int
{
	found := 0;
	for(names := pages(); names != nil; names = tl names){
		if(!isparts(hd names))
			continue;
		in := bufio->open(Pages + "/" + hd names + ".md", Bufio->OREAD);
		while(in != nil && (line := in.gets('\n')) != nil)
			if(heading(line, "## ") == name){
				if(found++)
					out.putc('\n');
				out.puts(plain(line));
				show(in, "## ");
				break;
			}
	}
	return found;
}

# Shows the lines as far as a heading of that kind, nil for all. Empty lines at the end are left out.
show(in: ref Iobuf, until: string)
{
	example := empty := 0;
	while((line := in.gets('\n')) != nil){
		if(len line > 2 && line[0:3] == "```"){
			example = !example;
			continue;
		}
		if(!example && until != nil && heading(line, until) != nil)
			return;
		if(line == "\n"){
			empty++;
			continue;
		}
		for(; empty > 0; empty--)
			out.putc('\n');
		if(example)
			out.puts("    " + line);
		else
			out.puts(plain(line));
	}
}

# The text of a heading, nil if the line is none of that kind.
heading(line, kind: string): string
{
	if(len line <= len kind + 1 || line[0:len kind] != kind)
		return nil;
	return line[len kind:len line - 1];
}

plain(line: string): string
{
	for(i := 0; i < len line && line[i] == '#'; i++)
		;
	if(i > 0 && i < len line && line[i] == ' ')
		line = line[i+1:];
	if(len line > 4 && line[0:4] == "    ")
		return line;
	s := "";
	for(i = 0; i < len line; i++)
		if(line[i] != '`')
			s[len s] = line[i];
	return s;
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "man: %s\n", message);
	raise "fail:" + status;
}
