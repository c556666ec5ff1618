implement Mc;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

Mc: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		cantload(Bufio->PATH);
	arg := load Arg Arg->PATH;
	if(arg == nil)
		cantload(Arg->PATH);

	columns := 65;
	arg->init(argv);
	arg->setusage("mc [-c columns] [file ...]");
	while((opt := arg->opt()) != 0)
		case opt {
		'c' =>	columns = int arg->earg();
		* =>	arg->usage();
		}
	argv = arg->argv();
	words: list of string;
	if(argv == nil)
		words = addlines(bufio->fopen(sys->fildes(0), Bufio->OREAD), words);
	for(; argv != nil; argv = tl argv){
		in := bufio->open(hd argv, Bufio->OREAD);
		if(in == nil)
			sys->fprint(sys->fildes(2), "mc: can't open %s: %r\n", hd argv);
		else
			words = addlines(in, words);
	}
	setout(words, columns);
}

addlines(in: ref Iobuf, words: list of string): list of string
{
	while((line := in.gets('\n')) != nil){
		if(line[len line - 1] == '\n')
			line = line[0:len line - 1];
		words = line :: words;
	}
	return words;
}

# The words come last one first; they go down the columns.
setout(words: list of string, columns: int)
{
	a := array[len words] of string;
	width := 0;
	for(i := len a - 1; i >= 0; i--){
		a[i] = hd words;
		words = tl words;
		if(len a[i] + 1 > width)
			width = len a[i] + 1;
	}
	across := 1;
	if(width > 0 && columns / width > 1)
		across = columns / width;
	rows := (len a + across - 1) / across;
	out := bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(i = 0; i < rows; i++){
		line := "";
		start := 0;
		for(j := i; j < len a; j += rows){
			while(len line < start)
				line[len line] = ' ';
			line += a[j];
			start += width;
		}
		out.puts(line + "\n");
	}
	out.close();
}

cantload(path: string)
{
	sys->fprint(sys->fildes(2), "mc: can't load %s: %r\n", path);
	raise "fail:can't load " + path;
}
