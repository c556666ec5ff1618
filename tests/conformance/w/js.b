implement Js;

# evaluates each argument as ECMAScript

include "sys.m";
	sys: Sys;
include "draw.m";
include "ecmascript.m";
	es: Ecmascript;

Js: module
{
	init: fn(nil: ref Draw->Context, args: list of string);
};

init(nil: ref Draw->Context, args: list of string)
{
	sys = load Sys Sys->PATH;
	es = load Ecmascript Ecmascript->PATH;
	if((e := es->init()) != nil){
		sys->print("js: %s\n", e);
		raise "fail:init";
	}
	ex := es->mkexec(nil);
	for(args = tl args; args != nil; args = tl args){
		c := es->eval(ex, hd args);
		if(c.kind == es->CThrow)
			sys->print("thrown: %s\n", ex.error);
		else if(c.val != nil)
			sys->print("%s\n", es->toString(ex, c.val));
	}
}
