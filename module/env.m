# Environment variables, files in /env.

Env: module
{
	PATH:	con "/dis/lib/env.dis";

	getenv:	fn(name: string): string;	# nil if not set
	setenv:	fn(name, value: string): int;	# nil value removes; -1 after an error
	getall:	fn(): list of (string, string);
	clone, new:	fn(): int;	# a copy of the environment, an empty one; -1 after an error
};
