/** The parser: declarations and statements. It goes on after an error at the next declaration or statement. */
import type {
	AdtDecl,
	Arm,
	Block,
	ConDecl,
	Expr,
	FieldDecl,
	FnDef,
	Ident,
	LocalDecl,
	ModuleDecl,
	PickDecl,
	Program,
	Qual,
	Stmt,
	TopDecl,
	VarDecl,
} from "./ast.ts";
import type { Token } from "./lex.ts";
import { ExprParser } from "./parseexpr.ts";
import { SyntaxFault } from "./parsetype.ts";
import type { Diagnostics, SourceFile, Span } from "./source.ts";

/** Finds an included file; undefined if there is none, which has been reported. */
export type Includer = (name: string, span: Span) => SourceFile | undefined;

const MAXINCLUDE = 32;

/** Tokens with which a declaration or statement cannot go on, so that one after an error may start there. */
const stmtStarts = new Set(
	"if for while do case alt pick return break continue spawn raise exit { } include implement eof".split(" "),
);

export function parse(file: SourceFile, diagnostics: Diagnostics, include: Includer): Program {
	return new Parser(file, diagnostics, include).program();
}

class Parser extends ExprParser {
	private readonly include: Includer;
	/** Files include each other without end: no more are included. */
	private tooDeep = false;
	/** How deep files were included. */
	private readonly depths = new Map<SourceFile, number>();

	constructor(file: SourceFile, diagnostics: Diagnostics, include: Includer) {
		super(file, diagnostics);
		this.include = include;
	}

	program(): Program {
		const implement: Ident[] = [];
		const decls: TopDecl[] = [];
		while (!this.at("eof")) {
			this.recover(() => {
				if (this.at("implement")) implement.push(...this.implement());
				else if (this.at("include")) this.includeFile();
				else decls.push(this.topDecl());
			}, false);
		}
		return { implement, decls };
	}

	/** Parses something; after an error skips to where the next thing may start. */
	private recover(parse: () => void, inside: boolean): void {
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

	private implement(): Ident[] {
		this.expect("implement");
		const names = this.identifiers();
		this.expect(";");
		return names;
	}

	private topDecl(): TopDecl {
		if (this.at("(") || this.at("nil")) return this.globalAssign();
		if (!this.at("name")) return this.unexpected("a declaration");
		switch (this.peek(1)) {
			case "=":
			case ":=":
				return this.globalAssign();
			case "(":
			case ".":
			case "[":
				return this.fnDef();
			default:
				return this.namedDecl(true);
		}
	}

	private includeFile(): void {
		this.expect("include");
		const name = this.expect("#string");
		this.expect(";");
		// Files, not open ones, are counted: one that ends with its include is no longer open by then.
		const by = this.diagnostics.sources.file(name.pos);
		const depth = (by === undefined ? 0 : (this.depths.get(by) ?? 0)) + 1;
		if (this.tooDeep) return;
		if (depth >= MAXINCLUDE) {
			this.tooDeep = true;
			this.fault(name, "include file depth too great");
		}
		const file = this.include(name.text, name);
		if (file === undefined) return;
		this.depths.set(file, depth);
		this.enter(file);
	}

	private globalAssign(): TopDecl {
		const expr = this.expression();
		this.expect(";");
		if (expr.kind !== "assign" && expr.kind !== "declare") this.fault(expr, "illegal declaration");
		return { kind: "global", expr, pos: expr.pos, end: this.last };
	}

	private fnDef(): FnDef {
		const pos = this.token.pos;
		const path: FnDef["path"] = [];
		do path.push({ ident: this.identifier(), polys: this.polys() });
		while (this.accept("."));
		const type = this.fnType(pos);
		const body = this.block();
		return { kind: "fndef", path, type, body, ...this.span(pos) };
	}

	private namedDecl(top: boolean): TopDecl {
		const pos = this.token.pos;
		const names = this.identifiers();
		if (!this.at(":")) this.unexpected(top ? "':', ':=' or '('" : "':'");
		this.advance();
		if (top && this.at("module")) return this.moduleDecl(pos, names);
		if (top && this.at("adt")) return this.adtDecl(pos, names);
		return this.localDecl(pos, names);
	}

	/** After `names:`. */
	private localDecl(pos: number, names: Ident[]): LocalDecl {
		switch (this.token.kind) {
			case "type": {
				this.advance();
				const type = this.typeExpr();
				this.expect(";");
				return { kind: "typedecl", names, type, ...this.span(pos) };
			}
			case "import": {
				this.advance();
				const from = this.expression();
				this.expect(";");
				return { kind: "import", names, from, ...this.span(pos) };
			}
			case "con":
				return this.conDecl(pos, names);
			case "exception": {
				this.advance();
				const types = this.accept("(") ? this.list(() => this.typeExpr(), ")") : [];
				if (types.length > 0) this.expect(")");
				this.expect(";");
				return { kind: "exception", names, types, ...this.span(pos) };
			}
			default: {
				const type = this.typeExpr();
				const init = this.accept("=") ? this.expression() : undefined;
				this.expect(";");
				const decl: VarDecl = { kind: "var", names, type, init, decls: [], ...this.span(pos) };
				return decl;
			}
		}
	}

	private conDecl(pos: number, names: Ident[]): ConDecl {
		this.expect("con");
		const value = this.expression();
		this.expect(";");
		return { kind: "con", names, value, ...this.span(pos) };
	}

	fieldDecl(): FieldDecl {
		const pos = this.token.pos;
		const names = this.identifiers();
		this.expect(":");
		return this.fieldType(pos, names);
	}

	private fieldType(pos: number, names: Ident[]): FieldDecl {
		const cyclic = this.accept("cyclic");
		const type = this.typeExpr();
		this.expect(";");
		return { kind: "field", names, type, cyclic, ...this.span(pos) };
	}

	private moduleDecl(pos: number, names: Ident[]): ModuleDecl {
		this.expect("module");
		const members: ModuleDecl["members"] = [];
		this.members(() => {
			const start = this.token.pos;
			const ids = this.identifiers();
			this.expect(":");
			switch (this.token.kind) {
				case "adt":
					members.push(this.adtDecl(start, ids));
					break;
				case "con":
				case "type":
				case "exception":
					members.push(this.localDecl(start, ids) as ModuleDecl["members"][number]);
					break;
				default:
					members.push(this.fieldType(start, ids));
			}
		});
		this.expect(";");
		return { kind: "module", names, members, ...this.span(pos) };
	}

	private members(member: () => void): void {
		this.expect("{");
		while (!this.at("}") && !this.at("eof")) this.recover(member, true);
		this.expect("}");
	}

	private adtDecl(pos: number, names: Ident[]): AdtDecl {
		this.expect("adt");
		const polys = this.polys();
		const bounds = this.accept("for") ? this.bounds() : [];
		const members: AdtDecl["members"] = [];
		this.members(() => {
			if (this.at("pick")) {
				members.push(this.pickDecl());
				return;
			}
			const start = this.token.pos;
			const ids = this.identifiers();
			this.expect(":");
			members.push(this.at("con") ? this.conDecl(start, ids) : this.fieldType(start, ids));
		});
		if (this.accept("for")) bounds.push(...this.bounds());
		this.expect(";");
		return { kind: "adt", names, polys, bounds, members, ...this.span(pos) };
	}

	private pickDecl(): PickDecl {
		const pos = this.expect("pick").pos;
		const cases: PickDecl["cases"] = [];
		this.expect("{");
		do {
			const tags = [this.identifier()];
			while (this.accept("or")) tags.push(this.identifier());
			this.expect("=>");
			const fields: FieldDecl[] = [];
			while (this.at("name") && this.peek(1) !== "=>" && this.peek(1) !== "or") fields.push(this.fieldDecl());
			cases.push({ tags, fields });
		} while (!this.at("}") && !this.at("eof"));
		this.expect("}");
		return { kind: "pick", cases, ...this.span(pos) };
	}

	private block(): Block {
		const pos = this.expect("{").pos;
		const body = this.statements();
		this.expect("}");
		return { kind: "block", body, ...this.span(pos) };
	}

	/** Up to a closing brace, which is left. */
	private statements(): Stmt[] {
		const body: Stmt[] = [];
		while (!this.at("}") && !this.at("eof")) this.recover(() => body.push(this.statement()), true);
		return body;
	}

	private statement(): Stmt {
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

	private forStmt(label: Ident | undefined): Stmt {
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

	private ifStmt(): Stmt {
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
	private arms(): Arm[] {
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
