# Programs looked at from outside: symbol tables, and processes by way of /prog.

Debug: module
{
	PATH:	con "/dis/lib/debug.dis";

	# kinds of types
	Terror, Tid, Tadt, Tadtpick, Tarray, Tbig, Tbyte, Tchan, Treal,
	Tfn, Targ, Tlocal, Tglobal, Tint, Tlist, Tmodule, Tnil, Tnone,
	Tref, Tstring, Ttuple, Tend, Targs, Tslice, Tpoly:	con iota;

	Pos: adt {
		file:	string;
		line:	int;	# from 1
		pos:	int;	# from 0
	};
	Src: adt {
		start, stop:	Pos;
	};
	Id: adt {
		src:	ref Src;
		name:	string;
		offset:	int;	# in the frame or the data; of a function, its first pc
		stoppc:	int;	# of a function, the pc after its last
		t:	cyclic ref Type;
	};
	Type: adt {
		src:	ref Src;
		kind, size:	int;
		name:	string;
		Of:	cyclic ref Type;	# of the elements
		ids:	cyclic array of ref Id;	# members, or locals
		tags:	cyclic array of ref Type;	# of a pick

		text:	fn(t: self ref Type, sym: ref Sym): string;
		getkind:	fn(t: self ref Type, sym: ref Sym): int;
	};
	Sym: adt {
		path, name:	string;
		src:	array of ref Src;	# a pc's place in it is srcstmt[pc]
		srcstmt:	array of int;
		adts:	array of ref Type;
		fns, vars:	array of ref Id;

		srctopc:	fn(s: self ref Sym, src: ref Src): int;
		pctosrc:	fn(s: self ref Sym, pc: int): ref Src;
	};

	Module: adt {
		path:	string;
		code, data:	int;	# addresses
		comp:	int;	# whether compiled
		sym:	ref Sym;

		addsym:	fn(m: self ref Module, sym: ref Sym);
		stdsym:	fn(m: self ref Module);
		dis, sbl:	fn(m: self ref Module): string;
	};

	StepExp, StepStmt, StepOver, StepOut:	con iota;

	Prog: adt {
		id:	int;
		heap, ctl, dbgctl, stk:	ref Sys->FD;

		# (process id, state, module, error)
		status:	fn(p: self ref Prog): (int, string, string, string);
		stack:	fn(p: self ref Prog): (array of ref Exp, string);
		# the others return an error or nil
		step:	fn(p: self ref Prog, how: int): string;
		cont, grab, start, stop, unstop, kill, event:	fn(p: self ref Prog): string;
		setbpt, delbpt:	fn(p: self ref Prog, dis: string, pc: int): string;
	};

	# a value: a stack frame, or something reached from one
	Exp: adt {
		name:	string;
		offset, pc:	int;
		m:	ref Module;
		p:	ref Prog;
		id:	ref Id;

		expand:	fn(e: self ref Exp): array of ref Exp;
		val:	fn(e: self ref Exp): (string, int);
		typename, findsym, srcstr:	fn(e: self ref Exp): string;
		kind:	fn(e: self ref Exp): int;
		src:	fn(e: self ref Exp): ref Src;
	};

	init:	fn(): int;
	sym:	fn(sbl: string): (ref Sym, string);
	prog:	fn(pid: int): (ref Prog, string);
	startprog:	fn(dis, dir: string, ctxt: ref Draw->Context, argv: list of string): (ref Prog, string);
};
