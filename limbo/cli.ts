/** The program `limbo`. */
import { hostReason } from "../libinterp/hosterror.ts";
import { main } from "./main.ts";

export const ran = true;

process.stdout.on("error", (e: NodeJS.ErrnoException) => {
	if (e.code === "EPIPE") process.exit(0);
	process.stderr.write(`limbo: standard output: ${hostReason(e)}\n`);
	process.exit(1);
});
process.exitCode = main(process.argv.slice(2));
