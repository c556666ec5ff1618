import type { Hash, Hmac } from "node:crypto";
import { Fault } from "../libinterp/fault.ts";
import { H, K_HOST } from "../libinterp/layout.ts";
import type { Marshal, Native } from "./marshal.ts";

/** Bytes of the digests, by name. */
const digests: Readonly<Record<string, number>> = {
	md5: 16,
	sha1: 20,
	sha224: 28,
	sha256: 32,
	sha384: 48,
	sha512: 64,
};

/** The digest functions of $Keyring and $Crypt, by name. */
export function digestNatives(marshal: Marshal): Record<string, Native> {
	const { heap } = marshal.vm;
	const crypto = process.getBuiltinModule("node:crypto");

	// A ref DigestState stands for a number of what Node keeps.
	const states = new Map<number, Hash | Hmac>();
	const stateType = heap.types.make(4, new Uint8Array(0), K_HOST);
	let last = 0;
	const numberOf = (p: number): number => heap.arena.i32[p >>> 2] as number;
	heap.onHostFreed.set(stateType, (p) => {
		states.delete(numberOf(p));
	});

	/** The state at `state`, or a new one begun by `begin`; the address has a count for the caller. */
	const stateAt = (state: number, begin: () => Hash | Hmac): number => {
		if (state === H) {
			const p = heap.record(stateType);
			heap.arena.i32[p >>> 2] = ++last;
			states.set(last, begin());
			return p;
		}
		if (heap.typeOf(state) !== stateType) throw new Fault("not a DigestState");
		if (!states.has(numberOf(state))) states.set(numberOf(state), begin());
		heap.retain(state);
		return state;
	};

	const step = (size: number, buf: number, n: number, digest: number, state: number, begin: () => Hash | Hmac) => {
		if (buf === H && n !== 0) throw new Fault("invalid argument");
		const out = marshal.bytes(digest);
		if (digest !== H && out.length < size) throw new Fault("bad digest value");
		const p = stateAt(state, begin);
		const work = states.get(numberOf(p)) as Hash | Hmac;
		work.update(marshal.bytes(buf, n));
		if (digest !== H) {
			out.set(work.digest());
			states.delete(numberOf(p));
		}
		return p;
	};

	const natives: Record<string, Native> = {
		"DigestState.copy": (d: number) => {
			if (d === H) return H;
			const from = states.get(numberOf(d));
			if (from === undefined || !("copy" in from)) throw new Fault("a state that cannot be copied");
			return stateAt(H, () => from.copy());
		},
	};
	for (const [name, size] of Object.entries(digests))
		natives[name] = (buf: number, n: number, digest: number, state: number) =>
			step(size, buf, n, digest, state, () => crypto.createHash(name));
	for (const name of ["sha1", "md5"])
		natives[`hmac_${name}`] = (data: number, n: number, key: number, digest: number, state: number) => {
			const k = marshal.bytes(key);
			if (key === H || k.length > 64) throw new Fault("bad encryption key");
			return step(digests[name] as number, data, n, digest, state, () => crypto.createHmac(name, k));
		};
	return natives;
}
