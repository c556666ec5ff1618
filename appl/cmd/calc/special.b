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

Panels: con 200;

# Gauss's rule of five points in each of the panels, which looks at no end point; the sum is compensated.
integral(): real
{
	(var, from) := binding();
	expect(",");
	upto := assign();
	expect(",");
	start := at;
	saved := var.value;
	r7 := 2.0 * math->sqrt(10.0/7.0);
	r70 := 13.0 * math->sqrt(70.0);
	near := math->sqrt(5.0 - r7) / 3.0;
	far := math->sqrt(5.0 + r7) / 3.0;
	points := array[] of {
		(-far, (322.0 - r70)/900.0), (-near, (322.0 + r70)/900.0), (0.0, 128.0/225.0),
		(near, (322.0 + r70)/900.0), (far, (322.0 - r70)/900.0),
	};
	half := (upto - from) / real (2*Panels);
	sum := 0.0;
	lost := 0.0;
	for(i := 0; i < Panels; i++)
		for(j := 0; j < len points; j++){
			(x, weight) := points[j];
			term := weight * body(var, from + half * (real (2*i + 1) + x), start) - lost;
			new := sum + term;
			lost = new - sum - term;
			sum = new;
		}
	var.value = saved;
	expect(")");
	return sum * half;
}

Rows: con 10;

# Ridders's method: central differences of steps halved each time, extrapolated to none; the entry that differs
# least from its neighbours. The steps are powers of two, so that they are what they are said to be.
differential(): real
{
	(var, x) := binding();
	expect(",");
	start := at;
	saved := var.value;
	h := 1.0/16.0;
	while(h < math->fabs(x)/16.0)
		h *= 2.0;
	best := body(var, x, start) * 0.0 / 0.0;
	error := Math->Infinity;
	prev := array[Rows] of real;
	row := array[Rows] of real;
	n := 0;	# rows so far
	for(tries := 0; n < Rows && tries < 64; tries++){
		row[0] = (body(var, x + h, start) - body(var, x - h, start)) / (2.0 * h);
		h /= 2.0;
		if(row[0] - row[0] != 0.0){	# x is close to where there is no value
			n = 0;
			continue;
		}
		power := 4.0;
		for(j := 1; j <= n; j++){
			row[j] = (power*row[j-1] - prev[j-1]) / (power - 1.0);
			power *= 4.0;
			e := math->fmax(math->fabs(row[j] - row[j-1]), math->fabs(row[j] - prev[j-1]));
			if(e < error){
				error = e;
				best = row[j];
			}
		}
		n++;
		(prev, row) = (row, prev);
	}
	var.value = saved;
	expect(")");
	return best;
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
			found = bisect(var, a, fa, b, fb, start, found);
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

# Adds the root between a and b, unless what lies there is a pole.
bisect(var: ref Var, a, fa, b, fb: real, start: int, found: list of real): list of real
{
	most := math->fmin(math->fabs(fa), math->fabs(fb));
	for(i := 0; i < 200; i++){
		m := (a + b) / 2.0;
		if(m == a || m == b)
			break;
		fm := apart(var, m, start);
		if(fm == 0.0)
			return m :: found;
		if(fm < 0.0 && fa < 0.0 || fm > 0.0 && fa > 0.0)
			a = m;
		else
			b = m;
	}
	m := (a + b) / 2.0;
	if(math->fabs(apart(var, m, start)) > most)
		return found;
	return m :: found;
}
