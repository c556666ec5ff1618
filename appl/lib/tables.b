implement Tables;

include "tables.m";

Table[T].new(nslots: int, nilval: T): ref Table[T]
{
	if(nslots < 1)
		nslots = 13;
	return ref Table[T](array[nslots] of list of (int, T), nilval);
}

Table[T].add(t: self ref Table[T], id: int, x: T): int
{
	slot := (id & 16r7FFFFFFF) % len t.items;
	for(l := t.items[slot]; l != nil; l = tl l)
		if((hd l).t0 == id)
			return 0;
	t.items[slot] = (id, x) :: t.items[slot];
	return 1;
}

Table[T].del(t: self ref Table[T], id: int): int
{
	slot := (id & 16r7FFFFFFF) % len t.items;
	kept: list of (int, T);
	found := 0;
	for(l := t.items[slot]; l != nil; l = tl l)
		if((hd l).t0 == id)
			found = 1;
		else
			kept = hd l :: kept;
	t.items[slot] = kept;
	return found;
}

Table[T].find(t: self ref Table[T], id: int): T
{
	for(l := t.items[(id & 16r7FFFFFFF) % len t.items]; l != nil; l = tl l)
		if((hd l).t0 == id)
			return (hd l).t1;
	return t.nilval;
}

hash(s: string, n: int): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h*31 + s[i];
	return (h & 16r7FFFFFFF) % n;
}

Strhash[T].new(nslots: int, nilval: T): ref Strhash[T]
{
	if(nslots < 1)
		nslots = 13;
	return ref Strhash[T](array[nslots] of list of (string, T), nilval);
}

Strhash[T].add(t: self ref Strhash[T], id: string, x: T)
{
	slot := hash(id, len t.items);
	t.items[slot] = (id, x) :: t.items[slot];
}

Strhash[T].del(t: self ref Strhash[T], id: string)
{
	slot := hash(id, len t.items);
	kept: list of (string, T);
	for(l := t.items[slot]; l != nil; l = tl l)
		if((hd l).t0 != id)
			kept = hd l :: kept;
	t.items[slot] = kept;
}

Strhash[T].find(t: self ref Strhash[T], id: string): T
{
	for(l := t.items[hash(id, len t.items)]; l != nil; l = tl l)
		if((hd l).t0 == id)
			return (hd l).t1;
	return t.nilval;
}
