/** The parser's expressions. */
import type { ArithOp, ArrayExpr, BinaryOp, Expr, ExprBase, ExprOf, Qual, TypeExpr, UnaryOp } from "./ast.ts";
import { big, type Constant, real, string, word } from "./constant.ts";
import { TypeParser } from "./parsetype.ts";
import type { Span } from "./source.ts";
import { bigType, errorType, intType, realType, stringType, type Type } from "./types.ts";

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
const basicTypes = new Set(["int", "big", "byte", "real", "string"]);

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
const typeStarts = new Set(["array", "list", "cyclic", "chan", "fn", ...basicTypes]);

function base(span: Span, type: Type = errorType, constant?: Constant): ExprBase {
	return { pos: span.pos, end: span.end, type, constant };
}

export function nameExpr(name: string, span: Span): Expr {
	return { kind: "name", name, decl: undefined, type: errorType, constant: undefined, pos: span.pos, end: span.end };
}

export abstract class ExprParser extends TypeParser {
	protected span(pos: number): Span {
		return { pos, end: this.last };
	}

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

	private primary(): Expr {
		const t = this.token;
		switch (t.kind) {
			case "name":
				this.advance();
				return nameExpr(t.text, t);
			case "nil":
				this.advance();
				return { ...base(t), kind: "nil" };
			case "#int":
				this.advance();
				return { type: intType, constant: word(t.number), pos: t.pos, end: t.end, kind: "constant" };
			case "#big":
				this.advance();
				return { type: bigType, constant: big(t.big), pos: t.pos, end: t.end, kind: "constant" };
			case "#real":
				this.advance();
				return { type: realType, constant: real(t.number), pos: t.pos, end: t.end, kind: "constant" };
			case "#string":
				this.advance();
				return { type: stringType, constant: string(t.text), pos: t.pos, end: t.end, kind: "constant" };
			case "(":
				return this.parenthesized();
			default:
				return this.unexpected("an expression");
		}
	}

	private parenthesized(): Expr {
		const pos = this.advance().pos;
		const elems = this.list(() => this.expression(), ")");
		this.expect(")");
		const first = elems[0];
		if (first === undefined) return this.unexpected("an expression");
		if (elems.length === 1) return first;
		return { type: errorType, constant: undefined, pos: pos, end: this.last, kind: "tuple", elems };
	}

	private postfix(first: Expr): Expr {
		let e = first;
		for (;;) {
			const pos = e.pos;
			switch (this.token.kind) {
				case "(": {
					this.advance();
					const args = this.list(() => this.expression(), ")");
					this.expect(")");
					e = {
						type: errorType,
						constant: undefined,
						pos,
						end: this.last,
						kind: "call",
						fn: e,
						args,
						callKind: "function",
						fnType: undefined,
						module: undefined,
						callee: undefined,
					};
					break;
				}
				case ".": {
					this.advance();
					const name = this.identifier();
					e = {
						type: errorType,
						constant: undefined,
						pos,
						end: this.last,
						kind: "dot",
						left: e,
						name,
						decl: undefined,
						module: undefined,
						ambiguous: false,
					};
					break;
				}
				case "->": {
					this.advance();
					if (this.at("(")) {
						e = this.methodOf(e);
						break;
					}
					e = this.arrow(e);
					break;
				}
				case "[":
					e = this.subscript(e);
					break;
				case "++":
				case "--": {
					const op = this.advance().kind as "++" | "--";
					e = {
						type: errorType,
						constant: undefined,
						pos: pos,
						end: this.last,
						kind: "increment",
						op,
						prefix: false,
						arg: e,
					};
					break;
				}
				default:
					return e;
			}
		}
	}

	/** A dot binds more tightly than the arrow before it. */
	private arrow(module: Expr): Expr {
		const name = this.identifier();
		if (!this.at("."))
			return {
				type: errorType,
				constant: undefined,
				pos: module.pos,
				end: this.last,
				kind: "arrow",
				left: module,
				name,
				decl: undefined,
			};
		let e = nameExpr(name.name, name);
		while (this.accept(".")) {
			const field = this.identifier();
			e = {
				...base(this.span(name.pos)),
				kind: "dot",
				left: e,
				name: field,
				decl: undefined,
				module: undefined,
				ambiguous: false,
			};
		}
		return { ...(e as ExprOf<"dot">), pos: module.pos, module, ambiguous: true };
	}

	/** `module->(value.method)`: the method is that of the module. */
	private methodOf(module: Expr): Expr {
		let method = this.parenthesized();
		while (this.accept(".")) {
			const name = this.identifier();
			const span = this.span(method.pos);
			method = { ...base(span), kind: "dot", left: method, name, decl: undefined, module: undefined, ambiguous: false };
		}
		if (method.kind !== "dot") return this.fault(method, "expected a method of a value");
		return { ...method, module };
	}

	private subscript(left: Expr): Expr {
		this.expect("[");
		const low = this.at(":") ? undefined : this.argument();
		if (this.accept(":")) {
			const high = this.at("]") ? undefined : this.expression();
			this.expect("]");
			return { type: errorType, constant: undefined, pos: left.pos, end: this.last, kind: "slice", left, low, high };
		}
		const args = low === undefined ? [] : [low];
		while (this.accept(",")) args.push(this.argument());
		this.expect("]");
		return { type: errorType, constant: undefined, pos: left.pos, end: this.last, kind: "index", left, args };
	}

	/** An index, or a type argument such as `array of int`. */
	private argument(): Expr {
		if (!this.atTypeArgument()) return this.expression();
		const to = this.typeArgument();
		return { ...base(to), kind: "typearg", to };
	}

	private atTypeArgument(): boolean {
		const kind = this.token.kind;
		if (!typeStarts.has(kind)) return false;
		const next = this.peek(1);
		if (basicTypes.has(kind)) return next === "]" || next === ",";
		return kind === "fn" || kind === "cyclic" || next === "of";
	}

	protected exceptionName(): Expr {
		const { name, ...span } = this.identifier();
		let e = nameExpr(name, span);
		while (this.at(".") || this.at("->")) {
			const arrow = this.advance().kind === "->";
			const member = this.identifier();
			const common = { ...base(this.span(span.pos)), left: e, name: member, decl: undefined };
			e = arrow ? { ...common, kind: "arrow" } : { ...common, kind: "dot", module: undefined, ambiguous: false };
		}
		return e;
	}
}
