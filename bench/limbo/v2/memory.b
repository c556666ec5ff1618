implement Bench;

# Arrays of int: in order, by strides, small ones and ones that are written.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("read", 16, 499500000, read)
		:: ref Part("write", 16, 1498, write)
		:: ref Part("stride", 8, 1024, stride)
		:: ref Part("small", 8, 1784337531, small)
		:: nil;
}

counted(n: int): array of int
{
	a := array[n] of int;
	for(i := 0; i < n; i++)
		a[i] = i;
	return a;
}

read(): int
{
	a := counted(1000);
	sum := 0;
	for(k := 0; k < 1000; k++)
		for(i := 0; i < len a; i++)
			sum += a[i];
	return sum;
}

write(): int
{
	a := array[1000] of int;
	for(k := 0; k < 1000; k++)
		for(i := 0; i < len a; i++)
			a[i] = k - i;
	return a[0] + a[500] + a[999];
}

stride(): int
{
	a := counted(1024);
	sum := 0;
	for(k := 0; k < 1000; k++)
		for(step := 1; step < 16; step <<= 1)
			for(i := step - 1; i < len a; i += step)
				sum ^= a[i] + k;
	return sum;
}

small(): int
{
	a := counted(16);
	for(k := 0; k < 100000; k++)
		for(i := 1; i < 16; i++)
			a[i] += a[i-1];
	return a[15];
}
