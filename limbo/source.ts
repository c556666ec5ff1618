/** Source files, positions in them, and what the compiler has to say about them. */

/** A position: an offset into all text read so far. One number says both file and place; 0 is nowhere. */
export type Pos = number;

export interface Span {
	pos: Pos;
	end: Pos;
}

export const NOWHERE: Span = { pos: 0, end: 0 };

/** From an offset on, lines count as those of another file: a comment `#line n "name"` says so. */
export interface LineMark {
	readonly at: number;
	readonly line: number;
	readonly name: string;
}

export interface SourceFile {
	readonly name: string;
	readonly text: string;
	/** The position of the first character. */
	readonly base: Pos;
	/** In the order of the text, as far as that has been read. */
	readonly marks: LineMark[];
}

export interface Place {
	readonly file: string;
	/** Both count from 1. */
	readonly line: number;
	readonly column: number;
	/** The line itself. */
	readonly text: string;
}

export class Sources {
	private readonly files: SourceFile[] = [];
	private top = 1;

	add(name: string, text: string): SourceFile {
		const file = { name, text, base: this.top, marks: [] };
		this.files.push(file);
		this.top += text.length + 1;
		return file;
	}

	file(pos: Pos): SourceFile | undefined {
		let low = 0;
		let high = this.files.length - 1;
		while (low < high) {
			const middle = (low + high + 1) >> 1;
			if ((this.files[middle] as SourceFile).base <= pos) low = middle;
			else high = middle - 1;
		}
		return pos > 0 ? this.files[low] : undefined;
	}

	/** The text between two positions of one file, on one line and not overlong. */
	excerpt(span: Span): string {
		const file = this.file(span.pos);
		if (file === undefined) return "";
		const text = file.text.slice(span.pos - file.base, span.end - file.base).replace(/\s+/g, " ");
		return text.length > 60 ? `${text.slice(0, 57)}...` : text;
	}

	place(pos: Pos): Place {
		const file = this.file(pos);
		if (file === undefined) return { file: "", line: 0, column: 0, text: "" };
		const at = Math.min(pos - file.base, file.text.length);
		const start = file.text.lastIndexOf("\n", at - 1) + 1;
		const stop = file.text.indexOf("\n", at);
		const line = lineOf(file, at);
		const text = file.text.slice(start, stop < 0 ? undefined : stop);
		const mark = file.marks.findLast((m) => m.at <= at);
		const column = at - start + 1;
		if (mark === undefined) return { file: file.name, line, column, text };
		return { file: mark.name, line: mark.line + line - lineOf(file, mark.at), column, text };
	}
}

const lineStarts = new WeakMap<SourceFile, number[]>();

/** The number of the line, from 1, that an offset in a file is on. */
function lineOf(file: SourceFile, at: number): number {
	let starts = lineStarts.get(file);
	if (starts === undefined) {
		starts = [0];
		for (let i = file.text.indexOf("\n"); i >= 0; i = file.text.indexOf("\n", i + 1)) starts.push(i + 1);
		lineStarts.set(file, starts);
	}
	let low = 0;
	let high = starts.length - 1;
	while (low < high) {
		const middle = (low + high + 1) >> 1;
		if ((starts[middle] as number) <= at) low = middle;
		else high = middle - 1;
	}
	return low + 1;
}

export interface Diagnostic extends Place {
	readonly severity: "error" | "warning";
	readonly message: string;
	/** Characters of the line that it is about, 1 at least. */
	readonly length: number;
}

/** Collects diagnostics: one for each place, and no warnings once there are errors. */
export class Diagnostics {
	private readonly found: (Diagnostic & { pos: Pos })[] = [];
	private readonly seen = new Set<string>();
	readonly sources: Sources;
	errors = 0;

	constructor(sources: Sources) {
		this.sources = sources;
	}

	error(span: Span, message: string): void {
		const key = `e${span.pos}`;
		if (this.seen.has(key)) return;
		this.seen.add(key);
		this.errors++;
		this.add("error", span, message);
	}

	/** Whether something has been found wrong on the line of a position. */
	hasErrorOnLine(pos: Pos): boolean {
		const { file, line } = this.sources.place(pos);
		return this.found.some((d) => d.severity === "error" && d.line === line && d.file === file);
	}

	warn(span: Span, message: string): void {
		const key = `w${span.pos}${message}`;
		if (this.seen.has(key)) return;
		this.seen.add(key);
		this.add("warning", span, message);
	}

	private add(severity: "error" | "warning", span: Span, message: string): void {
		const place = this.sources.place(span.pos);
		const length = Math.max(1, Math.min(span.end - span.pos, place.text.length - place.column + 1));
		this.found.push({ severity, message, length, pos: span.pos, ...place });
	}

	/** In the order of the text. */
	sorted(): Diagnostic[] {
		const list = this.errors > 0 ? this.found.filter((d) => d.severity === "error") : this.found;
		return list.sort((a, b) => a.pos - b.pos);
	}
}

/** `file:line:column: message`, the line, and a caret under the place. */
export function formatDiagnostic(d: Diagnostic): string {
	const head = d.severity === "warning" ? `warning: ${d.message}` : d.message;
	if (d.line === 0) return `${d.file === "" ? "limbo" : d.file}: ${head}`;
	const indent = d.text.slice(0, d.column - 1).replace(/[^\t]/g, " ");
	return `${d.file}:${d.line}:${d.column}: ${head}\n${d.text}\n${indent}^`;
}

/** The candidate nearest to a name, if it is near enough to be what was meant. */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
	let best: string | undefined;
	let least = Math.min(2, Math.floor(name.length / 3)) + 1;
	const own = lettersOf(name);
	for (const candidate of candidates) {
		if (Math.abs(candidate.length - name.length) >= least) continue;
		// A change takes a letter and brings another: most names are too far off by that alone.
		if (ones(own ^ lettersOf(candidate)) >= 2 * least) continue;
		const distance = editDistance(name, candidate, least);
		if (distance < least) {
			least = distance;
			best = candidate;
		}
	}
	return best;
}

/** Which letters a name has: a bit for each, which some share. */
function lettersOf(name: string): number {
	let bits = 0;
	for (let i = 0; i < name.length; i++) bits |= 1 << (name.charCodeAt(i) & 31);
	return bits;
}

function ones(bits: number): number {
	let n = 0;
	for (let left = bits; left !== 0; left &= left - 1) n++;
	return n;
}

/** Insertions, deletions, changes and exchanges of neighbours that make one of the other. */
function editDistance(a: string, b: string, limit: number): number {
	let before: number[] = [];
	let row = Array.from({ length: b.length + 1 }, (_, j) => j);
	for (let i = 1; i <= a.length; i++) {
		const next = [i];
		for (let j = 1; j <= b.length; j++) {
			const change = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
			const exchanged = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
			const exchange = exchanged ? (before[j - 2] as number) + 1 : limit;
			next.push(Math.min(change, exchange, (row[j] as number) + 1, (next[j - 1] as number) + 1));
		}
		if (Math.min(...next, ...row) >= limit) return limit;
		before = row;
		row = next;
	}
	return row[b.length] as number;
}
