# Network connections by address: network!host!service.

Dial: module
{
	PATH:	con "/dis/lib/dial.dis";

	Connection: adt {
		dfd, cfd:	ref Sys->FD;	# data and control files
		dir:	string;
	};

	Conninfo: adt {
		dir:	string;	# the connection's directory
		root:	string;	# where the network is mounted
		spec:	string;
		lsys, lserv:	string;
		rsys, rserv:	string;
		laddr, raddr:	string;
	};

	dial:	fn(addr, local: string): ref Connection;
	announce:	fn(addr: string): ref Connection;
	listen:	fn(c: ref Connection): ref Connection;
	accept:	fn(c: ref Connection): ref Sys->FD;
	reject:	fn(c: ref Connection, why: string): int;

	netmkaddr:	fn(addr, net, svc: string): string;	# with net and svc where addr lacks them
	netinfo:	fn(c: ref Connection): ref Conninfo;
};
