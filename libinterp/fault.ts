/**
 * An exception of the Dis machine, on its way to a handler in the program. No JavaScript stack is recorded: a fault
 * is an ordinary event of a program.
 */
export class Fault {
	readonly reason: string;
	constructor(reason: string) {
		this.reason = reason;
	}
}

/** Ends the thread without an exception: `exit`, a return from its first frame, a kill. */
export class Exit {}

export const exAlt = "alt send/recv on same chan";
export const exModule = "module not loaded";
export const exCompile = "compile failed";
export const exZdiv = "zero divide";
export const exHeap = "out of memory: heap";
export const exMathia = "invalid math argument";
export const exBounds = "array bounds error";
export const exNegsize = "negative array size";
export const exSpawn = "spawn a builtin module";
export const exOp = "illegal dis instruction";
export const exTcheck = "type check";
export const exInval = "invalid argument";
export const exNilref = "dereference of nil";
export const exRange = "value out of range";
export const exHangup = "channel hangup";
export const exAltHangup = "alt channel hungup";
export const exStack = "out of memory: heap";

/** For use in expressions: `p !== H || nilref()`. */
export function fault(reason: string): never {
	throw new Fault(reason);
}

/** Faults of code in WebAssembly: numbers beyond the STOP_ reasons. */
export const FAULT_NIL = 8;
export const FAULT_BOUNDS = 9;
export const FAULT_ZDIV = 10;
export const FAULT_OP = 11;

export const faults: Readonly<Record<number, string>> = {
	[FAULT_NIL]: exNilref,
	[FAULT_BOUNDS]: exBounds,
	[FAULT_ZDIV]: exZdiv,
	[FAULT_OP]: exOp,
};
