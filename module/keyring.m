# Cryptography: numbers, keys, certificates, digests, ciphers.

Keyring: module
{
	PATH:	con "$Keyring";

	# whole numbers of any size
	IPint: adt {
		x:	int;	# not used

		inttoip:	fn(i: int): ref IPint;
		iptoint:	fn(i: self ref IPint): int;
		strtoip:	fn(s: string, base: int): ref IPint;
		iptostr:	fn(i: self ref IPint, base: int): string;
		b64toip:	fn(s: string): ref IPint;
		iptob64, iptob64z:	fn(i: self ref IPint): string;
		bytestoip, bebytestoip:	fn(buf: array of byte): ref IPint;
		iptobytes, iptobebytes:	fn(i: self ref IPint): array of byte;
		copy:	fn(i: self ref IPint): ref IPint;
		random:	fn(minbits, maxbits: int): ref IPint;

		add, sub, mul, mod:	fn(i: self ref IPint, j: ref IPint): ref IPint;
		div:	fn(i: self ref IPint, j: ref IPint): (ref IPint, ref IPint);
		neg:	fn(i: self ref IPint): ref IPint;
		expmod:	fn(base: self ref IPint, exp, mod: ref IPint): ref IPint;
		invert:	fn(i: self ref IPint, mod: ref IPint): ref IPint;
		eq, cmp:	fn(i: self ref IPint, j: ref IPint): int;

		bits:	fn(i: self ref IPint): int;
		shl, shr:	fn(i: self ref IPint, n: int): ref IPint;
		and, ori, xor:	fn(i: self ref IPint, j: ref IPint): ref IPint;
		not:	fn(i: self ref IPint): ref IPint;
	};

	# Of these, only what is declared here can be seen.
	SigAlg: adt {
		name:	string;
	};
	PK: adt {
		sa:	ref SigAlg;
		owner:	string;
	};
	SK: adt {
		sa:	ref SigAlg;
		owner:	string;
	};
	Certificate: adt {
		sa:	ref SigAlg;
		ha:	string;	# the digest's name
		signer:	string;
		exp:	int;	# when it ends, seconds since 1970
	};
	DigestState: adt {
		x:	int;

		copy:	fn(d: self ref DigestState): ref DigestState;
	};
	AESstate: adt {
		x:	int;
	};
	DESstate: adt {
		x:	int;
	};
	IDEAstate: adt {
		x:	int;
	};
	RC4state: adt {
		x:	int;
	};
	BFstate: adt {
		x:	int;
	};

	# what one party knows when it authenticates itself
	Authinfo: adt {
		mysk:	ref SK;
		mypk:	ref PK;
		cert:	ref Certificate;	# of mypk
		spk:	ref PK;	# the signer's
		alpha, p:	ref IPint;	# Diffie-Hellman parameters
	};

	# keys and certificates as text
	certtostr, certtoattr:	fn(c: ref Certificate): string;
	pktostr, pktoattr:	fn(pk: ref PK): string;
	sktostr, sktoattr:	fn(sk: ref SK): string;
	strtocert:	fn(s: string): ref Certificate;
	strtopk:	fn(s: string): ref PK;
	strtosk:	fn(s: string): ref SK;

	genSK:	fn(alg, owner: string, nbits: int): ref SK;
	genSKfromPK:	fn(pk: ref PK, owner: string): ref SK;
	sktopk:	fn(sk: ref SK): ref PK;
	dhparams:	fn(nbits: int): (ref IPint, ref IPint);

	sign:	fn(sk: ref SK, exp: int, state: ref DigestState, ha: string): ref Certificate;
	signm:	fn(sk: ref SK, m: ref IPint, ha: string): ref Certificate;
	verify:	fn(pk: ref PK, cert: ref Certificate, state: ref DigestState): int;
	verifym:	fn(pk: ref PK, cert: ref Certificate, m: ref IPint): int;

	# Each call continues from state (nil to begin) and finishes if digest is not nil.
	md4, md5, sha1, sha224, sha256, sha384, sha512:	fn(buf: array of byte, n: int,
		digest: array of byte, state: ref DigestState): ref DigestState;
	hmac_md5, hmac_sha1:	fn(data: array of byte, n: int, key: array of byte,
		digest: array of byte, state: ref DigestState): ref DigestState;

	MD4dlen, MD5dlen:	con 16;
	SHA1dlen:	con 20;
	SHA224dlen:	con 28;
	SHA256dlen:	con 32;
	SHA384dlen:	con 48;
	SHA512dlen:	con 64;

	# ciphers work in place
	Encrypt, Decrypt:	con iota;
	AESbsize:	con 16;
	DESbsize, IDEAbsize, BFbsize:	con 8;

	aessetup:	fn(key, ivec: array of byte): ref AESstate;
	aescbc:	fn(state: ref AESstate, buf: array of byte, n: int, direction: int);
	dessetup:	fn(key, ivec: array of byte): ref DESstate;
	desecb, descbc:	fn(state: ref DESstate, buf: array of byte, n: int, direction: int);
	ideasetup:	fn(key, ivec: array of byte): ref IDEAstate;
	ideaecb, ideacbc:	fn(state: ref IDEAstate, buf: array of byte, n: int, direction: int);
	blowfishsetup:	fn(key, ivec: array of byte): ref BFstate;
	blowfishcbc:	fn(state: ref BFstate, buf: array of byte, n: int, direction: int);
	rc4setup:	fn(seed: array of byte): ref RC4state;
	rc4:	fn(state: ref RC4state, buf: array of byte, n: int);
	rc4skip, rc4back:	fn(state: ref RC4state, n: int);

	auth:	fn(fd: ref Sys->FD, info: ref Authinfo, setid: int): (string, array of byte);
	readauthinfo:	fn(file: string): ref Authinfo;
	writeauthinfo:	fn(file: string, info: ref Authinfo): int;

	# messages on a delimited connection: (message, error)
	getstring:	fn(fd: ref Sys->FD): (string, string);
	putstring, puterror:	fn(fd: ref Sys->FD, s: string): int;
	getbytearray:	fn(fd: ref Sys->FD): (array of byte, string);
	putbytearray:	fn(fd: ref Sys->FD, a: array of byte, n: int): int;

	# messages on one that is not
	getmsg:	fn(fd: ref Sys->FD): array of byte;
	sendmsg:	fn(fd: ref Sys->FD, buf: array of byte, n: int): int;
	senderrmsg:	fn(fd: ref Sys->FD, s: string): int;

	RSApk: adt {
		n, ek:	ref IPint;	# modulus, exponent

		encrypt:	fn(k: self ref RSApk, m: ref IPint): ref IPint;
		verify:	fn(k: self ref RSApk, sig: ref RSAsig, m: ref IPint): int;
	};
	RSAsk: adt {
		pk:	ref RSApk;
		dk:	ref IPint;	# exponent
		p, q:	ref IPint;	# the primes, the other way round than in PKCS
		kp, kq, c2:	ref IPint;	# for the Chinese remainder theorem

		gen:	fn(nbits, ebits, nrep: int): ref RSAsk;
		fill:	fn(n, e, d, p, q: ref IPint): ref RSAsk;
		decrypt:	fn(k: self ref RSAsk, m: ref IPint): ref IPint;
		sign:	fn(k: self ref RSAsk, m: ref IPint): ref RSAsig;
	};
	RSAsig: adt {
		n:	ref IPint;
	};

	DSApk: adt {
		p, q:	ref IPint;	# modulus; order of the group
		alpha:	ref IPint;	# generator
		key:	ref IPint;

		verify:	fn(k: self ref DSApk, sig: ref DSAsig, m: ref IPint): int;
	};
	DSAsk: adt {
		pk:	ref DSApk;
		secret:	ref IPint;

		gen:	fn(old: ref DSApk): ref DSAsk;
		sign:	fn(k: self ref DSAsk, m: ref IPint): ref DSAsig;
	};
	DSAsig: adt {
		r, s:	ref IPint;
	};

	EGpk: adt {
		p, alpha, key:	ref IPint;	# as in DSApk

		verify:	fn(k: self ref EGpk, sig: ref EGsig, m: ref IPint): int;
	};
	EGsk: adt {
		pk:	ref EGpk;
		secret:	ref IPint;

		gen:	fn(nbits, nrep: int): ref EGsk;
		sign:	fn(k: self ref EGsk, m: ref IPint): ref EGsig;
	};
	EGsig: adt {
		r, s:	ref IPint;
	};
};
