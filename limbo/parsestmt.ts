/** The parser's statements. It goes on after an error at the next one. */
import type { Arm, Block, Expr, Ident, LocalDecl, Qual, Stmt } from "./ast.ts";
import type { Token } from "./lex.ts";
import { ExprParser } from "./parseexpr.ts";
import { SyntaxFault } from "./parsetype.ts";

/** Tokens with which a declaration or statement cannot go on, so that one after an error may start there. */
const stmtStarts = new Set(
	"if for while do case alt pick return break continue spawn raise exit { } include implement eof".split(" "),
);

export abstract class StmtParser extends ExprParser {
	protected abstract includeFile(): void;
	protected abstract localDecl(pos: number, names: Ident[]): LocalDecl;

	/** Parses something; after an error skips to where the next thing may start. */
	protected recover(parse: () => void, inside: boolean): void {
		const start = this.token;
		try {
			parse();
		} catch (fault) {
			if (!(fault instanceof SyntaxFault)) throw fault;
			this.resynchronize(inside, start);
		}
	}

	/** Inside a block the brace that ends it is left alone. Outside, a new line that starts with a name will do. */
	private resynchronize(inside: boolean, start: Token): void {
		if (this.token === start) this.advance();
		let depth = 0;
		while (!this.at("eof")) {
			if (depth === 0 && this.at(";")) {
				this.advance();
				return;
			}
			if (depth === 0 && inside && stmtStarts.has(this.token.kind)) return;
			if (depth === 0 && !inside && this.token.newline && this.at("name") && this.atColumnOne()) return;
			if (this.at("{")) depth++;
			if (this.at("}")) {
				depth--;
				if (depth <= 0 && !inside) {
					this.advance();
					this.accept(";");
					return;
				}
			}
			this.advance();
		}
	}

	private atColumnOne(): boolean {
		return this.diagnostics.sources.place(this.token.pos).column === 1;
	}

	protected block(): Block {
		const pos = this.expect("{").pos;
		const body = this.statements();
		this.expect("}");
		return { kind: "block", body, ...this.span(pos) };
	}

	/** Up to a closing brace, which is left. */
	protected statements(): Stmt[] {
		const body: Stmt[] = [];
		while (!this.at("}") && !this.at("eof")) this.recover(() => body.push(this.statement()), true);
		return body;
	}

	protected statement(): Stmt {
		const { kind, pos } = this.token;
		switch (kind) {
			case "{":
				return this.blockOrTry();
			case ";":
				this.advance();
				return { kind: "empty", ...this.span(pos) };
			case "if":
				return this.ifStmt();
			case "break":
			case "continue": {
				this.advance();
				const target = this.at("name") ? this.identifier() : undefined;
				this.expect(";");
				return { kind, target, ...this.span(pos) };
			}
			case "return": {
				this.advance();
				const value = this.optional(";");
				this.expect(";");
				return { kind: "return", value, ...this.span(pos) };
			}
			case "spawn": {
				this.advance();
				const call = this.expression();
				this.expect(";");
				return { kind: "spawn", call, ...this.span(pos) };
			}
			case "raise": {
				this.advance();
				const value = this.optional(";");
				this.expect(";");
				return { kind: "raise", value, rethrow: undefined, ...this.span(pos) };
			}
			case "exit":
				this.advance();
				this.expect(";");
				return { kind: "exit", ...this.span(pos) };
			case "include":
				this.includeFile();
				return { kind: "empty", ...this.span(pos) };
			case "name":
				if (this.peek(1) === ":" || this.atDeclaration()) return this.labelOrDecl();
		}
		return this.labelled(undefined) ?? this.exprStmt(";");
	}

	private optional(end: string): Expr | undefined {
		return this.at(end) ? undefined : this.expression();
	}

	private exprStmt(end: string): Stmt {
		const expr = this.expression();
		this.expect(end);
		return { kind: "expr", expr, pos: expr.pos, end: expr.end };
	}

	/** `a, b, c :` */
	private atDeclaration(): boolean {
		let n = 1;
		while (this.peek(n) === "," && this.peek(n + 1) === "name") n += 2;
		return n > 1 && this.peek(n) === ":";
	}

	private labelOrDecl(): Stmt {
		const pos = this.token.pos;
		const names = this.identifiers();
		this.expect(":");
		const first = names[0] as Ident;
		const stmt = this.labelled(first);
		if (stmt !== undefined) {
			if (names.length > 1) this.diagnostics.error(first, "only one identifier allowed in a label");
			return stmt;
		}
		const decl = this.localDecl(pos, names);
		return { kind: "decl", decl, pos, end: decl.end };
	}

	/** A statement that may bear a label, or undefined if there is none here. */
	private labelled(label: Ident | undefined): Stmt | undefined {
		const pos = this.token.pos;
		switch (this.token.kind) {
			case "for":
				return this.forStmt(label);
			case "while": {
				this.advance();
				this.expect("(");
				const cond = this.optional(")");
				this.expect(")");
				const body = this.statement();
				return { kind: "for", init: undefined, cond, step: undefined, body, label, ...this.span(pos) };
			}
			case "do": {
				this.advance();
				const body = this.statement();
				this.expect("while");
				this.expect("(");
				const cond = this.optional(")");
				this.expect(")");
				this.expect(";");
				return { kind: "do", body, cond, label, ...this.span(pos) };
			}
			case "case": {
				this.advance();
				const arg = this.expression();
				const arms = this.arms();
				return { kind: "case", arg, arms, label, ...this.span(pos) };
			}
			case "alt":
				this.advance();
				return { kind: "alt", arms: this.arms(), label, ...this.span(pos) };
			case "pick": {
				this.advance();
				const name = this.identifier();
				this.expect(":=");
				const arg = this.expression();
				const arms = this.arms();
				return { kind: "pick", name, arg, arms, label, decl: undefined, ...this.span(pos) };
			}
			default:
				return undefined;
		}
	}

	protected forStmt(label: Ident | undefined): Stmt {
		const pos = this.expect("for").pos;
		this.expect("(");
		const init = this.at(";") ? undefined : this.exprStmt(";");
		if (init === undefined) this.expect(";");
		const cond = this.optional(";");
		this.expect(";");
		const step = this.at(")") ? undefined : this.exprStmt(")");
		if (step === undefined) this.expect(")");
		const body = this.statement();
		return { kind: "for", init, cond, step, body, label, ...this.span(pos) };
	}

	protected ifStmt(): Stmt {
		const pos = this.expect("if").pos;
		this.expect("(");
		const cond = this.expression();
		this.expect(")");
		const yes = this.statement();
		const no = this.accept("else") ? this.statement() : undefined;
		return { kind: "if", cond, yes, no, ...this.span(pos) };
	}

	private blockOrTry(): Stmt {
		const body = this.block();
		if (!this.accept("exception")) return body;
		const name = this.at("name") ? this.identifier() : undefined;
		const arms = this.arms();
		return { kind: "try", body, name, arms, decl: undefined, ...this.span(body.pos) };
	}

	/** `{ qualifiers => statements ... }` */
	protected arms(): Arm[] {
		const arms: Arm[] = [];
		this.expect("{");
		let quals: Qual[] | undefined = this.qualifiers();
		while (quals !== undefined) {
			const pos = quals[0]?.pos ?? this.token.pos;
			this.expect("=>");
			const body: Stmt[] = [];
			const next = this.armBody(body);
			arms.push({ quals, body, ...this.span(pos) });
			quals = next;
		}
		this.expect("}");
		return arms;
	}

	/** The statements of an arm, and the qualifiers of the next one: only the arrow after them tells the two apart. */
	private armBody(body: Stmt[]): Qual[] | undefined {
		let quals: Qual[] | undefined;
		while (quals === undefined && !this.at("}") && !this.at("eof")) {
			this.recover(() => {
				if (this.atStatement()) {
					body.push(this.statement());
					return;
				}
				if (this.at("*") && (this.peek(1) === "=>" || this.peek(1) === "or")) {
					quals = this.qualifiers();
					return;
				}
				const expr = this.expression();
				if (this.at("=>") || this.at("or") || this.at("to")) {
					quals = this.qualifiers(expr);
					return;
				}
				this.expect(";");
				body.push({ kind: "expr", expr, pos: expr.pos, end: expr.end });
			}, true);
		}
		return quals;
	}

	private atStatement(): boolean {
		if (this.at("name")) return this.peek(1) === ":" || this.atDeclaration();
		return this.at(";") || stmtStarts.has(this.token.kind);
	}
}
