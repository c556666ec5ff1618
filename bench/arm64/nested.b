implement Work;
Work: module { init: fn(); };

init()
{
	sum := 0;
	for(i := 0; i < REPEATS; i++)
		for(j := 0; j < 5; j++)
			for(k := 0; k < 200; k++)
				sum += i + j + k;
	if(sum == 0)
		raise "sum";
}
