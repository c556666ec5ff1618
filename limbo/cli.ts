/** The program `limbo`. */
import { main } from "./main.ts";

export const ran = true;

process.exitCode = main(process.argv.slice(2));
