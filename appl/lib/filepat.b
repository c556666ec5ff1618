implement Filepat;

include "sys.m";
	sys: Sys;

include "readdir.m";
	readdir: Readdir;

include "filepat.m";

expand(pattern: string): list of string
{
	if(sys == nil){
		sys = load Sys Sys->PATH;
		readdir = load Readdir Readdir->PATH;
	}
	(nil, elements) := sys->tokenize(pattern, "/");
	dirs := "" :: nil;
	if(pattern != nil && pattern[0] == '/')
		dirs = "/" :: nil;
	if(elements == nil)
		return nil;
	for(; elements != nil && dirs != nil; elements = tl elements){
		names: list of string;	# those found, backwards
		for(; dirs != nil; dirs = tl dirs)
			names = among(hd elements, hd dirs, tl elements != nil, names);
		for(; names != nil; names = tl names)
			dirs = hd names :: dirs;
	}
	return dirs;
}

# Adds the names in dir that match to names, backwards.
among(pattern, dir: string, mustbedir: int, names: list of string): list of string
{
	prefix := dir;
	if(dir == nil)
		dir = ".";
	else if(dir != "/")
		prefix += "/";
	if(pattern == "." || pattern == "..")
		return prefix + pattern :: names;
	(entries, n) := readdir->init(dir, Readdir->NAME|Readdir->COMPACT);
	for(i := 0; i < n; i++)
		if(match(pattern, entries[i].name) && (!mustbedir || entries[i].mode & Sys->DMDIR))
			names = prefix + entries[i].name :: names;
	return names;
}

# When a literal part does not fit, only the last * need take one character more:
# an earlier one could not do better.
match(pattern, name: string): int
{
	p := n := 0;
	star := -1;	# where in pattern to go on after the last *
	taken := 0;	# where in name its text ends
	while(n < len name || p < len pattern){
		if(p < len pattern && pattern[p] == '*'){
			star = ++p;
			taken = n;
			continue;
		}
		next := -1;
		if(p < len pattern && n < len name)
			next = one(pattern, p, name[n]);
		if(next >= 0){
			p = next;
			n++;
		}else if(star >= 0 && taken < len name){
			p = star;
			n = ++taken;
		}else
			return 0;
	}
	return 1;
}

# What follows in pattern the part that stands for one character, or -1 if c is not that character.
one(pattern: string, p, c: int): int
{
	case pattern[p] {
	'?' =>
		return p+1;
	'[' =>
		return class(pattern, p+1, c);
	'\\' =>
		p++;
	}
	if(p < len pattern && pattern[p] == c)
		return p+1;
	return -1;
}

# The same for what is in brackets, from p on; brackets that do not close match nothing.
class(pattern: string, p, c: int): int
{
	invert := p < len pattern && pattern[p] == '^';
	if(invert)
		p++;
	found := 0;
	while(p < len pattern && pattern[p] != ']'){
		lo, hi: int;
		(lo, p) = member(pattern, p);
		hi = lo;
		if(p+1 < len pattern && pattern[p] == '-')
			(hi, p) = member(pattern, p+1);
		if(lo <= c && c <= hi)
			found = 1;
	}
	if(p >= len pattern || found == invert)
		return -1;
	return p+1;
}

member(pattern: string, p: int): (int, int)
{
	if(pattern[p] == '\\' && p+1 < len pattern)
		p++;
	return (pattern[p], p+1);
}
