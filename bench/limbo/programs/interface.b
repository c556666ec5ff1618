implement Bench;

# Values of several kinds behind one type, as Limbo has it: an adt with a pick.

include "bench.m";

N: con 2000;

Shape: adt {
	pick {
	Square =>
		side:	int;
	Oblong =>
		width, height:	int;
	}

	area:	fn(s: self ref Shape): int;
};

# The sum of all squares below N, and of the odd numbers; it wraps.
parts(): list of ref Part
{
	return ref Part("interface", 1000, int (big (N-1) * big N * big (2*N - 1) / big 6) + N/2 * (N/2), run) :: nil;
}

run(): int
{
	all := array[N] of ref Shape;
	for(i := 0; i < N; i += 2){
		all[i] = ref Shape.Square(i);
		all[i+1] = ref Shape.Oblong(i + 1, i + 2);
	}
	sum := 0;
	for(i = 0; i < N; i++)
		sum += all[i].area();
	return sum;
}

Shape.area(shape: self ref Shape): int
{
	pick s := shape {
	Square =>
		return s.side * s.side;
	Oblong =>
		return s.width * s.height;
	}
}
