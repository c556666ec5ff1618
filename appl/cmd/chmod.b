implement Chmod;

include "sys.m";
	sys: Sys;
include "draw.m";
include "string.m";
	str: String;

Chmod: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Special:	con Sys->DMAPPEND | Sys->DMEXCL | Sys->DMTMP;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	str = load String String->PATH;
	if(str == nil){
		complain(sys->sprint("cannot load %s: %r", String->PATH));
		raise "fail:bad module";
	}
	if(len argv < 3)
		usage();
	spec := hd tl argv;
	(mask, mode, ok) := octal(spec);
	if(!ok)
		(mask, mode, ok) = symbolic(spec);
	if(!ok){
		complain("bad mode '" + spec + "'");
		usage();
	}
	failed := 0;
	for(argv = tl tl argv; argv != nil; argv = tl argv){
		err := chmod(hd argv, mask, mode);
		if(err != nil){
			complain(err);
			failed = 1;
		}
	}
	if(failed)
		raise "fail:errors";
}

# Returns nil, or what went wrong.
chmod(file: string, mask, mode: int): string
{
	(ok, d) := sys->stat(file);
	if(ok < 0)
		return sys->sprint("cannot stat %s: %r", file);
	new := sys->nulldir;
	new.mode = d.mode & ~mask | mode & mask;
	if(sys->wstat(file, new) < 0)
		return sys->sprint("cannot wstat %s: %r", file);
	return nil;
}

# What a mode argument changes: the bits concerned, their values, and whether it is one.
octal(spec: string): (int, int, int)
{
	if(len spec > 2 && spec[0:2] == "8r")
		spec = spec[2:];
	(mode, rest) := str->toint(spec, 8);
	return (8r777, mode, spec != nil && rest == nil);
}

symbolic(spec: string): (int, int, int)
{
	bad := (0, 0, 0);
	who := 0;
	for(i := 0; i < len spec; i++){
		case spec[i] {
		'u' =>	who |= 8r700;
		'g' =>	who |= 8r070;
		'o' =>	who |= 8r007;
		'a' =>	who |= 8r777;
		* =>
			if(who == 0)
				who = 8r777;
			(bits, ok) := permissions(spec[i+1:]);
			if(!ok)
				return bad;
			mask := who | Special;
			case spec[i] {
			'=' =>	return (mask, bits, 1);
			'+' =>	return (mask & bits, bits, 1);
			'-' =>	return (mask & bits, 0, 1);
			}
			return bad;
		}
	}
	return bad;
}

permissions(letters: string): (int, int)
{
	bits := 0;
	for(i := 0; i < len letters; i++)
		case letters[i] {
		'r' =>	bits |= 8r444;
		'w' =>	bits |= 8r222;
		'x' =>	bits |= 8r111;
		'a' =>	bits |= Sys->DMAPPEND;
		'l' =>	bits |= Sys->DMEXCL;
		't' =>	bits |= Sys->DMTMP;
		* =>	return (0, 0);
		}
	return (bits, 1);
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: chmod [8r]777 file ... or chmod [augo][+-=][rwxal] file ...\n");
	raise "fail:usage";
}

complain(message: string)
{
	sys->fprint(sys->fildes(2), "chmod: %s\n", message);
}
