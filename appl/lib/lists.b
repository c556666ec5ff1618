implement Lists;

include "lists.m";

reverse[T](l: list of T): list of T
{
	r: list of T;
	for(; l != nil; l = tl l)
		r = hd l :: r;
	return r;
}

concat[T](l, l2: list of T): list of T
{
	if(l2 == nil)
		return l;
	for(r := reverse(l); r != nil; r = tl r)
		l2 = hd r :: l2;
	return l2;
}

append[T](l: list of T, x: T): list of T
{
	return concat(l, x :: nil);
}

combine[T](l, l2: list of T): list of T
{
	for(; l != nil; l = tl l)
		l2 = hd l :: l2;
	return l2;
}

last[T](l: list of T): T
{
	while(tl l != nil)
		l = tl l;
	return hd l;
}

pair[T1, T2](l1: list of T1, l2: list of T2): list of (T1, T2)
{
	r: list of (T1, T2);
	for(; l1 != nil && l2 != nil; l1 = tl l1){
		r = (hd l1, hd l2) :: r;
		l2 = tl l2;
	}
	pairs: list of (T1, T2);
	for(; r != nil; r = tl r)
		pairs = hd r :: pairs;
	return pairs;
}

unpair[T1, T2](l: list of (T1, T2)): (list of T1, list of T2)
{
	r1: list of T1;
	r2: list of T2;
	for(; l != nil; l = tl l){
		r1 = (hd l).t0 :: r1;
		r2 = (hd l).t1 :: r2;
	}
	return (reverse(r1), reverse(r2));
}

map[T](f: ref fn(x: T): T, l: list of T): list of T
{
	r: list of T;
	for(; l != nil; l = tl l)
		r = f(hd l) :: r;
	return reverse(r);
}

filter[T](p: ref fn(x: T): int, l: list of T): list of T
{
	return partition(p, l).t0;
}

partition[T](p: ref fn(x: T): int, l: list of T): (list of T, list of T)
{
	yes, no: list of T;
	for(; l != nil; l = tl l)
		if(p(hd l))
			yes = hd l :: yes;
		else
			no = hd l :: no;
	return (reverse(yes), reverse(no));
}

allsat[T](p: ref fn(x: T): int, l: list of T): int
{
	while(l != nil && p(hd l))
		l = tl l;
	return l == nil;
}

anysat[T](p: ref fn(x: T): int, l: list of T): int
{
	while(l != nil && !p(hd l))
		l = tl l;
	return l != nil;
}

find[T](x: T, l: list of T): list of T
	for { T => eq:	fn(a, b: T): int; }
{
	while(l != nil && !T.eq(x, hd l))
		l = tl l;
	return l;
}

# without the first that equals x
delete[T](x: T, l: list of T): list of T
	for { T => eq:	fn(a, b: T): int; }
{
	before: list of T;
	for(rest := l; rest != nil; rest = tl rest){
		if(T.eq(x, hd rest)){
			rest = tl rest;
			for(; before != nil; before = tl before)
				rest = hd before :: rest;
			return rest;
		}
		before = hd rest :: before;
	}
	return l;
}

ismember[T](x: T, l: list of T): int
	for { T => eq:	fn(a, b: T): int; }
{
	return find(x, l) != nil;
}
