# Security by Limbo modules: random numbers, connections, authentication.

Virgil: module
{
	PATH:	con "/dis/lib/virgil.dis";

	virgil:	fn(args: list of string): string;	# where a service is
};

Random: module
{
	PATH:	con "/dis/lib/random.dis";

	ReallyRandom, NotQuiteRandom:	con iota;

	randomint:	fn(which: int): int;
	randombuf:	fn(which, n: int): array of byte;
};

# In all below, the string of a result tells the error.

SSL: module
{
	PATH:	con "/dis/lib/ssl.dis";

	connect:	fn(fd: ref Sys->FD): (string, ref Sys->Connection);
	secret:	fn(c: ref Sys->Connection, secretin, secretout: array of byte): string;
};

Login: module
{
	PATH:	con "/dis/lib/login.dis";

	login:	fn(id, password, dest: string): (string, ref Keyring->Authinfo);
};

Auth: module
{
	PATH:	con "/dis/lib/auth.dis";

	init:	fn(): string;
	server:	fn(algs: list of string, ai: ref Keyring->Authinfo, fd: ref Sys->FD, setid: int): (ref Sys->FD, string);
	client:	fn(alg: string, ai: ref Keyring->Authinfo, fd: ref Sys->FD): (ref Sys->FD, string);
	auth:	fn(ai: ref Keyring->Authinfo, keyspec, alg: string, fd: ref Sys->FD): (ref Sys->FD, ref Keyring->Authinfo, string);
	keyfile:	fn(keyspec: string): string;
	key:	fn(keyspec: string): ref Keyring->Authinfo;
};
