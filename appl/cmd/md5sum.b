implement Md5sum;

include "sys.m";
	sys: Sys;
include "draw.m";

Md5sum: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Block:	con 64;

# The digest so far: four words, and how many bytes went into them.
Digest: adt
{
	words:	array of int;
	length:	big;

	new:	fn(): ref Digest;
	add:	fn(d: self ref Digest, block: array of byte);
	finish:	fn(d: self ref Digest, rest: array of byte): string;
};

# By how much each step of a round rotates
rotations := array[] of {
	array[] of {7, 12, 17, 22},
	array[] of {5, 9, 14, 20},
	array[] of {4, 11, 16, 23},
	array[] of {6, 10, 15, 21},
};
# The first 32 bits of the fractions of the sines of 1 to 64 radians
sines := array[] of {
	int 16rd76aa478, int 16re8c7b756, int 16r242070db, int 16rc1bdceee, int 16rf57c0faf, int 16r4787c62a, int 16ra8304613, int 16rfd469501,
	int 16r698098d8, int 16r8b44f7af, int 16rffff5bb1, int 16r895cd7be, int 16r6b901122, int 16rfd987193, int 16ra679438e, int 16r49b40821,
	int 16rf61e2562, int 16rc040b340, int 16r265e5a51, int 16re9b6c7aa, int 16rd62f105d, int 16r02441453, int 16rd8a1e681, int 16re7d3fbc8,
	int 16r21e1cde6, int 16rc33707d6, int 16rf4d50d87, int 16r455a14ed, int 16ra9e3e905, int 16rfcefa3f8, int 16r676f02d9, int 16r8d2a4c8a,
	int 16rfffa3942, int 16r8771f681, int 16r6d9d6122, int 16rfde5380c, int 16ra4beea44, int 16r4bdecfa9, int 16rf6bb4b60, int 16rbebfbc70,
	int 16r289b7ec6, int 16reaa127fa, int 16rd4ef3085, int 16r04881d05, int 16rd9d4d039, int 16re6db99e5, int 16r1fa27cf8, int 16rc4ac5665,
	int 16rf4292244, int 16r432aff97, int 16rab9423a7, int 16rfc93a039, int 16r655b59c3, int 16r8f0ccc92, int 16rffeff47d, int 16r85845dd1,
	int 16r6fa87e4f, int 16rfe2ce6e0, int 16ra3014314, int 16r4e0811a1, int 16rf7537e82, int 16rbd3af235, int 16r2ad7d2bb, int 16reb86d391,
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	if(argv != nil)
		argv = tl argv;
	if(argv != nil && hd argv == "--")
		argv = tl argv;
	else if(argv != nil && len hd argv > 1 && (hd argv)[0] == '-'){
		sys->fprint(sys->fildes(2), "usage: md5sum [file ...]\n");
		raise "fail:usage";
	}
	failed := 0;
	if(argv == nil)
		failed = !sum(sys->fildes(0), nil);
	for(; argv != nil; argv = tl argv){
		fd := sys->open(hd argv, Sys->OREAD);
		if(fd == nil){
			sys->fprint(sys->fildes(2), "md5sum: cannot open %s: %r\n", hd argv);
			failed = 1;
		}else if(!sum(fd, hd argv))
			failed = 1;
	}
	if(failed)
		raise "fail:error";
}

sum(fd: ref Sys->FD, name: string): int
{
	d := Digest.new();
	buf := array[Sys->ATOMICIO + Block] of byte;
	end := 0;
	while((n := sys->read(fd, buf[end:], Sys->ATOMICIO)) > 0){
		end += n;
		for(at := 0; end - at >= Block; at += Block)
			d.add(buf[at:at+Block]);
		buf[0:] = buf[at:end];
		end -= at;
	}
	if(n < 0){
		sys->fprint(sys->fildes(2), "md5sum: error reading %s: %r\n", name);
		return 0;
	}
	text := d.finish(buf[0:end]);
	if(name != nil)
		text += "\t" + name;
	sys->print("%s\n", text);
	return 1;
}

Digest.new(): ref Digest
{
	return ref Digest(array[] of {16r67452301, int 16refcdab89, int 16r98badcfe, 16r10325476}, big 0);
}

Digest.add(d: self ref Digest, block: array of byte)
{
	m := array[16] of int;
	for(i := 0; i < 16; i++)
		m[i] = int block[4*i] | int block[4*i+1] << 8 | int block[4*i+2] << 16 | int block[4*i+3] << 24;
	a := d.words[0];
	b := d.words[1];
	c := d.words[2];
	e := d.words[3];
	for(i = 0; i < 64; i++){
		f, k: int;
		case i >> 4 {
		0 =>
			f = b & c | ~b & e;
			k = i;
		1 =>
			f = e & b | ~e & c;
			k = 5 * i + 1;
		2 =>
			f = b ^ c ^ e;
			k = 3 * i + 5;
		3 =>
			f = c ^ (b | ~e);
			k = 7 * i;
		}
		f += a + sines[i] + m[k & 15];
		a = e;
		e = c;
		c = b;
		b += rotated(f, rotations[i >> 4][i & 3]);
	}
	d.words[0] += a;
	d.words[1] += b;
	d.words[2] += c;
	d.words[3] += e;
	d.length += big len block;
}

rotated(x, n: int): int
{
	low := x >> (32 - n) & ((1 << n) - 1);
	return x << n | low;
}

# The rest is less than a block; padding and the length in bits follow it.
Digest.finish(d: self ref Digest, rest: array of byte): string
{
	bits := (d.length + big len rest) * big 8;
	size := Block;
	if(len rest + 9 > Block)
		size = 2 * Block;
	tail := array[size] of {* => byte 0};
	tail[0:] = rest;
	tail[len rest] = byte 16r80;
	for(i := 0; i < 8; i++)
		tail[size - 8 + i] = byte (bits >> (8 * i));
	for(i = 0; i < size; i += Block)
		d.add(tail[i:i+Block]);
	s := "";
	for(i = 0; i < 4; i++)
		for(j := 0; j < 32; j += 8)
			s += sys->sprint("%.2ux", d.words[i] >> j & 16rFF);
	return s;
}
