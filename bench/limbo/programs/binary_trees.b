implement Bench;

include "bench.m";

Depth: con 18;

Tree: adt {
	left, right:	cyclic ref Tree;
};

parts(): list of ref Part
{
	return ref Part("binary_trees", 5, (2 << Depth) - 1, run) :: nil;
}

run(): int
{
	return count(grown(Depth));
}

grown(depth: int): ref Tree
{
	if(depth == 0)
		return ref Tree(nil, nil);
	return ref Tree(grown(depth - 1), grown(depth - 1));
}

count(t: ref Tree): int
{
	if(t == nil)
		return 0;
	return count(t.left) + count(t.right) + 1;
}
