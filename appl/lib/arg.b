implement Arg;

include "sys.m";

include "arg.m";

name:	string;
rest:	list of string;	# arguments not looked at yet
bundle:	string;	# what follows the current option in its argument
usagetext:	string;
quiet := 0;	# usage prints nothing: setusage(nil)

init(argv: list of string)
{
	name = usagetext = bundle = nil;
	quiet = 0;
	rest = argv;
	if(argv != nil){
		name = hd argv;
		rest = tl argv;
	}
}

progname(): string
{
	return name;
}

argv(): list of string
{
	left := rest;
	rest = nil;
	return left;
}

opt(): int
{
	if(bundle == nil){
		if(rest == nil || len hd rest < 2 || (hd rest)[0] != '-')
			return 0;
		bundle = (hd rest)[1:];
		rest = tl rest;
		if(bundle == "-"){
			bundle = nil;
			return 0;
		}
	}
	c := bundle[0];
	bundle = bundle[1:];
	return c;
}

arg(): string
{
	value := bundle;
	bundle = nil;
	if(value == nil && rest != nil){
		value = hd rest;
		rest = tl rest;
	}
	return value;
}

earg(): string
{
	if(bundle == nil && rest == nil)
		usage();
	return arg();
}

setusage(text: string)
{
	usagetext = text;
	quiet = text == nil;
}

usage()
{
	if(!quiet){
		sys := load Sys Sys->PATH;
		text := name + ": argument expected";
		if(usagetext != nil)
			text = "usage: " + usagetext;
		sys->fprint(sys->fildes(2), "%s\n", text);
	}
	raise "fail:usage";
}
