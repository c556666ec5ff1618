# Channels: rendezvous, buffers, alt with and without a default, arrays of channels, many threads.
implement Channels;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Channels: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Item: adt {
	n:	int;
	s:	string;
	x:	real;
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	sieve(12);
	buffered();
	tuples();
	choose();
	fan(200);
	polled();
	both();
}

generate(c: chan of int)
{
	for(i := 2;; i++)
		c <-= i;
}

filter(in, out: chan of int, p: int)
{
	for(;;)
		if((n := <-in) % p)
			out <-= n;
}

sieve(n: int)
{
	c := chan of int;
	spawn generate(c);
	while(n-- > 0){
		p := <-c;
		print("%d ", p);
		d := chan of int;
		spawn filter(c, d, p);
		c = d;
	}
	print("\n");
}

fill(c: chan of string, done: chan of int)
{
	for(i := 0; i < 5; i++)
		c <-= "item " + string i;
	done <-= 1;
}

buffered()
{
	c := chan[5] of string;
	done := chan of int;
	spawn fill(c, done);
	<-done;
	for(i := 0; i < 5; i++)
		print("%s;", <-c);
	print("\n");
}

items(c: chan of (int, Item), q: chan of ref Item)
{
	c <-= (1, Item(2, "three", 4.5));
	q <-= ref Item(5, "six", 7.25);
}

tuples()
{
	c := chan of (int, Item);
	q := chan of ref Item;
	spawn items(c, q);
	(n, it) := <-c;
	r := <-q;
	print("%d %d %s %g %d %s %g\n", n, it.n, it.s, it.x, r.n, r.s, r.x);
}

sender(c: chan of int, base: int)
{
	for(i := 0; i < 3; i++)
		c <-= base + i;
}

choose()
{
	cs := array[4] of chan of int;
	for(i := 0; i < len cs; i++){
		cs[i] = chan of int;
		spawn sender(cs[i], i*100);
	}
	sum := 0;
	last := array[4] of {* => -1};
	ordered := 1;
	for(n := 0; n < 12; n++){
		(k, v) := <-cs;
		if(v <= last[k])
			ordered = 0;
		last[k] = v;
		sum += v;
	}
	print("%d %d\n", sum, ordered);
}

worker(in: chan of int, out: chan of (int, int))
{
	n := <-in;
	out <-= (n, n*n);
}

fan(n: int)
{
	in := chan of int;
	out := chan of (int, int);
	for(i := 0; i < n; i++)
		spawn worker(in, out);
	sent := got := sum := 0;
	while(got < n){
		if(sent < n){
			alt{
			in <-= sent =>
				sent++;
			(nil, sq) := <-out =>
				sum += sq;
				got++;
			}
		}else{
			(nil, sq) := <-out;
			sum += sq;
			got++;
		}
	}
	print("%d\n", sum);
}

polled()
{
	c := chan[1] of int;
	for(i := 0; i < 3; i++)
		alt{
		c <-= i =>
			print("sent %d\n", i);
		* =>
			print("full\n");
		}
	alt{
	v := <-c =>
		print("got %d\n", v);
	* =>
		print("empty\n");
	}
	alt{
	v := <-c =>
		print("got %d\n", v);
	* =>
		print("empty\n");
	}
}

# To send and receive on a channel in one alt is an error, whoever is ready.
both()
{
	c := chan of int;
	b := chan[2] of int;
	for(i := 0; i < 2; i++){
		{
			alt {
			c <-= 1 => print("sent\n");
			<-c => print("received\n");
			* => print("nobody\n");
			}
		} exception e {
		"*" => print("%s\n", e);
		}
		{
			alt {
			b <-= 1 => print("sent\n");
			<-b => print("received\n");
			}
		} exception e {
		"*" => print("%s\n", e);
		}
	}
}
