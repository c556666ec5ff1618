# Numbers as text, in any base.

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

# A number and where it ends: 12, 1.5e3, 017, 0x1f, 16r1f.8
number(s: string, i: int, line: int): (real, int)
{
	if(s[i] == '0' && i+1 < len s && (s[i+1] == 'x' || s[i+1] == 'X'))
		return based(s, i+2, 16, line);
	j := digits(s, i);
	if(j < len s && (s[j] == 'r' || s[j] == 'R')){
		base := int s[i:j];
		if(base < 2 || base > 36)
			raise sys->sprint("calc:line %d: bad base %s", line, s[i:j]);
		return based(s, j+1, base, line);
	}
	if(s[i] == '0' && j > i+1)
		return based(s, i+1, 8, line);
	if(j < len s && s[j] == '.')
		j = digits(s, j+1);
	if(j < len s && (s[j] == 'e' || s[j] == 'E')){
		k := j + 1;
		if(k < len s && (s[k] == '+' || s[k] == '-'))
			k++;
		if(digits(s, k) > k)
			j = digits(s, k);
	}
	return (real s[i:j], wellended(s, j, line));
}

# Where the decimal digits at i end.
digits(s: string, i: int): int
{
	while(i < len s && isdigit(s[i]))
		i++;
	return i;
}

based(s: string, i, base: int, line: int): (real, int)
{
	start := i;
	v := 0.0;
	for(; i < len s && digit(s[i]) < base; i++)
		v = v * real base + real digit(s[i]);
	if(i < len s && s[i] == '.'){
		unit := 1.0;
		for(i++; i < len s && digit(s[i]) < base; i++){
			unit /= real base;
			v += unit * real digit(s[i]);
		}
	}
	if(i == start)
		raise sys->sprint("calc:line %d: bad number in base %d", line, base);
	return (v, wellended(s, i, line));
}

wellended(s: string, i, line: int): int
{
	if(i < len s && (isdigit(s[i]) || s[i] == '.'))
		raise sys->sprint("calc:line %d: bad digit %c", line, s[i]);
	return i;
}

# The value in the base that is asked for.
show(v: real): string
{
	base := int variable("printbase").value;
	if(base < 2 || base > 36 || base == 10 || v - v != 0.0)
		return string v;
	sign := "";
	if(v < 0.0)
		sign = "-";
	return sign + string base + "r" + inbase(math->fabs(v), base);
}

# No more digits than v is known to, the last one rounded.
inbase(v: real, base: int): string
{
	b := real base;
	whole := truncated(v);
	f := v - whole;
	all: list of int;	# backwards, with one 0 before the first for a carry
	before: list of int;
	for(; whole != 0.0; whole = truncated(whole / b))
		before = int math->fmod(whole, b) :: before;
	point := 1;
	for(all = 0 :: nil; before != nil; before = tl before){
		all = hd before :: all;
		point++;
	}
	known := int math->ceil(53.0 * math->log(2.0) / math->log(b));
	for(n := point - 1; f != 0.0 && n < known; ){
		f *= b;
		d := int truncated(f);
		f -= real d;
		all = d :: all;
		if(n > 0 || d > 0)
			n++;
	}
	a := array[len all] of int;
	for(i := len a - 1; i >= 0; i--){
		a[i] = hd all;
		all = tl all;
	}
	if(f >= 0.5){
		for(i = len a - 1; ++a[i] == base; i--)
			a[i] = 0;
	}
	return written(a, point);
}

# Digits, with a point after the first `point` of them; without what is superfluous at either end.
written(a: array of int, point: int): string
{
	end := len a;
	while(end > point && a[end-1] == 0)
		end--;
	start := 0;
	while(start < point-1 && a[start] == 0)
		start++;
	s := "";
	for(i := start; i < end; i++){
		if(i == point)
			s[len s] = '.';
		s[len s] = "0123456789abcdefghijklmnopqrstuvwxyz"[a[i]];
	}
	return s;
}
