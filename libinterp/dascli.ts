/** The disassembler's command line: `das file.dis ...`. */
import { readFileSync } from "node:fs";
import { disassembly } from "./das.ts";
import { ObjectError, parseObject } from "./object.ts";

function main(paths: readonly string[]): number {
	if (paths.length === 0 || paths[0]?.startsWith("-")) {
		process.stderr.write("usage: das file.dis ...\n");
		return 2;
	}
	let status = 0;
	for (const path of paths) {
		try {
			if (paths.length > 1) process.stdout.write(`# ${path}\n`);
			process.stdout.write(disassembly(parseObject(readFileSync(path))));
		} catch (e) {
			const reason =
				e instanceof ObjectError
					? e.message
					: (e as NodeJS.ErrnoException).code === "ENOENT"
						? "file does not exist"
						: String(e);
			process.stderr.write(`das: ${path}: ${reason}\n`);
			status = 1;
		}
	}
	return status;
}

process.stdout.on("error", () => process.exit(0));
process.exitCode = main(process.argv.slice(2));
