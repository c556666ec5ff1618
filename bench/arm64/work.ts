/** Runs one of the programs beside this once, on a host of Arm64: `work.js name repeats registers`. Says where its code is, and how often it was left. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { nativeBridge } from "../../emu/native.ts";
import type { Native } from "../../libinterp/arm64/native.ts";
import { PUNT } from "../../libinterp/arm64/registers.ts";
import { engines } from "../../libinterp/backends.ts";
import { CompArm64 } from "../../libinterp/comparm64.ts";
import { programOf, runAll } from "./program.ts";

const [name, repeats, registers] = process.argv.slice(2) as [string, string, string];
const bridge = nativeBridge(undefined, createRequire(join(process.cwd(), "package.json")));
if ("why" in bridge) throw new Error(bridge.why);
let base = 0;
const native: Native = {
	...bridge,
	reserve(bytes) {
		base = bridge.reserve(bytes);
		return base;
	},
};
const vm = runAll(
	programOf(name, Number(repeats)),
	engines({ jit: "arm64", eager: true, native, registers: Number(registers) }),
);
const engine = vm.engines[1];
console.log(base, engine instanceof CompArm64 ? (engine.left.get(PUNT) ?? 0) : 0);
