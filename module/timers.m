# Timers: a number on a channel after a while.

Timers: module
{
	PATH:	con "/dis/lib/timers.dis";

	Sec:	con 1000;	# Timer.start counts milliseconds

	Timer: adt {
		dt:	int;
		timeout:	chan of int;

		start:	fn(msec: int): ref Timer;
		stop:	fn(t: self ref Timer);
	};

	init:	fn(granularity: int): int;	# in milliseconds; returns the process id of the clock
	shutdown:	fn();
};
