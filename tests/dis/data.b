# Adts, pick, lists, arrays of arrays, slices that share, tuples, and function references.
implement Data;

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";

Data: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Tree: adt {
	pick {
	Leaf =>
		value:	int;
	Node =>
		left, right:	cyclic ref Tree;
	}
	sum:	fn(t: self ref Tree): int;
	depth:	fn(t: self ref Tree): int;
};

Point: adt {
	x, y:	int;
	add:	fn(p: self Point, q: Point): Point;
};

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	t := build(10);
	print("%d %d\n", t.sum(), t.depth());
	p := Point(1, 2).add(Point(3, 4));
	print("(%d,%d)\n", p.x, p.y);
	slices();
	lists();
	matrix();
	functions();
	ring();
	copies();
}

build(n: int): ref Tree
{
	if(n == 0)
		return ref Tree.Leaf(1);
	return ref Tree.Node(build(n-1), build(n-1));
}

Tree.sum(t: self ref Tree): int
{
	pick p := t {
	Leaf =>
		return p.value;
	Node =>
		return p.left.sum() + p.right.sum();
	}
	return -1;
}

Tree.depth(t: self ref Tree): int
{
	pick p := t {
	Node =>
		a := p.left.depth();
		b := p.right.depth();
		if(b > a)
			a = b;
		return a + 1;
	* =>
		return 1;
	}
}

Point.add(p: self Point, q: Point): Point
{
	return (p.x+q.x, p.y+q.y);
}

slices()
{
	a := array[10] of int;
	for(i := 0; i < len a; i++)
		a[i] = i;
	b := a[3:7];
	b[0] = 100;
	a[4:] = array[] of {200, 300};
	c := b[1:3];
	print("%d %d %d %d %d %d\n", a[3], b[1], c[1], len b, len c, len a[10:]);
	a[1:] = a[0:9];
	for(i = 0; i < len a; i++)
		print("%d ", a[i]);
	print("\n");
}

lists()
{
	l: list of (int, string);
	for(i := 0; i < 5; i++)
		l = (i*i, string i) :: l;
	for(k := l; k != nil; k = tl k){
		(n, s) := hd k;
		print("%d=%s ", n, s);
	}
	print("%d\n", len l);
	r: list of real;
	b: list of big;
	y: list of byte;
	for(i = 1; i < 4; i++)
		(r, b, y) = (1.0 / real i :: r, big 1 << (20*i) :: b, byte (i*100) :: y);
	print("%.3f %bd %d\n", hd tl r, hd b, int hd y);
}

matrix()
{
	n := 5;
	m := array[n] of {* => array[n] of {* => 1.5}};
	for(i := 0; i < n; i++)
		m[i][i] = real i;
	t := 0.0;
	for(i = 0; i < n; i++)
		for(j := 0; j < n; j++)
			t += m[i][j] * m[j][i];
	print("%g\n", t);
}

twice(f: ref fn(n: int): int, n: int): int
{
	return f(f(n));
}

triple(n: int): int
{
	return 3*n;
}

square(n: int): int
{
	return n*n;
}

functions()
{
	fs := array[] of {triple, square};
	for(i := 0; i < len fs; i++)
		print("%d ", twice(fs[i], 5));
	print("\n");
}

Cell: adt {
	next:	cyclic ref Cell;
	data:	array of byte;
};

# Far more garbage in cycles than the heap would hold.
ring()
{
	n := 0;
	for(i := 0; i < 20000; i++){
		a := ref Cell(nil, array[200] of byte);
		a.next = ref Cell(a, array[200] of byte);
		n += len a.next.next.data;
	}
	print("%d\n", n);
}

copies()
{
	a := Point(1, 2);
	b := a;
	b.x = 10;
	ps := array[3] of {* => a};
	ps[1].y = 7;
	q := ref ps[1];
	q.x = 9;
	print("%d %d %d %d %d\n", a.x, b.x, ps[0].y, ps[1].y, ps[1].x);
}
