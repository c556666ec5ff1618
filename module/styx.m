# The file protocol: its messages as values and as bytes.

Styx: module
{
	PATH:	con "/dis/lib/styx.dis";
	PATHV1:	con "/dis/lib/styx1.dis";

	VERSION:	con "9P2000";
	MAXWELEM:	con 16;	# names in one walk
	NOTAG:	con 16rFFFF;
	NOFID:	con int ~0;
	ERRMAX:	con 128;

	# sizes in bytes
	BIT8SZ, BIT16SZ, BIT32SZ, BIT64SZ:	con 1<<iota;
	QIDSZ:	con BIT8SZ+BIT32SZ+BIT64SZ;
	STATFIXLEN:	con BIT16SZ+QIDSZ+5*BIT16SZ+4*BIT32SZ+BIT64SZ;	# an entry less its strings' text
	IOHDRSZ:	con 24;	# a write or read reply less its data, and room to spare
	MAXFDATA:	con 8192;
	MAXRPC:	con IOHDRSZ+MAXFDATA;

	# types of messages
	Tversion, Rversion,
	Tauth, Rauth,
	Tattach, Rattach,
	Terror, Rerror,	# Terror is never sent
	Tflush, Rflush,
	Twalk, Rwalk,
	Topen, Ropen,
	Tcreate, Rcreate,
	Tread, Rread,
	Twrite, Rwrite,
	Tclunk, Rclunk,
	Tremove, Rremove,
	Tstat, Rstat,
	Twstat, Rwstat,
	Tmax:	con 100+iota;

	OREAD, OWRITE, ORDWR, OEXEC:	con iota;
	OTRUNC:	con 16r10;
	ORCLOSE:	con 16r40;

	DMAUTH:	con 16r08000000;
	DMEXCL:	con 16r20000000;
	DMAPPEND:	con 16r40000000;
	DMDIR:	con int 16r80000000;

	QTFILE:	con 0;
	QTAUTH:	con 16r08;
	QTEXCL:	con 16r20;
	QTAPPEND:	con 16r40;
	QTDIR:	con 16r80;

	# requests
	Tmsg: adt {
		tag:	int;
		pick {
		Readerror =>	# what read returns for a failure
			error:	string;
		Version =>
			msize:	int;
			version:	string;
		Auth =>
			afid:	int;
			uname, aname:	string;
		Attach =>
			fid, afid:	int;
			uname, aname:	string;
		Flush =>
			oldtag:	int;
		Walk =>
			fid, newfid:	int;
			names:	array of string;
		Open =>
			fid, mode:	int;
		Create =>
			fid:	int;
			name:	string;
			perm, mode:	int;
		Read =>
			fid:	int;
			offset:	big;
			count:	int;
		Write =>
			fid:	int;
			offset:	big;
			data:	array of byte;
		Clunk or Stat or Remove =>
			fid:	int;
		Wstat =>
			fid:	int;
			stat:	Sys->Dir;
		}

		read:	fn(fd: ref Sys->FD, msize: int): ref Tmsg;
		unpack:	fn(buf: array of byte): (int, ref Tmsg);	# (bytes used, message)
		pack:	fn(m: self ref Tmsg): array of byte;
		packedsize:	fn(m: self ref Tmsg): int;
		text:	fn(m: self ref Tmsg): string;
		mtype:	fn(m: self ref Tmsg): int;
	};

	# replies
	Rmsg: adt {
		tag:	int;
		pick {
		Readerror =>
			error:	string;
		Version =>
			msize:	int;
			version:	string;
		Auth =>
			aqid:	Sys->Qid;
		Attach =>
			qid:	Sys->Qid;
		Flush =>
		Error =>
			ename:	string;
		Clunk or Remove or Wstat =>
		Walk =>
			qids:	array of Sys->Qid;
		Create or Open =>
			qid:	Sys->Qid;
			iounit:	int;
		Read =>
			data:	array of byte;
		Write =>
			count:	int;
		Stat =>
			stat:	Sys->Dir;
		}

		read:	fn(fd: ref Sys->FD, msize: int): ref Rmsg;
		unpack:	fn(buf: array of byte): (int, ref Rmsg);
		pack:	fn(m: self ref Rmsg): array of byte;
		packedsize:	fn(m: self ref Rmsg): int;
		text:	fn(m: self ref Rmsg): string;
		mtype:	fn(m: self ref Rmsg): int;
	};

	init:	fn();
	readmsg:	fn(fd: ref Sys->FD, msize: int): (array of byte, string);
	istmsg:	fn(buf: array of byte): int;
	compatible:	fn(t: ref Tmsg.Version, msize: int, version: string): (int, string);

	packdirsize:	fn(d: Sys->Dir): int;
	packdir:	fn(d: Sys->Dir): array of byte;
	unpackdir:	fn(buf: array of byte): (int, Sys->Dir);
	dir2text:	fn(d: Sys->Dir): string;
	qid2text:	fn(q: Sys->Qid): string;
	utflen:	fn(s: string): int;
	write:	fn(fd: ref Sys->FD, buf: array of byte, n: int): int;
};
