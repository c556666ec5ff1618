import type { ObjectFile } from "../libinterp/object.ts";
export function assembly(_o: ObjectFile): string {
	throw new Error("not yet");
}
