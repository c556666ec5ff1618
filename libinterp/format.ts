import { type Decimal, fixed, shortest, significant } from "./decimal.ts";
import { exHeap, fault } from "./fault.ts";
import { cvtfc, exponent } from "./number.ts";

/** Where a formatter takes its arguments from, in order. Each call consumes one, aligned as the type demands. */
export interface FormatArgs {
	int(): number;
	big(): bigint;
	real(): number;
	/** nil is the empty string. */
	str(): string;
	/** For %H: the reference count and the type of what a pointer points to; -1 and 0 for nil. */
	heap(): { readonly count: number; readonly type: number };
	/** For %r: the error string of the process. Consumes nothing. */
	errstr(): string;
}

/** A conversion between `%` and its verb, taken apart. */
interface Spec {
	left: boolean;
	sign: boolean;
	space: boolean;
	sharp: boolean;
	comma: boolean;
	zero: boolean;
	unsigned: boolean;
	/** Number of `h` flags: 1 for 16 bits, 2 for 8. */
	short: number;
	/** Set by the `b` flag: the argument is a big. */
	big: boolean;
	width: number | undefined;
	precision: number | undefined;
	verb: string;
	/** After a character that is neither flag nor verb: that character, and the text from there to the verb. */
	bad: string | undefined;
	rest: string;
}

/** More than this in one field is refused as too much memory. */
const MAXFIELD = 1 << 26;
/** The most digits after the point that reals are printed with. */
const MAXDIGITS = 20;
/** Digits after the point when no precision is given. */
const DIGITS = 6;

const VERBS = "%qsEefgGdoxXcrH";

/**
 * `fmt` with its conversions replaced by formatted arguments, as sys-print(2) describes. A conversion that ends before
 * its verb stands for itself; a character that is neither flag nor verb, say z, gives `%z%`.
 */
export function format(fmt: string, args: FormatArgs): string {
	let out = "";
	let from = 0;
	for (;;) {
		const percent = fmt.indexOf("%", from);
		if (percent < 0) return out + fmt.slice(from);
		out += fmt.slice(from, percent);
		const end = verbAfter(fmt, percent + 1);
		if (end < 0) return out + fmt.slice(percent);
		out += convert(parse(fmt.slice(percent + 1, end), fmt.charAt(end), args), args);
		from = end + 1;
	}
}

function verbAfter(fmt: string, from: number): number {
	for (let i = from; i < fmt.length; i++) if (VERBS.includes(fmt.charAt(i))) return i;
	return -1;
}

/**
 * Two numbers may occur: the first is the width, the second the precision; a point makes the next one the precision. A
 * star stands for the decimal text of an int argument, so that a negative one is the flag `-` and a number.
 */
function parse(flags: string, verb: string, args: FormatArgs): Spec {
	const text = flags.replace(/\*/g, () => String(args.int()));
	const spec: Spec = {
		left: false,
		sign: false,
		space: false,
		sharp: false,
		comma: false,
		zero: false,
		unsigned: false,
		short: 0,
		big: flags.includes("b"),
		width: undefined,
		precision: undefined,
		verb,
		bad: undefined,
		rest: "",
	};
	for (let i = 0; i < text.length; ) {
		const number = /^(?:[1-9][0-9]*|0)/.exec(text.slice(i))?.[0];
		if (number !== undefined && (number !== "0" || spec.width !== undefined)) {
			const digits = (/^[0-9]+/.exec(text.slice(i)) as RegExpExecArray)[0];
			setNumber(spec, Number(digits));
			i += digits.length;
		} else {
			const c = String.fromCodePoint(text.codePointAt(i) as number);
			i += c.length;
			if (!setFlag(spec, c)) {
				spec.bad = c;
				spec.rest = text.slice(i) + verb;
				break;
			}
		}
	}
	return spec;
}

function setNumber(spec: Spec, n: number): void {
	if (n > MAXFIELD) fault(exHeap);
	if (spec.width === undefined) spec.width = n;
	else spec.precision = n;
}

function setFlag(spec: Spec, c: string): boolean {
	switch (c) {
		case ".":
			spec.width ??= 0;
			spec.precision ??= 0;
			return true;
		case "0":
			spec.zero = true;
			return true;
		case "-":
			spec.left = true;
			return true;
		case "+":
			spec.sign = true;
			return true;
		case " ":
			spec.space = true;
			return true;
		case "#":
			spec.sharp = true;
			return true;
		case ",":
			spec.comma = true;
			return true;
		case "u":
			spec.unsigned = true;
			return true;
		case "h":
			spec.short++;
			return true;
		case "l":
		case "b":
			return true;
		default:
			return false;
	}
}

function convert(spec: Spec, args: FormatArgs): string {
	const text = spec.verb === "%" || spec.verb === "r" || spec.verb === "H" ? plain(spec.verb, args) : field(spec, args);
	return spec.bad === undefined || spec.verb === "%" ? text : pad(spec, `%${spec.bad}%`) + spec.rest;
}

/** The conversions that know no flags. */
function plain(verb: string, args: FormatArgs): string {
	if (verb === "%") return "%";
	if (verb === "r") return args.errstr();
	const { count, type } = args.heap();
	return `${count}.${(type >>> 0).toString(16).padStart(8, "0")}`;
}

function field(spec: Spec, args: FormatArgs): string {
	switch (spec.verb) {
		case "s":
			return pad(spec, cut(spec, args.str()));
		case "q":
			return pad(spec, quote(args.str(), spec.sharp));
		case "c":
			return pad(spec, cut(spec, character(spec.big ? Number(BigInt.asIntN(32, args.big())) : args.int())));
		case "d":
		case "o":
		case "x":
		case "X":
			return pad(spec, integer(spec, spec.big ? args.big() : args.int()));
		default:
			return pad(spec, real(spec, args.real()));
	}
}

/** Characters, not UTF-16 units, in `s`. */
function length(s: string): number {
	let n = s.length;
	for (let i = 0; i < s.length - 1; i++) if ((s.codePointAt(i) as number) > 0xffff) n--;
	return n;
}

function pad(spec: Spec, s: string): string {
	if (spec.width === undefined || spec.width <= s.length) {
		if (spec.width === undefined || spec.width <= length(s)) return s;
	}
	const blanks = " ".repeat(spec.width - length(s));
	return spec.left ? s + blanks : blanks + s;
}

function cut(spec: Spec, s: string): string {
	if (spec.precision === undefined || spec.precision >= s.length) return s;
	return Array.from(s).slice(0, spec.precision).join("");
}

/** A character; what is none gives the replacement character. */
function character(c: number): string {
	return c < 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff) ? "\ufffd" : String.fromCodePoint(c);
}

/** `s` in quotes, those within it doubled, if it is empty or has quotes, blanks or control characters, or `always`. */
function quote(s: string, always: boolean): string {
	if (!always && s !== "" && !/[\0- ']/.test(s)) return s;
	return `'${s.replaceAll("'", "''")}'`;
}

/** Signed or unsigned, at the width that the flags tell. */
function value(spec: Spec, n: number | bigint): number | bigint {
	if (typeof n === "bigint") return spec.unsigned ? BigInt.asUintN(64, n) : n;
	const shift = spec.short === 0 ? 0 : spec.short === 1 ? 16 : 24;
	return spec.unsigned ? (n << shift) >>> shift : (n << shift) >> shift;
}

function base(verb: string): number {
	return verb === "d" ? 10 : verb === "o" ? 8 : 16;
}

function integer(spec: Spec, argument: number | bigint): string {
	const n = value(spec, argument);
	const negative = n < 0;
	let digits = (negative ? -n : n).toString(base(spec.verb));
	if (spec.verb === "X") digits = digits.toUpperCase();
	if (spec.comma) digits = digits.replace(/(?<=.)(?=(?:...)+$)/g, ",");
	digits = digits.padStart(spec.precision ?? 0, "0");
	const sign = negative ? "-" : spec.sign ? "+" : spec.space ? " " : "";
	const prefix = sign + (spec.sharp ? mark(spec.verb, digits) : "");
	if (spec.zero && !spec.left) digits = digits.padStart((spec.width ?? 0) - prefix.length, "0");
	return prefix + digits;
}

/** What the flag # puts before the digits. */
function mark(verb: string, digits: string): string {
	if (verb === "d") return "";
	if (verb === "o") return digits.startsWith("0") ? "" : "0";
	return `0${verb}`;
}

function real(spec: Spec, x: number): string {
	const general = spec.verb === "g" || spec.verb === "G";
	if (general && spec.width === undefined) return cvtfc(x, spec.verb === "G" ? "E" : "e");
	const sign = x < 0 || Object.is(x, -0) ? "-" : spec.sign ? "+" : spec.space ? " " : "";
	const point = spec.sharp ? "." : "";
	if (Number.isNaN(x)) return `${sign}NaN${point}`;
	if (x === Infinity || x === -Infinity) return `${sign}Infinity${point}`;
	const precision = Math.min(spec.precision ?? DIGITS, MAXDIGITS);
	if (general) return sign + generalForm(spec, x, precision);
	if (spec.verb === "f") return sign + fixedForm(fixed(x, precision), precision, point);
	return sign + exponentForm(significant(x, precision + 1), precision, spec.verb === "E" ? "E" : "e", point);
}

/** `point` is what follows the integer part when there is no fraction. */
function fixedForm(d: Decimal, places: number, point: string): string {
	const whole = d.point > 0 ? d.digits.slice(0, d.point).padEnd(d.point, "0") : "0";
	if (places === 0) return whole + point;
	const fraction = d.point >= 0 ? d.digits.slice(d.point) : "0".repeat(-d.point) + d.digits;
	return `${whole}.${fraction.padEnd(places, "0").slice(0, places)}`;
}

function exponentForm(d: Decimal, places: number, e: string, point: string): string {
	const power = exponent(e, d.digits === "" ? 0 : d.point - 1);
	const first = d.digits === "" ? "0" : d.digits.charAt(0);
	if (places === 0) return first + point + power;
	return `${first}.${d.digits.slice(1, places + 1).padEnd(places, "0")}${power}`;
}

/** %g with a width or a precision: `precision` significant digits, 0 meaning as many as it takes to read back `x`. */
function generalForm(spec: Spec, x: number, precision: number): string {
	const d = precision > 0 ? significant(x, precision) : shortest(x);
	const count = Math.max(d.digits.length, 1);
	const exp = d.digits === "" ? 1 : d.point;
	let room = precision;
	if (precision === 0) room = exp > count && exp <= count + 4 ? exp : count;
	const point = spec.sharp ? "." : "";
	if (exp >= -3 && exp <= room) {
		const places = spec.sharp ? room - exp : clamp(room - exp, count - exp);
		return fixedForm({ digits: d.digits, point: exp }, places, point);
	}
	const places = spec.sharp ? room - 1 : clamp(room - 1, count - 1);
	return exponentForm(d, places, spec.verb === "G" ? "E" : "e", point);
}

function clamp(places: number, needed: number): number {
	return Math.max(0, Math.min(places, needed));
}
