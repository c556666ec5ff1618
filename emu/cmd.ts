import { KernelError } from "./error.ts";

/**
 * The words of a message to a control file, checked against the messages there are: by their first word the number of their words, 0
 * for any. Throws KernelError.
 */
export function parseCommand(message: string, commands: Readonly<Record<string, number>>): string[] {
	const words = message.split(/\s+/).filter((w) => w !== "");
	const refuse = (why: string): never => {
		throw new KernelError(`${why} "${words.join(" ")}"`);
	};
	const count = commands[words[0] ?? ""] ?? refuse("unknown control message");
	if (count > 0 && count !== words.length) refuse("wrong #args in control message");
	return words;
}
