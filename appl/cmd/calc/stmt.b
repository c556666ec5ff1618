# Statements: walked through once for each time they are carried out, and without effect (quiet) where they are not.

Fnone, Fbreak, Fcontinue, Freturn, Fexit: con iota;
Maxcalls: con 5000;

Fn: adt {
	name:	string;
	params:	list of string;
	toks:	array of ref Token;
	body:	int;	# the token it starts at
};

fns: list of ref Fn;
flow: int;	# why statements are passed over
loops: int;	# around this statement, in this function
calls: int;	# of functions, going on
value: real;	# what the last expression statement gave, or return
gave: int;	# the last statement was an expression, and no assignment

keyword(s: string): int
{
	case s {
	"fn" or "if" or "else" or "while" or "for" or "do" or "break" or "continue" or "return" or "exit" or "print" or
	"read" or "include" =>
		return 1;
	}
	return 0;
}

isword(s: string): int
{
	return toks[at].kind == Tname && toks[at].text == s;
}

# All statements up to a closing brace or the end of the input; values of expressions are printed if top.
statements(top: int)
{
	while(toks[at].kind != Tend && !isop("}"))
		statement(top);
}

newlines()
{
	while(toks[at].kind == Tnl)
		at++;
}

statement(top: int)
{
	t := toks[at];
	if(t.kind == Tnl || isop(";")){
		at++;
		return;
	}
	if(accept("{")){
		saved := vars;
		gave = 0;
		statements(0);
		expect("}");
		vars = saved;
		if(top && gave && !quiet)
			stdout.puts(show(value) + "\n");
		return;
	}
	if(t.kind == Tname && keyword(t.text)){
		at++;
		controlled(t.text);
		gave = 0;
		return;
	}
	assigned = 0;
	v := comma();
	if(!quiet){
		value = v;
		gave = !assigned;
	}
	if(top){
		if(toks[at].kind != Tnl && toks[at].kind != Tend && !isop(";") && !isop("{") && !isop("}") && !atkeyword())
			bad("unexpected " + toks[at].text);
		if(!assigned && !quiet)
			stdout.puts(show(v) + "\n");
	}
}

atkeyword(): int
{
	return toks[at].kind == Tname && keyword(toks[at].text);
}

controlled(word: string)
{
	case word {
	"if" =>
		condition();
	"while" =>
		whileloop();
	"do" =>
		doloop();
	"for" =>
		forloop();
	"fn" =>
		define();
	"print" =>
		print();
	"read" =>
		readvalues();
	"include" =>
		includefile();
	"break" =>
		leave(Fbreak);
	"continue" =>
		leave(Fcontinue);
	"return" =>
		if(calls == 0 && !defining)
			bad("return not in fn");
		v := 0.0;
		if(!endofstatement())
			v = comma();
		if(!quiet)
			value = v;
		passover(Freturn);
	"exit" =>
		if(!endofstatement())
			comma();
		passover(Fexit);
	* =>
		at--;
		bad("unexpected " + word);
	}
}

endofstatement(): int
{
	return toks[at].kind == Tnl || toks[at].kind == Tend || isop(";") || isop("}");
}

leave(why: int)
{
	if(loops == 0)
		bad("break/continue not in loop");
	passover(why);
}

# From here on nothing has an effect, until whoever `why` concerns takes that back.
passover(why: int)
{
	if(quiet)
		return;
	flow = why;
	quiet++;
}

takeback(why: int): int
{
	if(flow != why)
		return 0;
	flow = Fnone;
	quiet--;
	return 1;
}

parenthesised(): real
{
	expect("(");
	v := comma();
	expect(")");
	newlines();
	return v;
}

# The statement here, with effect if `really`.
perhaps(really: int)
{
	quiet += !really;
	statement(0);
	quiet -= !really;
}

condition()
{
	v := parenthesised();
	perhaps(v != 0.0);
	mark := at;
	while(toks[at].kind == Tnl || isop(";"))
		at++;
	if(!isword("else")){
		at = mark;
		return;
	}
	at++;
	newlines();
	perhaps(v == 0.0);
}

# The body of a loop. Says whether there may be another turn.
turn(): int
{
	loops++;
	statement(0);
	loops--;
	takeback(Fcontinue);
	return !takeback(Fbreak) && flow == Fnone;
}

whileloop()
{
	start := at;
	for(;;){
		at = start;
		v := parenthesised();
		if(quiet || v == 0.0){
			loops++;
			perhaps(0);
			loops--;
			return;
		}
		if(!turn())
			return;
	}
}

doloop()
{
	newlines();
	start := at;
	for(;;){
		at = start;
		was := quiet;
		more := turn();
		newlines();
		accept(";");
		newlines();
		if(!isword("while"))
			bad("expected while not " + toks[at].text);
		at++;
		quiet += !more && !quiet;
		v := parenthesised();
		if(flow == Fnone)
			quiet = was;
		if(quiet || !more || v == 0.0)
			return;
	}
}

forloop()
{
	expect("(");
	if(!isop(";"))
		comma();
	expect(";");
	test := at;
	for(;;){
		at = test;
		v := 1.0;
		if(!isop(";"))
			v = comma();
		expect(";");
		step := at;
		quiet++;
		if(!isop(")"))
			comma();
		quiet--;
		expect(")");
		newlines();
		if(quiet || v == 0.0){
			loops++;
			perhaps(0);
			loops--;
			return;
		}
		more := turn();
		end := at;
		if(!more)
			return;
		at = step;
		if(!isop(")"))
			comma();
		at = end;
	}
}

print()
{
	text := "";
	do{
		if(toks[at].kind == Tstr)
			text += toks[at++].text;
		else
			text += show(assign());
	}while(accept(",") || toks[at].kind == Tstr || starts());
	if(!quiet)
		stdout.puts(text);
}

readvalues()
{
	do{
		if(toks[at].kind != Tname)
			bad("a variable is needed, not " + toks[at].text);
		name := toks[at++].text;
		if(quiet)
			continue;
		stdout.puts(name + " ? ");
		stdout.flush();
		if(stdin == nil)
			stdin = bufio->fopen(sys->fildes(0), Bufio->OREAD);
		word := stdin.gett(" \t\n");
		while(word != nil && len word == 1)
			word = stdin.gett(" \t\n");
		if(word == nil)
			bad("no more values to read");
		variable(name).value = real word;
	}while(accept(",") || starts());
}

includefile()
{
	if(toks[at].kind != Tstr)
		bad("expected the name of a file not " + toks[at].text);
	name := toks[at++].text;
	if(quiet)
		return;
	f := bufio->open(name, Bufio->OREAD);
	if(f == nil)
		bad("cannot open " + name);
	if(++calls > Maxcalls)
		bad("too deeply nested");
	(savedtoks, savedat) := (toks, at);
	text := "";
	while((s := f.gets('\n')) != nil)
		text += s;
	scan(text, 1);
	at = 0;
	while(toks[at].kind != Tend){
		if(isop("}"))
			bad("unexpected }");
		statement(1);
	}
	calls--;
	(toks, at) = (savedtoks, savedat);
}

# Functions.

defining: int;

function(name: string): ref Fn
{
	for(l := fns; l != nil; l = tl l)
		if((hd l).name == name)
			return hd l;
	return nil;
}

define()
{
	if(toks[at].kind != Tname)
		bad("expected identifier not " + toks[at].text);
	func := ref Fn(toks[at++].text, nil, toks, 0);
	expect("(");
	while(toks[at].kind == Tname){
		func.params = toks[at++].text :: func.params;
		accept(",");
	}
	expect(")");
	newlines();
	if(toks[at].kind == Tend)
		bad("expected a statement not end of input");
	func.body = at;
	if(!quiet)
		fns = func :: fns;	# before its body, which may call it
	around := loops;
	loops = 0;
	defining++;
	perhaps(0);
	defining--;
	loops = around;
}

# The value of a call; its arguments are here.
call(func: ref Fn): real
{
	args: list of real;
	expect("(");
	while(!isop(")")){
		args = assign() :: args;
		accept(",");
	}
	expect(")");
	if(len args != len func.params)
		bad("wrong number of arguments");
	if(quiet)
		return 0.0;
	if(++calls > Maxcalls)
		bad("too deeply nested");
	(savedtoks, savedat, savedvars, savedloops, saveddepth) := (toks, at, vars, loops, depth);
	for(p := func.params; p != nil; p = tl p){
		vars = ref Var(hd p, hd args, 0) :: vars;
		args = tl args;
	}
	(toks, at, loops, depth, value) = (func.toks, func.body, 0, 0, 0.0);
	statement(0);
	takeback(Freturn);
	(toks, at, vars, loops, depth) = (savedtoks, savedat, savedvars, savedloops, saveddepth);
	calls--;
	return value;
}
