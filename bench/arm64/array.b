implement Work;
Work: module { init: fn(); };

init()
{
	a := array[1000] of int;
	for(i := 0; i < 1000; i++)
		a[i] = i;
	sum := 0;
	for(j := 0; j < REPEATS; j++)
		for(i = 0; i < 1000; i++)
			sum += a[i];
	if(sum == 0)
		raise "sum";
}
