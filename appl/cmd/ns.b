implement Ns;

include "sys.m";
	sys: Sys;
include "draw.m";
include "arg.m";

Ns: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# A name with one of these is quoted for the shell.
Special:	con " \t\n#'\"`${}()<>|&;^=*?[]~@!\\";

raw := 0;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fail("load", sys->sprint("can't load %s: %r", Arg->PATH));
	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'r' =>	raw = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(len argv > 1)
		usage();
	pid := string sys->pctl(0, nil);
	if(argv != nil)
		pid = string int hd argv;

	file := "/prog/" + pid + "/ns";
	fd := sys->open(file, Sys->OREAD);
	if(fd == nil)
		fail("open", sys->sprint("can't open %s: %r", file));
	# one read gives one line
	buf := array[2048] of byte;
	while((n := sys->read(fd, buf, len buf)) > 0){
		(nil, fields) := sys->tokenize(string buf[0:n], " \n");
		show(fields);
	}
	if(n < 0)
		sys->fprint(sys->fildes(2), "ns: error reading %s: %r\n", file);
}

# cd dir, or bind or mount with perhaps a flag, a source and a target.
show(fields: list of string)
{
	if(len fields < 2)
		return;
	command := hd fields;
	fields = tl fields;
	if(command == "cd"){
		sys->print("cd %s\n", quoted(hd fields));
		return;
	}
	flag := "";
	if((hd fields)[0] == '-'){
		flag = hd fields + " ";
		fields = tl fields;
	}
	if(len fields < 2)
		return;
	source := hd fields;
	target := hd tl fields;
	if(len source > 2 && (source[0:2] == "#/" || source[0:2] == "#U"))
		source = source[2:];
	if(target == "#M")
		target = "/";
	if(command == "mount" && !raw)
		source = address(source);
	sys->print("%s %s%s %s\n", command, flag, quoted(source), quoted(target));
}

# The network address in place of a connection's data file, /net/proto/n/data.
address(file: string): string
{
	(n, elements) := sys->tokenize(file, "/");
	if(n < 4 || file[0] != '/' || hd tl tl tl elements != "data")
		return file;
	net := hd elements;
	protocol := hd tl elements;
	if(net != "net" && net != "net.alt")
		return file;
	fd := sys->open("/" + net + "/" + protocol + "/" + hd tl tl elements + "/remote", Sys->OREAD);
	if(fd == nil)
		return file;
	buf := array[256] of byte;
	length := sys->read(fd, buf, len buf);
	if(length > 0 && buf[length-1] == byte '\n')
		length--;
	if(length <= 0)
		return file;
	if(net != "net")
		protocol = "/" + net + "/" + protocol;
	return protocol + "!" + string buf[0:length];
}

quoted(s: string): string
{
	special := 0;
	r := "'";
	for(i := 0; i < len s; i++){
		for(j := 0; j < len Special && Special[j] != s[i]; j++)
			;
		if(j < len Special)
			special = 1;
		if(s[i] == '\'')
			r += "'";
		r[len r] = s[i];
	}
	if(special)
		return r + "'";
	return s;
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: ns [-r] [pid]\n");
	raise "fail:usage";
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "ns: %s\n", message);
	raise "fail:" + status;
}
