implement Jitbench;

include "sys.m";
	sys: Sys;
include "draw.m";

Jitbench: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Primelimit:	con 100000;

# Every part's count is divided by this, so that a short run keeps the mix.
divisor := 1;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil && tl argv != nil)
		divisor = int hd tl argv;
	if(divisor < 1){
		sys->fprint(sys->fildes(2), "usage: jitbench [divisor]\n");
		raise "fail:usage";
	}
	start := sys->millisec();

	t := sys->millisec();
	result := arithmetic(10000000 / divisor);
	report("arithmetic", result, t);

	t = sys->millisec();
	result = arraysum(1000000 / divisor);
	report("array", result, t);

	t = sys->millisec();
	result = calls(1000000 / divisor);
	report("calls", result, t);

	t = sys->millisec();
	result = fibs(repeats(100));
	report("fib", result, t);

	t = sys->millisec();
	result = sieves(repeats(10));
	report("sieve", result, t);

	t = sys->millisec();
	result = nested(repeats(500), 500, 200);
	report("nested", result, t);

	sys->print("%-12s %12s %8d ms\n", "total", "", sys->millisec() - start);
}

repeats(n: int): int
{
	if(n < divisor)
		return 1;
	return n / divisor;
}

report(name: string, result, since: int)
{
	sys->print("%-12s %12d %8d ms\n", name, result, sys->millisec() - since);
}

arithmetic(n: int): int
{
	a := 1;
	b := 2;
	c := 3;
	for(i := 0; i < n; i++){
		a = a + b;
		b = b * 3;
		c = c - a;
		a = a ^ b;
		b = b & 16rFFFF;
		c = c | 1;
		a = a << 1;
		b = b >> 1;
		c = c + a % 17;
	}
	return a + b + c;
}

arraysum(n: int): int
{
	numbers := array[1000] of int;
	for(i := 0; i < len numbers; i++)
		numbers[i] = i;
	sum := 0;
	for(j := 0; j < n; j++)
		for(i = 0; i < 1000; i++)
			sum += numbers[i];
	return sum;
}

calls(n: int): int
{
	sum := 0;
	for(i := 0; i < n; i++)
		sum += add(i, i+1);
	return sum;
}

add(a, b: int): int
{
	return a + b;
}

fibs(n: int): int
{
	sum := 0;
	for(i := 0; i < n; i++)
		sum += fib(25);
	return sum;
}

fib(n: int): int
{
	if(n <= 1)
		return n;
	return fib(n-1) + fib(n-2);
}

sieves(n: int): int
{
	prime := array[Primelimit] of int;
	count := 0;
	for(k := 0; k < n; k++){
		for(i := 0; i < Primelimit; i++)
			prime[i] = 1;
		prime[0] = 0;
		prime[1] = 0;
		for(i = 2; i * i < Primelimit; i++)
			if(prime[i])
				for(j := i * i; j < Primelimit; j += i)
					prime[j] = 0;
		count = 0;
		for(i = 0; i < Primelimit; i++)
			if(prime[i])
				count++;
	}
	return count;
}

nested(n, m, l: int): int
{
	sum := 0;
	for(i := 0; i < n; i++)
		for(j := 0; j < m; j++)
			for(k := 0; k < l; k++)
				sum += i + j + k;
	return sum;
}
