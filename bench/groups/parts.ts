/** Groups whose benchmarks are the Limbo files of a directory: each file runs in an emulator of its own. */
import { readdirSync } from "node:fs";
import { compare, type Target } from "../compare.ts";
import { build, directory } from "../place.ts";
import { type Results, race } from "../race.ts";
import { divisor, reduced } from "../setting.ts";
import { type Way, ways } from "../ways.ts";

/** The parts of bench/limbo/NAME. */
export function parts(title: string, name: string, targets: readonly Target[]): string {
	const each = build("bench/limbo/each.b");
	let columns: readonly Way[] = [];
	const all: Results[] = [];
	for (const file of readdirSync(`bench/limbo/${name}`).sort()) {
		if (!file.endsWith(".b")) continue;
		const object = build(`bench/limbo/${name}/${file}`);
		columns = ways(`${directory}/${each}`, String(divisor), `${directory}/${object}`);
		race(file, columns).forEach((results, i) => {
			all[i] = new Map([...(all[i] ?? []), ...results]);
		});
	}
	return compare(`${title}${reduced}`, columns, all, targets);
}
