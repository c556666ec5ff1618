/** Checks a print format against the arguments it is given. */
import type { Expr } from "./ast.ts";
import { exceptionValue } from "./compat.ts";
import { isPointer, type Kind, type Type } from "./types.ts";

const verbs: Readonly<Record<string, Kind>> = {
	c: "int",
	d: "int",
	o: "int",
	x: "int",
	X: "int",
	e: "real",
	f: "real",
	g: "real",
	E: "real",
	G: "real",
	s: "string",
	q: "string",
	H: "any",
	"%": "none",
	r: "none",
};

/** What is wrong, or undefined. */
export function checkFormat(format: string, args: readonly Expr[], show: (e: Expr) => string): string | undefined {
	let used = 0;
	const next = (): Expr | undefined => args[used++];
	for (const match of format.matchAll(/%([-+#,bu0-9.*]*)(.?)/gsu)) {
		const [spec, flags = "", verb = ""] = match;
		if (verb === "") return `incomplete format '${spec}'`;
		const wanted = verbs[verb];
		if (wanted === undefined) return `invalid character ${verb} in format '${spec}'`;
		const bad = checkFlags(flags, spec);
		if (bad !== undefined) return bad;
		for (const star of flags.matchAll(/\*/g)) {
			const arg = next();
			if (arg === undefined) return `too few arguments for format '${spec}'`;
			if (arg.type.kind !== "int") return `format '${spec}' incompatible with argument ${show(arg)}${star[1] ?? ""}`;
		}
		if (wanted === "none") continue;
		const arg = next();
		if (arg === undefined) return `too few arguments for format '${spec}'`;
		if (!accepts(wanted, verb, flags, exceptionValue(arg.type))) {
			return `format '${spec}' incompatible with argument ${show(arg)}`;
		}
	}
	return used < args.length ? "more arguments than formats" : undefined;
}

/** Each flag once; at most a width and a precision. */
function checkFlags(flags: string, spec: string): string | undefined {
	const letters = flags.replace(/[0-9.*]/g, "");
	for (const flag of letters) {
		if (letters.split(flag).length > 2) return `duplicate flag ${flag} in format '${spec}'`;
	}
	const digits = flags.replace(/[-+#,bu]/g, " ").trim();
	return /^(\d+|\*)?(\.(\d+|\*)?)?$/.test(digits) ? undefined : `invalid format '${spec}'`;
}

function accepts(wanted: Kind, verb: string, flags: string, type: Type): boolean {
	if (wanted === "any") return isPointer(type);
	if (wanted !== "int" || verb === "c") return type.kind === wanted;
	if ((verb === "x" || verb === "X") && isPointer(type) && type.kind !== "any") return true;
	return type.kind === (flags.includes("b") ? "big" : "int");
}
