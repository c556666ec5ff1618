implement Comm;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Comm: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

shown := array[] of {1, 1, 1};
indent := array[3] of string;
out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("load", sys->sprint("cannot load %s: %r", Bufio->PATH));
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("load", sys->sprint("cannot load %s: %r", Arg->PATH));
	arg->init(argv);
	arg->setusage("comm [-123] file1 file2");
	while((opt := arg->opt()) != 0)
		case opt {
		'1' to '3' =>	shown[opt - '1'] = 0;
		* =>	arg->usage();
		}
	argv = arg->argv();
	if(len argv != 2)
		arg->usage();

	tabs := "";
	for(i := 0; i < 3; i++){
		indent[i] = tabs;
		if(shown[i])
			tabs += "\t";
	}
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	comm(open(hd argv), open(hd tl argv));
	out.close();
}

comm(f1, f2: ref Iobuf)
{
	a := getline(f1);
	b := getline(f2);
	while(a != nil || b != nil)
		if(b == nil || a != nil && before(a, b)){
			put(0, a);
			a = getline(f1);
		}else if(a == nil || before(b, a)){
			put(1, b);
			b = getline(f2);
		}else{
			put(2, a);
			a = getline(f1);
			b = getline(f2);
		}
}

# Lines carry their newline, a last one that lacks it too.
getline(f: ref Iobuf): string
{
	line := f.gets('\n');
	if(line != nil && line[len line - 1] != '\n')
		line[len line] = '\n';
	return line;
}

before(a, b: string): int
{
	return a[0:len a - 1] < b[0:len b - 1];
}

put(column: int, line: string)
{
	if(shown[column])
		out.puts(indent[column] + line);
}

open(name: string): ref Iobuf
{
	if(name == "-")
		return bufio->fopen(sys->fildes(0), Bufio->OREAD);
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil)
		fail("open", sys->sprint("cannot open %s: %r", name));
	return f;
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "comm: %s\n", message);
	raise "fail:" + status;
}
