/** Limbo's tokens. */
import type { Diagnostics, LineMark, Pos, SourceFile } from "./source.ts";

/**
 * A token's kind is its own text for keywords, operators and punctuation; otherwise "name", "eof", or "#int", "#big",
 * "#real" and "#string" for constants.
 */
export type TokenKind = string;

export interface Token {
	kind: TokenKind;
	pos: Pos;
	end: Pos;
	/** The name or the string. */
	text: string;
	/** The value of "#int" (a 32-bit word) and "#real". */
	number: number;
	/** The value of "#big". */
	big: bigint;
	/** Whether a newline stands between this token and the one before it. */
	newline: boolean;
}

const keywords = new Set(
	(
		"adt alt array big break byte case chan con continue cyclic do dynamic else exception exit fixed fn for hd if " +
		"implement import include int len list load module nil of or pick raise raises real ref return self spawn string " +
		"tagof tl to type while"
	).split(" "),
);

/** Operators by first character, longest first. */
const operators: Record<string, string[]> = {};
for (const op of (
	"**= ** *= * += ++ + -= -- -> - /= / %= % <<= << <= <- < >>= >> >= > == => = != ! &= && & |= || | ^= ^ ~ := :: : " +
	". , ; ( ) [ ] { }"
).split(" ")) {
	const first = op[0] as string;
	operators[first] = [...(operators[first] ?? []), op];
}

const escapes: Record<string, string> = {
	"'": "'",
	'"': '"',
	"\\": "\\",
	a: "\x07",
	b: "\b",
	f: "\f",
	n: "\n",
	r: "\r",
	t: "\t",
	v: "\v",
	"0": "\0",
};

const NEWLINE = 10;
const MAXINT = 0x7fffffff;

const isDigit = (c: number): boolean => c >= 48 && c <= 57;
const isLetter = (c: number): boolean => (c >= 97 && c <= 122) || (c >= 65 && c <= 90) || c === 95 || c > 0xa0;
const isAlnum = (c: number): boolean => isDigit(c) || isLetter(c);

export class Lexer {
	private readonly text: string;
	private readonly base: Pos;
	private readonly marks: LineMark[];
	private readonly diagnostics: Diagnostics;
	private at = 0;

	constructor(file: SourceFile, diagnostics: Diagnostics) {
		this.text = file.text;
		this.base = file.base;
		this.marks = file.marks;
		this.diagnostics = diagnostics;
	}

	next(): Token {
		for (;;) {
			const newline = this.skipBlanks();
			const start = this.at;
			const token = this.scan(start);
			if (token === undefined) continue;
			token.pos = this.base + start;
			token.end = this.base + this.at;
			token.newline = newline;
			return token;
		}
	}

	/** True if a newline was among the blanks and comments skipped. */
	private skipBlanks(): boolean {
		const text = this.text;
		let newline = false;
		for (;;) {
			const c = text.charCodeAt(this.at);
			if (c === NEWLINE) newline = true;
			if (c === 35) {
				const end = text.indexOf("\n", this.at);
				const stop = end < 0 ? text.length : end;
				if (text.startsWith("#line ", this.at)) this.mark(text.slice(this.at, stop), stop);
				this.at = stop;
			} else if (c === 32 || (c >= 9 && c <= 13)) {
				this.at++;
			} else {
				return newline;
			}
		}
	}

	private mark(comment: string, stop: number): void {
		const [, line, name] = /^#line (\d+) "([^"]+)"$/.exec(comment) ?? [];
		if (line !== undefined && name !== undefined) this.marks.push({ at: stop + 1, line: Number(line), name });
	}

	/** Undefined if the characters made no token, which has been reported. */
	private scan(start: number): Token | undefined {
		const c = this.text.charCodeAt(start);
		if (Number.isNaN(c)) return token("eof");
		if (isLetter(c)) return this.name(start);
		if (isDigit(c)) return this.number(start);
		if (c === 34) return this.string();
		if (c === 96) return this.rawString();
		if (c === 39) return this.character();
		if (c === 46 && isDigit(this.text.charCodeAt(start + 1))) return this.number(start);
		const ops = operators[this.text[start] as string];
		for (const op of ops ?? []) {
			if (!this.text.startsWith(op, start)) continue;
			this.at = start + op.length;
			return token(op);
		}
		this.at++;
		this.error(start, `unknown character ${this.text[start]}`);
		return undefined;
	}

	private error(at: number, message: string): void {
		this.diagnostics.error({ pos: this.base + at, end: this.base + at + 1 }, message);
	}

	private name(start: number): Token {
		const text = this.text;
		let at = start + 1;
		while (isAlnum(text.charCodeAt(at))) at++;
		this.at = at;
		const name = text.slice(start, at);
		return keywords.has(name) ? token(name, name) : token("name", name);
	}

	private digits(from: number, accept: (c: number) => boolean): number {
		let at = from;
		while (accept(this.text.charCodeAt(at))) at++;
		return at;
	}

	private number(start: number): Token {
		const text = this.text;
		const whole = this.digits(start, isDigit);
		const c = text[whole];
		if (c === "r" || c === "R") return this.radix(start, whole);
		let end = whole;
		if (c === ".") end = this.digits(whole + 1, isDigit);
		if (text[end] === "e" || text[end] === "E") {
			const sign = text[end + 1] === "-" || text[end + 1] === "+" ? 2 : 1;
			const exponent = this.digits(end + sign, isDigit);
			if (exponent === end + sign) this.error(start, `malformed numerical constant '${text.slice(start, exponent)}'`);
			end = exponent;
		}
		this.at = end;
		if (end === whole) return integer(BigInt(text.slice(start, whole)));
		const value = Number(text.slice(start, end));
		return { ...token("#real"), number: Number.isNaN(value) ? 0 : value };
	}

	/** `base`r`digits`, with a fraction for a real. */
	private radix(start: number, r: number): Token {
		const base = Number(this.text.slice(start, r));
		const end = this.digits(r + 1, isAlnum);
		this.at = end;
		if (end === r + 1) this.error(start, `malformed numerical constant '${this.text.slice(start, end)}'`);
		if (base < 2 || base > 36) {
			this.error(start, `radix '${base}' must be between 2 and 36`);
			return integer(0n);
		}
		let value = 0n;
		for (const digit of this.text.slice(r + 1, end)) {
			value = value * BigInt(base) + BigInt(this.digit(digit, base, start));
		}
		if (this.text[end] !== ".") return integer(value);
		const stop = this.digits(end + 1, isAlnum);
		this.at = stop;
		let fraction = 0;
		let scale = 1;
		for (const digit of this.text.slice(end + 1, stop)) {
			fraction = fraction * base + this.digit(digit, base, start);
			scale *= base;
		}
		return { ...token("#real"), number: Number(value) + fraction / scale };
	}

	private digit(digit: string, base: number, start: number): number {
		const value = Number.parseInt(digit, base);
		if (!Number.isNaN(value)) return value;
		this.error(start, `digit '${digit}' not radix ${base}`);
		return 0;
	}

	private string(): Token {
		const start = this.at++;
		let value = "";
		for (;;) {
			const c = this.text[this.at];
			if (c === undefined || c === "\n") {
				this.error(start, c === undefined ? "end of file in string constant" : "newline in string constant");
				break;
			}
			this.at++;
			if (c === '"') break;
			value += c === "\\" ? this.escape() : c;
		}
		return token("#string", value);
	}

	private rawString(): Token {
		const start = ++this.at;
		const end = this.text.indexOf("`", start);
		if (end < 0) this.error(start - 1, "end of file in raw string constant");
		this.at = end < 0 ? this.text.length : end + 1;
		return token("#string", this.text.slice(start, end < 0 ? undefined : end));
	}

	private character(): Token {
		const start = this.at++;
		const code = this.text.codePointAt(this.at);
		if (code === undefined) {
			this.error(start, "end of file in character constant");
			return integer(0n);
		}
		const c = String.fromCodePoint(code);
		this.at += c.length;
		const value = (c === "\\" ? this.escape() : c).codePointAt(0) ?? 0;
		if (this.text[this.at] === "'") this.at++;
		else this.error(start, "missing closing '");
		return { ...token("#int"), number: value };
	}

	/** What an escape stands for; the backslash has been read. */
	private escape(): string {
		const start = this.at;
		const c = this.text[this.at++] ?? "";
		if (c === "u") {
			const hex = /^[0-9a-fA-F]{0,4}/.exec(this.text.slice(this.at, this.at + 4))?.[0] ?? "";
			this.at += hex.length;
			if (hex.length < 4) this.error(start, "malformed \\u escape sequence");
			return String.fromCharCode(Number.parseInt(hex || "0", 16));
		}
		const value = escapes[c];
		if (value === undefined) this.error(start, `unrecognized escape \\${c}`);
		return value ?? c;
	}
}

function token(kind: TokenKind, text = ""): Token {
	return { kind, pos: 0, end: 0, text, number: 0, big: 0n, newline: false };
}

/** A constant that does not fit a word is a big. */
function integer(value: bigint): Token {
	if (value <= MAXINT) return { ...token("#int"), number: Number(value) };
	return { ...token("#big"), big: BigInt.asIntN(64, value) };
}
