/**
 * All memory that Dis code can see: one WebAssembly.Memory, reserved in full at the start so that no view of it is ever detached.
 * Untouched pages cost nothing.
 */
export class Arena {
	readonly memory: WebAssembly.Memory;
	readonly u8: Uint8Array;
	readonly i16: Int16Array;
	readonly i32: Int32Array;
	readonly f32: Float32Array;
	readonly f64: Float64Array;
	readonly i64: BigInt64Array;
	/** Bytes. */
	readonly size: number;

	/** `size` in bytes is rounded up to pages of 64 KiB; at most 4 GiB less a page. Throws RangeError when the host has no room. */
	constructor(size: number) {
		const pages = Math.min(Math.max(1, Math.ceil(size / 65536)), 65535);
		this.memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
		const buffer = this.memory.buffer;
		this.size = buffer.byteLength;
		this.u8 = new Uint8Array(buffer);
		this.i16 = new Int16Array(buffer);
		this.i32 = new Int32Array(buffer);
		this.f32 = new Float32Array(buffer);
		this.f64 = new Float64Array(buffer);
		this.i64 = new BigInt64Array(buffer);
	}
}
