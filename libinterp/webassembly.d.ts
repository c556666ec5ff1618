/** What the project uses of WebAssembly, which the library of the language leaves to hosts. */
declare namespace WebAssembly {
	class Memory {
		constructor(limits: { initial: number; maximum: number });
		readonly buffer: ArrayBuffer;
	}
}
