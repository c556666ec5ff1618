/** Groups whose benchmarks are the Limbo files of a directory: each file runs in an emulator of its own. */
import { readdirSync } from "node:fs";
import { compare, type Target } from "../compare.ts";
import { build } from "../place.ts";
import { type Results, race } from "../race.ts";
import { divisor, reduced } from "../setting.ts";
import { type Way, ways } from "../ways.ts";

/** The parts of bench/limbo/DIRECTORY. */
export function parts(title: string, directory: string, targets: readonly Target[]): string {
	const each = build("bench/limbo/each.b");
	let columns: readonly Way[] = [];
	const all: Results[] = [];
	for (const file of readdirSync(`bench/limbo/${directory}`).sort()) {
		if (!file.endsWith(".b")) continue;
		const object = build(`bench/limbo/${directory}/${file}`);
		columns = ways((where) => [`${where}/${each}`, String(divisor), `${where}/${object}`]);
		race(file, columns).forEach((results, i) => {
			all[i] = new Map([...(all[i] ?? []), ...results]);
		});
	}
	return compare(`${title}${reduced}`, columns, all, targets);
}
