implement Bench;

# The Sun and its four large planets, in astronomical units, days and masses of the Sun.

include "math.m";
	math: Math;
include "bench.m";

Body: adt {
	x, y, z:	real;
	vx, vy, vz:	real;
	mass:	real;
};

Year:	con 365.24;

# The energy after 1000 steps of a hundredth of a year is published: -0.169087605.
parts(): list of ref Part
{
	return ref Part("nbody", 50, -169087605, run) :: nil;
}

run(): int
{
	if(math == nil)
		math = load Math Math->PATH;
	bodies := sunandplanets();
	for(i := 0; i < 1000; i++)
		advance(bodies, 0.01);
	return int (energy(bodies) * 1e9);
}

planet(x, y, z, vx, vy, vz, mass: real): ref Body
{
	return ref Body(x, y, z, vx * Year, vy * Year, vz * Year, mass * solarmass());
}

solarmass(): real
{
	return 4.0 * Math->Pi * Math->Pi;
}

sunandplanets(): array of ref Body
{
	bodies := array[] of {
		planet(0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0),
		planet(4.84143144246472090e+00, -1.16032004402742839e+00, -1.03622044471123109e-01,
			1.66007664274403694e-03, 7.69901118419740425e-03, -6.90460016972063023e-05, 9.54791938424326609e-04),
		planet(8.34336671824457987e+00, 4.12479856412430479e+00, -4.03523417114321381e-01,
			-2.76742510726411046e-03, 4.99852801234917238e-03, 2.30417297573763929e-05, 2.85885980666130812e-04),
		planet(1.28943695621391310e+01, -1.51111514016986312e+01, -2.23307578892655734e-01,
			2.96460137564761618e-03, 2.37847173959480950e-03, -2.96589568540237556e-05, 4.36624404335156298e-05),
		planet(1.53796971148509165e+01, -2.59193146099879641e+01, 1.79258772950371181e-01,
			2.68067772490389322e-03, 1.62824170038242295e-03, -9.51592254519715870e-05, 5.15138902046611451e-05),
	};
	sun := bodies[0];
	for(i := 1; i < len bodies; i++){
		b := bodies[i];
		sun.vx -= b.vx * b.mass / solarmass();
		sun.vy -= b.vy * b.mass / solarmass();
		sun.vz -= b.vz * b.mass / solarmass();
	}
	return bodies;
}

advance(bodies: array of ref Body, dt: real)
{
	for(i := 0; i < len bodies; i++){
		b := bodies[i];
		for(j := i + 1; j < len bodies; j++){
			c := bodies[j];
			dx := b.x - c.x;
			dy := b.y - c.y;
			dz := b.z - c.z;
			square := dx * dx + dy * dy + dz * dz;
			pull := dt / (square * math->sqrt(square));
			ofb := b.mass * pull;
			ofc := c.mass * pull;
			b.vx -= dx * ofc;
			b.vy -= dy * ofc;
			b.vz -= dz * ofc;
			c.vx += dx * ofb;
			c.vy += dy * ofb;
			c.vz += dz * ofb;
		}
		b.x += dt * b.vx;
		b.y += dt * b.vy;
		b.z += dt * b.vz;
	}
}

energy(bodies: array of ref Body): real
{
	e := 0.0;
	for(i := 0; i < len bodies; i++){
		b := bodies[i];
		e += 0.5 * b.mass * (b.vx * b.vx + b.vy * b.vy + b.vz * b.vz);
		for(j := i + 1; j < len bodies; j++){
			c := bodies[j];
			dx := b.x - c.x;
			dy := b.y - c.y;
			dz := b.z - c.z;
			e -= b.mass * c.mass / math->sqrt(dx * dx + dy * dy + dz * dz);
		}
	}
	return e;
}
