import { realbits64 } from "./real.ts";

/**
 * The external representation of numbers: big-endian, reals as IEEE 64 or 32 bits. In each function `b` holds just as
 * many bytes as the elements of `x` need: 4 for an int, 8 or 4 for a real.
 */

const bytes = (b: Uint8Array): DataView => new DataView(b.buffer, b.byteOffset, b.byteLength);

export function exportInt(b: Uint8Array, x: Int32Array): void {
	const view = bytes(b);
	for (const [i, v] of x.entries()) view.setInt32(4 * i, v);
}

export function exportReal(b: Uint8Array, x: Float64Array): void {
	const view = bytes(b);
	for (const [i, v] of x.entries()) view.setBigInt64(8 * i, realbits64(v));
}

export function exportReal32(b: Uint8Array, x: Float64Array): void {
	const view = bytes(b);
	for (const [i, v] of x.entries()) view.setFloat32(4 * i, v);
}

export function importInt(b: Uint8Array, x: Int32Array): void {
	const view = bytes(b);
	for (let i = 0; i < x.length; i++) x[i] = view.getInt32(4 * i);
}

export function importReal(b: Uint8Array, x: Float64Array): void {
	const view = bytes(b);
	for (let i = 0; i < x.length; i++) x[i] = view.getFloat64(8 * i);
}

export function importReal32(b: Uint8Array, x: Float64Array): void {
	const view = bytes(b);
	for (let i = 0; i < x.length; i++) x[i] = view.getFloat32(4 * i);
}
