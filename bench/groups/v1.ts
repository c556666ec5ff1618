/** The six parts of jitbench, beside the same by hand in JavaScript, WebAssembly and C. */
import { join } from "node:path";
import { compare } from "../compare.ts";
import { directory, ourPath, place } from "../place.ts";
import { type Results, race } from "../race.ts";
import { run } from "../run.ts";
import { divisor, reduced } from "../setting.ts";
import { type Way, ways } from "../ways.ts";

/** C compiled with two levels of optimisation, if there is a compiler. */
function inC(): Way[] {
	return ["-O0", "-O2"].flatMap((level) => {
		const program = join(ourPath, `v1${level}`);
		const { status } = run(["cc", level, "-fwrapv", "-o", program, "bench/v1.c"]);
		return status === 0 ? [{ name: `cc ${level}`, ours: false, command: [program, String(divisor)] }] : [];
	});
}

/** All have to give what the JavaScript gives. */
function expecting([javascript, ...others]: readonly Results[]): Results[] {
	if (javascript === undefined) return [];
	const checked = others.map(
		(results): Results =>
			new Map([...results].map(([part, r]) => [part, { ...r, expected: javascript.get(part)?.result ?? "" }])),
	);
	return [javascript, ...checked];
}

export function v1(): string {
	const program = place("dis/jitbench.dis");
	const javascript: Way = { name: "JS", ours: true, command: [process.execPath, "bench/v1.mjs", String(divisor)] };
	const wasm: Way = { name: "wasm", ours: true, command: [process.execPath, "out/bench/v1wasm.js", String(divisor)] };
	const columns = [javascript, wasm, ...inC(), ...ways(`${directory}/${program}`, String(divisor))];
	return compare(`v1: jitbench${reduced}`, columns, expecting(race("v1", columns)), [
		{ way: "-c0", base: "JS", of: "total", limit: 27 },
		{ way: "-c1", base: "JS", of: "total", limit: 0.75 },
		{ way: "wasm", base: "C -c1", of: "total", limit: 0.4 },
		{ way: "-c0", base: "C -c0", of: "total", limit: 1 },
		{ way: "-c1", base: "C -c1", of: "total", limit: 0.4 },
		{ way: "-c1", base: "C -c1", of: "each", limit: 1 },
	]);
}
