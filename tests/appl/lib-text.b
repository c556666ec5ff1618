implement Test;

# String, Names, Filepat and Regex. Prints what is wrong, and raises fail:wrong if anything is.

include "sys.m";
	sys: Sys;

include "draw.m";

include "string.m";
	str: String;

include "names.m";
	names: Names;

include "filepat.m";
	filepat: Filepat;

include "regex.m";
	regex: Regex;

Test: module
{
	init:	fn(nil: ref Draw->Context, nil: list of string);
};

checks := wrong := 0;

init(nil: ref Draw->Context, nil: list of string)
{
	sys = load Sys Sys->PATH;
	str = load String String->PATH;
	names = load Names Names->PATH;
	filepat = load Filepat Filepat->PATH;
	regex = load Regex Regex->PATH;
	strings();
	numbers();
	paths();
	patterns();
	expressions();
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

pair(p: (string, string)): string
{
	return p.t0 + "|" + p.t1;
}

joined(l: list of string): string
{
	s := "";
	for(; l != nil; l = tl l)
		s += "<" + hd l + ">";
	return s;
}

strings()
{
	same("splitl", pair(str->splitl("a:b:c", ":")), "a|:b:c");
	same("splitl none", pair(str->splitl("abc", ":")), "abc|");
	same("splitr", pair(str->splitr("a:b:c", ":")), "a:b:|c");
	same("splitr none", pair(str->splitr("abc", ":")), "|abc");
	same("splitstrl", pair(str->splitstrl("abcabc", "ca")), "ab|cabc");
	same("splitstrr", pair(str->splitstrr("abcabc", "bc")), "abcabc|");
	same("take", str->take("123abc", "0-9"), "123");
	same("drop", str->drop("123abc", "^a-z"), "abc");
	same("in", string str->in('-', "a-"), "1");
	same("prefix", string str->prefix("ab", "abc") + string str->prefix("abc", "ab"), "10");
	same("toupper", str->toupper("aZé1"), "AZé1");
	same("tolower", str->tolower("aZÉ1"), "azÉ1");
	words := "a" :: "" :: "b c" :: "it's" :: nil;
	same("quoted", str->quoted(words), "a '' 'b c' 'it''s'");
	same("unquoted", joined(str->unquoted(str->quoted(words))), joined(words));
	same("unquoted open", joined(str->unquoted("a 'b c")), "<a><b c>");
	same("append", joined(str->append("z", words)), joined(words) + "<z>");
}

int2s(p: (int, string)): string
{
	return string p.t0 + "|" + p.t1;
}

numbers()
{
	same("toint", int2s(str->toint("  -12x", 10)), "-12|x");
	same("toint base", int2s(str->toint("16rffz", 0)), "255|z");
	same("toint 16", int2s(str->toint("fFg", 16)), "255|g");
	same("toint none", int2s(str->toint("x", 10)), "0|x");
	(b, rest) := str->tobig("99999999999!", 10);
	same("tobig", string b + rest, "99999999999!");
	x: real;
	(x, rest) = str->toreal("1.5e3q", 10);
	same("toreal", sys->sprint("%g%s", x, rest), "1500q");
	(x, rest) = str->toreal("2r1.1", 0);
	same("toreal base", sys->sprint("%g%s", x, rest), "1.5");
	(x, rest) = str->toreal("1e", 10);
	same("toreal exponent", sys->sprint("%g%s", x, rest), "1e");
}

paths()
{
	clean := array[] of {
		("", "."), ("/", "/"), ("a/b/../c", "a/c"), ("/../a", "/a"), ("../../x/..", "../.."),
		("a//b/", "a/b"), ("a/..", "."), ("./../x", "../x"), ("#p/1/../x", "#p/x"),
	};
	for(i := 0; i < len clean; i++)
		same("cleanname " + clean[i].t0, names->cleanname(clean[i].t0), clean[i].t1);
	same("dirname", names->dirname("/a/b"), "/a");
	same("dirname /", names->dirname("/a"), "/");
	same("dirname none", names->dirname("a"), nil);
	same("basename", names->basename("/a/b.c", ".c"), "b");
	same("elements", joined(names->elements("/a/b")), "</><a><b>");
	same("pathname", names->pathname(names->elements("/a/b")), "/a/b");
	same("isprefix", string names->isprefix("/a", "/a/b") + string names->isprefix("/a", "/ab"), "10");
	same("relative", names->relative("/a/b/c", "/a"), "b/c");
	same("rooted", names->rooted("/a", "b") + names->rooted("/a", "/b") + names->rooted("/a", "#p"), "/a/b/b#p");
}

patterns()
{
	cases := array[] of {
		("*", "", 1), ("a*b*c", "aXbXc", 1), ("a*b*c", "aXbXcd", 0), ("?", "é", 1), ("?", "", 0),
		("[a-c]*", "bx", 1), ("[^a]*", "a", 0), ("\\*", "*", 1), ("\\*", "x", 0), ("[a", "a", 0),
		("[\\]x]", "]", 1), ("**", "", 1), ("*.[bm]", "x.m", 1),
	};
	for(i := 0; i < len cases; i++){
		(pattern, name, want) := cases[i];
		same("match " + pattern + " " + name, string filepat->match(pattern, name), string want);
	}
}

expressions()
{
	cases := array[] of {
		("a*b*", "bbaabb", "0,2"), ("[ABCb-z]+", "aAbBcCdD", "1,7"), ("^abc$", "abc", "0,3"), ("^b", "ab", ""),
		("(a*)*", "b", "0,0 -1,-1"), ("a|ab", "ab", "0,2"), ("(a)(b)?", "a", "0,1 0,1 -1,-1"), ("a.c", "a\nc", ""),
		("[^a]", "\n", ""), ("((a)|b)*", "ab", "0,2 1,2 0,1"), ("é+", "aéé", "1,3"), ("a\\.b", "a.b", "0,3"),
		("^(a|aa)*$", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab", ""),
	};
	for(i := 0; i < len cases; i++){
		(pattern, s, want) := cases[i];
		(re, why) := regex->compile(pattern, 1);
		same("compile " + pattern, why, nil);
		got := "";
		m := regex->execute(re, s);
		for(j := 0; j < len m; j++){
			if(j > 0)
				got += " ";
			got += sys->sprint("%d,%d", m[j].t0, m[j].t1);
		}
		same("execute " + pattern + " " + s, got, want);
	}
	bad := array[] of {"", "(", ")", "[", "[a-", "*a", "a**", "a|", "\\"};
	for(i = 0; i < len bad; i++){
		(re, why) := regex->compile(bad[i], 0);
		same("refuse " + bad[i], string (re == nil && why != nil), "1");
	}
}
