/** What the command lines say where the host refuses something: Node's message is `CODE: reason, call 'file'`. */
export function hostReason(error: unknown): string {
	const { code, message } = error as { code?: string; message: string };
	if (code === "ENOENT") return "file does not exist";
	if (code === "EISDIR") return "is a directory";
	return (code === undefined ? undefined : /^\w+: (.+?), \w+/.exec(message)?.[1]) ?? message;
}
