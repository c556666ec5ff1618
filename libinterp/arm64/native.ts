/**
 * What native code needs of its host: memory that can be executed, and a way in. Addresses are numbers of bytes. Memory is either written or
 * executed, never both.
 */
export interface Native {
	/** What it is, in a few words. */
	readonly about: string;
	/** The address of a buffer that never moves. */
	addressOf(buffer: ArrayBuffer): number;
	/** Reserves addresses, a multiple of the page size, that nothing can be done with yet. Throws when there is no room. */
	reserve(bytes: number): number;
	/** Gives addresses back. */
	release(at: number, bytes: number): void;
	/** Makes pages writable, or executable. Throws when the host does not allow it. */
	protect(at: number, bytes: number, how: "write" | "execute"): void;
	/** Copies bytes to pages that are writable. */
	write(at: number, bytes: Uint8Array): void;
	/** What has been written is to be executed: the instruction cache forgets what was there. */
	flush(at: number, bytes: number): void;
	/** The function at an address: it takes an address and gives a number of 32 bits. */
	entry(at: number): (argument: number) => number;
}

/** Pages are no larger on any host of Arm64. */
export const PAGE = 65536;
