import test from "ava";
import { compile } from "../../limbo/compile.ts";
import { ways } from "../engines.ts";
import { outcome } from "./outcome.ts";
import { dividesByZero, program } from "./programs.ts";

const COUNT = Number(process.env.N ?? 150);
const SEED = Number(process.env.SEED ?? 1);

const engines = ways.filter((w) => w.name !== "compiled to wasm when it pays");

test("random programs have the same outcome in every engine", (t) => {
	t.timeout(600_000);
	for (let k = 0; k < COUNT; k++) {
		const seed = SEED + k;
		const source = program(seed);
		const { object, diagnostics } = compile("r.b", (name) => (name === "r.b" ? source : undefined), {});
		if (dividesByZero(diagnostics)) continue;
		if (object === undefined) {
			t.fail(`seed ${seed} does not compile: ${diagnostics[0]?.message} in line ${diagnostics[0]?.line}\n${source}`);
			return;
		}
		const [first, ...rest] = engines.map((way) => outcome(way, object));
		rest.forEach((other, n) => {
			t.is(other, first as string, `seed ${seed}, ${engines[n + 1]?.name}:\n${source}`);
		});
	}
});
