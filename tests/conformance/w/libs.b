implement Libs;

# uses of the tree's libraries, one an argument

include "sys.m";
	sys: Sys;
	print: import sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "string.m";
include "json.m";
	json: JSON;
	JValue: import json;
include "xml.m";
	xml: Xml;
	Parser, Item, Attributes: import xml;
include "names.m";
include "url.m";
	url: Url;
	ParsedUrl: import url;
include "rand.m";
include "crc.m";
include "sets.m";
	sets: Sets;
	Set, None: import sets;
include "encoding.m";
include "lists.m";
	lists: Lists;
include "tables.m";
	tables: Tables;
	Table, Strhash: import tables;
include "rfc822.m";
	rfc822: RFC822;
	Content: import rfc822;
include "filepat.m";
include "attrdb.m";
	attrdb: Attrdb;
	Db, Dbentry: import attrdb;
include "dict.m";
	dictionary: Dictionary;
	Dict: import dictionary;
include "hash.m";
	hash: Hash;
	HashTable, HashVal: import hash;
include "ida.m";
	ida: Ida;
	Frag: import ida;
include "regex.m";
	regex: Regex;
include "daytime.m";
include "math.m";
include "readdir.m";
include "dis.m";
	dis: Dis;
include "exception.m";
include "timers.m";
	timers: Timers;
	Timer: import timers;

Libs: module
{
	init: fn(nil: ref Draw->Context, args: list of string);
};

init(nil: ref Draw->Context, args: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	bufio->open("/dev/null", Bufio->OREAD);
	for(args = tl args; args != nil; args = tl args)
		one(hd args);
}

one(what: string)
{
	case what {
	"json" =>	usejson();
	"xml" =>	usexml();
	"names" =>	usenames();
	"url" =>	useurl();
	"rand" =>	userand();
	"sets" =>	usesets();
	"encoding" =>	useencoding();
	"lists" =>	uselists();
	"tables" =>	usetables();
	"rfc822" =>	userfc822();
	"filepat" =>	usefilepat();
	"attrdb" =>	useattrdb();
	"dict" =>	usedict();
	"ida" =>	useida();
	"regex" =>	useregex();
	"daytime" =>	usedaytime();
	"readdir" =>	usereaddir();
	"dis" =>	usedis();
	"timers" =>	usetimers();
	"bufio" =>	usebufio();
	"string" =>	usestring();
	* =>	print("%s?\n", what);
	}
}

usejson()
{
	json = load JSON JSON->PATH;
	json->init(bufio);
	texts := array[] of {
		"{\"a\": [1, 2.5, -3e2, true, false, null], \"b\": {\"c\": \"x\\u00e9\\n\\\"\"}}",
		"[]", "{}", "\"only\"", "[1,", "{\"a\" 1}", "nonsense", "12345678901234567", "[[[[1]]]]",
	};
	for(i := 0; i < len texts; i++){
		(v, e) := json->readjson(bufio->sopen(texts[i]));
		if(v == nil)
			print("%d: %s\n", i, e);
		else
			print("%d: %s %d%d%d\n", i, v.text(), v.isarray(), v.isobject(), v.eq(v.copy()));
	}
	o := json->jvobject(("x", json->jvint(1)) :: ("y", json->jvarray(array[] of {json->jvtrue(), json->jvreal(1.5)})) :: nil);
	o.set("z", json->jvstring("new"));
	print("%s %d\n", o.text(), o.get("nothing") == nil);
	b := bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	json->writejson(b, o);
	b.putc('\n');
	b.flush();
}

usexml()
{
	xml = load Xml Xml->PATH;
	xml->init();
	warning := chan of (Xml->Locator, string);
	spawn warn(warning);
	text := array of byte "<?xml version=\"1.0\"?><!DOCTYPE d SYSTEM \"d.dtd\"><d a='1' b=\"two &lt; three\">text &amp; more<e/><f>in</f><![CDATA[<raw>]]></d>";
	fd := sys->create("text.xml", Sys->OWRITE, 8r644);
	sys->write(fd, text, len text);
	(p, e) := xml->open("text.xml", warning, nil);
	if(p == nil){
		print("xml: %s\n", e);
		return;
	}
	walk(p, "");
	warning <-= (p.loc, nil);
}

warn(c: chan of (Xml->Locator, string))
{
	while(((l, s) := <-c).t1 != nil)
		print("warning %d %s\n", l.line, s);
}

walk(p: ref Parser, indent: string)
{
	while((item := p.next()) != nil)
		pick i := item {
		Tag =>
			print("%s<%s", indent, i.name);
			for(l := i.attrs.all(); l != nil; l = tl l)
				print(" %s=[%s]", (hd l).name, (hd l).value);
			print(">\n");
			p.down();
			walk(p, indent + "  ");
			p.up();
		Text =>
			print("%s[%s] %d %d\n", indent, i.ch, i.ws1, i.ws2);
		Process =>
			print("%s?%s %s\n", indent, i.target, i.data);
		Doctype =>
			print("%s!%s %d\n", indent, i.name, i.public);
		Error =>
			print("%serror %d %s\n", indent, i.loc.line, i.msg);
			return;
		* =>
			print("%sother\n", indent);
		}
}

usenames()
{
	names := load Names Names->PATH;
	for(l := "/a/b/../c" :: "a//b/" :: "../x" :: "/" :: "" :: "." :: "#c/cons" :: nil; l != nil; l = tl l){
		s := hd l;
		print("%s: %s %s %s %s %s %d\n", s, names->cleanname(s), names->dirname(s), names->basename(s, nil),
			names->rooted("/root", s), names->relative(s, "/a"), len names->elements(s));
	}
	print("%s %d %d\n", names->pathname("a" :: "b" :: nil), names->isprefix("/a", "/a/b"), names->isprefix("/a", "/ab"));
}

useurl()
{
	url = load Url Url->PATH;
	url->init();
	base := url->makeurl("http://user:pw@host:80/a/b/c?q=1#frag");
	for(l := "x" :: "../y" :: "/z?k=v" :: "#here" :: "//other/p" :: "mailto:me@there" :: "ftp://f/%7euser" :: "" :: nil; l != nil; l = tl l){
		u := url->makeurl(hd l);
		print("%d %s %s", u.scheme, u.path, u.tostring());
		u.makeabsolute(base);
		print(" %s\n", u.tostring());
	}
}

userand()
{
	rand := load Rand Rand->PATH;
	rand->init(42);
	for(i := 0; i < 8; i++)
		print("%d ", rand->rand(1000));
	print("%bd\n", rand->bigrand(big 1 << 40));
	crc := load Crc Crc->PATH;
	a := array of byte "The quick brown fox jumps over the lazy dog";
	print("%ux %ux\n", crc->crc(crc->init(0, 0), a, len a), crc->crc(crc->init(int 16r04C11DB7, int 16rffffffff), a, len a));
}

usesets()
{
	sets = load Sets Sets->PATH;
	sets->init();
	a := None.addlist(1 :: 5 :: 70 :: nil);
	b := sets->str2set("3e");
	print("%s %s %s %s %s\n", a.str(), b.str(), a.X(Sets->A & Sets->B, b).str(), a.X(Sets->A | Sets->B, b).str(), a.invert().str());
	print("%d %d %d %d %d %d\n", a.holds(5), a.holds(6), a.limit(), a.eq(a.add(5)), a.del(70).limit(), None.isempty());
}

useencoding()
{
	a := array[40] of {* => byte 0};
	for(i := 0; i < len a; i++)
		a[i] = byte (i * 37);
	for(l := Encoding->BASE64PATH :: Encoding->BASE32PATH :: Encoding->BASE32APATH :: Encoding->BASE16PATH :: nil; l != nil; l = tl l){
		e := load Encoding hd l;
		for(n := 0; n < 40; n += 13){
			s := e->enc(a[0:n]);
			print("%s %d\n", s, len e->dec(s));
		}
	}
}

uselists()
{
	lists = load Lists Lists->PATH;
	l := "a" :: "b" :: "c" :: nil;
	r := lists->reverse(l);
	print("%s %s %d %d\n", hd r, lists->last(l), len lists->concat(l, r), len lists->append(l, "d"));
	(x, y) := lists->unpair(lists->pair(l, r));
	print("%s %s %d %d\n", hd tl x, hd y, lists->anysat(isb, l), lists->allsat(isb, l));
	(x, y) = lists->partition(isb, l);
	print("%d %d %s\n", len x, len y, hd lists->filter(isb, l));
	print("%s\n", hd lists->map(double, l));
}

isb(s: string): int
{
	return s == "b";
}

double(s: string): string
{
	return s + s;
}

usetables()
{
	tables = load Tables Tables->PATH;
	t := Table[string].new(7, "none");
	for(i := 0; i < 100; i += 3)
		t.add(i, string i);
	print("%s %s %d %d\n", t.find(33), t.find(34), t.del(33), t.add(3, "again"));
	h := Strhash[ref Url->ParsedUrl].new(5, nil);
	h.add("x", nil);
	print("%d %d\n", h.find("x") == nil, tables->hash("some text", 1009));
	hash = load Hash Hash->PATH;
	ht := hash->new(11);
	for(i = 0; i < 30; i++)
		ht.insert("k" + string i, HashVal(i, real i / 4.0, nil));
	ht.delete("k7");
	print("%d %d %g %d\n", ht.find("k7") == nil, len ht.all(), ht.find("k9").r, hash->fun1("abc", 101) + hash->fun2("abc", 101));
}

userfc822()
{
	rfc822 = load RFC822 RFC822->PATH;
	rfc822->init(bufio);
	h := rfc822->readheaders(bufio->sopen("From: me@here\r\nSubject: some\r\n  more\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n\r\nbody"), 1000);
	for(i := 0; i < len h; i++){
		(n, v) := h[i];
		print("%s: %s\n", n, string v);
	}
	print("%s %d\n", rfc822->sec2date(1000000000), rfc822->date2sec("Sun, 09 Sep 2001 01:46:40 GMT"));
	print("%s %s %d\n", rfc822->quote("a b"), rfc822->quote("plain"), rfc822->quotable("a;b"));
	print("%s\n", Content.mk("text", "html", ("charset", "x y") :: nil).text());
}

usefilepat()
{
	filepat := load Filepat Filepat->PATH;
	for(l := "a*" :: "[a-c]?" :: "[^a]*" :: "\\**" :: "[" :: "" :: nil; l != nil; l = tl l)
		print("%s %d%d%d%d\n", hd l, filepat->match(hd l, "abc"), filepat->match(hd l, "b1"), filepat->match(hd l, "*x"), filepat->match(hd l, ""));
	for(f := filepat->expand("/lib/nd*/c*"); f != nil; f = tl f)
		print("%s\n", hd f);
}

useattrdb()
{
	attrdb = load Attrdb Attrdb->PATH;
	attrdb->init();
	(nil, e) := (0, "");
	db: ref Db;
	db = Db.open("/lib/ndb/common");
	if(db == nil){
		print("%s%r\n", e);
		return;
	}
	(r, nil) := db.findbyattr(nil, "tcp", "http", "port");
	print("%d %s\n", r != nil, r.findfirst("port"));
}

usedict()
{
	dictionary = load Dictionary Dictionary->PATH;
	d := ref Dict(nil);
	d.add(("one", "1"));
	d.add(("two", "2"));
	d.add(("one", "again"));
	print("%s %s %d\n", d.lookup("one"), d.lookup("none"), len d.keys());
	d.delete("one");
	print("%s %d\n", d.lookup("one"), len d.keys());
}

useida()
{
	ida = load Ida Ida->PATH;
	ida->init();
	data := array of byte "information dispersal, in pieces of which some may be lost";
	frags := array[3] of {* => ida->fragment(data, 3)};
	(r, e) := ida->reconstruct(frags);
	if(e != nil)
		print("%s\n", e);
	else
		print("%s\n", string r);
}

useregex()
{
	regex = load Regex Regex->PATH;
	for(l := "a+b*" :: "(a|b)(c)?" :: "^x|y$" :: "[a-z]+[^a-z]" :: "(a*)*" :: "(" :: "a**" :: "[" :: "\\." :: ".\\\\" :: nil; l != nil; l = tl l){
		(re, e) := regex->compile(hd l, 1);
		if(re == nil){
			print("%s: %s\n", hd l, e);
			continue;
		}
		print("%s:", hd l);
		for(m := "aabbc" :: "xyz" :: "bc1.\\" :: "" :: nil; m != nil; m = tl m){
			r := regex->execute(re, hd m);
			print(" {");
			for(i := 0; i < len r; i++)
				print("%d,%d ", r[i].t0, r[i].t1);
			print("}");
		}
		print("\n");
	}
}

usedaytime()
{
	daytime := load Daytime Daytime->PATH;
	for(l := 0 :: 951782400 :: 1000000000 :: 2147483647 :: -1 :: nil; l != nil; l = tl l){
		tm := daytime->gmt(hd l);
		print("%s %d %d %d\n", daytime->text(tm), tm.yday, tm.wday, daytime->tm2epoch(tm));
	}
	tm := daytime->string2tm("Sun Sep  9 01:46:40 GMT 2001");
	if(tm != nil)
		print("%d\n", daytime->tm2epoch(tm));
	print("%s\n", daytime->filet(1000000000, 999990000));
}

usereaddir()
{
	readdir := load Readdir Readdir->PATH;
	for(l := Readdir->NAME :: Readdir->SIZE :: (Readdir->NAME | Readdir->DESCENDING) :: nil; l != nil; l = tl l){
		(a, n) := readdir->init("/lib/ndb", hd l);
		print("%d:", n);
		for(i := 0; i < len a; i++)
			print(" %s %bd", a[i].name, a[i].length);
		print("\n");
	}
	(nil, n) := readdir->init("/nowhere", Readdir->NAME);
	print("%d %r\n", n);
}

usedis()
{
	dis = load Dis Dis->PATH;
	dis->init();
	(m, e) := dis->loadobj("/dis/lib/bufio.dis");
	if(m == nil){
		print("%s\n", e);
		return;
	}
	print("%s %d %d %d %d %d\n", m.name, m.isize, m.dsize, m.tsize, m.lsize, len m.links);
	for(i := 0; i < 20; i++)
		print("%s\n", dis->inst2s(m.inst[i]));
	for(i = 0; i < len m.links; i++)
		print("%s %ux\n", m.links[i].name, m.links[i].sig);
	(m, e) = dis->loadobj("/lib/words");
	print("%s\n", e);
}

usetimers()
{
	timers = load Timers Timers->PATH;
	timers->init(10);
	long := Timer.start(10000);
	short := Timer.start(20);
	alt {
	<-long.timeout =>
		print("long\n");
	<-short.timeout =>
		print("short\n");
	}
	long.stop();
	timers->shutdown();
}

usebufio()
{
	b := bufio->create("buffered", Bufio->ORDWR, 8r644);
	for(i := 0; i < 2000; i++)
		b.puts(sys->sprint("line %d é\n", i));
	b.flush();
	b.seek(big 0, Bufio->SEEKSTART);
	n := 0;
	while((s := b.gets('\n')) != nil)
		n += len s;
	print("%d %bd\n", n, b.offset());
	b.seek(big 5000, Bufio->SEEKSTART);
	print("%s", b.gett("é\n"));
	c := b.getc();
	b.ungetc();
	print("%d %d %d %d\n", c, b.getc(), b.getb(), b.ungetb());
	b.close();
	print("%d\n", bufio->open("nothing", Bufio->OREAD) == nil);
	a := bufio->aopen(array of byte "from an array\nof bytes");
	print("%s%s\n", a.gets('\n'), a.gets('\n'));
}

usestring()
{
	str := load String String->PATH;
	(n, rest) := str->toint("-0x1f rest", 0);
	print("%d [%s]\n", n, rest);
	(n, rest) = str->toint("zz", 36);
	print("%d [%s]\n", n, rest);
	(v, r) := str->tobig("123456789012 x", 10);
	print("%bd [%s]\n", v, r);
	(f, fr) := str->toreal("1.5e3z", 10);
	print("%g [%s]\n", f, fr);
	l := str->unquoted("a 'b c' '' 'it''s' d'e'f");
	print("%d %s\n", len l, str->quoted(l));
	print("%s %s %s\n", str->tolower("ABÇ"), str->toupper("abç"), hd str->append("x", "a" :: nil));
	(a, b) := str->splitstrl("abcabc", "ca");
	print("%s %s\n", a, b);
	print("%d %d\n", str->prefix("ab", "abc"), str->in('q', "a-z"));
}
