/** MD5 (RFC 1321): only to name types, so a short form is enough. */

const shifts = [7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21];
const sines = Array.from({ length: 64 }, (_, i) => Math.floor(Math.abs(Math.sin(i + 1)) * 2 ** 32) | 0);

/** The digest as its four words. */
export function md5(message: Uint8Array): [number, number, number, number] {
	const length = Math.ceil((message.length + 9) / 64) * 64;
	const padded = new Uint8Array(length);
	padded.set(message);
	padded[message.length] = 0x80;
	const view = new DataView(padded.buffer);
	view.setUint32(length - 8, message.length * 8, true);
	let digest: [number, number, number, number] = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476];
	for (let at = 0; at < length; at += 64) digest = block(view, at, digest);
	return digest;
}

function block(view: DataView, at: number, start: [number, number, number, number]): [number, number, number, number] {
	let [a, b, c, d] = start;
	for (let i = 0; i < 64; i++) {
		const round = i >> 4;
		const [mix, index] = step(round, i, b, c, d);
		const sum = (a + mix + (sines[i] as number) + view.getInt32(at + 4 * index, true)) | 0;
		const shift = shifts[round * 4 + (i & 3)] as number;
		a = d;
		d = c;
		c = b;
		b = (b + ((sum << shift) | (sum >>> (32 - shift)))) | 0;
	}
	return [(start[0] + a) | 0, (start[1] + b) | 0, (start[2] + c) | 0, (start[3] + d) | 0];
}

function step(round: number, i: number, b: number, c: number, d: number): [number, number] {
	switch (round) {
		case 0:
			return [(b & c) | (~b & d), i];
		case 1:
			return [(d & b) | (~d & c), (5 * i + 1) & 15];
		case 2:
			return [b ^ c ^ d, (3 * i + 5) & 15];
		default:
			return [c ^ (b | ~d), (7 * i) & 15];
	}
}
