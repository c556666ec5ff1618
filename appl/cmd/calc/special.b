# What evaluates an expression many times.

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

# The roots of a == b, or of an expression that is to be 0, in the variable named, or the only one: printed; the last is the value.
solve(): real
{
	expect("(");
	start := at;
	quiet++;
	names = nil;
	noting = 1;
	conditional();
	noting = 0;
	quiet--;
	end := at;
	if(accept(",")){
		if(toks[at].kind != Tname)
			bad("a variable is needed, not " + toks[at].text);
		names = toks[at++].text :: nil;
	}
	expect(")");
	after := at;
	if(quiet)
		return 0.0;
	if(names == nil)
		bad("no variable to solve for");
	if(tl names != nil)
		bad("which variable to solve for?");
	var := variable(hd names);
	saved := var.value;
	roots := search(var, start, end);
	at = after;
	var.value = saved;
	if(roots == nil)
		bad("no roots found");
	last := 0.0;
	for(; roots != nil; roots = tl roots){
		last = hd roots;
		stdout.puts(show(last) + " ");
	}
	stdout.puts("\n");
	return last;
}

# How far the two sides of the equation at token start are apart, for x.
apart(var: ref Var, x: real, start: int): real
{
	var.value = x;
	at = start;
	# all that binds closer than == first
	v := level(Equality+1);
	if(accept("=="))
		v -= level(Equality+1);
	return v;
}

search(var: ref Var, start, end: int): list of real
{
	limit := math->fabs(variable("solvelimit").value);
	step := math->fabs(variable("solvestep").value);
	if(step == 0.0 || limit/step > 1e7)
		bad("solvestep is too small");
	found: list of real;
	a := -limit;
	fa := apart(var, a, start);
	if(at != end)
		bad("an equation is a == b");
	while(a < limit){
		b := a + step;
		fb := apart(var, b, start);
		if(fa == 0.0)
			found = a :: found;
		else if(fa < 0.0 && fb > 0.0 || fa > 0.0 && fb < 0.0)
			found = bisect(var, a, fa, b, start) :: found;
		a = b;
		fa = fb;
	}
	if(fa == 0.0)
		found = a :: found;
	sorted: list of real;
	for(; found != nil; found = tl found)
		sorted = hd found :: sorted;
	return sorted;
}

bisect(var: ref Var, a, fa, b: real, start: int): real
{
	for(i := 0; i < 200; i++){
		m := (a + b) / 2.0;
		if(m == a || m == b)
			break;
		fm := apart(var, m, start);
		if(fm == 0.0)
			return m;
		if(fm < 0.0 && fa < 0.0 || fm > 0.0 && fa > 0.0)
			a = m;
		else
			b = m;
	}
	return (a + b) / 2.0;
}
