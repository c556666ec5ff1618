implement Loops;

# Slots in registers; an array whose length a loop keeps; a loop in a loop; a call.

Loops: module
{
	init:	fn();
};

init()
{
	a := array[10] of int;
	for(i := 0; i < len a; i++)
		a[i] = fib(i);
	sum := 0;
	for(i = 0; i < 3; i++)
		for(j := 0; j < len a; j++)
			sum += a[j];
	if(sum != 3 * 88)
		raise "fail:sum";
}

fib(n: int): int
{
	if(n < 2)
		return n;
	return fib(n-1) + fib(n-2);
}
