implement Diff;

include "sys.m";
	sys: Sys;
	Dir: import sys;
include "draw.m";
include "arg.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "readdir.m";
	readdir: Readdir;

Diff: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# Lines old[from:till] become new[nfrom:ntill]; one of the two may be empty.
Hunk: adt
{
	from, till, nfrom, ntill: int;
};

# A match that ends a common subsequence, and the match before it.
Match: adt
{
	old, new: int;
	before: ref Match;
};

Output:	con 0;		# mode without -e and -f
mode := Output;
blanks := 0;		# 'b' or 'w'
recursive := 0;
headed := 0;		# each pair of files is named
changed := 0;
failed := 0;
out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fatal(sys->sprint("cannot load %s: %r", Bufio->PATH));
	readdir = load Readdir Readdir->PATH;
	if(readdir == nil)
		fatal(sys->sprint("cannot load %s: %r", Readdir->PATH));
	arg := load Arg Arg->PATH;
	if(arg == nil)
		fatal(sys->sprint("cannot load %s: %r", Arg->PATH));

	arg->init(argv);
	while((opt := arg->opt()) != 0)
		case opt {
		'e' or 'f' =>	mode = opt;
		'b' or 'w' =>	blanks = opt;
		'r' =>	recursive = 1;
		'm' =>	headed = 1;
		* =>	usage();
		}
	argv = arg->argv();
	if(len argv < 2)
		usage();
	last: string;
	for(l := argv; l != nil; l = tl l)
		last = hd l;
	todir := isdirectory(last);
	if(len argv > 2 && !todir)
		usage();
	if(len argv > 2 || todir && isdirectory(hd argv))
		headed = 1;

	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(; tl argv != nil; argv = tl argv)
		diff(hd argv, last, 0);
	out.flush();
	if(failed)
		raise "fail:error";
	if(changed)
		raise "fail:some";
}

isdirectory(path: string): int
{
	if(path == "-")
		return 0;
	(ok, d) := sys->stat(path);
	if(ok < 0)
		fatal(sys->sprint("can't stat %s: %r", path));
	return (d.mode & Sys->DMDIR) != 0;
}

diff(old, new: string, level: int)
{
	olddir := isdirectory(old);
	newdir := isdirectory(new);
	if(olddir && newdir){
		if(level > 0 && !recursive)
			out.puts(sys->sprint("Common subdirectories: %s and %s\n", old, new));
		else
			directories(old, new, level);
	}else if(newdir)
		files(old, new + "/" + lastelement(old));
	else if(olddir)
		files(old + "/" + lastelement(new), new);
	else
		files(old, new);
}

lastelement(path: string): string
{
	for(i := len path; i > 0 && path[i-1] != '/'; i--)
		;
	return path[i:];
}

directories(old, new: string, level: int)
{
	(a, na) := readdir->init(old, Readdir->NAME);
	(b, nb) := readdir->init(new, Readdir->NAME);
	for(i := j := 0; i < na || j < nb;)
		if(j >= nb || i < na && a[i].name < b[j].name)
			only(old, a[i++].name);
		else if(i >= na || a[i].name > b[j].name)
			only(new, b[j++].name);
		else
			diff(old + "/" + a[i++].name, new + "/" + b[j++].name, level + 1);
}

only(dir, name: string)
{
	changed = 1;
	if(mode == Output)
		out.puts(sys->sprint("Only in %s: %s\n", dir, name));
}

files(old, new: string)
{
	(a, oktext) := contents(old);
	(b, newtext) := contents(new);
	if(a == nil || b == nil){
		failed = 1;
		return;
	}
	if(!oktext || !newtext){
		if(!same(a, b)){
			changed = 1;
			out.puts(sys->sprint("Binary files %s %s differ\n", old, new));
		}
		return;
	}
	oldlines := split(a);
	newlines := split(b);
	hunks := compare(classes(oldlines, newlines));
	if(hunks == nil)
		return;
	changed = 1;
	if(headed)
		out.puts(sys->sprint("diff %s %s\n", old, new));
	# an editor's commands go from the end, so that earlier line numbers stay right
	if(mode == 'e'){
		reversed: list of Hunk;
		for(; hunks != nil; hunks = tl hunks)
			reversed = hd hunks :: reversed;
		hunks = reversed;
	}
	for(; hunks != nil; hunks = tl hunks)
		show(hd hunks, oldlines, newlines);
}

# The bytes of a file, and whether they look like text.
contents(name: string): (array of byte, int)
{
	fd := sys->fildes(0);
	if(name != "-")
		fd = sys->open(name, Sys->OREAD);
	if(fd == nil){
		sys->fprint(sys->fildes(2), "diff: cannot open %s: %r\n", name);
		return (nil, 0);
	}
	buf := array[Sys->ATOMICIO] of byte;
	end := 0;
	while((n := sys->read(fd, buf[end:], len buf - end)) > 0){
		end += n;
		if(end == len buf){
			more := array[2 * end] of byte;
			more[0:] = buf;
			buf = more;
		}
	}
	if(n < 0){
		sys->fprint(sys->fildes(2), "diff: cannot read %s: %r\n", name);
		return (nil, 0);
	}
	return (buf[0:end], istext(buf[0:end]));
}

istext(bytes: array of byte): int
{
	if(len bytes > 1024)
		bytes = bytes[0:1024];
	s := string bytes;
	# the sample may end within a character
	for(i := 0; i < len s - 2; i++)
		if(s[i] == Sys->UTFerror)
			return 0;
	return 1;
}

same(a, b: array of byte): int
{
	if(len a != len b)
		return 0;
	for(i := 0; i < len a; i++)
		if(a[i] != b[i])
			return 0;
	return 1;
}

# The lines with their newlines, which a last one may lack.
split(bytes: array of byte): array of string
{
	n := 0;
	for(i := 0; i < len bytes; i++)
		if(bytes[i] == byte '\n')
			n++;
	if(i > 0 && bytes[i-1] != byte '\n')
		n++;
	lines := array[n] of string;
	start := 0;
	for(k := 0; k < n; k++){
		for(end := start; end < len bytes && bytes[end] != byte '\n'; end++)
			;
		if(end < len bytes)
			end++;
		lines[k] = string bytes[start:end];
		start = end;
	}
	return lines;
}

# Each line's class: a number that lines have in common when they compare equal.
classes(old, new: array of string): (array of int, array of int, int)
{
	n := 1;
	while(n < len old + len new)
		n *= 2;
	table := array[n] of list of (string, int);
	a := array[len old] of int;
	b := array[len new] of int;
	count := classify(old, a, table, 0);
	count = classify(new, b, table, count);
	return (a, b, count);
}

classify(lines: array of string, class: array of int, table: array of list of (string, int), count: int): int
{
	for(i := 0; i < len lines; i++){
		key := squeezed(lines[i]);
		slot := hash(key) & (len table - 1);
		for(l := table[slot]; l != nil; l = tl l)
			if((hd l).t0 == key)
				break;
		if(l != nil)
			class[i] = (hd l).t1;
		else{
			table[slot] = (key, count) :: table[slot];
			class[i] = count++;
		}
	}
	return count;
}

hash(s: string): int
{
	h := 0;
	for(i := 0; i < len s; i++)
		h = h * 31 + s[i];
	return h ^ (h >> 15);
}

# With -b runs of blanks count as one and those at the end of the line for nothing;
# with -w none count.
squeezed(s: string): string
{
	if(!blanks)
		return s;
	r := "";
	gap := 0;
	for(i := 0; i < len s; i++){
		if(s[i] == ' ' || s[i] == '\t'){
			gap = 1;
			continue;
		}
		if(gap && blanks == 'b' && s[i] != '\n')
			r[len r] = ' ';
		gap = 0;
		r[len r] = s[i];
	}
	return r;
}

# Hunt's and McIlroy's method: ends[k] is the match with the least new line that
# ends a common subsequence of k+1 lines in what was looked at of the old file.
compare(classed: (array of int, array of int, int)): list of Hunk
{
	(a, b, nclasses) := classed;
	prefix := 0;
	while(prefix < len a && prefix < len b && a[prefix] == b[prefix])
		prefix++;
	na := len a;
	nb := len b;
	while(na > prefix && nb > prefix && a[na-1] == b[nb-1]){
		na--;
		nb--;
	}
	# places[first[c]:first[c+1]] are the new lines of class c, last one first
	first := array[nclasses + 2] of {* => 0};
	for(j := prefix; j < nb; j++)
		first[b[j] + 2]++;
	for(c := 0; c < nclasses; c++)
		first[c + 2] += first[c + 1];
	places := array[nb - prefix] of int;
	for(j = nb - 1; j >= prefix; j--)
		places[first[b[j] + 1]++] = j;

	ends := array[nb - prefix] of ref Match;
	n := 0;
	for(i := prefix; i < na; i++)
		for(p := first[a[i]]; p < first[a[i] + 1]; p++){
			k := search(ends, n, places[p]);
			if(k < n && ends[k].new == places[p])
				continue;
			before: ref Match;
			if(k > 0)
				before = ends[k - 1];
			ends[k] = ref Match(i, places[p], before);
			if(k == n)
				n++;
		}

	# the chain gives the matches from the last one to the first
	hunks: list of Hunk;
	match: ref Match;
	if(n > 0)
		match = ends[n - 1];
	till := na;
	ntill := nb;
	for(;;){
		from := nfrom := prefix;
		if(match != nil){
			from = match.old + 1;
			nfrom = match.new + 1;
		}
		if(from < till || nfrom < ntill)
			hunks = Hunk(from, till, nfrom, ntill) :: hunks;
		if(match == nil)
			return hunks;
		till = match.old;
		ntill = match.new;
		match = match.before;
	}
}

# The first of ends[0:n] whose new line is not before the given one.
search(ends: array of ref Match, n, new: int): int
{
	lo := 0;
	hi := n;
	while(lo < hi){
		mid := (lo + hi) / 2;
		if(ends[mid].new < new)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

show(h: Hunk, old, new: array of string)
{
	name := 'c';
	if(h.from == h.till)
		name = 'a';
	else if(h.nfrom == h.ntill)
		name = 'd';
	case mode {
	'e' =>	out.puts(sys->sprint("%s%c\n", range(h.from, h.till, ","), name));
	'f' =>	out.puts(sys->sprint("%c%s\n", name, range(h.from, h.till, " ")));
	* =>
		out.puts(sys->sprint("%s%c%s\n", range(h.from, h.till, ","), name, range(h.nfrom, h.ntill, ",")));
		lines("< ", old[h.from:h.till]);
		if(name == 'c')
			out.puts("---\n");
		lines("> ", new[h.nfrom:h.ntill]);
		return;
	}
	lines("", new[h.nfrom:h.ntill]);
	if(name != 'd')
		out.puts(".\n");
}

# Lines from:till in numbers that start at 1; an empty range is named by the line before it.
range(from, till: int, separator: string): string
{
	if(till - from <= 1)
		return string till;
	return string (from + 1) + separator + string till;
}

lines(mark: string, a: array of string)
{
	for(i := 0; i < len a; i++){
		out.puts(mark);
		out.puts(a[i]);
		if(a[i] == nil || a[i][len a[i] - 1] != '\n')
			out.putc('\n');
	}
}

usage()
{
	sys->fprint(sys->fildes(2), "usage: diff [-bmrw] [-e | -f] file1 ... file2\n");
	raise "fail:usage";
}

fatal(message: string)
{
	if(out != nil)
		out.flush();
	sys->fprint(sys->fildes(2), "diff: %s\n", message);
	raise "fail:error";
}
