/* The six parts of jitbench in C: same sizes, same results, same lines. Compile with -fwrapv: integers wrap. */
#define _POSIX_C_SOURCE 199309L
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { Limit = 100000 };

static int divisor = 1;

static int
repeats(int n)
{
	return n < divisor ? 1 : n / divisor;
}

static double
now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e3 + t.tv_nsec * 1e-6;
}

static int
arithmetic(void)
{
	int i, n = 10000000 / divisor, a = 1, b = 2, c = 3;

	for (i = 0; i < n; i++) {
		a += b;
		b *= 3;
		c -= a;
		a ^= b;
		b &= 0xffff;
		c |= 1;
		a <<= 1;
		b >>= 1;
		c += a % 17;
	}
	return a + b + c;
}

static int
array(void)
{
	static int numbers[1000];
	int i, j, n = 1000000 / divisor, sum = 0;

	for (i = 0; i < 1000; i++)
		numbers[i] = i;
	for (j = 0; j < n; j++)
		for (i = 0; i < 1000; i++)
			sum += numbers[i];
	return sum;
}

static int
add(int a, int b)
{
	return a + b;
}

static int
calls(void)
{
	int i, n = 1000000 / divisor, sum = 0;

	for (i = 0; i < n; i++)
		sum += add(i, i + 1);
	return sum;
}

static int
fib(int n)
{
	return n <= 1 ? n : fib(n - 1) + fib(n - 2);
}

static int
fibs(void)
{
	int i, n = repeats(100), sum = 0;

	for (i = 0; i < n; i++)
		sum += fib(25);
	return sum;
}

static int
sieve(void)
{
	static int prime[Limit];
	int i, j, k, n = repeats(10), count = 0;

	for (k = 0; k < n; k++) {
		for (i = 0; i < Limit; i++)
			prime[i] = 1;
		prime[0] = prime[1] = 0;
		for (i = 2; i * i < Limit; i++)
			if (prime[i])
				for (j = i * i; j < Limit; j += i)
					prime[j] = 0;
		count = 0;
		for (i = 0; i < Limit; i++)
			count += prime[i] != 0;
	}
	return count;
}

static int
nested(void)
{
	int i, j, k, n = repeats(500), sum = 0;

	for (i = 0; i < n; i++)
		for (j = 0; j < 500; j++)
			for (k = 0; k < 200; k++)
				sum += i + j + k;
	return sum;
}

static const struct {
	const char *name;
	int (*run)(void);
} parts[] = {
	{ "arithmetic", arithmetic },
	{ "array", array },
	{ "calls", calls },
	{ "fib", fibs },
	{ "sieve", sieve },
	{ "nested", nested },
};

int
main(int argc, char **argv)
{
	size_t i;

	if (argc > 1)
		divisor = atoi(argv[1]);
	if (divisor < 1)
		return 2;
	for (i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		double began = now();
		int result = parts[i].run();

		printf("%-12s %12d %8.0f ms\n", parts[i].name, result, now() - began);
	}
	return 0;
}
