implement Rand;

include "rand.m";

# A 64-bit linear congruence whose low bits, being poor, are never given out.

state := big 1;

init(seed: int)
{
	state = big seed;
	step();
	step();
}

step(): int
{
	state = state * 6364136223846793005 + big 1442695040888963407;
	return int (state >> 33) & 16r7FFFFFFF;
}

rand(modulus: int): int
{
	if(modulus <= 0)
		return 0;
	return int (big step() * big modulus >> 31);
}

bigrand(modulus: big): big
{
	if(modulus <= big 0)
		return big 0;
	return ((big step() << 31 | big step()) & 16r3FFFFFFFFFFFFFFF) % modulus;
}
