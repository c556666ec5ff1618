	entry	0,1
	desc	$1,32,""
	ret	
