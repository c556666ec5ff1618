implement Test;

# Lists, Tables, Hash, Timers, Rand and Env. Prints what is wrong, and raises fail:wrong if anything is.

include "sys.m";
	sys: Sys;

include "draw.m";

include "lists.m";
	lists: Lists;

include "tables.m";
	tables: Tables;
	Table, Strhash: import tables;

include "hash.m";
	hash: Hash;
	HashTable, HashVal: import hash;

include "timers.m";
	timers: Timers;
	Timer: import timers;

include "rand.m";
	rand: Rand;

include "env.m";
	env: Env;

Test: module
{
	init:	fn(nil: ref Draw->Context, nil: list of string);
};

checks := wrong := 0;

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	lists = load Lists Lists->PATH;
	tables = load Tables Tables->PATH;
	hash = load Hash Hash->PATH;
	timers = load Timers Timers->PATH;
	rand = load Rand Rand->PATH;
	env = load Env Env->PATH;

	l := "a" :: "b" :: "c" :: nil;
	same("reverse", joined(lists->reverse(l)), "cba");
	same("append", joined(lists->append(l, "d")), "abcd");
	same("concat", joined(lists->concat(l, l)), "abcabc");
	same("last", lists->last(l), "c");

	t := Table[string].new(3, "none");
	for(i := 0; i < 10; i++)
		t.add(i, string i);
	same("table", t.find(7) + t.find(10) + string t.add(7, "x") + string t.del(7) + t.find(7), "7none01none");
	h := Strhash[string].new(3, nil);
	h.add("k", "v");
	h.add("k", "w");
	same("strhash", h.find("k") + h.find("no"), "w");

	n := hash->new(5);
	n.insert("a", HashVal(1, 0.0, "x"));
	n.insert("a", HashVal(2, 0.0, "y"));
	n.insert("b", HashVal(3, 0.0, "z"));
	n.delete("b");
	same("hash", string n.find("a").i + string (n.find("b") == nil) + string len n.all(), "211");

	timers->init(5);
	late := Timer.start(2000);
	early := Timer.start(20);
	which := "";
	alt {
	<-late.timeout =>
		which = "late";
	<-early.timeout =>
		which = "early";
	}
	late.stop();
	timers->shutdown();
	same("timers", which, "early");

	rand->init(7);
	inside := 1;
	low := high := 0;
	for(i = 0; i < 1000; i++){
		r := rand->rand(10);
		inside &= r >= 0 && r < 10;
		low |= r == 0;
		high |= r == 9;
	}
	same("rand", string (inside && low && high), "1");
	b := rand->bigrand(big 1 << 40);
	same("bigrand", string (b >= big 0 && b < big 1 << 40), "1");

	same("setenv", string env->setenv("libtable", "é x"), "0");
	same("getenv", env->getenv("libtable"), "é x");
	env->setenv("libtable", nil);
	same("unset", env->getenv("libtable"), nil);
	same("bad name", string env->setenv("a/b", "x"), "-1");

	sys->print("%d checks, %d wrong\n", checks, wrong);
	if(wrong)
		raise "fail:wrong";
}

same(what, got, want: string)
{
	checks++;
	if(got != want){
		wrong++;
		sys->print("%s: got <%s>, want <%s>\n", what, got, want);
	}
}

joined(l: list of string): string
{
	s := "";
	for(; l != nil; l = tl l)
		s += hd l;
	return s;
}
