/** Code for statements. */
import { REGRET } from "../libinterp/isa.ts";
import type { Arm, Expr, ExprOf, Stmt, StmtOf } from "./ast.ts";
import { armLabels } from "./checkselect.ts";
import type { Range } from "./choice.ts";
import { type Constant, MAXBIG, MAXWORD } from "./constant.ts";
import type { Slot } from "./frame.ts";
import { GenAlt } from "./genalt.ts";
import { letters } from "./genbase.ts";
import { exceptionName } from "./genmake.ts";
import { fp, fpind, type HandlerCode, type Label, type Operand } from "./inst.ts";
import { sortLabels } from "./labels.ts";
import { type Decl, deref, noneType, stringType, type Type } from "./types.ts";

interface Target {
	label: string | undefined;
	breakTo: Label;
	continueTo: Label | undefined;
	/** How many scopes were open outside it. */
	depth: number;
}

/** The letter of the instruction that chooses by values of a type; words have none. */
const caseLetters: Readonly<Record<string, string>> = { big: "l", string: "c" };

const isHighest = (c: Constant): boolean =>
	(c.kind === "word" || c.kind === "big") && (c.value === MAXWORD || c.value === MAXBIG);

/** What the qualifiers of arms select, in ascending order. */
function rangesOf(arms: readonly Arm[], entries: readonly Label[]): Range[] {
	const labels = sortLabels(armLabels(arms), () => undefined);
	return labels.map(({ low, high, arm }) => ({ low, high, label: entries[arm] as Label }));
}

export abstract class GenStmt extends GenAlt {
	protected targets: Target[] = [];

	/** How many statements have got numbers. */
	protected statements = 0;

	protected stmts(body: readonly Stmt[]): void {
		for (const s of body) this.stmt(s);
	}

	protected scoped(action: () => void): void {
		this.openScope();
		action();
		this.closeScope(true);
	}

	/** Statements have numbers for debuggers; what comes after one that is inside belongs to the outer one again. */
	protected stmt(s: Stmt): void {
		this.numbered(() => this.statementCode(s));
	}

	protected numbered(action: () => void): void {
		const outer = this.statement;
		this.statement = this.statements++;
		action();
		this.statement = outer;
	}

	private statementCode(s: Stmt): void {
		this.at = s;
		switch (s.kind) {
			case "block":
				this.scoped(() => this.stmts(s.body));
				break;
			case "decl":
				if (s.decl.kind === "var") this.varDecl(s.decl);
				break;
			case "expr":
				this.effect(s.expr);
				break;
			case "empty":
				break;
			case "if":
				this.ifStmt(s);
				break;
			case "for":
				this.forStmt(s);
				break;
			case "do":
				this.doStmt(s);
				break;
			case "break":
			case "continue":
				this.leave(s);
				break;
			case "return":
				this.returnStmt(s);
				break;
			case "spawn":
				this.region(() => this.call(s.call as ExprOf<"call">, undefined, true));
				break;
			case "raise":
				this.raise(s);
				break;
			case "exit":
				this.emit("exit");
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
		}
	}

	private varDecl(node: { decls: Decl[]; init: Expr | undefined }): void {
		const homes = node.decls.map((decl) => this.newLocal(decl));
		if (node.init === undefined || node.init.kind === "nil") return;
		const first = homes[0] as Operand;
		this.into(node.init, first);
		for (const home of homes.slice(1)) this.move((node.decls[0] as Decl).type, first, home);
	}

	protected ifStmt(s: StmtOf<"if">): void {
		const no = this.code.label();
		this.branch(s.cond, no, false);
		this.stmt(s.yes);
		if (s.no === undefined) {
			this.code.place(no);
			return;
		}
		const end = this.code.label();
		this.jump(end);
		this.code.place(no);
		this.stmt(s.no);
		this.code.place(end);
	}

	protected inside(label: string | undefined, continueTo: Label | undefined, action: (end: Label) => void): void {
		const breakTo = this.code.label();
		this.targets.push({ label, breakTo, continueTo, depth: this.scopes.length });
		action(breakTo);
		this.targets.pop();
		this.code.place(breakTo);
	}

	/**
	 * A condition is tested at the end as well as before the first turn, so that a turn takes one jump; one that calls or
	 * declares something is there only once.
	 */
	protected forStmt(s: StmtOf<"for">): void {
		if (s.init) this.stmt(s.init);
		const next = this.code.label();
		this.inside(s.label?.name, next, (end) => {
			const twice = s.cond !== undefined && isSimple(s.cond);
			const start = this.code.here();
			const { cond } = s;
			if (cond) this.numbered(() => this.branch(cond, end, false));
			const top = this.code.here();
			this.stmt(s.body);
			this.code.place(next);
			if (s.step) this.stmt(s.step);
			this.at = s;
			if (s.cond && twice) this.branch(s.cond, top, true);
			else this.jump(start);
		});
	}

	private doStmt(s: StmtOf<"do">): void {
		const next = this.code.label();
		this.inside(s.label?.name, next, () => {
			const top = this.code.here();
			this.stmt(s.body);
			this.code.place(next);
			if (s.cond) this.branch(s.cond, top, true);
			else this.jump(top);
		});
	}

	private leave(s: StmtOf<"break" | "continue">): void {
		const name = s.target?.name;
		const target = this.targets.findLast(
			(t) => (name === undefined || t.label === name) && (s.kind === "break" || t.continueTo !== undefined),
		);
		if (target === undefined) this.internal(s, `nothing to ${s.kind}`);
		for (const scope of this.scopes.slice(target.depth)) for (const slot of scope.slots) this.clearSlot(slot);
		this.jump(s.kind === "break" ? target.breakTo : (target.continueTo as Label));
	}

	protected returnStmt(s: StmtOf<"return">): void {
		if (s.value !== undefined && s.value.type !== noneType) {
			const type = (this.fn as Decl).type.of as Type;
			const place = fpind(REGRET, 0);
			if (s.value.kind === "nil") this.move(type, this.nil(), place);
			else this.into(s.value, place);
		} else if (s.value !== undefined) {
			this.effect(s.value);
		}
		this.at = s;
		this.emit("ret");
	}

	protected raise(s: StmtOf<"raise">): void {
		this.region(() => {
			if (s.value === undefined) {
				this.emit("raise", this.homeOf(s.rethrow as Decl, s));
				return;
			}
			const value = s.value;
			if (value.constant?.kind === "exception") {
				const t = this.temp(stringType);
				this.newException(value.constant.decl, [], t);
				this.emit("raise", t);
				return;
			}
			const arg = value.kind === "exvalue" && value.type.kind !== "string" ? value.arg : value;
			if (arg.type.kind === "exception" && arg.kind === "call") {
				const t = this.temp(stringType);
				this.into(arg, t);
				this.emit("raise", t);
			} else {
				this.emit("raise", this.operand(arg));
			}
		});
	}

	protected caseStmt(s: StmtOf<"case">): void {
		const mark = this.mark();
		let value = this.operand(s.arg);
		let slot: Slot | undefined;
		if (this.needsClearing(mark)) {
			// A value that temporaries are needed for outlives them in a place of its own.
			slot = this.frame.take(s.arg.type);
			this.move(s.arg.type, value, fp(slot.offset));
			value = fp(slot.offset);
		}
		this.releaseTo(mark);
		this.holding(slot, () => {
			this.inside(s.label?.name, undefined, (end) => {
				const entries = s.arms.map(() => this.code.label());
				const any = this.anyArm(s.arms, entries) ?? end;
				this.caseJump(s, value, entries, any);
				this.armBodies(s.arms, entries, end);
			});
		});
	}

	/** A scope that has something to free when it is left. */
	private holding(slot: Slot | undefined, action: () => void): void {
		const scope = this.openScope();
		if (slot !== undefined) scope.slots.push(slot);
		action();
		this.closeScope(true);
	}

	private anyArm(arms: readonly Arm[], entries: readonly Label[]): Label | undefined {
		const i = arms.findIndex((arm) => arm.quals.some((q) => q.kind === "any"));
		return entries[i];
	}

	private armBodies(arms: readonly Arm[], entries: readonly Label[], end: Label): void {
		for (const [i, arm] of arms.entries()) {
			this.code.place(entries[i] as Label);
			this.at = arm;
			this.scoped(() => this.stmts(arm.body));
			this.jump(end);
		}
	}

	private caseJump(s: StmtOf<"case">, value: Operand, entries: readonly Label[], any: Label): void {
		const ranges = rangesOf(s.arms, entries);
		const letter = caseLetters[s.arg.type.kind] ?? "";
		this.at = s.arg;
		const last = ranges.at(-1);
		if (last !== undefined && isHighest(last.high)) {
			this.branchTo(`bge${letters[s.arg.type.kind]}`, value, this.constant(s.arg.type, last.low), last.label);
			ranges.pop();
		}
		this.caseOf(`case${letter}`, value, { ranges, any });
	}

	protected pickStmt(s: StmtOf<"pick">): void {
		const decl = s.decl as Decl;
		const slot = this.frame.take(decl.type);
		const home = fp(slot.offset);
		this.into(s.arg, home);
		this.homes.set(decl, home);
		this.locals.push({ decl, offset: slot.offset });
		this.holding(slot, () => {
			this.inside(s.label?.name, undefined, (end) => {
				const entries = s.arms.map(() => this.code.label());
				const ranges = rangesOf(s.arms, entries);
				const complete = ranges.length === deref(s.arg.type).tags.length;
				const any = complete ? undefined : (this.anyArm(s.arms, entries) ?? end);
				this.caseOf("case", fpind(home.off, 0), { ranges, any });
				this.armBodies(s.arms, entries, end);
			});
		});
	}

	protected tryStmt(s: StmtOf<"try">): void {
		const decl = s.decl as Decl;
		const slot = this.frame.take(stringType);
		this.homes.set(decl, fp(slot.offset));
		if (decl.name !== "") this.locals.push({ decl, offset: slot.offset });
		const end = this.code.label();
		const from = this.code.here();
		this.frame.watch();
		this.stmt(s.body);
		const to = this.code.here();
		const frees = this.frame.watched();
		this.jump(end);
		const entries = s.arms.map(() => this.code.label());
		const handler = this.handler(s.arms, entries);
		this.code.handlers.push({ ...handler, from, to, eoff: slot.offset, frees });
		const breaks = this.code.label();
		this.targets.push({ label: undefined, breakTo: breaks, continueTo: undefined, depth: this.scopes.length });
		this.openScope().slots.push(slot);
		for (const [i, arm] of s.arms.entries()) {
			this.code.place(entries[i] as Label);
			this.scoped(() => this.stmts(arm.body));
			this.code.jump(this.origin(), breaks);
		}
		this.scopes.pop();
		this.targets.pop();
		this.code.place(breaks);
		this.clearSlot(slot);
		this.code.place(end);
		this.frame.give(slot);
	}

	/** Exceptions by name come first, then strings, then prefixes, the longest first. */
	protected handler(arms: readonly Arm[], entries: readonly Label[]): Pick<HandlerCode, "ne" | "cases" | "any"> {
		const found: { name: string; label: Label; rank: number }[] = [];
		for (const [i, arm] of arms.entries()) {
			for (const q of arm.quals) {
				if (q.kind !== "expr") continue;
				const value = q.expr.constant;
				const label = entries[i] as Label;
				if (value?.kind === "exception") found.push({ name: exceptionName(value.decl), label, rank: 0 });
				if (value?.kind !== "string") continue;
				const prefix = value.value.endsWith("*");
				found.push({ name: value.value, label, rank: prefix ? 1e9 - value.value.length : 1 });
			}
		}
		found.sort((a, b) => a.rank - b.rank || (a.name < b.name ? -1 : 1));
		const ne = found.filter((c) => c.rank === 0).length;
		return { ne, cases: found.map(({ name, label }) => ({ name, label })), any: this.anyArm(arms, entries) };
	}
}

/** What takes few instructions wherever it stands, and declares nothing. */
function isSimple(e: Expr): boolean {
	switch (e.kind) {
		case "name":
		case "nil":
		case "constant":
			return true;
		case "dot":
		case "arrow":
			return e.constant !== undefined || isSimple(e.left);
		case "unary":
			return e.op !== "<-" && e.op !== "ref" && isSimple(e.arg);
		case "binary":
			return e.op !== "::" && isSimple(e.left) && isSimple(e.right);
		case "index":
			return isSimple(e.left) && e.args.every(isSimple);
		default:
			return e.constant !== undefined;
	}
}
