/** What expressions are made of: names, constants, and what may follow them. */
import type { Expr, ExprBase, ExprOf } from "./ast.ts";
import { big, real, string, word } from "./constant.ts";
import { TypeParser } from "./parsetype.ts";
import type { Span } from "./source.ts";
import { bigType, errorType, intType, realType, stringType } from "./types.ts";

export const basicTypes: ReadonlySet<string> = new Set(["int", "big", "byte", "real", "string"]);
const typeStarts = new Set(["array", "list", "cyclic", "chan", "fn", ...basicTypes]);

function base(span: Span): ExprBase {
	return { pos: span.pos, end: span.end, type: errorType, constant: undefined };
}

function nameExpr(name: string, span: Span): Expr {
	return { kind: "name", name, decl: undefined, type: errorType, constant: undefined, pos: span.pos, end: span.end };
}

export abstract class PostfixParser extends TypeParser {
	protected span(pos: number): Span {
		return { pos, end: this.last };
	}

	protected primary(): Expr {
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

	protected postfix(first: Expr): Expr {
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
