implement Bench;

# Bytes, alone and in arrays.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("byte_arithmetic", 10, 130500256, arithmetic)
		:: ref Part("byte_array", 5, 326400000, bytes)
		:: nil;
}

arithmetic(): int
{
	b := byte 1;
	sum := 0;
	for(i := 0; i < 1000000; i++){
		b = b * byte 5 + byte 3;
		b ^= byte i;
		sum += int b;
	}
	return sum;
}

bytes(): int
{
	a := array[256] of byte;
	for(i := 0; i < len a; i++)
		a[i] = byte (i * 7);
	sum := 0;
	for(k := 0; k < 10000; k++)
		for(i = 0; i < len a; i++)
			sum += int a[i];
	return sum;
}
