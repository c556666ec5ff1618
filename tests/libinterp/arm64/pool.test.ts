/** Memory for code: where things go, and what the host is asked for. */
import test from "ava";
import { type Native, PAGE } from "../../../libinterp/arm64/native.ts";
import { CodePool } from "../../../libinterp/arm64/pool.ts";
import { Random } from "../../fuzz/programs.ts";

/** A host that only notes what it is asked. Pages are not writable and executable at a time. */
function host() {
	const asked: string[] = [];
	const writable = new Set<number>();
	const native: Native = {
		about: "a host that notes",
		addressOf: () => 0,
		reserve: () => 1 << 30,
		release: (at, bytes) => asked.push(`release ${at} ${bytes}`),
		protect(at, bytes, how) {
			for (let page = at; page < at + bytes; page += PAGE)
				if (how === "write") writable.add(page);
				else writable.delete(page);
		},
		write(at, bytes) {
			for (let a = at; a < at + bytes.length; a++)
				if (!writable.has(Math.floor(a / PAGE) * PAGE)) throw new Error("not writable");
			asked.push(`write ${at - (1 << 30)} ${bytes.length}`);
		},
		flush: (at, bytes) => asked.push(`flush ${at - (1 << 30)} ${bytes}${writable.size === 0 ? "" : " writable"}`),
		entry: () => () => 0,
	};
	return { native, asked };
}

test("code is written to pages that are writable meanwhile, and flushed when they are executable", (t) => {
	const { native, asked } = host();
	const pool = new CodePool(native);
	const at = pool.take(PAGE);
	pool.write(at, new Uint32Array(PAGE / 4));
	const next = pool.take(2 * PAGE);
	pool.write(next, new Uint32Array(PAGE / 2));
	const { base } = pool;
	pool.close();
	t.deepEqual(asked, [
		`write 0 ${PAGE}`,
		`flush 0 ${PAGE}`,
		`write ${PAGE} ${2 * PAGE}`,
		`flush ${PAGE} ${2 * PAGE}`,
		`release ${base} ${1 << 27}`,
	]);
});

test("ten thousand pieces, taken and given back in any order, never overlap and leave nothing", (t) => {
	const pool = new CodePool(host().native);
	const random = new Random(1);
	const held: { at: number; bytes: number }[] = [];
	for (let k = 0; k < 10_000; k++) {
		if (held.length > 50 || (held.length > 0 && random.below(3) === 0)) {
			const [gone] = held.splice(random.below(held.length), 1);
			pool.give(gone?.at as number, gone?.bytes as number);
		} else {
			const bytes = 1 + random.below(5000);
			const at = pool.take(bytes);
			const over = held.find((h) => at < h.at + h.bytes && h.at < at + bytes);
			if (over !== undefined) t.fail(`${at} and ${over.at} overlap`);
			held.push({ at, bytes });
		}
	}
	for (const { at, bytes } of held) pool.give(at, bytes);
	t.is(pool.used, 0);
	// All of it is one piece again.
	t.is(pool.take(1 << 27), 0);
	t.throws(() => pool.take(1), { message: "no room for code" });
});
