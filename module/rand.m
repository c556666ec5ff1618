# Pseudo-random numbers, from 0 up to but not including the modulus.

Rand: module
{
	PATH:	con "/dis/lib/rand.dis";

	init:	fn(seed: int);
	rand:	fn(modulus: int): int;
	bigrand:	fn(modulus: big): big;
};
