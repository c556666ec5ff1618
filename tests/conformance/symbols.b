implement Symbols;

# Reads symbol files with Inferno's debugger library, and prints what it found.

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";
include "debug.m";
	debug: Debug;
	Sym, Id, Type: import debug;

Symbols: module
{
	init:	fn(nil: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	debug = load Debug Debug->PATH;
	debug->init();
	for(argv = tl argv; argv != nil; argv = tl argv){
		(s, err) := debug->sym(hd argv);
		if(s == nil){
			print("%s: %s\n", hd argv, err);
			continue;
		}
		print("module %s\n", s.name);
		for(i := 0; i < len s.fns; i++)
			function(s, s.fns[i]);
		ids(s, "global", s.vars);
		for(i = 0; i < len s.adts; i++)
			adt_(s, s.adts[i]);
	}
}

function(s: ref Sym, f: ref Id)
{
	src := s.src[f.offset];
	print("fn %s of %s on line %d of %s\n", f.name, f.t.Of.text(s), src.start.line, src.start.file);
	for(i := 0; i < len f.t.ids; i++)
		print("fn %s: %s: %s\n", f.name, f.t.ids[i].name, f.t.ids[i].t.text(s));
}

ids(s: ref Sym, what: string, l: array of ref Id)
{
	for(i := 0; i < len l; i++)
		print("%s %s: %s\n", what, l[i].name, l[i].t.text(s));
}

adt_(s: ref Sym, t: ref Type)
{
	for(i := 0; i < len t.ids; i++)
		print("adt %s.%s at %d: %s\n", t.name, t.ids[i].name, t.ids[i].offset, t.ids[i].t.text(s));
	for(i = 0; i < len t.tags; i++)
		ids(s, "adt " + t.name + "." + t.tags[i].name, t.tags[i].ids);
}
