# The system call interface: files, name spaces, process groups, text.

SELF:	con "$self";	# load's argument for a module's own instance

Sys: module
{
	PATH:	con "$Sys";

	Maxint:	con 16r7FFFFFFF;

	# what identifies a file on its server
	Qid: adt {
		path:	big;
		vers:	int;
		qtype:	int;	# QTDIR and friends, the top byte of Dir.mode
	};

	QTFILE:	con 0;
	QTTMP:	con 16r04;
	QTAUTH:	con 16r08;
	QTEXCL:	con 16r20;
	QTAPPEND:	con 16r40;
	QTDIR:	con 16r80;

	# a directory entry, as stat and dirread give it and wstat takes it
	Dir: adt {
		name, uid, gid, muid:	string;
		qid:	Qid;
		mode:	int;	# permissions and DM bits
		atime, mtime:	int;	# seconds since 1970
		length:	big;
		dtype, dev:	int;
	};
	# wstat leaves alone each field that is as in nulldir
	nulldir:	con Dir(nil, nil, nil, nil, (~big 0, ~0, ~0), ~0, ~0, ~0, ~big 0, ~0, ~0);
	zerodir:	con Dir(nil, nil, nil, nil, (big 0, 0, 0), 0, 0, 0, big 0, 0, 0);

	DMTMP:	con 16r04000000;
	DMAUTH:	con 16r08000000;
	DMEXCL:	con 16r20000000;
	DMAPPEND:	con 16r40000000;
	DMDIR:	con int 16r80000000;

	# closed when its last reference goes
	FD: adt {
		fd:	int;
	};

	Connection: adt {
		dfd, cfd:	ref FD;	# data and control files
		dir:	string;	# the connection's directory
	};

	# The two ends of a served file. A read request is (offset, count, fid, reply),
	# a write (offset, data, fid, reply); a nil reply channel means that the fid was closed.
	Rread:	type chan of (array of byte, string);
	Rwrite:	type chan of (int, string);
	FileIO: adt {
		read:	chan of (int, int, int, Rread);
		write:	chan of (int, array of byte, int, Rwrite);
	};

	ATOMICIO:	con 8192;	# bytes that one read or write moves undivided
	NAMEMAX:	con 256;
	ERRMAX:	con 128;
	WAITLEN:	con ERRMAX+64;	# bytes of a record of #p/n/wait

	# seek
	SEEKSTART, SEEKRELA, SEEKEND:	con iota;

	# open and create
	OREAD, OWRITE, ORDWR:	con iota;
	OTRUNC:	con 16r10;
	ORCLOSE:	con 16r40;
	OEXCL:	con 16r1000;

	# bind and mount
	MREPL, MBEFORE, MAFTER:	con iota;
	MCREATE:	con 4;
	MCACHE:	con 16;

	# pctl
	NEWFD, FORKFD, NEWNS, FORKNS, NEWPGRP, NODEVS, NEWENV, FORKENV:	con 1<<iota;

	# export
	EXPWAIT, EXPASYNC:	con iota;

	UTFmax:	con 4;	# bytes a character takes at most
	UTFerror:	con 16rFFFD;	# what a malformed sequence decodes to
	Runemax:	con 16r10FFFF;
	Runemask:	con 16r1FFFFF;

	# files
	open:	fn(name: string, mode: int): ref FD;
	create:	fn(name: string, mode, perm: int): ref FD;
	dup:	fn(old, new: int): int;
	fildes:	fn(fd: int): ref FD;
	pipe:	fn(ends: array of ref FD): int;
	file2chan:	fn(dir, file: string): ref FileIO;
	read, readn, write:	fn(fd: ref FD, buf: array of byte, n: int): int;
	pread, pwrite:	fn(fd: ref FD, buf: array of byte, n: int, offset: big): int;
	seek:	fn(fd: ref FD, offset: big, whence: int): big;
	stream:	fn(from, dest: ref FD, bufsize: int): int;
	iounit:	fn(fd: ref FD): int;
	remove:	fn(name: string): int;

	# directories and their entries
	chdir:	fn(name: string): int;
	dirread:	fn(fd: ref FD): (int, array of Dir);
	stat:	fn(name: string): (int, Dir);
	fstat:	fn(fd: ref FD): (int, Dir);
	wstat:	fn(name: string, entry: Dir): int;
	fwstat:	fn(fd: ref FD, entry: Dir): int;
	fd2path:	fn(fd: ref FD): string;

	# name space
	bind:	fn(new, old: string, flags: int): int;
	mount:	fn(fd, authfd: ref FD, old: string, flags: int, spec: string): int;
	unmount:	fn(new, old: string): int;
	export:	fn(fd: ref FD, root: string, flag: int): int;
	fauth:	fn(fd: ref FD, spec: string): ref FD;
	fversion:	fn(fd: ref FD, msize: int, version: string): (int, string);

	# networks
	announce:	fn(addr: string): (int, Connection);
	dial:	fn(addr, local: string): (int, Connection);
	listen:	fn(c: Connection): (int, Connection);

	# text
	print:	fn(format: string, *): int;
	fprint:	fn(fd: ref FD, format: string, *): int;
	sprint:	fn(format: string, *): string;
	aprint:	fn(format: string, *): array of byte;
	tokenize:	fn(s, delims: string): (int, list of string);
	byte2char:	fn(buf: array of byte, n: int): (int, int, int);	# (character, bytes used, valid)
	char2byte:	fn(c: int, buf: array of byte, n: int): int;
	utfbytes:	fn(buf: array of byte, n: int): int;

	# processes and time
	pctl:	fn(flags: int, keepfds: list of int): int;
	werrstr:	fn(s: string): int;
	sleep:	fn(millisecs: int): int;
	millisec:	fn(): int;
};
