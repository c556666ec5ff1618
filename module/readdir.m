# Whole directories, sorted.

Readdir: module
{
	PATH:	con "/dis/lib/readdir.dis";

	# what to sort by: names rising, times and sizes falling
	NAME, ATIME, MTIME, SIZE, NONE:	con iota;
	# or'd into a key: one entry for each name of a union; the opposite order
	COMPACT:	con 16r10;
	DESCENDING:	con 16r20;

	# (entries, their number); the number is -1 after an error
	init:	fn(path: string, key: int): (array of ref Sys->Dir, int);
	readall:	fn(fd: ref Sys->FD, key: int): (array of ref Sys->Dir, int);
	sortdir:	fn(entries: array of ref Sys->Dir, key: int): (array of ref Sys->Dir, int);
};
