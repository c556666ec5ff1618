import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { HostStore } from "../../emu/codestore.ts";
import { emu } from "../appl/cases.ts";

const dir = mkdtempSync(join(tmpdir(), "oemu-store-"));
test.after.always(() => rmSync(dir, { recursive: true, force: true }));

const bytes = Uint8Array.of(1, 2, 3);

function filled(name: string): { at: string; key: string; file: string } {
	const at = join(dir, name, "o.emu");
	const store = new HostStore(at, "compiler");
	const key = store.digest(Uint8Array.of(7));
	store.write(key, bytes);
	store.flush();
	return { at, key, file: join(at, readdirSync(at)[0] as string) };
}

test("what was written is read again, under its name only, by the same compiler only", (t) => {
	const { at, key } = filled("plain");
	const store = new HostStore(at, "compiler");
	t.deepEqual(new Uint8Array(store.read(key) as Uint8Array), bytes);
	t.is(store.read(store.digest(Uint8Array.of(8))), undefined);
	t.not(new HostStore(at, "another").digest(Uint8Array.of(7)), key);
});

test("a changed, shortened or empty file counts as none", (t) => {
	const { at, key, file } = filled("damaged");
	const whole = readFileSync(file);
	for (let k = 0; k < whole.length; k++) {
		const changed = Buffer.from(whole);
		changed[k] = (changed[k] as number) ^ 1;
		writeFileSync(file, changed);
		t.is(new HostStore(at, "compiler").read(key), undefined, `byte ${k}`);
	}
	for (const n of [0, 10, 32, whole.length - 1]) {
		writeFileSync(file, whole.subarray(0, n));
		t.is(new HostStore(at, "compiler").read(key), undefined, `${n} bytes`);
	}
});

test("a directory that others may write to is not used", (t) => {
	const { at, key } = filled("open");
	chmodSync(at, 0o777);
	t.is(new HostStore(at, "compiler").read(key), undefined);
	const store = new HostStore(at, "compiler");
	store.write("other", bytes);
	store.flush();
	t.is(readdirSync(at).length, 1);
});

test("where nothing can be kept, nothing is", (t) => {
	const at = join(dir, "file");
	writeFileSync(at, "");
	const store = new HostStore(join(at, "o.emu"), "compiler");
	store.write("name", bytes);
	t.is(store.read("name"), bytes);
	t.notThrows(() => store.flush());
	t.is(store.read("name"), undefined);
});

test("programs run the same with kept code, damaged code, and none", async (t) => {
	const home = join(dir, "home");
	mkdirSync(home);
	const run = (...options: string[]) =>
		emu([...options, "-r.", "calc", "-e", "solve(x*x-2==0, x)"], "", { env: { XDG_CACHE_HOME: home } });
	const plain = await run("-c0");
	for (let n = 0; n < 3; n++) t.deepEqual(await run("--jit", "wasm", "--eager"), plain);
	const kept = readdirSync(join(home, "o.emu"));
	t.true(kept.length > 1);
	for (const name of kept) writeFileSync(join(home, "o.emu", name), "garbage");
	t.deepEqual(await run("--jit", "wasm", "--eager"), plain);
	t.deepEqual(await run("-c1", "--no-cache"), plain);
});
