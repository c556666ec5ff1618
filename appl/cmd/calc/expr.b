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
	return t.spaced && (t.kind == Tnum || t.kind == Tname && !keyword(t.text) ||
		t.kind == Top && (t.text == "(" || t.text == "++" || t.text == "--"));
}

assign(): real
{
	if(toks[at].kind == Tname && toks[at+1].kind == Top){
		name := toks[at].text;
		op := toks[at+1].text;
		case op {
		"=" or ":=" or "+=" or "-=" or "*=" or "/=" or "%=" or "//=" or "&=" or "^=" or "|=" or "<<=" or ">>=" =>
			at += 2;
			v := assign();
			if(op == ":=" && !quiet)
				vars = ref Var(name, 0.0, 0) :: vars;
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
	assigned = 0;
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
	assigned = 0;
	if(taken)
		return a;
	return b;
}

# The number of the row of levels with ==.
Equality: con 5;

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
		assigned = 0;
	}
	return v;
}

power(): real
{
	v := unary();
	if(accept("**")){
		v = math->pow(v, power());
		assigned = 0;
	}
	return v;
}

unary(): real
{
	if(++depth > Maxdepth)
		bad("too deeply nested");
	v: real;
	if(isop("-") || isop("+") || isop("!") || isop("~")){
		op := toks[at++].text;
		v = unary();
		case op {
		"-" =>
			v = -v;
		"!" =>
			v = real (v == 0.0);
		"~" =>
			v = real ~whole(v);
		}
		assigned = 0;
	}else if(isop("++") || isop("--")){
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
	assigned = 1;
	return old;
}

postfix(): real
{
	v := primary();
	for(;;){
		if(isop("!") && !toks[at].spaced){
			at++;
			v = factorial(v);
			assigned = 0;
		}else if((isop("++") || isop("--")) && !toks[at].spaced && toks[at-1].kind == Tname){
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
	if(v < 0.0 && v == math->floor(v))
		return Math->Infinity;
	if(v != math->floor(v))
		return gamma(v + 1.0);
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
		v := named(t);
		assigned = 0;
		return v;
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
	"solve" =>
		if(isop("("))
			return solve();
	"Γ" =>
		return one("gamma");
	}
	for(i := 0; i < len functions; i++)
		if(functions[i] == t.text)
			return one(t.text);
	func := function(t.text);
	if(func != nil && isop("("))
		return call(func);
	if(quiet && func == nil && isop("(") && !toks[at].spaced){
		# perhaps a function that the same text is about to define
		at++;
		if(!isop(")"))
			comma();
		expect(")");
		return 0.0;
	}
	if(keyword(t.text)){
		at--;
		bad("unexpected " + t.text);
	}
	if(isop("(") && !toks[at].spaced)
		bad(t.text + " is not a function");
	var := variable(t.text);
	if(noting && !var.constant)
		note(t.text);
	return var.value;
}
