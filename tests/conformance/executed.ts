/**
 * Counts the instructions that the benchmarks in bench/limbo execute, each part once, as limbo and as Inferno's own
 * compiler compile them.
 *
 *   CLIMBO=path     Inferno's compiler, native
 *   ONLY=regexp     sources whose path matches
 */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { Emu } from "../../emu/emu.ts";
import { scratchRoot } from "../appl/cases.ts";

/** Modules that are not what is measured. */
const others = new Set(["Emuinit", "Each"]);

/** Runs a program in an emulator in this process; instructions executed in it. */
async function count(root: string, command: string): Promise<number> {
	let executed = 0;
	const emu = new Emu({
		root,
		heap: 1 << 30,
		level: 0,
		backends: {
			trace: (m) => {
				if (!others.has(m.name)) executed++;
			},
		},
		user: "inferno",
		env: { emuargs: `o.emu ${command}`, emuroot: root, emuhost: "Linux", emuwdir: "/" },
	});
	await emu.run("/dis/emuinit.dis");
	return executed;
}

/** The same in a process of its own, as programs print. */
function counted(root: string, object: string): number {
	const args = [resolve("out/tests/conformance/executed.js"), root, `/dis/t/each.dis 1000000 ${object}`];
	const { stderr, status } = spawnSync(process.execPath, args, { encoding: "utf8", timeout: 600_000 });
	if (status !== 0) throw new Error(`${object}: ${stderr}`);
	return Number(stderr.trim().split("\n").at(-1));
}

function build(compiler: readonly string[], source: string, to: string): void {
	const [program = "", ...args] = compiler;
	spawnSync(program, [...args, "-I", "module", "-I", "bench/limbo", "-o", to, source]);
	if (!existsSync(to)) throw new Error(`${source} does not compile with ${compiler.join(" ")}`);
}

const sources = (): string[] =>
	["v2", "programs", "channels"].flatMap((dir) =>
		readdirSync(join("bench/limbo", dir), { recursive: true, encoding: "utf8" })
			.filter((f) => f.endsWith(".b"))
			.map((f) => join("bench/limbo", dir, f)),
	);

/** Slower by more than this is a failure; a few instructions at the start are not. */
const MARGIN = 1.001;

function main(): number {
	const { CLIMBO, ONLY } = process.env;
	if (CLIMBO === undefined) {
		process.stdout.write("executed: no compiler to compare with: CLIMBO is not set\n");
		return 0;
	}
	const { root, remove } = scratchRoot();
	mkdirSync(join(root, "dis/t"));
	const ours = [process.execPath, resolve("bin/limbo")];
	build(ours, "bench/limbo/each.b", join(root, "dis/t/each.dis"));
	let more = 0;
	let product = 0;
	let n = 0;
	for (const source of sources()) {
		if (ONLY !== undefined && !new RegExp(ONLY).test(source)) continue;
		const name = basename(source, ".b");
		build(ours, source, join(root, `dis/t/${name}.dis`));
		build([CLIMBO], source, join(root, `dis/t/${name}-theirs.dis`));
		const a = counted(root, `/dis/t/${name}.dis`);
		const b = counted(root, `/dis/t/${name}-theirs.dis`);
		if (a > b * MARGIN) more++;
		product += Math.log(a / b);
		n++;
		process.stdout.write(
			`${name.padEnd(16)}${String(a).padStart(12)}${String(b).padStart(12)} ${(a / b).toFixed(3)}\n`,
		);
	}
	remove();
	process.stdout.write(
		`executed instructions: ${Math.exp(product / n).toFixed(3)} of those by Inferno's compiler; more in ${more} of ${n}\n`,
	);
	return more === 0 ? 0 : 1;
}

const [root, command] = process.argv.slice(2);
if (root !== undefined && command !== undefined) {
	count(root, command).then((executed) => process.stderr.write(`${executed}\n`));
} else {
	process.exitCode = main();
}
