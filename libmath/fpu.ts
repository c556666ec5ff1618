import type { Rounding } from "./real.ts";

/** Exceptions, as bits of the control and the status word. */
export const INVAL = 1 << 0;
export const ZDIV = 1 << 1;
export const OVFL = 1 << 2;
export const UNFL = 1 << 3;
export const INEX = 1 << 4;
export const RND_NR = 0 << 8;
export const RND_NINF = 1 << 8;
export const RND_PINF = 2 << 8;
export const RND_Z = 3 << 8;
export const RND_MASK = 3 << 8;

const EXCEPTIONS = INVAL | ZDIV | OVFL | UNFL | INEX;

/**
 * The floating point control and status words of a program. The machine itself rounds to nearest and traps nothing,
 * so the rounding mode governs only `rint`, and only the functions of Math set status flags or trap: the arithmetic
 * instructions do neither. All is quiet at first.
 */
export class Fpu {
	control = 0;
	status = 0;

	get rounding(): Rounding {
		switch (this.control & RND_MASK) {
			case RND_NINF:
				return "down";
			case RND_PINF:
				return "up";
			case RND_Z:
				return "zero";
			default:
				return "nearest";
		}
	}

	/** Sets the bits of the control word that `mask` selects to those of `r`; returns what they were. */
	setControl(r: number, mask: number): number {
		const old = this.control & mask;
		this.control = ((r & mask) | (this.control & ~mask)) & (EXCEPTIONS | RND_MASK);
		return old;
	}

	/** The same for the status word. */
	setStatus(r: number, mask: number): number {
		const old = this.status & mask;
		this.status = ((r & mask) | (this.status & ~mask)) & EXCEPTIONS;
		return old;
	}

	/** Records that exceptions occurred; returns those of them that the control word makes fatal. */
	raise(flags: number): number {
		this.status |= flags;
		return flags & this.control;
	}
}

/**
 * The exceptions in computing `result` from `args`, as the values tell: a NaN from numbers is invalid; an infinity from
 * finite arguments is a division by zero if the function has a pole there (`pole`), an overflow otherwise; a denormal
 * is an underflow. Inexactness is not told, except with those two.
 */
export function exceptions(result: number, pole: boolean, args: readonly number[]): number {
	if (args.some(Number.isNaN)) return 0;
	if (Number.isNaN(result)) return INVAL;
	if (Math.abs(result) === Infinity) {
		if (!args.every(Number.isFinite)) return 0;
		return pole ? ZDIV : OVFL | INEX;
	}
	return result !== 0 && Math.abs(result) < 2 ** -1022 ? UNFL | INEX : 0;
}
