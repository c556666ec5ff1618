import { channels } from "./corechan.ts";
import { frames, modules } from "./coreframe.ts";
import { cons, memory, objects } from "./coreheap.ts";
import { strings } from "./corestrings.ts";
import { interpreterText } from "./dispatch.ts";
import { WasmModule } from "./wasm.ts";
import { assemble } from "./wat.ts";

/*
 * The runtime's fast paths in WebAssembly, for compiled code to call without JavaScript in between. Each function has the name, the
 * operands and the meaning of the function of ops.ts or heap.ts that it stands for, and calls that one, imported as js.name, where its
 * own case does not hold. Nothing here may fault: that is left to JavaScript, before anything has been changed.
 */

/** The runtime's fast paths as text, for those who do not make WebAssembly of it. */
export const runtimeText = (): string => memory + objects + frames + cons() + modules + strings + channels;

/** The functions of the core, the interpreter among them, as a module to be given what it imports as js.name. The `simple` one has other bytes. */
export function coreBytes(simple = false): Uint8Array {
	const wasm = new WasmModule();
	const { text, hooks } = interpreterText();
	assemble(wasm, runtimeText() + text, hooks);
	if (simple) wasm.comment("simple");
	return wasm.bytes();
}
