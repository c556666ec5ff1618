# Many threads that send, receive and alternate at random on channels of every kind; some are killed while they wait. Nothing is lost, and nothing comes twice.
implement Traffic;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Traffic: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Parcel: adt {
	n:	int;
	note:	string;
	weight:	big;
};

Senders: con 6;
Each: con 150;
Routes: con 4;

# The sum of what all senders send: sender k sends k*1000 and on.
Total: con Each * 1000 * (Senders * (Senders-1) / 2) + Senders * (Each * (Each-1) / 2);

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	ints();
	bytes();
	bigs();
	reals();
	strings();
	parcels();
	references();
	relays();
	killed();
}

# A generator of its own for each thread.
Dice: adt {
	seed:	int;

	roll:	fn(d: self ref Dice, n: int): int;
};

Dice.roll(d: self ref Dice, n: int): int
{
	d.seed = d.seed * 1103515245 + 12345;
	return ((d.seed >> 16) & 16r7fff) % n;
}

result(what: string, count, sum: int)
{
	if(count == Senders * Each && sum == Total)
		print("%s: all there\n", what);
	else
		print("%s: %d of %d, sum %d, not %d\n", what, count, Senders * Each, sum, Total);
}

# Routes without a buffer, and with small ones.
ints()
{
	routes := array[] of {chan of int, chan[1] of int, chan[3] of int, chan of int};
	for(k := 0; k < Senders; k++)
		spawn sendints(routes, k);
	d := ref Dice(7);
	(count, sum) := (0, 0);
	n: int;
	while(count < Senders * Each){
		case d.roll(4) {
		0 =>
			(nil, n) = <-routes;
		1 =>
			alt {
			n = <-routes[0] => ;
			n = <-routes[1] => ;
			n = <-routes[2] => ;
			n = <-routes[3] => ;
			}
		2 =>
			alt {
			(nil, n) = <-routes => ;
			* =>
				sys->sleep(0);
				continue;
			}
		3 =>
			alt {
			n = <-routes[0] => ;
			n = <-routes[3] => ;
			n = <-routes[1] => ;
			* =>
				(nil, n) = <-routes;
			}
		}
		count++;
		sum += n;
	}
	result("int", count, sum);
}

sendints(routes: array of chan of int, k: int)
{
	d := ref Dice(k);
	for(i := 0; i < Each; i++){
		n := k*1000 + i;
		case d.roll(3) {
		0 =>
			routes[d.roll(Routes)] <-= n;
		1 =>
			alt {
			routes[0] <-= n => ;
			routes[2] <-= n => ;
			routes[3] <-= n => ;
			}
		2 =>
			alt {
			routes[1] <-= n => ;
			* =>
				routes[d.roll(Routes)] <-= n;
			}
		}
	}
}

bytes()
{
	c := array[] of {chan of byte, chan[5] of byte};
	for(k := 0; k < Senders; k++)
		spawn sendbytes(c[k%2], k);
	counts := array[256] of {* => 0};
	for(i := 0; i < Senders * Each; i++){
		(nil, b) := <-c;
		counts[int b]++;
	}
	for(k = 0; k < Senders; k++)
		if(counts[k] != Each)
			print("byte %d: %d times\n", k, counts[k]);
	print("byte: counted\n");
}

sendbytes(c: chan of byte, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= byte k;
}

bigs()
{
	c := array[] of {chan of big, chan[2] of big};
	for(k := 0; k < Senders; k++)
		spawn sendbigs(c[k%2], k);
	sum := big 0;
	for(i := 0; i < Senders * Each; i++){
		(nil, n) := <-c;
		sum += n >> 32;
	}
	result("big", i, int sum);
}

sendbigs(c: chan of big, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= big (k*1000 + i) << 32;
}

reals()
{
	c := array[] of {chan of real, chan[2] of real};
	for(k := 0; k < Senders; k++)
		spawn sendreals(c[k%2], k);
	sum := 0.0;
	for(i := 0; i < Senders * Each; i++){
		(nil, x) := <-c;
		sum += x;
	}
	result("real", i, int (sum * 4.0));
}

sendreals(c: chan of real, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= real (k*1000 + i) / 4.0;
}

strings()
{
	c := array[] of {chan of string, chan[2] of string};
	for(k := 0; k < Senders; k++)
		spawn sendstrings(c[k%2], k);
	sum := 0;
	for(i := 0; i < Senders * Each; i++){
		(nil, s) := <-c;
		sum += int s[1:];
	}
	result("string", i, sum);
}

sendstrings(c: chan of string, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= "n" + string (k*1000 + i);
}

parcels()
{
	c := array[] of {chan of Parcel, chan[2] of Parcel};
	for(k := 0; k < Senders; k++)
		spawn sendparcels(c[k%2], k);
	sum := 0;
	for(i := 0; i < Senders * Each; i++){
		(nil, p) := <-c;
		if(p.note == string p.n && p.weight == big p.n * big p.n)
			sum += p.n;
	}
	result("adt", i, sum);
}

sendparcels(c: chan of Parcel, k: int)
{
	for(i := 0; i < Each; i++){
		n := k*1000 + i;
		c <-= Parcel(n, string n, big n * big n);
	}
}

references()
{
	c := array[] of {chan of ref Parcel, chan[2] of ref Parcel};
	for(k := 0; k < Senders; k++)
		spawn sendreferences(c[k%2], k);
	sum := 0;
	for(i := 0; i < Senders * Each; i++){
		(nil, p) := <-c;
		sum += p.n;
	}
	result("ref", i, sum);
}

sendreferences(c: chan of ref Parcel, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= ref Parcel(k*1000 + i, nil, big 0);
}

# Threads that receive and send in one alt, in a row.
relays()
{
	first := chan of int;
	c := first;
	for(k := 0; k < 5; k++){
		next := chan of int;
		spawn relay(c, next, k);
		c = next;
	}
	for(k = 0; k < Senders; k++)
		spawn sendall(first, k);
	sum := 0;
	for(i := 0; i < Senders * Each; i++)
		sum += <-c;
	result("relays", i, sum);
}

sendall(c: chan of int, k: int)
{
	for(i := 0; i < Each; i++)
		c <-= k*1000 + i;
}

# Keeps up to `room` numbers.
relay(in, out: chan of int, room: int)
{
	held := array[room+1] of int;
	n := 0;
	for(;;)
		if(n == 0)
			held[n++] = <-in;
		else if(n > room)
			out <-= held[--n];
		else
			alt {
			held[n] = <-in =>
				n++;
			out <-= held[n-1] =>
				n--;
			}
}

# Threads that wait in all the ways there are, of which every other one is killed: what is sent goes to those that are left.
killed()
{
	a := chan of int;
	b := chan of int;
	both := array[] of {a, b};
	never := chan of int;
	done := chan of int;
	pids := array[24] of int;
	for(k := 0; k < len pids; k++){
		pid := chan of int;
		spawn waiter(k % 4, a, b, both, never, pid, done);
		pids[k] = <-pid;
	}
	sys->sleep(1);
	left := 0;
	for(k = 0; k < len pids; k++)
		if(k / 4 % 2)
			kill(pids[k]);
		else
			left++;
	for(k = 0; k < left; k++)
		both[k%2] <-= 1;
	sum := 0;
	for(k = 0; k < left; k++)
		sum += <-done;
	print("killed: %d of %d left, each with %d\n", left, len pids, sum / left);
	alt {
	a <-= 1 =>
		print("somebody still waits on a\n");
	b <-= 1 =>
		print("somebody still waits on b\n");
	* =>
		print("nobody waits\n");
	}
}

waiter(how: int, a, b: chan of int, both: array of chan of int, never, pid, done: chan of int)
{
	pid <-= sys->pctl(0, nil);
	n: int;
	case how {
	0 =>
		n = <-a;
	1 =>
		n = <-b;
	2 =>
		alt {
		n = <-a => ;
		n = <-b => ;
		never <-= 5 =>
			n = 100;
		}
	3 =>
		(nil, n) = <-both;
	}
	done <-= n;
}

kill(pid: int)
{
	fd := sys->open("/prog/" + string pid + "/ctl", Sys->OWRITE);
	if(fd == nil || sys->fprint(fd, "kill") < 0)
		print("cannot kill %d: %r\n", pid);
}
