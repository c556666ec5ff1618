import { Fault } from "../libinterp/fault.ts";
import type { BuiltinRow, Vm } from "../libinterp/vm.ts";
import { loadermod as table } from "./gen/loadermod.ts";
import { bind, Marshal, type ModuleTable, type Native } from "./marshal.ts";

/** The builtin module $Loader. */
export function loadermod(vm: Vm): BuiltinRow[] {
	const marshal = new Marshal(vm, table.adts as unknown as ModuleTable["adts"]);
	const later: Native = () => {
		throw new Fault("$Loader is not there yet");
	};
	const natives = Object.fromEntries(table.functions.map((f) => [f.name, later]));
	return bind(marshal, table as unknown as ModuleTable, natives, (e) => {
		throw e;
	});
}
