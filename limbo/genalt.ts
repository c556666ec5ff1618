/** Code for alt. */
import type { Arm, Expr, ExprOf, QualExpr, Stmt, StmtOf } from "./ast.ts";
import { communication } from "./checkselect.ts";
import type { Slot } from "./frame.ts";
import { GenCall } from "./gencall.ts";
import { fp, imm, type Label, NONE, type Operand } from "./inst.ts";
import { intType } from "./types.ts";

/** A communication of an alt, and the place of its value. */
interface Guard {
	arm: number;
	qual: QualExpr;
	comm: Expr & { kind: "send" | "unary" };
	sends: boolean;
	channel: Operand;
	value: Operand;
	entry: Label;
	/** Where a receiver's value arrives, or one sent stays that is used afterwards. */
	slot: Slot | undefined;
}

export abstract class GenAlt extends GenCall {
	protected abstract inside(
		label: string | undefined,
		continueTo: Label | undefined,
		action: (end: Label) => void,
	): void;
	protected abstract scoped(action: () => void): void;
	protected abstract stmts(body: readonly Stmt[]): void;

	/**
	 * The table of an alt: the numbers of senders and receivers, then channel and address of the value for each, senders
	 * first. The channels are not counted there: a local or a temporary holds them meanwhile.
	 */
	protected altStmt(s: StmtOf<"alt">): void {
		this.inside(s.label?.name, undefined, (end) => {
			const wild = s.arms.findIndex((arm) => arm.quals.some((q) => q.kind === "any"));
			const mark = this.mark();
			const guards = s.arms.flatMap((arm, i) =>
				arm.quals.filter((q) => q.kind === "expr").map((qual) => this.guard(qual, i)),
			);
			const order = [...guards.filter((g) => g.sends), ...guards.filter((g) => !g.sends)];
			const sends = order.filter((g) => g.sends).length;
			const slot = this.frame.takeBlock(8 + 8 * order.length, 4, []);
			const at = slot.offset;
			this.at = s;
			for (const [i, g] of order.entries()) {
				this.emit("movw", g.channel, NONE, fp(at + 8 + 8 * i));
				const { value, comm } = g;
				this.emit("lea", fromArray(g) ? this.arrival(comm.type, value) : value, NONE, fp(at + 12 + 8 * i));
			}
			this.emit("movw", imm(sends), NONE, fp(at));
			this.emit("movw", imm(order.length - sends), NONE, fp(at + 4));
			const which = this.frame.take(intType);
			this.emit(wild >= 0 ? "nbalt" : "alt", fp(at), NONE, fp(which.offset));
			this.releaseTo(mark);
			const labels = order.map((g) => g.entry);
			const anyEntry = this.code.label();
			if (wild >= 0) labels.push(anyEntry);
			this.code.emit(this.origin(), "goto", fp(which.offset)).table = labels;
			this.frame.give(which);
			this.frame.give(slot);
			for (const [i, arm] of s.arms.entries()) {
				const sent = guards.flatMap((g) => (g.sends && g.slot !== undefined ? [g.slot] : []));
				this.altArm(
					arm,
					{ guards: guards.filter((g) => g.arm === i), any: i === wild ? anyEntry : undefined, sent },
					end,
				);
			}
			for (const g of guards) if (g.slot !== undefined) this.frame.give(g.slot);
		});
	}

	protected guard(qual: QualExpr, arm: number): Guard {
		const comm = communication(qual.expr) as Guard["comm"];
		const entry = this.code.label();
		if (comm.kind === "send") {
			const channel = this.altChannel(comm.left);
			if (qual.expr !== comm) return this.usedSend(qual, comm, arm, channel);
			const o = this.operand(comm.right);
			const value = o.mode === "fp" ? o : this.keptValue(comm, o);
			return { arm, qual, comm, sends: true, channel, value, entry, slot: undefined };
		}
		const channel = this.altChannel(comm.arg);
		const slot = this.frame.take(comm.type);
		const value = fp(slot.offset);
		this.received.set(comm, value);
		return { arm, qual, comm, sends: false, channel, value, entry, slot };
	}

	/** A send whose value is used: it stays in a place of its own meanwhile. */
	private usedSend(qual: QualExpr, comm: ExprOf<"send">, arm: number, channel: Operand): Guard {
		const slot = this.frame.take(comm.type);
		const value = fp(slot.offset);
		if (comm.right.kind === "nil") this.move(comm.type, this.nil(), value);
		else this.into(comm.right, value);
		this.received.set(comm, value);
		return { arm, qual, comm, sends: true, channel, value, entry: this.code.label(), slot };
	}

	private keptValue(comm: ExprOf<"send">, o: Operand): Operand {
		const t = this.temp(comm.type);
		if (comm.right.kind === "nil") this.move(comm.type, this.nil(), t);
		else this.move(comm.type, o, t);
		return t;
	}

	private altChannel(e: Expr): Operand {
		const o = this.operand(e);
		if (o.mode === "fp") return o;
		const t = this.temp(e.type);
		this.move(e.type, o, t);
		return t;
	}

	private altArm(arm: Arm, ways: { guards: readonly Guard[]; any: Label | undefined; sent: Slot[] }, end: Label): void {
		const { guards, any, sent } = ways;
		this.scoped(() => {
			const body = this.code.label();
			for (const g of guards) {
				this.code.place(g.entry);
				this.at = g.qual;
				this.concluded(g);
				for (const slot of sent) if (slot !== g.slot) this.clearSlot(slot);
				if (g !== guards.at(-1) || any !== undefined) this.jump(body);
			}
			if (any !== undefined) {
				this.code.place(any);
				for (const slot of sent) this.clearSlot(slot);
			}
			this.code.place(body);
			this.stmts(arm.body);
		});
		this.jump(end);
	}

	/** What is left of a guard when its communication has taken place. */
	private concluded(g: Guard): void {
		if (fromArray(g)) this.arrived(g.comm.type, g.value);
		if (g.qual.expr !== g.comm) this.effect(g.qual.expr);
		if (g.slot !== undefined) this.clearSlot(g.slot);
		this.received.delete(g.comm);
	}
}

/** Whether it receives from any channel of an array. */
const fromArray = ({ comm }: Guard): boolean => comm.kind === "unary" && comm.arg.type.kind === "array";
