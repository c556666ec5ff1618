/** The parser: whole programs and their declarations. */
import type {
	AdtDecl,
	ConDecl,
	FieldDecl,
	FnDef,
	Ident,
	LocalDecl,
	ModuleDecl,
	PickDecl,
	Program,
	TopDecl,
	VarDecl,
} from "./ast.ts";
import { StmtParser } from "./parsestmt.ts";
import type { Diagnostics, SourceFile, Span } from "./source.ts";

/** Finds an included file; undefined if there is none, which has been reported. */
export type Includer = (name: string, span: Span) => SourceFile | undefined;

const MAXINCLUDE = 32;

export function parse(file: SourceFile, diagnostics: Diagnostics, include: Includer): Program {
	return new Parser(file, diagnostics, include).program();
}

class Parser extends StmtParser {
	protected readonly include: Includer;

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

	protected implement(): Ident[] {
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

	protected includeFile(): void {
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

	protected globalAssign(): TopDecl {
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
	protected localDecl(pos: number, names: Ident[]): LocalDecl {
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
		const span = this.span(pos);
		this.expect(";");
		return { kind: "module", names, members, ...span };
	}

	protected members(member: () => void): void {
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
		const span = this.span(pos);
		this.expect(";");
		return { kind: "adt", names, polys, bounds, members, ...span };
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
}
