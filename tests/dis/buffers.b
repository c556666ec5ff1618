# Channels with buffers, of items of every kind, front and end at every place.
implement Buffers;

include "sys.m";
	sys: Sys;
include "draw.m";

Buffers: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Item: adt {
	n:	int;
	s:	string;
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	b := chan[3] of byte;
	w := chan[3] of int;
	l := chan[3] of big;
	f := chan[3] of real;
	s := chan[3] of string;
	r := chan[3] of ref Item;
	t := chan[3] of (int, string);
	a := chan[3] of Item;
	for(i := 0; i < 20; i++){
		n := 1 + i % 3;
		for(k := 0; k < n; k++){
			b <-= byte (i*50 + k);
			w <-= i*1000000 + k;
			l <-= big i * big 10000000000 + big k;
			f <-= real i + 0.25 * real k;
			s <-= "s" + string (i*k);
			r <-= ref Item(i, string k);
			t <-= (i, "t" + string k);
			a <-= Item(k, string i);
		}
		for(k = 0; k < n; k++){
			sys->print("%d %d %bd %g %s", int <-b, <-w, <-l, <-f, <-s);
			item := <-r;
			(number, text) := <-t;
			other := <-a;
			sys->print(" %d%s %d%s %d%s\n", item.n, item.s, number, text, other.n, other.s);
		}
	}
	# What is in a buffer goes with it.
	s <-= "left";
	s <-= "over";
	s = nil;
}
