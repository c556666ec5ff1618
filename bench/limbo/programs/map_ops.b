implement Bench;

# A map from strings to numbers: an array kept in order.

include "bench.m";

N: con 100;

Map: adt {
	keys:	array of string;
	values:	array of int;
	size:	int;

	new:	fn(limit: int): ref Map;
	at:	fn(m: self ref Map, key: string): int;
	set:	fn(m: self ref Map, key: string, value: int);
	get:	fn(m: self ref Map, key: string): int;
};

keys: array of string;

parts(): list of ref Part
{
	keys = array[N] of string;
	for(i := 0; i < N; i++)
		keys[i] = "key" + string i;
	return ref Part("map_ops", 1200, N * (N-1) / 2, run) :: nil;
}

run(): int
{
	m := Map.new(N);
	for(i := 0; i < N; i++)
		m.set(keys[i], i);
	sum := 0;
	for(i = 0; i < N; i++)
		sum += m.get(keys[i]);
	return sum;
}

Map.new(limit: int): ref Map
{
	return ref Map(array[limit] of string, array[limit] of int, 0);
}

# Where a key is, or would have to be.
Map.at(m: self ref Map, key: string): int
{
	lo := 0;
	hi := m.size;
	while(lo < hi){
		middle := (lo + hi) / 2;
		if(m.keys[middle] < key)
			lo = middle + 1;
		else
			hi = middle;
	}
	return lo;
}

Map.set(m: self ref Map, key: string, value: int)
{
	i := m.at(key);
	if(i == m.size || m.keys[i] != key){
		for(j := m.size++; j > i; j--){
			m.keys[j] = m.keys[j-1];
			m.values[j] = m.values[j-1];
		}
		m.keys[i] = key;
	}
	m.values[i] = value;
}

Map.get(m: self ref Map, key: string): int
{
	i := m.at(key);
	if(i < m.size && m.keys[i] == key)
		return m.values[i];
	return -1;
}
