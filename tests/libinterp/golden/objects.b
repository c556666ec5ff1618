implement Objects;

# Counted pointers, lists, strings, an adt, a case, an exception.

Objects: module
{
	init:	fn();
};

Point: adt {
	x, y:	int;
	name:	string;
};

init()
{
	l: list of ref Point;
	for(i := 0; i < 3; i++)
		l = ref Point(i, i*i, name(i)) :: l;
	s := "";
	for(; l != nil; l = tl l)
		s += (hd l).name;
	if(s != "twooneother")
		raise "fail:" + s;
	{
		i = 1 / len l;
	} exception {
	"zero divide" =>
		return;
	}
	raise "fail:exception";
}

name(n: int): string
{
	case n {
	1 =>
		return "one";
	2 or 3 to 5 =>
		return "two";
	}
	return "other";
}
