/** The lines of two texts that differ, `-` before those of the first, `+` before those of the second. */
export function difference(from: string, to: string): string[] {
	const a = from.split("\n");
	const b = to.split("\n");
	const common = commonLengths(a, b);
	const at = (i: number, j: number): number => common[i * (b.length + 1) + j] as number;
	const out: string[] = [];
	let [i, j] = [0, 0];
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			i++;
			j++;
		} else if (j === b.length || (i < a.length && at(i + 1, j) >= at(i, j + 1))) out.push(`- ${a[i++]}`);
		else out.push(`+ ${b[j++]}`);
	}
	return out;
}

/** By positions i, j in row-major order: how many lines what follows a[i] and what follows b[j] have in common. */
function commonLengths(a: readonly string[], b: readonly string[]): Uint16Array {
	const width = b.length + 1;
	const lengths = new Uint16Array((a.length + 1) * width);
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--) {
			const [below, beside] = [lengths[(i + 1) * width + j] as number, lengths[i * width + j + 1] as number];
			lengths[i * width + j] =
				a[i] === b[j] ? (lengths[(i + 1) * width + j + 1] as number) + 1 : Math.max(below, beside);
		}
	return lengths;
}
