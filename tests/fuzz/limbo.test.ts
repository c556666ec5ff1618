import { readFileSync } from "node:fs";
import { join } from "node:path";
import test from "ava";
import { parseObject } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { checkFile, compile } from "../../limbo/compile.ts";
import { passLetters } from "../../limbo/opt/passes.ts";
import { filesBelow } from "../conformance/files.ts";
import { ways } from "../engines.ts";
import { outcome } from "./outcome.ts";
import { dividesByZero, program, Random } from "./programs.ts";

// Sources with something wrong in them: the compiler has to say what, whatever it is, and what it makes has to pass the verifier.

/** Longer than anybody waits for a source of this length. */
const MOST_MS = 5000;

const { UPSTREAM = "", N = "150", SEED = "1" } = process.env;
const include = UPSTREAM === "" ? "module" : join(UPSTREAM, "module");
const sources = (UPSTREAM === "" ? ["appl", "tests/dis", "bench/limbo"] : [join(UPSTREAM, "appl")])
	.flatMap((dir) => filesBelow(dir, ".b"))
	.map((path) => ({ path, text: readFileSync(path, "utf8") }))
	.filter(({ text }) => text.length < 30_000);

/** Lets the test runner hear of a longer time limit, and of progress. */
const turn = (): Promise<void> => new Promise((done) => setImmediate(done));

const files = new Map<string, string | undefined>();

/** What a file holds: interfaces are read once. */
function read(name: string): string | undefined {
	if (!files.has(name)) {
		let text: string | undefined;
		try {
			text = readFileSync(name, "utf8");
		} catch {
			// There is no such file.
		}
		files.set(name, text);
	}
	return files.get(name);
}

const tokenAt = /[A-Za-z_]\w*|\d[\w.]*|"(?:[^"\\\n]|\\.)*"|[-+*/%&|^<>=!:]+|\S/g;

/** The text with one to four of its tokens dropped, doubled, exchanged, or replaced by others, or cut short. */
function mutated(text: string, random: Random): string {
	const tokens = Array.from(text.matchAll(tokenAt), (m) => ({ at: m.index, text: m[0] }));
	if (tokens.length < 2) return text;
	let made = text;
	for (let n = 1 + random.below(4); n > 0; n--) {
		const token = tokens[random.below(tokens.length)] as (typeof tokens)[number];
		const other = tokens[random.below(tokens.length)] as (typeof tokens)[number];
		const [before, after] = [made.slice(0, token.at), made.slice(token.at + token.text.length)];
		const change = random.below(6);
		if (change === 0) made = before + after;
		else if (change === 1) made = `${before}${token.text} ${token.text}${after}`;
		else if (change === 5 && random.below(4) === 0) made = before;
		else made = before + other.text + after;
	}
	return made;
}

test("the compiler says what is wrong with any text, and makes nothing that is not verified", async (t) => {
	t.timeout(3_600_000);
	const random = new Random(Number(SEED));
	let accepted = 0;
	for (let n = 0; n < Number(N); n++) {
		if (n % 100 === 0) await turn();
		const source = sources[random.below(sources.length)] as (typeof sources)[number];
		const text = mutated(source.text, random);
		const file = (name: string): string | undefined => (name === source.path ? text : read(name));
		const start = performance.now();
		try {
			const { object, diagnostics } = compile(source.path, file, { include: [include], warnings: true });
			if (object !== undefined) {
				accepted++;
				verify(parseObject(object));
			} else if (diagnostics.length === 0) {
				throw new Error("refused without a word");
			}
			checkFile(source.path, file, { include: [include], tolerant: true });
		} catch (error) {
			t.log(text);
			t.fail(`seed ${SEED}, text ${n} from ${source.path}: ${(error as Error).stack}`);
			return;
		}
		if (performance.now() - start > MOST_MS) t.fail(`seed ${SEED}, text ${n} from ${source.path}: took too long`);
	}
	t.true(accepted > 0);
});

/** A module's variables come first in its data: the bytes of them, by the symbol file. */
function variables(symbols: string): number {
	const table = symbols.trimEnd().split("\n").slice(-200);
	return table.reduce((most, line) => Math.max(most, Number(/^(\d+):g\w*:/.exec(line)?.[1] ?? 0)), 0) + 4;
}

test("random programs do the same whichever passes are left out", async (t) => {
	t.timeout(3_600_000);
	const way = ways[0] as (typeof ways)[number];
	for (let k = 0; k < Number(N); k++) {
		if (k % 100 === 0) await turn();
		const source = program(Number(SEED) + k);
		const run = (without: string, inline: boolean): string => {
			const { object, symbols, diagnostics } = compile("r.b", (name) => (name === "r.b" ? source : undefined), {
				without,
				inline,
			});
			if (dividesByZero(diagnostics)) return "";
			if (object === undefined || symbols === undefined) throw new Error(`seed ${Number(SEED) + k} does not compile`);
			return outcome(way, object, variables(symbols()));
		};
		const plain = run(passLetters, false);
		t.is(run("", true), plain, `seed ${Number(SEED) + k}, all passes:\n${source}`);
		const letter = passLetters[k % passLetters.length] as string;
		t.is(run(letter, true), plain, `seed ${Number(SEED) + k}, without ${letter}:\n${source}`);
	}
});
