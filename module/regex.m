# Regular expressions.

Regex: module
{
	PATH:	con "/dis/lib/regex.dis";

	Re:	type ref Arena;

	# (expression, error); flag not zero remembers what each (group) matched
	compile:	fn(pattern: string, flag: int): (Re, string);
	# the leftmost longest match and its groups as [begin, end) pairs, (-1, -1) if unset; nil if none
	execute:	fn(re: Re, s: string): array of (int, int);
	# the same between se.t0 and se.t1; bol and eol: whether ^ and $ match at those ends
	executese:	fn(re: Re, s: string, se: (int, int), bol, eol: int): array of (int, int);

	# The rest is the implementation's.
	ALT, CAT, DOT, SET, HAT, DOL, NUL, PCLO, CLO, OPT, LPN, RPN:	con 16r10000+iota;

	refRex:	type int;	# an index into Arena.rex

	Set: adt {
		neg:	int;
		ascii:	array of int;	# a bit for each of 128 characters
		unicode:	list of (int, int);	# ranges beyond
	};

	Rex: adt {
		kind:	int;	# a character, or one of the above
		left, right:	refRex;
		set:	ref Set;
		pno:	int;	# number of the group
	};

	Arena: adt {
		rex:	array of Rex;
		ptr:	refRex;	# first free
		start:	refRex;
		pno:	int;	# number of groups
	};
};
