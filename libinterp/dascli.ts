/** The disassembler's command line: `das file.dis ...`. */
import { readFileSync } from "node:fs";
import { disassembly } from "./das.ts";
import { hostReason } from "./hosterror.ts";
import { ObjectError, parseObject } from "./object.ts";

const USAGE = "usage: das file.dis ...\n";

function main(paths: readonly string[]): number {
	if (paths[0] === "--help" || paths[0] === "-h") {
		process.stdout.write(USAGE);
		return 0;
	}
	if (paths.length === 0 || paths[0]?.startsWith("-")) {
		process.stderr.write(USAGE);
		return 2;
	}
	let status = 0;
	for (const path of paths) {
		try {
			if (paths.length > 1) process.stdout.write(`# ${path}\n`);
			process.stdout.write(disassembly(parseObject(readFileSync(path))));
		} catch (e) {
			if (!(e instanceof ObjectError) && (e as NodeJS.ErrnoException).code === undefined) throw e;
			process.stderr.write(`das: ${path}: ${hostReason(e)}\n`);
			status = 1;
		}
	}
	return status;
}

process.stdout.on("error", (e: NodeJS.ErrnoException) => {
	if (e.code === "EPIPE") process.exit(0);
	process.stderr.write(`das: standard output: ${hostReason(e)}\n`);
	process.exit(1);
});
process.exitCode = main(process.argv.slice(2));
