/*
 * alt over an array of channels, as Inferno's compiler wants it: the index and the item are a tuple, in which a big or a real begins at a multiple of 8 bytes.
 * (Ours has the index put in the word before the item: see tests/dis/traffic.b.)
 */
import test from "ava";
import { M_MP } from "../../libinterp/layout.ts";
import type { TypeDesc } from "../../libinterp/object.ts";
import { verify } from "../../libinterp/verify.ts";
import { machine, ways } from "../engines.ts";
import { objectOf } from "./assemble.ts";
import { threadAt } from "./single.ts";

const none = new Uint8Array(0);
const DATA: TypeDesc = { size: 16, map: none };
const MAIN: TypeDesc = { size: 96, map: Uint8Array.of(0, 0x20) };
const SENDER: TypeDesc = { size: 48, map: Uint8Array.of(0, 0x80) };
const POINTER: TypeDesc = { size: 4, map: Uint8Array.of(0x80) };

/** Receives two items, one for which it waits and one that waits for it: adds them up, and the indexes that come with them. */
const program = (letter: string): string[] => [
	"newa $2 $3 40(fp)",
	"indx 40(fp) 44(fp) $1",
	`newc${letter} - - 0(44(fp))`,
	"movw $0 - 92(fp)",
	"frame $2 - 48(fp)",
	"movp 0(44(fp)) - 32(48(fp))",
	"spawn 48(fp) - $21",
	"addw $1 - 92(fp)",
	"bltw 92(fp) $2 $4",
	"movw $0 - 92(fp)",
	"movw $0 - 56(fp)",
	"movw $1 - 60(fp)",
	"movw 40(fp) - 64(fp)",
	"lea 72(fp) - 68(fp)",
	"alt 56(fp) - 88(fp)",
	`cvt${letter}w 80(fp) - 52(fp)`,
	"addw 52(fp) - 0(mp)",
	"addw 72(fp) - 4(mp)",
	"addw $1 - 92(fp)",
	"bltw 92(fp) $2 $10",
	"ret",
	`cvtw${letter} $21 - 40(fp)`,
	"send 40(fp) - 32(fp)",
	"ret",
];

for (const way of ways)
	for (const letter of ["l", "f"])
		test(`an item of 8 bytes from an array of channels, newc${letter}, ${way.name}`, (t) => {
			const { vm, ends } = machine(way);
			const o = objectOf(program(letter), {
				types: [DATA, MAIN, SENDER, POINTER],
				data: [],
				exports: [{ pc: 0, type: 1, sig: 0, name: "main" }],
			});
			verify(o);
			const used = vm.heap.used;
			const m = vm.modules.make("alt", o, "");
			const link = vm.modules.link(m, []);
			const { i32 } = vm.heap.arena;
			threadAt(vm, link, 0, m.types[1] as number);
			for (let n = 0; n < 100 && vm.slice(); n++);
			const mp = (i32[(link + M_MP) >>> 2] as number) >>> 2;
			t.deepEqual([...i32.subarray(mp, mp + 2)], [42, 2]);
			t.deepEqual(ends, ["", "", ""]);
			vm.heap.release(link);
			t.is(vm.heap.used, used);
		});
