implement Broken;
include "sys.m";
include "draw.m";
Broken: module { init: fn(nil: ref Draw->Context, argv: list of string); };
init(nil: ref Draw->Context, argv: list of string)
{
	sys := load Sys Sys->PATH;
	a := array[3] of int;
	n := len argv;
	x: ref Sys->Dir;
	case n {
	1 => a[n + 2] = 1;
	2 => a[0] = n / (n - 2);
	3 => sys->print("%s\n", x.name);
	4 => raise "something";
	5 => raise "fail:status";
	6 => s := "abc"; sys->print("%c\n", s[n]);
	7 => l: list of int; sys->print("%d\n", hd l);
	8 => m := load Broken "/dis/nowhere.dis"; m->init(nil, nil);
	* => f: ref fn(); f();
	}
}
