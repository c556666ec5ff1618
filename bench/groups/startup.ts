/** From start to exit, beside Node with nothing to do. */
import { type Command, run } from "../run.ts";
import { progress } from "../setting.ts";
import { judged, table } from "../table.ts";
import { emulator } from "../ways.ts";

const TIMES = 15;

const things: readonly { readonly name: string; readonly command: Command; readonly limit?: number }[] = [
	{ name: "node -e 0", command: [process.execPath, "-e", "0"] },
	{ name: "echo hello", command: emulator("dis/echo.dis", "hello"), limit: 1.5 },
	{ name: "sh -c 'echo hi'", command: emulator("dis/sh.dis", "-c", "echo hi"), limit: 1.8 },
	{ name: "echo hello, -c1", command: emulator("-c1", "dis/echo.dis", "hello") },
];

/** -c1 may cost this many milliseconds more than -c0. */
const COMPILING = 10;

export function startup(): string {
	const least = things.map(() => Number.POSITIVE_INFINITY);
	for (let round = 1; round <= TIMES; round++)
		things.forEach(({ name, command }, i) => {
			progress(`startup: ${name}, round ${round}`);
			const { ms, status } = run(command);
			if (status !== 0) throw new Error(`${name}: status ${status}`);
			least[i] = Math.min(least[i] ?? ms, ms);
		});
	progress("");
	const [node = 0, interpreted = 0, , compiled = 0] = least;
	const rows = things.map(({ name }, i) => [name, (least[i] ?? 0).toFixed(0), ((least[i] ?? 0) / node).toFixed(2)]);
	const notes = things.flatMap(({ name, limit }, i) =>
		limit === undefined ? [] : [judged(`${name}: times node`, (least[i] ?? 0) / node, limit)],
	);
	notes.push(judged("-c1, ms more than -c0:", compiled - interpreted, COMPILING));
	return table(`Start to exit, best of ${TIMES}`, [["ms", "", "times node"], ...rows], notes);
}
