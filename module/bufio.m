# Buffered input and output, on files, strings and arrays.

Bufio: module
{
	PATH:	con "/dis/lib/bufio.dis";

	SEEKSTART:	con Sys->SEEKSTART;
	SEEKRELA:	con Sys->SEEKRELA;
	SEEKEND:	con Sys->SEEKEND;

	OREAD:	con Sys->OREAD;
	OWRITE:	con Sys->OWRITE;
	ORDWR:	con Sys->ORDWR;

	# what getb and getc return for no character
	EOF:	con -1;
	ERROR:	con -2;

	Iobuf: adt {
		read, write:	fn(b: self ref Iobuf, buf: array of byte, n: int): int;

		getb, getc:	fn(b: self ref Iobuf): int;
		ungetb, ungetc:	fn(b: self ref Iobuf): int;
		gets:	fn(b: self ref Iobuf, sep: int): string;	# through sep, or to the end
		gett:	fn(b: self ref Iobuf, seps: string): string;	# through any of seps

		putb:	fn(b: self ref Iobuf, c: byte): int;
		putc:	fn(b: self ref Iobuf, c: int): int;
		puts:	fn(b: self ref Iobuf, s: string): int;

		seek:	fn(b: self ref Iobuf, n: big, whence: int): big;
		offset:	fn(b: self ref Iobuf): big;
		flush:	fn(b: self ref Iobuf): int;
		close:	fn(b: self ref Iobuf);

		setfill:	fn(b: self ref Iobuf, f: BufioFill);

		# The rest is the implementation's, and a fill module's.
		fd:	ref Sys->FD;
		buffer:	array of byte;
		index:	int;	# next byte of buffer to take
		size:	int;	# bytes in buffer
		dirty:	int;	# buffer holds unwritten bytes
		bufpos:	big;	# place of buffer[0] in the file
		filpos:	big;	# the file descriptor's own place
		lastop:	int;	# OREAD or OWRITE
		mode:	int;
	};

	open:	fn(name: string, mode: int): ref Iobuf;
	create:	fn(name: string, mode, perm: int): ref Iobuf;
	fopen:	fn(fd: ref Sys->FD, mode: int): ref Iobuf;
	sopen:	fn(text: string): ref Iobuf;
	aopen:	fn(data: array of byte): ref Iobuf;
};

# Supplies a buffer with data when there is no file: returns bytes added, EOF or ERROR.
BufioFill: module
{
	fill:	fn(b: ref Bufio->Iobuf): int;
};

# A fill module for the write side of a file2chan.
ChanFill: module
{
	PATH:	con "/dis/lib/chanfill.dis";

	init:	fn(data: array of byte, fid: int, reply: Sys->Rwrite, io: ref Sys->FileIO, bufio: Bufio): ref Bufio->Iobuf;
	fill:	fn(b: ref Bufio->Iobuf): int;
};
