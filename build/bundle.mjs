// Bundles the programs. Each is a short launcher beside a bundle in out/bundle, so that V8's work on the bundle can be kept.
import { createHash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, relative } from "node:path";
import { build } from "esbuild";

const BUNDLES = "out/bundle";

const programs = [
	["emu/main.ts", "o.emu", "emu"],
	["limbo/cli.ts", "bin/limbo", "limbo"],
	["libinterp/dascli.ts", "bin/das", "das"],
];

const common = { bundle: true, platform: "node", format: "cjs", target: "node20", minifySyntax: true, logLevel: "error" };

/** What a module exports, run here. */
async function run(path) {
	const { outputFiles } = await build({ ...common, entryPoints: [path], write: false });
	const module = { exports: {} };
	new Function("module", "exports", outputFiles[0].text)(module, module.exports);
	return module.exports;
}

const { stepSource, scopeNames } = await run("libinterp/step.ts");
const { coreBytes } = await run("libinterp/wasmcore.ts");
// The simple core has something at its end that the other has not.
const plainCore = coreBytes(false);
const simpleCore = coreBytes(true);

/** Puts the interpreter's code, made here, in place of the module that makes it when the emulator starts. */
const generated = {
	name: "generated",
	setup(b) {
		b.onLoad({ filter: /libinterp\/generated\.ts$/ }, () => ({
			loader: "js",
			contents: `
export function stepper(scope) {
"use strict";
const { ${scopeNames.join(", ")} } = scope;
${stepSource()}
}
const bytes = ${JSON.stringify(Buffer.from(simpleCore).toString("base64"))};
export function core(simple) {
	const all = Buffer.from(bytes, "base64");
	const flags = module.flags;
	if (!simple) return new WebAssembly.Module(all.subarray(0, ${plainCore.length}));
	// It is translated as it is called, and not to be tiered up then either; what is made later is tiered up while it runs.
	flags?.("--no-wasm-tier-up");
	flags?.("--no-wasm-dynamic-tiering");
	flags?.("--wasm-lazy-validation");
	const made = new WebAssembly.Module(all);
	flags?.("--no-wasm-lazy-validation");
	flags?.("--wasm-dynamic-tiering");
	return made;
}
`,
		}));
	},
};

/** Commander starts no programs here: the part of Node that would do so need not be loaded. */
const childless = {
	name: "childless",
	setup(b) {
		b.onResolve({ filter: /^node:child_process$/ }, () => ({ path: "child_process", namespace: "none" }));
		b.onLoad({ filter: /.*/, namespace: "none" }, () => ({ contents: "module.exports = {};" }));
	},
};

function launcher(name, to, bundle) {
	const hash = createHash("sha256").update(bundle).digest("hex").slice(0, 16);
	const dir = relative(dirname(to), BUNDLES);
	return readFileSync("build/launch.cjs", "utf8").replace("DIR", dir).replaceAll("BUNDLE", name).replaceAll("HASH", hash);
}

async function program([from, to, name]) {
	const outfile = `${BUNDLES}/${name}.cjs`;
	await build({ ...common, entryPoints: [from], outfile, plugins: [generated, childless] });
	writeFileSync(to, launcher(name, to, readFileSync(outfile)));
	chmodSync(to, 0o755);
}

rmSync(BUNDLES, { recursive: true, force: true });
mkdirSync("bin", { recursive: true });
mkdirSync(BUNDLES, { recursive: true });
await Promise.all([
	...programs.map(program),
	build({ ...common, entryPoints: ["build/dis.ts"], outfile: "out/build/dis.cjs" }),
]);
