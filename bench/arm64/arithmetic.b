implement Work;
Work: module { init: fn(); };

init()
{
	a := 1;
	b := 2;
	c := 3;
	for(i := 0; i < 1000 * REPEATS; i++){
		a = a + b;
		b = b * 3;
		c = c - a;
		a = a ^ b;
		b = b & 16rFFFF;
		c = c | 1;
		a = a << 1;
		b = b >> 1;
		c = c + (a % 17);
	}
	if(a + b + c == 0)
		raise "sum";
}
