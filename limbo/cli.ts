/** The program `limbo`. */
import { hostReason } from "../libinterp/hosterror.ts";
import { main } from "./main.ts";

export const ran = true;

process.stdout.on("error", (e: NodeJS.ErrnoException) => {
	if (e.code === "EPIPE") process.exit(0);
	process.stderr.write(`limbo: standard output: ${hostReason(e)}\n`);
	process.exit(1);
});
/** What the launcher gives: it starts V8 without its optimising compiler, which one small source would only pay for. */
declare const module: { readonly flags?: (flags: string) => void } | undefined;

const settle = (): void => {
	if (typeof module !== "undefined") module.flags?.("--opt");
};
process.exitCode = main(process.argv.slice(2), settle);
