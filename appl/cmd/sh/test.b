implement Shellbuiltin;

# report, for scripts that test something.

include "sys.m";
	sys: Sys;

include "draw.m";

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	if(myself == nil)
		c.fail("bad module", sys->sprint("test: cannot load self: %r"));
	c.addbuiltin("report", myself);
	return nil;
}

getself(): Shellbuiltin
{
	return myself;
}

whatis(nil: ref Context, nil: Sh, nil: string, nil: int): string
{
	return nil;
}

runsbuiltin(nil: ref Context, nil: Sh, nil: list of ref Listnode): list of ref Listnode
{
	return nil;
}

# Information is shown up to the verbosity that $verbosity asks for, 0 if it is not set; all else always.
runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, nil: int): string
{
	args := sh->list2stringlist(tl argv);
	if(len args < 3)
		usage(c);
	severity := hd args;
	case severity {
	"INF" or "WRN" or "ERR" or "FTL" =>
		;
	* =>
		usage(c);
	}
	shown := 0;
	wanted := c.get("verbosity");
	if(wanted != nil)
		shown = int (hd wanted).word;
	if(severity == "INF" && int hd tl args > shown)
		return nil;
	message := severity;
	for(args = tl tl args; args != nil; args = tl args)
		message += " " + hd args;
	sys->fprint(sys->fildes(2), "%s\n", message);
	return nil;
}

usage(c: ref Context)
{
	c.fail("usage", "usage: report INF|WRN|ERR|FTL verbosity message[...]");
}
