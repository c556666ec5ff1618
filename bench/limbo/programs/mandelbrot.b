implement Bench;

include "bench.m";

Size:	con 200;
Most:	con 200;

parts(): list of ref Part
{
	return ref Part("mandelbrot", 5, 3288753, run) :: nil;
}

# The iterations of all points.
run(): int
{
	sum := 0;
	for(y := 0; y < Size; y++)
		for(x := 0; x < Size; x++)
			sum += iterations(real (2*x) / real Size - 1.5, real (2*y) / real Size - 1.0);
	return sum;
}

iterations(cr, ci: real): int
{
	zr := zi := 0.0;
	for(n := 0; n < Most; n++){
		rr := zr * zr;
		ii := zi * zi;
		if(rr + ii > 4.0)
			return n;
		zi = 2.0 * zr * zi + ci;
		zr = rr - ii + cr;
	}
	return Most;
}
