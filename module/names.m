# Path names as text; no file is looked at.

Names: module
{
	PATH:	con "/dis/lib/names.dis";

	cleanname:	fn(name: string): string;	# without ".", "..", and doubled slashes, where that is possible
	dirname:	fn(name: string): string;	# nil if there is none
	basename:	fn(name, suffix: string): string;
	elements:	fn(name: string): list of string;	# begins with "/" if rooted
	pathname:	fn(elements: list of string): string;
	isprefix:	fn(a, b: string): int;	# whether b is at or below a
	rooted:	fn(root, name: string): string;
	relative:	fn(name, root: string): string;
};
