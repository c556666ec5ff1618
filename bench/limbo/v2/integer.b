implement Bench;

# Integer arithmetic in registers, if there are any.

include "bench.m";

N: con 1000000;

parts(): list of ref Part
{
	return ref Part("add_sub", 20, 919108064, addsub)
		:: ref Part("mul_div_mod", 60, -717450629, muldivmod)
		:: ref Part("bitwise", 15, 305189396, bitwise)
		:: ref Part("shifts", 12, 1593270691, shifts)
		:: ref Part("alu_mix", 10, -522805342, mix)
		:: nil;
}

addsub(): int
{
	x := 0;
	y := N;
	for(i := 0; i < N; i++){
		x += y;
		y -= i;
		x -= 5;
		y += 2;
	}
	return x - y;
}

muldivmod(): int
{
	x := 12345;
	sum := 0;
	for(i := 1; i <= N/10; i++){
		x = x * 31 + i;
		sum += x / 13;
		sum -= x % 29;
	}
	return sum;
}

bitwise(): int
{
	x := 16r12345678;
	for(i := 0; i < N; i++){
		x ^= i;
		x |= i << 4;
		x &= ~(i << 1);
		x ^= 16r5bd1e995;
	}
	return x;
}

# Marsaglia's xorshift, with the sign extended where his is not.
shifts(): int
{
	x := int 2463534242;
	for(i := 0; i < N; i++){
		x ^= x << 13;
		x ^= x >> 17;
		x ^= x << 5;
	}
	return x;
}

mix(): int
{
	p := 3;
	q := 5;
	r := 7;
	for(i := 0; i < N; i++){
		s := p * q - r;
		p = (q + i) ^ (r >> 3);
		q = r - (s & 16rfff);
		r = (s << 1) | (i & 1);
	}
	return p ^ q ^ r;
}
