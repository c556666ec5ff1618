/** What the project uses of WebAssembly, which the library of the language leaves to hosts. */
declare namespace WebAssembly {
	class Memory {
		constructor(limits: { initial: number; maximum: number });
		readonly buffer: ArrayBuffer;
	}
	class Module {
		constructor(bytes: Uint8Array);
		static imports(module: Module): { name: string }[];
	}
	class Instance {
		constructor(module: Module, imports: Record<string, Record<string, unknown>>);
		readonly exports: Record<string, unknown>;
	}
	class Table {
		constructor(limits: { element: "anyfunc"; initial: number });
		readonly length: number;
		grow(by: number): number;
		set(index: number, fn: unknown): void;
	}
}
