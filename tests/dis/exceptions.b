# Exceptions: handlers by name, pattern and wildcard; faults; what a handler's frame has let go; raising again.
implement Exceptions;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Exceptions: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Bad: exception(int, string);
Empty: exception;

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	for(i := 0; i < 9; i++)
		print("%d %s\n", i, caught(i));
	print("%s\n", deep(1000));
	again();
	loop();
	print("%s\n", declared(1));
	print("%s\n", declared(0));
}

caught(n: int): string
{
	a := array[3] of {1, 2, 3};
	l: list of int;
	s := "abc";
	m: Sys;
	r: ref Sys->Dir;
	{
		case n {
		0 =>	a[n+3] = 1;
		1 =>	hd l;
		2 =>	n = 1 / (n-2);
		3 =>	s[5] = 'x';
		4 =>	m->sleep(0);
		5 =>	r.name = "x";
		6 =>	raise "fail:six";
		7 =>	s = s[2:1];
		8 =>	return "no exception";
		}
	}exception e{
	"fail:*" =>
		return "pattern " + e;
	"zero divide" =>
		return "exactly " + e;
	"*" =>
		return "any " + e;
	}
	return "fell out";
}

deep(n: int): string
{
	{
		return down(n);
	}exception e{
	"bottom*" =>
		return e;
	}
}

down(n: int): string
{
	s := string n;
	if(n == 0)
		raise "bottom reached";
	return down(n-1) + s;
}

again()
{
	{
		{
			raise "inner";
		}exception e{
		"other" =>
			print("wrong\n");
		"inner" =>
			print("first %s\n", e);
			raise "outer";
		}
	}exception e{
	"*" =>
		print("then %s\n", e);
	}
}

loop()
{
	n := 0;
	for(i := 0; i < 10000; i++){
		{
			if(i % 3 == 0)
				raise "three";
			n++;
		}exception{
		"three" =>
			n += 10;
		}
	}
	print("%d\n", n);
}

declared(n: int): string
{
	{
		thrower(n);
	}exception e{
	Bad =>
		(code, why) := e;
		return sys->sprint("Bad %d %s", code, why);
	Empty =>
		return "Empty";
	}
	return "none";
}

thrower(n: int) raises (Bad, Empty)
{
	if(n)
		raise Bad(42, "reason");
	raise Empty;
}
