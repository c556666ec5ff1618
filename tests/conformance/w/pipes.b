implement Pipes;
include "sys.m";
	sys: Sys;
include "draw.m";
include "bufio.m";
	bufio: Bufio;
	Iobuf: import bufio;
include "string.m";
	str: String;

Pipes: module { init: fn(nil: ref Draw->Context, argv: list of string); };

Shape: adt {
	name: string;
	pick {
	Circle => r: real;
	Box => w, h: int;
	}
	area: fn(s: self ref Shape): real;
};

Shape.area(s: self ref Shape): real
{
	pick p := s {
	Circle => return p.r * p.r * 3.0;
	Box => return real (p.w * p.h);
	}
	return 0.0;
}

Fail: exception(int, string);

risky(n: int) raises Fail
{
	if(n > 1)
		raise Fail(n, "too much");
}

worker(c: chan of int, done: chan of string)
{
	sum := 0;
	while((v := <-c) >= 0)
		sum += v;
	done <-= "sum " + string sum;
}

init(nil: ref Draw->Context, argv: list of string)
{
	sys = load Sys Sys->PATH;
	bufio = load Bufio Bufio->PATH;
	str = load String String->PATH;
	out := bufio->fopen(sys->fildes(1), Bufio->OWRITE);
	for(l := tl argv; l != nil; l = tl l)
		out.puts(str->toupper(hd l) + "\n");
	shapes := array[] of {ref Shape.Circle("c", 2.0), ref Shape.Box("b", 3, 4)};
	for(i := 0; i < len shapes; i++)
		out.puts(sys->sprint("%s %g %d\n", shapes[i].name, shapes[i].area(), tagof shapes[i]));
	c := chan of int;
	done := chan of string;
	spawn worker(c, done);
	for(i = 0; i < 10; i++)
		c <-= i;
	c <-= -1;
	out.puts(<-done + "\n");
	for(i = 0; i < 3; i++) {
		{
			risky(i);
			out.puts("fine\n");
		} exception e {
		Fail =>
			(n, why) := e;
			out.puts(sys->sprint("%d: %s\n", n, why));
		}
	}
	a := array[5] of {* => 7};
	a[1:] = array[] of {1, 2};
	s := "";
	for(i = 0; i < len a; i++)
		s += string a[i] + ",";
	out.puts(s + "\n");
	case s[0] {
	'0' to '9' => out.puts("digit\n");
	* => out.puts("other\n");
	}
	out.puts(sys->sprint("%bd %.3f %x %q %5d|%-5d|%05d %c %e\n", big 1 << 40, 1.5, 255, "it's", 42, 42, 42, 'x', 12345.678));
	out.close();
	raise "fail:done";
}
