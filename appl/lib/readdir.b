implement Readdir;

include "sys.m";
	sys: Sys;
	Dir: import sys;

include "readdir.m";

init(path: string, key: int): (array of ref Dir, int)
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
	fd := sys->open(path, Sys->OREAD);
	if(fd == nil)
		return (nil, -1);
	return readall(fd, key);
}

readall(fd: ref Sys->FD, key: int): (array of ref Dir, int)
{
	if(sys == nil)
		sys = load Sys Sys->PATH;
	all := array[64] of ref Dir;
	n := 0;
	for(;;){
		(nread, chunk) := sys->dirread(fd);
		if(nread < 0)
			return (nil, -1);
		if(nread == 0)
			break;
		if(n + nread > len all){
			larger := array[2 * (n + nread)] of ref Dir;
			larger[0:] = all[0:n];
			all = larger;
		}
		for(i := 0; i < nread; i++)
			all[n++] = ref chunk[i];
	}
	if(key & COMPACT)
		n = compact(all, n);
	return sortdir(all[0:n], key & ~COMPACT);
}

# The order is stable: of equal entries of a union, the outermost stays first.
sortdir(entries: array of ref Dir, key: int): (array of ref Dir, int)
{
	n := len entries;
	down := key & DESCENDING;
	key &= ~(DESCENDING|COMPACT);
	if(key >= NAME && key < NONE && n > 1)
		sort(entries, array[n] of ref Dir, key, down);
	return (entries, n);
}

sort(a, spare: array of ref Dir, key, down: int)
{
	n := len a;
	if(n < 2)
		return;
	half := n/2;
	sort(a[0:half], spare, key, down);
	sort(a[half:], spare, key, down);
	spare[0:] = a[0:half];
	i := 0;
	j := half;
	for(k := 0; i < half; k++)
		if(j < n && before(a[j], spare[i], key, down))
			a[k] = a[j++];
		else
			a[k] = spare[i++];
}

before(a, b: ref Dir, key, down: int): int
{
	if(down)
		(a, b) = (b, a);
	case key {
	NAME =>
		return a.name < b.name;
	ATIME =>
		return a.atime > b.atime;
	MTIME =>
		return a.mtime > b.mtime;
	SIZE =>
		return a.length < b.length;
	}
	return 0;
}

# Leaves the first entry of each name in place, in order; returns how many there are.
compact(a: array of ref Dir, n: int): int
{
	slots := array[n + 1] of list of string;
	kept := 0;
	for(i := 0; i < n; i++){
		name := a[i].name;
		h := 0;
		for(j := 0; j < len name; j++)
			h = h*31 + name[j];
		h = (h & 16r7FFFFFFF) % len slots;
		for(l := slots[h]; l != nil && hd l != name; l = tl l)
			;
		if(l == nil){
			slots[h] = name :: slots[h];
			a[kept++] = a[i];
		}
	}
	return kept;
}
