implement Bench;

include "bench.m";

# A prime: the multiples of a number modulo Prime are all numbers below it, in another order.
Prime: con 10007;

parts(): list of ref Part
{
	return ref Part("qsort", 50, 0, run) :: nil;
}

# How many are in the wrong place.
run(): int
{
	a := array[Prime] of int;
	for(i := 0; i < Prime; i++)
		a[i] = i * 7919 % Prime;
	quicksort(a, 0, Prime - 1);
	wrong := 0;
	for(i = 0; i < Prime; i++)
		if(a[i] != i)
			wrong++;
	return wrong;
}

quicksort(a: array of int, first, last: int)
{
	if(first >= last)
		return;
	pivot := a[first + (last - first) / 2];
	i := first;
	j := last;
	while(i <= j){
		while(a[i] < pivot)
			i++;
		while(pivot < a[j])
			j--;
		if(i <= j){
			t := a[i];
			a[i++] = a[j];
			a[j--] = t;
		}
	}
	quicksort(a, first, j);
	quicksort(a, i, last);
}
