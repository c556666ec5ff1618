implement String;

include "sys.m";

include "string.m";

in(c: int, class: string): int
{
	i := 0;
	complement := class != nil && class[0] == '^';
	if(complement)
		i = 1;
	for(; i < len class; i++){
		lo := hi := class[i];
		if(i+2 < len class && class[i+1] == '-'){
			hi = class[i+2];
			i += 2;
		}
		if(lo <= c && c <= hi)
			return !complement;
	}
	return complement;
}

take(s, class: string): string
{
	return s[0:span(s, class)];
}

drop(s, class: string): string
{
	return s[span(s, class):];
}

span(s, class: string): int
{
	for(i := 0; i < len s && in(s[i], class); i++)
		;
	return i;
}

splitl(s, class: string): (string, string)
{
	for(i := 0; i < len s && !in(s[i], class); i++)
		;
	return (s[0:i], s[i:]);
}

splitr(s, class: string): (string, string)
{
	for(i := len s; i > 0 && !in(s[i-1], class); i--)
		;
	return (s[0:i], s[i:]);
}

splitstrl(s, t: string): (string, string)
{
	if(t != nil)
		for(i := 0; i + len t <= len s; i++)
			if(s[i] == t[0] && s[i:i+len t] == t)
				return (s[0:i], s[i:]);
	return (s, nil);
}

splitstrr(s, t: string): (string, string)
{
	if(t != nil)
		for(i := len s - len t; i >= 0; i--)
			if(s[i] == t[0] && s[i:i+len t] == t)
				return (s[0:i+len t], s[i+len t:]);
	return (nil, s);
}

prefix(pre, s: string): int
{
	return len pre <= len s && s[0:len pre] == pre;
}

tolower(s: string): string
{
	return shift(s, 'A', 'a');
}

toupper(s: string): string
{
	return shift(s, 'a', 'A');
}

shift(s: string, from, onto: int): string
{
	for(i := 0; i < len s; i++)
		if(s[i] >= from && s[i] < from + 26)
			s[i] += onto - from;
	return s;
}

# How the number at the front of s begins: its base, whether it is negative, and where its digits are.
# The base is 0 if there can be no number.
start(s: string, base: int): (int, int, int)
{
	i := span(s, " \t\n\r");
	negative := 0;
	if(i < len s && (s[i] == '-' || s[i] == '+'))
		negative = s[i++] == '-';
	if(base != 0 && (base < 2 || base > 36) || i >= len s)
		return (0, 0, 0);
	if(base != 0)
		return (base, negative, i);
	base = 10;
	value := 0;
	for(j := i; j < len s && j < i+2 && s[j] >= '0' && s[j] <= '9'; j++)
		value = value*10 + s[j] - '0';
	if(j > i && j+1 < len s && (s[j] == 'r' || s[j] == 'R') && value >= 2 && value <= 36){
		base = value;
		i = j+1;
	}
	return (base, negative, i);
}

digit(c, base: int): int
{
	d := -1;
	if(c >= '0' && c <= '9')
		d = c - '0';
	else if(c >= 'a' && c <= 'z')
		d = c - 'a' + 10;
	else if(c >= 'A' && c <= 'Z')
		d = c - 'A' + 10;
	if(d < base)
		return d;
	return -1;
}

toint(s: string, base: int): (int, string)
{
	(n, rest) := tobig(s, base);
	return (int n, rest);
}

tobig(s: string, base: int): (big, string)
{
	negative, i: int;
	(base, negative, i) = start(s, base);
	n := big 0;
	for(j := i; j < len s && (d := digit(s[j], base)) >= 0; j++)
		n = n * big base + big d;
	if(base == 0 || i == j)
		return (big 0, s);
	if(negative)
		n = -n;
	return (n, s[j:]);
}

toreal(s: string, base: int): (real, string)
{
	negative, i: int;
	(base, negative, i) = start(s, base);
	if(base == 0)
		return (0.0, s);
	if(named(s, i, "infinity"))
		return (real s[0:i+8], s[i+8:]);
	if(named(s, i, "nan"))
		return (real "nan", s[i+3:]);
	x := 0.0;
	j := i;
	for(; j < len s && (d := digit(s[j], base)) >= 0; j++)
		x = x * real base + real d;
	if(j == i)
		return (0.0, s);
	exponent := 0;
	if(j < len s && s[j] == '.')
		for(j++; j < len s && (d = digit(s[j], base)) >= 0; j++){
			x = x * real base + real d;
			exponent--;
		}
	(e, end) := power(s, j);
	if(base == 10)
		return (signed(real s[i:end], negative), s[end:]);	# the conversion rounds once only
	return (signed(scale(x, base, exponent + e), negative), s[end:]);
}

signed(x: real, negative: int): real
{
	if(negative)
		return -x;
	return x;
}

named(s: string, i: int, name: string): int
{
	return i + len name <= len s && tolower(s[i:i+len name]) == name;
}

# The decimal exponent at s[i:], 0 if there is none, and where it ends.
power(s: string, i: int): (int, int)
{
	if(i >= len s || s[i] != 'e' && s[i] != 'E')
		return (0, i);
	j := i+1;
	negative := 0;
	if(j < len s && (s[j] == '-' || s[j] == '+'))
		negative = s[j++] == '-';
	e := 0;
	for(first := j; j < len s && s[j] >= '0' && s[j] <= '9'; j++)
		if(e < 100000)
			e = e*10 + s[j] - '0';
	if(j == first)
		return (0, i);
	if(negative)
		e = -e;
	return (e, j);
}

scale(x: real, base, exponent: int): real
{
	factor := real base;
	n := exponent;
	if(n < 0)
		n = -n;
	for(p := 1.0; n > 0; n >>= 1){
		if(n & 1)
			p *= factor;
		factor *= factor;
	}
	if(exponent < 0)
		return x / p;
	return x * p;
}

append(s: string, l: list of string): list of string
{
	r: list of string;
	for(; l != nil; l = tl l)
		r = hd l :: r;
	for(l = s :: nil; r != nil; r = tl r)
		l = hd r :: l;
	return l;
}

quoted(words: list of string): string
{
	return quotedc(words, nil);
}

quotedc(words: list of string, class: string): string
{
	line := "";
	for(; words != nil; words = tl words){
		line += quote(hd words, class);
		if(tl words != nil)
			line[len line] = ' ';
	}
	return line;
}

quote(word, class: string): string
{
	for(i := 0; i < len word; i++)
		if(in(word[i], " \t\n'") || class != nil && in(word[i], class))
			break;
	if(i == len word && word != nil)
		return word;
	q := "'";
	for(i = 0; i < len word; i++){
		if(word[i] == '\'')
			q[len q] = '\'';
		q[len q] = word[i];
	}
	q[len q] = '\'';
	return q;
}

unquoted(line: string): list of string
{
	words: list of string;
	i := 0;
	for(;;){
		while(i < len line && in(line[i], " \t\n"))
			i++;
		if(i == len line)
			break;
		word := "";
		inquote := 0;
		for(; i < len line && (inquote || !in(line[i], " \t\n")); i++){
			if(line[i] != '\'')
				word[len word] = line[i];
			else if(inquote && i+1 < len line && line[i+1] == '\'')
				word[len word] = line[i++];
			else
				inquote = !inquote;
		}
		words = word :: words;
	}
	l: list of string;
	for(; words != nil; words = tl words)
		l = hd words :: l;
	return l;
}
