implement Bad;
Bad: module { f: fn(); };
f()
{
	x := y;
}
