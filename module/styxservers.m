# File servers: the part of the protocol that they have in common.

Styxservers: module
{
	PATH:	con "/dis/lib/styxservers.dis";

	Fid: adt {
		fid:	int;	# the client's number
		path:	big;	# Qid.path of the file
		qtype:	int;
		isopen, mode:	int;
		doffset:	(int, int);	# where the last directory read ended
		uname, param:	string;	# of the attach
		data:	array of byte;	# the server's

		clone:	fn(f: self ref Fid, nf: ref Fid): ref Fid;
		open:	fn(f: self ref Fid, mode: int, qid: Sys->Qid);
		walk:	fn(f: self ref Fid, qid: Sys->Qid);
	};

	# asks the process that knows the tree
	Navigator: adt {
		c:	chan of ref Navop;
		reply:	chan of (ref Sys->Dir, string);

		new:	fn(c: chan of ref Navop): ref Navigator;
		stat:	fn(t: self ref Navigator, path: big): (ref Sys->Dir, string);
		walk:	fn(t: self ref Navigator, parent: big, name: string): (ref Sys->Dir, string);
		readdir:	fn(t: self ref Navigator, path: big, offset, count: int): array of ref Sys->Dir;
	};

	Navop: adt {
		reply:	chan of (ref Sys->Dir, string);
		path:	big;
		pick {
		Stat =>
		Walk =>
			name:	string;
		Readdir =>
			offset, count:	int;	# in entries
		}
	};

	Styxserver: adt {
		fd:	ref Sys->FD;
		fids:	array of list of ref Fid;
		fidlock:	chan of int;
		t:	ref Navigator;
		rootpath:	big;
		msize:	int;
		replychan:	chan of ref Styx->Rmsg;

		new:	fn(fd: ref Sys->FD, t: ref Navigator, rootpath: big): (chan of ref Styx->Tmsg, ref Styxserver);
		reply, replydirect:	fn(s: self ref Styxserver, m: ref Styx->Rmsg): int;
		error:	fn(s: self ref Styxserver, m: ref Styx->Tmsg, why: string);

		# answer a request in the usual way
		attach:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Attach): ref Fid;
		clunk:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Clunk): ref Fid;
		walk:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Walk): ref Fid;
		open:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Open): ref Fid;
		read:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Read): ref Fid;
		remove:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Remove): ref Fid;
		stat:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Stat);
		default:	fn(s: self ref Styxserver, m: ref Styx->Tmsg);

		# whether a request is in order; the string tells why not
		cancreate:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Create): (ref Fid, int, ref Sys->Dir, string);
		canopen:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Open): (ref Fid, int, ref Sys->Dir, string);
		canremove:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Remove): (ref Fid, big, string);
		canread:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Read): (ref Fid, string);
		canwrite:	fn(s: self ref Styxserver, m: ref Styx->Tmsg.Write): (ref Fid, string);

		getfid, newfid:	fn(s: self ref Styxserver, fid: int): ref Fid;
		delfid:	fn(s: self ref Styxserver, f: ref Fid);
		allfids:	fn(s: self ref Styxserver): list of ref Fid;
		iounit:	fn(s: self ref Styxserver): int;
	};

	init:	fn(styx: Styx);
	traceset:	fn(on: int);

	# the reply to a read of a file with the given contents
	readbytes:	fn(m: ref Styx->Tmsg.Read, data: array of byte): ref Styx->Rmsg.Read;
	readstr:	fn(m: ref Styx->Tmsg.Read, s: string): ref Styx->Rmsg.Read;

	openok:	fn(uname: string, omode, perm: int, fuid, fgid: string): int;
	openmode:	fn(omode: int): int;	# -1 if there is no such mode

	Einuse:	con "fid already in use";
	Ebadfid:	con "bad fid";
	Eopen:	con "fid already opened";
	Enotfound:	con "file does not exist";
	Enotdir:	con "not a directory";
	Eperm:	con "permission denied";
	Ebadarg:	con "bad argument";
	Eexists:	con "file already exists";
	Emode:	con "open/create -- unknown mode";
	Eoffset:	con "read/write -- bad offset";
	Ecount:	con "read/write -- count negative or exceeds msgsize";
	Enotopen:	con "read/write -- on non open fid";
	Eaccess:	con "read/write -- not open in suitable mode";
	Ename:	con "bad character in file name";
	Edot:	con ". and .. are illegal names";
};

# A tree of names that a server adds to and removes from.
Nametree: module
{
	PATH:	con "/dis/lib/nametree.dis";

	# all return an error or nil, but getpath a name
	Tree: adt {
		c:	chan of ref Treeop;
		reply:	chan of string;

		create:	fn(t: self ref Tree, parent: big, d: Sys->Dir): string;
		wstat:	fn(t: self ref Tree, path: big, d: Sys->Dir): string;
		remove:	fn(t: self ref Tree, path: big): string;
		getpath:	fn(t: self ref Tree, path: big): string;
		quit:	fn(t: self ref Tree);
	};
	Treeop: adt {
		reply:	chan of string;
		q:	big;
		pick {
		Create or Wstat =>
			d:	Sys->Dir;
		Remove =>
		Getpath =>
		}
	};

	init:	fn();
	start:	fn(): (ref Tree, chan of ref Styxservers->Navop);
};
