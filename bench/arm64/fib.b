implement Work;
Work: module { init: fn(); };

init()
{
	for(i := 0; i < REPEATS; i++)
		if(fib(24) != 46368)
			raise "fib";
}

fib(n: int): int
{
	if(n <= 1)
		return n;
	return fib(n - 1) + fib(n - 2);
}
