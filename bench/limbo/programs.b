implement Programs;

# Sixteen small programs, each with a result that can be checked and its milliseconds. An argument names one.

include "sys.m";
	sys: Sys;
include "draw.m";
include "math.m";
	math: Math;

Programs: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

Node: adt {
	left, right:	ref Node;
};

Body: adt {
	x, y, z, vx, vy, vz, mass:	real;
};

Shape: adt {
	pick {
	Square =>
		side:	int;
	Oblong =>
		width, height:	int;
	}
};

only: string;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	math = load Math Math->PATH;
	if(argv != nil && tl argv != nil)
		only = hd tl argv;
	run("fib", fibs);
	run("sieve", sieve);
	run("qsort", sorting);
	run("strcat", strcat);
	run("matrix", matrix);
	run("channel", channel);
	run("nbody", nbody);
	run("spawn", spawning);
	run("bsearch", bsearch);
	run("closure", closure);
	run("interface", shapes);
	run("map_ops", mapping);
	run("binary_trees", trees);
	run("spectral_norm", spectral);
	run("fannkuch", fannkuch);
	run("mandelbrot", mandelbrot);
}

run(name: string, f: ref fn(): int)
{
	if(only != nil && only != name)
		return;
	t := sys->millisec();
	result := f();
	sys->print("%-14s %12d %8d ms\n", name, result, sys->millisec() - t);
}

fib(n: int): int
{
	if(n < 2)
		return n;
	return fib(n-1) + fib(n-2);
}

fibs(): int
{
	return fib(32);
}

sieve(): int
{
	count := 0;
	for(k := 0; k < 20; k++){
		composite := array[200000] of {* => byte 0};
		count = 0;
		for(i := 2; i < len composite; i++)
			if(composite[i] == byte 0){
				count++;
				for(j := i+i; j < len composite; j += i)
					composite[j] = byte 1;
			}
	}
	return count;
}

random(seed: int): int
{
	return (seed * 1103515245 + 12345) & 16r7fffffff;
}

sorting(): int
{
	a := array[300000] of int;
	r := 42;
	for(i := 0; i < len a; i++)
		a[i] = (r = random(r)) % 1000000;
	quicksort(a, 0, len a - 1);
	for(i = 1; i < len a; i++)
		if(a[i-1] > a[i])
			return -1;
	return a[len a / 2];
}

quicksort(a: array of int, lo, hi: int)
{
	while(lo < hi){
		p := a[(lo + hi) / 2];
		i := lo;
		j := hi;
		while(i <= j){
			while(a[i] < p)
				i++;
			while(a[j] > p)
				j--;
			if(i <= j){
				(a[i], a[j]) = (a[j], a[i]);
				i++;
				j--;
			}
		}
		if(j - lo < hi - i){
			quicksort(a, lo, j);
			lo = i;
		}else{
			quicksort(a, i, hi);
			hi = j;
		}
	}
}

strcat(): int
{
	n := 0;
	for(k := 0; k < 20; k++){
		s := "";
		for(i := 0; i < 5000; i++)
			s += "ab";
		t := s[100:200] + string k;
		n += len s + len t;
		if(s < t)
			n++;
	}
	return n;
}

matrix(): int
{
	n := 160;
	a := array[n] of array of real;
	b := array[n] of array of real;
	c := array[n] of array of real;
	for(i := 0; i < n; i++){
		a[i] = array[n] of real;
		b[i] = array[n] of real;
		c[i] = array[n] of {* => 0.0};
		for(j := 0; j < n; j++){
			a[i][j] = real (i + j);
			b[i][j] = real (i - j);
		}
	}
	for(i = 0; i < n; i++)
		for(j := 0; j < n; j++){
			sum := 0.0;
			for(k := 0; k < n; k++)
				sum += a[i][k] * b[k][j];
			c[i][j] = sum;
		}
	return int c[3][5];
}

producer(c: chan of int, n: int)
{
	for(i := 0; i < n; i++)
		c <-= i;
	c <-= -1;
}

channel(): int
{
	c := chan of int;
	spawn producer(c, 200000);
	sum := 0;
	while((v := <-c) >= 0)
		sum += v & 255;
	return sum;
}

nbody(): int
{
	sun := 4.0 * Math->Pi * Math->Pi;
	day := 365.24;
	bodies := array[] of {
		ref Body(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, sun),
		ref Body(4.84143144246472090, -1.16032004402742839, -0.103622044471123109,
			0.00166007664274403694*day, 0.00769901118419740425*day, -0.0000690460016972063023*day, 0.000954791938424326609*sun),
		ref Body(8.34336671824457987, 4.12479856412430479, -0.403523417114321381,
			-0.00276742510726411046*day, 0.00499852801234917238*day, 0.0000230417297573763929*day, 0.000285885980666130812*sun),
	};
	dt := 0.01;
	for(k := 0; k < 100000; k++){
		for(i := 0; i < len bodies; i++){
			p := bodies[i];
			for(j := i+1; j < len bodies; j++){
				q := bodies[j];
				dx := p.x - q.x;
				dy := p.y - q.y;
				dz := p.z - q.z;
				d2 := dx*dx + dy*dy + dz*dz;
				mag := dt / (d2 * math->sqrt(d2));
				p.vx -= dx * q.mass * mag;
				p.vy -= dy * q.mass * mag;
				p.vz -= dz * q.mass * mag;
				q.vx += dx * p.mass * mag;
				q.vy += dy * p.mass * mag;
				q.vz += dz * p.mass * mag;
			}
		}
		for(i = 0; i < len bodies; i++){
			p := bodies[i];
			p.x += dt * p.vx;
			p.y += dt * p.vy;
			p.z += dt * p.vz;
		}
	}
	return int (bodies[1].x * 1000.0);
}

child(c: chan of int, n: int)
{
	c <-= n;
}

spawning(): int
{
	c := chan of int;
	sum := 0;
	for(i := 0; i < 50000; i++){
		spawn child(c, i & 7);
		sum += <-c;
	}
	return sum;
}

bsearch(): int
{
	a := array[100000] of int;
	for(i := 0; i < len a; i++)
		a[i] = i * 3;
	found := 0;
	for(k := 0; k < 1500000; k++){
		want := (k * 7919) % 300000;
		lo := 0;
		hi := len a - 1;
		while(lo <= hi){
			m := (lo + hi) / 2;
			if(a[m] == want){
				found++;
				break;
			}
			if(a[m] < want)
				lo = m + 1;
			else
				hi = m - 1;
		}
	}
	return found;
}

addone(x: int): int
{
	return x + 1;
}

double(x: int): int
{
	return x * 2;
}

closure(): int
{
	fns := array[] of {addone, double};
	x := 0;
	for(i := 0; i < 5000000; i++)
		x = fns[i & 1](x) & 16rffff;
	return x;
}

shapes(): int
{
	all := array[1000] of ref Shape;
	for(i := 0; i < len all; i++)
		if(i & 1)
			all[i] = ref Shape.Square(i);
		else
			all[i] = ref Shape.Oblong(i, 2);
	sum := 0;
	for(k := 0; k < 4000; k++)
		for(i = 0; i < len all; i++)
			pick s := all[i] {
			Square =>
				sum += s.side;
			Oblong =>
				sum += s.width + s.height;
			}
	return sum;
}

Entry: adt {
	key:	string;
	value:	int;
};

hash(s: string, n: int): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h * 31 + s[i];
	return (h & 16r7fffffff) % n;
}

mapping(): int
{
	table := array[4096] of list of ref Entry;
	for(i := 0; i < 20000; i++){
		k := "key" + string (i % 5000);
		h := hash(k, len table);
		found := 0;
		for(l := table[h]; l != nil; l = tl l)
			if((hd l).key == k){
				(hd l).value++;
				found = 1;
				break;
			}
		if(!found)
			table[h] = ref Entry(k, 1) :: table[h];
	}
	sum := 0;
	for(i = 0; i < len table; i++)
		for(l := table[i]; l != nil; l = tl l)
			sum += (hd l).value;
	return sum;
}

tree(depth: int): ref Node
{
	if(depth == 0)
		return ref Node(nil, nil);
	return ref Node(tree(depth-1), tree(depth-1));
}

count(t: ref Node): int
{
	if(t.left == nil)
		return 1;
	return 1 + count(t.left) + count(t.right);
}

trees(): int
{
	n := 0;
	for(i := 0; i < 40; i++)
		n += count(tree(12));
	return n;
}

element(i, j: int): real
{
	return 1.0 / real ((i+j)*(i+j+1)/2 + i + 1);
}

times(v, w: array of real, transposed: int)
{
	for(i := 0; i < len v; i++){
		sum := 0.0;
		for(j := 0; j < len v; j++)
			if(transposed)
				sum += element(j, i) * v[j];
			else
				sum += element(i, j) * v[j];
		w[i] = sum;
	}
}

spectral(): int
{
	n := 250;
	u := array[n] of {* => 1.0};
	v := array[n] of real;
	w := array[n] of real;
	for(i := 0; i < 10; i++){
		times(u, w, 0);
		times(w, v, 1);
		times(v, w, 0);
		times(w, u, 1);
	}
	vbv := vv := 0.0;
	for(i = 0; i < n; i++){
		vbv += u[i] * v[i];
		vv += v[i] * v[i];
	}
	return int (math->sqrt(vbv / vv) * 1000000000.0);
}

fannkuch(): int
{
	n := 9;
	perm1 := array[n] of int;
	perm := array[n] of int;
	counts := array[n] of int;
	for(i := 0; i < n; i++)
		perm1[i] = i;
	most := checksum := r := 0;
	r = n;
	for(turn := 0;; turn++){
		for(; r != 1; r--)
			counts[r-1] = r;
		for(i = 0; i < n; i++)
			perm[i] = perm1[i];
		flips := 0;
		while((k := perm[0]) != 0){
			for(lo := 0; lo < k; lo++){
				(perm[lo], perm[k]) = (perm[k], perm[lo]);
				k--;
			}
			flips++;
		}
		if(flips > most)
			most = flips;
		if(turn & 1)
			checksum -= flips;
		else
			checksum += flips;
		for(;;){
			if(r == n)
				return checksum * 100 + most;
			first := perm1[0];
			for(i = 0; i < r; i++)
				perm1[i] = perm1[i+1];
			perm1[r] = first;
			if(--counts[r] > 0)
				break;
			r++;
		}
	}
}

mandelbrot(): int
{
	n := 400;
	inside := 0;
	for(y := 0; y < n; y++)
		for(x := 0; x < n; x++){
			cr := 2.0 * real x / real n - 1.5;
			ci := 2.0 * real y / real n - 1.0;
			zr := zi := 0.0;
			for(i := 0; i < 50 && zr*zr + zi*zi <= 4.0; i++)
				(zr, zi) = (zr*zr - zi*zi + cr, 2.0*zr*zi + ci);
			if(i == 50)
				inside++;
		}
	return inside;
}
