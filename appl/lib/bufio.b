implement Bufio;

include "sys.m";
	sys: Sys;

include "bufio.m";

# While reading, buffer[index:size] is what is to be read, and filpos == bufpos+size unless the buffer has been
# written since. While writing, index == size, and buffer[0:size] belongs at bufpos in the file.

Bufsize:	con Sys->ATOMICIO;

Filler: adt {
	b:	ref Iobuf;
	fill:	BufioFill;
};
fillers:	list of Filler;

open(name: string, mode: int): ref Iobuf
{
	start();
	return new(sys->open(name, mode), mode, big 0);
}

create(name: string, mode, perm: int): ref Iobuf
{
	start();
	return new(sys->create(name, mode, perm), mode, big 0);
}

fopen(fd: ref Sys->FD, mode: int): ref Iobuf
{
	start();
	pos := sys->seek(fd, big 0, Sys->SEEKRELA);
	if(pos < big 0)
		pos = big 0;
	return new(fd, mode, pos);
}

sopen(text: string): ref Iobuf
{
	return aopen(array of byte text);
}

aopen(data: array of byte): ref Iobuf
{
	start();
	return ref Iobuf(nil, data, 0, len data, 0, big 0, big 0, OREAD, OREAD);
}

start()
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
}

new(fd: ref Sys->FD, mode: int, pos: big): ref Iobuf
{
	if(fd == nil)
		return nil;
	mode &= 3;
	lastop := OREAD;
	if(mode == OWRITE)
		lastop = OWRITE;
	buffer := array[Bufsize + Sys->UTFmax] of byte;
	return ref Iobuf(fd, buffer, 0, 0, 0, pos, pos, lastop, mode);
}

# Adds to what is unread, moving that to the front; returns the bytes added, EOF or ERROR.
# When nothing is added the buffer stays as it is, for ungetb and ungetc.
more(b: ref Iobuf): int
{
	if(b.fd == nil && filler(b) == nil)
		return EOF;
	left := b.size - b.index;
	if(left > 0 || b.fd == nil){
		b.buffer[0:] = b.buffer[b.index:b.size];
		b.bufpos += big b.index;
		b.size = left;
		b.index = 0;
	}
	if(b.fd == nil)
		return refill(b);
	end := b.bufpos + big b.size;
	if(b.filpos != end){
		if(sys->seek(b.fd, end, Sys->SEEKSTART) != end)
			return ERROR;
		b.filpos = end;
	}
	n := sys->read(b.fd, b.buffer[left:], Bufsize - left);
	if(n == 0)
		return EOF;
	if(n < 0)
		return ERROR;
	b.bufpos = b.filpos - big left;
	b.filpos += big n;
	b.size = left + n;
	b.index = 0;
	return n;
}

refill(b: ref Iobuf): int
{
	n := filler(b)->fill(b);
	if(n == EOF)
		nofill(b);
	return n;
}

# Makes sure that the buffer is one for reading; 0 or ERROR.
reading(b: ref Iobuf): int
{
	if(b.lastop == OREAD)
		return 0;
	if(b.mode == OWRITE || b.flush() < 0)
		return ERROR;
	b.lastop = OREAD;
	return 0;
}

# The same for writing. What has been read ahead is forgotten.
writing(b: ref Iobuf): int
{
	if(b.lastop == OWRITE)
		return 0;
	if(b.mode == OREAD || b.fd == nil)
		return ERROR;
	b.bufpos += big b.index;
	b.size = b.index = 0;
	b.lastop = OWRITE;
	return 0;
}

Iobuf.read(b: self ref Iobuf, buf: array of byte, n: int): int
{
	if(reading(b) < 0)
		return ERROR;
	for(got := 0; got < n;){
		avail := b.size - b.index;
		if(avail == 0){
			r := more(b);
			if(r == ERROR && got == 0)
				return ERROR;
			if(r < 0)
				break;
			continue;
		}
		if(avail > n - got)
			avail = n - got;
		buf[got:] = b.buffer[b.index:b.index+avail];
		b.index += avail;
		got += avail;
	}
	return got;
}

Iobuf.getb(b: self ref Iobuf): int
{
	if(b.index >= b.size || b.lastop != OREAD){
		if(reading(b) < 0)
			return ERROR;
		n := more(b);
		if(n < 0)
			return n;
	}
	return int b.buffer[b.index++];
}

Iobuf.getc(b: self ref Iobuf): int
{
	if(b.lastop != OREAD && reading(b) < 0)
		return ERROR;
	for(;;){
		if(b.index < b.size){
			c := int b.buffer[b.index];
			if(c < 16r80){
				b.index++;
				return c;
			}
			n: int;
			(c, n, nil) = sys->byte2char(b.buffer[0:b.size], b.index);
			if(n > 0){
				b.index += n;
				return c;
			}
		}
		r := more(b);
		if(r < 0){
			if(b.index == b.size)
				return r;
			b.index++;	# the input ends within a character
			return Sys->UTFerror;
		}
	}
}

Iobuf.ungetb(b: self ref Iobuf): int
{
	if(b.lastop != OREAD || b.index == 0)
		return ERROR;
	b.index--;
	return 1;
}

Iobuf.ungetc(b: self ref Iobuf): int
{
	if(b.lastop != OREAD || b.index == 0)
		return ERROR;
	for(i := b.index - 1; i >= 0 && i >= b.index - Sys->UTFmax; i--){
		(nil, n, valid) := sys->byte2char(b.buffer[0:b.size], i);
		if(valid && i + n == b.index){
			b.index = i;
			return 1;
		}
	}
	b.index--;
	return 1;
}

Iobuf.gets(b: self ref Iobuf, sep: int): string
{
	if(sep < 0)
		return upto(b, nil);
	end := array[Sys->UTFmax] of byte;
	return upto(b, end[0:sys->char2byte(sep, end, 0)]);
}

Iobuf.gett(b: self ref Iobuf, seps: string): string
{
	if(len seps == 1)
		return b.gets(seps[0]);
	text := "";
	while((c := b.getc()) >= 0){
		text[len text] = c;
		for(i := 0; i < len seps; i++)
			if(c == seps[i])
				return text;
	}
	return text;
}

# The text through the bytes of end, or all there is. It is collected as bytes, so that a character
# may lie across two fillings of the buffer, in an array that doubles, so that long lines take linear time.
upto(b: ref Iobuf, end: array of byte): string
{
	if(reading(b) < 0)
		return nil;
	held: array of byte;
	n := 0;
	for(;;){
		begin := b.index;
		done := scan(b, end);
		if(done && n == 0)
			return string b.buffer[begin:b.index];
		(held, n) = add(held, n, b.buffer[begin:b.index]);
		if(done)
			break;
		if(more(b) < 0){
			(held, n) = add(held, n, b.buffer[b.index:b.size]);
			b.index = b.size;
			break;
		}
	}
	if(n == 0)
		return nil;
	return string held[0:n];
}

# Moves index past end, if that is there, or else past all that cannot be its beginning.
scan(b: ref Iobuf, end: array of byte): int
{
	buffer := b.buffer;
	size := b.size;
	if(len end == 0){
		b.index = size;
		return 0;
	}
	last := end[len end - 1];
	before := len end - 1;
	for(i := b.index + before; i < size; i++)
		if(buffer[i] == last && (before == 0 || same(buffer[i-before:i], end[0:before]))){
			b.index = i + 1;
			return 1;
		}
	if(before > 0 && size - b.index > before)
		b.index = size - before;
	else if(before == 0)
		b.index = size;
	return 0;
}

same(a, b: array of byte): int
{
	for(i := 0; i < len a; i++)
		if(a[i] != b[i])
			return 0;
	return 1;
}

add(held: array of byte, n: int, data: array of byte): (array of byte, int)
{
	if(len data == 0)
		return (held, n);
	if(n + len data > len held){
		larger := array[2 * (n + len data)] of byte;
		larger[0:] = held[0:n];
		held = larger;
	}
	held[n:] = data;
	return (held, n + len data);
}

Iobuf.write(b: self ref Iobuf, buf: array of byte, n: int): int
{
	if(writing(b) < 0)
		return ERROR;
	for(done := 0; done < n;){
		k := Bufsize - b.size;
		if(k > n - done)
			k = n - done;
		b.buffer[b.size:] = buf[done:done+k];
		done += k;
		if(wrote(b, k) < 0)
			return ERROR;
	}
	return n;
}

Iobuf.putb(b: self ref Iobuf, c: byte): int
{
	if(writing(b) < 0)
		return ERROR;
	b.buffer[b.size] = c;
	return wrote(b, 1);
}

Iobuf.putc(b: self ref Iobuf, c: int): int
{
	if(writing(b) < 0)
		return ERROR;
	if(c >= 0 && c < 16r80){
		b.buffer[b.size] = byte c;
		return wrote(b, 1);
	}
	return wrote(b, sys->char2byte(c, b.buffer, b.size));
}

Iobuf.puts(b: self ref Iobuf, s: string): int
{
	data := array of byte s;
	if(b.write(data, len data) < 0)
		return ERROR;
	return len s;
}

wrote(b: ref Iobuf, n: int): int
{
	b.size += n;
	b.index = b.size;
	b.dirty = 1;
	if(b.size >= Bufsize)
		return b.flush();
	return 0;
}

Iobuf.flush(b: self ref Iobuf): int
{
	if(b.fd == nil)
		return ERROR;
	if(b.lastop == OREAD){
		b.bufpos = b.filpos;
		b.size = b.index = 0;
		return 0;
	}
	n := b.size;
	if(n == 0)
		return 0;
	if(b.filpos != b.bufpos){
		sys->seek(b.fd, b.bufpos, Sys->SEEKSTART);	# fails where there are no places, and does not matter there
		b.filpos = b.bufpos;
	}
	wrote := sys->write(b.fd, b.buffer, n);
	if(wrote > 0)
		b.filpos += big wrote;
	b.bufpos = b.filpos;
	b.size = b.index = 0;
	b.dirty = 0;
	if(wrote != n)
		return ERROR;
	return 0;
}

Iobuf.seek(b: self ref Iobuf, n: big, whence: int): big
{
	if(b.fd == nil && filler(b) != nil)
		return big ERROR;
	case whence {
	SEEKSTART =>
		;
	SEEKRELA =>
		n += b.bufpos + big b.index;
		whence = SEEKSTART;
	SEEKEND =>
		if(b.fd == nil){
			n += b.bufpos + big b.size;
			whence = SEEKSTART;
		}
	* =>
		return big ERROR;
	}
	if(whence == SEEKSTART && b.lastop == OREAD && b.bufpos <= n && n <= b.bufpos + big b.size){
		b.index = int (n - b.bufpos);
		return n;
	}
	if(b.fd == nil || b.dirty && b.flush() < 0)
		return big ERROR;
	pos := sys->seek(b.fd, n, whence);
	if(pos < big 0)
		return big ERROR;
	b.bufpos = b.filpos = pos;
	b.size = b.index = 0;
	return pos;
}

Iobuf.offset(b: self ref Iobuf): big
{
	return b.bufpos + big b.index;
}

Iobuf.close(b: self ref Iobuf)
{
	nofill(b);
	if(b.dirty)
		b.flush();
	b.fd = nil;
	b.buffer = nil;
	b.size = b.index = 0;
}

Iobuf.setfill(b: self ref Iobuf, f: BufioFill)
{
	nofill(b);
	fillers = Filler(b, f) :: fillers;
}

filler(b: ref Iobuf): BufioFill
{
	for(l := fillers; l != nil; l = tl l)
		if((hd l).b == b)
			return (hd l).fill;
	return nil;
}

nofill(b: ref Iobuf)
{
	if(filler(b) == nil)
		return;
	kept: list of Filler;
	for(l := fillers; l != nil; l = tl l)
		if((hd l).b != b)
			kept = hd l :: kept;
	fillers = kept;
}
