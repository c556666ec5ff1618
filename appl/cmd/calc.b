implement Calc;

# A calculator: each expression of the input is evaluated where it stands, by recursive descent, and its value printed.
# What has to be evaluated more than once, or not at all (loops, functions, the body of sigma, the branch of a condition not taken),
# is a stretch of tokens that the parser goes back to, or passes over without effect.

include "sys.m";
	sys: Sys;

include "draw.m";

include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;

include "math.m";
	math: Math;

Calc: module
{
	init:	fn(nil: ref Draw->Context, argv: list of string);
};

include "calc/tokens.b";
include "calc/numbers.b";
include "calc/expr.b";
include "calc/functions.b";
include "calc/special.b";
include "calc/stmt.b";

Tnum, Tname, Tstr, Top, Tnl, Tend: con iota;

Token: adt {
	kind:	int;
	text:	string;
	value:	real;
	line:	int;
	spaced:	int;	# white space comes before it
};

Var: adt {
	name:	string;
	value:	real;
	constant:	int;
};

Maxdepth: con 2000;

toks: array of ref Token;
at: int;
depth: int;
quiet: int;	# evaluating without effect
strict: int;
assigned: int;	# the last expression was an assignment, whose value nobody asked for
vars: list of ref Var;
stdin, stdout: ref Iobuf;
noting: int;	# names of variables are noted, for solve
names: list of string;

# Longest first.
operators := array[] of {
	"<<=", ">>=", "//=", "<->",
	"**", "//", "++", "--", "<<", ">>", ">=", "<=", "==", "!=", "->", "<-", "&&", "||",
	":=", "+=", "-=", "*=", "/=", "%=", "&=", "^=", "|=",
};

functions := array[] of {
	"abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceiling", "cos", "cosh", "erf", "exp", "floor",
	"frac", "gamma", "int", "log", "log10", "rand", "round", "sign", "sin", "sinh", "sqrt", "tan", "tanh",
};

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	math = load Math Math->PATH;
	if(bufio == nil || math == nil){
		sys->fprint(sys->fildes(2), "calc: cannot load a library: %r\n");
		raise "fail:bad module";
	}
	stdout = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	predefine();
	if(argv != nil)
		argv = tl argv;
	if(argv != nil && hd argv == "-s"){
		strict = 1;
		argv = tl argv;
	}
	ok := 1;
	if(argv == nil)
		ok = interpret(stdin = bufio->fopen(sys->fildes(0), Bufio->OREAD));
	else if(tl argv == nil && (f := bufio->open(hd argv, Bufio->OREAD)) != nil)
		ok = interpret(f);
	else{
		text := "";
		for(; argv != nil; argv = tl argv)
			text += " " + hd argv;
		ok = evaluate(text + "\n", 1);
	}
	stdout.flush();
	if(!ok)
		raise "fail:error";
}

predefine()
{
	consts := array[] of {
		("e", math->exp(1.0)), ("Pi", Math->Pi), ("π", Math->Pi),
		("Phi", (1.0+math->sqrt(5.0))/2.0), ("φ", (1.0+math->sqrt(5.0))/2.0),
		("Gamma", 0.57721566490153286), ("γ", 0.57721566490153286),
		("Infinity", Math->Infinity), ("∞", Math->Infinity), ("Nan", Math->NaN), ("NaN", Math->NaN),
	};
	for(i := 0; i < len consts; i++){
		(name, v) := consts[i];
		vars = ref Var(name, v, 1) :: vars;
	}
	vars = ref Var("degrees", 0.0, 0) :: ref Var("printbase", 0.0, 0) ::
		ref Var("solvelimit", 100.0, 0) :: ref Var("solvestep", 1.0, 0) :: vars;
}

interpret(f: ref Iobuf): int
{
	ok := 1;
	ahead := "";
	for(n := 1; (s := ahead) != nil || (s = f.gets('\n')) != nil; n++){
		ahead = "";
		# what is not finished goes on in the next line, and so does an if whose else is there
		first := n;
		while(ahead == nil && (unfinished(s) || begins(s, "if")) && (more := f.gets('\n')) != nil){
			if(!unfinished(s) && !begins(more, "else"))
				ahead = more;
			else{
				s += more;
				n++;
			}
		}
		if(!evaluate(s, first))
			ok = 0;
		stdout.flush();
		if(flow == Fexit)
			break;
	}
	return ok;
}

begins(s, word: string): int
{
	for(i := 0; i < len s && (isspace(s[i]) || s[i] == '}'); i++)
		;
	return len s >= i + len word && s[i:i+len word] == word && (len s == i + len word || !isalpha(s[i+len word]));
}

# Whether the text ends before what it begins does.
unfinished(s: string): int
{
	{
		scan(s, 1);
	} exception {
	"calc:*" =>
		return 0;
	}
	(at, depth, quiet, flow, loops, calls) = (0, 0, 1, Fnone, 0, 0);
	{
		statements(1);
	} exception {
	"calc:*" =>
		n := 0;
		for(i := 0; i < at; i++)
			if(toks[i].kind == Top)
				case toks[i].text {
				"(" or "{" =>
					n++;
				")" or "}" =>
					n--;
				}
		while(toks[at].kind == Tnl)
			at++;
		return toks[at].kind == Tend && (n > 0 || at > 1 && statementbegun());
	}
	return 0;
}

# Whether the statement that the text ends in lacks its body.
statementbegun(): int
{
	case toks[0].text {
	"if" or "while" or "for" or "do" or "fn" or "else" =>
		return 1;
	}
	return 0;
}

evaluate(s: string, line: int): int
{
	{
		scan(s, line);
		(at, depth, quiet, flow, loops, calls) = (0, 0, 0, Fnone, 0, 0);
		while(toks[at].kind != Tend){
			if(isop("}"))
				bad("unexpected }");
			statement(1);
		}
		return 1;
	} exception e {
	"calc:*" =>
		stdout.flush();
		sys->fprint(sys->fildes(2), "error: %s\n", e[len "calc:":]);
	}
	return 0;
}

bad(why: string)
{
	line := 1;
	if(toks != nil && at < len toks && toks[at] != nil)
		line = toks[at].line;
	raise sys->sprint("calc:line %d: %s", line, why);
}

# Values and variables.

find(name: string): ref Var
{
	for(l := vars; l != nil; l = tl l)
		if((hd l).name == name)
			return hd l;
	return nil;
}

variable(name: string): ref Var
{
	v := find(name);
	if(v == nil && quiet)
		return ref Var(name, 0.0, 0);
	if(v == nil){
		if(strict && !quiet)
			bad(name + " undefined");
		v = ref Var(name, 0.0, 0);
		vars = v :: vars;
	}
	return v;
}

note(name: string)
{
	for(l := names; l != nil; l = tl l)
		if(hd l == name)
			return;
	names = name :: names;
}
