# Dates and times of day.

Daytime: module
{
	PATH:	con "/dis/lib/daytime.dis";

	Tm: adt {
		sec, min, hour:	int;
		mday:	int;	# from 1
		mon:	int;	# from 0
		year:	int;	# from 1900
		wday:	int;	# from 0, a Sunday
		yday:	int;	# from 0
		zone:	string;
		tzoff:	int;	# seconds east of Greenwich
	};

	# Times are seconds since 1970, GMT.
	now:	fn(): int;
	time:	fn(): string;	# text(local(now()))
	local, gmt:	fn(secs: int): ref Tm;	# local: as /locale/timezone says
	tm2epoch:	fn(tm: ref Tm): int;
	text:	fn(tm: ref Tm): string;	# Sat Jan 1 00:00:00 GMT 2000
	filet:	fn(now, secs: int): string;	# as ls -l: the hour if recent, else the year
	string2tm:	fn(date: string): ref Tm;	# nil if it cannot be read
};
