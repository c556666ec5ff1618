/** The ways to call native code, on whatever processor this is: each package where it is installed. */
import { createRequire } from "node:module";
import test from "ava";
import { bridges, nativeBridge, numbers } from "../../emu/native.ts";
import { type Native, PAGE } from "../../libinterp/arm64/native.ts";

const require = createRequire(import.meta.url);

/** A function that gives the word 8 bytes behind its argument, for each processor. */
const codes: Readonly<Record<string, readonly number[]>> = {
	x64: [0x8b, 0x47, 0x08, 0xc3],
	arm64: [0x00, 0x08, 0x40, 0xb9, 0xc0, 0x03, 0x5f, 0xd6],
};
const code = codes[process.arch];

for (const name of Object.keys(bridges)) {
	const bridge = nativeBridge(name, require);
	const run = "why" in bridge || code === undefined ? test.skip : test;
	run(`${name}: maps, protects, calls${"why" in bridge ? ` (${bridge.why})` : ""}`, (t) => {
		const native = bridge as Native;
		const at = native.reserve(2 * PAGE);
		const buffer = new WebAssembly.Memory({ initial: 1, maximum: 1 }).buffer;
		new Int32Array(buffer).set([1, 2, 77, 4]);
		native.protect(at, PAGE, "write");
		native.write(at, Uint8Array.from(code as readonly number[]));
		native.protect(at, PAGE, "execute");
		native.flush(at, 64);
		const entry = native.entry(at);
		const address = native.addressOf(buffer);
		t.is(entry(address), 77);
		new Int32Array(buffer)[2] = -5;
		t.is(entry(address), -5);
		t.is(entry(address - 4), 2);
		native.release(at, 2 * PAGE);
	});
}

test("koffi is used where nobody names another, as it is installed", (t) => {
	const bridge = nativeBridge(undefined, require);
	t.true("about" in bridge && bridge.about.startsWith("koffi "));
});

test("without any package, or with a name that there is not, it is said why", (t) => {
	const none = nativeBridge(undefined, (name) => {
		throw new Error(`Cannot find module '${name}'\nRequire stack`);
	});
	t.deepEqual(none, { why: "koffi: Cannot find module 'koffi'; ffi: Cannot find module 'ffi-napi'" });
	t.deepEqual(nativeBridge("other", require), { why: "no bridge other: there are koffi, ffi" });
	t.is(numbers("plan9"), undefined);
});
