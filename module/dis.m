# Object files: read, and shown.

Dis: module
{
	PATH:	con "/dis/lib/dis.dis";

	XMAGIC:	con 819248;
	SMAGIC:	con 923426;	# signed

	# Mod.rt
	MUSTCOMPILE, DONTCOMPILE, SHAREMP, DYNMOD, HASLDT0, HASEXCEPT, HASLDT:	con 1<<iota;

	# Inst.addr: the destination in the low three bits, the source in the next three, the middle on top
	AMP:	con 0;
	AFP:	con 1;
	AIMM:	con 2;
	AXXX:	con 3;
	AIND:	con 4;
	AMASK:	con 7;
	AXNON:	con 16r00;
	AXIMM:	con 16r40;
	AXINF:	con 16r80;
	AXINM, ARM:	con 16rC0;

	# Data.op, the high half
	DEFZ, DEFB, DEFW, DEFS, DEFF, DEFA, DIND, DAPOP, DEFL:	con iota;
	DMAX:	con 16;	# in the low half there is room for counts below it

	Inst: adt {
		op, addr:	int;
		mid, src, dst:	int;
	};

	Type: adt {
		size:	int;
		np:	int;	# bytes in map
		map:	array of byte;
	};

	Data: adt {
		op:	int;
		n:	int;	# elements
		off:	int;	# in bytes
		pick {
		Zero =>
		Bytes =>
			bytes:	array of byte;
		Words =>
			words:	array of int;
		String =>
			str:	string;
		Reals =>
			reals:	array of real;
		Array =>
			typex, length:	int;
		Aindex =>
			index:	int;
		Arestore =>
		Bigs =>
			bigs:	array of big;
		}
	};

	Link: adt {
		pc, desc, sig:	int;
		name:	string;
	};

	Import: adt {
		sig:	int;
		name:	string;
	};

	Except: adt {
		s:	string;	# nil for any
		pc:	int;
	};

	Handler: adt {
		pc1, pc2:	int;	# the first pc handled and the one after the last
		eoff:	int;	# where the exception goes in the frame
		ne:	int;
		t:	ref Type;
		etab:	array of ref Except;
	};

	Mod: adt {
		name, srcpath:	string;
		magic, rt:	int;
		ssize, isize, dsize, tsize, lsize:	int;
		entry, entryt:	int;
		inst:	array of ref Inst;
		types:	array of ref Type;
		data:	list of ref Data;
		links:	array of ref Link;
		imports:	array of array of ref Import;
		handlers:	array of ref Handler;
		sign:	array of byte;
	};

	INOP, IALT, INBALT, IGOTO, ICALL, IFRAME, ISPAWN, IRUNT,
	ILOAD, IMCALL, IMSPAWN, IMFRAME, IRET, IJMP, ICASE, IEXIT,
	INEW, INEWA, INEWCB, INEWCW, INEWCF, INEWCP, INEWCM, INEWCMP,
	ISEND, IRECV, ICONSB, ICONSW, ICONSP, ICONSF, ICONSM, ICONSMP,
	IHEADB, IHEADW, IHEADP, IHEADF, IHEADM, IHEADMP, ITAIL, ILEA,
	IINDX, IMOVP, IMOVM, IMOVMP, IMOVB, IMOVW, IMOVF, ICVTBW,
	ICVTWB, ICVTFW, ICVTWF, ICVTCA, ICVTAC, ICVTWC, ICVTCW, ICVTFC,
	ICVTCF, IADDB, IADDW, IADDF, ISUBB, ISUBW, ISUBF, IMULB,
	IMULW, IMULF, IDIVB, IDIVW, IDIVF, IMODW, IMODB, IANDB,
	IANDW, IORB, IORW, IXORB, IXORW, ISHLB, ISHLW, ISHRB,
	ISHRW, IINSC, IINDC, IADDC, ILENC, ILENA, ILENL, IBEQB,
	IBNEB, IBLTB, IBLEB, IBGTB, IBGEB, IBEQW, IBNEW, IBLTW,
	IBLEW, IBGTW, IBGEW, IBEQF, IBNEF, IBLTF, IBLEF, IBGTF,
	IBGEF, IBEQC, IBNEC, IBLTC, IBLEC, IBGTC, IBGEC, ISLICEA,
	ISLICELA, ISLICEC, IINDW, IINDF, IINDB, INEGF, IMOVL, IADDL,
	ISUBL, IDIVL, IMODL, IMULL, IANDL, IORL, IXORL, ISHLL,
	ISHRL, IBNEL, IBLTL, IBLEL, IBGTL, IBGEL, IBEQL, ICVTLF,
	ICVTFL, ICVTLW, ICVTWL, ICVTLC, ICVTCL, IHEADL, ICONSL, INEWCL,
	ICASEC, IINDL, IMOVPC, ITCMP, IMNEWZ, ICVTRF, ICVTFR, ICVTWS,
	ICVTSW, ILSRW, ILSRL, IECLR, INEWZ, INEWAZ, IRAISE, ICASEL,
	IMULX, IDIVX, ICVTXX, IMULX0, IDIVX0, ICVTXX0, IMULX1, IDIVX1,
	ICVTXX1, ICVTFX, ICVTXF, IEXPW, IEXPL, IEXPF, ISELF,	MAXDIS:	con iota;

	init:	fn();
	loadobj:	fn(file: string): (ref Mod, string);
	op2s:	fn(op: int): string;
	inst2s:	fn(i: ref Inst): string;
	src:	fn(dis: string): string;	# the source file of an object file
};
