// Bundles the programs: one CommonJS file each, started without a build step of their own.
import { chmodSync, mkdirSync } from "node:fs";
import { build } from "esbuild";

const programs = [
	["emu/main.ts", "o.emu"],
	["limbo/cli.ts", "bin/limbo"],
	["libinterp/dascli.ts", "bin/das"],
	["build/dis.ts", "out/build/dis.cjs"],
];

mkdirSync("bin", { recursive: true });
mkdirSync("out/build", { recursive: true });
await Promise.all(
	programs.map(async ([from, to]) => {
		await build({
			entryPoints: [from],
			outfile: to,
			bundle: true,
			platform: "node",
			format: "cjs",
			target: "node20",
			minifySyntax: true,
			banner: { js: "#!/usr/bin/env node" },
			logLevel: "error",
		});
		chmodSync(to, 0o755);
	}),
);
