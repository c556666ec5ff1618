implement Timers;

include "sys.m";
	sys: Sys;

include "timers.m";

# One process owns the timers that run. It sleeps on a helper, and only while there is one to wait for.

starting, stopping:	chan of ref Timer;
quit:	chan of chan of int;

init(granularity: int): int
{
	sys = load Sys Sys->PATH;
	starting = chan of ref Timer;
	stopping = chan of ref Timer;
	quit = chan of chan of int;
	if(granularity < 1)
		granularity = 1;
	pid := chan of int;
	spawn clock(granularity, pid);
	return <-pid;
}

shutdown()
{
	done := chan of int;
	quit <-= done;
	<-done;
}

Timer.start(msec: int): ref Timer
{
	t := ref Timer(msec, chan[1] of int);
	starting <-= t;
	return t;
}

Timer.stop(t: self ref Timer)
{
	stopping <-= t;
}

# Timer.dt becomes the time of expiry when clock has the timer.
clock(granularity: int, pid: chan of int)
{
	pid <-= sys->pctl(0, nil);
	running: list of ref Timer;
	tick := chan of int;
	ticking := 0;
	for(;;) alt {
	t := <-starting =>
		t.dt += sys->millisec();
		running = t :: running;
		if(!ticking){
			spawn wake(tick, granularity);
			ticking = 1;
		}
	t := <-stopping =>
		kept: list of ref Timer;
		for(; running != nil; running = tl running)
			if(hd running != t)
				kept = hd running :: kept;
		running = kept;
	<-tick =>
		running = expire(running);
		ticking = running != nil;
		if(ticking)
			spawn wake(tick, granularity);
	done := <-quit =>
		if(ticking)
			<-tick;
		done <-= 1;
		return;
	}
}

expire(running: list of ref Timer): list of ref Timer
{
	now := sys->millisec();
	kept: list of ref Timer;
	for(; running != nil; running = tl running)
		if(now - (hd running).dt >= 0)
			(hd running).timeout <-= 1;	# has room for it: nobody need be waiting
		else
			kept = hd running :: kept;
	return kept;
}

wake(tick: chan of int, msec: int)
{
	sys->sleep(msec);
	tick <-= 1;
}
