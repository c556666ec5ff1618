implement Names;

include "sys.m";

include "names.m";

cleanname(name: string): string
{
	start := 0;	# length of a root, which .. never leaves
	if(name != nil && name[0] == '/')
		start = 1;
	else if(len name > 1 && name[0] == '#')	# the character after # is the device even if it is a slash
		for(start = 2; start < len name && name[start] != '/'; start++)
			;
	kept: list of string;
	for(els := split(name[start:]); els != nil; els = tl els)
		case hd els {
		"." =>
			;
		".." =>
			if(kept != nil && hd kept != "..")
				kept = tl kept;
			else if(start == 0)
				kept = ".." :: kept;
		* =>
			kept = hd els :: kept;
		}
	clean := "";
	for(; kept != nil; kept = tl kept)
		if(clean == nil)
			clean = hd kept;
		else
			clean = hd kept + "/" + clean;
	if(start > 1 && clean != nil)
		clean = "/" + clean;
	if(start > 0)
		return name[0:start] + clean;
	if(clean == nil)
		return ".";
	return clean;
}

dirname(name: string): string
{
	i := lastslash(name);
	if(i == 0)
		return "/";
	if(i < 0)
		return nil;
	return name[0:i];
}

basename(name, suffix: string): string
{
	name = name[lastslash(name)+1:];
	n := len name - len suffix;
	if(suffix != nil && n >= 0 && name[n:] == suffix)
		return name[0:n];
	return name;
}

elements(name: string): list of string
{
	els := split(name);
	if(name != nil && name[0] == '/')
		return "/" :: els;
	return els;
}

pathname(els: list of string): string
{
	name := "";
	for(; els != nil; els = tl els){
		if(name != nil && name != "/")
			name += "/";
		name += hd els;
	}
	return name;
}

isprefix(a, b: string): int
{
	n := len a;
	while(n > 1 && a[n-1] == '/')
		n--;
	if(n == 0 || n > len b || a[0:n] != b[0:n])
		return 0;
	return n == len b || b[n] == '/' || a[n-1] == '/';
}

relative(name, root: string): string
{
	if(root == nil || !isprefix(root, name))
		return name;
	n := len root;
	if(n > len name)
		n = len name;	# root had more slashes at its end
	while(n < len name && name[n] == '/')
		n++;
	return name[n:];
}

rooted(root, name: string): string
{
	if(name == nil)
		return root;
	if(root == nil || name[0] == '/' || name[0] == '#')
		return name;
	if(root[len root-1] == '/')
		return root + name;
	return root + "/" + name;
}

lastslash(name: string): int
{
	for(i := len name - 1; i >= 0 && name[i] != '/'; i--)
		;
	return i;
}

split(name: string): list of string
{
	sys := load Sys Sys->PATH;
	return (sys->tokenize(name, "/")).t1;
}
