implement Lib;
Lib: module { twice: fn(n: int): int; };
twice(n: int): int { return 2*n; }
