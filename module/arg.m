# Command line options: one letter each, bundled or not, each perhaps with an argument.

Arg: module
{
	PATH:	con "/dis/lib/arg.dis";

	init:	fn(argv: list of string);	# argv begins with the program's name
	progname:	fn(): string;
	opt:	fn(): int;	# next option's letter, 0 after the last
	arg:	fn(): string;	# the current option's argument, nil if none
	earg:	fn(): string;	# the same, but usage() if none
	argv:	fn(): list of string;	# what follows the options

	setusage:	fn(text: string);
	usage:	fn();	# print the usage and raise "fail:usage"
};
