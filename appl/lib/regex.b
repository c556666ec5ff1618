implement Regex;

include "sys.m";

include "regex.m";

# The nodes of the parse become the states of an automaton: what follows a state is at its right, and where
# there is a choice, what to prefer is at its left. Execution keeps the set of states that are possible after
# each character, so its time is in proportion to the length of the string times the size of the expression.

None:	con -1;	# no node: of the parse an error, of the automaton the state of acceptance

Text: adt {
	s:	string;
	i:	int;
	error:	string;
};

compile(pattern: string, flag: int): (Re, string)
{
	if(pattern == nil)
		return (nil, "missing expression");
	re := ref Arena(array[2*len pattern + 2] of Rex, 0, None, -1);
	if(flag & 1)
		re.pno = 0;
	t := ref Text(pattern, 0, nil);
	tree := alternatives(re, t);
	if(t.error == nil && peek(t) == ')')
		t.error = "unmatched )";
	if(t.error != nil)
		return (nil, "invalid regular expression: " + t.error);
	re.start = link(re, tree, None);
	if(re.pno < 0)
		re.pno = 0;
	return (re, nil);
}

node(re: Re, kind, left, right, pno: int): int
{
	if(re.ptr == len re.rex){
		larger := array[2 * len re.rex] of Rex;
		larger[0:] = re.rex;
		re.rex = larger;
	}
	re.rex[re.ptr] = Rex(kind, left, right, nil, pno);
	return re.ptr++;
}

peek(t: ref Text): int
{
	if(t.i < len t.s)
		return t.s[t.i];
	return None;
}

fail(t: ref Text, why: string): int
{
	if(t.error == nil)
		t.error = why;
	t.i = len t.s;
	return None;
}

alternatives(re: Re, t: ref Text): int
{
	left := sequence(re, t);
	if(peek(t) != '|')
		return left;
	t.i++;
	return node(re, ALT, left, alternatives(re, t), 0);
}

sequence(re: Re, t: ref Text): int
{
	left := repeated(re, t);
	case peek(t) {
	None or '|' or ')' =>
		return left;
	}
	return node(re, CAT, left, sequence(re, t), 0);
}

repeated(re: Re, t: ref Text): int
{
	one := primary(re, t);
	kind := 0;
	case peek(t) {
	'*' =>
		kind = CLO;
	'+' =>
		kind = PCLO;
	'?' =>
		kind = OPT;
	* =>
		return one;
	}
	t.i++;
	return node(re, kind, one, None, 0);
}

primary(re: Re, t: ref Text): int
{
	c := peek(t);
	t.i++;
	case c {
	None =>
		return fail(t, "missing operand at the end");
	'|' or ')' or ']' or '*' or '+' or '?' =>
		return fail(t, "misplaced " + t.s[t.i-1:t.i]);
	'(' =>
		return group(re, t);
	'[' =>
		set := class(t);
		n := node(re, SET, None, None, 0);
		re.rex[n].set = set;
		return n;
	'.' =>
		c = DOT;
	'^' =>
		c = HAT;
	'$' =>
		c = DOL;
	'\\' =>
		c = escaped(t);
	}
	return node(re, c, None, None, 0);
}

escaped(t: ref Text): int
{
	c := peek(t);
	if(c == None)
		return fail(t, "missing character after \\");
	t.i++;
	if(c == 'n')
		return '\n';
	return c;
}

group(re: Re, t: ref Text): int
{
	pno := 0;
	if(re.pno >= 0)
		pno = ++re.pno;
	inside: int;
	if(peek(t) == None)
		return fail(t, "unmatched (");
	if(peek(t) == ')')
		inside = node(re, NUL, None, None, 0);
	else
		inside = alternatives(re, t);
	if(peek(t) != ')')
		return fail(t, "unmatched (");
	t.i++;
	if(pno == 0)
		return inside;
	inside = node(re, CAT, inside, node(re, RPN, None, None, pno), 0);
	return node(re, CAT, node(re, LPN, None, None, pno), inside, 0);
}

class(t: ref Text): ref Set
{
	set := ref Set(0, array[4] of {* => 0}, nil);
	if(peek(t) == '^'){
		set.neg = 1;
		addrange(set, '\n', '\n');
		t.i++;
	}
	while(peek(t) != ']'){
		lo := member(t);
		hi := lo;
		if(peek(t) == '-'){
			t.i++;
			hi = member(t);
		}
		if(lo == None || hi == None){
			fail(t, "unmatched [");
			return set;
		}
		if(hi < lo)
			fail(t, "range out of order");
		addrange(set, lo, hi);
	}
	t.i++;
	return set;
}

member(t: ref Text): int
{
	c := peek(t);
	if(c == None || c == ']')
		return None;
	t.i++;
	if(c == '\\')
		return escaped(t);
	return c;
}

addrange(set: ref Set, lo, hi: int)
{
	for(c := lo; c <= hi && c < 128; c++)
		set.ascii[c>>5] |= 1 << (c & 31);
	if(hi >= 128)
		set.unicode = (lo, hi) :: set.unicode;
}

within(set: ref Set, c: int): int
{
	if(c < 128)
		return set.neg ^ (set.ascii[c>>5] >> (c & 31) & 1);
	for(l := set.unicode; l != nil; l = tl l)
		if((hd l).t0 <= c && c <= (hd l).t1)
			return !set.neg;
	return set.neg;
}

# Makes states of the tree at n, followed by next; returns the first of them.
link(re: Re, n, next: int): int
{
	rex := re.rex[n];
	case rex.kind {
	CAT =>
		return link(re, rex.left, link(re, rex.right, next));
	ALT =>
		re.rex[n].left = link(re, rex.left, next);
		re.rex[n].right = link(re, rex.right, next);
		return n;
	OPT =>
		re.rex[n].left = link(re, rex.left, next);
	CLO =>
		re.rex[n].left = link(re, rex.left, n);
	PCLO =>
		first := link(re, rex.left, n);
		re.rex[n].left = first;
		re.rex[n].right = next;
		return first;
	}
	re.rex[n].right = next;
	return n;
}

# Where a parenthesis was last passed: the slot is twice the group's number, one more for the closing one.
Mark: adt {
	slot, place:	int;
};

# a state, where its match began, and the parentheses on its way, the last one first
Thread: adt {
	state, beg:	int;
	marks:	list of Mark;
};

Run: adt {
	re:	Re;
	s:	string;
	first, last:	int;	# the part of s that is searched
	bol, eol:	int;
	threads:	array of Thread;	# those for the next character, the preferred ones first
	n:	int;
	seen:	array of int;	# the place each state was last reached at
	beg, end:	int;	# the best match, -1 if none yet
	marks:	list of Mark;
};

execute(re: Re, s: string): array of (int, int)
{
	return executese(re, s, (0, len s), 1, 1);
}

executese(re: Re, s: string, se: (int, int), bol, eol: int): array of (int, int)
{
	if(re == nil)
		return nil;
	(first, last) := se;
	if(first < 0)
		first = 0;
	if(last < 0 || last > len s)
		last = len s;
	r := ref Run(re, s, first, last, bol, eol, array[re.ptr] of Thread, 0, array[re.ptr] of {* => -1}, -1, -1, nil);
	current := array[re.ptr] of Thread;
	for(i := first;; i++){
		if(r.beg < 0)
			reach(r, re.start, i, i, nil);
		if(i >= last || r.n == 0 && r.beg >= 0)
			break;
		n := r.n;
		(current, r.threads) = (r.threads, current);
		r.n = 0;
		for(j := 0; j < n; j++){
			t := current[j];
			if(r.beg >= 0 && t.beg > r.beg)
				break;
			if(accepts(re.rex[t.state], s[i]))
				reach(r, re.rex[t.state].right, i+1, t.beg, t.marks);
		}
	}
	return result(r);
}

accepts(rex: Rex, c: int): int
{
	case rex.kind {
	DOT =>
		return c != '\n';
	SET =>
		return within(rex.set, c);
	}
	return rex.kind == c;
}

# Adds the states that need a character and can be reached from state without one, before place i.
reach(r: ref Run, state, i, beg: int, marks: list of Mark)
{
	while(state != None && r.seen[state] != i){
		r.seen[state] = i;
		rex := r.re.rex[state];
		case rex.kind {
		ALT or OPT or CLO or PCLO =>
			reach(r, rex.left, i, beg, marks);
		LPN =>
			marks = Mark(2*rex.pno, i) :: marks;
		RPN =>
			marks = Mark(2*rex.pno+1, i) :: marks;
		HAT =>
			if(i != r.first || !r.bol)
				return;
		DOL =>
			if(i != r.last || !r.eol)
				return;
		NUL =>
			;
		* =>
			r.threads[r.n++] = Thread(state, beg, marks);
			return;
		}
		state = rex.right;
	}
	if(state == None && (r.beg < 0 || beg < r.beg || beg == r.beg && i > r.end)){
		r.beg = beg;
		r.end = i;
		r.marks = marks;
	}
}

result(r: ref Run): array of (int, int)
{
	if(r.beg < 0)
		return nil;
	groups := array[r.re.pno + 1] of {* => (-1, -1)};
	groups[0] = (r.beg, r.end);
	for(l := r.marks; l != nil; l = tl l){
		(slot, place) := hd l;
		(open, close) := groups[slot/2];
		if(slot & 1 && close < 0)
			groups[slot/2] = (-1, place);
		else if((slot & 1) == 0 && open < 0 && close >= 0)
			groups[slot/2] = (place, close);
	}
	return groups;
}
