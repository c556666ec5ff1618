/** Tables as Markdown with aligned columns. */

export type Row = readonly string[];

/** The first row is the head; the first column is to the left, the others to the right. */
export function table(title: string, rows: readonly Row[], notes: readonly string[] = []): string {
	const widths = (rows[0] ?? []).map((_, k) => Math.max(3, ...rows.map((row) => (row[k] ?? "").length)));
	const line = (row: Row) =>
		`| ${widths.map((width, k) => (k === 0 ? (row[k] ?? "").padEnd(width) : (row[k] ?? "").padStart(width))).join(" | ")} |`;
	const rule = `| ${widths.map((width, k) => (k === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`;
	const body = [line(rows[0] ?? []), rule, ...rows.slice(1).map(line)].join("\n");
	return `## ${title}\n\n${body}\n${notes.map((note) => `\n${note}\n`).join("")}`;
}

/** A figure beside what it is to be at most. */
export function judged(what: string, value: number, limit: number): string {
	return `${what} ${value.toFixed(2)}, to be at most ${limit.toFixed(2)}: ${value <= limit ? "ok" : "over"}`;
}
