# What a thread's memory looks like in /prog/n/heap, from the addresses that /prog/n/stack gives.
implement Heap;

include "sys.m";
	sys: Sys;
	print, sprint: import sys;
include "draw.m";

Heap: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# module data, whose address the stack file tells
first := 16r12345678;
text := "Grüße";
numbers := array[] of {7, 8, 9};
names: list of string;
cc: chan of int;
buffered: chan of int;
r := 2.5;
b := big 16r123456789a;
last := -3;

query(fd: ref Sys->FD, q: string): string
{
	a := array of byte q;
	if(sys->write(fd, a, len a) != len a)
		return sprint("%r");
	a = array[512] of byte;
	n := sys->pread(fd, a, len a, big 0);
	if(n < 0)
		return sprint("%r");
	return string a[0:n];
}

# the part of an answer before or after its first period, as an address
after(s: string): string
{
	for(i := 0; i < len s; i++)
		if(s[i] == '.')
			break;
	return "0x" + s[i+1: len s - 1];
}

before(s: string): string
{
	for(i := 0; i < len s; i++)
		if(s[i] == '.')
			break;
	return "0x" + s[0: i];
}

value(c: int): int
{
	if(c >= 'a')
		return c - 'a' + 10;
	return c - '0';
}

# where in the module data the word is
find(fd: ref Sys->FD, mp: big, word: int): big
{
	for(n := 0; n < 300; n += 4)
		if(int query(fd, string(mp + big n) + ".W1") == word)
			return mp + big n;
	return big 0;
}

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	# what nobody uses has no place
	if(text == nil || numbers == nil || r == 0.0 || b == big 0)
		exit;
	names = "one" :: "two" :: nil;
	cc = chan of int;
	buffered = chan[4] of int;
	buffered <-= 1;
	pid := string sys->pctl(0, nil);
	fd := sys->open("/prog/"+pid+"/stack", Sys->OREAD);
	a := array[1024] of byte;
	n := sys->read(fd, a, len a);
	mp := big 0;
	for(i := 18; i < 26; i++)
		mp = mp*big 16 + big value(int a[i]);
	if(sys->open("/prog/"+pid+"/heap", Sys->OREAD) == nil)
		print("read only: %r\n");
	fd = sys->open("/prog/"+pid+"/heap", Sys->ORDWR);
	if(fd == nil){
		print("no heap: %r\n");
		exit;
	}
	for(q := "" :: "x" :: "12" :: "12+3.W1" :: "12.I1" :: nil; q != nil; q = tl q)
		print("%s: %s\n", hd q, query(fd, hd q));
	# wild ones
	for(q = "0.W1" :: "0xfffffffc.W2" :: "0xffffffff.B1" :: "4294967296.W1" :: "0.I1" :: "5+0x7fff.I1" :: "99999+0.I1" :: nil; q != nil; q = tl q)
		print("%s: %s\n", hd q, query(fd, hd q));
	for(word := big 0; word < big 16r3000; word += big 4)
		for(kind := 0; kind < 6; kind++)
			query(fd, string word + "." + "LACMcP"[kind:kind+1] + "3");
	print("odd: %s\n", query(fd, string (mp + big 1) + ".W1"));
	print("first %d\n", find(fd, mp, first) != big 0);
	print("last %d\n", find(fd, mp, last) != big 0);
	at := find(fd, mp, first);
	print("%s", query(fd, string at + ".W1"));
	print("%s", query(fd, sprint("%bd.B4", at)));
	print("%s", query(fd, sprint("0x%bx.P1", at)));
	for(s := mp; s < mp + big 300; s += big 4){
		p := query(fd, string s + ".C1");
		if(p == "5.Grüße")
			print("text\n");
		p = query(fd, string s + ".A1");
		if(len p > 2 && p[0:2] == "3.")
			print("numbers %s", query(fd, after(p) + ".W3"));
		p = query(fd, string s + ".L1");
		if(before(p) != "0x" + p && p[0:1] != "m" && p[0:1] != "n"){
			print("list %s\n", query(fd, after(p) + ".C1"));
			p = query(fd, before(p) + ".L1");
			print("then %s\n", query(fd, after(p) + ".C1"));
			print("end %s", query(fd, before(p) + ".P1"));
		}
		p = query(fd, string s + ".c1");
		if(len p > 2 && p[0:2] == "0.")
			print("channel\n");
		if(len p > 2 && p[0:2] == "4.")
			print("buffered %s", p[len p - 4:]);
		p = query(fd, string s + ".V1");
		if(p == "78187493530\n")
			print("big\n");
		p = query(fd, string s + ".R1");
		if(p == "2.5\n")
			print("real\n");
	}
}
