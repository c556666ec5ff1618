implement Bench;

# 64-bit integers.

include "bench.m";

N: con 1000000;

parts(): list of ref Part
{
	return ref Part("big_add_sub", 12, 591751053, addsub)
		:: ref Part("big_bitwise", 10, -2004305272, bitwise)
		:: ref Part("big_shifts", 6, 1187387581, shifts)
		:: ref Part("big_compare", 8, 4666671, compare)
		:: nil;
}

fold(x: big): int
{
	return int (x >> 32) ^ int x;
}

addsub(): int
{
	x := big 1;
	y := big 16r123456789;
	for(i := 0; i < N; i++){
		x += y;
		y -= x;
		y += big 16r700000001;
	}
	return fold(x ^ y);
}

bitwise(): int
{
	x := big 16r0123456789abcdef;
	y := big 16r00ff00ff00ff00ff;
	for(i := 0; i < N; i++){
		x ^= y;
		y = (y | x) & big 16r7ffffffffffffffb;
		x ^= big i;
	}
	return fold(x ^ y);
}

shifts(): int
{
	x := big 88172645463325252;
	for(i := 0; i < N; i++){
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
	}
	return fold(x);
}

compare(): int
{
	lo := big 0;
	hi := big N << 33;
	count := 0;
	for(i := 0; i < N; i++){
		if(lo < hi)
			count++;
		if(lo == big i << 32)
			count += 2;
		if(hi >= big N << 32)
			count += 4;
		lo += big 1 << 32;
		hi -= big 1 << 33;
	}
	return count;
}
