implement Sort;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Sort: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# Below this length insertion is quicker than merging.
Short:	con 8;

text: array of string;
number: array of int;	# the lines' numeric keys, nil when they are compared as text

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("bad module", sys->sprint("cannot load %s: %r", Bufio->PATH));
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("bad module", sys->sprint("cannot load %s: %r", Arg->PATH));

	numeric := descending := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'n' =>	numeric = 1;
		'r' =>	descending = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(len argv > 1)
		usage();

	in: ref Iobuf;
	if(argv == nil)
		in = bufio->fopen(sys->fildes(0), Bufio->OREAD);
	else{
		in = bufio->open(hd argv, Bufio->OREAD);
		if(in == nil)
			fail("open file", sys->sprint("cannot open %s: %r", hd argv));
	}
	n := readlines(in);
	if(numeric){
		number = array[n] of int;
		for(i := 0; i < n; i++)
			number[i] = int text[i];
	}
	order := array[n] of int;
	for(i := 0; i < n; i++)
		order[i] = i;
	mergesort(order, array[n] of int, 0, n);

	out := bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(i = 0; i < n; i++){
		k := i;
		if(descending)
			k = n - 1 - i;
		out.puts(text[order[k]]);
		out.putc('\n');
	}
	if(out.flush() == Bufio->ERROR)
		fail("write error", sys->sprint("write error: %r"));
}

# Fills text, without the newlines.
readlines(in: ref Iobuf): int
{
	text = array[1024] of string;
	n := 0;
	while((line := in.gets('\n')) != nil){
		if(line[len line - 1] == '\n')
			line = line[0:len line - 1];
		if(n == len text){
			more := array[2 * n] of string;
			more[0:] = text;
			text = more;
		}
		text[n++] = line;
	}
	return n;
}

after(a, b: int): int
{
	if(number != nil)
		return number[a] > number[b];
	return text[a] > text[b];
}

# Puts a[lo:hi], line indices, in order; lines that compare equal keep theirs.
mergesort(a, spare: array of int, lo, hi: int)
{
	if(hi - lo <= Short){
		insertionsort(a, lo, hi);
		return;
	}
	mid := (lo + hi) / 2;
	mergesort(a, spare, lo, mid);
	mergesort(a, spare, mid, hi);
	if(!after(a[mid-1], a[mid]))
		return;
	spare[lo:] = a[lo:mid];
	i := lo;
	j := mid;
	for(k := lo; i < mid; k++)
		if(j < hi && after(spare[i], a[j]))
			a[k] = a[j++];
		else
			a[k] = spare[i++];
}

insertionsort(a: array of int, lo, hi: int)
{
	for(i := lo + 1; i < hi; i++){
		moving := a[i];
		for(j := i; j > lo && after(a[j-1], moving); j--)
			a[j] = a[j-1];
		a[j] = moving;
	}
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: sort [-nr] [file]\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "sort: %s\n", message);
	raise "fail:" + status;
}
