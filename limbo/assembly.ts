/** The listing that -S asks for. */
export { disassembly as assembly } from "../libinterp/das.ts";
