import { Fault } from "../libinterp/fault.ts";
import type { BuiltinRow, Vm } from "../libinterp/vm.ts";
import { digestNatives } from "./digest.ts";
import { cryptmod as crypt } from "./gen/cryptmod.ts";
import { keyringmod as keyring } from "./gen/keyringmod.ts";
import { bind, Marshal, type ModuleTable } from "./marshal.ts";

/** The builtin module $Keyring: the digests. What needs keys or numbers of any size is not there yet, and says so. */
export function keyringmod(vm: Vm): BuiltinRow[] {
	return digestModule(vm, keyring as unknown as ModuleTable);
}

/** The builtin module $Crypt: the digests. */
export function cryptmod(vm: Vm): BuiltinRow[] {
	return digestModule(vm, crypt as unknown as ModuleTable);
}

function digestModule(vm: Vm, table: ModuleTable): BuiltinRow[] {
	const marshal = new Marshal(vm, table.adts);
	const natives = digestNatives(marshal);
	for (const { name } of table.functions)
		natives[name] ??= () => {
			throw new Fault(`${table.name}: ${name} is not there yet`);
		};
	return bind(marshal, table, natives, (e) => {
		throw e;
	});
}
