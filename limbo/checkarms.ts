/** Qualifiers of arms, and arrays whose elements are placed by them. */
import type { Arm, Expr, ExprOf, Qual } from "./ast.ts";
import { ExprChecker } from "./checkexpr.ts";
import { common, compatible } from "./compat.ts";
import { foldCast } from "./fold.ts";
import { type Label, labelOf, sortLabels } from "./labels.ts";
import type { Span } from "./source.ts";
import { anyType, bigType, type Decl, errorType, intType, Type, typeName } from "./types.ts";

export abstract class ArmChecker extends ExprChecker {
	/** Checks the qualifiers of an arm; false if one was wrong. */
	protected quals(arm: { quals: Qual[] }, type: Type, show: string, what: string): boolean {
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

	protected wildcards(arms: readonly { quals: Qual[] }[], what: string): void {
		const any = arms.flatMap((arm) => arm.quals.filter((q) => q.kind === "any"));
		for (const q of any.slice(1)) {
			const line = this.diagnostics.sources.place(any[0]?.pos ?? 0).line;
			this.error(q, `${what} * duplicated on line ${line}`);
		}
	}

	protected overlaps(labels: readonly Label[], what: string): void {
		sortLabels(labels, (label, other) => {
			if (other === undefined) this.error(label, `unmatchable ${what} ${this.text(label)}`);
			else this.overlap(label, other, what);
		});
	}

	protected repeatedExceptions(arms: readonly Arm[]): void {
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

	protected overlap(span: Span, other: Span, what: string): void {
		const line = this.diagnostics.sources.place(other.pos).line;
		this.error(span, `${what} '${this.text(span)}' overlaps with '${this.text(other)}' on line ${line}`);
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

export function span(s: Span): Span {
	return { pos: s.pos, end: s.end };
}
