import { createHash } from "node:crypto";
import { createRequire } from "node:module";
import { nativeBridge } from "../emu/native.ts";
import { engines } from "../libinterp/backends.ts";
import type { Engines } from "../libinterp/engine.ts";
import { Fault } from "../libinterp/fault.ts";
import { type Host, Vm } from "../libinterp/vm.ts";

/** A way to run Dis code: the back ends of a machine, in the order that Vm wants them. */
export interface Way {
	readonly name: string;
	readonly engines: Engines;
	/** Options with which o.emu runs programs so. */
	readonly options: readonly string[];
	/** Where something was done once already, in the way before: things lie elsewhere now. */
	readonly again?: boolean;
}

/** Code that one machine has made for others to run. */
export const kept = new Map<string, Uint8Array>();
const store = {
	digest: (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex"),
	read: (name: string) => kept.get(name),
	write: (name: string, bytes: Uint8Array) => kept.set(name, bytes),
};
const written = { ...store, read: () => undefined };
const readonly = { ...store, write: () => {} };

/** What runs native code here, if anything does. */
const bridge = process.arch === "arm64" ? nativeBridge(undefined, createRequire(import.meta.url)) : { why: "" };
const native = "why" in bridge ? undefined : { native: bridge };

/** The Node that runs o.emu: EMUNODE in the environment names another than this one, of another kind of host perhaps. */
export const node: string = process.env.EMUNODE ?? process.execPath;

const arm64: readonly Way[] =
	native === undefined && process.env.EMUNODE === undefined
		? []
		: [
				{
					name: "compiled to native code in part",
					engines: engines({ jit: "arm64", hasty: true, ...native }),
					options: ["--jit", "arm64"],
				},
				{
					name: "compiled to native code",
					engines: engines({ jit: "arm64", eager: true, ...native }),
					options: ["--jit", "arm64", "--eager"],
				},
			];

/** No option says this. */
const inMemory: readonly Way[] =
	native === undefined
		? []
		: [
				{
					name: "compiled to native code, slots in memory",
					engines: engines({ jit: "arm64", eager: true, ...native, registers: 0 }),
					options: ["--jit", "arm64", "--eager"],
				},
			];

/**
 * Every way. A test that runs Dis code runs it in each of them; a new back end is added here. WAYS in the environment picks some by what is in
 * their names.
 */
const every: readonly Way[] = [
	{ name: "interpreted", engines: engines({ eager: true }), options: ["-c0", "--eager"] },
	{ name: "compiled to wasm when it pays", engines: engines({ jit: "wasm" }), options: ["-c1"] },
	{ name: "compiled to wasm in part", engines: engines({ jit: "wasm", hasty: true }), options: ["-c1", "--no-cache"] },
	{
		name: "compiled to wasm",
		engines: engines({ jit: "wasm", eager: true, store: written }),
		options: ["--jit", "wasm", "--eager", "--no-cache"],
	},
	{
		name: "compiled to wasm in another run",
		engines: engines({ jit: "wasm", eager: true, store: readonly }),
		options: ["--jit", "wasm", "--eager"],
		again: true,
	},
	...arm64,
	...inMemory,
	{ name: "step by step", engines: engines({ trace: () => {} }), options: ["-c4"] },
];
const picked = new RegExp(process.env.WAYS ?? "");
export const ways = every.filter((w) => picked.test(w.name));

/** A machine without files, and how its threads ended: the reasons, in order. */
export function machine(way: Way, heap = 1 << 22): { vm: Vm; ends: string[] } {
	const ends: string[] = [];
	const host: Host = {
		fork: () => ({}),
		ended: (_p, _module, reason) => {
			ends.push(reason);
		},
		wake() {},
		setError() {},
		now: () => 0,
		digest: store.digest,
		moduleFile: () => {
			throw new Fault("no files here");
		},
	};
	const vm = new Vm(heap, host, {}, way.engines);
	if (way.again) vm.heap.types.make(1000, new Uint8Array(10));
	return { vm, ends };
}
