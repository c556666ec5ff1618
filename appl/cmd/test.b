implement Test;

include "sys.m";
	sys: Sys;
include "draw.m";
include "daytime.m";

Test: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

args: list of string;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv == nil || tl argv == nil){
		sys->fprint(sys->fildes(2), "usage: test expression\n");
		raise "fail:usage";
	}
	args = tl argv;
	if(!disjunction())
		raise "fail:false";
}

# What is evaluated after a decided -o or -a still has to be read.
disjunction(): int
{
	value := conjunction();
	while(accept("-o"))
		value = conjunction() || value;
	return value;
}

conjunction(): int
{
	value := negation();
	while(accept("-a"))
		value = negation() && value;
	return value;
}

negation(): int
{
	if(accept("!"))
		return !negation();
	return primary();
}

accept(s: string): int
{
	if(args == nil || hd args != s)
		return 0;
	args = tl args;
	return 1;
}

next(): string
{
	if(args == nil)
		bad("argument expected");
	s := hd args;
	args = tl args;
	return s;
}

primary(): int
{
	a := next();
	case a {
	"(" =>
		value := disjunction();
		if(next() != ")")
			bad(") expected");
		return value;
	"-e" =>	return sys->stat(next()).t0 >= 0;
	"-f" =>
		(ok, d) := sys->stat(next());
		return ok >= 0 && (d.mode & Sys->DMDIR) == 0;
	"-d" =>	return hasmode(next(), Sys->DMDIR);
	"-A" =>	return hasmode(next(), Sys->DMAPPEND);
	"-L" =>	return hasmode(next(), Sys->DMEXCL);
	"-T" =>	return hasmode(next(), Sys->DMTMP);
	"-r" =>	return sys->open(next(), Sys->OREAD) != nil;
	"-w" =>	return sys->open(next(), Sys->OWRITE) != nil;
	"-x" =>
		f := next();
		return hasmode(f, 8r111) && sys->open(f, Sys->OREAD) != nil;
	"-s" =>
		(ok, d) := sys->stat(next());
		return ok >= 0 && d.length > big 0;
	"-t" =>
		fd := 1;
		if(args != nil && isnumber(hd args))
			fd = int next();
		return isconsole(fd);
	"-n" =>	return next() != "";
	"-z" =>	return next() == "";
	}
	if(args == nil || hd args == ")" || hd args == "-a" || hd args == "-o")
		return a != "";
	return comparison(a, next());
}

comparison(a, operator: string): int
{
	case operator {
	"=" =>	return a == next();
	"!=" =>	return a != next();
	"-older" =>	return older(a, next());
	"-ot" =>	return mtimes(a, next()) < 0;
	"-nt" =>	return mtimes(a, next()) > 0;
	}
	if(isnumber(a) && args != nil && isnumber(hd args)){
		m := big a;
		n := big next();
		case operator {
		"-eq" =>	return m == n;
		"-ne" =>	return m != n;
		"-lt" =>	return m < n;
		"-le" =>	return m <= n;
		"-gt" =>	return m > n;
		"-ge" =>	return m >= n;
		}
	}
	bad("unknown operator " + operator);
	return 0;
}

isnumber(s: string): int
{
	for(i := 0; i < len s; i++)
		if(s[i] < '0' || s[i] > '9')
			return 0;
	return s != nil;
}

hasmode(f: string, mode: int): int
{
	(ok, d) := sys->stat(f);
	return ok >= 0 && (d.mode & mode) != 0;
}

isconsole(n: int): int
{
	fd := sys->fildes(n);
	if(fd == nil)
		return 0;
	path := sys->fd2path(fd);
	end := "/dev/cons";
	return path == "#c/cons" || len path >= len end && path[len path - len end:] == end;
}

# Less than, equal to or greater than 0 as the first file is older; 0 if one is missing.
mtimes(a, b: string): int
{
	(oka, da) := sys->stat(a);
	(okb, db) := sys->stat(b);
	if(oka < 0 || okb < 0 || da.mtime == db.mtime)
		return 0;
	if(da.mtime < db.mtime)
		return -1;
	return 1;
}

# The age is a sum of numbers with units, seconds where there is none: 1d12h.
older(f, age: string): int
{
	seconds := 0;
	for(i := 0; i < len age; i++){
		for(start := i; i < len age && age[i] >= '0' && age[i] <= '9'; i++)
			;
		unit := 's';
		if(i < len age)
			unit = age[i];
		n := int age[start:i];
		case unit {
		's' =>	;
		'm' =>	n *= 60;
		'h' =>	n *= 60*60;
		'd' =>	n *= 24*60*60;
		'M' =>	n *= 30*24*60*60;
		'y' =>	n *= 12*30*24*60*60;
		* =>	bad("bad time syntax, " + age);
		}
		if(i == start)
			bad("bad time syntax, " + age);
		seconds += n;
	}
	(ok, d) := sys->stat(f);
	if(ok < 0)
		return 0;
	daytime := load Daytime Daytime->PATH;
	if(daytime == nil)
		bad(sys->sprint("can't load %s: %r", Daytime->PATH));
	return d.mtime + seconds < daytime->now();
}

bad(message: string)
{
	sys->fprint(sys->fildes(2), "test: bad syntax: %s\n", message);
	raise "fail:bad syntax";
}
