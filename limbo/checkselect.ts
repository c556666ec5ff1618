/** Statements with arms: case, alt, pick and exception handlers. */
import type { Arm, Expr, ExprOf, Ident, Qual, Stmt, StmtOf } from "./ast.ts";
import { ArmChecker } from "./checkarms.ts";
import { equal } from "./compat.ts";
import { type Label, labelOf } from "./labels.ts";
import { variantOf } from "./layout.ts";
import { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import {
	bigType,
	Decl,
	deref,
	errorType,
	exceptionType,
	intType,
	member,
	stringType,
	Type,
	typeName,
} from "./types.ts";

export abstract class SelectChecker extends ArmChecker {
	protected abstract block(block: { body: Stmt[] }): void;
	protected abstract inside(label: Ident | undefined, loop: boolean, action: () => void): void;
	protected abstract stmt(s: Stmt): void;

	/** The exception an enclosing handler has caught. */
	protected caught: Decl | undefined;

	protected caseStmt(s: StmtOf<"case">): void {
		s.arg = this.checkExpr(s.arg);
		const type = s.arg.type;
		const fits = type === intType || type === bigType || type === stringType;
		if (!fits && type !== errorType) {
			this.error(s.arg, `case argument ${this.show(s.arg)} is not an int or big or string`);
		}
		this.inside(s.label, false, () => {
			for (const arm of s.arms) {
				if (fits) this.quals(arm, type, this.show(s.arg), "case qualifier");
				this.arm(arm, "case qualifier");
			}
		});
		this.wildcards(s.arms, "case qualifier");
		if (fits) this.overlaps(armLabels(s.arms), "case qualifier");
	}

	protected arm(arm: Arm, what: string): void {
		if (arm.body.length === 0) this.diagnostics.warn(arm, `no body for ${what} ${this.text(arm.quals[0] ?? arm)}`);
		this.block(arm);
	}

	protected altStmt(s: StmtOf<"alt">): void {
		this.inside(s.label, false, () => {
			for (const arm of s.arms) {
				this.within(new Scope(this.scope), () => {
					for (const q of arm.quals) this.guard(q);
					for (const stmt of arm.body) this.stmt(stmt);
				});
			}
		});
		this.wildcards(s.arms, "alt guard");
	}

	protected guard(q: Qual): void {
		if (q.kind === "any") return;
		if (q.kind === "range") {
			this.error(q, `alt guard ${this.text(q)} is illegal`);
			return;
		}
		q.expr = this.checkAny(q.expr);
		if (q.expr.type !== errorType && communication(q.expr) === undefined) {
			this.error(q, `alt guard ${this.text(q)} has no communication`);
		}
	}

	protected pickStmt(s: StmtOf<"pick">): void {
		s.arg = this.checkExpr(s.arg);
		const type = deref(s.arg.type);
		if (s.arg.type === errorType) return;
		if (s.arg.type.kind !== "ref" || type.kind !== "adt" || !this.isPick(type)) {
			this.error(s.arg, `pick argument ${this.show(s.arg)} is not a ref adt with pick tags`);
			return;
		}
		const decl = new Decl(s.name.name, "local", s.arg.type, s.name);
		decl.inferred = true;
		this.warnShadow(decl);
		s.decl = decl;
		const seen = new Map<Decl, Span>();
		this.inside(s.label, false, () => {
			for (const arm of s.arms) this.pickArm(s, arm, type, decl, seen);
		});
		decl.type = s.arg.type;
		this.wildcards(s.arms, "pick qualifier");
	}

	private pickArm(s: StmtOf<"pick">, arm: Arm, type: Type, decl: Decl, seen: Map<Decl, Span>): void {
		let variant: Type | undefined;
		for (const q of arm.quals) {
			if (q.kind === "any") continue;
			const name = q.kind === "expr" && q.expr.kind === "name" ? q.expr.name : "";
			const tag = member(type.tags, name);
			if (q.kind === "range" || tag === undefined) {
				const meant = this.meant(name, type.tags);
				this.error(q, `pick qualifier ${this.text(q)} is not a member of ${typeName(type)}${meant}`);
				continue;
			}
			const other = seen.get(tag);
			if (other) {
				this.error(q, `pick qualifier ${name} duplicated on line ${this.diagnostics.sources.place(other.pos).line}`);
			}
			seen.set(tag, q);
			variantOf(tag.type);
			q.expr.type = tag.type;
			q.expr.constant = { kind: "word", value: tag.tag };
			if (variant !== undefined && !equal(variant, tag.type)) {
				this.error(q, `type clash in pick qualifiers ${typeName(variant)} and ${typeName(tag.type)}`);
			}
			variant ??= tag.type;
		}
		// In each arm the name has the type of the arm's variant.
		decl.type = variant === undefined ? s.arg.type : new Type("ref", variant);
		const scope = new Scope(this.scope);
		scope.names.set(decl.name, decl);
		this.within(scope, () => this.arm(arm, "pick qualifier"));
	}

	protected tryStmt(s: StmtOf<"try">): void {
		this.block(s.body);
		const ident = s.name ?? { name: "", pos: s.pos, end: s.end };
		const decl = new Decl(ident.name, "local", exceptionType, ident);
		s.decl = decl;
		const outer = this.caught;
		this.inside(undefined, false, () => {
			for (const arm of s.arms) {
				decl.type = this.exceptionArm(arm);
				const scope = new Scope(this.scope);
				if (s.name) scope.names.set(decl.name, decl);
				this.caught = decl;
				this.within(scope, () => this.arm(arm, "exception qualifier"));
				this.caught = outer;
			}
		});
		decl.type = exceptionType;
		this.wildcards(s.arms, "exception qualifier");
		this.repeatedExceptions(s.arms);
	}

	/** The type of what an arm catches: a string, the values of one exception, or an exception of some kind. */
	private exceptionArm(arm: Arm): Type {
		let type: Type | undefined;
		for (const q of arm.quals) {
			if (q.kind === "any") {
				type = exceptionType;
				continue;
			}
			if (q.kind === "range") {
				this.error(q, `exception qualifier ${this.text(q)} is illegal`);
				continue;
			}
			q.expr = this.checkAny(q.expr);
			const e = q.expr;
			if (e.type === errorType) continue;
			if (e.constant === undefined) {
				this.error(e, `exception qualifier ${this.text(e)} is not constant`);
				continue;
			}
			const caught = e.type === stringType ? stringType : this.caughtType(e.type);
			if (caught === undefined) this.error(e, `exception qualifier ${this.show(e)} is not a string or exception`);
			else if (type === undefined) type = caught;
			else if (!equal(type, caught)) type = exceptionType;
		}
		return type ?? exceptionType;
	}

	private readonly caughtTypes = new Map<Type, Type>();

	private caughtType(declared: Type): Type | undefined {
		if (declared.kind !== "exception") return undefined;
		declared.fill();
		const type = this.caughtTypes.get(declared) ?? new Type("exception");
		type.ids = declared.ids;
		this.caughtTypes.set(declared, type);
		return type;
	}
}

/** The labels of all arms; the number of each is that of its arm. */
export function armLabels(arms: readonly Arm[]): Label[] {
	return arms.flatMap((arm, i) => arm.quals.map((q) => labelOf(q, i)).filter((l) => l !== undefined));
}

/** The send or receive in a guard. */
export function communication(e: Expr): ExprOf<"send"> | ExprOf<"unary"> | undefined {
	switch (e.kind) {
		case "send":
			return e;
		case "unary":
			return e.op === "<-" ? e : communication(e.arg);
		case "assign":
		case "declare":
		case "binary":
			return communication(e.left) ?? communication(e.right);
		case "cast":
			return communication(e.arg);
		case "dot":
			return communication(e.left);
		case "index":
			return communication(e.left) ?? e.args.map(communication).find((c) => c !== undefined);
		case "call":
			return e.args.map(communication).find((c) => c !== undefined);
		case "tuple":
			return e.elems.map(communication).find((c) => c !== undefined);
		default:
			return undefined;
	}
}
