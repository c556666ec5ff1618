implement Shellbuiltin;

# Arithmetic on 64-bit integers in postfix notation: ${expr 2 1 -}, ntest.

include "sys.m";
	sys: Sys;

include "draw.m";

include "string.m";
	str: String;

include "sh.m";
	sh: Sh;
	Listnode, Context: import sh;
	myself: Shellbuiltin;

initbuiltin(c: ref Context, shell: Sh): string
{
	sys = load Sys Sys->PATH;
	sh = shell;
	myself = load Shellbuiltin SELF;
	str = load String String->PATH;
	if(str == nil)
		c.fail("bad module", sys->sprint("expr: cannot load %s: %r", String->PATH));
	c.addsbuiltin("expr", myself);
	c.addbuiltin("ntest", myself);
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

runbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode, nil: int): string
{
	if(len argv != 2)
		c.fail("usage", "usage: ntest n");
	(n, ok) := number((hd tl argv).word);
	if(!ok)
		c.fail("usage", "ntest: bad number");
	if(n == big 0)
		return "false";
	return nil;
}

runsbuiltin(c: ref Context, nil: Sh, argv: list of ref Listnode): list of ref Listnode
{
	args := tl argv;
	radix := 10;
	if(args != nil && (hd args).word == "-r"){
		args = tl args;
		if(args != nil)
			radix = int (hd args).word;
		if(args == nil || radix < 2 || radix > 36)
			c.fail("usage", "usage: expr [-r radix] [arg...]");
		args = tl args;
	}
	stack: list of big;
	last: string;	# the last operator with two operands, for rep
	for(; args != nil; args = tl args){
		word := (hd args).word;
		(n, ok) := number(word);
		if(ok)
			stack = n :: stack;
		else if(word == "rep"){
			if(last == nil)
				c.fail("usage", "expr: nothing to repeat");
			while(stack != nil && tl stack != nil)
				stack = operate(c, last, stack);
		}else{
			stack = operate(c, word, stack);
			last = nil;
			if(word != "seq" && !unary(word))
				last = word;
		}
	}
	vals: list of ref Listnode;
	for(; stack != nil; stack = tl stack)
		vals = ref Listnode(nil, inradix(hd stack, radix)) :: vals;
	return vals;
}

number(word: string): (big, int)
{
	if(word == nil)
		return (big 0, 0);
	(n, rest) := str->tobig(word, 0);
	return (n, rest == nil && word[len word-1] != '-' && word[len word-1] != '+');
}

unary(op: string): int
{
	case op {
	"~" or "_" or "!" or "not" =>
		return 1;
	}
	return 0;
}

operate(c: ref Context, op: string, stack: list of big): list of big
{
	if(stack == nil || !unary(op) && tl stack == nil){
		if(!known(op))
			c.fail("usage", sys->sprint("expr: unknown operator '%s'", op));
		c.fail("empty stack", sys->sprint("expr: not enough operands on stack for '%s'", op));
	}
	b := hd stack;
	stack = tl stack;
	case op {
	"~" =>
		return ~b :: stack;
	"_" =>
		return -b :: stack;
	"!" or "not" =>
		return truth(b == big 0) :: stack;
	"seq" =>
		return sequence(hd stack, b, tl stack);
	}
	return combine(c, op, hd stack, b) :: tl stack;
}

known(op: string): int
{
	case op {
	"~" or "_" or "!" or "not" or "seq" or "+" or "-" or "x" or "*" or "/" or "%" or "and" or "or" or "xor" or
	"<<" or "shl" or ">>" or "shr" or "=" or "==" or "eq" or "!=" or "neq" or ">" or "gt" or "<" or "lt" or
	"<=" or "le" or ">=" or "ge" =>
		return 1;
	}
	return 0;
}

combine(c: ref Context, op: string, a, b: big): big
{
	case op {
	"+" =>
		return a + b;
	"-" =>
		return a - b;
	"x" or "*" =>
		return a * b;
	"/" or "%" =>
		if(b == big 0)
			c.fail("divide by zero", "expr: division by zero");
		if(op == "/")
			return a / b;
		return a % b;
	"and" =>
		return a & b;
	"or" =>
		return a | b;
	"xor" =>
		return a ^ b;
	"<<" or "shl" =>
		return a << int b;
	">>" or "shr" =>
		return a >> int b;
	"=" or "==" or "eq" =>
		return truth(a == b);
	"!=" or "neq" =>
		return truth(a != b);
	">" or "gt" =>
		return truth(a > b);
	"<" or "lt" =>
		return truth(a < b);
	"<=" or "le" =>
		return truth(a <= b);
	">=" or "ge" =>
		return truth(a >= b);
	}
	c.fail("usage", sys->sprint("expr: unknown operator '%s'", op));
	return big 0;
}

truth(x: int): big
{
	return big x;
}

sequence(a, b: big, stack: list of big): list of big
{
	step := big 1;
	if(b < a)
		step = big -1;
	for(; a != b; a += step)
		stack = a :: stack;
	return b :: stack;
}

# In the form of a Limbo constant.
inradix(n: big, radix: int): string
{
	if(radix == 10)
		return string n;
	sign := "";
	if(n < big 0){
		sign = "-";
		n = -n;
	}
	digits := "";
	do{
		d := int (n % big radix);
		if(d < 0)
			d = -d;	# of the one number whose negative is itself
		digits = "0123456789abcdefghijklmnopqrstuvwxyz"[d:d+1] + digits;
		n /= big radix;
	}while(n != big 0);
	return sys->sprint("%s%dr%s", sign, radix, digits);
}
