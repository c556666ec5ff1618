implement Daytime;

include "sys.m";
	sys: Sys;

include "string.m";
	str: String;

include "daytime.m";

Day:	con 24*60*60;

days := array[] of {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
months := array[] of {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

# Where local time comes from: a normal zone, and another that applies between the pairs of times,
# which are of the normal zone.
Zone: adt {
	name, other:	string;
	offset, otheroffset:	int;
	pairs:	array of int;
};
zone:	ref Zone;

start()
{
	if(sys == nil){
		sys = load Sys Sys->PATH;
		str = load String String->PATH;
	}
}

now(): int
{
	start();
	return int (big readfile("/dev/time") / big 1000000);
}

time(): string
{
	return text(local(now()));
}

text(tm: ref Tm): string
{
	start();
	return sys->sprint("%s %s %.2d %.2d:%.2d:%.2d %s %d", days[tm.wday], months[tm.mon], tm.mday,
		tm.hour, tm.min, tm.sec, tm.zone, tm.year + 1900);
}

filet(now, secs: int): string
{
	start();
	tm := local(secs);
	if(now - secs < 6*30*Day)
		return sys->sprint("%s %.2d %.2d:%.2d", months[tm.mon], tm.mday, tm.hour, tm.min);
	return sys->sprint("%s %.2d  %d", months[tm.mon], tm.mday, tm.year + 1900);
}

# The number of the day that begins a year, 1970 being 0; mon counts from 0 and may be any number.
# Years are taken to begin in March, so that the odd day is the last.
daynumber(year, mon, mday: int): int
{
	mon -= 2;
	if(mon < 0){
		mon += 12;
		year--;
	}
	before := 365*year + floor(year, 4) - floor(year, 100) + floor(year, 400);
	return before + (153*mon + 2)/5 + mday - 1 - 719468;
}

floor(a, b: int): int
{
	q := a / b;
	if(a % b < 0)
		q--;
	return q;
}

gmt(secs: int): ref Tm
{
	day := floor(secs, Day);
	rest := secs - day*Day;
	year := 1970 + floor(day, 366) - (day < 0);
	while(daynumber(year + 1, 0, 1) <= day)
		year++;
	mon := 11;
	while(daynumber(year, mon, 1) > day)
		mon--;
	return ref Tm(rest % 60, rest/60 % 60, rest/3600, day - daynumber(year, mon, 1) + 1, mon, year - 1900,
		(day + 4 - floor(day + 4, 7)*7), day - daynumber(year, 0, 1), "GMT", 0);
}

local(secs: int): ref Tm
{
	start();
	if(zone == nil)
		zone = readzone();
	offset := zone.offset;
	name := zone.name;
	for(i := 0; i+1 < len zone.pairs; i += 2)
		if(secs + zone.offset >= zone.pairs[i] && secs + zone.offset < zone.pairs[i+1]){
			offset = zone.otheroffset;
			name = zone.other;
			break;
		}
	tm := gmt(secs + offset);
	tm.zone = name;
	tm.tzoff = offset;
	return tm;
}

tm2epoch(tm: ref Tm): int
{
	day := daynumber(tm.year + 1900, tm.mon, tm.mday);
	return day*Day + tm.hour*3600 + tm.min*60 + tm.sec - tm.tzoff;
}

# $timezone holds a table, or the name of a file that does.
readzone(): ref Zone
{
	s := readfile("/env/timezone");
	if(s == nil)
		s = readfile("/locale/timezone");
	if(s != nil && (s[0] == '/' || s[0] == '#'))
		s = readfile(str->take(s, "^\n"));
	(n, fields) := sys->tokenize(s, " \t\r\n");
	if(n < 4)
		return ref Zone("GMT", "GMT", 0, 0, nil);
	z := ref Zone;
	z.name = hd fields;
	fields = tl fields;
	z.offset = int hd fields;
	fields = tl fields;
	z.other = hd fields;
	fields = tl fields;
	z.otheroffset = int hd fields;
	fields = tl fields;
	z.pairs = array[n - 4] of int;
	for(i := 0; fields != nil; fields = tl fields)
		z.pairs[i++] = int hd fields;
	return z;
}

readfile(name: string): string
{
	fd := sys->open(name, Sys->OREAD);
	if(fd == nil)
		return nil;
	all: string;
	buf := array[Sys->ATOMICIO] of byte;	# these files are ASCII
	while((n := sys->read(fd, buf, len buf)) > 0)
		all += string buf[0:n];
	return all;
}

# The order of the parts tells the forms from each other:
#	Sun, 06 Nov 1994 08:49:37 GMT
#	Sunday, 06-Nov-94 08:49:37 GMT
#	Sun Nov  6 08:49:37 GMT 1994
string2tm(date: string): ref Tm
{
	start();
	for(i := 0; i < len date && date[i] != ':'; i++)
		if(date[i] == '-')	# behind the time it is a sign
			date[i] = ' ';
	(n, parts) := sys->tokenize(date, " \t\r\n,");
	if(n < 5)
		return nil;
	tm := ref Tm(0, 0, 0, 0, -1, -1, -1, 0, "GMT", 0);
	tm.wday = index(days, hd parts);
	parts = tl parts;
	if((tm.mon = index(months, hd parts)) < 0){
		tm.mday = number(hd parts);
		parts = tl parts;
		tm.mon = index(months, hd parts);
		parts = tl parts;
		tm.year = number(hd parts);
	}else{
		parts = tl parts;
		tm.mday = number(hd parts);
	}
	parts = tl parts;
	if(parts == nil || !clock(tm, hd parts))
		return nil;
	parts = tl parts;
	if(parts != nil && number(hd parts) < 0){
		tm.zone = hd parts;
		if(!knownzone(tm))
			return nil;
		parts = tl parts;
	}
	if(parts != nil && tm.year < 0)
		tm.year = number(hd parts);
	if(tm.wday < 0 || tm.mon < 0 || tm.year < 0 || tm.mday < 1 || tm.mday > 31)
		return nil;
	if(tm.year >= 1900)
		tm.year -= 1900;
	else if(tm.year < 70)
		tm.year += 100;
	tm.yday = daynumber(tm.year + 1900, tm.mon, tm.mday) - daynumber(tm.year + 1900, 0, 1);
	return tm;
}

# The place in names of the one that name begins with, -1 if there is none.
index(names: array of string, name: string): int
{
	for(i := 0; i < len names; i++)
		if(len name >= 3 && str->tolower(name[0:3]) == str->tolower(names[i]))
			return i;
	return -1;
}

number(s: string): int
{
	(n, rest) := str->toint(s, 10);
	if(s == nil || rest != nil || s[0] < '0' || s[0] > '9')
		return -1;
	return n;
}

clock(tm: ref Tm, s: string): int
{
	(n, parts) := sys->tokenize(s, ":");
	if(n < 2 || n > 3)
		return 0;
	tm.hour = number(hd parts);
	tm.min = number(hd tl parts);
	if(n == 3)
		tm.sec = number(hd tl tl parts);
	return tm.hour >= 0 && tm.hour < 24 && tm.min >= 0 && tm.min < 60 && tm.sec >= 0 && tm.sec <= 60;
}

# Zones with fixed names, the numbers of mail (+0100), and those of local time.
knownzone(tm: ref Tm): int
{
	name := tm.zone;
	if(name == "GMT" || name == "UT" || name == "UTC" || name == "Z"){
		tm.zone = "GMT";
		return 1;
	}
	if(len name == 5 && (name[0] == '+' || name[0] == '-') && (n := number(name[1:])) >= 0){
		tm.tzoff = n/100*3600 + n%100*60;
		if(name[0] == '-')
			tm.tzoff = -tm.tzoff;
		return 1;
	}
	if(zone == nil)
		zone = readzone();
	if(name == zone.name)
		tm.tzoff = zone.offset;
	else if(name == zone.other)
		tm.tzoff = zone.otheroffset;
	else
		return 0;
	return 1;
}
