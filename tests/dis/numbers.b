# Integers at their edges, big, byte, real, fixed point, conversions.
implement Numbers;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Numbers: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

fix: type fixed(0.001);

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	max := 16r7fffffff;
	min := -max - 1;
	print("%d %d %d %d\n", max+1, min-1, max*max, -min);
	print("%d %d %d %d\n", -7/2, -7%2, 7/-2, 7%-2);
	print("%d %d %d\n", min>>31, min>>1, 1<<31);
	b := big 16r7fffffffffffffff;
	print("%bd %bd %bd\n", b+big 1, b*b, -b/big 1000);
	print("%bd %bx\n", big 1 << 40, big -1 >> 4);
	y := byte 200;
	y += byte 100;
	print("%d %d %d\n", int y, int (y << 3), int (byte 255 * byte 255));
	print("%d %d %d %d\n", int 2.5, int -2.5, int 2.4, int -0.4);
	print("%g %g %g\n", 1.0/3.0, 1e300*1e10, real max);
	texts := array[] of {"123abc", " -99999999999", "2.5e3x"};
	print("%d %bd %g\n", int texts[0], big texts[1], real texts[2]);
	print("%s %s %s\n", string 42, string big -7, string 0.5);
	f := fix(1.25);
	g := fix(3);
	print("%g %g %g\n", real (f*g), real (g/f), real (f+g));
	print("%d %bd %g\n", 3**5, big 2**40, 2.0**-3);
	collatz(27);
	print("%ud\n", hash("the quick brown fox"));
	bytes();
}

# Results that a function stores at odd addresses: bytes lie side by side in a frame.
bytes()
{
	a := shifted(1, 0);
	b := shifted(16r7f, 1);
	c := shifted(16rff, 3);
	d := shifted(3, 6);
	(e, f) := (shifted(5, 1), shifted(9, 4));
	print("%d %d %d %d %d %d\n", int a, int b, int c, int d, int e, int f);
}

shifted(n, by: int): byte
{
	return byte n << by;
}

collatz(n: int)
{
	steps := top := 0;
	while(n != 1){
		if(n & 1)
			n = 3*n + 1;
		else
			n >>= 1;
		if(n > top)
			top = n;
		steps++;
	}
	print("%d %d\n", steps, top);
}

hash(s: string): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h*31 + s[i] ^ (h >> 7);
	return h;
}
