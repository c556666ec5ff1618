implement Cmp;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "string.m";
	str: String;

Cmp: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# A file being read; the bytes not yet compared are buf[at:end].
File: adt
{
	name:	string;
	fd:	ref Sys->FD;
	buf:	array of byte;
	at, end:	int;

	open:	fn(name: string): ref File;
	fill:	fn(f: self ref File, done: big);
};

every := 0;	# -l: report every difference
silent := 0;
countlines := 0;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("load", sys->sprint("cannot load %s: %r", Arg->PATH));
	str = load String String->PATH;
	if(str == nil)
		fail("load", sys->sprint("cannot load %s: %r", String->PATH));

	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'l' =>	every = 1;
		's' =>	silent = 1;
		'L' =>	countlines = 1;
		* =>	usage();
		}
	argv = arg->argv();
	n := len argv;
	if(n < 2 || n > 4)
		usage();
	f1 := File.open(hd argv);
	f2 := File.open(hd tl argv);
	if(n > 2)
		seek(f1, hd tl tl argv, "1");
	if(n > 3)
		seek(f2, hd tl tl tl argv, "2");
	compare(f1, f2);
}

seek(f: ref File, text, which: string)
{
	base := 10;
	digits := text;
	if(len text > 2 && (text[0:2] == "0x" || text[0:2] == "0X")){
		base = 16;
		digits = text[2:];
	}else if(len text > 1 && text[0] == '0')
		base = 8;
	(offset, rest) := str->tobig(digits, base);
	if(rest != nil)
		usage();
	if(sys->seek(f.fd, offset, Sys->SEEKSTART) < big 0)
		fail("seek " + which, sys->sprint("seek by offset%s failed: %r", which));
}

File.open(name: string): ref File
{
	fd := sys->open(name, Sys->OREAD);
	if(fd == nil)
		fail("open", sys->sprint("can't open %s: %r", name));
	return ref File(name, fd, array[Sys->ATOMICIO] of byte, 0, 0);
}

File.fill(f: self ref File, done: big)
{
	if(f.at < f.end)
		return;
	n := sys->read(f.fd, f.buf, len f.buf);
	if(n < 0){
		if(!silent)
			sys->print("error on %s after %bd bytes\n", f.name, done);
		raise "fail:read error";
	}
	f.at = 0;
	f.end = n;
}

compare(f1, f2: ref File)
{
	done := big 0;
	line := big 1;
	differ := 0;
	for(;;){
		f1.fill(done);
		f2.fill(done);
		n := f1.end - f1.at;
		if(n > f2.end - f2.at)
			n = f2.end - f2.at;
		if(n == 0)
			break;
		a := f1.buf[f1.at:f1.at+n];
		b := f2.buf[f2.at:f2.at+n];
		for(i := 0; i < n; i++){
			if(countlines && a[i] == byte '\n')
				line++;
			if(a[i] == b[i])
				continue;
			differ = 1;
			where := done + big (i + 1);
			if(!every){
				first(f1, f2, where, line);
				raise "fail:differ";
			}
			if(!silent)
				sys->print("%6bd 0x%.2x 0x%.2x\n", where, int a[i], int b[i]);
		}
		f1.at += n;
		f2.at += n;
		done += big n;
	}
	if(f1.at != f1.end || f2.at != f2.end){
		shorter := f1;
		if(f1.at != f1.end)
			shorter = f2;
		if(!silent)
			sys->print("EOF on %s after %bd bytes\n", shorter.name, done);
		raise "fail:EOF";
	}
	if(differ)
		raise "fail:differ";
}

first(f1, f2: ref File, where, line: big)
{
	if(silent)
		return;
	s := sys->sprint("%s %s differ: char %bd", f1.name, f2.name, where);
	if(countlines)
		s += " line " + string line;
	sys->print("%s\n", s);
}

usage()
{
	sys->fprint(sys->fildes(2), "Usage: cmp [-lsL] file1 file2 [offset1 [offset2] ]\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "cmp: %s\n", message);
	raise "fail:" + status;
}
