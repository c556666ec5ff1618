# Strings: any character, slices, comparison, extension in place without disturbing who shares, case.
implement Strings;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Strings: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	s := "a→b";
	print("%d %d %s %s\n", len s, s[1], s[1:2], s[2:]);
	a := array of byte s;
	print("%d %s\n", len a, string a);
	t := s;
	t[len t] = '!';
	t[0] = 'A';
	print("%s %s\n", s, t);
	u := "";
	for(i := 0; i < 2000; i++)
		u[len u] = 'a' + i % 26;
	v := u[1990:] + "é";
	print("%d %s\n", len u, v);
	print("%d %d %d %d\n", "abc" < "abd", "abc" < "ab", "" == nil, "B" > "a");
	for(l := "red" :: "green" :: "blue" :: "pink" :: nil; l != nil; l = tl l)
		print("%s ", colour(hd l));
	print("\n");
	x := "x";
	for(i = 0; i < 12; i++)
		x += x;
	print("%d\n", len x);
}

colour(s: string): string
{
	case s {
	"red" or "pink" =>
		return "warm";
	"blue" =>
		return "cold";
	"c" to "h" =>
		return "between";
	* =>
		return "other";
	}
}
