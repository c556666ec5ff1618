implement Hash;

include "hash.m";

fun1(s: string, n: int): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h*31 + s[i];
	return (h & 16r7FFFFFFF) % n;
}

fun2(s: string, n: int): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h<<5 ^ h>>7 ^ s[i];
	return (h & 16r7FFFFFFF) % n;
}

new(nslots: int): ref HashTable
{
	if(nslots < 1)
		nslots = 1;
	return ref HashTable(array[nslots] of list of HashNode);
}

HashTable.find(t: self ref HashTable, key: string): ref HashVal
{
	for(l := t.a[fun1(key, len t.a)]; l != nil; l = tl l)
		if((hd l).key == key)
			return (hd l).val;
	return nil;
}

HashTable.insert(t: self ref HashTable, key: string, val: HashVal)
{
	old := t.find(key);
	if(old != nil){
		*old = val;
		return;
	}
	slot := fun1(key, len t.a);
	t.a[slot] = HashNode(key, ref val) :: t.a[slot];
}

HashTable.delete(t: self ref HashTable, key: string)
{
	slot := fun1(key, len t.a);
	kept: list of HashNode;
	for(l := t.a[slot]; l != nil; l = tl l)
		if((hd l).key != key)
			kept = hd l :: kept;
	t.a[slot] = kept;
}

HashTable.all(t: self ref HashTable): list of HashNode
{
	nodes: list of HashNode;
	for(i := 0; i < len t.a; i++)
		for(l := t.a[i]; l != nil; l = tl l)
			nodes = hd l :: nodes;
	return nodes;
}
