/** The parser's expressions. */
import type { ArithOp, ArrayExpr, BinaryOp, Expr, Qual, TypeExpr, UnaryOp } from "./ast.ts";
import { basicTypes, PostfixParser } from "./parsepostfix.ts";
import { errorType } from "./types.ts";

/** How tightly binary operators bind. `::` and `**` associate to the right, the others to the left. */
const precedence: Readonly<Record<string, number>> = {
	"||": 1,
	"&&": 2,
	"::": 3,
	"|": 4,
	"^": 5,
	"&": 6,
	"==": 7,
	"!=": 7,
	"<": 8,
	">": 8,
	"<=": 8,
	">=": 8,
	"<<": 9,
	">>": 9,
	"+": 10,
	"-": 10,
	"*": 11,
	"/": 11,
	"%": 11,
	"**": 12,
};

const assignments = new Set(["=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>=", "**="]);
const unaries = new Set(["+", "-", "!", "~", "*", "<-", "hd", "tl", "len", "ref", "tagof"]);

/** What may follow a name on the same line only if the name is a type being cast to. */
const castStarts = new Set([
	"name",
	"#string",
	"#int",
	"#big",
	"#real",
	"nil",
	"hd",
	"tl",
	"len",
	"tagof",
	"ref",
	"!",
	"~",
	...basicTypes,
]);

export abstract class ExprParser extends PostfixParser {
	expression(): Expr {
		const left = this.binary(0);
		const op = this.token.kind;
		if (op === ":=") {
			this.advance();
			const right = this.expression();
			return { type: errorType, constant: undefined, pos: left.pos, end: this.last, kind: "declare", left, right };
		}
		if (!assignments.has(op)) return left;
		this.advance();
		const right = this.expression();
		const arith = op === "=" ? undefined : (op.slice(0, -1) as ArithOp);
		return {
			type: errorType,
			constant: undefined,
			pos: left.pos,
			end: this.last,
			kind: "assign",
			op: arith,
			left,
			right,
		};
	}

	/** Operators that bind more tightly than `level`. */
	private binary(level: number): Expr {
		let left = this.at("load") ? this.load() : this.communication();
		for (;;) {
			const op = this.token.kind;
			const tightness = precedence[op] ?? 0;
			if (tightness <= level) return left;
			this.advance();
			const right = this.binary(op === "::" || op === "**" ? tightness - 1 : tightness);
			left = {
				type: errorType,
				constant: undefined,
				pos: left.pos,
				end: this.last,
				kind: "binary",
				op: op as BinaryOp,
				left,
				right,
			};
		}
	}

	private load(): Expr {
		const pos = this.advance().pos;
		const module = this.identifier();
		const path = this.binary(0);
		return { type: errorType, constant: undefined, pos: pos, end: this.last, kind: "load", module, path };
	}

	/** `channel <-= value`: the channel binds tightly, the value is a whole expression. */
	private communication(): Expr {
		const left = this.unary();
		if (!this.at("<-")) return left;
		this.advance();
		const right = this.accept("=") ? this.expression() : this.communication();
		return { type: errorType, constant: undefined, pos: left.pos, end: this.last, kind: "send", left, right };
	}

	private unary(): Expr {
		const { kind, pos } = this.token;
		if (unaries.has(kind)) {
			this.advance();
			const arg = this.unary();
			return {
				type: errorType,
				constant: undefined,
				pos: pos,
				end: this.last,
				kind: "unary",
				op: kind as UnaryOp,
				arg,
			};
		}
		if (kind === "++" || kind === "--") {
			this.advance();
			const arg = this.unary();
			return {
				type: errorType,
				constant: undefined,
				pos: pos,
				end: this.last,
				kind: "increment",
				op: kind,
				prefix: true,
				arg,
			};
		}
		switch (kind) {
			case "array":
				return this.array();
			case "list":
				return this.listOf();
			case "chan":
				return this.channel();
			case "fixed":
				return this.cast(this.fixedType());
			case "name":
				if (castStarts.has(this.peek(1)) && !this.newlineAhead()) return this.namedCast();
				break;
			default:
				if (basicTypes.has(kind)) return this.namedCast();
		}
		return this.postfix(this.primary());
	}

	private namedCast(): Expr {
		const t = this.advance();
		return this.cast({ kind: "named", name: t.text, pos: t.pos, end: t.end });
	}

	private cast(to: TypeExpr): Expr {
		const arg = this.unary();
		return { type: errorType, constant: undefined, pos: to.pos, end: this.last, kind: "cast", to, arg };
	}

	private array(): Expr {
		const pos = this.advance().pos;
		if (this.accept("of")) {
			const elem = this.typeExpr();
			return this.cast({ kind: "array", of: elem, pos, end: elem.end });
		}
		this.expect("[");
		const size = this.at("]") ? undefined : this.expression();
		this.expect("]");
		this.expect("of");
		let elem: TypeExpr | undefined;
		let inits: ArrayExpr["inits"];
		if (this.accept("{")) {
			inits = [];
			while (!this.at("}")) {
				inits.push(this.element());
				if (!this.accept(",")) break;
			}
			this.expect("}");
		} else {
			if (size === undefined) return this.unexpected("'{'");
			elem = this.typeExpr();
		}
		return {
			type: errorType,
			constant: undefined,
			pos: pos,
			end: this.last,
			kind: "newarray",
			size,
			elem,
			inits,
			placed: [],
			rest: undefined,
		};
	}

	private element(): { quals: Qual[]; value: Expr } {
		if (!this.at("*")) {
			const first = this.expression();
			if (!this.at("=>") && !this.at("to") && !this.at("or")) return { quals: [], value: first };
			const quals = this.qualifiers(first);
			this.expect("=>");
			return { quals, value: this.expression() };
		}
		// A star is a wildcard only before an arrow; otherwise it looks through a reference.
		if (this.peek(1) !== "=>" && this.peek(1) !== "or") return { quals: [], value: this.expression() };
		const quals = this.qualifiers();
		this.expect("=>");
		return { quals, value: this.expression() };
	}

	/** `a or b to c or *`; the first expression may have been parsed already. */
	protected qualifiers(first?: Expr): Qual[] {
		const quals = [this.qualifier(first)];
		while (this.accept("or")) quals.push(this.qualifier());
		return quals;
	}

	private qualifier(parsed?: Expr): Qual {
		const pos = parsed?.pos ?? this.token.pos;
		if (parsed === undefined && this.at("*") && (this.peek(1) === "=>" || this.peek(1) === "or")) {
			this.advance();
			return { kind: "any", ...this.span(pos) };
		}
		const low = parsed ?? this.expression();
		if (!this.accept("to")) return { kind: "expr", expr: low, ...this.span(pos) };
		const high = this.expression();
		return { kind: "range", low, high, ...this.span(pos) };
	}

	private listOf(): Expr {
		const pos = this.advance().pos;
		this.expect("of");
		this.expect("{");
		const elems: Expr[] = [];
		do elems.push(this.expression());
		while (this.accept(",") && !this.at("}"));
		this.expect("}");
		return { type: errorType, constant: undefined, pos: pos, end: this.last, kind: "newlist", elems };
	}

	private channel(): Expr {
		const pos = this.advance().pos;
		let size: Expr | undefined;
		if (this.accept("[")) {
			size = this.expression();
			this.expect("]");
		}
		this.expect("of");
		const elem = this.typeExpr();
		return { type: errorType, constant: undefined, pos: pos, end: this.last, kind: "newchan", size, elem };
	}
}
