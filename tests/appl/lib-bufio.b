implement Test;

# Bufio. Prints what is wrong, and raises fail:wrong if anything is.

include "sys.m";
	sys: Sys;

include "draw.m";

include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Test: module
{
	init:	fn(nil: ref Draw->Context, nil: list of string);
	fill:	fn(b: ref Iobuf): int;
};

checks := wrong := 0;

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	lines();
	characters();
	file();
	filled();
	sys->print("%d checks, %d wrong\n", checks, wrong);
	if(wrong)
		raise "fail:wrong";
}

same(what, got, want: string)
{
	checks++;
	if(got != want){
		wrong++;
		sys->print("%s: got <%s>, want <%s>\n", what, got, want);
	}
}

all(b: ref Iobuf, sep: int): string
{
	s := "";
	while((line := b.gets(sep)) != nil)
		s += "<" + line + ">";
	return s;
}

lines()
{
	same("gets", all(bufio->sopen("one\n\né日\nlast"), '\n'), "<one\n><\n><é日\n><last>");
	same("gets wide", all(bufio->sopen("aé日b日c"), '日'), "<aé日><b日><c>");
	same("gets empty", all(bufio->sopen(""), '\n'), "");
	b := bufio->sopen("a,b;c");
	same("gett", b.gett(",;") + "|" + b.gett(",;") + "|" + b.gett(",;") + "|" + b.gett(",;"), "a,|b;|c|");
	long := "";
	for(i := 0; i < 3000; i++)
		long += "0123456789é";
	same("long line", string len bufio->sopen(long + "\nx").gets('\n'), "33001");
}

characters()
{
	b := bufio->aopen(array of byte "xé");
	same("getc", string b.getc() + " " + string b.getc() + " " + string b.getc(), "120 233 -1");
	b.seek(big 0, Bufio->SEEKSTART);
	b.getc();
	b.getc();
	same("ungetc", string b.ungetc() + " " + string b.getc(), "1 233");
	b.ungetb();
	same("ungetb", string b.getb() + " " + string b.offset(), "169 3");
	same("seek end", string b.seek(big -3, Bufio->SEEKEND) + " " + string b.getb(), "0 120");
	same("write to text", string b.putc('x'), string Bufio->ERROR);
	half := bufio->aopen(array[] of {byte 'a', byte 16rC3});
	same("cut character", string half.getc() + " " + string half.getc() + " " + string half.getc(), "97 65533 -1");
}

Name:	con "/tmp/lib-bufio";

file()
{
	b := bufio->create(Name, Bufio->ORDWR, 8r600);
	if(b == nil){
		same("create", sys->sprint("%r"), "");
		return;
	}
	for(i := 0; i < 3000; i++)
		b.puts(sys->sprint("line %d é\n", i));
	same("place", string b.offset(), "37890");
	same("seek", string b.seek(big 100, Bufio->SEEKSTART) + " " + string b.getb(), "100 108");
	b.putb(byte 'X');
	b.putc('日');
	same("after writing", string b.getc(), string '1');
	b.seek(big 99, Bufio->SEEKSTART);
	same("overwritten", b.gets('0'), "\nlX日10");
	b.seek(big 0, Bufio->SEEKSTART);
	n := 0;
	while(b.gets('\n') != nil)
		n++;
	same("lines", string n, "3000");
	b.close();
	b = bufio->open(Name, Bufio->OREAD);
	buf := array[50000] of byte;
	same("read", string b.read(buf, 20000) + " " + string b.read(buf, 50000) + " " + string b.read(buf, 1), "20000 17890 0");
	same("read only", string b.putb(byte 'x'), string Bufio->ERROR);
	b.close();
	sys->remove(Name);
}

pieces := array[] of {"ab\nc", "d\n", "e"};
next := 0;

fill(b: ref Iobuf): int
{
	if(next == len pieces)
		return Bufio->EOF;
	data := array of byte pieces[next++];
	b.buffer[b.size:] = data;
	b.size += len data;
	b.filpos += big len data;
	return len data;
}

filled()
{
	b := bufio->sopen("0123456789");
	b.read(array[10] of byte, 10);
	b.setfill(load BufioFill SELF);
	same("fill", all(b, '\n'), "<ab\n><cd\n><e>");
}
