implement Bench;

# From one type of number to another and back.

include "bench.m";

N: con 1000000;

parts(): list of ref Part
{
	return ref Part("int_big", 12, 1524300, wide)
		:: ref Part("int_byte", 10, 69143587, narrow)
		:: nil;
}

wide(): int
{
	sum := 0;
	for(i := 0; i < N; i++){
		b := big (sum - i) + big 16r100000003;
		sum ^= int b;
	}
	return sum;
}

narrow(): int
{
	sum := 0;
	for(i := 0; i < N; i++)
		sum += int (byte i + byte (sum >> 2));
	return sum;
}
