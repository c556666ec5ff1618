implement Errors;
include "nothere.m";
Errors: module { f: fn(a: int): string; };
f(a: int): string
{
	s := "a" + 1;
	b: byte = a;
	undefined(3);
	for(;;) {
		break nowhere;
	}
	return 1, 2;
}
g(x: list of int
{
}
