implement Warn;
Warn: module { f: fn(); };
f()
{
	x: int;
}
