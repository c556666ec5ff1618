# The functions that are built in, and operators on values.

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
	"gamma" =>	return gamma(x);
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

# The factorial where it is one, which is exact as long as that can be.
gamma(x: real): real
{
	if(x > 0.0 && x == math->floor(x))
		return factorial(x - 1.0);
	(sign, v) := math->lgamma(x);
	return real sign * math->exp(v);
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
