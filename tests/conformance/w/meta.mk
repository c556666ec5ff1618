# rules with patterns, variables, attributes, recipes that fail
objects=one.o two.o
sources=${objects:%.o=%.src}
Q=quoted' 'word
list=`{echo made of words}

prog: $objects
	cat $prereq > $target

%.o: %.src
	echo $stem from $prereq
	tr a-z A-Z < $prereq > $target

%.src:
	echo source of $stem > $target

show:V:
	echo $objects / $sources / $Q / $list

fails:V:
	echo before
	raise oops
	echo after

quiet:QV:
	echo quietly

two.src: dep
dep:
	touch dep

virtual:V: show quiet

loop: pool
pool: loop

nukeall:VE:
	rm -f nothing-there prog *.o
