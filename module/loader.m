# Modules taken apart, and made, at run time.

Nilmod: module
{
};

Loader: module
{
	PATH:	con "$Loader";

	Inst: adt {
		op, addr:	byte;
		src, mid, dst:	int;
	};

	Typedesc: adt {
		size:	int;
		map:	array of byte;	# a bit for each word, set for pointers, highest bit first
	};

	Link: adt {
		name:	string;
		sig, pc, tdesc:	int;
	};

	Niladt: adt {
	};

	ifetch:	fn(m: Nilmod): array of Inst;
	tdesc:	fn(m: Nilmod): array of Typedesc;
	link:	fn(m: Nilmod): array of Link;

	newmod:	fn(name: string, stacksize, nlink: int, inst: array of Inst, data: ref Niladt): Nilmod;
	tnew:	fn(m: Nilmod, size: int, map: array of byte): int;
	ext:	fn(m: Nilmod, index, pc, tdesc: int): int;
	dnew:	fn(size: int, map: array of byte): ref Niladt;
	compile:	fn(m: Nilmod, flag: int): int;
};
