implement Tr;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";

Tr: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# A set of characters up to a highest one.
Set: adt
{
	bits:	array of int;

	new:	fn(codes: array of int): ref Set;
	has:	fn(s: self ref Set, c: int): int;
};

# What becomes of a character: the table for small codes, beyond it Other.
Deleted, Kept: con -1 - iota;
table: array of int;
other := Kept;

squeezed: ref Set;
NONE:	con -1;		# no character

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail(sys->sprint("cannot load %s: %r", Arg->PATH));

	complement := delete := squeeze := 0;
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'c' =>	complement = 1;
		'd' =>	delete = 1;
		's' =>	squeeze = 1;
		* =>	usage();
		}
	argv = arg->argv();
	wanted := 2;
	if(delete && !squeeze)
		wanted = 1;
	if(len argv != wanted)
		usage();

	from := expand(hd argv);
	into := array[0] of int;
	if(wanted == 2)
		into = expand(hd tl argv);
	if(delete)
		deletion(from, complement);
	else if(complement)
		complementmap(from, into);
	else
		translation(from, into);
	if(squeeze)
		squeezed = Set.new(into);
	filter(sys->fildes(0), sys->fildes(1));
}

deletion(from: array of int, complement: int)
{
	set := Set.new(from);
	table = identity(highest(from) + 1);
	for(c := 0; c < len table; c++)
		if(set.has(c) ^ complement)
			table[c] = Deleted;
	if(complement)
		other = Deleted;
}

translation(from, into: array of int)
{
	table = identity(highest(from) + 1);
	given := array[len table] of {* => 0};
	for(i := 0; i < len from; i++){
		c := from[i];
		target := nth(into, i);
		if(given[c] && table[c] != target)
			fail("ambiguous translation");
		given[c] = 1;
		table[c] = target;
	}
}

complementmap(from, into: array of int)
{
	set := Set.new(from);
	high := highest(from);
	if(highest(into) > high)
		high = highest(into);
	table = identity(high + 1);
	i := 0;
	for(c := 0; c < len table; c++)
		if(!set.has(c))
			table[c] = nth(into, i++);
	other = nth(into, len into);
}

# The i'th code of the string, which its last one pads.
nth(codes: array of int, i: int): int
{
	if(i < len codes)
		return codes[i];
	if(len codes == 0)
		return 0;
	return codes[len codes - 1];
}

identity(n: int): array of int
{
	if(n < 128)
		n = 128;
	t := array[n] of int;
	for(i := 0; i < n; i++)
		t[i] = i;
	return t;
}

highest(codes: array of int): int
{
	high := NONE;
	for(i := 0; i < len codes; i++)
		if(codes[i] > high)
			high = codes[i];
	return high;
}

Set.new(codes: array of int): ref Set
{
	s := ref Set(array[highest(codes)/32 + 1] of {* => 0});
	for(i := 0; i < len codes; i++)
		s.bits[codes[i] >> 5] |= 1 << (codes[i] & 31);
	return s;
}

Set.has(s: self ref Set, c: int): int
{
	word := c >> 5;
	return word < len s.bits && (s.bits[word] & 1 << (c & 31)) != 0;
}

# The codes that a string argument stands for, in order.
expand(spec: string): array of int
{
	codes := array[len spec + 64] of int;
	n := 0;
	last := NONE;
	for(i := 0; i < len spec;){
		c, lo: int;
		if(spec[i] == '-' && last != NONE && i+1 < len spec){
			(c, i) = character(spec, i+1);
			if(c < last)
				fail("Invalid range specification");
			lo = last + 1;
		}else{
			(c, i) = character(spec, i);
			lo = c;
		}
		last = c;
		if(n + c - lo + 1 > len codes){
			more := array[2 * len codes + c - lo] of int;
			more[0:] = codes;
			codes = more;
		}
		for(; lo <= c; lo++)
			codes[n++] = lo;
	}
	return codes[0:n];
}

# The possibly quoted character at spec[i], and where the next one starts.
character(spec: string, i: int): (int, int)
{
	c := spec[i++];
	if(c != '\\' || i >= len spec)
		return (c, i);
	(value, next) := digits(spec, i, 8, 3);
	if(next > i)
		return (value, next);
	if(spec[i] == 'x'){
		(value, next) = digits(spec, i+1, 16, 6);
		if(next > i+1){
			if(value > Sys->Runemax)
				fail("character code too large");
			return (value, next);
		}
	}
	return (spec[i], i+1);
}

digits(s: string, i, base, most: int): (int, int)
{
	value := 0;
	for(end := i + most; i < end && i < len s; i++){
		d := s[i];
		if(d >= '0' && d <= '9')
			d -= '0';
		else if(d >= 'a' && d <= 'f')
			d -= 'a' - 10;
		else if(d >= 'A' && d <= 'F')
			d -= 'A' - 10;
		else
			break;
		if(d >= base)
			break;
		value = value * base + d;
	}
	return (value, i);
}

filter(in, out: ref Sys->FD)
{
	buf := array[Sys->ATOMICIO + Sys->UTFmax] of byte;
	result := array[(Sys->ATOMICIO + Sys->UTFmax) * Sys->UTFmax] of byte;
	left := 0;	# bytes of an unfinished character at the start of buf
	last := NONE;
	for(;;){
		n := sys->read(in, buf[left:], Sys->ATOMICIO);
		if(n < 0)
			fail(sys->sprint("read error: %r"));
		end := left + n;
		o := 0;
		for(i := 0; i < end;){
			c := int buf[i];
			size := 1;
			if(c >= 16r80){
				(c, size, nil) = sys->byte2char(buf[0:end], i);
				if(size == 0){
					if(n > 0)
						break;
					c = Sys->UTFerror;
					size = 1;
				}
			}
			i += size;
			if(c < len table)
				c = table[c];
			else if(other != Kept)
				c = other;
			if(c == Deleted || c == last && squeezed != nil && squeezed.has(c))
				continue;
			last = c;
			if(c < 16r80)
				result[o++] = byte c;
			else
				o += sys->char2byte(c, result, o);
		}
		if(o > 0 && sys->write(out, result, o) != o)
			fail(sys->sprint("write error: %r"));
		if(n == 0)
			return;
		left = end - i;
		buf[0:] = buf[i:end];
	}
}

usage()
{
	sys->fprint(sys->fildes(2), "Usage: tr [-sdc] [from-set [to-set]]\n");
	raise "fail:usage";
}

fail(message: string)
{
	sys->fprint(sys->fildes(2), "tr: %s\n", message);
	raise "fail: error";
}
