# The text into numbers, names, strings and operators.

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
		}else if(c == '"'){
			(text, end) := quoted(s, i, line);
			l = ref Token(Tstr, text, 0.0, line, spaced) :: l;
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

# The text of the string constant at i, and where it ends.
quoted(s: string, i, line: int): (string, int)
{
	text := "";
	for(i++; i < len s && s[i] != '"' && s[i] != '\n'; i++){
		c := s[i];
		if(c == '\\' && i+1 < len s){
			case c = s[++i] {
			'n' =>
				c = '\n';
			't' =>
				c = '\t';
			}
		}
		text[len text] = c;
	}
	if(i >= len s || s[i] != '"')
		raise sys->sprint("calc:line %d: string without end", line);
	return (text, i+1);
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
	'?' or ':' or '=' or ',' or ';' or '{' or '}' or '↑' or '↓' =>
		return i + 1;
	}
	return i;
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
