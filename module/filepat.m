# The shell's file name patterns: * ? [set] [^set].

Filepat: module
{
	PATH:	con "/dis/lib/filepat.dis";

	expand:	fn(pattern: string): list of string;	# names of existing files, sorted
	match:	fn(pattern, name: string): int;	# a slash is like any character
};
