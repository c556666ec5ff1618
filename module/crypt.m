# Digests. (Upstream's $Crypt has ciphers and public keys as well; they are not there yet.)

Crypt: module
{
	PATH:	con "$Crypt";

	DigestState: adt {
		x:	int;

		copy:	fn(d: self ref DigestState): ref DigestState;
	};

	# Each call continues from state (nil to begin) and finishes if digest is not nil.
	md5, sha1, sha224, sha256, sha384, sha512:	fn(buf: array of byte, n: int,
		digest: array of byte, state: ref DigestState): ref DigestState;
	hmac_md5, hmac_sha1:	fn(data: array of byte, n: int, key: array of byte,
		digest: array of byte, state: ref DigestState): ref DigestState;

	MD5dlen:	con 16;
	SHA1dlen:	con 20;
	SHA224dlen:	con 28;
	SHA256dlen:	con 32;
	SHA384dlen:	con 48;
	SHA512dlen:	con 64;
};
