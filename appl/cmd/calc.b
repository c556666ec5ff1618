implement Calc;

# A calculator: each expression of the input is evaluated where it stands, by recursive descent, and its value printed.
# What has to be evaluated more than once (the body of sigma, the branch of a condition not taken) is
# a stretch of tokens that the parser goes back to, or passes over without effect.

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

Tnum, Tname, Top, Tnl, Tend: con iota;

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
assigned: int;	# the last expression was an assignment
vars: list of ref Var;
stdout: ref Iobuf;

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
		ok = interpret(bufio->fopen(sys->fildes(0), Bufio->OREAD));
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
	vars = ref Var("degrees", 0.0, 0) :: ref Var("printbase", 0.0, 0) :: vars;
}

interpret(f: ref Iobuf): int
{
	ok := 1;
	for(n := 1; (s := f.gets('\n')) != nil; n++){
		# a line that leaves a bracket open goes on in the next
		first := n;
		while(unclosed(s) > 0 && (more := f.gets('\n')) != nil){
			s += more;
			n++;
		}
		if(!evaluate(s, first))
			ok = 0;
		stdout.flush();
	}
	return ok;
}

unclosed(s: string): int
{
	n := 0;
	for(i := 0; i < len s; i++)
		case s[i] {
		'(' =>
			n++;
		')' =>
			n--;
		'#' =>
			while(i < len s && s[i] != '\n')
				i++;
		}
	return n;
}

evaluate(s: string, line: int): int
{
	{
		scan(s, line);
		at = depth = quiet = 0;
		while(toks[at].kind != Tend){
			if(toks[at].kind == Tnl || isop(";")){
				at++;
				continue;
			}
			assigned = 0;
			v := comma();
			if(toks[at].kind != Tnl && toks[at].kind != Tend && !isop(";"))
				bad("unexpected " + toks[at].text);
			if(!assigned)
				stdout.puts(show(v) + "\n");
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

# Values.

show(v: real): string
{
	base := int variable("printbase").value;
	if(base < 2 || base > 36 || base == 10 || v != math->floor(v) || math->fabs(v) >= 2.0**62)
		return string v;
	n := big v;
	sign := "";
	if(n < big 0){
		sign = "-";
		n = -n;
	}
	digits := "";
	do{
		digits = "0123456789abcdefghijklmnopqrstuvwxyz"[int (n % big base):int (n % big base) + 1] + digits;
		n /= big base;
	}while(n != big 0);
	return sign + string base + "r" + digits;
}

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
	if(v == nil){
		if(strict && !quiet)
			bad(name + " undefined");
		v = ref Var(name, 0.0, 0);
		vars = v :: vars;
	}
	return v;
}

# Tokens.

scan(s: string, line: int)
{
	l: list of ref Token;
	n := 0;
	toks = nil;
	for(i := 0; i < len s; ){
		c := s[i];
		spaced := i > 0 && isspace(s[i-1]);
		if(c == '\n'){
			l = ref Token(Tnl, "end of line", 0.0, line++, spaced) :: l;
			i++;
		}else if(isspace(c)){
			i++;
			continue;
		}else if(c == '#'){
			while(i < len s && s[i] != '\n')
				i++;
			continue;
		}else if(isdigit(c) || c == '.' && i+1 < len s && isdigit(s[i+1])){
			(v, end) := number(s, i, line);
			l = ref Token(Tnum, s[i:end], v, line, spaced) :: l;
			i = end;
		}else if(isalpha(c)){
			end := i;
			while(end < len s && (isalpha(s[end]) || isdigit(s[end])))
				end++;
			l = ref Token(Tname, s[i:end], 0.0, line, spaced) :: l;
			i = end;
		}else{
			end := operator(s, i);
			if(end == i)
				raise sys->sprint("calc:line %d: bad character %c", line, c);
			l = ref Token(Top, s[i:end], 0.0, line, spaced) :: l;
			i = end;
		}
		n++;
	}
	toks = array[n+1] of ref Token;
	toks[n] = ref Token(Tend, "end of input", 0.0, line, 1);
	for(; l != nil; l = tl l)
		toks[--n] = hd l;
}

isspace(c: int): int
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

isdigit(c: int): int
{
	return c >= '0' && c <= '9';
}

isalpha(c: int): int
{
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_' || c > 16r7f && c != '↑' && c != '↓';
}

operator(s: string, i: int): int
{
	for(k := 0; k < len operators; k++){
		op := operators[k];
		if(i + len op <= len s && s[i:i+len op] == op)
			return i + len op;
	}
	case s[i] {
	'+' or '-' or '*' or '/' or '%' or '(' or ')' or '!' or '~' or '<' or '>' or '&' or '|' or '^' or
	'?' or ':' or '=' or ',' or ';' or '↑' or '↓' =>
		return i + 1;
	}
	return i;
}

digit(c: int): int
{
	if(isdigit(c))
		return c - '0';
	if(c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if(c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 99;
}

# A number and where it ends: 12, 1.5e3, 0x1f, 16r1f, 2r101.
number(s: string, i: int, line: int): (real, int)
{
	if(s[i] == '0' && i+2 < len s && (s[i+1] == 'x' || s[i+1] == 'X') && digit(s[i+2]) < 16)
		return based(s, i+2, 16);
	j := i;
	while(j < len s && isdigit(s[j]))
		j++;
	if(j+1 < len s && (s[j] == 'r' || s[j] == 'R') && digit(s[j+1]) < 36){
		base := int s[i:j];
		if(base < 2 || base > 36)
			raise sys->sprint("calc:line %d: bad base %s", line, s[i:j]);
		return based(s, j+1, base);
	}
	if(j < len s && s[j] == '.'){
		j++;
		while(j < len s && isdigit(s[j]))
			j++;
	}
	if(j < len s && (s[j] == 'e' || s[j] == 'E')){
		k := j + 1;
		if(k < len s && (s[k] == '+' || s[k] == '-'))
			k++;
		if(k < len s && isdigit(s[k])){
			while(k < len s && isdigit(s[k]))
				k++;
			j = k;
		}
	}
	return (real s[i:j], j);
}

based(s: string, i, base: int): (real, int)
{
	v := 0.0;
	for(; i < len s && digit(s[i]) < base; i++)
		v = v * real base + real digit(s[i]);
	return (v, i);
}

isop(s: string): int
{
	return toks[at].kind == Top && toks[at].text == s;
}

accept(s: string): int
{
	if(!isop(s))
		return 0;
	at++;
	return 1;
}

expect(s: string)
{
	if(!accept(s))
		bad("expected " + s + " not " + toks[at].text);
}

# Expressions, from the operators that bind least to those that bind most.

comma(): real
{
	v := assign();
	while(accept(",") || starts())
		v = assign();
	return v;
}

# White space may stand for a comma: an operand begins here.
starts(): int
{
	t := toks[at];
	return t.spaced && (t.kind == Tnum || t.kind == Tname || t.kind == Top && t.text == "(");
}

assign(): real
{
	if(toks[at].kind == Tname && toks[at+1].kind == Top){
		name := toks[at].text;
		op := toks[at+1].text;
		case op {
		"=" or ":=" or "+=" or "-=" or "*=" or "/=" or "%=" or "//=" or "&=" or "^=" or "|=" or "<<=" or ">>=" =>
			if(op == ":=" && find(name) == nil)
				vars = ref Var(name, 0.0, 0) :: vars;
			at += 2;
			v := assign();
			var := variable(name);
			if(var.constant)
				bad("cannot assign to " + name);
			if(op != "=" && op != ":=")
				v = binary(op[0:len op - 1], var.value, v);
			if(!quiet)
				var.value = v;
			assigned = 1;
			return v;
		}
	}
	return conditional();
}

conditional(): real
{
	v := level(0);
	if(!accept("?"))
		return v;
	taken := v != 0.0;
	quiet += !taken;
	a := assign();
	quiet -= !taken;
	expect(":");
	quiet += taken;
	b := assign();
	quiet -= taken;
	if(taken)
		return a;
	return b;
}

levels := array[] of {
	"|| ", "&& ", "| ↓ ", "^ ", "& ↑ ", "== != -> <- ", "> >= < <= <-> ", "<< >> ", "+ - ", "* / % // ",
};

# Whether the token here is an operator of level l.
oflevel(l: int): int
{
	if(toks[at].kind != Top)
		return 0;
	text := toks[at].text + " ";
	row := levels[l];
	for(i := 0; i + len text <= len row; i++)
		if((i == 0 || row[i-1] == ' ') && row[i:i+len text] == text)
			return 1;
	return 0;
}

level(l: int): real
{
	if(l == len levels)
		return power();
	v := level(l+1);
	while(oflevel(l)){
		op := toks[at++].text;
		skip := op == "||" && v != 0.0 || op == "&&" && v == 0.0;
		quiet += skip;
		w := level(l+1);
		quiet -= skip;
		v = binary(op, v, w);
	}
	return v;
}

power(): real
{
	v := unary();
	if(accept("**"))
		return math->pow(v, power());
	return v;
}

unary(): real
{
	if(++depth > Maxdepth)
		bad("too deeply nested");
	v: real;
	if(accept("-"))
		v = -unary();
	else if(accept("+"))
		v = unary();
	else if(accept("!"))
		v = real (unary() == 0.0);
	else if(accept("~"))
		v = real ~whole(unary());
	else if(isop("++") || isop("--")){
		step := 1.0;
		if(isop("--"))
			step = -1.0;
		at++;
		v = bump(step) + step;
	}else
		v = postfix();
	depth--;
	return v;
}

# Adds step to the variable named here; returns its old value.
bump(step: real): real
{
	if(toks[at].kind != Tname)
		bad("a variable is needed, not " + toks[at].text);
	var := variable(toks[at++].text);
	old := var.value;
	if(!quiet)
		var.value += step;
	return old;
}

postfix(): real
{
	v := primary();
	for(;;){
		if(isop("!") && !toks[at].spaced){
			at++;
			v = factorial(v);
		}else if((isop("++") || isop("--")) && toks[at-1].kind == Tname){
			step := 1.0;
			if(isop("--"))
				step = -1.0;
			at--;
			v = bump(step);
			at++;
		}else
			return v;
	}
}

factorial(v: real): real
{
	if(v < 0.0 || v != math->floor(v))
		bad("bad factorial");
	r := 1.0;
	for(i := 2.0; i <= v && r != Math->Infinity; i += 1.0)
		r *= i;
	return r;
}

primary(): real
{
	t := toks[at];
	case t.kind {
	Tnum =>
		at++;
		return t.value;
	Tname =>
		return named(t);
	Top =>
		if(accept("(")){
			v := comma();
			expect(")");
			return v;
		}
	}
	bad("missing expression");
	return 0.0;
}

named(t: ref Token): real
{
	at++;
	case t.text {
	"sigma" or "Σ" or "pi" or "Π" =>
		if(isop("("))
			return series(t.text == "pi" || t.text == "Π");
	"integral" or "∫" =>
		if(isop("("))
			return integral();
	"differential" or "Δ" =>
		if(isop("("))
			return differential();
	"max" or "min" or "pow" or "atan2" =>
		return two(t.text);
	"print" =>
		v := comma();
		if(!quiet)
			stdout.puts(show(v) + "\n");
		assigned = 1;
		return v;
	"solve" or "fn" or "if" or "while" or "for" or "do" or "include" or "exit" or "return" =>
		at--;
		bad(t.text + " is not supported yet");
	"Γ" =>
		return one("gamma");
	}
	for(i := 0; i < len functions; i++)
		if(functions[i] == t.text)
			return one(t.text);
	return variable(t.text).value;
}

two(name: string): real
{
	expect("(");
	a := assign();
	if(!accept(",") && !starts())
		bad("expected , not " + toks[at].text);
	b := assign();
	expect(")");
	case name {
	"max" =>
		return math->fmax(a, b);
	"min" =>
		return math->fmin(a, b);
	"pow" =>
		return math->pow(a, b);
	}
	return fromradians(math->atan2(a, b));
}

one(name: string): real
{
	if(name == "rand"){
		if(accept("("))
			expect(")");
		return real (sys->millisec() * 1103515245 & 16r7fffffff) / 2147483648.0;
	}
	x := unary();
	case name {
	"abs" =>	return math->fabs(x);
	"acos" =>	return fromradians(math->acos(x));
	"acosh" =>	return math->acosh(x);
	"asin" =>	return fromradians(math->asin(x));
	"asinh" =>	return math->asinh(x);
	"atan" =>	return fromradians(math->atan(x));
	"atanh" =>	return math->atanh(x);
	"cbrt" =>	return math->cbrt(x);
	"ceiling" =>	return math->ceil(x);
	"cos" =>	return math->cos(radians(x));
	"cosh" =>	return math->cosh(x);
	"erf" =>	return math->erf(x);
	"exp" =>	return math->exp(x);
	"floor" =>	return math->floor(x);
	"frac" =>	return x - truncated(x);
	"gamma" =>
		(sign, v) := math->lgamma(x);
		return real sign * math->exp(v);
	"int" =>	return truncated(x);
	"log" =>	return math->log(x);
	"log10" =>	return math->log10(x);
	"round" =>	return math->rint(x);
	"sign" =>
		if(x > 0.0)
			return 1.0;
		return real -(x < 0.0);
	"sin" =>	return math->sin(radians(x));
	"sinh" =>	return math->sinh(x);
	"sqrt" =>	return math->sqrt(x);
	"tan" =>	return math->tan(radians(x));
	}
	return math->tanh(x);
}

truncated(x: real): real
{
	if(x < 0.0)
		return math->ceil(x);
	return math->floor(x);
}

radians(x: real): real
{
	if(variable("degrees").value != 0.0)
		return x * Math->Pi / 180.0;
	return x;
}

fromradians(x: real): real
{
	if(variable("degrees").value != 0.0)
		return x * 180.0 / Math->Pi;
	return x;
}

whole(v: real): big
{
	return big truncated(v);
}

binary(op: string, a, b: real): real
{
	case op {
	"+" =>	return a + b;
	"-" =>	return a - b;
	"*" =>	return a * b;
	"/" =>	return a / b;
	"%" or "//" =>
		if(b == 0.0){
			if(quiet)
				return 0.0;
			bad("division by zero");
		}
		if(op == "//")
			return truncated(a / b);
		return math->fmod(a, b);
	"<<" =>	return real (whole(a) << int b);
	">>" =>	return real (whole(a) >> int b);
	">" =>	return real (a > b);
	">=" =>	return real (a >= b);
	"<" =>	return real (a < b);
	"<=" =>	return real (a <= b);
	"==" =>	return real (a == b);
	"!=" =>	return real (a != b);
	"<->" =>	return real ((a != 0.0) == (b != 0.0));
	"->" =>	return real (a == 0.0 || b != 0.0);
	"<-" =>	return real (a != 0.0 || b == 0.0);
	"&" =>	return real (whole(a) & whole(b));
	"^" =>	return real (whole(a) ^ whole(b));
	"|" =>	return real (whole(a) | whole(b));
	"↑" =>	return real (a == 0.0 || b == 0.0);
	"↓" =>	return real (a == 0.0 && b == 0.0);
	"&&" =>	return real (a != 0.0 && b != 0.0);
	"||" =>	return real (a != 0.0 || b != 0.0);
	}
	bad("bad operator " + op);
	return 0.0;
}

# The value of the expression that starts at token `from`, with var set to x.
body(var: ref Var, x: real, from: int): real
{
	var.value = x;
	at = from;
	return assign();
}

# The variable and first value in `(v = a`.
binding(): (ref Var, real)
{
	expect("(");
	if(toks[at].kind != Tname)
		bad("a variable is needed, not " + toks[at].text);
	var := variable(toks[at++].text);
	expect("=");
	return (var, assign());
}

series(product: int): real
{
	(var, from) := binding();
	expect(",");
	upto := assign();
	expect(",");
	start := at;
	saved := var.value;
	r := real product;
	if(quiet || from > upto){
		quiet++;
		body(var, from, start);
		quiet--;
	}else
		for(x := from; x <= upto; x += 1.0){
			v := body(var, x, start);
			if(product)
				r *= v;
			else
				r += v;
		}
	var.value = saved;
	expect(")");
	return r;
}

Steps: con 1024;

# Simpson's rule.
integral(): real
{
	(var, from) := binding();
	expect(",");
	upto := assign();
	expect(",");
	start := at;
	saved := var.value;
	h := (upto - from) / real Steps;
	r := 0.0;
	for(i := 0; i <= Steps; i++){
		weight := 2.0;
		if(i == 0 || i == Steps)
			weight = 1.0;
		else if(i & 1)
			weight = 4.0;
		r += weight * body(var, from + real i * h, start);
	}
	var.value = saved;
	expect(")");
	return r * h / 3.0;
}

# Richardson's extrapolation of central differences.
differential(): real
{
	(var, x) := binding();
	expect(",");
	start := at;
	saved := var.value;
	h := 1e-3;
	d1 := (body(var, x + h, start) - body(var, x - h, start)) / (2.0 * h);
	h /= 2.0;
	d2 := (body(var, x + h, start) - body(var, x - h, start)) / (2.0 * h);
	var.value = saved;
	expect(")");
	return (4.0*d2 - d1) / 3.0;
}
