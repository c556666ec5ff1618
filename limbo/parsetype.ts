/** The parser's token handling, and types. */
import type { Bound, Expr, FieldDecl, FnTypeExpr, Ident, Param, TypeExpr } from "./ast.ts";
import { Lexer, type Token, type TokenKind } from "./lex.ts";
import type { Diagnostics, SourceFile, Span } from "./source.ts";

/** Leaves the construct being parsed; the error has been reported. Caught where a declaration or statement ends. */
export class SyntaxFault extends Error {}

const basicTypes = new Set(["int", "big", "byte", "real", "string"]);

export abstract class TypeParser {
	protected readonly diagnostics: Diagnostics;
	private lexer: Lexer;
	/** The files that included this one, innermost last, each with the tokens already read from it. */
	private readonly outer: { lexer: Lexer; tokens: Token[] }[] = [];
	/** The next token, and the one after it once somebody has asked. */
	protected token: Token;
	private ahead: Token[] = [];
	/** Where the token before the next one ended. */
	protected last = 0;

	constructor(file: SourceFile, diagnostics: Diagnostics) {
		this.diagnostics = diagnostics;
		this.lexer = new Lexer(file, diagnostics);
		this.token = this.lexer.next();
	}

	abstract expression(): Expr;
	abstract fieldDecl(): FieldDecl;

	protected advance(): Token {
		const token = this.token;
		this.last = token.end;
		this.token = this.read();
		return token;
	}

	private read(): Token {
		for (;;) {
			const token = this.ahead.shift() ?? this.lexer.next();
			const outer = token.kind === "eof" ? this.outer.pop() : undefined;
			if (outer === undefined) return token;
			this.lexer = outer.lexer;
			this.ahead = outer.tokens;
		}
	}

	/** Goes on with the tokens of another file, and then with those that follow here. */
	protected enter(file: SourceFile): void {
		this.outer.push({ lexer: this.lexer, tokens: [this.token, ...this.ahead] });
		this.lexer = new Lexer(file, this.diagnostics);
		this.ahead = [];
		this.token = this.read();
	}

	/** The n-th token after the next one. */
	protected peek(n: number): TokenKind {
		while (this.ahead.length < n) this.ahead.push(this.lexer.next());
		return this.ahead[n - 1]?.kind ?? "eof";
	}

	/** Whether the token after the next one stands on a line of its own. */
	protected newlineAhead(): boolean {
		this.peek(1);
		return this.ahead[0]?.newline ?? true;
	}

	protected at(kind: TokenKind): boolean {
		return this.token.kind === kind;
	}

	protected accept(kind: TokenKind): boolean {
		if (this.token.kind !== kind) return false;
		this.advance();
		return true;
	}

	protected expect(kind: TokenKind): Token {
		if (this.token.kind === kind) return this.advance();
		// A missing end of statement is best shown where the statement ended.
		const atEnd = kind === ";" && this.token.newline && this.last > 0;
		const span = atEnd ? { pos: this.last - 1, end: this.last } : this.token;
		return this.fault(span, `syntax error: expected ${show(kind)}, found ${this.found()}`);
	}

	protected found(): string {
		const t = this.token;
		if (t.kind === "name") return `'${t.text}'`;
		return show(t.kind);
	}

	protected fault(span: Span, message: string): never {
		// A second error in a line is likely to follow from the first.
		if (!this.diagnostics.hasErrorOnLine(span.pos)) this.diagnostics.error(span, message);
		throw new SyntaxFault(message);
	}

	protected unexpected(wanted: string): never {
		return this.fault(this.token, `syntax error: expected ${wanted}, found ${this.found()}`);
	}

	protected identifier(): Ident {
		const t = this.expect("name");
		return { name: t.text, pos: t.pos, end: t.end };
	}

	protected identifiers(): Ident[] {
		const names = [this.identifier()];
		while (this.accept(",")) names.push(this.identifier());
		return names;
	}

	protected list<T>(item: () => T, close: TokenKind): T[] {
		const items: T[] = [];
		if (!this.at(close)) {
			do items.push(item());
			while (this.accept(","));
		}
		return items;
	}

	typeExpr(): TypeExpr {
		const { kind, pos } = this.token;
		switch (kind) {
			case "ref":
				this.advance();
				return this.typeOf("ref", pos);
			case "array":
			case "list":
			case "chan":
				this.advance();
				this.expect("of");
				return this.typeOf(kind, pos);
			case "fn":
				this.advance();
				return this.fnType(pos);
			case "fixed":
				return this.fixedType();
			default:
				return this.typeSuffix(this.primaryType());
		}
	}

	private typeOf(kind: "ref" | "list" | "array" | "chan", pos: number): TypeExpr {
		const of = this.typeExpr();
		return { kind, of, pos, end: of.end };
	}

	private primaryType(): TypeExpr {
		const { kind, pos, end, text } = this.token;
		if (kind === "name" || basicTypes.has(kind)) {
			this.advance();
			return { kind: "named", name: text, pos, end };
		}
		if (kind !== "(") return this.unexpected("a type");
		this.advance();
		const elems = this.list(() => this.typeExpr(), ")");
		this.expect(")");
		if (elems.length === 0) return this.unexpected("a type");
		if (elems.length === 1) return elems[0] as TypeExpr;
		return { kind: "tuple", elems, pos, end: this.last };
	}

	private typeSuffix(first: TypeExpr): TypeExpr {
		let type = first;
		for (;;) {
			const pos = type.pos;
			if (this.at(".") || this.at("->")) {
				const kind = this.advance().kind === "." ? "dot" : "arrow";
				const { name } = this.identifier();
				type = { kind, left: type, name, pos, end: this.last };
			} else if (this.at("[") && type.kind !== "tuple") {
				this.advance();
				const args = this.list(() => this.typeArgument(), "]");
				this.expect("]");
				type = { kind: "instance", generic: type, args, pos, end: this.last };
			} else {
				return type;
			}
		}
	}

	protected typeArgument(): TypeExpr {
		const pos = this.token.pos;
		if (!this.accept("cyclic")) return this.typeExpr();
		const of = this.typeExpr();
		return { kind: "cyclic", of, pos, end: of.end };
	}

	protected fixedType(): TypeExpr {
		const pos = this.expect("fixed").pos;
		this.expect("(");
		const scale = this.expression();
		const maximum = this.accept(",") ? this.expression() : undefined;
		this.expect(")");
		return { kind: "fixed", scale, maximum, pos, end: this.last };
	}

	/** Type parameters, if there are any. */
	protected polys(): Ident[] {
		if (!this.accept("[")) return [];
		const names = this.identifiers();
		this.expect("]");
		return names;
	}

	/** A function's type after `fn`, or after the name in a definition. */
	protected fnType(pos: number): FnTypeExpr {
		const polys = this.polys();
		this.expect("(");
		const params: Param[] = [];
		let varargs = false;
		if (!this.at(")")) {
			do {
				if (this.accept("*")) {
					varargs = true;
					break;
				}
				this.parameters(params);
			} while (this.accept(","));
		}
		this.expect(")");
		const result = this.accept(":") ? this.typeExpr() : undefined;
		const bounds = this.accept("for") ? this.bounds() : [];
		const raises = this.accept("raises") ? this.raises() : undefined;
		return { kind: "fn", polys, bounds, params, varargs, result, raises, pos, end: this.last };
	}

	/** `a, b: type`. A comma may also separate two such groups, so the names go on only while a name follows. */
	private parameters(params: Param[]): void {
		const names: { name: string | undefined; span: Span }[] = [];
		do {
			const t = this.token;
			if (this.accept("nil")) names.push({ name: undefined, span: t });
			else names.push({ name: this.identifier().name, span: t });
		} while (this.accept(","));
		this.expect(":");
		const self = this.accept("self");
		const type = this.typeExpr();
		for (const { name, span } of names) params.push({ name, type, self, pos: span.pos, end: span.end });
	}

	/** The functions that type parameters need: after `for`. */
	protected bounds(): Bound[] {
		this.expect("{");
		const bounds: Bound[] = [];
		while (!this.at("}")) {
			const names = this.identifiers();
			this.expect("=>");
			const functions: FieldDecl[] = [];
			while (this.at("name") && !this.atBound()) functions.push(this.fieldDecl());
			bounds.push({ names, functions });
		}
		this.expect("}");
		return bounds;
	}

	private atBound(): boolean {
		let n = 1;
		while (this.peek(n) === ",") n += 2;
		return this.peek(n) === "=>";
	}

	private raises(): Expr[] {
		if (!this.accept("(")) return [this.exceptionName()];
		const names = this.list(() => this.exceptionName(), ")");
		this.expect(")");
		return names;
	}

	protected abstract exceptionName(): Expr;
}

function show(kind: TokenKind): string {
	switch (kind) {
		case "eof":
			return "end of file";
		case "name":
			return "a name";
		case "#int":
		case "#big":
		case "#real":
			return "a number";
		case "#string":
			return "a string";
		default:
			return `'${kind}'`;
	}
}
