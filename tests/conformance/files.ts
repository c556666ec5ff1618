/** Files of an Inferno tree. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";

/** The files below a directory whose names end with something, sorted. */
export function filesBelow(dir: string, suffix: string): string[] {
	return readdirSync(dir, { withFileTypes: true, recursive: true })
		.filter((e) => e.isFile() && e.name.endsWith(suffix))
		.map((e) => join(e.parentPath, e.name))
		.sort();
}

/** What a file holds; undefined if it is none. */
export function read(name: string): string | undefined {
	return statSync(name, { throwIfNoEntry: false })?.isFile() ? readFileSync(name, "utf8") : undefined;
}
