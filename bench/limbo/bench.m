# A benchmark: a module with one or more parts.
Bench: module
{
	Part: adt {
		name:	string;
		times:	int;	# how often run is called and timed at full size
		result:	int;	# what each call has to give
		run:	ref fn(): int;
	};

	parts:	fn(): list of ref Part;
};
