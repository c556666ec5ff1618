# Real arithmetic beyond the operators of the language.

Math: module
{
	PATH:	con "$Math";

	Infinity:	con 1e400;
	NaN:	con 0./0.;
	MachEps:	con 2.2204460492503131e-16;	# distance from 1 to the next real
	Pi:	con 3.14159265358979323846;
	Degree:	con Pi/180.;

	# exceptions, for FPcontrol and FPstatus
	INVAL, ZDIV, OVFL, UNFL, INEX:	con 1<<iota;
	# rounding: nearest, down, up, to zero
	RND_NR, RND_NINF, RND_PINF, RND_Z:	con iota<<8;
	RND_MASK:	con 16r300;

	getFPcontrol, getFPstatus:	fn(): int;
	FPcontrol, FPstatus:	fn(bits, mask: int): int;

	acos, acosh, asin, asinh, atan, atanh,
	cos, cosh, sin, sinh, tan, tanh:	fn(x: real): real;
	atan2:	fn(y, x: real): real;

	exp, expm1, log, log10, log1p:	fn(x: real): real;
	pow:	fn(x, y: real): real;
	pow10:	fn(n: int): real;
	cbrt, sqrt:	fn(x: real): real;
	hypot:	fn(x, y: real): real;

	erf, erfc:	fn(x: real): real;
	lgamma:	fn(x: real): (int, real);	# (sign of gamma, log |gamma|)
	j0, j1, y0, y1:	fn(x: real): real;
	jn, yn:	fn(n: int, x: real): real;

	ceil, floor, rint, fabs:	fn(x: real): real;
	fdim, fmax, fmin, fmod, remainder:	fn(x, y: real): real;
	modf:	fn(x: real): (int, real);

	# the representation
	copysign, nextafter:	fn(x, y: real): real;
	finite, isnan, ilogb:	fn(x: real): int;
	scalbn:	fn(x: real, n: int): real;
	bits32real:	fn(bits: int): real;
	bits64real:	fn(bits: big): real;
	realbits32:	fn(x: real): int;
	realbits64:	fn(x: real): big;

	# vectors and matrices (Fortran order)
	dot:	fn(x, y: array of real): real;
	iamax:	fn(x: array of real): int;
	norm1, norm2:	fn(x: array of real): real;
	sort:	fn(x: array of real, perm: array of int);
	gemm:	fn(transa, transb: int,	# 'N' or 'T'
			m, n, k: int, alpha: real,
			a: array of real, lda: int,
			b: array of real, ldb: int, beta: real,
			c: array of real, ldc: int);

	# big-endian bytes to and from arrays
	import_int, export_int:	fn(bytes: array of byte, x: array of int);
	import_real, export_real,
	import_real32, export_real32:	fn(bytes: array of byte, x: array of real);
};
