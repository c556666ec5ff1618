/**
 * Jump threading: what jumps to a jump goes all the way, and what jumps to a comparison whose outcome is known on that way goes
 * where that leads. A condition that only jumps over a jump is turned round.
 */
import type { Choice } from "../choice.ts";
import { type Code, ends, type Inst, type Label, NONE, type Operand, sameOperand, tablePlaces } from "../inst.ts";
import { holds, implies, inverted, isEqual, otherwise, type Relation, relationOf } from "./compare.ts";
import type { Context, Pass } from "./passes.ts";
import type { Variables } from "./variables.ts";

/** Jumps in a row; those that go round in a circle never arrive. */
const MOST = 100;

export const jumps: Pass = (context) => {
	const { code } = context;
	code.dropNops();
	let changed = new Threads(context).all();
	for (const [i, inst] of code.insts.entries()) {
		if (inst.op === "jmp" && shorten(code, inst)) changed = true;
		if (skipsJump(code, i) || goesNowhere(inst, i)) changed = true;
	}
	return changed;
};

/** A jump to a return is a return. */
function shorten({ insts }: Code, jump: Inst): boolean {
	const to = insts[jump.target?.at ?? -1];
	if (to?.op !== "ret" && to?.op !== "exit") return false;
	jump.op = to.op;
	jump.target = undefined;
	return true;
}

/** Where a condition decides whether the jump after it is taken, it jumps itself. */
function skipsJump(code: Code, i: number): boolean {
	const { insts } = code;
	const [inst, next] = [insts[i] as Inst, insts[i + 1]];
	const op = inverted(inst);
	if (op === undefined || inst.target?.at !== i + 2 || next?.op !== "jmp") return false;
	if (isWanted(code, i + 1)) return false;
	inst.op = op;
	inst.target = next.target;
	next.op = "nop";
	next.target = undefined;
	return true;
}

/** Whether control comes to an instruction from elsewhere than the one before. */
function isWanted({ insts, handlers }: Code, at: number): boolean {
	const jumped = insts.some((inst) => inst.target?.at === at || tablePlaces(inst).some((l) => l.at === at));
	return jumped || handlers.some((h) => h.any?.at === at || h.cases.some((c) => c.label.at === at));
}

const isDirect = (o: Operand): boolean => o.mode === "fp" || o.mode === "mp" || o.mode === "imm";

/** A condition that leads to what comes next anyway, and cannot fault. */
function goesNowhere(inst: Inst, i: number): boolean {
	if (inst.target?.at !== i + 1 || relationOf(inst) === undefined || !isDirect(inst.s)) return false;
	inst.op = "nop";
	inst.s = NONE;
	inst.m = NONE;
	inst.target = undefined;
	return true;
}

/** What is known at a point of the code. */
interface Facts {
	/** Numbers that variables hold. */
	readonly numbers: ReadonlyMap<number, number>;
	readonly relation: Relation | undefined;
}

const NOTHING: Facts = { numbers: new Map(), relation: undefined };

class Threads {
	private readonly code: Code;
	private readonly variables: Variables;

	constructor({ code, variables }: Context) {
		this.code = code;
		this.variables = variables;
	}

	/** Leads every jump as far as it can be known. */
	all(): boolean {
		const { code } = this;
		const starts = new Set(code.labels.map((l) => l.at));
		const numbers = new Map<number, number>();
		let changed = false;
		const led = (label: Label, facts: Facts): Label => {
			const to = this.follow(label, facts);
			if (to.at !== label.at) changed = true;
			return to;
		};
		for (const [i, inst] of code.insts.entries()) {
			if (starts.has(i)) numbers.clear();
			if (inst.target !== undefined) inst.target = led(inst.target, this.taken(inst, numbers));
			if (inst.table !== undefined) inst.table = inst.table.map((l) => led(l, NOTHING));
			if (inst.choice !== undefined) {
				inst.choice.ranges = inst.choice.ranges.map((r) => ({ ...r, label: led(r.label, NOTHING) }));
				inst.choice.any = inst.choice.any && led(inst.choice.any, NOTHING);
			}
			this.note(inst, i, numbers);
		}
		return changed;
	}

	/** What is known when the jump of an instruction is taken. */
	private taken(inst: Inst, numbers: ReadonlyMap<number, number>): Facts {
		const relation = relationOf(inst);
		if (relation === undefined || !this.isSteady(relation)) return { numbers, relation: undefined };
		const more = new Map(numbers);
		this.learn(relation, more);
		return { numbers: more, relation };
	}

	/** What is equal to a number holds it. */
	private learn(relation: Relation, numbers: Map<number, number>): void {
		const { s, m, letter } = relation;
		const v = this.variables.of(s);
		if (isEqual(relation) && letter === "w" && v >= 0 && m.mode === "imm") numbers.set(v, m.off);
	}

	/** Nothing else can change what is compared. */
	private isSteady({ s, m }: Relation): boolean {
		return [s, m].every((o) => o.mode === "imm" || this.variables.of(o) >= 0);
	}

	/** What is known after an instruction that does not jump. */
	private note(inst: Inst, i: number, numbers: Map<number, number>): void {
		const before = this.code.insts[i - 1];
		if (numbers.size > 0) for (const v of this.variables.accesses(inst, before).defs) numbers.delete(v);
		const v = this.variables.of(inst.d);
		if (inst.op === "movw" && v >= 0 && inst.s.mode === "imm" && inst.s.fn === undefined) numbers.set(v, inst.s.off);
		const relation = relationOf(inst);
		if (relation !== undefined) this.learn(otherwise(relation), numbers);
		if (ends.has(inst.op)) numbers.clear();
	}

	private follow(label: Label, facts: Facts): Label {
		let to = label;
		for (let n = 0; n < MOST; n++) {
			const next = this.next(to.at, facts);
			if (next === undefined || next === to) break;
			to = next;
		}
		return to;
	}

	/** Where control goes from an instruction if it is known. */
	private next(at: number, facts: Facts): Label | undefined {
		const inst = this.code.insts[at];
		if (inst?.op === "jmp") return inst.target;
		if (inst?.choice !== undefined)
			return inst.op === "case" ? this.chosen(inst.choice, this.number(inst.s, facts.numbers)) : undefined;
		const asked = inst && relationOf(inst);
		if (inst === undefined || asked === undefined) return undefined;
		const outcome = this.outcome(asked, facts);
		if (outcome === undefined) return undefined;
		return outcome ? inst.target : this.code.labelAt(at + 1);
	}

	private chosen({ ranges, any }: Choice, n: number | undefined): Label | undefined {
		if (n === undefined) return undefined;
		const range = ranges.find(
			(r) => r.low.kind === "word" && r.high.kind === "word" && r.low.value <= n && n <= r.high.value,
		);
		return range?.label ?? any;
	}

	private outcome(asked: Relation, { numbers, relation }: Facts): boolean | undefined {
		const known = relation && implies(relation, asked, sameOperand);
		if (known !== undefined) return known;
		if (asked.letter !== "w") return undefined;
		const [a, b] = [this.number(asked.s, numbers), this.number(asked.m, numbers)];
		return a === undefined || b === undefined ? undefined : holds(asked, a, b);
	}

	private number(o: Operand, numbers: ReadonlyMap<number, number>): number | undefined {
		return o.mode === "imm" ? o.off : numbers.get(this.variables.of(o));
	}
}
