const [seconds, nanoseconds] = process.hrtime();

/** Milliseconds since the emulator was started, with fractions. (`performance` would load a good part of Node at start.) */
export function now(): number {
	const [s, ns] = process.hrtime();
	return (s - seconds) * 1e3 + (ns - nanoseconds) / 1e6;
}
