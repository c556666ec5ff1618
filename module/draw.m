# Graphics: pictures, windows, fonts.

Draw: module
{
	PATH:	con "$Draw";

	# colours, red green blue alpha
	Opaque, White:	con int 16rFFFFFFFF;
	Transparent:	con 0;
	Black:	con int 16r000000FF;
	Red:	con int 16rFF0000FF;
	Green:	con int 16r00FF00FF;
	Blue:	con int 16r0000FFFF;
	Cyan:	con int 16r00FFFFFF;
	Magenta:	con int 16rFF00FFFF;
	Yellow:	con int 16rFFFF00FF;
	Grey:	con int 16rEEEEEEFF;
	Paleyellow:	con int 16rFFFFAAFF;
	Darkyellow:	con int 16rEEEE9EFF;
	Palegreen:	con int 16rAAFFAAFF;
	Medgreen:	con int 16r88CC88FF;
	Darkgreen:	con int 16r448844FF;
	Paleblue:	con int 16r0000BBFF;
	Medblue:	con int 16r000099FF;
	Darkblue:	con int 16r000055FF;
	Palebluegreen:	con int 16rAAFFFFFF;
	Bluegreen:	con int 16r008888FF;
	Palegreygreen:	con int 16r9EEEEEFF;
	Greygreen:	con int 16r55AAAAFF;
	Yellowgreen:	con int 16r99994CFF;
	Palegreyblue:	con int 16r4993DDFF;
	Greyblue:	con int 16r005DBBFF;
	Purpleblue:	con int 16r8888CCFF;
	Notacolor, Nofill:	con int 16rFFFFFF00;

	# ends of lines
	Endsquare, Enddisc, Endarrow:	con iota;

	# for Image.flush
	Flushoff, Flushon, Flushnow:	con iota;

	# what is kept of the hidden part of a window
	Refbackup, Refnone:	con iota;

	# compositing, after Porter and Duff
	DoutS, SoutD, DinS, SinD:	con 1<<iota;
	Clear:	con 0;
	S:	con SinD|SoutD;
	SoverD:	con S|DoutS;
	SatopD:	con SinD|DoutS;
	SxorD, DxorS:	con SoutD|DoutS;
	D:	con DinS|DoutS;
	DoverS:	con D|SoutD;
	DatopS:	con DinS|SoutD;

	# The format of a pixel: a byte for each channel, its kind in the high half
	# and its width in the low one, the first channel in the highest byte used.
	Chans: adt {
		desc:	int;

		mk:	fn(s: string): Chans;
		text:	fn(c: self Chans): string;
		eq:	fn(c: self Chans, d: Chans): int;
		depth:	fn(c: self Chans): int;
	};

	CRed, CGreen, CBlue, CGrey, CAlpha, CMap, CIgnore:	con iota;

	GREY1:	con Chans(16r31);
	GREY2:	con Chans(16r32);
	GREY4:	con Chans(16r34);
	GREY8:	con Chans(16r38);
	CMAP8:	con Chans(16r58);
	RGB15:	con Chans(16r61051525);
	RGB16:	con Chans(16r051625);
	RGB24:	con Chans(16r081828);
	RGBA32:	con Chans(16r08182848);
	ARGB32:	con Chans(16r48081828);
	XRGB32:	con Chans(16r68081828);

	Point: adt {
		x, y:	int;

		add, sub:	fn(p: self Point, q: Point): Point;
		mul, div:	fn(p: self Point, n: int): Point;
		eq:	fn(p: self Point, q: Point): int;
		in:	fn(p: self Point, r: Rect): int;
	};

	# min is inside, max just outside
	Rect: adt {
		min, max:	Point;

		canon:	fn(r: self Rect): Rect;
		dx, dy:	fn(r: self Rect): int;
		size:	fn(r: self Rect): Point;
		eq:	fn(r: self Rect, s: Rect): int;
		Xrect:	fn(r: self Rect, s: Rect): int;	# whether they meet
		inrect:	fn(r: self Rect, s: Rect): int;	# whether r is within s
		contains:	fn(r: self Rect, p: Point): int;
		clip:	fn(r: self Rect, s: Rect): (Rect, int);
		combine:	fn(r: self Rect, s: Rect): Rect;
		addpt, subpt:	fn(r: self Rect, p: Point): Rect;
		inset:	fn(r: self Rect, n: int): Rect;
	};

	# a picture, or a window of a Screen
	Image: adt {
		r:	Rect;	# its extent
		clipr:	Rect;	# assignable, as is repl
		depth:	int;
		chans:	Chans;
		repl:	int;	# whether it tiles the plane
		display:	ref Display;
		screen:	ref Screen;	# nil if not a window
		iname:	string;

		# Each operation that ends in op takes the compositing operator; its twin without is SoverD.
		draw:	fn(dst: self ref Image, r: Rect, src, mask: ref Image, p: Point);
		drawop:	fn(dst: self ref Image, r: Rect, src, mask: ref Image, p: Point, op: int);
		gendraw:	fn(dst: self ref Image, r: Rect, src: ref Image, p0: Point, mask: ref Image, p1: Point);
		gendrawop:	fn(dst: self ref Image, r: Rect, src: ref Image, p0: Point, mask: ref Image, p1: Point, op: int);

		line:	fn(dst: self ref Image, p0, p1: Point, end0, end1, radius: int, src: ref Image, sp: Point);
		lineop:	fn(dst: self ref Image, p0, p1: Point, end0, end1, radius: int, src: ref Image, sp: Point, op: int);
		poly, bezspline:	fn(dst: self ref Image, p: array of Point, end0, end1, radius: int, src: ref Image, sp: Point);
		polyop, bezsplineop:	fn(dst: self ref Image, p: array of Point, end0, end1, radius: int, src: ref Image, sp: Point, op: int);
		fillpoly, fillbezspline:	fn(dst: self ref Image, p: array of Point, wind: int, src: ref Image, sp: Point);
		fillpolyop, fillbezsplineop:	fn(dst: self ref Image, p: array of Point, wind: int, src: ref Image, sp: Point, op: int);
		bezier:	fn(dst: self ref Image, a, b, c, d: Point, end0, end1, radius: int, src: ref Image, sp: Point);
		bezierop:	fn(dst: self ref Image, a, b, c, d: Point, end0, end1, radius: int, src: ref Image, sp: Point, op: int);
		fillbezier:	fn(dst: self ref Image, a, b, c, d: Point, wind: int, src: ref Image, sp: Point);
		fillbezierop:	fn(dst: self ref Image, a, b, c, d: Point, wind: int, src: ref Image, sp: Point, op: int);

		ellipse:	fn(dst: self ref Image, c: Point, a, b, thick: int, src: ref Image, sp: Point);
		ellipseop:	fn(dst: self ref Image, c: Point, a, b, thick: int, src: ref Image, sp: Point, op: int);
		fillellipse:	fn(dst: self ref Image, c: Point, a, b: int, src: ref Image, sp: Point);
		fillellipseop:	fn(dst: self ref Image, c: Point, a, b: int, src: ref Image, sp: Point, op: int);
		arc:	fn(dst: self ref Image, c: Point, a, b, thick: int, src: ref Image, sp: Point, alpha, phi: int);
		arcop:	fn(dst: self ref Image, c: Point, a, b, thick: int, src: ref Image, sp: Point, alpha, phi: int, op: int);
		fillarc:	fn(dst: self ref Image, c: Point, a, b: int, src: ref Image, sp: Point, alpha, phi: int);
		fillarcop:	fn(dst: self ref Image, c: Point, a, b: int, src: ref Image, sp: Point, alpha, phi: int, op: int);
		border:	fn(dst: self ref Image, r: Rect, width: int, src: ref Image, sp: Point);
		arrow:	fn(a, b, c: int): int;	# an end style

		# these return the point after the last character
		text:	fn(dst: self ref Image, p: Point, src: ref Image, sp: Point, font: ref Font, s: string): Point;
		textop:	fn(dst: self ref Image, p: Point, src: ref Image, sp: Point, font: ref Font, s: string, op: int): Point;
		textbg:	fn(dst: self ref Image, p: Point, src: ref Image, sp: Point, font: ref Font, s: string, bg: ref Image, bgp: Point): Point;
		textbgop:	fn(dst: self ref Image, p: Point, src: ref Image, sp: Point, font: ref Font, s: string, bg: ref Image, bgp: Point, op: int): Point;

		readpixels, writepixels:	fn(i: self ref Image, r: Rect, data: array of byte): int;
		name:	fn(i: self ref Image, name: string, in: int): int;

		# windows only
		top, bottom:	fn(win: self ref Image);
		flush:	fn(win: self ref Image, how: int);
		origin:	fn(win: self ref Image, log, scr: Point): int;
	};

	# a connection to /dev/draw
	Display: adt {
		image, white, black, opaque, transparent:	ref Image;

		allocate:	fn(dev: string): ref Display;
		startrefresh:	fn(d: self ref Display);
		publicscreen:	fn(d: self ref Display, id: int): ref Screen;
		getwindow:	fn(d: self ref Display, name: string, screen: ref Screen, image: ref Image, backup: int): (ref Screen, ref Image);

		newimage:	fn(d: self ref Display, r: Rect, chans: Chans, repl, color: int): ref Image;
		namedimage:	fn(d: self ref Display, name: string): ref Image;
		open:	fn(d: self ref Display, file: string): ref Image;
		readimage:	fn(d: self ref Display, fd: ref Sys->FD): ref Image;
		writeimage:	fn(d: self ref Display, fd: ref Sys->FD, i: ref Image): int;

		color:	fn(d: self ref Display, color: int): ref Image;
		colormix:	fn(d: self ref Display, c1, c2: int): ref Image;
		rgb:	fn(d: self ref Display, r, g, b: int): ref Image;
		rgb2cmap:	fn(d: self ref Display, r, g, b: int): int;
		cmap2rgb:	fn(d: self ref Display, c: int): (int, int, int);
		cmap2rgba:	fn(d: self ref Display, c: int): int;
	};

	Font: adt {
		name:	string;
		height:	int;	# from line to line
		ascent:	int;	# from the top to the base line
		display:	ref Display;

		open:	fn(d: ref Display, file: string): ref Font;
		build:	fn(d: ref Display, name, desc: string): ref Font;
		width:	fn(f: self ref Font, s: string): int;
		bbox:	fn(f: self ref Font, s: string): Rect;
	};

	# a stack of windows
	Screen: adt {
		id:	int;
		image:	ref Image;	# what the windows are on
		fill:	ref Image;	# what shows where no window is
		display:	ref Display;

		allocate:	fn(image, fill: ref Image, public: int): ref Screen;
		newwindow:	fn(s: self ref Screen, r: Rect, backing, color: int): ref Image;
		top, bottom:	fn(s: self ref Screen, wins: array of ref Image);
	};

	Pointer: adt {
		buttons:	int;	# a bit for each that is down, the left one lowest
		xy:	Point;
		msec:	int;
	};

	# what a graphical program is started with
	Context: adt {
		display:	ref Display;
		screen:	ref Screen;
		wm:	chan of (string, chan of (string, ref Wmcontext));
	};

	# a program's connection to its window manager
	Wmcontext: adt {
		kbd:	chan of int;
		ptr:	chan of ref Pointer;
		ctl:	chan of string;	# from the manager
		wctl:	chan of string;	# to the manager
		images:	chan of ref Image;
		connfd:	ref Sys->FD;
		ctxt:	ref Context;
	};

	setalpha:	fn(color, alpha: int): int;
	bytesperline:	fn(r: Rect, depth: int): int;
	# cosine and sine, the second of the angle of a vector, times 1024
	icossin:	fn(degrees: int): (int, int);
	icossin2:	fn(p: Point): (int, int);
};
