# Tables of values by name.

Hash: module
{
	PATH:	con "/dis/lib/hash.dis";

	HashVal: adt {
		i:	int;
		r:	real;
		s:	string;
	};
	HashNode: adt {
		key:	string;
		val:	ref HashVal;
	};
	HashTable: adt {
		a:	array of list of HashNode;

		find:	fn(t: self ref HashTable, key: string): ref HashVal;
		insert:	fn(t: self ref HashTable, key: string, val: HashVal);
		delete:	fn(t: self ref HashTable, key: string);
		all:	fn(t: self ref HashTable): list of HashNode;
	};

	new:	fn(nslots: int): ref HashTable;
	fun1, fun2:	fn(s: string, n: int): int;	# from 0 to n-1
};
