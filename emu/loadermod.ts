import { DynamicModules, instructions, type RawInst, typesOf } from "../libinterp/dynmod.ts";
import { Fault } from "../libinterp/fault.ts";
import { A_DATA, A_LEN, H } from "../libinterp/layout.ts";
import { ObjectError } from "../libinterp/object.ts";
import { verifyType } from "../libinterp/verify-data.ts";
import type { BuiltinRow, Vm } from "../libinterp/vm.ts";
import { loadermod as table } from "./gen/loadermod.ts";
import { bind, failure, Marshal, type ModuleTable, type Value } from "./marshal.ts";

/** The builtin module $Loader. A call that fails gives nil or -1 and leaves the reason for %r. */
export function loadermod(vm: Vm): BuiltinRow[] {
	const adts = table.adts as unknown as ModuleTable["adts"];
	const marshal = new Marshal(vm, adts);
	const { heap, modules } = vm;
	const { i32, u8 } = heap.arena;
	const dynamic = new DynamicModules(vm);
	const typeOf = (name: "Inst" | "Typedesc" | "Link") =>
		heap.types.make(table.adts[name].size, Uint8Array.from(table.adts[name].map));
	const [inst, typedesc, link] = [typeOf("Inst"), typeOf("Typedesc"), typeOf("Link")];

	/** An array of adts of a type, from the lists of their fields. */
	const arrayOf = (name: "Inst" | "Typedesc" | "Link", type: number, rows: readonly Value[][]): number => {
		const a = heap.array(type, rows.length);
		const { size } = table.adts[name];
		rows.forEach((row, k) => {
			marshal.set({ type: "z", size, of: name }, (i32[(a + A_DATA) >>> 2] as number) + k * size, row);
		});
		return a;
	};

	const instsAt = (a: number): RawInst[] => {
		const { size, fields } = table.adts.Inst;
		const at = i32[(a + A_DATA) >>> 2] as number;
		const [op, addr, src, mid, dst] = fields.map((f) => f.offset) as [number, number, number, number, number];
		return Array.from({ length: i32[(a + A_LEN) >>> 2] as number }, (_, k) => {
			const p = at + k * size;
			return {
				op: u8[(p + op) >>> 0] as number,
				addr: u8[(p + addr) >>> 0] as number,
				src: i32[(p + src) >>> 2] as number,
				mid: i32[(p + mid) >>> 2] as number,
				dst: i32[(p + dst) >>> 2] as number,
			};
		});
	};

	/** The module of a link; its fields cannot be looked at if it is nil. */
	const moduleOf = (ml: number) => {
		if (ml === H) throw new ObjectError("nil mp");
		return modules.of(ml);
	};

	const natives = {
		ifetch: (ml: number) => {
			if (ml === H) return H;
			const list = instructions(modules.of(ml));
			return arrayOf("Inst", inst, list.map((i) => [i.op, i.addr, i.src, i.mid, i.dst])); // biome-ignore format: short
		},
		tdesc: (ml: number) => {
			if (ml === H) return H;
			const list = typesOf(vm, modules.of(ml));
			return arrayOf("Typedesc", typedesc, list.map((t) => [t.size, t.map.length === 0 ? H : marshal.array(t.map)])); // biome-ignore format: short
		},
		link: (ml: number) => {
			if (ml === H) return H;
			const m = modules.of(ml);
			const rows = m.ext.map((e) => [
				e.name,
				e.sig | 0,
				m.builtin ? -1 : e.pc,
				m.builtin ? -1 : m.types.indexOf(e.type),
			]);
			return arrayOf("Link", link, rows);
		},
		newmod: (name: string, stack: number, nlink: number, insts: number, data: number) => {
			if (insts === H || data === H) throw new ObjectError("nil parameters");
			return dynamic.make(name, stack, nlink, instsAt(insts), data);
		},
		tnew: (ml: number, size: number, map: number) => dynamic.type(moduleOf(ml), size, marshal.bytes(map)),
		ext: (ml: number, index: number, pc: number, type: number) => {
			moduleOf(ml);
			dynamic.ext(ml, index, pc, type);
			return 0;
		},
		dnew: (size: number, map: number) => {
			if (size < 0) throw new ObjectError("negative size");
			const bytes = marshal.bytes(map);
			verifyType({ size, map: bytes }, 0);
			const t = heap.types.make(size, bytes);
			try {
				return heap.record(t);
			} finally {
				heap.types.release(t);
			}
		},
		compile: (ml: number) => {
			const m = moduleOf(ml);
			if (m.functions === undefined) throw new ObjectError("no function is named yet");
			return 0;
		},
	};
	return bind(marshal, table as unknown as ModuleTable, natives, (e, ret) => {
		if (!(e instanceof ObjectError)) throw e instanceof RangeError ? new Fault("out of memory: heap") : e;
		vm.failed(e.message);
		return failure(ret, (s) => marshal.fields(s));
	});
}
