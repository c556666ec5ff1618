# Strings: splitting, classes of characters, numbers, quoting.

String: module
{
	PATH:	con "/dis/lib/string.dis";

	# A class lists characters and ranges ("a-zA-Z_"); a leading ^ complements it.
	in:	fn(c: int, class: string): int;
	take, drop:	fn(s, class: string): string;	# the longest prefix in class; what follows it
	splitl:	fn(s, class: string): (string, string);	# before the first in class; (s, "") if none
	splitr:	fn(s, class: string): (string, string);	# after the last in class; ("", s) if none

	# around the first, and the last, occurrence of t; t goes right, and left
	splitstrl, splitstrr:	fn(s, t: string): (string, string);
	prefix:	fn(pre, s: string): int;

	tolower, toupper:	fn(s: string): string;	# ASCII only

	# the number at the front of s, and what follows it
	toint:	fn(s: string, base: int): (int, string);
	tobig:	fn(s: string, base: int): (big, string);
	toreal:	fn(s: string, base: int): (real, string);

	append:	fn(s: string, l: list of string): list of string;

	# between a list of words and one line that quotes each where it must
	quoted:	fn(words: list of string): string;
	quotedc:	fn(words: list of string, class: string): string;
	unquoted:	fn(line: string): list of string;
};
