implement Bench;

# Jumps: predictable and not, chains and nests of them.

include "bench.m";

N: con 1000000;

parts(): list of ref Part
{
	return ref Part("branch", 25, 500000, alternate)
		:: ref Part("compare_chain", 16, 2499936, chain)
		:: ref Part("branch_nest", 60, 165462, nest)
		:: ref Part("countdown", 25, 244381296, countdown)
		:: nil;
}

alternate(): int
{
	even := odd := 0;
	for(i := 0; i < N; i++)
		if((i & 1) == 0)
			even++;
		else
			odd += 2;
	return odd - even;
}

chain(): int
{
	score := 0;
	for(i := 0; i < N; i++){
		mark := i & 127;
		if(mark >= 96)
			score += 4;
		else if(mark >= 64)
			score += 3;
		else if(mark >= 32)
			score += 2;
		else
			score++;
	}
	return score;
}

nest(): int
{
	sum := 0;
	for(i := 0; i < N/10; i++){
		a := i % 11;
		b := i % 5;
		if(a < b){
			if(a & 1)
				sum += b;
			else
				sum -= a;
		}else if(a == b)
			sum += 3;
		else{
			if(b & 1)
				sum += a - b;
			else if(a > 8)
				sum--;
		}
	}
	return sum;
}

countdown(): int
{
	sum := 0;
	for(k := 0; k < 1000; k++)
		for(i := 1000; i > 0; i--)
			sum += i & k;
	return sum;
}
