/** What can be measured, in the order in which it is. A group gives its table as Markdown. */
import { native } from "./groups/arm64.ts";
import { limbo } from "./groups/limbo.ts";
import { memory } from "./groups/memory.ts";
import { parts } from "./groups/parts.ts";
import { real } from "./groups/real.ts";
import { startup } from "./groups/startup.ts";
import { stress } from "./groups/stress.ts";
import { v1 } from "./groups/v1.ts";

export const groups: Readonly<Record<string, () => string | Promise<string>>> = {
	startup,
	limbo,
	memory,
	v1,
	v2: () =>
		parts("v2: 31 parts", "v2", [
			{ way: "-c0", base: "C -c0", of: "total", limit: 1 },
			{ way: "-c1", base: "C -c1", of: "total", limit: 0.6 },
		]),
	programs: () =>
		parts("Sixteen programs", "programs", [
			{ way: "-c0", base: "C -c0", of: "mean", limit: 1 },
			{ way: "-c1", base: "C -c1", of: "mean", limit: 0.6 },
		]),
	channels: () =>
		parts("Channels and threads", "channels", [
			{ way: "-c0", base: "C -c0", of: "each", limit: 1 },
			{ way: "-c1", base: "C -c1", of: "each", limit: 1 },
		]),
	real,
	stress,
	arm64: native,
};
