# The Go gopher
set x 5
puts [expr $x * 2]
proc f {n} {return [expr $n + 1]}
puts [f 3]
foreach i {a b c} {puts $i}
puts [string length hello]
if {$x > 3} {puts big} else {puts small}
