implement Cal;

include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "daytime.m";
	daytime: Daytime;

Cal: module
{
	init:	fn(ctxt: ref Draw->Context, argv: list of string);
};

# England went from Wednesday 2 September 1752 to Thursday the 14th.
Changeyear:	con 1752;
Changemonth:	con 9;
Skipfrom:	con 3;
Skipped:	con 11;

Weekdays:	con " S  M Tu  W Th  F  S";
Width:	con len Weekdays;
Rows:	con 6;

months := array[] of {
	"January", "February", "March", "April", "May", "June",
	"July", "August", "September", "October", "November", "December",
};
out: ref Iobuf;

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	if(bufio == nil)
		fail("load", sys->sprint("cal: cannot load %s: %r", Bufio->PATH));
	daytime = load Daytime Daytime->PATH;
	if(daytime == nil)
		fail("load", sys->sprint("cal: cannot load %s: %r", Daytime->PATH));
	if(argv != nil && tl argv != nil && len hd tl argv > 1 && (hd tl argv)[0] == '-')
		usage();
	now := daytime->local(daytime->now());
	out = bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	case len argv {
	0 or 1 =>
		onemonth(now.mon + 1, now.year + 1900);
	2 =>
		arg := hd tl argv;
		month := monthnumber(arg);
		if(month > 0)
			onemonth(month, now.year + 1900);
		else
			wholeyear(number(arg));
	3 =>
		month := monthnumber(hd tl argv);
		if(month <= 0)
			badargument();
		onemonth(month, number(hd tl tl argv));
	* =>
		usage();
	}
	out.flush();
}

# 1 to 12 for such a number or the name of a month or its first three letters, otherwise 0.
monthnumber(s: string): int
{
	if(s == "sept")
		return 9;
	for(m := 1; m <= 12; m++){
		name := months[m-1];
		name[0] += 'a' - 'A';
		if(s == name || s == name[0:3] || s == string m)
			return m;
	}
	return 0;
}

number(s: string): int
{
	n := 0;
	for(i := 0; i < len s; i++){
		if(s[i] < '0' || s[i] > '9' || n > 9999)
			badargument();
		n = 10 * n + s[i] - '0';
	}
	if(n < 1 || n > 9999)
		badargument();
	return n;
}

onemonth(month, year: int)
{
	out.puts(sys->sprint("   %s %d\n%s\n", months[month-1], year, Weekdays));
	rows := weeks(month, year);
	for(i := 0; i < Rows; i++)
		out.puts(rows[i] + "\n");
}

wholeyear(year: int)
{
	out.puts(sys->sprint("\n\n\n%32s%d\n\n", "", year));
	for(month := 1; month <= 12; month += 3){
		heading := "";
		quarter := array[3] of array of string;
		for(i := 0; i < 3; i++){
			if(i > 0)
				heading += sys->sprint("%20s", "");
			else
				heading += sys->sprint("%9s", "");
			heading += months[month+i-1][0:3];
			quarter[i] = weeks(month + i, year);
		}
		out.puts(sys->sprint("%s\n%s   %s   %s\n", heading, Weekdays, Weekdays, Weekdays));
		for(row := 0; row < Rows; row++){
			line := "";
			for(i = 0; i < 3; i++)
				line += sys->sprint("%-*s   ", Width, quarter[i][row]);
			out.puts(trimmed(line) + "\n");
		}
	}
}

trimmed(s: string): string
{
	for(n := len s; n > 0 && s[n-1] == ' '; n--)
		;
	return s[0:n];
}

weeks(month, year: int): array of string
{
	rows := array[Rows] of {* => ""};
	row := 0;
	changing := year == Changeyear && month == Changemonth;
	weekday := firstday(month, year);
	for(i := 0; i < weekday; i++)
		rows[0] += "   ";
	last := days(month, year);
	for(day := 1; day <= last; day++){
		if(changing && day == Skipfrom)
			day += Skipped;
		rows[row] += sys->sprint("%2d ", day);
		if(++weekday == 7){
			weekday = 0;
			row++;
		}
	}
	for(i = 0; i < Rows; i++)
		rows[i] = trimmed(rows[i]);
	return rows;
}

days(month, year: int): int
{
	case month {
	2 =>	return 28 + isleap(year);
	4 or 6 or 9 or 11 =>	return 30;
	}
	return 31;
}

isleap(year: int): int
{
	if(year % 4 != 0)
		return 0;
	return year <= Changeyear || year % 100 != 0 || year % 400 == 0;
}

# The weekday of the month's first day, 0 for Sunday. 1 January of the year 1 was a Saturday.
firstday(month, year: int): int
{
	y := year - 1;
	n := 6 + 365 * y + y / 4;
	if(y > Changeyear)
		n += y / 400 - 4 - (y / 100 - 17);
	for(m := 1; m < month; m++)
		n += days(m, year);
	if(year > Changeyear || year == Changeyear && month > Changemonth)
		n -= Skipped;
	return n % 7;
}

usage()
{
	fail("usage", "usage: cal [month] [year]");
}

badargument()
{
	fail("bad argument", "cal: bad argument");
}

fail(status, message: string)
{
	sys->fprint(sys->fildes(2), "%s\n", message);
	raise "fail:" + status;
}
