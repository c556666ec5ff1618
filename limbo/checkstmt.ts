/** Statements and function bodies. */
import type { Arm, Block, Expr, ExprOf, Ident, LocalDecl, Qual, Stmt, StmtOf } from "./ast.ts";
import { ExprChecker } from "./checkexpr.ts";
import { common, compatible, equal } from "./compat.ts";
import { foldCast } from "./fold.ts";
import { type Label, labelOf, sortLabels } from "./labels.ts";
import { variantOf } from "./layout.ts";
import { describe } from "./resolve.ts";
import { Scope } from "./scope.ts";
import type { Span } from "./source.ts";
import {
	anyType,
	bigType,
	Decl,
	deref,
	errorType,
	exceptionType,
	intType,
	isFnRef,
	member,
	noneType,
	stringType,
	Type,
	typeName,
} from "./types.ts";
import { warnBody } from "./warn.ts";

interface Target {
	label: Ident | undefined;
	loop: boolean;
	used: boolean;
}

export abstract class StmtChecker extends ExprChecker {
	/** Looks for what is right but hardly meant. */
	watches = false;
	private targets: Target[] = [];
	private result: Type = noneType;
	/** The exception an enclosing handler has caught. */
	private caught: Decl | undefined;
	/** Locals of the function being checked, for warnings. */
	private locals: Decl[] = [];

	protected addLocal(decl: Decl): void {
		if (this.scope !== this.globals) this.locals.push(decl);
	}

	protected warnShadow(decl: Decl): void {
		const old = this.scope.lookup(decl.name);
		if (old === undefined || old.store === "fn" || old.store === "wrong" || old.span.pos === 0) return;
		const place = this.diagnostics.sources.place(old.span.pos);
		this.diagnostics.warn(
			decl.span,
			`redeclaration of ${describe(decl)}, previously declared as ${describe(old)} on ${place.file}:${place.line}`,
		);
	}

	/** Checks a function's body; its scope, with the arguments, is in effect. */
	protected checkBody(fn: Decl, body: Block): void {
		this.fn = fn;
		this.targets = [];
		this.locals = [];
		this.caught = undefined;
		this.result = fn.type.of ?? noneType;
		this.block(body);
		for (const decl of [...fn.type.ids, ...this.locals]) {
			if (decl.refs === 0 && decl.name !== "" && decl.store !== "wrong") {
				this.diagnostics.warn(decl.span, `${describe(decl)} not referenced`);
			}
		}
		if (this.watches && this.diagnostics.errors === 0) warnBody(body, this.diagnostics);
		this.fn = undefined;
	}

	private block(block: { body: Stmt[] }): void {
		this.within(new Scope(this.scope), () => {
			for (const s of block.body) this.stmt(s);
		});
	}

	private stmt(s: Stmt): void {
		switch (s.kind) {
			case "block":
				this.block(s);
				break;
			case "decl":
				this.localDecl(s.decl);
				break;
			case "expr":
				s.expr = this.used(this.checkAny(s.expr));
				break;
			case "if":
				s.cond = this.condition(s.cond, "if");
				this.stmt(s.yes);
				if (s.no) this.stmt(s.no);
				break;
			case "for":
				if (s.init) this.stmt(s.init);
				if (s.cond) s.cond = this.condition(s.cond, "for");
				this.loop(s, () => {
					if (s.step) this.stmt(s.step);
					this.stmt(s.body);
				});
				break;
			case "do":
				if (s.cond) s.cond = this.condition(s.cond, "do");
				this.loop(s, () => this.stmt(s.body));
				break;
			case "break":
			case "continue":
				this.jump(s);
				break;
			case "return":
				this.returnStmt(s);
				break;
			case "spawn":
				this.spawn(s);
				break;
			case "raise":
				this.raise(s);
				break;
			case "case":
				this.caseStmt(s);
				break;
			case "alt":
				this.altStmt(s);
				break;
			case "pick":
				this.pickStmt(s);
				break;
			case "try":
				this.tryStmt(s);
				break;
			case "empty":
			case "exit":
				break;
		}
	}

	private localDecl(node: LocalDecl): void {
		switch (node.kind) {
			case "con":
				for (const d of this.declareConstants(node)) void d.type;
				break;
			case "typedecl":
				for (const d of this.declareTypes(node)) void d.type;
				break;
			case "exception":
				for (const d of this.declareExceptions(node)) {
					d.dot = this.fn;
					d.type.fill();
				}
				break;
			case "import":
				this.noteImports(this.declareImports(node));
				break;
			case "var": {
				const decls = this.declareVars(node, "local");
				for (const d of decls) {
					void d.type;
					this.addLocal(d);
				}
				if (node.init === undefined) break;
				node.init = this.checkExpr(node.init);
				const type = decls[0]?.type ?? errorType;
				if (!compatible(type, node.init.type, true)) {
					const name = node.names[0]?.name;
					this.error(node, `type clash in '${name}' of type ${typeName(type)} = ${this.show(node.init)}`);
				}
			}
		}
	}

	/** A value nobody uses may be a mistake. */
	private used(e: Expr): Expr {
		if (e.type === errorType) return e;
		if (e.kind === "tuple") {
			e.elems = e.elems.map((x) => this.used(x));
			return e;
		}
		if (this.isTypeName(e)) {
			this.error(e, `${this.text(e)} is a type, not a value`);
		} else if (e.type.kind === "fn") {
			this.diagnostics.warn(e, `function ${this.text(e)} not called`);
			return { kind: "nil", pos: e.pos, end: e.end, type: anyType, constant: { kind: "nil" } };
		} else if (this.isPick(e.type) && e.kind !== "call") {
			this.error(e, `expressions cannot have type ${typeName(e.type)}`);
		} else if (!this.hasEffect(e)) {
			this.diagnostics.warn(e, `result of expression ${this.text(e)} not used`);
		}
		return e;
	}

	private hasEffect(e: Expr): boolean {
		switch (e.kind) {
			case "call":
				return e.callKind !== "tuple" && e.callKind !== "exception";
			case "assign":
			case "declare":
			case "increment":
			case "send":
			case "load":
			case "nil":
				return true;
			case "unary":
				return e.op === "<-";
			default:
				return false;
		}
	}

	private condition(e: Expr, what: string): Expr {
		const cond = this.checkExpr(e);
		if (cond.type !== intType && cond.type !== errorType) {
			this.error(cond, `${what} conditional must be an int, not ${this.show(cond)}`);
		}
		return cond;
	}

	private inside(label: Ident | undefined, loop: boolean, action: () => void): void {
		const same = label && this.targets.find((t) => t.label?.name === label.name);
		if (label && same) this.error(label, `label ${label.name} duplicated`);
		const target = { label, loop, used: false };
		this.targets.push(target);
		action();
		this.targets.pop();
		if (label && !target.used) this.diagnostics.warn(label, `label ${label.name} never referenced`);
	}

	private loop(s: { label: Ident | undefined }, action: () => void): void {
		this.inside(s.label, true, action);
	}

	private jump(s: StmtOf<"break" | "continue">): void {
		const fits = (t: Target): boolean =>
			(s.target === undefined || t.label?.name === s.target.name) && (t.loop || s.kind === "break");
		const target = this.targets.find(fits);
		if (target === undefined) this.error(s, `no appropriate target for ${s.kind} ${s.target?.name ?? ""}`.trimEnd());
		else if (s.target !== undefined) target.used = true;
	}

	private returnStmt(s: StmtOf<"return">): void {
		if (s.value === undefined) {
			if (this.result !== noneType) this.error(s, `return of nothing from a fn of ${typeName(this.result)}`);
			return;
		}
		s.value = this.checkExpr(s.value);
		const type = s.value.type;
		if (type === errorType) return;
		if (this.result === noneType) {
			if (type !== noneType) this.error(s, `return ${this.show(s.value)} from a fn with no return type`);
		} else if (!compatible(this.result, type)) {
			this.error(s, `return ${this.show(s.value)} from a fn of ${typeName(this.result)}`);
		}
	}

	private spawn(s: StmtOf<"spawn">): void {
		s.call = this.checkExpr(s.call);
		const e = s.call;
		if (e.type === errorType) return;
		const called = e.kind === "call" && (e.fn.type.kind === "fn" || isFnRef(e.fn.type));
		if (!called) this.error(e, `cannot spawn ${this.text(e)}`);
		else if (e.type !== noneType) {
			this.error(e, `cannot spawn functions which return values, such as ${this.show(e)}`);
		}
	}

	private raise(s: StmtOf<"raise">): void {
		if (s.value === undefined) {
			s.rethrow = this.caught;
			if (this.caught === undefined) this.error(s, "empty raise not in exception handler");
			else this.caught.refs++;
			return;
		}
		s.value = this.checkAny(s.value);
		const e = s.value;
		if (e.type === errorType) return;
		if (e.type.kind !== "exception") s.value = this.asValue(e);
		e.type.fill();
		if (s.value.type !== stringType && e.type.kind !== "exception") {
			this.error(s, `raise argument ${this.show(s.value)} is not a string or exception`);
		} else if (e.type.kind === "exception" && e.type.declared && e.kind !== "call" && e.type.ids.length > 0) {
			this.error(s, "too few exception arguments");
		}
	}

	/** Checks the qualifiers of an arm; false if one was wrong. */
	private quals(arm: { quals: Qual[] }, type: Type, show: string, what: string): boolean {
		let ok = true;
		for (const q of arm.quals) {
			if (q.kind === "any") continue;
			if (q.kind === "range") {
				q.low = this.checkExpr(q.low);
				q.high = this.checkExpr(q.high);
			} else {
				q.expr = this.checkExpr(q.expr);
			}
			for (const e of q.kind === "range" ? [q.low, q.high] : [q.expr]) {
				if (e.type === errorType) {
					ok = false;
				} else if (type === bigType && e.type === intType && e.constant !== undefined) {
					this.error(e, `${what} ${this.show(e)} clashes with ${show}`);
					e.constant = foldCast(intType, bigType, e.constant);
					ok = false;
				} else if (e.type !== type) {
					this.error(e, `${what} ${this.show(e)} clashes with ${show}`);
					ok = false;
				} else if (e.constant === undefined) {
					this.error(e, `${what} ${this.text(e)} is not constant`);
					ok = false;
				}
			}
		}
		return ok;
	}

	private wildcards(arms: readonly { quals: Qual[] }[], what: string): void {
		const any = arms.flatMap((arm) => arm.quals.filter((q) => q.kind === "any"));
		for (const q of any.slice(1)) {
			const line = this.diagnostics.sources.place(any[0]?.pos ?? 0).line;
			this.error(q, `${what} * duplicated on line ${line}`);
		}
	}

	private overlaps(labels: readonly Label[], what: string): void {
		sortLabels(labels, (label, other) => {
			if (other === undefined) this.error(label, `unmatchable ${what} ${this.text(label)}`);
			else this.overlap(label, other, what);
		});
	}

	private caseStmt(s: StmtOf<"case">): void {
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

	private arm(arm: Arm, what: string): void {
		if (arm.body.length === 0) this.diagnostics.warn(arm, `no body for ${what} ${this.text(arm.quals[0] ?? arm)}`);
		this.block(arm);
	}

	private altStmt(s: StmtOf<"alt">): void {
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

	private guard(q: Qual): void {
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

	private pickStmt(s: StmtOf<"pick">): void {
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

	private tryStmt(s: StmtOf<"try">): void {
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

	private repeatedExceptions(arms: readonly Arm[]): void {
		const seen = new Map<string | Decl, Span>();
		for (const q of arms.flatMap((arm) => arm.quals)) {
			const value = q.kind === "expr" ? q.expr.constant : undefined;
			const key = value?.kind === "string" ? value.value : value?.kind === "exception" ? value.decl : undefined;
			if (key === undefined) continue;
			const other = seen.get(key);
			if (other === undefined) seen.set(key, q);
			else this.overlap(q, other, "exception qualifier");
		}
	}

	private overlap(span: Span, other: Span, what: string): void {
		const line = this.diagnostics.sources.place(other.pos).line;
		this.error(span, `${what} '${this.text(span)}' overlaps with '${this.text(other)}' on line ${line}`);
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

	protected newArray(e: ExprOf<"newarray">): Expr {
		if (e.size) e.size = this.checkExpr(e.size);
		if (e.size && e.size.type !== intType && e.size.type !== errorType) {
			this.error(e, `array size ${this.show(e.size)} is not an int`);
		}
		if (e.elem !== undefined) {
			const of = this.dataType(e.elem);
			e.type = of === errorType ? of : new Type("array", of);
			return e;
		}
		let type: Type = anyType;
		for (const init of e.inits ?? []) {
			init.value = this.checkExpr(init.value);
			const given = init.value.type;
			if (given === errorType) type = errorType;
			if (type === errorType) continue;
			if (type === anyType) type = given;
			else if (!compatible(type, given)) {
				const shared = common(type, given);
				if (compatible(shared, given)) type = shared;
				else this.error(init.value, `inconsistent types ${typeName(type)} and ${typeName(given)} in array initializer`);
			}
		}
		if (type === errorType) return this.wrong(e);
		if (type === anyType) return this.fail(e, "type for array not specific");
		e.type = new Type("array", type);
		this.placeElements(e);
		return e;
	}

	/** Gives every element its index. */
	private placeElements(e: ExprOf<"newarray">): void {
		const size = e.size?.constant?.kind === "word" ? e.size.constant.value : 0x7fffffff;
		const labels: Label[] = [];
		let next = 0;
		e.placed = [];
		e.rest = undefined;
		for (const [i, init] of (e.inits ?? []).entries()) {
			this.quals(init, intType, "an array index", "array index");
			if (init.quals.length === 0) {
				labels.push({
					low: { kind: "word", value: next },
					high: { kind: "word", value: next },
					arm: i,
					...span(init.value),
				});
			}
			for (const q of init.quals) {
				if (q.kind === "any") e.rest = init.value;
				const label = labelOf(q, i);
				if (label !== undefined) labels.push(label);
			}
			const last = labels.at(-1);
			if (last?.arm === i && last.high.kind === "word") next = last.high.value + 1;
		}
		for (const l of labels) {
			if (l.low.kind !== "word" || l.high.kind !== "word") continue;
			if (l.low.value < 0 || l.high.value >= size) this.error(l, `array index ${this.text(l)} out of bounds`);
			const value = e.inits?.[l.arm]?.value;
			if (value) e.placed.push({ first: l.low.value, last: l.high.value, value });
		}
		this.wildcards(
			(e.inits ?? []).filter((init) => init.quals.length > 0),
			"array index",
		);
		this.overlaps(labels, "array index");
		const length = e.placed.reduce((n, p) => Math.max(n, p.last + 1), 0);
		if (e.size === undefined) {
			e.size = { kind: "constant", ...span(e), type: intType, constant: { kind: "word", value: length } };
		}
	}
}

function span(s: Span): Span {
	return { pos: s.pos, end: s.end };
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
