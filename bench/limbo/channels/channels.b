implement Bench;

# Threads that do nothing but talk.

include "bench.m";

parts(): list of ref Part
{
	return ref Part("ping_pong", 20, 20000, pingpong)
		:: ref Part("buffered", 80, 19999 * 10000, buffered)
		:: ref Part("alt", 20, 3 * 20000, alts)
		:: ref Part("ring", 5, 1000 * 20, ring)
		:: ref Part("spawn", 5, 10000, spawns)
		:: nil;
}

pingpong(): int
{
	ping := chan of int;
	pong := chan of int;
	spawn echo(ping, pong);
	n := 0;
	for(i := 0; i < 20000; i++){
		ping <-= i;
		if(<-pong == i)
			n++;
	}
	ping <-= -1;
	return n;
}

echo(ping, pong: chan of int)
{
	while((n := <-ping) >= 0)
		pong <-= n;
}

buffered(): int
{
	c := chan[64] of int;
	spawn count(c, 20000);
	sum := 0;
	for(i := 0; i < 20000; i++)
		sum += <-c;
	return sum;
}

count(c: chan of int, n: int)
{
	for(i := 0; i < n; i++)
		c <-= i;
}

alts(): int
{
	one := chan of int;
	two := chan of int;
	spawn repeat(one, 1);
	spawn repeat(two, 2);
	sum := 0;
	for(i := 0; i < 40000; i++)
		alt{
		n := <-one =>
			sum += n;
		n := <-two =>
			sum += n;
		}
	return sum;
}

repeat(c: chan of int, n: int)
{
	for(i := 0; i < 20000; i++)
		c <-= n;
}

# A token goes 20 times around a ring of 1000 threads.
ring(): int
{
	first := left := chan of int;
	for(i := 0; i < 1000; i++){
		right := chan of int;
		spawn pass(left, right);
		left = right;
	}
	token := 0;
	for(i = 0; i < 20; i++){
		first <-= token;
		token = <-left;
	}
	first <-= -1;
	<-left;
	return token;
}

pass(left, right: chan of int)
{
	while((n := <-left) >= 0)
		right <-= n + 1;
	right <-= n;
}

# Threads one after another.
spawns(): int
{
	c := chan of int;
	sum := 0;
	for(i := 0; i < 10000; i++){
		spawn once(c);
		sum += <-c;
	}
	return sum;
}

once(c: chan of int)
{
	c <-= 1;
}
